"""Statistics of fitting and measuring: calibration of probabilities, and figures with their bootstrap intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


Floats = NDArray[np.float64]
DRAWS = 1000
"""Bootstrap samples, drawn by group."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 90 % bootstrap interval, drawn by group."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As it stands in a report."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def auroc(scores: Floats, targets: Floats) -> float:
    """Share of pairs of a true and a false one that are in order, ties by half; NaN where one kind is missing."""
    true, false = scores[targets == 1], scores[targets == 0]
    if not len(true) or not len(false):
        return math.nan
    differences = true[:, None] - false[None, :]
    return float((differences > 0).mean() + (differences == 0).mean() / 2)


def spearman(scores: Floats, targets: Floats) -> float:
    """Rank correlation, ties by their mean rank."""
    from scipy.stats import spearmanr

    return float(spearmanr(scores, targets).statistic)


def bootstrapped(scores: Floats, targets: Floats, groups: Sequence[str], measure: str) -> Figure:
    """A measure by name with its interval: ``auroc``, ``brier``, ``ece`` or ``rho``."""
    by: dict[str, Callable[[Floats, Floats], float]] = {
        "auroc": auroc,
        "rho": spearman,
        "brier": lambda s, t: float(np.mean((logistics(s) - t) ** 2)),
        "ece": lambda s, t: calibration_error(list(logistics(s)), list(t)),
    }
    compute = by[measure]
    random = np.random.default_rng(0)
    names = np.array(groups)
    members = [np.flatnonzero(names == name) for name in dict.fromkeys(groups)]
    drawn = []
    for _ in range(DRAWS):
        picked = np.concatenate([members[i] for i in random.integers(len(members), size=len(members))])
        drawn.append(compute(scores[picked], targets[picked]))
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return Figure(compute(scores, targets), float(low), float(high))


def logistics(scores: Floats) -> Floats:
    """Probabilities of natural log-odds."""
    found: Floats = 1 / (1 + np.exp(-scores))
    return found
