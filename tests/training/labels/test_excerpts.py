"""Excerpts of news: how they are cut, and that labels only come with the text that was labelled."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from scoring import resources
from scoring.errors import InputError
from scoring.schema import Basis, Span
from training.labels.corpora import read_jsonl
from training.labels.excerpts import CORPORA, cut, excerpts
from training.labels.formats.vocabulary import VALUES

pytestmark = pytest.mark.train
SHARED = Path(__file__).resolve().parents[4] / "shared"
NEWS, POLNEAR, HEALTH, OTHER = CORPORA
ARTICLE = "  The ferry to  Osk was cancelled.\n\n\n“Ice,” said Tilda Brandt,\tthe harbour master.\n"
EXCERPT = "The ferry to Osk was cancelled.\n\n“Ice,” said Tilda Brandt, the harbour master."
SOURCE = {"source": {"start": 44, "end": 56}, "cue": {"start": 39, "end": 43}, "type": "person", "stance": "neutral"}
CLAIMS = [
    {"id": "c1", "spans": [{"start": 0, "end": 31}], "basis": "assertion", "chain": [], "hedges": [], "strength": 3},
    {"id": "c2", "spans": [{"start": 34, "end": 37}], "basis": "direct_quote", "chain": [SOURCE], "hedges": []},
]


def label(id: str, corpus: str, text: str = EXCERPT, *, held: bool = False) -> dict[str, Any]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"id": id, "corpus": corpus, "sha256": digest, "held": held, "claims": CLAIMS}


LABELS = [
    label("news-12", NEWS),
    label("pol-osk", POLNEAR, held=True),
    label("hst-00007", HEALTH),
    label("oth-s-1", OTHER),
]


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of corpora that each hold the article and another one, with labels of the four articles."""
    for file, id in zip(CORPORA, ("12", "osk", "story_reviews_00007", "s-1"), strict=True):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = (CORPORA[file].id, CORPORA[file].text)
        rows = [dict(zip(keys, row, strict=True)) for row in (("other", "Nothing was sold."), (id, ARTICLE))]
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as stream:
                table = csv.DictWriter(stream, keys)
                table.writeheader()
                table.writerows(rows)
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    put(LABELS, tmp_path, monkeypatch)
    return tmp_path


def put(labels: list[dict[str, Any]], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in labels), encoding="utf-8")
    monkeypatch.setattr(resources, "excerpt_labels", lambda: path)


def test_labels_come_with_the_text_of_the_corpus(corpora: Path) -> None:
    trained = excerpts(corpora, held=False)
    assert [article.id for article in trained] == ["news-12", "hst-00007", "oth-s-1"]
    assert [article.id for article in excerpts(corpora, held=True)] == ["pol-osk"]
    assert {article.text for article in trained} == {EXCERPT}
    _, quote = trained[0].claims
    assert quote.basis is Basis.DIRECT_QUOTE and quote.spans[0].of(EXCERPT) == "Ice"
    assert quote.chain[0].source == Span(44, 56) and quote.chain[0].resolved is None


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            [label("news-12", NEWS, "The ferry sailed.")],
            r"labels.jsonl:1: the text of news-12 in .*2015.csv is not the one",
        ),
        ([LABELS[2], label("oth-s-2", OTHER)], r"labels.jsonl:2: .*articles_dev.jsonl holds no article for oth-s-2"),
        ([label("pol-osk", POLNEAR) | {"claims": [{"spans": [{"start": 0, "end": 999}]}]}], r"labels.jsonl:1: .*999"),
    ],
)
def test_another_text_is_refused(
    corpora: Path, monkeypatch: pytest.MonkeyPatch, labels: list[dict[str, Any]], message: str
) -> None:
    put(labels, corpora, monkeypatch)
    with pytest.raises(InputError, match=message):
        excerpts(corpora, held=False)


def test_a_missing_corpus_is_named(corpora: Path) -> None:
    (corpora / HEALTH).unlink()
    assert len(excerpts(corpora, held=True)) == 1, "what needs the other corpora is still read"
    with pytest.raises(InputError, match=r"holds no outcomes/healthstory_dev.jsonl, from which"):
        excerpts(corpora, held=False)


def paragraph(words: int) -> str:
    """Sentences of ten words, the last one shorter."""
    return " ".join(f"w{n}." if n % 10 == 9 else f"w{n}" for n in range(words))


@pytest.mark.parametrize(
    ("paragraphs", "kept"),
    [
        ([329, 100, 50], [329, 100]),
        ([330, 100], [330]),
        ([200, 320, 10], [200, 320]),
        ([200, 322, 10], [200]),
        ([560, 10], [560]),
    ],
)
def test_an_excerpt_is_whole_paragraphs(paragraphs: list[int], kept: list[int]) -> None:
    assert cut("\n \n\n".join(map(paragraph, paragraphs))) == "\n\n".join(map(paragraph, kept))


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    assert cut(paragraph(561)) == paragraph(450)
    assert cut("Well. " + paragraph(561)) == "Well. " + paragraph(440)
    assert cut(paragraph(439) + " end.” " + paragraph(121)) == paragraph(439) + " end.” " + paragraph(10)
    assert cut("word " * 561) == "", "there is no end of a sentence"


def test_a_line_holds_no_text() -> None:
    rows = list(read_jsonl(resources.excerpt_labels()))
    assert len({row["id"] for row in rows}) == len({row["sha256"] for row in rows}) == len(rows) == 2749
    assert sum(row["held"] for row in rows) == 101 and sum(len(row["claims"]) for row in rows) == 37098
    readme = (resources.excerpt_labels().parent / "README.md").read_text(encoding="utf-8")
    assert "2,749 excerpts of news, 37,098 claims" in readme
    labelled = {"id", "spans", "basis", "chain", "hedges", "polarity", "matter", "strength"}
    for row in rows:
        assert set(row) == {"id", "corpus", "sha256", "held", "claims"}
        assert row["id"].startswith(CORPORA[row["corpus"]].prefix)
        assert all(
            set(claim) == labelled and claim["matter"] in VALUES["matter"] and claim["basis"] in VALUES["basis"]
            for claim in row["claims"]
        )
        names = [link.get("resolved", "") for claim in row["claims"] for link in claim["chain"]]
        assert all(len(name) <= 120 and "\n" not in name for name in names), row["id"]


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "outcomes").is_dir(), reason="needs ../shared")
def test_every_excerpt_can_be_put_together_again() -> None:
    train, held = excerpts(SHARED, held=False), excerpts(SHARED, held=True)
    assert (len(train), len(held)) == (2648, 101)
    assert sum(len(article.claims) for article in (*train, *held)) == 37098
