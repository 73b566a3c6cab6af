"""``sourcegrade outlets``: an archive by outlet and month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scoring.cli.messages import waiting
from scoring.cli.options import Output, one_of
from scoring.errors import UsageError
from scoring.writing.files import spare

FORMATS = ("table", "csv", "html")


def outlets(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by batch.", show_default=False)],
    *,
    format: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help=f"One of {', '.join(FORMATS)}.", autocompletion=one_of(FORMATS)),
    ] = "table",
    output: Output = None,
) -> None:
    """Say what the claims of each outlet rest on, month by month, and what changed beyond noise."""
    from scoring.archive.index import read_index
    from scoring.report.output import opened

    if format not in FORMATS:
        raise UsageError(f"--format: {format!r} is not known; give one of {', '.join(FORMATS)}")
    if output:
        spare(archive.rglob("*"), output)
    with waiting(f"reading {archive}"):
        index = read_index(archive)
    with opened(output, utf8=format != "table") as stream:
        if format == "html":
            from scoring.archive.index_page import outlets_page

            stream.write(outlets_page(index))
            return
        from scoring.archive.index_text import write_csv, write_table

        (write_csv if format == "csv" else write_table)(index, stream)
