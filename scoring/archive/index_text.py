"""The index over time as a table to read, and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, TextIO

from scoring.archive.index import MEASURES, STRENGTH, Change, Figure, Index, Row
from scoring.archive.intervals import FALSE_DISCOVERIES
from scoring.report.build import DIGITS
from scoring.report.entries import FEWEST
from scoring.report.terminal.screen import console, screen_of
from scoring.report.wording import REMINDER, counted
from scoring.writing.spreadsheets import Rows

COLUMNS = (
    "outlet", "month", "articles", "claims",
    *(f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")), "sources", "changes",
)  # fmt: skip
"""Columns of the CSV, a row an outlet and month; ``sources`` and ``changes`` are joined by semicolons."""

WIDE = 110
"""Columns of a terminal from which all the sources of a month are named, not only the one with most claims."""


def write_table(index: Index, stream: TextIO) -> None:
    """Months below one another for each outlet, then what changed, then how it was counted."""
    from rich.table import Table

    made = console(stream)
    screen = screen_of(made)
    narrow = screen.width < WIDE
    for outlet, rows in groupby(index.rows, key=lambda row: row.outlet):
        laid_out = Table(box=screen.symbols.box, padding=(0, 1), pad_edge=False, header_style="dim")
        laid_out.add_column("month", no_wrap=True)
        for name, width in (("articles", 8), ("sourced", 7), ("unnamed", 7), ("unsourced", 9), ("strength", 11)):
            laid_out.add_column(name, justify="right", width=width)
        laid_out.add_column("relied on", overflow="fold")
        for row in rows:
            shown = [figure_words(measure, row.figures.get(measure)) for measure in MEASURES]
            named = ", ".join(f"{name} ({claims})" for name, claims in row.sources[: 1 if narrow else None])
            cells = (row.month or "undated", f"{row.articles:,}", *shown, named)
            laid_out.add_row(*(screen.text(cell) for cell in cells))
        made.print(screen.text(outlet, "bold"))
        made.print(laid_out)
    for line in _below(index):
        made.print(screen.text(line), soft_wrap=False)


def _below(index: Index) -> Iterator[str]:
    if index.changes:
        yield "Changed beyond noise:"
        yield from (f"  {change.outlet}, {change_words(change)}" for change in index.changes)
    else:
        yield "Nothing changed beyond noise."
    yield method(index)
    if not index.complete:
        yield "The archive is not complete: batch --resume goes on with it."
    yield REMINDER


def method(index: Index) -> str:
    """How intervals and changes were found, in a sentence or two."""
    words = (
        f"Shares and means over claims, with 90 % intervals that take articles as drawn, not claims. "
        f"Changes are against the month before that has {FEWEST} articles with claims, by Welch's test on "
        f"{counted(index.tests, 'difference')}; of those shown at most {FALSE_DISCOVERIES:.0%} are chance, on average "
        "(Benjamini-Hochberg)."
    )
    if index.lost:
        words += f" Claims that rest on a source may be up to {index.lost:,} more."
    return words


def figure_words(measure: str, figure: Figure | None) -> str:
    """A share such as ``62 % (55–69)``, or a strength such as ``0.48 (0.45–0.51)``; a dash if there is no figure."""
    if figure is None:
        return "–"
    if measure == STRENGTH:
        ends = f" ({figure.interval[0]:.2f}–{figure.interval[1]:.2f})" if figure.interval else ""
        return f"{figure.value:.2f}{ends}"
    ends = f" ({100 * figure.interval[0]:.0f}–{100 * figure.interval[1]:.0f})" if figure.interval else ""
    return f"{100 * figure.value:.0f} %{ends}"


def change_words(change: Change) -> str:
    """What changed, from what to what, and how likely that is by chance."""
    was, now = (figure_words(change.measure, Figure(value, None)) for value in (change.was, change.now))
    p = "< 0.001" if change.adjusted < 0.001 else f"{change.adjusted:.3f}"
    return f"{change.month}: {MEASURES[change.measure]} {was} → {now} since {change.before} (p {p}, adjusted)"


def write_csv(index: Index, stream: TextIO) -> None:
    """A header, then a row an outlet and month; undated articles have an empty month."""
    changes: dict[tuple[str, str | None], list[str]] = {}
    for change in index.changes:
        direction = "up" if change.now > change.was else "down"
        changes.setdefault((change.outlet, change.month), []).append(f"{change.measure} {direction}")
    rows = Rows(stream)
    rows.add(COLUMNS)
    for row in index.rows:
        named = "; ".join(f"{name} ({claims})" for name, claims in row.sources)
        changed = "; ".join(changes.get((row.outlet, row.month), ()))
        cells = (row.outlet, row.month, row.articles, row.claims, *_figures(row), named, changed)
        rows.add(cells)


def _figures(row: Row) -> Iterator[Any]:
    for measure in MEASURES:
        figure = row.figures.get(measure)
        ends = (figure.interval if figure else None) or (None, None)
        values = (figure.value if figure else None, *ends)
        yield from (None if value is None else round(value, DIGITS) for value in values)
