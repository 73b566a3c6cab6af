"""The short texts in single kinds of wording: sound labels, kinds in both files, nothing held back that is trained on."""

from __future__ import annotations

import re
from collections import Counter

import pytest

pytest.importorskip("sklearn")

from scoring import resources
from scoring.schema import Basis
from training.labels.checking import check, data_settings
from training.labels.corpora import read_jsonl
from training.labels.excerpts import kinds
from training.labels.schema import LabelledClaim

pytestmark = pytest.mark.train
FILES = [resources.labelled_kinds(part) for part in ("train", "held")]
QUOTED = {Basis.DIRECT_QUOTE, Basis.PARAPHRASE, Basis.HEARSAY}
FITTING = {
    "person": QUOTED, "organisation": QUOTED, "media": QUOTED, "social": QUOTED,
    "document": {Basis.DIRECT_QUOTE, Basis.DOCUMENT, Basis.HEARSAY}, "anonymous": {Basis.ANONYMOUS}, "generic": {Basis.HEARSAY},
    "author": {Basis.SPECULATION, Basis.ASSERTION}, None: {Basis.HEARSAY, Basis.SPECULATION, Basis.ASSERTION},
}  # fmt: skip
"""Bases by the type of the innermost source; it is hearsay, too, if somebody named passes on what is rumoured."""


def fits(claim: LabelledClaim) -> bool:
    return claim.basis in FITTING[claim.chain[-1].type if claim.chain else None]


def test_nothing_is_wrong_and_no_two_texts_are_alike() -> None:
    checked = check(FILES, None, data_settings().check)
    assert checked["mistakes"] == []
    assert [note for note in checked["notes"] if "the same text" in note["message"]] == []


@pytest.mark.parametrize("held", [False, True])
def test_each_basis_fits_the_innermost_source(held: bool) -> None:
    wrong = [(text.id, claim.id) for text in kinds(held=held) for claim in text.claims if not fits(claim)]
    assert wrong == []


def test_there_is_as_much_as_promised() -> None:
    train, held = kinds(held=False), kinds(held=True)
    assert (len(train), len(held)) == (645, 127)
    claims = sum(len(text.claims) for text in (*train, *held))
    assert claims == 5173
    for place in ("examples/kinds/README.md", "examples/index.toml", "README.md"):
        written = (FILES[0].parents[2] / place).read_text(encoding="utf-8")
        assert ("772" in written and "5,173" in written) or ("4,331" in written and "842" in written), place


def test_every_kind_is_in_both_files() -> None:
    names: list[Counter[str]] = [Counter(row["id"].partition("-")[0] for row in read_jsonl(path)) for path in FILES]
    wanted = {f"k{number:02}" for number in range(61)}
    assert set(names[0]) == set(names[1]) == {*wanted, "osint"}
    assert {names[0][kind] for kind in wanted} == {10} and {names[1][kind] for kind in wanted} == {2}
    assert all(re.fullmatch(r"(k\d\d-h?|osint-)\d+", row["id"]) for path in FILES for row in read_jsonl(path))
    assert all(
        row["kind"] and set(row) == {"id", "kind", "text", "claims"} for path in FILES for row in read_jsonl(path)
    )
