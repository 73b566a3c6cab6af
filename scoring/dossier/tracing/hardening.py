"""How the wording of a claim hardens from article to article: "may have" in the first, "has" in the third."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.dossier.schema import Inheritance, Mention, Place, Relation, Step
from scoring.schema import Basis, Claim, HedgeKind, Report, when

SURER = 0.15
"""A wording is surer if its certainty is higher by this; "may" to "probably", or losing a hedge, is more."""
NO_HEDGE = (HedgeKind.APPROXIMATOR, HedgeKind.BOOSTER)


def find_steps(
    mentions: Sequence[Mention], inherited: Sequence[Inheritance], reports: Sequence[Report]
) -> tuple[Step, ...]:
    """Steps by which a group's claim became surer without a new origin.

    A mention that has an origin of its own which the earlier one lacks is news, not hardening.

    Parameters
    ----------
    mentions
        Of one group, with their origins.
    inherited
        Which of them rests on which.
    reports
        The articles.
    """
    agreeing = [m for m in mentions if m.relation is Relation.AGREES]
    order = sorted(agreeing, key=lambda m: (*when(reports[m.place.article].document), m.place))
    parents = {one.heir: one.of for one in reversed(inherited)}
    return tuple(step for place, later in enumerate(order) for step in _step(later, order[:place], parents, reports))


def _step(
    later: Mention, earlier: Sequence[Mention], parents: dict[Place, Place], reports: Sequence[Report]
) -> Iterator[Step]:
    """The step to a mention, from the one that it rests on or else from the least sure before it."""
    before = [m for m in earlier if m.place.article != later.place.article and set(later.origins) <= set(m.origins)]
    surer = [m for m in before if certainty(_claim(later, reports)) >= certainty(_claim(m, reports)) + SURER]
    if not surer:
        return
    parent = next((m for m in surer if parents.get(later.place) == m.place), None)
    first = parent or min(surer, key=lambda m: certainty(_claim(m, reports)))
    claims = (_claim(first, reports), _claim(later, reports))
    yield Step(
        earlier=first.place,
        later=later.place,
        words_before=_words(claims[0], reports[first.place.article]),
        words_after=_words(claims[1], reports[later.place.article]),
        certainty_before=certainty(claims[0]),
        certainty_after=certainty(claims[1]),
    )


def certainty(claim: Claim) -> float:
    """How sure a claim is worded, in [0, 1]; hearsay is no surer than its sign, a rounded count is no less sure."""
    hedges = [hedge.certainty for hedge in claim.hedges if hedge.kind not in NO_HEDGE]
    return min([claim.certainty, *hedges]) if hedges or claim.basis in (Basis.HEARSAY, Basis.SPECULATION) else 1.0


def _claim(mention: Mention, reports: Sequence[Report]) -> Claim:
    return reports[mention.place.article].ratings[mention.place.claim].claim


def _words(claim: Claim, report: Report) -> tuple[str, ...]:
    """The hedges of a claim as written."""
    return tuple(h.span.of(report.document.text) for h in claim.hedges if h.kind not in NO_HEDGE)
