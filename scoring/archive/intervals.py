"""What claims of many articles say about an outlet, and how far that may be chance: intervals, a test, many tests.

An article is drawn, not a claim: claims of one article are alike. All formulas need sums over articles alone, so that
an archive is read once, whatever its size, and the figures are the same each time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.probability import beta_cdf

LEVEL = 0.90
"""Central share of the interval, the same for all intervals of this project."""
FALSE_DISCOVERIES = 0.05
"""Share of the changes shown that may be chance (Benjamini and Hochberg 1995)."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over ``articles`` with claims: y, the claims that count (or the sum of their strengths), and n, all claims.

    ``yy``, ``yn`` and ``nn`` are sums of products over the articles.
    """

    articles: int = 0
    y: float = 0.0
    n: float = 0.0
    yy: float = 0.0
    yn: float = 0.0
    nn: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        """Both sums, added."""
        return Sums(
            self.articles + other.articles, self.y + other.y, self.n + other.n,
            self.yy + other.yy, self.yn + other.yn, self.nn + other.nn,
        )  # fmt: skip

    @property
    def ratio(self) -> float:
        """Share or mean over all claims; there is at least one."""
        return self.y / self.n

    @property
    def variance(self) -> float:
        """Variance of the ratio, articles as clusters, linearised (Cochran 1977, eq. 6.13); from two articles.

        ``k / (k - 1) · Σ (y - R n)² / (Σ n)²`` with k articles.
        """
        spread = self.yy - 2 * self.ratio * self.yn + self.ratio**2 * self.nn
        return self.articles / (self.articles - 1) * max(0.0, spread) / self.n**2


def share_interval(sums: Sums) -> tuple[float, float] | None:
    """Interval of a share in [0, 1]; ``None`` for fewer than two articles.

    Wilson's interval (1927), with two changes. Student's t takes the place of z. The number of claims is replaced by
    the number of independent claims that would vary as much: R (1 - R) / variance (Korn and Graubard 1998), at most n.
    If nothing varies, that is the number of articles.
    """
    if sums.articles < 2:
        return None
    share, t = sums.ratio, t_quantile(sums.articles - 1)
    alike = sums.variance <= 0 or not 0 < share < 1
    size = float(sums.articles) if alike else min(sums.n, share * (1 - share) / sums.variance)
    centre = (share + t * t / (2 * size)) / (1 + t * t / size)
    half = t / (1 + t * t / size) * math.sqrt(max(0.0, share * (1 - share) / size + (t / (2 * size)) ** 2))
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(sums: Sums) -> tuple[float, float] | None:
    """Interval of a mean in [0, 1], by Student's t; ``None`` for fewer than two articles."""
    if sums.articles < 2:
        return None
    half = t_quantile(sums.articles - 1) * math.sqrt(sums.variance)
    return max(0.0, sums.ratio - half), min(1.0, sums.ratio + half)


def difference(before: Sums, after: Sums, share: bool) -> float:
    """Probability of a difference at least as large by chance, two-sided: Welch's test (1947) of the two ratios.

    Both months need two articles or more. The variance of a month's share has two lower bounds: what the articles of
    both months together give for a month of its size, and the variance of as many independent claims with one more on
    either side (after Agresti and Caffo 2000). Without them a month in which hardly any article has such claims would
    seem to vary less than it does.
    """
    least = _together(before, after) if share else 0.0
    variances = [_variance(sums, least, share) for sums in (before, after)]
    total = sum(variances)
    if total <= 0:
        return 1.0
    t = (after.ratio - before.ratio) / math.sqrt(total)
    sizes = (before.articles - 1, after.articles - 1)
    freedom = total**2 / sum(v * v / size for v, size in zip(variances, sizes, strict=True))
    return two_sided(t, freedom)


def _together(before: Sums, after: Sums) -> float:
    """Mean square of an article's deviation from the ratio of its month, for each square of its claims."""
    spread = sum(sums.variance * sums.n**2 * (sums.articles - 1) / sums.articles for sums in (before, after))
    articles = before.articles + after.articles
    return spread / (before.nn + after.nn) * articles / (articles - 2)


def _variance(sums: Sums, least: float, share: bool) -> float:
    added = (sums.y + 1) / (sums.n + 2)
    return max(sums.variance, least * sums.nn / sums.n**2, added * (1 - added) / (sums.n + 2) if share else 0.0)


def two_sided(t: float, freedom: float) -> float:
    """Probability that Student's t is at least so far from 0 (Abramowitz & Stegun 26.7.1)."""
    return beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(freedom: int, level: float = LEVEL) -> float:
    """The value that the size of Student's t stays below with probability ``level``; by bisection, to 1e-9."""
    low, high = 0.0, 1000.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided(middle, freedom) > 1 - level else (low, middle)
    return (low + high) / 2


def discoveries(probabilities: Sequence[float], share: float = FALSE_DISCOVERIES) -> list[float | None]:
    """Adjusted probabilities of those that stand when all were looked at, ``None`` for the others.

    Benjamini and Hochberg (1995): at most ``share`` of those that stand are chance, on average.
    """
    order = sorted(range(len(probabilities)), key=lambda i: probabilities[i], reverse=True)
    adjusted, least = [1.0] * len(probabilities), 1.0
    for place, i in enumerate(order):
        least = min(least, probabilities[i] * len(order) / (len(order) - place))
        adjusted[i] = least
    return [value if value <= share else None for value in adjusted]
