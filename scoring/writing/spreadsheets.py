"""Tables as CSV: every one that is written is written here, so that all programs read the same rows and run no cell."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, Protocol

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, *CSV injection*; the last four are full-width)."""
_GUARD = "'"
_END = "\r\n"
"""The csv module quotes a cell for the line ends that it writes itself, so it is given both; a row ends in a line feed.
"""


class Stream(Protocol):
    """Anything that text can be written to."""

    def write(self, text: str, /) -> object:
        """Write a text."""


class Rows:
    """Writes rows of CSV to a stream.

    Parameters
    ----------
    stream
        Opened so that it does not change line ends.
    guard
        Whether words that begin like a formula get an apostrophe in front; left out where the same bytes must come
        back from a table of facts.
    """

    def __init__(self, stream: Stream, *, guard: bool = True) -> None:
        self._stream, self._guard = stream, guard
        self._csv = csv.writer(self, lineterminator=_END)

    def write(self, line: str) -> None:
        """Take a row as the csv module writes it: all of it at once, with its end."""
        self._stream.write(line.removesuffix(_END) + "\n")

    def add(self, cells: Iterable[Any]) -> None:
        """Write one row."""
        self._csv.writerow([guarded(cell) for cell in cells] if self._guard else list(cells))

    def extend(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write several rows."""
        for cells in rows:
            self.add(cells)


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet runs: words that begin like a formula get an apostrophe in front."""
    return f"{_GUARD}{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """The words of a cell that :func:`guarded` may have written."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(FORMULA) else cell
