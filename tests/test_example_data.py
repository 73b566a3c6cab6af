"""The labelled examples that ship: offsets, coverage, and what the definitions ask of a label."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring.schema import Basis, SourceType, Stance

FOLDER = Path(__file__).resolve().parents[1] / "data/examples/labelled"
ROWS = {
    split: [json.loads(line) for line in (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]
    for split in ("train", "dev")
}
ALL = [row for rows in ROWS.values() for row in rows]
Row = dict[str, Any]
IDENTIFIED = {"person", "organisation", "media", "social"}
INNERMOST = {
    "direct_quote": {*IDENTIFIED, "document"},
    "document": {"document"},
    "paraphrase": IDENTIFIED,
    "anonymous": {"anonymous"},
    "hearsay": {"generic", None},
    "speculation": {"author", None},
    "assertion": {"author", None},
}


def claims(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    for row in rows:
        yield from ((row, claim) for claim in row["claims"])


def links(rows: list[Row]) -> list[Row]:
    return [link for _, claim in claims(rows) for link in claim["chain"]]


def spans(claim: Row) -> list[Row]:
    told = [link[end] for link in claim["chain"] for end in ("source", "cue") if link[end]]
    return [*claim["spans"], *claim["hedges"], *told]


def test_there_is_as_much_as_promised() -> None:
    assert (len(ROWS["train"]), len(ROWS["dev"])) == (131, 33)
    assert len(list(claims(ALL))) == 1666
    assert "164 short articles with 1,666 labelled claims" in (FOLDER.parent / "index.toml").read_text(encoding="utf-8")


def test_articles_are_short_and_their_own() -> None:
    assert len({row["id"] for row in ALL}) == len({row["text"] for row in ALL}) == len(ALL)
    assert all(60 <= len(row["text"].split()) <= 200 for row in ALL)
    outlets = [{row["outlet"] for row in rows if "outlet" in row} for rows in ROWS.values()]
    assert not outlets[0] & outlets[1]
    assert all(outlet.endswith(".example") for both in outlets for outlet in both)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row["id"])
def test_offsets_lie_at_the_ends_of_words(row: Row) -> None:
    text = row["text"]
    assert [claim["id"] for claim in row["claims"]] == [f"c{n}" for n in range(1, len(row["claims"]) + 1)]
    for claim in row["claims"]:
        assert claim["spans"] == sorted(claim["spans"], key=lambda span: span["start"])
        for span in spans(claim):
            start, end = span["start"], span["end"]
            words = text[start:end]
            assert 0 <= start < end <= len(text) and words == words.strip()
            assert not re.match(r"\w\w", text[start - 1 : start + 1]) or start == 0, words
            assert not re.match(r"\w\w", text[end - 1 : end + 1]), words


@pytest.mark.parametrize("row", ALL, ids=lambda row: row["id"])
def test_spans_nest_or_keep_apart(row: Row) -> None:
    found = {(span["start"], span["end"]) for claim in row["claims"] for span in spans(claim)}
    for start, end in found:
        for other, last in found:
            assert not start < other < end < last, row["text"][start:last]


@pytest.mark.parametrize("row", ALL, ids=lambda row: row["id"])
def test_hedges_lie_in_their_claims_and_sources_outside(row: Row) -> None:
    for claim in row["claims"]:
        inside = [range(s["start"], s["end"]) for s in claim["spans"]]
        assert all(any(h["start"] in stretch for stretch in inside) for h in claim["hedges"])
        told = [link[end] for link in claim["chain"] for end in ("source", "cue") if link[end]]
        assert not any(span["start"] in stretch for span in told for stretch in inside)


@pytest.mark.parametrize(("rows", "least"), [(ALL, 30), (ROWS["dev"], 10)], ids=["all", "dev"])
def test_every_basis_is_there_often(rows: list[Row], least: int) -> None:
    found = Counter(claim["basis"] for _, claim in claims(rows))
    assert set(found) == set(Basis) and min(found.values()) >= least, found


@pytest.mark.parametrize(("rows", "least"), [(ALL, 10), (ROWS["dev"], 3)], ids=["all", "dev"])
def test_every_type_and_stance_is_there(rows: list[Row], least: int) -> None:
    types, stances = (Counter(link[key] for link in links(rows)) for key in ("type", "stance"))
    assert set(types) == set(SourceType) and min(types.values()) >= least, types
    assert set(stances) == set(Stance) and min(stances.values()) >= least, stances


def test_the_rarer_shapes_are_there() -> None:
    depths = Counter(len(claim["chain"]) for _, claim in claims(ALL))
    assert depths[2] >= 20 and depths[3] >= 3
    assert sum(len(claim["spans"]) > 1 for _, claim in claims(ALL)) >= 5
    assert sum(link["cue"] is None for link in links(ALL)) >= 10
    assert min(Counter(claim["strength"] for _, claim in claims(ALL)).values()) >= 40
    before = sum(
        bool(link["cue"]) and link["cue"]["start"] < c["spans"][0]["start"]
        for _, c in claims(ALL)
        for link in c["chain"]
    )
    after = sum(
        bool(link["cue"]) and link["cue"]["start"] > c["spans"][-1]["end"]
        for _, c in claims(ALL)
        for link in c["chain"]
    )
    assert before >= 50 and after >= 20


@pytest.mark.parametrize("row", ALL, ids=lambda row: row["id"])
def test_the_basis_is_that_of_the_innermost_source(row: Row) -> None:
    for claim in row["claims"]:
        type_ = claim["chain"][-1]["type"] if claim["chain"] else None
        assert type_ in INNERMOST[claim["basis"]], claim["id"]
        if claim["basis"] in ("hearsay", "speculation") and not claim["chain"]:
            assert claim["hedges"], claim["id"]
        near = row["text"][max(0, claim["spans"][0]["start"] - 1) : claim["spans"][-1]["end"] + 2]
        assert claim["basis"] != "direct_quote" or re.search('[“”"‘’]', near), claim["id"]
        for link in claim["chain"]:
            assert link["source"] or link["resolved"] or link["type"] == "generic", claim["id"]


def test_the_instructions_name_every_label() -> None:
    told = (FOLDER / "INSTRUCTIONS.md").read_text(encoding="utf-8")
    assert all(f"`{label}`" in told for kind in (Basis, SourceType, Stance) for label in kind)
