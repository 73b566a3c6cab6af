"""Rows of all files in one sequence, cut into numbered batches: always the same ones for the same files and size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.archive.readers import Raw, read_rows

MOST_BYTES = 1 << 24
"""About the most bytes that the rows of a batch have together, so that long rows do not fill the memory."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows; empty if the batch is done already.

    ``number`` counts from 0, ``consumed`` are the bytes of the input that they were cut from.
    """

    number: int
    rows: tuple[Raw, ...]
    consumed: int


@dataclass(frozen=True, slots=True)
class Batches:
    """The rows of files in batches of ``size``, fewer where rows are long; ``done`` are the numbers of those done."""

    files: tuple[str, ...]
    size: int
    done: frozenset[int] = frozenset()

    def __iter__(self) -> Iterator[Batch]:
        """Read and cut, with one batch in memory."""
        rows: list[Raw] = []
        weight = number = before = 0
        for raw, at in _placed(self.files):
            rows.append(raw)
            weight += _weight(raw.data)
            if len(rows) >= self.size or weight >= MOST_BYTES:
                yield self._batch(number, rows, at - before)
                rows, weight, number, before = [], 0, number + 1, at
        if rows:
            yield self._batch(number, rows, self.total - before)

    def _batch(self, number: int, rows: Sequence[Raw], consumed: int) -> Batch:
        return Batch(number, () if number in self.done else tuple(rows), consumed)

    @property
    def total(self) -> int:
        """Size of the files together, in bytes."""
        return sum(map(_size, self.files))


def _placed(files: Sequence[str]) -> Iterator[tuple[Raw, int]]:
    """Rows, each with the bytes of all files up to its end."""
    before = 0
    for file in files:
        for raw in read_rows(file):
            yield raw, before + raw.consumed
        before += _size(file)


def _size(file: str) -> int:
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0


def _weight(data: bytes | dict[str, Any] | None) -> int:
    if isinstance(data, dict):
        return sum(len(value) for value in data.values() if isinstance(value, str | bytes))
    return len(data or b"")
