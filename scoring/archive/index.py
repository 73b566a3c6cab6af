"""The index over time: what the claims of each outlet rest on, month by month, and what changed beyond noise.

It is read from the tables of an archive, part by part; only sums by outlet and month stay in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scoring.archive import shards
from scoring.archive.intervals import Sums, difference, discoveries, mean_interval, share_interval
from scoring.errors import UsageError
from scoring.report.entries import FEWEST

MEASURES = {"sourced": "sourced", "weakly_sourced": "unnamed", "unsourced": "unsourced", "strength": "mean strength"}
"""What is measured, and what it is called; shares of the claims, and their mean strength."""
STRENGTH = "strength"
SHOWN = 3
"""At most so many sources are named for each month."""
MOST_NAMES = 1_000_000
"""Names by outlet and month that are counted at once; beyond, the rarest are let go."""
NOWHERE = "(no outlet)"

Cell = tuple[str, int | None]
"""An outlet and a month, counted from the year 0; ``None`` for articles without a date."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share or mean in [0, 1] and its 90 % interval, which is ``None`` for a single article."""

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Row:
    """An outlet in a month, ``None`` for what has no date: figures by measure, and the sources with most claims.

    ``figures`` is empty where no article has a claim. ``sources`` are names and how many claims rest on each.
    """

    outlet: str
    month: str | None
    articles: int
    claims: int
    figures: dict[str, Figure]
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change from one month of an outlet to its next month with ``FEWEST`` articles.

    ``adjusted`` is its probability by chance, corrected for the number of changes that were tested.
    """

    outlet: str
    before: str
    month: str
    measure: str
    was: float
    now: float
    probability: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Index:
    """The whole index: rows by outlet and month, each outlet as a whole, changes by size, and the number of tests.

    ``complete`` says whether the archive is; ``lost`` is by how much claims of a source may be undercounted.
    """

    rows: tuple[Row, ...]
    outlets: tuple[Row, ...]
    changes: tuple[Change, ...]
    tests: int
    complete: bool
    lost: int


@dataclass(slots=True)
class Tally:
    """Sums by cell and measure, articles by cell, and claims by outlet, month and name of source (``table``)."""

    sums: dict[Cell, dict[str, Sums]] = field(default_factory=dict)
    articles: dict[Cell, int] = field(default_factory=dict)
    table: Any = None
    waiting: list[Any] = field(default_factory=list)
    lost: int = 0


def read_index(out: Path) -> Index:
    """Make the index of an archive.

    Raises
    ------
    UsageError
        The folder holds none, or a damaged one.
    """
    known = shards.manifest(out)
    if known is None:
        raise UsageError(f"{out}: holds no archive; give a folder made by batch")
    tally = Tally()
    for number in sorted(shards.done(out)):
        articles, sources = (out / table / f"part-{number:06}.parquet" for table in ("articles", "sources"))
        with shards.reading_part(articles):
            _count_articles(tally, pq.read_table(articles, columns=_ARTICLE))
        if sources.exists():
            with shards.reading_part(sources):
                _count_sources(tally, pq.read_table(sources, columns=_SOURCE))
    _merge(tally)
    return _index(tally, bool(known["complete"]))


_COUNTED = ("sourced", "weakly_sourced", "unsourced")
_ARTICLE = ["outlet", "published", "claims", *_COUNTED, "mean_strength"]
_SOURCE = ["key", "claim", "outlet", "published", "name", "named"]


def _placed(table: Any) -> dict[str, Any]:
    """The outlet and month of each row, as columns."""
    day = table["published"]
    month = pc.add(
        pc.multiply(pc.cast(pc.year(day), pa.int32()), 12), pc.subtract(pc.cast(pc.month(day), pa.int32()), 1)
    )
    return {"outlet": pc.fill_null(table["outlet"], NOWHERE), "month": month}


def _count_articles(tally: Tally, table: Any) -> None:
    claims = pc.cast(table["claims"], pa.float64())
    columns = _placed(table) | {"articles": pc.cast(pc.greater_equal(claims, 0), pa.int64())}
    columns |= {"k": pc.cast(pc.greater(claims, 0), pa.int64()), "n": claims, "nn": pc.multiply(claims, claims)}
    for measure in MEASURES:
        y = pc.multiply(pc.fill_null(table["mean_strength"], 0.0), claims) if measure == STRENGTH else table[measure]
        y = pc.cast(y, pa.float64())
        columns |= {f"{measure} y": y, f"{measure} yy": pc.multiply(y, y), f"{measure} yn": pc.multiply(y, claims)}
    added = [(name, "sum") for name in columns if name not in ("outlet", "month")]
    for row in pa.table(columns).group_by(["outlet", "month"]).aggregate(added).to_pylist():
        cell = (row["outlet"], row["month"])
        tally.articles[cell] = tally.articles.get(cell, 0) + row["articles_sum"]
        sums = tally.sums.setdefault(cell, dict.fromkeys(MEASURES, Sums()))
        for measure in MEASURES:
            y, yy, yn = (row[f"{measure} {part}_sum"] for part in ("y", "yy", "yn"))
            sums[measure] += Sums(row["k_sum"], y, row["n_sum"], yy, yn, row["nn_sum"])


def _count_sources(tally: Tally, table: Any) -> None:
    """Claims by cell and name: a claim counts once for a source, however often that stands in its chain."""
    named = table.filter(pc.and_kleene(table["named"], pc.is_valid(table["name"])))
    names = pc.replace_substring_regex(named["name"], r"^[Tt]he\s+", "")
    columns = _placed(named) | {"name": names, "key": named["key"], "claim": named["claim"]}
    each = pa.table(columns).group_by([*columns]).aggregate([])
    tally.waiting.append(
        each.group_by(["outlet", "month", "name"]).aggregate([("claim", "count")]).rename_columns(_NAMES)
    )
    if sum(part.num_rows for part in tally.waiting) > MOST_NAMES // 4:
        _merge(tally)


_NAMES = ["outlet", "month", "name", "claims"]


def _merge(tally: Tally) -> None:
    """Add what waits to the table; let the rarest names go where it grows too large (Manku and Motwani 2002)."""
    parts = [part for part in (tally.table, *tally.waiting) if part is not None]
    tally.waiting.clear()
    if not parts:
        return
    table = pa.concat_tables(parts).group_by(_NAMES[:3]).aggregate([("claims", "sum")]).rename_columns(_NAMES)
    least = 0
    while table.num_rows > MOST_NAMES:
        least += 1
        table = table.filter(pc.greater(table["claims"], least))
    tally.table, tally.lost = table, tally.lost + least


def _index(tally: Tally, complete: bool) -> Index:
    most = _relied_on(tally)
    order = sorted(tally.articles, key=lambda cell: (cell[0] == NOWHERE, cell[0], cell[1] is None, cell[1] or 0))
    rows = tuple(_row(cell, tally.articles[cell], tally.sums[cell], most.get(cell, ())) for cell in order)
    tests = list(_tests(order, tally))
    stand = discoveries([test.probability for test in tests])
    lasting = [
        replace(test, adjusted=adjusted) for test, adjusted in zip(tests, stand, strict=True) if adjusted is not None
    ]
    lasting.sort(key=lambda change: (change.adjusted, change.outlet, change.month, change.measure))
    return Index(rows, tuple(_wholes(order, tally)), tuple(lasting), len(tests), complete, tally.lost)


def _relied_on(tally: Tally) -> dict[Cell, tuple[tuple[str, int], ...]]:
    cells: dict[Cell, list[tuple[str, int]]] = {}
    if tally.table is not None:
        order = [("outlet", "ascending"), ("month", "ascending"), ("claims", "descending"), ("name", "ascending")]
        for batch in tally.table.sort_by(order).to_batches(max_chunksize=10_000):
            for row in batch.to_pylist():
                cell = cells.setdefault((row["outlet"], row["month"]), [])
                if len(cell) < SHOWN:
                    cell.append((row["name"], row["claims"]))
    return {cell: tuple(names) for cell, names in cells.items()}


def _row(cell: Cell, articles: int, sums: dict[str, Sums], sources: tuple[tuple[str, int], ...]) -> Row:
    claims = sums[STRENGTH].n
    figures = {measure: _figure(measure, of) for measure, of in sums.items()} if claims else {}
    return Row(cell[0], month_name(cell[1]), articles, int(claims), figures, sources)


def _figure(measure: str, sums: Sums) -> Figure:
    return Figure(sums.ratio, (mean_interval if measure == STRENGTH else share_interval)(sums))


def month_name(month: int | None) -> str | None:
    """``2024-03`` of a month counted from the year 0."""
    return None if month is None else f"{month // 12:04}-{month % 12 + 1:02}"


def _wholes(order: Iterable[Cell], tally: Tally) -> Iterator[Row]:
    """Each outlet over all its months, the one with most articles first, without sources."""
    cells: dict[str, list[Cell]] = {}
    for cell in order:
        cells.setdefault(cell[0], []).append(cell)
    for outlet, its in sorted(cells.items(), key=lambda item: (-sum(tally.articles[c] for c in item[1]), item[0])):
        sums = {measure: sum((tally.sums[cell][measure] for cell in its), Sums()) for measure in MEASURES}
        yield _row((outlet, None), sum(tally.articles[cell] for cell in its), sums, ())


def _tests(order: Iterable[Cell], tally: Tally) -> Iterator[Change]:
    """Each month of an outlet against the one before it, of those with enough articles, in every measure."""
    able = [c for c in order if c[1] is not None and c[0] != NOWHERE and tally.sums[c][STRENGTH].articles >= FEWEST]
    for before, after in pairwise(able):
        if before[0] == after[0]:
            for measure in MEASURES:
                was, now = tally.sums[before][measure], tally.sums[after][measure]
                p = difference(was, now, measure != STRENGTH)
                names = str(month_name(before[1])), str(month_name(after[1]))
                yield Change(after[0], *names, measure, was.ratio, now.ratio, p, 1.0)
