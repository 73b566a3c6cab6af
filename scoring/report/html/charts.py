"""The drawings of an article's page, as SVG: strength, factors, the strip along the article, shares and rates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from scoring.evidence.strength import LEVELS
from scoring.report.html.svg import number, ornament, picture, tag
from scoring.report.wording import BASES
from scoring.schema import Basis, Rating, Report, Strength

Scale = Callable[[float], float]
"""From a value to a place in a drawing."""
_BOUNDS = tuple(bound for bound, _ in LEVELS[:-1])
STRETCHED: dict[str, Any] = {"preserveAspectRatio": "none"}
"""For drawings without letters, which fill whatever width there is; the style sheet gives their height."""


def strength_bar(strength: Strength) -> Markup:
    """Strength on a line from 0 to 1, its interval as a bar; the style sheet draws the line and the levels' bounds.

    Shares of the width stand for values; figures stand beside it.
    """
    low, high = (round(100 * bound) for bound in strength.interval)
    return tag(
        "svg",
        tag("rect", x=f"{low}%", y=7, width=f"{max(1, high - low)}%", height=8, rx=4),
        tag("circle", cx=f"{round(100 * strength.probability)}%", cy=11, r=5),
        class_="bar",
    )  # fmt: skip


def factor_bar(log_odds: float, scale: float) -> Markup:
    """A bar right of the middle for what raises, left of it for what lowers; ``scale`` > 0 fills a half.

    Its size, 100 by 12, is the style sheet's; so short is the markup because a page holds hundreds. The figure stands
    beside it.
    """
    length = min(1.0, abs(log_odds) / scale) * 50
    if length < 0.5:
        return Markup()
    end = round(math.copysign(max(1, length), log_odds))
    return tag("svg", tag("path", d=f"M50 6h{end}"), class_="up" if log_odds > 0 else "down")


def strip(report: Report, width: float = 1000.0, height: float = 100.0) -> Markup:
    """Every claim where it stands in the article, as high as it is strong, with its interval; each leads to its panel.

    Hidden from screen readers, for whom the same stands in the text beside it and in the marks.
    """
    length = max(1, len(report.document.text))

    def x(offset: float) -> float:
        return offset / length * width

    def y(value: float) -> float:
        return (1 - value) * height

    levels = "".join(f"M0 {number(y(bound))}h{number(width)}" for bound in (0.0, *_BOUNDS, 1.0))
    bars = (_in_strip(rating, x, y) for rating in report.ratings)
    return ornament(width, height, tag("path", d=levels, class_="rule"), *bars, class_="strip", **STRETCHED)


def _in_strip(rating: Rating, x: Scale, y: Scale) -> Markup:
    """Area, upper edge and interval of a claim. The style sheet tells them apart by this order."""
    claim, strength = rating.claim, rating.strength
    start, end = round(x(claim.spans[0].start)), round(x(claim.spans[-1].end))
    wide = max(2, end - start - 1)
    top, low, high = (round(y(value)) for value in (strength.probability, *strength.interval))
    edge = f"M{start} {top}h{wide}"
    return tag(
        "a",
        tag("title", f"{claim.id}: {strength.probability:.2f}, {strength.level}"),
        tag("path", d=f"{edge}V{round(y(0))}h-{wide}z"),
        tag("path", d=edge),
        tag("path", d=f"M{start + wide // 2} {low}V{high}"),
        href=f"#{claim.id}", tabindex=-1, class_=f"b{BASES[claim.basis].letter}",
    )  # fmt: skip


def shares(counts: Mapping[Basis, int], width: float = 1000.0) -> Markup:
    """How many claims rest on what, as one line of blocks; at least one claim."""
    total, x, blocks = sum(counts.values()), 0.0, []
    for basis, count in counts.items():
        wide = count / total * width
        blocks.append(tag("rect", x=x, y=0, width=max(1.0, wide - 2), height=20, class_=f"b{BASES[basis].letter}"))
        x += wide
    said = ", ".join(f"{BASES[basis].name.lower()} {count}" for basis, count in counts.items())
    title = f"Claims by what they rest on: {said}"
    return picture(title, width, 20, *blocks, class_="shares", **STRETCHED)


def rate_bar(rate: float, usual: tuple[float, float, float], most: float, width: float = 220.0) -> Markup:
    """A rate against what is usual: ``usual`` holds the range's lower end, the mean, and the upper end."""
    low, mean, high = usual
    pad = 6.0

    def at(value: float) -> float:
        return pad + min(1.0, value / most) * (width - 2 * pad)

    return picture(
        f"{rate:.1f} per 1,000 words; usual {mean:.1f}, from {low:.1f} to {high:.1f}", width, 18.0,
        tag("path", d=f"M{number(pad)} 9H{number(width - pad)}", class_="rule"),
        tag("rect", x=at(low), y=4, width=max(1.0, at(high) - at(low)), height=10, class_="range"),
        tag("path", d=f"M{number(at(mean))} 1v16", class_="mean"),
        tag("circle", cx=at(rate), cy=9, r=5, class_="ink"),
        class_="rate",
    )  # fmt: skip
