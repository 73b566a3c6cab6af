"""The shipped model against the team's yardsticks; runs where the corpora are."""

import hashlib
import json
from pathlib import Path

import pytest

import scoring
from scoring.pipeline import load_engine
from scoring.schema import Basis, Claim, Report
from training.card import attribution_figures, claim_figures, load_tool

SHARED = Path(__file__).resolve().parents[2] / "shared"
FLOORS = json.loads((Path(__file__).parent / "quality_floors.json").read_text(encoding="utf-8"))
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not beside the checkout"),
]


def checked(name: str) -> tuple[Path, dict[str, float]]:
    """The data and its floors; other data than measured on is no reason to fail."""
    floors = dict(FLOORS[name])
    if hashlib.sha256((SHARED / name).read_bytes()).hexdigest() != floors.pop("sha256"):
        pytest.skip(f"{name} has changed; measure anew and write the floors")
    return SHARED / name, floors


def below(measured: dict[str, float], floors: dict[str, float]) -> dict[str, float]:
    return {measure: measured[measure] for measure, floor in floors.items() if measured[measure] < floor}


def test_claims() -> None:
    path, floors = checked("labelled/dev.jsonl")
    measured = claim_figures(None, path, load_tool(SHARED / "tools/score_claims.py"))
    assert below(measured, floors) == {}


def test_attribution() -> None:
    path, floors = checked("corpora/polnear/dev.jsonl")
    measured = attribution_figures(load_engine().finder, path, load_tool(SHARED / "tools/score_attribution.py"))
    assert below(measured, floors) == {}


def seed(number: int) -> Report:
    rows = [json.loads(line) for line in (SHARED / "articles/index.jsonl").read_text(encoding="utf-8").splitlines()]
    row = rows[number]
    return scoring.rate((SHARED / "articles" / row["file"]).read_text(encoding="utf-8"), outlet=row["outlet"])


def claim_with(report: Report, words: str) -> Claim:
    text = report.document.text
    found = [r.claim for r in report.ratings if words in r.claim.text(text)]
    assert found, f"no claim holds {words!r}"
    return found[0]


def test_seed_articles() -> None:
    relay, analysis, snippets, farm = (seed(i) for i in range(4))
    assert claim_with(analysis, "undoubtedly spoke").basis is Basis.SPECULATION
    assert claim_with(snippets, "have reportedly agreed to a deal").basis is Basis.HEARSAY
    for words in (
        "Ukraine and Moldova continue to offer",
        "The Kremlin is continuing to leverage",
        "Russian forces recently advanced",
    ):
        claim = claim_with(relay, words)
        assert "ISW" in claim.chain[0].source.of(relay.document.text)  # type: ignore[union-attr]
    quote = claim_with(analysis, "has played an important and effective role in countering terrorism")
    assert quote.basis is Basis.DIRECT_QUOTE and quote.chain[-1].resolved == "Mikhail Bogdanov"
    text = farm.document.text
    assert all(r.claim.spans[0].start < text.index("Recent Posts") for r in farm.ratings)
    assert not any("become our patron" in r.claim.text(relay.document.text) for r in relay.ratings)
