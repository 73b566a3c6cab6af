"""The command line: results to standard output, progress and messages to standard error.

Exit status: 0 all rated, 1 some inputs failed and the others are rated, 2 wrong usage, or a file that cannot be used.
Besides, 70 is a fault of the program, 130 is Ctrl-C, and 128 plus the signal's number is another signal.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import FrameType
from typing import Annotated, Any

import typer

from scoring import resources
from scoring._version import __version__
from scoring.cli import (
    batch as cli_batch,
)
from scoring.cli import (
    compare as cli_compare,
)
from scoring.cli import (
    dev as cli_dev,
)
from scoring.cli import (
    doctor as cli_doctor,
)
from scoring.cli import (
    evaluate as cli_evaluate,
)
from scoring.cli import inputs, messages
from scoring.cli import (
    labels as cli_labels,
)
from scoring.cli import (
    outlets as cli_outlets,
)
from scoring.cli import (
    report as cli_report,
)
from scoring.cli import (
    serve as cli_serve,
)
from scoring.cli import (
    training as cli_training,
)
from scoring.cli.inputs import Request
from scoring.cli.messages import INTERRUPTED
from scoring.cli.options import (
    HELP,
    Article,
    Articles,
    AsOf,
    ClaimId,
    Config,
    Ledger,
    Model,
    NoText,
    Outlet,
    Output,
    Priors,
    command,
    empty_path,
    format_option,
)
from scoring.cli.priors import app as priors_app
from scoring.errors import InputError, SourcegradeError, UsageError
from scoring.report.formats import Sink
from scoring.report.registry import format_named

app = typer.Typer(
    name="sourcegrade",
    help="Find every claim of a news article with the chain of sources behind it, and rate how well it is supported.",
    epilog="--install-completion teaches your shell the commands and options; --show-completion prints how.",
    no_args_is_help=True,
    context_settings=HELP,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
UNFORESEEN = 70
"""Exit status after a fault of the program itself (EX_SOFTWARE of BSD's sysexits): neither 1 nor 2, which say what
became of the articles."""
app.add_typer(priors_app)
app.add_typer(cli_labels.data)
app.add_typer(cli_labels.label)
app.add_typer(cli_dev.dev)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if version:
        typer.echo(f"sourcegrade {__version__}")
        raise typer.Exit


@command(app)
def score(
    articles: Articles,
    *,
    outlet: Outlet = None,
    format: Annotated[str, format_option("score")] = "table",
    output: Output = None,
    no_text: NoText = False,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Rate every claim of the articles.

    Cells of csv that a spreadsheet would take for a formula begin with an apostrophe.
    """
    request = Request(tuple(articles), outlet, format, output, not no_text, model, priors, config, ledger, as_of)
    raise typer.Exit(score_articles(request))


@command(app)
def explain(
    article: Article,
    *,
    claim: ClaimId = None,
    outlet: Outlet = None,
    format: Annotated[str, format_option("explain")] = "table",
    output: Output = None,
    no_text: NoText = False,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Say why a claim, or the article as a whole, is rated so; json, jsonl and csv give that alone."""
    request = Request((article,), outlet, format, output, not no_text, model, priors, config, ledger, as_of)
    raise typer.Exit(explain_claim(request, claim))


@command(app)
def schema(*, dossier: Annotated[bool, typer.Option("--dossier", help="That of compare instead.")] = False) -> None:
    """Print the JSON Schema of the output."""
    name = "dossier.schema.json" if dossier else "rating.schema.json"
    typer.echo(resources.template(name).read_text(encoding="utf-8"), nl=False)


command(app)(cli_report.report)
command(app)(cli_compare.compare)
command(app)(cli_batch.batch)
command(app)(cli_outlets.outlets)
command(app)(cli_training.train)
command(app)(cli_training.calibrate)
command(app)(cli_evaluate.evaluate)
command(app)(cli_serve.serve)
command(app)(cli_doctor.doctor)


def score_articles(request: Request) -> int:
    """Rate and write all articles; return the exit status."""
    from scoring.report.output import opened

    chosen = format_named(request.format, "score")
    if chosen.binary and request.output is None:
        raise UsageError(f"--format {chosen.name}: holds bytes that are no text; give --output FILE, too")
    paths = list(inputs.files(request.articles))
    inputs.spare(request, paths, request.output)
    failed: list[InputError] = []
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = inputs.engine(request)
        with inputs.progress(paths, stream.isatty()) as watch:
            items = inputs.items(paths, request.outlet, watch.advance)
            rated = inputs.rated(items, engine, failed, watch, warn=not chosen.has_warnings)
            chosen.write(rated, Sink(stream, request.text, failed))
    return 1 if failed else 0


def explain_claim(request: Request, claim: str | None) -> int:
    """Write the reasons for a claim's rating, or for the article's sourcing score; return the exit status."""
    from scoring.report.output import opened
    from scoring.report.terminal import explain
    from scoring.report.terminal import screen as terminal

    chosen = format_named(request.format, "explain")
    paths = list(inputs.files(request.articles))
    inputs.spare(request, paths, request.output)
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = inputs.engine(request)
        items = inputs.items(paths, request.outlet)
        failed: list[InputError] = []
        only = inputs.only(items, request.articles[0])
        report = next(inputs.rated(only, engine, failed, inputs.ALONE, warn=not chosen.has_warnings), None)
        if report is None:
            raise typer.Exit(1)  # an exception, so that the output stays as it was
        if chosen.for_machines:
            shown = (explain.find(report, claim),) if claim else ()
            chosen.write([replace(report, ratings=shown)], Sink(stream, request.text))
        else:
            made = terminal.console(stream)
            screen = terminal.screen_of(made)
            made.print(
                explain.explain(report, claim, screen=screen)
                if claim
                else explain.explain_article(report, screen=screen)
            )
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every error becomes one line.

    Parameters
    ----------
    arguments
        Those of the process if ``None``.

    Raises
    ------
    SystemExit
        Always, with the exit status.
    """
    messages.begin()
    _buffer_output()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if empty := empty_path(app, given):
        messages.complain(f"{empty}: is an empty name; give a file or a folder")
        sys.exit(2)
    try:
        with _ended_gently():
            status = app(args=given, prog_name="sourcegrade", standalone_mode=False)
        if sys.stdout is not None:  # it is None if it was closed before the start
            sys.stdout.flush()
    except BrokenPipeError:  # the program that read the output, such as head, has ended
        _forget_output()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        sys.exit(_told(error))
    sys.exit(status if isinstance(status, int) else 0)


def _buffer_output() -> None:
    """Give an unbuffered standard output (PYTHONUNBUFFERED) a buffer; else what a disk does not take is dropped."""
    is_own = sys.stdout is sys.__stdout__  # not a stream that a caller has put in its place
    stream: Any = sys.stdout
    raw = getattr(stream, "buffer", None)
    if is_own and isinstance(raw, io.RawIOBase):
        encoding, errors = stream.encoding, stream.errors
        stream.detach()
        buffered: Any = io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors, line_buffering=True)
        sys.stdout = sys.__stdout__ = buffered  # type: ignore[misc]


@contextmanager
def _ended_gently() -> Iterator[None]:
    """On a signal to end, remove what the process has begun to write, and exit with 128 + the signal's number."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # only the main thread may set handlers, and those that somebody else has set stay
    if threading.current_thread() is threading.main_thread():
        asked = [number for number in asked if signal.getsignal(number) is signal.SIG_DFL]
    else:
        asked = []
    for number in asked:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in asked:
            signal.signal(number, signal.SIG_DFL)


def _told(error: Exception) -> int:
    """Say what is wrong in one line; give the exit status."""
    if isinstance(error, typer.Abort):
        return INTERRUPTED
    if isinstance(error, SourcegradeError):
        messages.complain(str(error))
        return 2
    if hasattr(error, "format_message"):  # an option or argument is wrong
        return _told_usage(error)
    if isinstance(error, OSError):
        return _told_system(error)
    if messages.is_verbose():
        traceback.print_exception(error)
    if isinstance(error, MemoryError):
        messages.complain("memory is too little; give fewer or shorter articles at a time")
        return UNFORESEEN
    what = f"{type(error).__name__}: {error}"[:300]
    where = "" if messages.is_verbose() else "; again with --verbose shows where"
    messages.complain(f"a fault of the program, not of what it was given ({what}){where}; please report it")
    return UNFORESEEN


def _told_usage(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":  # a command without arguments: its help says how to go on
        error.show()
    else:
        path = context.command_path if context else "sourcegrade"
        message = error.format_message().rstrip(".")
        messages.complain(f"{message}; {path} --help says what there is")
    return int(error.exit_code)


def _told_system(error: OSError) -> int:
    where = f"{error.filename}: " if error.filename else ""
    if not where and error.errno in NO_ROOM:  # an error of a file names it, so only standard output is left
        where = "standard output: "
        _forget_output()
    messages.complain(f"{where}{error.strerror or error}")
    return 2


def _forget_output() -> None:
    """Lead a standard output that takes no more to nowhere, since Python would write to it again when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
