"""The index over time: figures by hand, intervals and tests that hold what they promise, and what is written."""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scoring.archive import index as outlets
from scoring.archive.columns import TABLES, arrow_schema
from scoring.archive.index import MEASURES, read_index
from scoring.archive.index_page import outlets_page
from scoring.archive.index_text import COLUMNS, write_csv
from scoring.archive.intervals import (
    Sums,
    difference,
    discoveries,
    mean_interval,
    share_interval,
    t_quantile,
    two_sided,
)
from scoring.archive.shards import begin, finish, write_part
from scoring.cli.app import main
from scoring.errors import UsageError

EMPTY: dict[str, Any] = {
    str(pa.string()): "", str(pa.int32()): 0, str(pa.int64()): 0, str(pa.float64()): 0.5, str(pa.bool_()): False,
}  # fmt: skip


def filled(table: str, **given: Any) -> dict[str, Any]:
    """A row with nothing told but what is given."""
    blank = {c.name: None if c.null else EMPTY.get(str(c.type), []) for c in TABLES[table]}
    assert set(given) <= set(blank)
    return blank | given


def article(
    key: str, outlet: str | None, day: str | None, counts: tuple[int, int, int], mean: float | None
) -> dict[str, Any]:
    sourced, weak, bare = counts
    return filled(
        "articles", key=key, outlet=outlet, published=day and date.fromisoformat(day), claims=sum(counts), sourced=sourced,
        weakly_sourced=weak, unsourced=bare, mean_strength=mean,
    )  # fmt: skip


def source(key: str, claim: str, outlet: str, day: str, name: str, named: bool = True) -> dict[str, Any]:
    return filled(
        "sources", key=key, claim=claim, outlet=outlet, published=date.fromisoformat(day), name=name, named=named
    )


def archive(
    out: Path, articles: list[dict[str, Any]], sources: list[dict[str, Any]], parts: int = 3, complete: bool = True
) -> Path:
    """An archive in several parts, each article with its sources."""
    for table in TABLES:
        (out / table).mkdir(parents=True)
    begin(out, {"model": "rules"}, [])
    for number in range(parts):
        mine = articles[number::parts]
        keys = {row["key"] for row in mine}
        rows = {"articles": mine, "claims": [], "rejects": [], "sources": [s for s in sources if s["key"] in keys]}
        write_part(out, number, {n: pa.Table.from_pylist(r, schema=arrow_schema(n)) for n, r in rows.items()}, {})
    if complete:
        finish(out, {})
    return out


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two articles of January, one of February, one without a date, one without an outlet, one without claims."""
    rows = [
        article("a", "b.example", "2024-01-03", (3, 1, 0), 0.6),
        article("b", "b.example", "2024-01-30", (1, 1, 4), 0.4),
        article("c", "b.example", "2024-02-01", (2, 0, 0), 0.7),
        article("d", "b.example", None, (1, 0, 1), 0.5),
        article("e", None, "2024-01-01", (0, 1, 0), 0.3),
        article("f", "a.example", "2024-01-01", (0, 0, 0), None),
    ]
    sources = [
        source("a", "c1", "b.example", "2024-01-03", "the Harbour Board"),
        source("a", "c1", "b.example", "2024-01-03", "Harbour Board"),
        source("a", "c2", "b.example", "2024-01-03", "Ines Roth"),
        source("b", "c1", "b.example", "2024-01-30", "Harbour Board"),
        source("b", "c2", "b.example", "2024-01-30", "two officials", named=False),
    ]
    return archive(tmp_path / "out", rows, sources)


def test_figures_are_those_by_hand(small: Path) -> None:
    index = read_index(small)
    by_cell = {(row.outlet, row.month): row for row in index.rows}
    assert list(by_cell) == [
        ("a.example", "2024-01"), ("b.example", "2024-01"), ("b.example", "2024-02"), ("b.example", None),
        ("(no outlet)", "2024-01"),
    ]  # fmt: skip
    january = by_cell["b.example", "2024-01"]
    assert (january.articles, january.claims) == (2, 10)
    values = {measure: figure.value for measure, figure in january.figures.items()}
    assert values == pytest.approx(
        {"sourced": 0.4, "weakly_sourced": 0.2, "unsourced": 0.4, "strength": (4 * 0.6 + 6 * 0.4) / 10}
    )
    assert january.sources == (("Harbour Board", 2), ("Ines Roth", 1))
    assert by_cell["b.example", "2024-02"].figures["sourced"].interval is None
    assert by_cell["a.example", "2024-01"].figures == {}
    whole = {row.outlet: row for row in index.outlets}["b.example"]
    assert (whole.articles, whole.claims, whole.figures["unsourced"].value) == (4, 14, pytest.approx(5 / 14))
    assert index.complete and index.tests == 0 and index.changes == ()


def test_parts_do_not_matter(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [
        article(
            f"k{n}",
            f"o{n % 2}.example",
            f"2024-{1 + n % 3:02}-05",
            (draw.randint(0, 9), draw.randint(0, 5), 4),
            draw.random(),
        )
        for n in range(60)
    ]
    sources = [
        source(r["key"], f"c{i}", r["outlet"], str(r["published"]), draw.choice("ABC")) for r in rows for i in range(4)
    ]
    one, many = (read_index(archive(tmp_path / str(parts), rows, sources, parts)) for parts in (1, 7))
    assert [(r.outlet, r.month, r.claims, r.sources) for r in one.rows] == [
        (r.outlet, r.month, r.claims, r.sources) for r in many.rows
    ]
    assert [c.adjusted for c in one.changes] == pytest.approx([c.adjusted for c in many.changes])
    assert read_index(tmp_path / "7") == many


def test_what_is_not_done_does_not_count(small: Path) -> None:
    """The second part holds b and e; its sources are there, and its articles are not."""
    (small / "articles" / "part-000001.parquet").unlink()
    rows = {(row.outlet, row.month): row for row in read_index(small).rows}
    assert ("(no outlet)", "2024-01") not in rows
    january = rows["b.example", "2024-01"]
    assert (january.articles, january.claims) == (1, 4)
    assert january.sources == (("Harbour Board", 1), ("Ines Roth", 1))


def test_variance_is_that_by_hand() -> None:
    """Shares 1/2, 1/4, 3/4 of 4 claims each: deviations 0, -1, 1; variance 3/2 · 2 / 144, t of 2 degrees 2.919986."""
    three = sums([2, 1, 3], [4, 4, 4])
    assert (three.ratio, three.variance) == pytest.approx((0.5, 3 / 144))
    half = 2.919986 * (3 / 144) ** 0.5
    assert mean_interval(three) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)
    size, t = 12.0, 2.919986
    wide = t / (1 + t * t / size) * (0.25 / size + t * t / (4 * size * size)) ** 0.5
    assert share_interval(three) == pytest.approx((0.5 - wide, 0.5 + wide), abs=1e-6)


def test_students_t_is_that_of_the_tables() -> None:
    for freedom, at in ((1, 6.313752), (4, 2.131847), (9, 1.833113), (30, 1.697261), (1000, 1.646379)):
        assert t_quantile(freedom) == pytest.approx(at, abs=1e-5)
        assert two_sided(at, freedom) == pytest.approx(0.1, abs=1e-5)


def test_discoveries_by_hand() -> None:
    """Adjusted: 0.04 · 4 / 4, 0.03 · 4 / 3 = 0.04, 0.02 · 4 / 2 = 0.04, 0.005 · 4."""
    assert discoveries([0.02, 0.005, 0.04, 0.03]) == pytest.approx([0.04, 0.02, 0.04, 0.04])
    assert discoveries([0.5, 0.001, 0.9]) == [None, pytest.approx(0.003), None]
    assert discoveries([]) == []


def sums(y: Any, n: Any) -> Sums:
    y, n = np.asarray(y, float), np.asarray(n, float)
    return Sums(int((n > 0).sum()), y.sum(), n.sum(), (y * y).sum(), (y * n).sum(), (n * n).sum())


def drawn(draw: np.random.Generator, articles: int, share: float, alike: float = 0.1) -> Sums:
    """Articles of some 16 claims whose shares vary: correlation ``alike`` of claims in an article."""
    n = 1 + draw.poisson(15, articles)
    weight = (1 - alike) / alike
    return sums(draw.binomial(n, draw.beta(share * weight, (1 - share) * weight, articles)), n)


def test_intervals_hold_what_they_promise() -> None:
    draw = np.random.default_rng(5)
    for articles, share in ((10, 0.1), (10, 0.5), (60, 0.1), (60, 0.8)):
        ends = [share_interval(drawn(draw, articles, share)) or (0, 0) for _ in range(400)]
        held = statistics.fmean(low <= share <= high for low, high in ends)
        assert 0.85 <= held <= 0.96, (articles, share)
        naive = [
            share_interval(Sums(int(s.n), s.y, s.n, s.y, s.y, s.n)) or (0, 0)
            for s in (drawn(draw, articles, share) for _ in range(400))
        ]
        assert statistics.fmean(low <= share <= high for low, high in naive) < held, "claims are no articles"


def test_nothing_of_something_keeps_an_interval() -> None:
    none = sums([0, 0, 0, 0], [5, 5, 5, 5])
    low, high = share_interval(none) or (1, 0)
    assert low == 0 and 0.3 < high < 0.7
    assert share_interval(sums([1], [3])) is None and mean_interval(sums([1], [3])) is None


@pytest.mark.parametrize(("before", "after"), [(5, 5), (10, 10), (10, 120), (40, 40)])
def test_what_did_not_change_is_seldom_said_to(before: int, after: int) -> None:
    draw = np.random.default_rng(before * 1000 + after)
    for share in (0.05, 0.3):
        found = [difference(drawn(draw, before, share), drawn(draw, after, share), True) < 0.05 for _ in range(600)]
        assert statistics.fmean(found) <= 0.065


def test_what_changed_much_is_found() -> None:
    draw = np.random.default_rng(8)
    found = [difference(drawn(draw, 40, 0.3), drawn(draw, 40, 0.45), True) < 0.01 for _ in range(200)]
    assert statistics.fmean(found) > 0.6
    same = sums([1, 2, 3], [2, 4, 6])
    assert difference(same, same, True) == pytest.approx(1) and difference(same, same, False) == 1.0


@pytest.fixture(scope="module")
def shifting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six outlets over eight months with 20 articles a month; one loses its sources in May."""
    draw = np.random.default_rng(11)
    rows = []
    for outlet in range(6):
        for month in range(1, 9):
            for n in range(20):
                share = draw.beta(5, 5) * (0.4 if outlet == 2 and month >= 5 else 1)
                claims = int(draw.integers(8, 24))
                sourced = int(draw.binomial(claims, share))
                rows.append(
                    article(f"{outlet}-{month}-{n}", f"o{outlet}.example", f"2024-{month:02}-{n + 1:02}", (sourced, 0, claims - sourced), float(draw.beta(20, 20)))
                )  # fmt: skip
    return archive(tmp_path_factory.mktemp("shifting") / "out", rows, [])


def test_a_change_is_found_and_little_else(shifting: Path) -> None:
    index = read_index(shifting)
    assert index.tests == 6 * 7 * len(MEASURES)
    found = {(c.outlet, c.before, c.month, c.measure) for c in index.changes}
    assert {("o2.example", "2024-04", "2024-05", m) for m in ("sourced", "unsourced")} <= found
    assert len(found) <= 4
    assert all(change.adjusted >= change.probability for change in index.changes)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["outlets", *arguments])
    return int(left.value.code or 0)


def test_table_says_what_changed(
    shifting: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(str(shifting)) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert "Changed beyond noise:" in told and "o2.example, 2024-05: sourced" in told
    assert "Welch's test on 168" in " ".join(told.split())


def test_csv_has_a_row_a_month(small: Path, shifting: Path) -> None:
    stream = io.StringIO()
    write_csv(read_index(small), stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 5
    assert rows[1]["sources"] == "Harbour Board (2); Ines Roth (1)" and rows[1]["sourced"] == "0.4"
    assert rows[0]["sourced"] == "" and rows[3]["month"] == ""
    stream = io.StringIO()
    write_csv(read_index(shifting), stream)
    (changed,) = (
        r
        for r in csv.DictReader(io.StringIO(stream.getvalue()))
        if (r["outlet"], r["month"]) == ("o2.example", "2024-05")
    )
    assert "sourced down" in changed["changes"]


def test_page_is_whole_and_harmless(tmp_path: Path, shifting: Path) -> None:
    target = tmp_path / "page.html"
    assert run(str(shifting), "--format", "html", "--output", str(target)) == 0
    page = target.read_text()
    assert (
        page.count("<h2") == 2 + 6 and "o2.example" in page and "http://" not in page.replace("http://www.w3.org", "")
    )
    wicked = [article("a", "<script>alert(1)</script>", "2024-01-01", (1, 0, 0), 0.5)]
    wicked_source = [source("a", "c1", "<script>alert(1)</script>", "2024-01-01", "</td><img src=x>")]
    shown = outlets_page(read_index(archive(tmp_path / "out", wicked, wicked_source, 1, complete=False)))
    assert "<script>alert" not in shown and "<img" not in shown and "not complete" in shown


def test_rare_names_are_let_go_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlets, "MOST_NAMES", 40)
    rows = [article(f"k{n}", "o.example", "2024-01-05", (3, 0, 0), 0.5) for n in range(60)]
    sources = [
        source(f"k{n}", c, "o.example", "2024-01-05", name)
        for n in range(60)
        for c, name in (("c1", "Often Named"), ("c2", f"Rare {n}"))
    ]
    index = read_index(archive(tmp_path / "out", rows, sources, 6))
    (row,) = index.rows
    assert row.sources[0][0] == "Often Named" and 60 - index.lost <= row.sources[0][1] <= 60
    assert index.lost > 0
    stream = io.StringIO()
    outlets_text_table(index, stream)
    assert f"up to {index.lost} more" in " ".join(stream.getvalue().split())


def outlets_text_table(index: Any, stream: io.StringIO) -> None:
    from scoring.archive.index_text import write_table

    write_table(index, stream)


def test_what_is_no_archive_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="holds no archive"):
        read_index(tmp_path)
    assert run(str(tmp_path), "--format", "xml") == 2
    assert "give one of table, csv, html" in capsys.readouterr().err
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": "other"}))
    assert run(str(tmp_path)) == 2
    assert "is not of sourcegrade/corpus/1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", b'{"schema": "sourcegrade/corpus/1", "settings": {}}'),
        ("manifest.json", b"[" * 100_000),
        ("manifest.json", b"\xff"),
        ("articles/part-000000.parquet", b"PAR1"),
        ("articles/part-000000.parquet", b""),
        ("sources/part-000000.parquet", b"PAR1"),
    ],
)
def test_what_is_damaged_is_said_in_one_line(
    small: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (small / name).write_bytes(content)
    assert run(str(small)) == 2
    told = capsys.readouterr().err
    assert f"{small / name}: cannot be read (" in told and told.count("\n") == 1
