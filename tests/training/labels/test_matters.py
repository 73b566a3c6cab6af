"""What claims of other people's articles speak of, put beside their labels."""

import hashlib
import json
from pathlib import Path

import pytest

from scoring import resources
from scoring.errors import InputError
from scoring.schema import Matter, Span
from training.labels.matters import with_matters
from training.labels.schema import LabelledArticle, LabelledClaim

TEXT = "The ferry will sail again on Monday. Its owner hid the crack."
CLAIMS = (LabelledClaim("c1", (Span(0, 36),)), LabelledClaim("c2", (Span(37, 61),)))
ARTICLE = LabelledArticle("ferry", TEXT, CLAIMS, where="articles.jsonl:1")


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "matters.jsonl"
    row = {"id": "ferry", "sha256": hashlib.sha256(TEXT.encode()).hexdigest(), "matters": ["own", "accusation"]}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    monkeypatch.setattr(resources, "matter_labels", lambda: path)
    return path


@pytest.mark.usefixtures("labels")
def test_each_claim_gets_its_matter_in_order() -> None:
    [labelled] = with_matters([ARTICLE])
    assert [claim.matter for claim in labelled.claims] == [Matter.OWN, Matter.ACCUSATION]


@pytest.mark.usefixtures("labels")
def test_an_article_that_nobody_labelled_stays_as_it_is() -> None:
    other = LabelledArticle("ferry", TEXT + " ", CLAIMS)
    assert list(with_matters([other])) == [other]


@pytest.mark.usefixtures("labels")
def test_other_claims_on_the_same_text_are_refused() -> None:
    with pytest.raises(InputError, match=r"ferry has 1 claims, and .* describes 2"):
        list(with_matters([LabelledArticle("ferry", TEXT, CLAIMS[:1])]))


def test_the_lines_that_ship_hold_known_matters_only() -> None:
    rows = [json.loads(line) for line in resources.matter_labels().read_text(encoding="utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == 311
    assert sum(len(row["matters"]) for row in rows) == 4121
    assert {one for row in rows for one in row["matters"]} == set(Matter)
