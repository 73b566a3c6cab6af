"""What ``sourcegrade report`` writes: a decorated function a format, for pages of articles and for their overview."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scoring.report.formats import Sink, write_csv, write_json
from scoring.report.registry import output_format
from scoring.schema import Group, Report
from scoring.writing.files import dumps
from scoring.writing.spreadsheets import Rows

if TYPE_CHECKING:
    from scoring.report.entries import Entry

INDEX = "index"
"""The overview's file name, without its ending."""
ENTRY_COLUMNS = (
    "file", "id", "title", "outlet", "published", "claims", "sourced", "weakly_sourced", "unsourced",
    "mean_strength", "sourcing_score",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What an article's page shows; ``in_overview`` says that an overview stands beside it."""

    report: Report
    in_overview: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of all articles shows; the messages say why others could not be rated."""

    entries: Sequence[Entry]
    failed: Sequence[str]


def encoded(content: str | bytes) -> bytes:
    """The bytes of a page; half a surrogate pair, which no file may hold, becomes a question mark."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


@output_format("html", "report", help="pages for a browser, each in one file", suffix=".html")
def html_page(shown: Page | Overview) -> str:
    """A page that works from disk, on paper, and without a script."""
    if isinstance(shown, Overview):
        from scoring.report.html.overview import overview_page

        return overview_page(shown.entries, shown.failed)
    from scoring.report.html.page import article_page

    return article_page(shown.report, home=(f"{INDEX}.html", "All articles") if shown.in_overview else None)


@output_format("md", "report", help="Markdown, for pull requests and wikis", suffix=".md")
def markdown_page(shown: Page | Overview) -> str:
    """Markdown as GitHub renders it."""
    from scoring.report.markdown import article_markdown, overview_markdown

    if isinstance(shown, Overview):
        return overview_markdown(shown.entries, shown.failed)
    return article_markdown(shown.report)


@output_format("json", "report", help="the full rating; of all articles their figures", suffix=".json")
def json_page(shown: Page | Overview) -> str:
    """An article's page as ``score --format json`` writes it."""
    if isinstance(shown, Page):
        return _rating(write_json, shown)
    rows = [dict(zip(ENTRY_COLUMNS, _cells(entry), strict=True)) for entry in shown.entries]
    return dumps({"articles": rows, "not_rated": list(shown.failed)}, indent=2) + "\n"


@output_format("csv", "report", help="a row a claim; of all articles a row each", suffix=".csv", has_warnings=False)
def csv_page(shown: Page | Overview) -> str:
    """An article's page as ``score --format csv`` writes it."""
    if isinstance(shown, Page):
        return _rating(write_csv, shown)
    stream = io.StringIO()
    rows = Rows(stream)
    rows.add(ENTRY_COLUMNS)
    rows.extend(map(_cells, shown.entries))
    return stream.getvalue()


def _check_pdf() -> None:
    from scoring.report.html.pdf import check

    check()


@output_format("pdf", "report", help="the pages on paper", suffix=".pdf", binary=True, check=_check_pdf)
def pdf_page(shown: Page | Overview) -> bytes:
    """The page for a browser, printed; no link leads out of it."""
    from scoring.report.html.pdf import to_pdf

    return to_pdf(html_page(replace(shown, in_overview=False) if isinstance(shown, Page) else shown))


def _rating(write: Callable[[Iterable[Report], Sink], None], shown: Page) -> str:
    stream = io.StringIO()
    write([shown.report], Sink(stream))
    return stream.getvalue()


def _cells(entry: Entry) -> list[Any]:
    groups = (entry.of_group(group) for group in Group)
    known = [entry.file, entry.id, entry.title, entry.outlet, entry.published, entry.claims, *groups]
    return [*known, *(None if value is None else round(value, 4) for value in (entry.mean, entry.score))]
