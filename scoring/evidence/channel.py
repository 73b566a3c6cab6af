"""A chain of sources as noisy channels, and how uncertain the claim at its end is: plain arithmetic on log-odds.

A link with fidelity *f* passes on a proposition of probability *p* as ``f * p + (1 - f) * min(p, b)``, where *b* is the
probability of something that nobody said: the law of total probability over "passed on" and "made up" (a binary channel
with erasures, Shannon 1948; for testimony Laplace, *Essai philosophique*, 1814, on chains of witnesses). Each link
moves strength towards *b*, and none raises it; a fully faithful link changes nothing.

The uncertainty at the end is computed from the priors by quadrature: ``NODES`` points of a lattice (additive recurrence
with the generalised golden ratio, Roberts 2018), with one dimension for each prior and one for what evidence leaves
open, go through the same arithmetic. The same input always gives the same interval.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scoring.probability import RATING_EDGE, centre, logistic, logit, shapes
from scoring.schema import Channel, Evidence, Prior

NODES = 1024
"""Points of the lattice; twice as many move the ends of an interval by less than 0.003."""
_GRID = 2001
_WIDEST = math.log((1 - RATING_EDGE) / RATING_EDGE)
"""Most extreme log-odds of a prior, in either direction."""


def fidelity(channel: Channel, reliability: float) -> float:
    """Probability in [0, 1] that a link of this reliability passes on what it was told."""
    return channel.kept * (channel.least + (1 - channel.least) * reliability)


def passed_on(log_odds: float, faithful: float, invented: float) -> float:
    """Log-odds after a link.

    Parameters
    ----------
    log_odds
        Natural log-odds before the link.
    faithful
        The link's fidelity in [0, 1].
    invented
        Probability of something that nobody said, in [0, 1).
    """
    probability = logistic(log_odds)
    if faithful >= 1 or probability <= invented:
        return log_odds
    return logit(invented + faithful * (probability - invented))


def spread(before: float, after: float, evidence: Evidence) -> NDArray[np.float64]:
    """Log-odds at the lattice's points, sorted: the distribution of a claim's log-odds under its priors.

    Parameters
    ----------
    before, after
        Natural log-odds of the factors before and after the channels, at the priors' means.
    evidence
        Its terms, channels and residual say what is uncertain.

    Returns
    -------
    ndarray of shape (NODES,)
    """
    terms, channels, invented = evidence.terms, evidence.channels, evidence.invented
    at = before + math.sqrt(evidence.residual) * _normal(len(terms) + len(channels))
    for number, term in enumerate(terms):
        at += term.share * (_log_odds(term.prior, number) - centre(term.prior.mean))
    for number, channel in enumerate(channels, start=len(terms)):
        reliability = 1 / (1 + np.exp(-_log_odds(channel.prior, number)))
        probability = 1 / (1 + np.exp(-at))
        behind = invented + fidelity_of(channel, reliability) * (probability - invented)
        at = np.where(probability > invented, np.log(behind) - np.log1p(-behind), at)
    return np.sort(at + after)


def fidelity_of(channel: Channel, reliability: NDArray[np.float64]) -> NDArray[np.float64]:
    """:func:`fidelity` for many reliabilities, kept just below 1 so that log-odds stay finite."""
    fidelities: NDArray[np.float64] = channel.kept * (channel.least + (1 - channel.least) * reliability)
    return fidelities.clip(None, 1 - 1e-9)


@lru_cache(maxsize=64)
def _lattice(dimension: int) -> NDArray[np.float64]:
    """Coordinates in (0, 1) of the points in one dimension; each dimension is evenly filled."""
    step = math.fmod(_ratio() ** -(dimension + 1), 1)
    return np.array([math.fmod(0.5 + i * step, 1) for i in range(1, NODES + 1)])


@lru_cache(maxsize=1)
def _ratio() -> float:
    """The generalised golden ratio of six dimensions: two priors, three links and what evidence leaves open."""
    ratio = 1.5
    for _ in range(60):  # converges to the solution of ratio ** 7 == ratio + 1
        ratio = (1 + ratio) ** (1 / 7)
    return ratio


@lru_cache(maxsize=64)
def _normal(dimension: int) -> NDArray[np.float64]:
    normal = NormalDist()
    return np.array([normal.inv_cdf(min(max(share, 1e-9), 1 - 1e-9)) for share in _lattice(dimension)])


@lru_cache(maxsize=4096)
def _log_odds(prior: Prior, dimension: int) -> NDArray[np.float64]:
    """Log-odds of a prior at the lattice's points in this dimension, kept within those of ``RATING_EDGE``."""
    grid, share = _quantiles(prior.mean, prior.weight)
    points: NDArray[np.float64] = np.interp(_lattice(dimension), share, grid)
    return points


@lru_cache(maxsize=1024)
def _quantiles(mean: float, weight: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A grid of log-odds, and the share of the Beta distribution below each point, summed up from its density.

    The density of the log-odds x of a Beta(a, b) variable is ``exp(a x) / (1 + exp(x)) ** (a + b)`` up to a constant;
    it has no poles, unlike the density of the variable itself. What lies beyond ``RATING_EDGE`` counts as lying there.
    """
    a, b = shapes(mean, weight)
    reach = max(_WIDEST, 30 / min(a, b, 1))
    grid = np.unique(np.concatenate([np.linspace(-_WIDEST, _WIDEST, _GRID), np.linspace(-reach, reach, _GRID)]))
    log_density = a * grid - (a + b) * np.logaddexp(0, grid)
    density = np.exp(log_density - log_density.max())
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) * np.diff(grid) / 2)])
    return grid.clip(-_WIDEST, _WIDEST), below / below[-1]
