"""The directional rules of evidential strength, over the whole grid of evidence."""

import itertools
import math
from collections import Counter
from dataclasses import replace

import pytest

from scoring import resources, settings
from scoring.evidence.directional import HEDGES, IDENTIFIED, MATTER, OUTLETS, Case, Pair, claim, link, pairs
from scoring.evidence.factors import weigh
from scoring.evidence.rating import rate_claim
from scoring.evidence.strength import strength, total
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import load_priors
from scoring.schema import Basis, Claim, Matter, Prior, SourceType, Strength

PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
GRID = list(pairs(PRIORS))


def log_odds(case: Case) -> float:
    return total(weigh(case.claim, case.outlet, case.origins, SETTINGS))


def rated(c: Claim, outlet: Prior, origins: int = 1) -> Strength:
    return strength(weigh(c, outlet, origins, SETTINGS), SETTINGS.calibration, SETTINGS.interval_level)


def probability(c: Claim, outlet: Prior, origins: int = 1) -> float:
    return rated(c, outlet, origins).probability


def width(s: Strength) -> float:
    return s.interval[1] - s.interval[0]


def holds(pair: Pair) -> bool:
    more, less = log_odds(pair.more), log_odds(pair.less)
    return more > less + 1e-9 if pair.strict else more >= less - 1e-9


@pytest.mark.parametrize("rule", [1, 2, 3, 4, 5, 6, 7, 8, 9, MATTER])
def test_grid(rule: int) -> None:
    of_rule = [pair for pair in GRID if pair.rule == rule]
    broken = [pair for pair in of_rule if not holds(pair)]
    assert len(of_rule) >= 100 and broken == []


def test_grid_covers_every_basis_type_and_matter() -> None:
    claims = [case.claim for pair in GRID for case in (pair.more, pair.less)]
    assert {c.basis for c in claims} == set(Basis)
    assert {x.type for c in claims for x in c.chain} == set(SourceType) - {SourceType.AUTHOR}
    assert {c.matter for c in claims} == set(Matter)
    assert Counter(pair.strict for pair in GRID)[True] > 1000


@pytest.mark.parametrize("mean", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_less_known_is_wider(mean: float) -> None:
    cases = [claim(Basis.ASSERTION), claim(Basis.HEARSAY), claim(Basis.SPECULATION)]
    cases += [claim(Basis.PARAPHRASE, link(type_, PRIORS)) for type_ in IDENTIFIED]
    for case in cases:
        widths = [width(rated(case, Prior(mean, weight, "C", "test"))) for weight in (2.0, 8.0, 30.0)]
        assert widths[0] > widths[1] > widths[2]
    outlet = Prior(0.5, 8.0, "C", "test")
    sources = [replace(link(SourceType.PERSON, PRIORS), prior=Prior(mean, w, "C", "t")) for w in (2.0, 8.0, 30.0)]
    widths = [width(rated(claim(Basis.PARAPHRASE, source), outlet)) for source in sources]
    assert widths[0] > widths[1] > widths[2]


def test_origins_beyond_the_most_add_nothing() -> None:
    case = claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS))
    most = SETTINGS.origins.most
    assert probability(case, OUTLETS[7], most) == probability(case, OUTLETS[7], most + 1)


def test_factors_sum_to_the_uncalibrated_log_odds() -> None:
    outer = link(SourceType.MEDIA, PRIORS)
    for outlet, hedges, type_ in itertools.product(OUTLETS, HEDGES.values(), IDENTIFIED):
        evidence = weigh(claim(Basis.PARAPHRASE, outer, link(type_, PRIORS), hedges=hedges), outlet, 2, SETTINGS)
        line = SETTINGS.calibration
        summed = math.fsum(f.log_odds for f in evidence.factors)
        expected = 1 / (1 + math.exp(-(line.slope * summed + line.intercept)))
        assert strength(evidence, line, 0.9).probability == pytest.approx(expected, abs=5e-5)


def test_what_would_move_it_is_a_real_rating() -> None:
    case = claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS))
    rating = rate_claim(case, OUTLETS[7], 1, SETTINGS, PRIORS)
    raised = {c.change: c.probability for c in rating.would_raise}
    assert raised["a second source independent of the first"] == pytest.approx(probability(case, OUTLETS[7], 2))
    lowered = {c.change: c.probability for c in rating.would_lower}
    assert lowered["no source named, 'reportedly' in its place"] == pytest.approx(
        probability(claim(Basis.HEARSAY), OUTLETS[7])
    )
    assert all(p > rating.strength.probability for p in raised.values())
    assert all(p < rating.strength.probability for p in lowered.values())
    rival = claim(Basis.PARAPHRASE, link(SourceType.ORGANISATION, PRIORS), about=Matter.ACCUSATION)
    moved = {c.change: c.probability for c in rate_claim(rival, OUTLETS[7], 1, SETTINGS, PRIORS).would_raise}
    neutral = claim(Basis.PARAPHRASE, link(SourceType.ORGANISATION, PRIORS))
    assert moved["a source without a stake in it"] == probability(neutral, OUTLETS[7])
