"""Whether intervals and tests of ``sourcegrade outlets`` hold what they promise: ``python reports/evaluation/outlets_noise.py``.

Articles are drawn of some 16 claims whose shares vary about that of the month (beta-binomial, correlation 0.1 of the claims
of an article), nothing changes, and all is counted: how often a 90 % interval holds the share, how often the test of two
months falls below 5 %, and how often anything is reported in an index of 20 outlets over 12 months. Then one month in
twenty is given another share, and the changes reported are told apart.
"""

from __future__ import annotations

import numpy as np

from scoring.archive.intervals import Sums, difference, discoveries, share_interval

PAIRS = 4000
INDEXES = 200


def drawn(draw: np.random.Generator, articles: int, share: float, alike: float = 0.1) -> Sums:
    n = 1 + draw.poisson(15, articles)
    weight = (1 - alike) / alike
    y = draw.binomial(n, draw.beta(share * weight, (1 - share) * weight, articles))
    return Sums(articles, y.sum(), n.sum(), (y * y).sum(), (y * n).sum(), (n * n).sum())


def pairs(draw: np.random.Generator) -> None:
    print(
        "| articles before, after | share | test below 5 % | below 0.1 % | 90 % interval holds |\n|---|---|---|---|---|"
    )
    for before, after in ((5, 5), (10, 10), (10, 30), (20, 20), (10, 200)):
        for share in (0.05, 0.3, 0.6):
            p = np.array(
                [difference(drawn(draw, before, share), drawn(draw, after, share), True) for _ in range(PAIRS)]
            )
            ends = [share_interval(drawn(draw, before, share)) or (0, 0) for _ in range(PAIRS)]
            held = np.mean([low <= share <= high for low, high in ends])
            print(f"| {before}, {after} | {share} | {(p < 0.05).mean():.1%} | {(p < 0.001).mean():.2%} | {held:.1%} |")


def indexes(draw: np.random.Generator, moved: float) -> None:
    """Shares 0.2 to 0.7 by outlet, 10 to 40 articles a month; ``moved`` is how far a changed month lies."""
    any_, false, true, planted = 0, [], 0, 0
    for _ in range(INDEXES):
        probabilities, changed = [], []
        for _ in range(20):
            share, before, was = draw.uniform(0.2, 0.7), None, 0.0
            for _ in range(12):
                here = share + (moved if draw.random() < 0.05 else 0.0)
                now = drawn(draw, int(draw.integers(10, 41)), here)
                if before is not None:
                    probabilities.append(difference(before, now, True))
                    changed.append(here != was)
                before, was = now, here
        stands = [value is not None for value in discoveries(probabilities)]
        wrong = sum(s and not c for s, c in zip(stands, changed, strict=True))
        any_ += any(stands)
        false.append(wrong / max(1, sum(stands)))
        true += sum(s and c for s, c in zip(stands, changed, strict=True))
        planted += sum(changed)
    found = f", {true / planted:.0%} of the changes found" if planted else ""
    print(f"shift {moved:.2f}: something reported in {any_ / INDEXES:.0%} of indexes; of what is reported "
          f"{np.mean(false):.1%} is chance{found}")  # fmt: skip


if __name__ == "__main__":
    generator = np.random.default_rng(17)
    pairs(generator)
    print()
    for shift in (0.0, 0.15, 0.25):
        indexes(generator, shift)
