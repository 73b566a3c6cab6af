"""Change over time as SVG: each period where it lies in time, the line broken where one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from scoring.report.entries import Gathered
from scoring.report.html.charts import STRETCHED
from scoring.report.html.svg import number, picture, tag

_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAYS = (1, 2, 7, 14, 28, 56)
"""Periods from one tick to the next."""
_TICKS = 6
"""At most so many labels; more have no room on a small screen."""
_EDGE = 0.07
"""Share of the width on either side that holds half a label."""


def place(name: str) -> int:
    """Months since the year 0 of a period such as ``2024-05``, days since the year 1 of ``2024-05-17``."""
    if len(name) == len("2024-05"):
        return int(name[:4]) * 12 + int(name[5:]) - 1
    return date.fromisoformat(name).toordinal()


def ticks(first: str, last: str) -> list[str]:
    """The periods to label, evenly spaced: months in steps that divide the year, days from the first day on."""
    start, end = place(first), place(last)
    if len(first) != len("2024-05"):
        step = next((step for step in _DAYS if (end - start) // step < _TICKS), _DAYS[-1])
        begin = date.fromisoformat(first)
        return [(begin + timedelta(days=i)).isoformat() for i in range(0, end - start + 1, step)]
    step = next((step for step in _MONTHS if end // step - (start - 1) // step <= _TICKS), _MONTHS[-1])
    months = [m for m in range(start, end + 1) if m % step == 0]
    return [f"{m // 12:04}-{m % 12 + 1:02}" for m in months] if len(months) > 1 else [first, last]


def over_time(periods: Sequence[Gathered], width: float = 1000.0, height: float = 100.0) -> Markup:
    """Mean strength of the articles of each period, with intervals, to scale in time; at least two periods, in order.

    Below it stand the ticks' names, which a screen reader passes over: the figures are told in a table.
    """
    start, end = place(periods[0].name), place(periods[-1].name)

    def x(name: str) -> float:
        return (_EDGE + (1 - 2 * _EDGE) * (place(name) - start) / (end - start)) * width

    def y(value: float) -> float:
        return (1 - value) * height

    marked = ticks(periods[0].name, periods[-1].name)
    levels = "".join(f"M0 {number(y(i / 5))}h{number(width)}" for i in range(6))
    stems = "".join(f"M{number(x(name))} {number(height - 4)}V{number(height)}" for name in marked)
    whiskers = "".join(
        f"M{number(x(p.name))} {number(y(p.strength.interval[0]))}V{number(y(p.strength.interval[1]))}"
        for p in periods
        if p.strength.interval
    )
    points = [(place(p.name), f"{number(x(p.name))} {number(y(p.strength.value))}") for p in periods]
    before = [None, *(at for at, _ in points)]
    line = "".join(
        f"{'L' if at - 1 == last else 'M'}{point}" for (at, point), last in zip(points, before, strict=False)
    )
    drawing = picture(
        f"Mean strength from {periods[0].name} to {periods[-1].name}; the figures stand below",
        width, height, tag("path", d=levels, class_="rule"), tag("path", d=stems, class_="axis"),
        tag("path", d=whiskers or "M0 0", class_="whisker"), tag("path", d=line, class_="trend"),
        tag("path", d="".join(f"M{point}h0.01" for _, point in points), class_="dot"),
        class_="over-time", **STRETCHED,
    )  # fmt: skip
    labels = (tag("text", name, x=f"{number(x(name) / width * 100)}%", y=14) for name in marked)
    return tag("div", drawing) + tag("p", tag("svg", *labels), aria_hidden="true", class_="ticks")
