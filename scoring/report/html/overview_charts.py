"""The drawings of an overview, as SVG: a histogram, means with intervals, and groups of claims."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from scoring.report.entries import Mean
from scoring.report.html.svg import number, ornament, picture, tag
from scoring.schema import Group

BINS = 20
"""Of the histogram: 0.05 each, so that the bounds of the levels are bounds of bins."""
_TALLEST = 84.0
"""Per cent of a histogram's height that its tallest bar takes; its count stands above."""


def histogram(values: Sequence[float], what: str) -> Markup:
    """How many of the values, in [0, 1], lie in each twentieth, above its bar; ``what`` names them in the plural.

    Places are shares of the drawing's size, which is the style sheet's.
    """
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int(value * BINS + 1e-9))] += 1
    most, wide = max(1, *counts), 100 / BINS
    bars = (_counted_bar(i * wide, wide, n, _TALLEST * n / most) for i, n in enumerate(counts) if n)
    quarter = BINS // 5
    fifths = ((i / 5, sum(counts[i * quarter : (i + 1) * quarter])) for i in range(5))
    said = "; ".join(f"{n:,} from {low:.1f} to {low + 0.2:.1f}" for low, n in fifths)
    axis = tag("line", x2="100%", y1="100%", y2="100%", class_="axis")
    return tag("svg", *bars, axis, role="img", aria_label=f"{what} by strength: {said}", class_="histogram")


def _counted_bar(left: float, wide: float, count: int, height: float) -> Markup:
    shown = str(count) if count < 1000 else f"{count / 1000:.1f}k" if count < 9950 else f"{count // 1000}k"
    size = {"width": f"{number(wide - 0.5)}%", "height": f"{number(height)}%"}
    bar = tag("rect", x=f"{number(left + 0.25)}%", y=f"{number(100 - height)}%", **size, class_="raises")
    return bar + tag("text", shown, x=f"{number(left + wide / 2)}%", y=f"{number(97 - height)}%")


def scale_of(means: Sequence[Mean]) -> tuple[float, float]:
    """The least stretch of [0, 1], in tenths and two of them at least, that holds the means with their intervals."""
    bounds = [bound for mean in means for bound in (mean.interval or (mean.value, mean.value))]
    low = min(8, math.floor(min(bounds) * 10))
    return low / 10, max(low + 2, math.ceil(max(bounds) * 10)) / 10


def mean_bar(mean: Mean, what: str, scale: tuple[float, float], width: float = 200.0) -> Markup:
    """A mean as a dot and its interval as a bar, on a line from one end of the scale to the other."""
    pad, (least, most) = 5.0, scale

    def at(value: float) -> float:
        return pad + (value - least) / (most - least) * (width - 2 * pad)

    low, high = mean.interval or (mean.value, mean.value)
    said = f", interval {low:.2f} to {high:.2f}" if mean.interval else ", too few articles for an interval"
    span = tag("rect", x=at(low), y=5, width=at(high) - at(low), height=8, rx=4, class_="range")
    return picture(
        f"{what} {mean.value:.2f}{said}",
        width,
        18.0,
        tag("path", d=f"M{number(pad)} 9H{number(width - pad)}", class_="rule"),
        span if mean.interval else Markup(),
        tag("circle", cx=at(mean.value), cy=9, r=4, class_="ink"),
        class_="mean-bar",
    )


def groups_bar(counts: Sequence[tuple[Group, int]], width: float = 90.0) -> Markup:
    """Shares of the three groups of claims in a small line; the numbers stand beside it."""
    total, x, blocks = max(1, sum(n for _, n in counts)), 0.0, []
    for group, n in counts:
        wide = n / total * width
        if n:
            letter = {Group.SOURCED: "P", Group.WEAKLY_SOURCED: "U", Group.UNSOURCED: "A"}[group]
            blocks.append(tag("rect", x=x, y=0, width=max(1.0, wide - 1), height=10, class_=f"b{letter}"))
        x += wide
    return ornament(width, 10, *blocks, class_="groups")
