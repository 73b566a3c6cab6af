"""Many articles on one page: figures of each, distributions, outlets, sources in common, change over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from scoring.report import entries as figures
from scoring.report.entries import Entry, Gathered
from scoring.report.html import charts
from scoring.report.html import overview_charts as drawn
from scoring.report.html.page import environment
from scoring.report.html.time_chart import over_time
from scoring.report.wording import counted
from scoring.schema import Basis, Group

MOST_OUTLETS, MOST_SOURCES, MOST_FAILED = 40, 50, 200
"""Rows shown at most; what is left out is counted."""
_GROUPS = {
    Group.SOURCED: "sourced",
    Group.WEAKLY_SOURCED: "to unnamed people",
    Group.UNSOURCED: "without a source",
}


def overview_page(entries: Sequence[Entry], failed: Sequence[str] = ()) -> str:
    """Render an overview of many reports.

    Parameters
    ----------
    entries
        What is kept of each; ``file`` is the address that its row leads to.
    failed
        Why other articles could not be rated, a message each.

    Returns
    -------
    str
        HTML of one file, under the policy of :func:`scoring.report.html.page.policy`. Articles come by falling
        strength; a script, where it may run, puts them in another order and filters them.
    """
    return environment().get_template("overview.html").render(_context(entries, failed))


def _context(entries: Sequence[Entry], failed: Sequence[str]) -> dict[str, Any]:
    by_basis = basis_counts(entries)
    means = [entry.mean for entry in entries if entry.mean is not None]
    outlets, shared, periods = figures.outlets(entries), figures.shared(entries), figures.periods(entries)
    return {
        "verdict": totals(entries),
        "entries": [(entry, _groups(entry), drawn.groups_bar(_groups(entry))) for entry in by_strength(entries)],
        "same_titles": same_titles(entries),
        "bases": by_basis,
        "shares": charts.shares(by_basis) if by_basis else None,
        "of_articles": drawn.histogram(means, "Articles"),
        "of_claims": drawn.histogram([value for entry in entries for value in entry.strengths], "Claims"),
        **_compared(outlets[:MOST_OUTLETS]),
        "outlets_left": outlets[MOST_OUTLETS:],
        "nowhere": sum(entry.outlet is None for entry in entries),
        "shared": shared[:MOST_SOURCES],
        "shared_left": len(shared[MOST_SOURCES:]),
        "periods": periods if len(periods) > 1 else [],
        "over_time": over_time(periods) if len(periods) > 1 else None,
        "undated": sum(entry.published is None for entry in entries),
        "failed": failed[:MOST_FAILED],
        "failed_left": len(failed[MOST_FAILED:]),
        "FEWEST": figures.FEWEST,
        "RESAMPLES": figures.RESAMPLES,
    }


def by_strength(entries: Sequence[Entry]) -> list[Entry]:
    """Articles by falling mean strength, those without claims last."""
    return sorted(entries, key=lambda entry: (1.0 if entry.mean is None else -entry.mean, entry.title))


def same_titles(entries: Sequence[Entry]) -> set[str]:
    """Titles that two or more articles bear; their rows show the files' names."""
    return {title for title, number in Counter(entry.title for entry in entries).items() if number > 1}


def basis_counts(entries: Sequence[Entry]) -> dict[Basis, int]:
    """Claims of all articles by basis, in the order of the bases."""
    counts_by_basis: Counter[Basis] = Counter()
    for entry in entries:
        counts_by_basis.update(dict(entry.bases))
    return {basis: counts_by_basis[basis] for basis in Basis if counts_by_basis[basis]}


def totals(entries: Sequence[Entry]) -> str:
    """The figures of all articles together, as one line of text."""
    claims = sum(entry.claims for entry in entries)
    start = f"{counted(len(entries), 'article')}, {counted(claims, 'claim')}"
    groups = ((sum(entry.of_group(group) for entry in entries), words) for group, words in _GROUPS.items())
    said = ", ".join(f"{number:,} {words} ({number / claims:.0%})" for number, words in groups if number)
    return f"{start}: {said}." if said else f"{start}."


def _groups(entry: Entry) -> list[tuple[Group, int]]:
    return [(group, entry.of_group(group)) for group in _GROUPS]


def _compared(outlets: Sequence[Gathered]) -> dict[str, Any]:
    """Rows of the outlets, each with its two bars, and the scales that these share."""
    if not outlets:
        return {"outlets": []}
    strengths = drawn.scale_of([outlet.strength for outlet in outlets])
    scores = drawn.scale_of([outlet.score for outlet in outlets])
    rows = [
        (
            outlet,
            drawn.mean_bar(outlet.strength, "Mean strength", strengths),
            drawn.mean_bar(outlet.score, "Mean sourcing score", scores),
        )
        for outlet in outlets
    ]
    return {"outlets": rows, "strengths": strengths, "scores": scores}
