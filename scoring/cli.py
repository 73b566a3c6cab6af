"""The command line: results to standard output, progress and messages to standard error.

Exit status: 0 all rated, 1 some inputs failed and the others are rated, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scoring import resources
from scoring._version import __version__
from scoring.cli_options import Article, Articles, ClaimId, Config, FormatName, Model, NoText, Outlet, Output, Priors
from scoring.cli_priors import AsOf, Ledger, day
from scoring.cli_priors import app as priors_app
from scoring.errors import InputError, SourcegradeError, UsageError
from scoring.schema import Document, Report

if TYPE_CHECKING:
    from scoring.pipeline import Engine

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 + SIGINT."""

app = typer.Typer(
    name="sourcegrade",
    help="Find every claim of a news article with the chain of sources behind it, and rate how well it is supported.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(priors_app)

Say = Callable[[str], None]
"""Puts a message on standard error."""
Advance = Callable[[], None]
"""Notes that one more input is done."""


@dataclass(frozen=True, slots=True)
class Request:
    """The options that the commands share."""

    articles: tuple[str, ...]
    outlet: str | None
    format: str
    output: Path | None
    text: bool
    model: str | None
    priors: Path | None
    config: Path | None
    ledger: Path | None
    as_of: date | None


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if version:
        typer.echo(f"sourcegrade {__version__}")
        raise typer.Exit


@app.command()
def score(
    articles: Articles,
    *,
    outlet: Outlet = None,
    format: FormatName = "table",
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
    request = Request(tuple(articles), outlet, format, output, not no_text, model, priors, config, ledger, day(as_of))
    raise typer.Exit(score_articles(request))


@app.command()
def explain(
    article: Article,
    *,
    claim: ClaimId,
    outlet: Outlet = None,
    format: FormatName = "table",
    output: Output = None,
    no_text: NoText = False,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Say why a claim got its rating; with json, jsonl or csv, give that claim alone."""
    request = Request((article,), outlet, format, output, not no_text, model, priors, config, ledger, day(as_of))
    raise typer.Exit(explain_claim(request, claim))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the output."""
    typer.echo(resources.template("rating.schema.json").read_text(encoding="utf-8"), nl=False)


@app.command()
def train(
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder with corpora/ and labelled/.", show_default=False)],
    start: Annotated[
        Path, typer.Option(metavar="DIR", help="A pretrained encoder, or a trained model.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where checkpoints and the model go.", show_default=False)
    ],
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings; the shipped train.toml else.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the output.")] = False,
) -> None:
    """Train the attribution model; needs the extra "train".

    The model to use with --model lies in export/ of the output in the end.
    """
    try:
        from training.run import run
    except ImportError as error:
        raise UsageError(f"train: needs {error.name}; pip install 'sourcegrade[train]'") from error
    run(data, start, output, config or resources.config("train.toml"), resume=resume)


@app.command()
def calibrate(
    *,
    outcomes: Annotated[
        list[Path], typer.Option(metavar="FILE", help="Claims with outcomes or grades, or rated stories; repeatable.")
    ],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The config to write; a report goes beside it.")],
    config: Config = None,
    priors: Priors = None,
    model: Model = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out, and count them.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over an output that exists.")] = False,
) -> None:
    """Fit the weights of evidence to outcomes, under the directional rules; needs the extra "train"."""
    from scoring.pipeline import load_engine

    try:
        from training.weighing import calibrate as run
    except ImportError as error:
        raise UsageError(f"calibrate: needs {error.name}; pip install 'sourcegrade[train]'") from error
    engine = load_engine(model, priors, config)
    shipped = config or resources.config("score.toml")
    _say(f"report: {run(outcomes, output, engine, shipped, skip_bad=skip_bad, force=force)}")


def score_articles(request: Request) -> int:
    """Rate and write all articles; return the exit status."""
    from scoring.report.formats import Sink, get_format
    from scoring.report.output import opened

    chosen = get_format(request.format)
    paths = list(_files(request.articles))
    _keep_inputs(paths, request.output)
    failed: list[InputError] = []
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = _engine(request)
        with _progress(paths, stream.isatty()) as (say, advance):
            items = _items(paths, request.outlet, advance)
            rated = _rated(items, engine, failed, say, warn=not chosen.has_warnings)
            chosen.write(rated, Sink(stream, request.text, failed))
    return 1 if failed else 0


def explain_claim(request: Request, claim: str) -> int:
    """Write the reasons for a claim's rating; return the exit status."""
    from scoring.report import explain, formats, terminal
    from scoring.report.output import opened

    chosen = formats.get_format(request.format)
    paths = list(_files(request.articles))
    _keep_inputs(paths, request.output)
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = _engine(request)
        items = _items(paths, request.outlet)
        failed: list[InputError] = []
        report = next(
            _rated(_only(items, request.articles[0]), engine, failed, _say, warn=not chosen.has_warnings), None
        )
        if report is None:
            return 1
        rating = explain.find(report, claim)
        if chosen.for_machines:
            chosen.write([replace(report, ratings=(rating,))], formats.Sink(stream, request.text))
        else:
            made = terminal.console(stream)
            screen = terminal.screen_of(made)
            made.print(explain.explain(report, claim, screen=screen))
    return 0


def _engine(request: Request) -> Engine:
    from scoring.pipeline import load_engine

    return load_engine(request.model, request.priors, request.config, request.ledger, request.as_of)


def _files(articles: Iterable[str]) -> Iterator[str | InputError]:
    """The articles as given, folders as the supported files in them by name."""
    from scoring.documents import KINDS

    for article in articles:
        try:
            if article == "-" or not Path(article).is_dir():
                yield article
                continue
            found = [str(p) for p in sorted(Path(article).iterdir()) if p.is_file() and p.suffix.lower() in KINDS]
        except OSError as error:
            yield InputError(
                f"{article[:80]}: cannot be read ({error.strerror}); give a file or folder that may be read"
            )
            continue
        yield from found
        if not found:
            yield InputError(f"{article}: holds no article; give a folder with {', '.join(KINDS)} files")


def _keep_inputs(paths: Iterable[str | InputError], output: Path | None) -> None:
    if output and output.exists() and any(isinstance(p, str) and p != "-" and _same(Path(p), output) for p in paths):
        raise UsageError(f"--output {output}: is one of the articles; give another file")


def _same(path: Path, other: Path) -> bool:
    return path.exists() and path.samefile(other)


def _items(
    paths: Iterable[str | InputError], outlet: str | None, advance: Advance = lambda: None
) -> Iterator[Document | InputError]:
    from scoring.documents import read

    for path in paths:
        for item in [path] if isinstance(path, InputError) else read(path, outlet=outlet):
            yield item
            advance()


def _only(items: Iterator[Document | InputError], path: str) -> Iterator[Document | InputError]:
    """The one article of an input."""
    first = next(items, None)
    if next(items, None) is not None:
        raise UsageError(f"{path}: holds more than one article; explain takes a file with one")
    if first is not None:
        yield first


def _rated(
    items: Iterable[Document | InputError], engine: Engine, failed: list[InputError], say: Say, *, warn: bool
) -> Iterator[Report]:
    """Rate what can be rated; say what cannot, and go on."""
    from scoring.pipeline import rate_document

    for item in items:
        try:
            if isinstance(item, InputError):
                raise item
            report = rate_document(item, engine)
        except InputError as error:
            failed.append(error)
            say(str(error))
            continue
        for warning in report.provenance.warnings if warn else ():
            say(f"{item.id}: {warning}")
        yield report


def _say(message: str) -> None:
    from scoring.report.terminal import neutral

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(f"sourcegrade: {neutral(message, encoding)}", file=sys.stderr, flush=True)


@contextmanager
def _progress(paths: Sequence[str | InputError], on_terminal: bool) -> Iterator[tuple[Say, Advance]]:
    """A progress bar for several articles, unless the results themselves go to the terminal.

    How many rows a file holds is not known beforehand: the bar then only counts.
    """
    from scoring.documents import ROWS

    counted = not any(Path(str(path)).suffix.lower() in ROWS for path in paths)
    if (counted and len(paths) < 2) or on_terminal or not sys.stderr.isatty():
        yield _say, lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress("rating", *columns, console=console, redirect_stdout=False, transient=True) as bar:
        task = bar.add_task("rating", total=len(paths) if counted else None)
        yield _say, lambda: bar.advance(task)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors that the user can mend become one line.

    Parameters
    ----------
    arguments
        Those of the process without.

    Raises
    ------
    SystemExit
        Always, with the exit status.
    """
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="sourcegrade")
    except SourcegradeError as error:
        _say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror or error}")
        sys.exit(2)
