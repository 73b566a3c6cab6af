"""The shipped model against floors: on the labelled articles that ship, and on the corpora as its card measures them.

Data whose digest is not the one measured on fail the test: measure anew and write the floors.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import scoring
from scoring import resources
from scoring.schema import Basis, Claim, Report

SHARED = Path(__file__).resolve().parents[2] / "shared"
FLOORS = json.loads((Path(__file__).parent / "quality_floors.json").read_text(encoding="utf-8"))
shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not beside the checkout"),
]


def checked(path: Path, name: str) -> dict[str, float]:
    """The floors of data that are what they were when the floors were measured."""
    floors = dict(FLOORS[name])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest == floors.pop("sha256"), f"{name} has changed; measure anew and write tests/quality_floors.json"
    return floors


def below(measured: dict[str, float], floors: dict[str, float]) -> dict[str, float]:
    return {measure: measured[measure] for measure, floor in floors.items() if measured[measure] < floor}


def values(evaluation: Any) -> dict[str, float]:
    return {name: estimate.value for name, estimate in evaluation.figures.items()}


@pytest.mark.train
def test_articles_that_ship() -> None:
    from training.evaluation.measuring import figures
    from training.labels.reading import read_labelled

    path = resources.labelled_kinds("held")
    floors = checked(path, "data/examples/kinds/held.jsonl")
    assert below(values(figures(read_labelled([path]), draws=0)), floors) == {}


@pytest.mark.slow
class TestCorpora:
    pytestmark = shared

    def test_claims(self) -> None:
        from training.model.shipped_card import CLAIMS, evaluate_claims

        floors = checked(SHARED / CLAIMS, CLAIMS)
        assert below(values(evaluate_claims(SHARED / CLAIMS, None)), floors) == {}

    def test_attribution(self) -> None:
        from training.model.shipped_card import POLNEAR, evaluate_relations

        floors = checked(SHARED / POLNEAR, POLNEAR)
        assert below(values(evaluate_relations(SHARED / POLNEAR, None)), floors) == {}

    def test_seed_articles(self) -> None:
        seeds()


def seed(number: int) -> Report:
    rows = [json.loads(line) for line in (SHARED / "articles/index.jsonl").read_text(encoding="utf-8").splitlines()]
    row = rows[number]
    return scoring.rate((SHARED / "articles" / row["file"]).read_text(encoding="utf-8"), outlet=row["outlet"])


def claim_with(report: Report, words: str) -> Claim:
    text = report.document.text
    found = [r.claim for r in report.ratings if words in r.claim.text(text)]
    assert found, f"no claim holds {words!r}"
    return found[0]


def seeds() -> None:
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
