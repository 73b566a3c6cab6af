"""Probabilities that mean what they say: fitting them to held-out articles, and measuring how far they are off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10


def fitted(
    probabilities: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None
) -> tuple[float, float]:
    """Slope and intercept for ``logistic(slope * logit(p) + intercept)`` (Platt 1999), by maximum likelihood.

    Parameters
    ----------
    probabilities
        In (0, 1).
    right
        Whether what each stands for was so.
    weights
        How much each counts; equally without.
    """
    from sklearn.linear_model import LogisticRegression

    logits = logit(np.asarray(probabilities)).reshape(-1, 1)
    model = LogisticRegression(C=1e3).fit(logits, np.asarray(right, dtype=int), sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def logit(probabilities: np.ndarray) -> np.ndarray:
    """Log-odds, of probabilities kept a millionth away from 0 and 1."""
    bounded = probabilities.clip(1e-6, 1 - 1e-6)
    found: np.ndarray = np.log(bounded / (1 - bounded))
    return found


def bins(probabilities: Sequence[float], right: Sequence[float]) -> list[tuple[float, float, int]]:
    """Mean probability, share that was right and number, for each tenth of [0, 1] that is not empty."""
    stated, true = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    place = (stated * BINS).astype(int).clip(0, BINS - 1)
    members = [place == number for number in range(BINS)]
    return [(float(stated[m].mean()), float(true[m].mean()), int(m.sum())) for m in members if m.any()]


def calibration_error(probabilities: Sequence[float], right: Sequence[float]) -> float:
    """Expected calibration error in [0, 1]: the mean gap of the bins, weighted by their number (Naeini et al. 2015)."""
    found = bins(probabilities, right)
    return sum(abs(stated - true) * number for stated, true, number in found) / max(1, len(probabilities))
