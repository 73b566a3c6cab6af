"""The statistics of fitting and measuring, each of them once: calibration, rank correlation, AUROC, the bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.probability import EDGE

Floats = NDArray[np.float64]
Numbers = Sequence[float] | Floats
BINS = 10
"""Of equal width, into which probabilities are sorted for a calibration error or a reliability diagram."""
DRAWS = 1000
"""Bootstrap samples."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its bootstrap interval, whose ends are ``None`` where there is but one thing to draw from."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """As it stands in a report."""
        interval = "" if self.low is None or self.high is None else f" [{self.low:.3f}, {self.high:.3f}]"
        return f"{self.value:.3f}{interval}"


def resampled(groups: Sequence[Hashable], draws: int = DRAWS, seed: int = 0) -> Floats:
    """How often each item counts in each bootstrap sample, where groups of items are drawn whole (Efron 1979).

    Parameters
    ----------
    groups
        The group of each item.
    draws, seed
        The number of samples and what they are drawn by; the same give the same samples.

    Returns
    -------
    array
        Whole numbers of shape (draws, items); of shape (0, items) for a single group, which tells of no spread.
    """
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if len(numbers) < 2:
        return np.zeros((0, len(groups)))
    drawn = np.random.default_rng(seed).integers(0, len(numbers), (draws, len(numbers)))
    counts = np.array([np.bincount(sample, minlength=len(numbers)) for sample in drawn], dtype=float)
    return counts.reshape(-1, len(numbers))[:, [numbers[group] for group in groups]]


def estimate(value: float, drawn: Numbers, level: float) -> Estimate:
    """A figure with the central interval of its values in the bootstrap samples; those that are NaN do not count."""
    measured = np.asarray(drawn, dtype=float)
    measured = measured[~np.isnan(measured)]
    if not len(measured):
        return Estimate(float(value), None, None)
    low, high = np.quantile(measured, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value), float(low), float(high))


def bootstrapped(
    scores: Floats, targets: Floats, groups: Sequence[Hashable], measure: str, level: float = 0.9
) -> Estimate:
    """A measure of log-odds against targets, by its name in ``MEASURES``, with its interval by group."""
    compute = MEASURES[measure]
    samples = [often.astype(int) for often in resampled(groups)]
    drawn = [compute(scores.repeat(often), targets.repeat(often)) for often in samples]
    return estimate(compute(scores, targets), drawn, level)


def spearman(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation, ties by their mean rank; NaN under three pairs or where either does not vary."""
    from scipy.stats import spearmanr

    if len(one) < 3 or not np.ptp(one) or not np.ptp(other):
        return math.nan
    return float(spearmanr(one, other).statistic)


def partial_spearman(one: Floats, other: Floats, given: Floats) -> float:
    """Spearman's rank correlation of two, given a third."""
    from scipy.stats import rankdata

    x, y, z = (rankdata(column) for column in (one, other, given))
    unexplained = [ranks - np.polyval(np.polyfit(z, ranks, 1), z) for ranks in (x, y)]
    return float(np.corrcoef(*unexplained)[0, 1])


def auroc(scores: Floats, targets: Floats) -> float:
    """Share of pairs of a true and a false one that are in order, ties by half; NaN where one kind is missing.

    From the ranks, as Mann and Whitney's U (1947): scikit-learn's takes twenty times as long, and a bootstrap asks for
    a thousand.
    """
    from scipy.stats import rankdata

    true, pairs = targets == 1, float((targets == 1).sum() * (targets != 1).sum())
    if not pairs:
        return math.nan
    least = true.sum() * (true.sum() + 1) / 2
    return float((rankdata(scores)[true].sum() - least) / pairs)


def calibration_line(
    probabilities: Numbers, right: Sequence[bool], weights: Numbers | None = None
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

    log_odds = logit(np.asarray(probabilities)).reshape(-1, 1)
    model = LogisticRegression(C=1e3).fit(log_odds, np.asarray(right, dtype=int), sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def logit(probabilities: Floats) -> Floats:
    """Natural log-odds, of probabilities kept ``EDGE`` away from 0 and 1."""
    log_odds: Floats = special.logit(probabilities.clip(EDGE, 1 - EDGE))
    return log_odds


def bins(probabilities: Numbers, right: Numbers) -> list[tuple[float, float, int]]:
    """Mean probability, share that was right and number, for each tenth of [0, 1] that is not empty."""
    stated, true = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    members = [_tenth(stated) == number for number in range(BINS)]
    return [(float(stated[m].mean()), float(true[m].mean()), int(m.sum())) for m in members if m.any()]


def _tenth(stated: Floats) -> NDArray[np.int64]:
    return (stated * BINS).astype(int).clip(0, BINS - 1)


def calibration_error(probabilities: Numbers, right: Numbers) -> float:
    """Expected calibration error in [0, 1]: the mean gap of the bins, weighted by their number (Naeini et al. 2015).

    NaN where there is nothing to measure.
    """
    stated, true = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    return float(calibration_errors(stated, true, np.ones((1, len(stated))))[0])


def calibration_errors(stated: Floats, true: Floats, weights: Floats) -> Floats:
    """The calibration error for each weighting.

    Parameters
    ----------
    stated, true
        Probabilities and what came true, in [0, 1], of shape (cases,).
    weights
        How often each case counts, of shape (weightings, cases).
    """
    place = _tenth(stated)
    gaps = [np.abs(weights[:, place == k] @ (stated - true)[place == k]) for k in range(BINS)]
    return share(np.sum(gaps, axis=0), weights.sum(axis=1))


def share(part: Floats, whole: Floats) -> Floats:
    """Part by whole, one by one; NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


MEASURES: Mapping[str, Callable[[Floats, Floats], float]] = {
    "auroc": auroc,
    "rho": spearman,
    "brier": lambda log_odds, true: float(np.mean((special.expit(log_odds) - true) ** 2)),
    "ece": lambda log_odds, true: calibration_error(special.expit(log_odds), true),
}
"""What log-odds are measured against outcomes or grades by."""
