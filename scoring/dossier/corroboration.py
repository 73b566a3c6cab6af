"""Strength of a claim over all articles that carry it.

The evidence is that of its best mention, weighed as in one article (:mod:`scoring.evidence.factors`), with two changes:

1. *Origins.* The number of independent origins is that of the whole group. Mentions that have the claim from another
   mention are no candidates for the best: a better outlet that repeats a worse one adds nothing (rule 7).
2. *Contradiction.* An independent origin against the claim lowers it by ``contradiction``, one with another number by
   ``number``, each further one by ``further`` (natural log-odds, ``configs/dossier.toml``), behind the channels as
   corroboration is.

So the directional rules hold across articles: what raises a mention alone can only raise the best one, a further
independent origin raises until ``most``, a repeat leaves all as it is, a contradiction lowers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.dossier.schema import Corroborated, Mention, Place, Relation
from scoring.dossier.settings import CorroborationSettings
from scoring.evidence.factors import weigh
from scoring.evidence.strength import probability, strength, total
from scoring.evidence.weights import ScoreSettings
from scoring.schema import Claim, Evidence, Factor, FactorKind, Prior, Report


def corroborate(
    candidates: Sequence[Mention],
    reports: Sequence[Report],
    counts: tuple[int, int, int],
    score: ScoreSettings,
    settings: CorroborationSettings,
) -> Corroborated:
    """Rate a claim over all articles.

    Parameters
    ----------
    candidates
        Mentions on one side that have their claim from no other mention, at least one.
    reports
        The articles.
    counts
        Independent origins for the claim, against it, and with another number.
    score, settings
        The weights.
    """
    alone = len({m.place.article for m in candidates}) < 2 or counts[1] > 0
    weighed = {m.place: evidence(*_case(m, reports), counts, score, settings) for m in candidates}
    best = max(sorted(weighed), key=lambda place: total(weighed[place]))
    rated = strength(weighed[best], score.calibration, score.interval_level, alone=alone)
    factors = tuple((f.kind.value, f.value, f.log_odds) for f in weighed[best].factors)
    moved = _moved(_case_at(best, reports), counts, score, settings)
    settle = tuple((what, p) for what, p in moved if abs(p - rated.probability) >= 0.01)
    return Corroborated(rated, best, factors, settle)


def evidence(
    claim: Claim, outlet: Prior, counts: tuple[int, int, int], score: ScoreSettings, settings: CorroborationSettings
) -> Evidence:
    """Evidence for a claim with independent origins for it, against it, and with another number."""
    supporting, against, numbers = counts
    alone = weigh(claim, outlet, max(1, supporting), score)
    return replace(alone, factors=(*alone.factors, *_against(against, numbers, settings)))


def _against(against: int, numbers: int, settings: CorroborationSettings) -> Iterator[Factor]:
    """What origins against a claim cost: the first its own weight, the others no more than ``further`` each."""
    each = [("contradict it", settings.contradiction)] * against + [("give another number", settings.number)] * numbers
    costs = [
        (what, weight if not i else max(weight, settings.further))
        for i, (what, weight) in enumerate(each[: settings.most])
    ]
    for what, count in Counter(what for what, _ in costs).items():
        yield Factor(
            FactorKind.CONTRADICTION, f"{count} independent {what}", math.fsum(cost for w, cost in costs if w == what)
        )


def _moved(
    case: tuple[Claim, Prior], counts: tuple[int, int, int], score: ScoreSettings, settings: CorroborationSettings
) -> Iterator[tuple[str, float]]:
    """Changes that would settle the claim, each with the probability that the claim would then have."""
    supporting, against, numbers = counts
    for what, changed in (
        ("one more origin that is independent of the others", (max(1, supporting) + 1, against, numbers)),
        ("an independent origin that contradicts it", (supporting, against + 1, numbers)),
        ("those who contradict it take it back", (supporting, 0, numbers)),
        ("those with another number take it back", (supporting, against, 0)),
    ):
        if changed != counts:
            yield what, probability(evidence(*case, changed, score, settings), score.calibration)


def _case(mention: Mention, reports: Sequence[Report]) -> tuple[Claim, Prior]:
    return _case_at(mention.place, reports)


def _case_at(place: Place, reports: Sequence[Report]) -> tuple[Claim, Prior]:
    report = reports[place.article]
    return report.ratings[place.claim].claim, report.outlet_prior


def sides(mentions: Sequence[Mention]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Numbers of the origins that agree, contradict, and give another number; who is on two sides counts on the first.

    A source that revises its own figure is not independent of itself.
    """
    by_side: dict[Relation, set[int]] = {relation: set() for relation in Relation}
    for mention in mentions:
        by_side[mention.relation].update(mention.origins)
    agree = by_side[Relation.AGREES]
    against = by_side[Relation.CONTRADICTS] - agree
    numbers = by_side[Relation.NUMBER] - agree - against
    return tuple(sorted(agree)), tuple(sorted(against)), tuple(sorted(numbers))
