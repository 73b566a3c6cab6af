"""The drawings of an overview, as SVG: a histogram, means with intervals, and change over time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from scoring.report.charts import STRETCHED
from scoring.report.entries import Gathered, Mean
from scoring.report.svg import number, ornament, picture, tag
from scoring.schema import Group

BINS = 20
"""Of the histogram: 0.05 each, so that the bounds of the levels are bounds of bins."""


def histogram(values: Sequence[float], what: str, width: float = 400.0, height: float = 100.0) -> Markup:
    """How many of the values, in [0, 1], lie in each twentieth; ``what`` names them in the plural."""
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int(value * BINS + 1e-9))] += 1
    most, wide = max(1, *counts), width / BINS
    bars = (
        tag(
            "rect", x=i * wide + 1, y=height * (1 - n / most), width=wide - 2, height=height * n / most, class_="raises"
        )
        for i, n in enumerate(counts)
        if n
    )
    quarter = BINS // 5
    fifths = ((i / 5, sum(counts[i * quarter : (i + 1) * quarter])) for i in range(5))
    said = "; ".join(f"{n:,} from {low:.1f} to {low + 0.2:.1f}" for low, n in fifths)
    axis = tag("path", d=f"M0 {number(height)}h{number(width)}", class_="axis")
    return picture(f"{what} by strength: {said}", width, height, *bars, axis, class_="histogram", **STRETCHED)


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


def over_time(periods: Sequence[Gathered], width: float = 1000.0, height: float = 100.0) -> Markup:
    """Mean strength of the articles of each period, with intervals, evenly spaced; at least two periods."""
    step = width / len(periods)

    def y(value: float) -> float:
        return (1 - value) * height

    points = [((i + 0.5) * step, y(p.strength.value)) for i, p in enumerate(periods)]
    levels = "".join(f"M0 {number(y(i / 5))}h{number(width)}" for i in range(6))
    whiskers = "".join(
        f"M{number(x)} {number(y(p.strength.interval[0]))}V{number(y(p.strength.interval[1]))}"
        for (x, _), p in zip(points, periods, strict=True)
        if p.strength.interval
    )
    line = "M" + "L".join(f"{number(x)} {number(v)}" for x, v in points)
    dots = "".join(f"M{number(x)} {number(v)}h0.01" for x, v in points)
    return picture(
        f"Mean strength from {periods[0].name} to {periods[-1].name}; the figures stand below",
        width, height, tag("path", d=levels, class_="rule"), tag("path", d=whiskers or "M0 0", class_="whisker"),
        tag("path", d=line, class_="trend"), tag("path", d=dots, class_="dot"), class_="over-time", **STRETCHED,
    )  # fmt: skip
