"""Pictures of an evaluation as SVG: how sure against how often right, and which basis was taken for which.

Colours are those of the page that holds a picture (``currentColor``, ``--accent``, ``--wrong``), or fit for white.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from scoring.writing.files import put
from training.statistics import Numbers, bins, calibration_error

WIDTH, HEIGHT, MARGIN = 240, 240, 42
CELL, LEFT, TOP = 44, 112, 110
LEAST_SHADE, MOST_SHADE = 0.08, 0.7
"""Opacity of a cell with one claim of many, and of one with all of its row; numbers stay legible on both."""

Cases = tuple[Numbers, Numbers]
"""Stated probabilities and what was true of each, in [0, 1]."""


def diagram(path: Path, cases: Mapping[str, Cases]) -> Path:
    """Write :func:`reliability` on white."""
    return write(path, reliability(cases))


def write(path: Path, picture: str) -> Path:
    """Write a picture as a file of its own, on white."""
    opening, rest = picture.split(">", 1)
    put(path, f'{opening}><rect width="100%" height="100%" fill="white"/>{rest}\n')
    return path


def reliability(cases: Mapping[str, Cases]) -> str:
    """A reliability diagram for each case, side by side; a dot's area is the number in its bin."""
    plots = [_plot(i, name, *case) for i, (name, case) in enumerate(cases.items()) if len(case[0])]
    names = ", ".join(cases)
    return _svg(len(plots) * (WIDTH + MARGIN) + MARGIN, HEIGHT + 2 * MARGIN, f"Reliability: {names}", "".join(plots))


def _svg(width: int, height: int, title: str, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )


def _plot(number: int, name: str, probabilities: Numbers, right: Numbers) -> str:
    left, top = MARGIN + number * (WIDTH + MARGIN), MARGIN
    tenths = bins(probabilities, right)
    most = max(count for _, _, count in tenths)
    dots = "".join(
        f'<circle cx="{left + stated * WIDTH:.1f}" cy="{top + (1 - true) * HEIGHT:.1f}" '
        f'r="{2 + 8 * (count / most) ** 0.5:.1f}" fill="var(--accent, #2b6cb0)" fill-opacity="0.7">'
        f"<title>{count} stated {stated:.2f}, came true {true:.2f}</title></circle>"
        for stated, true, count in tenths
    )
    error = calibration_error(probabilities, right)
    ticks = "".join(
        f'<text x="{left + share * WIDTH:.0f}" y="{top + HEIGHT + 16}" text-anchor="middle">{share:g}</text>'
        f'<text x="{left - 6}" y="{top + (1 - share) * HEIGHT + 4:.0f}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
    )
    return (
        f'<text x="{left}" y="{top - 12}">{escape(name)}: ECE {error:.3f}, n = {len(probabilities)}</text>'
        f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>'
        f'<line x1="{left}" y1="{top + HEIGHT}" x2="{left + WIDTH}" y2="{top}" stroke="#888" stroke-dasharray="4"/>'
        f"{dots}{ticks}"
        f'<text x="{left + WIDTH / 2:.0f}" y="{top + HEIGHT + 34}" text-anchor="middle">stated; upwards: true</text>'
    )


def confusion(table: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str]) -> str:
    """A table of numbers as shaded cells: the share of its row, in another colour off the diagonal.

    Parameters
    ----------
    table
        Labelled by found.
    rows, columns
        Their names.
    """
    cells = "".join(
        _cell(i, j, int(number), int(number) / max(1, sum(map(int, row))))
        for i, row in enumerate(table)
        for j, number in enumerate(row)
    )
    down = "".join(
        f'<text x="{LEFT - 8}" y="{TOP + (i + 0.5) * CELL + 4:.0f}" text-anchor="end">{escape(name)}</text>'
        for i, name in enumerate(rows)
    )
    across = "".join(
        f'<text transform="translate({LEFT + (j + 0.5) * CELL + 4:.0f} {TOP - 8}) rotate(-50)">{escape(name)}</text>'
        for j, name in enumerate(columns)
    )
    width, height = LEFT + len(columns) * CELL + 50, TOP + len(rows) * CELL + 12
    axes = f'<text x="4" y="{TOP - 8}" font-weight="bold">labelled ↓ found →</text>'
    return _svg(width, height, "Labelled by found", axes + down + across + cells)


def _cell(i: int, j: int, number: int, share: float) -> str:
    x, y = LEFT + j * CELL, TOP + i * CELL
    colour = "var(--accent, #2b6cb0)" if i == j else "var(--wrong, #c05621)"
    shade = LEAST_SHADE + (MOST_SHADE - LEAST_SHADE) * share if number else 0
    return (
        f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" rx="3" fill="{colour}" '
        f'fill-opacity="{shade:.2f}" stroke="#888" stroke-opacity="0.25"/>'
        + (
            f'<text x="{x + CELL / 2:.0f}" y="{y + CELL / 2 + 4:.0f}" text-anchor="middle">{number}</text>'
            if number
            else ""
        )
    )
