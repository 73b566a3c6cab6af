"""Factors → probability, interval, Admiralty pair and words.

Log-odds add up (weights of evidence: I. J. Good, *Probability and the Weighing of Evidence*, 1950). The
sum has a normal error whose variance is that of the priors (delta method) plus a residual; the interval
is the logistic image of its central quantiles. A calibration map, a line in log-odds (Platt 1999), turns
the sum into the probability; it rises, so that no order is changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from scoring.schema import Evidence, Strength

LEVELS = ((0.2, "very weak"), (0.4, "weak"), (0.6, "moderate"), (0.8, "strong"), (math.inf, "very strong"))
ICD203 = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (math.inf, "almost certain"),
)
"""Upper bounds of the likelihood words of Intelligence Community Directive 203 (2015), half-open."""
CONFIDENCE = ((0.30, "high"), (0.55, "moderate"), (math.inf, "low"))
"""Upper bounds of the interval's width: how much is known, not how likely it is."""
CREDIBILITY = ((0.2, "5"), (0.4, "4"), (0.6, "3"), (math.inf, "2"))
"""Upper bounds of the probability for credibility 5 to 2; 1 takes two independent origins and 0.8."""
DIGITS = 4
"""Probabilities are rounded to this before any word is chosen, so that word and figure agree."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line in log-odds; ``slope`` > 0."""

    slope: float
    intercept: float


def logistic(log_odds: float) -> float:
    """Probability of natural log-odds."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


def logit(probability: float) -> float:
    """Natural log-odds of a probability, which is kept a millionth away from 0 and 1."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def total(evidence: Evidence) -> float:
    """The uncalibrated log-odds: the sum of all factors, the starting point among them where it is not even."""
    return math.fsum(factor.log_odds for factor in evidence.factors)


def strength(evidence: Evidence, calibration: Calibration, level: float) -> Strength:
    """Rate evidence.

    Parameters
    ----------
    evidence
        Factors in log-odds, and the variance of their sum in log-odds².
    calibration
        The map that turns the sum into a probability.
    level
        Central share of the interval, in (0, 1).
    """
    middle = calibration.slope * total(evidence) + calibration.intercept
    reach = calibration.slope * math.sqrt(evidence.variance) * NormalDist().inv_cdf(0.5 + level / 2)
    probability = round(logistic(middle), DIGITS)
    interval = (round(logistic(middle - reach), DIGITS), round(logistic(middle + reach), DIGITS))
    credibility = _credibility(evidence, probability)
    return Strength(
        probability=probability,
        interval=interval,
        level=word(probability, LEVELS),
        icd203=word(probability, ICD203),
        confidence=word(interval[1] - interval[0], CONFIDENCE),
        credibility=credibility,
        code=(evidence.source_reliability or evidence.outlet_reliability) + credibility,
    )


def word(value: float, table: tuple[tuple[float, str], ...]) -> str:
    """The word of the first bound that ``value`` stays under."""
    return next(name for bound, name in table if value < bound)


def _credibility(evidence: Evidence, probability: float) -> str:
    nothing_known = evidence.source_reliability is None and evidence.outlet_reliability == "F"
    if nothing_known and not evidence.hedged:
        return "6"
    if evidence.origins >= 2 and probability >= 0.8:
        return "1"
    return word(probability, CREDIBILITY)
