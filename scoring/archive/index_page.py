"""The index over time as a page, in the look of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from scoring.archive.index import MEASURES, STRENGTH, Figure, Index, Row
from scoring.archive.index_text import change_words, figure_words, method
from scoring.report.entries import Gathered, Mean
from scoring.report.html import overview_charts as drawn
from scoring.report.html.page import environment
from scoring.report.html.time_chart import over_time
from scoring.schema import Group

MOST_OUTLETS = 60
"""Outlets shown, those with most articles; CSV has them all."""
_GROUPS = {"sourced": Group.SOURCED, "weakly_sourced": Group.WEAKLY_SOURCED, "unsourced": Group.UNSOURCED}


def outlets_page(index: Index) -> str:
    """Render the index: outlets side by side, what changed, then each outlet month by month.

    Returns
    -------
    str
        HTML of one file, under the policy of :func:`scoring.report.html.page.policy`.
    """
    return environment().get_template("outlets.html").render(_context(index))


def _context(index: Index) -> dict[str, Any]:
    shown = [row for row in index.outlets if row.figures][:MOST_OUTLETS]
    months = {outlet: list(rows) for outlet, rows in groupby(index.rows, key=lambda row: row.outlet)}
    scale = drawn.scale_of([_mean(row) for row in shown]) if shown else (0.0, 1.0)
    return {
        "articles": sum(row.articles for row in index.outlets),
        "claims": sum(row.claims for row in index.outlets),
        "outlets": [(row, bar(row), drawn.mean_bar(_mean(row), "Mean strength", scale)) for row in shown],
        "left": len(index.outlets) - len(shown),
        "sections": [_section(row.outlet, months[row.outlet]) for row in shown],
        "changes": [(change.outlet, change_words(change)) for change in index.changes],
        "method": method(index),
        "complete": index.complete,
        "words": figure_words,
        "MEASURES": MEASURES,
    }  # fmt: skip


def _section(outlet: str, rows: Sequence[Row]) -> tuple[str, list[tuple[Row, Any]], Any]:
    return outlet, [(row, bar(row)) for row in rows], _line(rows)


def bar(row: Row) -> Any:
    """The three shares of the claims as one small line, and nothing where there are none."""
    if not row.figures:
        return ""
    return drawn.groups_bar([(group, round(row.claims * row.figures[name].value)) for name, group in _GROUPS.items()])


def _line(rows: Sequence[Row]) -> Any:
    """Mean strength over time, where there are two months."""
    dated = [row for row in rows if row.month and row.figures]
    if len(dated) < 2:
        return None
    periods = [Gathered(str(row.month), row.articles, row.claims, _mean(row), _mean(row)) for row in dated]
    return over_time(periods)


def _mean(row: Row) -> Mean:
    figure: Figure = row.figures[STRENGTH]
    return Mean(figure.value, figure.interval)
