"""``sourcegrade evaluate``: models on labelled articles, side by side; needs the extra "train"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from scoring import resources
from scoring.cli.messages import bar, waiting
from scoring.cli.options import format_option
from scoring.errors import UsageError
from scoring.report.registry import Format, format_named, formats_of, output_format
from scoring.writing.files import spare

if TYPE_CHECKING:
    from training.evaluation.measuring import Evaluation

SHIPPED = "shipped"


@output_format("table", "evaluate", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(measured: Sequence[Evaluation], stream: TextIO) -> None:
    """The figures of all models side by side."""
    from scoring.report.terminal.screen import console, screen_of
    from training.evaluation.text import table

    made = console(stream)
    made.print(table(measured, screen_of(made)))


@output_format("json", "evaluate", help="all figures, for programs", suffix=".json")
def write_json(measured: Sequence[Evaluation], stream: TextIO) -> None:
    """One object."""
    from scoring.writing.files import dumps
    from training.evaluation.outputs import to_dict

    stream.write(dumps(to_dict(measured), indent=2) + "\n")


@output_format("md", "evaluate", help="Markdown, for pull requests and wikis", suffix=".md")
def write_markdown(measured: Sequence[Evaluation], stream: TextIO) -> None:
    """Markdown as GitHub renders it."""
    from training.evaluation.outputs import markdown

    stream.write(markdown(measured))


@output_format("html", "evaluate", help="a page with pictures and the worst mistakes, in one file", suffix=".html")
def write_html(measured: Sequence[Evaluation], stream: TextIO) -> None:
    """A page that works from disk, on paper, and without a script."""
    from training.evaluation.page import page

    stream.write(page(measured))


def evaluate(
    *,
    data: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="Labelled articles, in any format; repeatable.", show_default=False),
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(metavar="DIR|rules|shipped", help="A model folder, the rules, or the shipped model; repeatable: "
                     "the others are compared with the first.", show_default="shipped"),
    ] = None,
    format: Annotated[
        str | None, format_option("evaluate", "; by the ending of the output, or a table, without")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE|DIR", help="Write there instead. A folder that exists gets "
                     "evaluation.html, .md and .json, and the pictures as SVG."),
    ] = None,
) -> None:  # fmt: skip
    """Measure models on labelled articles; needs the extra "train".

    Gives figures of spans, relations, claims, bases, sources, hedges and strength, as far as they are labelled, with
    95 % intervals and a paired test between models. The html has pictures and the worst mistakes, in one file.
    """
    chosen = format_named(format or _by_ending(output), "evaluate")
    names = list(dict.fromkeys(model or [SHIPPED]))
    if output:
        spare(_read(data, names), *(_pages(output) if output.is_dir() else (output,)))
    evaluations = _measured(data, names)
    if output and output.is_dir():
        _write_all(output, evaluations)
        return
    from scoring.report.output import opened

    with opened(output, utf8=chosen.for_machines) as stream:
        chosen.write(evaluations, stream)


def _by_ending(output: Path | None) -> str:
    """The format that the ending of the output asks for; a table where none does."""
    ending = output.suffix.lower() if output else ""
    ending = ".html" if ending == ".htm" else ending
    return next((known.name for known in formats_of("evaluate") if known.suffix == ending), "table")


def _measured(data: Sequence[Path], models: Sequence[str]) -> list[Evaluation]:
    try:
        with waiting("loading"):
            from training.evaluation.measuring import figures
            from training.labels.reading import read_labelled
    except ImportError as error:
        raise UsageError(f"evaluate: needs {error.name}; {resources.installing('train')}") from error
    from scoring.engine import load_engine

    for name in models:  # so that a wrong folder is an error now, not after minutes
        load_engine(_folder(name))
    articles = read_labelled(data)
    with bar("rating", len(articles) * len(models)) as done:
        return [figures(articles, _folder(name), name=name, done=done) for name in models]


def _read(data: Sequence[Path], models: Sequence[str]) -> list[Path]:
    """Every file that the command reads."""
    folders = [resources.model() if name == SHIPPED else Path(name) for name in models]
    return [path for given in (*data, *folders) for path in (given, *(given.rglob("*") if given.is_dir() else ()))]


def _pages(folder: Path) -> dict[Path, Format]:
    """The files of a folder, and what writes each."""
    return {folder / f"evaluation{known.suffix}": known for known in formats_of("evaluate") if known.for_machines}


def _folder(name: str) -> str | None:
    return None if name == SHIPPED else name


def _write_all(folder: Path, found: Sequence[Evaluation]) -> None:
    from scoring.report.output import opened
    from training.evaluation.page import confusion_of
    from training.evaluation.pictures import diagram, write
    from training.evaluation.text import reliability

    for path, known in _pages(folder).items():
        with opened(path) as stream:
            known.write(found, stream)
    for number, evaluation in enumerate(found, start=1):
        end = f"-{number}" if len(found) > 1 else ""
        cases = {what: (p.stated, p.true) for what, p in reliability(evaluation).items()}
        if cases:
            diagram(folder / f"reliability{end}.svg", cases)
        if evaluation.table.any():
            write(folder / f"confusion{end}.svg", confusion_of(evaluation))
