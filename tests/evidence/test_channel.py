"""Chains as noisy channels, and intervals against simulation."""

import math
import random
from dataclasses import replace
from statistics import NormalDist

import pytest

from scoring import resources, settings
from scoring.evidence.channel import fidelity, passed_on
from scoring.evidence.directional import claim, link
from scoring.evidence.factors import weigh
from scoring.evidence.strength import interval
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import load_priors
from scoring.probability import logistic, logit, shapes
from scoring.schema import Basis, Channel, Claim, Prior, SourceType

PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
NORMAL = NormalDist()


def test_a_channel_shrinks_towards_what_nobody_said() -> None:
    for probability in (0.2, 0.5, 0.9):
        behind = logistic(passed_on(logit(probability), 0.8, 0.05))
        assert behind == pytest.approx(0.8 * probability + 0.2 * 0.05)
    assert passed_on(1.3, 1.0, 0.05) == 1.3
    assert passed_on(logit(0.01), 0.5, 0.05) == logit(0.01)
    steps = [1.0]
    for _ in range(40):
        steps.append(passed_on(steps[-1], 0.8, 0.05))
    assert steps == sorted(steps, reverse=True) and logistic(steps[-1]) == pytest.approx(0.05, abs=1e-3)


def test_fidelity() -> None:
    channel = Channel(Prior(0.4, 5, "D", "test"), 0.75, 0.8)
    assert fidelity(channel, 0.4) == pytest.approx(0.8 * (0.75 + 0.25 * 0.4))
    assert fidelity(replace(channel, kept=1.0), 1.0) == 1.0


OUTLETS = [Prior(0.5, 2, "F", "t"), Prior(0.8, 14, "A", "t"), Prior(0.3, 6, "D", "t"), Prior(0.95, 20, "A", "t")]
SHAPES = {
    "bare": claim(Basis.ASSERTION),
    "hearsay": claim(Basis.HEARSAY),
    "person": claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS)),
    "document": claim(Basis.DOCUMENT, link(SourceType.DOCUMENT, PRIORS)),
    "two links": claim(Basis.PARAPHRASE, link(SourceType.SOCIAL, PRIORS), link(SourceType.PERSON, PRIORS)),
    "three links": claim(
        Basis.ANONYMOUS, link(SourceType.MEDIA, PRIORS), link(SourceType.SOCIAL, PRIORS),
        link(SourceType.ANONYMOUS, PRIORS),
    ),
}  # fmt: skip


def drawn(case: Claim, outlet: Prior, random_: random.Random) -> float:
    """A claim's strength in a world drawn from the stated model: every reliability from its Beta prior."""

    def reliability(prior: Prior) -> Prior:
        return replace(prior, mean=min(max(random_.betavariate(*shapes(prior.mean, prior.weight)), 0.01), 0.99))

    links = tuple(replace(x, prior=reliability(x.prior)) for x in case.chain if x.prior)
    noise = math.sqrt(SETTINGS.residual_variance) * random_.gauss(0, 1)
    noisy = replace(SETTINGS, start=SETTINGS.start + noise)
    evidence = weigh(replace(case, chain=links), reliability(outlet), 1, noisy)
    line = SETTINGS.calibration
    return logistic(line.slope * math.fsum(f.log_odds for f in evidence.factors) + line.intercept)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHAPES)
def test_intervals_cover_what_they_say(name: str) -> None:
    random_ = random.Random(name)
    runs, covered = 6000, 0
    for i in range(runs):
        outlet = OUTLETS[i % len(OUTLETS)]
        low, high = interval(weigh(SHAPES[name], outlet, 1, SETTINGS), SETTINGS.calibration, 0.9)
        covered += low <= drawn(SHAPES[name], outlet, random_) <= high
    assert 0.88 <= covered / runs <= 0.92


def test_interval_is_the_same_every_time_and_grows_with_its_level() -> None:
    evidence = weigh(SHAPES["two links"], OUTLETS[1], 1, SETTINGS)
    found = [interval(evidence, SETTINGS.calibration, level) for level in (0.5, 0.8, 0.9, 0.99)]
    assert found == [interval(evidence, SETTINGS.calibration, level) for level in (0.5, 0.8, 0.9, 0.99)]
    assert [low for low, _ in found] == sorted((low for low, _ in found), reverse=True)
    assert [high for _, high in found] == sorted(high for _, high in found)
