"""The commands on labelled articles: ``sourcegrade data check``, ``data convert`` and ``label suggest``.

Exit status: 0 done, 1 mistakes were found or some inputs failed, 2 wrong usage, and nothing is written. They need the
extra "train".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from scoring import resources
from scoring.cli import inputs
from scoring.cli.messages import say, waiting
from scoring.cli.options import Articles, Force, Model, Outlet, command, format_option
from scoring.errors import InputError, UsageError
from scoring.report.registry import format_named, output_format

if TYPE_CHECKING:
    from training.labels.suggesting import Suggestion

data = typer.Typer(
    name="data",
    help="Labelled articles: look for mistakes, and turn one format into another.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
label = typer.Typer(
    name="label", help="Help for those who label articles.", no_args_is_help=True, rich_markup_mode=None
)
KINDS = "jsonl (the project's own), label-studio, brat, doccano, bio (CoNLL columns), csv (sentence,label), polnear"
From = Annotated[
    str | None, typer.Option("--from", metavar="FORMAT", help=f"{KINDS}; known from content and ending without.")
]


@output_format("table", "data check", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(checked: Mapping[str, Any], stream: TextIO) -> None:
    """Counts as a table, and below it each mistake and note."""
    from scoring.report.terminal.data_tables import write_table

    write_table(checked, stream)


@output_format("json", "data check", help="counts, mistakes and notes", suffix=".json")
def write_json(checked: Mapping[str, Any], stream: TextIO) -> None:
    """One object, in ASCII."""
    stream.write(json.dumps(checked, indent=2, ensure_ascii=True) + "\n")


@data.callback()
def _data() -> None:
    """Keep ``check`` and ``convert`` commands below ``data``."""


@label.callback()
def _label() -> None:
    """Keep ``suggest`` a command below ``label``."""


@command(data)
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Labelled articles; of several files, each is a split. A folder is brat's.",
            show_default=False,
        ),
    ],
    *,
    from_: From = None,
    format: Annotated[str, format_option("data check")] = "table",
) -> None:
    """Say what labelled files hold, and name every mistake by file and row; needs the extra "train".

    Notes (few examples of a label, say) are no mistakes.
    """
    from scoring.report.output import opened

    chosen = format_named(format, "data check")
    _there(files)
    try:
        from training.labels.checking import check as run
        from training.labels.checking import data_settings

        findings = run(files, from_, data_settings().check)
    except ImportError as error:
        raise _needs("data check", error) from error
    with opened(None, utf8=chosen.for_machines) as stream:
        chosen.write(findings, stream)
    raise typer.Exit(1 if findings["mistakes"] else 0)


@command(data)
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Labelled articles; a folder is brat's.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write, or a folder for brat.")],
    *,
    from_: From = None,
    to: Annotated[str | None, typer.Option("--to", metavar="FORMAT", help="Told by the ending of OUT without.")] = None,
    force: Force = False,
) -> None:
    """Turn labelled articles of one format into another; say what the other cannot hold; needs the extra "train"."""
    try:
        from training.labels.converting import convert as run
    except ImportError as error:
        raise _needs("data convert", error) from error
    _there([source])
    name, count, lost = run(source, target, read_as=from_, write_as=to, force=force)
    for what, number in sorted(lost.items()):
        say(f"{name} holds no {what}: {number:,} left out")
    say(f"{count:,} article{'s' * (count != 1)} written: {target}")


@command(label)
def suggest(
    articles: Articles,
    *,
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="label-studio, brat or jsonl.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File or, for brat, folder to write.")],
    outlet: Outlet = None,
    model: Model = None,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="So many articles; all without.")] = None,
    force: Force = False,
) -> None:
    """Label articles by the model for people to correct, the most informative first; needs the extra "train".

    The configuration that Label Studio or brat needs is written along.
    """
    try:
        from training.labels.checking import data_settings
        from training.labels.suggesting import check_target, ranked, targets, write_suggestions
    except ImportError as error:
        raise _needs("label suggest", error) from error
    paths = list(inputs.files(articles))
    request = inputs.Request(tuple(articles), outlet, to, output, True, model, None, None, None, None)
    inputs.spare(request, paths, *targets(to, output), folders=True)
    check_target(to, output, force=force)
    suggestions, failed = _suggested(paths, outlet, model)
    if not suggestions:
        raise UsageError("label suggest: no article could be rated; nothing is written")
    try:
        chosen = ranked(suggestions, data_settings().suggest.uncertainty, limit)
    except ImportError as error:
        raise _needs("label suggest", error) from error
    for path in write_suggestions(chosen, to, output, force=force):
        say(f"written: {path}")
    raise typer.Exit(1 if failed else 0)


def _suggested(
    paths: list[str | InputError], outlet: str | None, model: str | None
) -> tuple[list[Suggestion], list[InputError]]:
    """The suggestions for all articles that can be rated, and the errors of the others, which are also shown."""
    from scoring.engine import load_engine
    from training.labels.suggesting import suggestion

    with waiting("loading"):
        engine = load_engine(model)
    failed: list[InputError] = []
    with inputs.progress(paths, on_terminal=False) as watch:
        reports = inputs.rated(inputs.items(paths, outlet, watch.advance), engine, failed, watch, warn=False)
        return [suggestion(report) for report in reports], failed


def _there(files: list[Path]) -> None:
    missing = next((path for path in files if not path.exists()), None)
    if missing is not None:
        raise UsageError(f"{missing}: is not there; give labelled articles")


def _needs(command: str, error: ImportError) -> UsageError:
    return UsageError(f"{command}: needs {error.name}; {resources.installing('train')}")
