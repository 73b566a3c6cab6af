"""What ``sourcegrade report`` writes: for each format a page an article, and an overview.

A further format is a further pair of functions and a row of ``FORMATS``; the command line finds it by its name.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.errors import UsageError
from scoring.report.entries import Entry
from scoring.report.formats import Sink, get_format
from scoring.schema import Group, Report
from scoring.writing.files import dumps
from scoring.writing.spreadsheets import Rows

INDEX = "index"
"""The overview's file name, without its ending."""
ENTRY_COLUMNS = (
    "file", "id", "title", "outlet", "published", "claims", "sourced", "weakly_sourced", "unsourced",
    "mean_strength", "sourcing_score",
)  # fmt: skip

Page = Callable[[Report, bool], str | bytes]
"""An article's page; the flag says whether an overview stands beside it."""
Overview = Callable[[Sequence[Entry], Sequence[str]], str | bytes]
"""The page of all; the messages say why others could not be rated."""


@dataclass(frozen=True, slots=True)
class PageFormat:
    """How a format writes a page and an overview; ``has_warnings`` says that the page carries the warnings itself."""

    suffix: str
    page: Page
    overview: Overview
    has_warnings: bool = True


def page_format(name: str) -> PageFormat:
    """The format of that name.

    Raises
    ------
    UsageError
        No format has this name, or a library that it needs is not installed.
    """
    if name not in FORMATS:
        raise UsageError(f"--format: {name!r} is not known; give one of {', '.join(FORMATS)}")
    if name == "pdf":
        from scoring.report.html.pdf import check

        check()
    return FORMATS[name]


def encoded(content: str | bytes) -> bytes:
    """The bytes of a page; half a surrogate pair, which no file may hold, becomes a question mark."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def _html(report: Report, in_overview: bool) -> str:
    from scoring.report.html.page import article_page

    return article_page(report, home=(f"{INDEX}.html", "All articles") if in_overview else None)


def _html_overview(entries: Sequence[Entry], failed: Sequence[str]) -> str:
    from scoring.report.html.overview import overview_page

    return overview_page(entries, failed)


def _markdown(report: Report, _in_overview: bool) -> str:
    from scoring.report.markdown import article_markdown

    return article_markdown(report)


def _markdown_overview(entries: Sequence[Entry], failed: Sequence[str]) -> str:
    from scoring.report.markdown import overview_markdown

    return overview_markdown(entries, failed)


def _pdf(report: Report, _in_overview: bool) -> bytes:
    from scoring.report.html.pdf import to_pdf

    return to_pdf(_html(report, False))


def _pdf_overview(entries: Sequence[Entry], failed: Sequence[str]) -> bytes:
    from scoring.report.html.pdf import to_pdf

    return to_pdf(_html_overview(entries, failed))


def _rating(name: str) -> Page:
    """The rating itself, as ``sourcegrade score --format`` writes it."""

    def page(report: Report, _in_overview: bool) -> str:
        stream = io.StringIO()
        get_format(name).write([report], Sink(stream))
        return stream.getvalue()

    return page


def _json_overview(entries: Sequence[Entry], failed: Sequence[str]) -> str:
    rows = [dict(zip(ENTRY_COLUMNS, _cells(entry), strict=True)) for entry in entries]
    return dumps({"articles": rows, "not_rated": list(failed)}, indent=2) + "\n"


def _csv_overview(entries: Sequence[Entry], _failed: Sequence[str]) -> str:
    stream = io.StringIO()
    rows = Rows(stream)
    rows.add(ENTRY_COLUMNS)
    rows.extend(map(_cells, entries))
    return stream.getvalue()


def _cells(entry: Entry) -> list[Any]:
    groups = (entry.of_group(group) for group in Group)
    known = [entry.file, entry.id, entry.title, entry.outlet, entry.published, entry.claims, *groups]
    return [*known, *(None if value is None else round(value, 4) for value in (entry.mean, entry.score))]


FORMATS = {
    "html": PageFormat(".html", _html, _html_overview),
    "md": PageFormat(".md", _markdown, _markdown_overview),
    "json": PageFormat(".json", _rating("json"), _json_overview),
    "csv": PageFormat(".csv", _rating("csv"), _csv_overview, has_warnings=False),
    "pdf": PageFormat(".pdf", _pdf, _pdf_overview),
}
