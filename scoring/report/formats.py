"""What ``score`` and ``explain`` write: a decorated function a format, each of which writes reports as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from scoring.errors import InputError
from scoring.report.build import DIGITS, to_dict
from scoring.report.registry import output_format
from scoring.schema import Document, Rating, Report
from scoring.writing.files import dumps
from scoring.writing.spreadsheets import Rows

COLUMNS = (
    "id", "outlet", "claim", "start", "end", "text", "basis", "group", "chain", "hedges", "polarity",
    "probability", "low", "high", "level", "code", "icd203", "confidence",
)  # fmt: skip
"""Columns of ``csv`` and ``parquet``, a row a claim. ``start`` is that of the first fragment, ``end`` of the last."""


@dataclass(frozen=True, slots=True)
class Sink:
    """Where reports are written: the stream, whether texts are included, and what could not be rated so far."""

    stream: TextIO
    text: bool = True
    failed: Sequence[InputError] = field(default_factory=list)


@output_format(
    "table", "score", "explain", help="to read in a terminal", suffix=".txt", for_machines=False, has_warnings=False
)
def write_table(reports: Iterable[Report], sink: Sink) -> None:
    """A table an article, an empty line between two."""
    from scoring.report.terminal.screen import console, screen_of
    from scoring.report.terminal.table import table

    made = console(sink.stream)
    for number, report in enumerate(reports):
        if number:
            made.print()
        made.print(table(report, screen_of(made)))
        sink.stream.flush()


@output_format("json", "score", "explain", help="the full rating, by the published schema", suffix=".json")
def write_json(reports: Iterable[Report], sink: Sink) -> None:
    """One object for one article; an array for several, or where some could not be rated."""
    rated = [to_dict(report, text=sink.text) for report in reports]
    one = len(rated) == 1 and not sink.failed
    sink.stream.write(dumps(rated[0] if one else rated, indent=2) + "\n")
    sink.stream.flush()


@output_format("jsonl", "score", "explain", help="the full rating, an article a line", suffix=".jsonl")
def write_jsonl(reports: Iterable[Report], sink: Sink) -> None:
    """An object a line, each written as soon as it is rated."""
    for report in reports:
        sink.stream.write(dumps(to_dict(report, text=sink.text)) + "\n")
        sink.stream.flush()


@output_format("csv", "score", "explain", help="a row a claim", suffix=".csv", has_warnings=False)
def write_csv(reports: Iterable[Report], sink: Sink) -> None:
    """A header, then a row a claim; an article without claims has none."""
    rows = Rows(sink.stream)
    rows.add(COLUMNS)
    sink.stream.flush()
    for report in reports:
        rows.extend(claim_row(rating, report.document) for rating in report.ratings)
        sink.stream.flush()


@output_format(
    "parquet", "score", help="a row a claim, for pandas and DuckDB", suffix=".parquet", binary=True, has_warnings=False
)
def write_parquet(reports: Iterable[Report], sink: Sink) -> None:
    """The table of :func:`scoring.report.frame.to_frame`, with its types; pandas reads back the same.

    Parquet keeps the words of a category only where there is a row.
    """
    from scoring.report.frame import to_frame

    sink.stream.flush()
    sink.stream.buffer.write(to_frame(reports).to_parquet(index=False))


def claim_row(rating: Rating, document: Document) -> list[Any]:
    """The cells of a claim, one for each of ``COLUMNS``."""
    claim, strength, text = rating.claim, rating.strength, document.as_given
    low, high = strength.interval
    return [
        document.id, document.outlet, claim.id, claim.spans[0].start, claim.spans[-1].end, claim.text(text),
        claim.basis.value, claim.group.value, " > ".join(link.label(document.text) for link in claim.chain),
        ", ".join(hedge.span.of(text) for hedge in claim.hedges), claim.polarity.value,
        round(strength.probability, DIGITS), round(low, DIGITS), round(high, DIGITS),
        strength.level, strength.code, strength.icd203, strength.confidence,
    ]  # fmt: skip
