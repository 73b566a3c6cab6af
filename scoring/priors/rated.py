"""Outlets that public ratings know, besides those listed by hand: a sorted table that is read at the first look-up.

``data/priors/rated.csv`` has a row a registrable domain, in the order of its bytes: our pooled mean and weight, the
letter, and who rated it when (``L23 W20``; ``raters.csv`` says what the letters stand for). Nothing is parsed but the
rows that a look-up compares, so that ten thousand outlets cost a program no time that asks for one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from scoring.errors import ConfigError
from scoring.schema import Prior

COLUMNS = ("domain", "mean", "weight", "reliability", "raters")


class RatedOutlets(Mapping[str, Prior]):
    """Priors by registrable domain, without names.

    Parameters
    ----------
    table
        ``rated.csv``; it ships, and its tests hold that it is sorted and whole.
    raters
        ``raters.csv``, which says whom a code stands for.
    """

    def __init__(self, table: Path, raters: Path) -> None:
        self._table, self._raters = table, raters

    def __getitem__(self, domain: str) -> Prior:
        """The prior of a domain, by binary search over the bytes of the table."""
        wanted, rows = domain.encode(), self._rows
        low, high = 0, len(rows)
        while low < high:
            start = rows.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = rows.index(b"\n", start)
            there = rows[start : rows.index(b",", start)]
            if there == wanted:
                return self._prior(rows[start:end].decode())
            low, high = (end + 1, high) if there < wanted else (low, start)
        raise KeyError(domain)

    def __iter__(self) -> Iterator[str]:
        """Domains in the order of their bytes."""
        return (row.partition(b",")[0].decode() for row in self._rows.splitlines())

    def __len__(self) -> int:
        """Number of domains."""
        return self._rows.count(b"\n")

    @cached_property
    def _rows(self) -> bytes:
        """The rows below the header, each ended by a line feed."""
        try:
            return self._table.read_bytes().partition(b"\n")[2]
        except OSError as error:
            raise ConfigError(f"{self._table}: cannot be read: {error.strerror}; install sourcegrade anew") from error

    @cached_property
    def _cited(self) -> dict[str, str]:
        """What to cite for each rater's code."""
        try:
            with self._raters.open(encoding="utf-8", newline="") as lines:
                return {row["code"]: row["cited"] for row in csv.DictReader(lines)}
        except OSError as error:
            raise ConfigError(f"{self._raters}: cannot be read: {error.strerror}; install sourcegrade anew") from error

    def _prior(self, row: str) -> Prior:
        _, mean, weight, reliability, raters = row.split(",")
        cited = "; ".join(f"{self._cited[code[0]]} 20{code[1:]}" for code in raters.split())
        return Prior(float(mean), float(weight), reliability, cited)
