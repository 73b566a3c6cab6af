"""Probabilities that mean what they say: fitting them to held-out articles, and measuring how far they are off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

BINS = 10
WIDTH, HEIGHT, MARGIN = 240, 240, 42


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


def bins(probabilities: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float, int]]:
    """Mean probability, share that was right and number, for each tenth of [0, 1] that is not empty."""
    stated, true = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    place = (stated * BINS).astype(int).clip(0, BINS - 1)
    members = [place == number for number in range(BINS)]
    return [(float(stated[m].mean()), float(true[m].mean()), int(m.sum())) for m in members if m.any()]


def calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error in [0, 1]: the mean gap of the bins, weighted by their number (Naeini et al. 2015)."""
    found = bins(probabilities, right)
    return sum(abs(stated - true) * number for stated, true, number in found) / max(1, len(probabilities))


def diagram(path: Path, cases: Mapping[str, tuple[Sequence[float], Sequence[bool]]]) -> Path:
    """Write a reliability diagram for each case, side by side, as SVG; a dot's area is the number in its bin."""
    plots = [_plot(i, name, *case) for i, (name, case) in enumerate(cases.items())]
    size = f'width="{len(plots) * (WIDTH + MARGIN) + MARGIN}" height="{HEIGHT + 2 * MARGIN}"'
    style = 'font-family="sans-serif" font-size="12"'
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}><rect width="100%" height="100%" fill="white"/>'
        + "".join(plots) + "</svg>\n",
        encoding="utf-8",
    )  # fmt: skip
    return path


def _plot(number: int, name: str, probabilities: Sequence[float], right: Sequence[bool]) -> str:
    left, top = MARGIN + number * (WIDTH + MARGIN), MARGIN
    most = max(count for _, _, count in bins(probabilities, right))
    dots = "".join(
        f'<circle cx="{left + stated * WIDTH:.1f}" cy="{top + (1 - true) * HEIGHT:.1f}" '
        f'r="{2 + 8 * (count / most) ** 0.5:.1f}" fill="#2b6cb0" fill-opacity="0.7"/>'
        for stated, true, count in bins(probabilities, right)
    )
    error = calibration_error(probabilities, right)
    ticks = "".join(
        f'<text x="{left + share * WIDTH:.0f}" y="{top + HEIGHT + 16}" text-anchor="middle">{share:g}</text>'
        f'<text x="{left - 6}" y="{top + (1 - share) * HEIGHT + 4:.0f}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
    )
    return (
        f'<text x="{left}" y="{top - 12}">{name}: ECE {error:.3f}, n = {len(probabilities)}</text>'
        f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>'
        f'<line x1="{left}" y1="{top + HEIGHT}" x2="{left + WIDTH}" y2="{top}" stroke="#888" stroke-dasharray="4"/>'
        f"{dots}{ticks}"
        f'<text x="{left + WIDTH / 2:.0f}" y="{top + HEIGHT + 34}" text-anchor="middle">stated; upwards: right</text>'
    )
