"""``sourcegrade evaluate``: models on labelled articles, side by side; needs the extra "train"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from scoring import resources
from scoring.cli.messages import bar, waiting
from scoring.cli.options import one_of
from scoring.errors import UsageError
from scoring.writing.files import spare

if TYPE_CHECKING:
    from training.evaluation.compare import Evaluation

FORMATS = ("table", "json", "md", "html")
ENDINGS = {".json": "json", ".md": "md", ".html": "html", ".htm": "html"}
SHIPPED = "shipped"


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
        str | None, typer.Option("--format", metavar="NAME", help="One of table, json, md, html; by the ending of "
                                 "the output, or a table, without.", autocompletion=one_of(FORMATS))
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
    format = format or (output and ENDINGS.get(output.suffix.lower())) or "table"
    if format not in FORMATS:
        raise UsageError(f"--format: {format!r} is not known; give one of {', '.join(FORMATS)}")
    names = list(dict.fromkeys(model or [SHIPPED]))
    if output:
        spare(_read(data, names), *(_pages(output) if output.is_dir() else (output,)))
    found = _measured(data, names)
    if output and output.is_dir():
        _write_all(output, found)
        return
    from scoring.report.output import opened

    with opened(output, utf8=format != "table") as stream:
        _write(found, format, stream)


def _measured(data: Sequence[Path], models: Sequence[str]) -> list[Evaluation]:
    try:
        with waiting("loading"):
            import scipy  # noqa: F401

            from training.evaluation.compare import figures
            from training.labels.reading import read_labelled
    except ImportError as error:
        raise UsageError(f"evaluate: needs {error.name}; {resources.installing('train')}") from error
    from scoring.pipeline import load_engine

    for name in models:  # so that a wrong folder is an error now, not after minutes
        load_engine(_folder(name))
    articles = read_labelled(data)
    with bar("rating", len(articles) * len(models)) as done:
        return [figures(articles, _folder(name), name=name, done=done) for name in models]


def _read(data: Sequence[Path], models: Sequence[str]) -> list[Path]:
    """Every file that the command reads."""
    folders = [resources.model() if name == SHIPPED else Path(name) for name in models]
    return [path for given in (*data, *folders) for path in (given, *(given.rglob("*") if given.is_dir() else ()))]


def _pages(folder: Path) -> list[Path]:
    return [folder / f"evaluation.{name}" for name in FORMATS[1:]]


def _folder(name: str) -> str | None:
    return None if name == SHIPPED else name


def _write(found: Sequence[Evaluation], format: str, stream: TextIO) -> None:
    from scoring.report.terminal.screen import console, screen_of
    from scoring.writing.files import dumps
    from training.evaluation import files as evaluation_files
    from training.evaluation import page as evaluation_page
    from training.evaluation import text as evaluation_text

    if format == "table":
        made = console(stream)
        made.print(evaluation_text.table(found, screen_of(made)))
    elif format == "json":
        stream.write(dumps(evaluation_files.to_dict(found), indent=2) + "\n")
    else:
        stream.write(evaluation_page.page(found) if format == "html" else evaluation_files.markdown(found))


def _write_all(folder: Path, found: Sequence[Evaluation]) -> None:
    from scoring.report.output import opened
    from training.evaluation.page import confusion_of
    from training.evaluation.pictures import diagram, write
    from training.evaluation.text import reliability

    for name, path in zip(FORMATS[1:], _pages(folder), strict=True):
        with opened(path) as stream:
            _write(found, name, stream)
    for number, evaluation in enumerate(found, start=1):
        end = f"-{number}" if len(found) > 1 else ""
        cases = {what: (list(p.stated), list(p.true)) for what, p in reliability(evaluation).items()}
        if cases:
            diagram(folder / f"reliability{end}.svg", cases)
        if evaluation.table.any():
            write(folder / f"confusion{end}.svg", confusion_of(evaluation))
