"""Factors → probability, interval, Admiralty pair and words. The whole model stands here.

**Evidential strength** answers: how far does the article, as written and with what is known of its outlet and sources,
support this claim? It does not say whether the claim is true. Nor does it say whether the claim was read rightly: that
is ``basis_probability``, which is kept apart and never enters.

1. *Weights of evidence.* Natural log-odds add up (I. J. Good, *Probability and the Weighing of Evidence*, 1950):
   ``x = start + share_o * logit(m_o) + basis + share_s * logit(m_s) + stance + form + matter + hedges``.
   ``m_o`` and ``m_s`` are the means of the Beta priors of the outlet and of the innermost source. Basis, stance of the
   cue, form, what the source speaks about (itself, an opponent, against its interest) and each hedge,
   ``weight * ln(certainty)``, are logarithms of likelihood ratios against a neutral paraphrase or a bare statement.
2. *Chain.* Each outer link is a noisy channel (:mod:`scoring.evidence.channel`): after a link of fidelity f,
   ``p' = f * p + (1 - f) * min(p, b)``; each link moves strength towards b, the base rate of what nobody said.
   ``f = kept * (least + (1 - least) * m)``, where m is the mean of the link's prior and ``kept`` what its cue keeps.
   What is left is no more than the link's own word on a matter of its own knowledge would have.
3. *Corroboration.* A second independent origin inside the article adds ``second``, each further one ``further``.
4. *Calibration.* ``logit(strength) = slope * sum + intercept`` (Platt 1999); the slope is above 0, so that the order of
   claims stays. The sum is that of the factors shown, to which chain and corroboration add the difference they make.
5. *Interval.* The reliabilities of outlet, source and links follow their Beta priors, ``residual_variance`` is what
   equal evidence leaves open; the interval holds the central share of the resulting distribution, by quadrature.
6. *Denials.* For a denied claim, the denial is rated: the strength shown is the denial's, and one minus it is that of
   what is denied.

The weights are in ``configs/score.toml``; ``sourcegrade calibrate`` fits them to outcomes under the directional rules.
"""

from __future__ import annotations

import math

from scoring.evidence.channel import spread
from scoring.evidence.weights import Calibration
from scoring.probability import logistic
from scoring.schema import Evidence, FactorKind, Strength

CHANNELS = (FactorKind.CHAIN, FactorKind.CHAIN_STANCE)
"""Factors that show what the channels lose."""
AFTER = (FactorKind.RELAYED, FactorKind.ORIGINS, FactorKind.CONTRADICTION)
"""Factors that are added after the channels."""
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
"""Upper bounds of the probability for credibility 5 to 2; 1 needs 0.8, two independent origins, and two articles."""
DIGITS = 4
"""Probabilities are rounded to so many digits before any word is chosen, so that word and figure agree."""


def total(evidence: Evidence) -> float:
    """The uncalibrated log-odds: the sum of all factors, the starting point included."""
    return math.fsum(factor.log_odds for factor in evidence.factors)


def probability(evidence: Evidence, calibration: Calibration) -> float:
    """Evidential strength in [0, 1], rounded to ``DIGITS``."""
    return round(logistic(calibration.slope * total(evidence) + calibration.intercept), DIGITS)


def interval(evidence: Evidence, calibration: Calibration, level: float) -> tuple[float, float]:
    """Central interval of strength under the priors, of the share ``level`` in (0, 1); always holds the strength."""
    after = math.fsum(factor.log_odds for factor in evidence.factors if factor.kind in AFTER)
    before = math.fsum(f.log_odds for f in evidence.factors if f.kind not in CHANNELS + AFTER)
    sums = spread(before, after, evidence)
    tail = (1 - level) / 2 * len(sums)
    middle = total(evidence)
    low, high = min(sums[math.ceil(tail) - 1], middle), max(sums[len(sums) - math.ceil(tail)], middle)
    slope, intercept = calibration.slope, calibration.intercept
    return round(logistic(slope * low + intercept), DIGITS), round(logistic(slope * high + intercept), DIGITS)


def strength(evidence: Evidence, calibration: Calibration, level: float, *, alone: bool = True) -> Strength:
    """Rate evidence.

    Parameters
    ----------
    evidence
        Factors in log-odds, and what is uncertain about them.
    calibration
        The map that turns the sum into a probability.
    level
        Central share of the interval, in (0, 1).
    alone
        Whether all evidence comes from one article; such evidence never has credibility 1.
    """
    likely = probability(evidence, calibration)
    low, high = interval(evidence, calibration, level)
    credibility = _credibility(evidence, likely, alone)
    return Strength(
        probability=likely,
        interval=(low, high),
        level=word(likely, LEVELS),
        icd203=word(likely, ICD203),
        confidence=word(high - low, CONFIDENCE),
        credibility=credibility,
        code=(evidence.source_reliability or evidence.outlet_reliability) + credibility,
    )


def word(value: float, table: tuple[tuple[float, str], ...]) -> str:
    """The word of the first bound above ``value``."""
    return next(name for bound, name in table if value < bound)


def _credibility(evidence: Evidence, probability: float, alone: bool) -> str:
    nothing_known = evidence.source_reliability is None and evidence.outlet_reliability == "F"
    if nothing_known and not evidence.hedged:
        return "6"
    if not alone and evidence.origins >= 2 and probability >= 0.8:
        return "1"
    return word(probability, CREDIBILITY)
