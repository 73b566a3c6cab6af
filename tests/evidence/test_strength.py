"""Figures in words, with a case on either side of each bound, and the changes that are shown."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from scoring import resources, settings
from scoring.evidence.directional import claim, link
from scoring.evidence.factors import weigh
from scoring.evidence.rating import rate_claim
from scoring.evidence.strength import CONFIDENCE, CREDIBILITY, ICD203, LEVELS, strength, word
from scoring.evidence.weights import Calibration, ScoreSettings
from scoring.priors.tables import load_priors
from scoring.schema import Basis, Evidence, Factor, Hedge, HedgeKind, Prior, SourceType, Span

PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
PLAIN = Calibration(slope=1.0, intercept=0.0)


@pytest.mark.parametrize(
    ("table", "value", "named"),
    [
        (LEVELS, 0.1999, "very weak"), (LEVELS, 0.2, "weak"),
        (LEVELS, 0.3999, "weak"), (LEVELS, 0.4, "moderate"),
        (LEVELS, 0.5999, "moderate"), (LEVELS, 0.6, "strong"),
        (LEVELS, 0.7999, "strong"), (LEVELS, 0.8, "very strong"),
        (ICD203, 0.0499, "almost no chance"), (ICD203, 0.05, "very unlikely"),
        (ICD203, 0.1999, "very unlikely"), (ICD203, 0.2, "unlikely"),
        (ICD203, 0.4499, "unlikely"), (ICD203, 0.45, "roughly even chance"),
        (ICD203, 0.5499, "roughly even chance"), (ICD203, 0.55, "likely"),
        (ICD203, 0.7999, "likely"), (ICD203, 0.8, "very likely"),
        (ICD203, 0.9499, "very likely"), (ICD203, 0.95, "almost certain"),
        (CONFIDENCE, 0.2999, "high"), (CONFIDENCE, 0.3, "moderate"),
        (CONFIDENCE, 0.5499, "moderate"), (CONFIDENCE, 0.55, "low"),
        (CREDIBILITY, 0.1999, "5"), (CREDIBILITY, 0.2, "4"),
        (CREDIBILITY, 0.3999, "4"), (CREDIBILITY, 0.4, "3"),
        (CREDIBILITY, 0.5999, "3"), (CREDIBILITY, 0.6, "2"),
    ],
)  # fmt: skip
def test_bounds_of_words_are_half_open(table: tuple[tuple[float, str], ...], value: float, named: str) -> None:
    assert word(value, table) == named


def evidence(probability: float, origins: int, *, source: str | None = "B", hedged: bool = False) -> Evidence:
    factor = Factor("basis", "paraphrase", math.log(probability / (1 - probability)))
    return Evidence((factor,), source, "F" if source is None else "B", origins=origins, hedged=hedged)


@pytest.mark.parametrize(
    ("probability", "origins", "alone", "credibility"),
    [
        (0.8, 2, False, "1"), (0.799, 2, False, "2"), (0.8, 1, False, "2"), (0.8, 2, True, "2"), (0.99, 5, True, "2"),
    ],
)  # fmt: skip
def test_credibility_one_takes_much(probability: float, origins: int, alone: bool, credibility: str) -> None:
    rated = strength(evidence(probability, origins), PLAIN, 0.9, alone=alone)
    assert (rated.credibility, rated.code) == (credibility, f"B{credibility}")


@pytest.mark.parametrize(("hedged", "code"), [(False, "F6"), (True, "F3")])
def test_of_an_unknown_outlets_own_word_nothing_can_be_said_unless_it_is_hedged(hedged: bool, code: str) -> None:
    assert strength(evidence(0.5, 1, source=None, hedged=hedged), PLAIN, 0.9).code == code


def test_at_most_three_changes_each_way_are_shown_and_none_that_hardly_moves_anything() -> None:
    outlet = Prior(0.5, 2.0, "F", "test")
    cases = [
        claim(basis, *chain)
        for basis in Basis
        for chain in ((), (link(SourceType.ANONYMOUS, PRIORS),), (link(SourceType.SOCIAL, PRIORS),) * 2)
    ]
    rated = [rate_claim(case, outlet, 1, SETTINGS, PRIORS) for case in cases]
    shown = [(r.strength.probability, changes) for r in rated for changes in (r.would_raise, r.would_lower)]
    assert max(len(changes) for _, changes in shown) == 3
    assert all(abs(change.probability - now) >= 0.02 - 1e-9 for now, changes in shown for change in changes)


@pytest.mark.parametrize(
    ("certainties", "cost"),
    [
        ((0.5,), math.log(0.5) * 0.218),
        ((0.5, 0.4), math.log(0.2) * 0.218),
        ((0.001,), math.log(0.01) * 0.218),
        ((0.05,) * 2, -1.2),
    ],
)
def test_hedges_together_cost_their_weights_and_no_more_than_the_floor(
    certainties: tuple[float, ...], cost: float
) -> None:
    hedged = replace(
        claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS)),
        hedges=tuple(Hedge(Span(i, i + 1), HedgeKind.EPISTEMIC, certainty) for i, certainty in enumerate(certainties)),
    )
    factors = weigh(hedged, Prior(0.5, 2.0, "F", "test"), 1, SETTINGS).factors
    assert sum(factor.log_odds for factor in factors if factor.kind.value == "hedge") == pytest.approx(cost)


@pytest.mark.parametrize(("origins", "log_odds"), [(1, 0.0), (2, 0.5), (3, 0.7), (4, 0.9), (5, 0.9)])
def test_further_origins_add_up_to_the_fourth(origins: int, log_odds: float) -> None:
    sourced = claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS))
    factors = weigh(sourced, Prior(0.5, 2.0, "F", "test"), origins, SETTINGS).factors
    assert sum(factor.log_odds for factor in factors if factor.kind.value == "origins") == pytest.approx(log_odds)
