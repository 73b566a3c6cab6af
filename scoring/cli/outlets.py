"""``sourcegrade outlets``: an archive by outlet and month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from scoring.cli.messages import waiting
from scoring.cli.options import Output, format_option
from scoring.report.registry import format_named, output_format
from scoring.writing.files import spare

if TYPE_CHECKING:
    from scoring.archive.index import Index


@output_format("table", "outlets", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(index: Index, stream: TextIO) -> None:
    """Months below one another for each outlet."""
    from scoring.archive.index_text import write_table

    write_table(index, stream)


@output_format("csv", "outlets", help="a row an outlet and month", suffix=".csv")
def write_csv(index: Index, stream: TextIO) -> None:
    """A row an outlet and month."""
    from scoring.archive.index_text import write_csv

    write_csv(index, stream)


@output_format("html", "outlets", help="a page for a browser, in one file", suffix=".html")
def write_html(index: Index, stream: TextIO) -> None:
    """A page that works from disk, on paper, and without a script."""
    from scoring.archive.index_page import outlets_page

    stream.write(outlets_page(index))


def outlets(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by batch.", show_default=False)],
    *,
    format: Annotated[str, format_option("outlets")] = "table",
    output: Output = None,
) -> None:
    """Say what the claims of each outlet rest on, month by month, and what changed beyond noise."""
    from scoring.archive.index import read_index
    from scoring.report.output import opened

    chosen = format_named(format, "outlets")
    if output:
        spare(archive.rglob("*"), output)
    with waiting(f"reading {archive}"):
        index = read_index(archive)
    with opened(output, utf8=chosen.for_machines) as stream:
        chosen.write(index, stream)
