"""Figures with their intervals: order, error and calibration of probabilities against what came true."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.calibration import calibration_error

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
