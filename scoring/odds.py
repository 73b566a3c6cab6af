"""Probabilities and natural log-odds."""

from __future__ import annotations

import math

EDGE = 1e-6
"""Probabilities nearer to 0 or 1 count as this near, so that log-odds are finite."""


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
