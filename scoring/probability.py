"""Probabilities, natural log-odds, and Beta distributions given by mean and weight; needs only the standard library."""

from __future__ import annotations

import math

EDGE = 1e-6
"""Least distance of a probability from 0 and 1; a smaller one is set to it, so that log-odds are finite."""


def logistic(log_odds: float) -> float:
    """Probability of natural log-odds."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


def logit(probability: float) -> float:
    """Natural log-odds of a probability, which is kept ``EDGE`` away from 0 and 1."""
    bounded = min(max(probability, EDGE), 1 - EDGE)
    return math.log(bounded / (1 - bounded))


LEAST_SHAPE = 0.05
"""Least shape of a Beta distribution; a smaller one is set to it, so that a mean of 0 or 1 has a distribution, too."""
RATING_EDGE = 0.01
"""Least distance of a prior's mean from 0 and 1: ratings of outlets cannot tell chances below one in a hundred."""


def shapes(mean: float, weight: float) -> tuple[float, float]:
    """Shapes ``(a, b)`` of the Beta distribution with this mean in [0, 1] and weight ``a + b`` > 0."""
    return max(mean * weight, LEAST_SHAPE), max((1 - mean) * weight, LEAST_SHAPE)


def beta_interval(mean: float, weight: float, level: float = 0.9) -> tuple[float, float]:
    """Central interval of a Beta distribution.

    Parameters
    ----------
    mean, weight
        Mean in [0, 1] and weight > 0.
    level
        Share of the distribution inside the interval, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end in [0, 1], exact to 1e-6; they are found by bisection of the distribution function.
    """
    a, b = shapes(mean, weight)
    tail = (1 - level) / 2
    return _quantile(tail, a, b), _quantile(1 - tail, a, b)


def centre(mean: float) -> float:
    """Log-odds of a prior's mean, which is kept ``RATING_EDGE`` away from 0 and 1.

    The mean of a Beta variable's log-odds, digamma(a) − digamma(b), is not used: it grows more extreme the *less* is
    known.
    """
    return logit(min(max(mean, RATING_EDGE), 1 - RATING_EDGE))


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b) (Abramowitz & Stegun 26.5.8, continued fraction)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b), evaluated by Lentz's method."""
    tiny = 1e-300  # stands for 0 in a denominator, as Lentz's method needs it
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _away(1 + term * d, tiny)
            c = _away(1 + term / c, tiny)
            value *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return value


def _away(x: float, tiny: float) -> float:
    return x if abs(x) > tiny else tiny


def _quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(40):  # halves the interval to less than 1e-12
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
