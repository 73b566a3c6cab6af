"""What the shipped model is trained on, and what is kept from it; on corpora of our own invention."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from scoring import resources
from scoring.errors import UsageError
from training.labels.excerpts import CORPORA, POLNEAR, kinds
from training.labels.splits import is_held_out
from training.model.recipe import HELD_OUT, held_news, polnear, run, training_examples

pytestmark = pytest.mark.train
TEXT = "Tilda Brandt said the ferry to Osk would sail."
CLAIM = {"spans": [{"start": 18, "end": 45}], "basis": "assertion"}


def named(prefix: str, *, held: bool) -> str:
    """An id that PolNeAR's share holds out or does not; the labelled articles' share does not."""
    ids = (f"{prefix}{n}" for n in count())
    return next(id for id in ids if is_held_out(id, HELD_OUT["polnear"]) == held and (held or not is_held_out(id, 0.1)))


TRAINED, HELD, MEASURED, KEPT = (
    named(prefix, held=prefix == "held") for prefix in ("trained", "held", "measured", "kept")
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of corpora, and labels of excerpts of a trained, a held-out and a kept article of PolNeAR."""
    article = {"text": TEXT, "attributions": []}
    events = {"tokens": ["Ost", "left"], "events": [{"token": 1, "factuality": 3.0}]}
    rows: dict[str, list[dict[str, Any]]] = {
        POLNEAR: [article | {"id": id} for id in (TRAINED, HELD, MEASURED, KEPT)],
        "labelled/train.jsonl": [{"id": named("l", held=False), "text": TEXT, "claims": [CLAIM]}],
        "labelled/dev.jsonl": [{"id": f"polnear-{MEASURED}", "text": TEXT, "claims": [CLAIM]}],
        "corpora/uw/train.jsonl": [events],
        "corpora/uds_ih2/train.jsonl": [events],
        "corpora/wikiweasel/train.jsonl": [{"text": f"Some say {n}.", "uncertain": n % 2} for n in range(9)],
        "labels.jsonl": [
            {
                "id": f"pol-{id}",
                "corpus": POLNEAR,
                "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
                "held": id == KEPT,
                "claims": [CLAIM],
            }
            for id in (TRAINED, HELD, KEPT)
        ],
    }
    for name, lines in rows.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    monkeypatch.setattr(resources, "excerpt_labels", lambda: tmp_path / "labels.jsonl")
    return tmp_path


def test_what_is_held_or_measured_is_not_trained_on(data: Path) -> None:
    assert [e.id for e in polnear(data)] == [TRAINED] and [e.id for e in polnear(data, held=True)] == [HELD]
    ids = Counter(e.id for e in training_examples(data))
    assert ids[TRAINED] == ids[f"pol-{TRAINED}"] == 1
    assert ids[named("l", held=False)] == 3, "labelled articles stand thrice"
    unwanted = {article.id for article in kinds(held=True)}
    for id in (HELD, MEASURED, KEPT):
        unwanted |= {id, f"pol-{id}", f"polnear-{id}"}
    assert unwanted & set(ids) == set()


def test_probabilities_are_fitted_to_news_that_is_not_trained_on(data: Path) -> None:
    held = next(f"l{n}" for n in count() if is_held_out(f"l{n}", HELD_OUT["labelled"]))
    with (data / "labelled/train.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": held, "text": TEXT, "claims": [CLAIM]}) + "\n")
    assert [article.id for article in held_news(data)] == [held, f"pol-{KEPT}"]
    assert held not in {e.id for e in training_examples(data)}


def test_what_we_wrote_is_trained_on(data: Path) -> None:
    ids = {e.id for e in training_examples(data)}
    files = [*map(resources.labelled_examples, ("train", "dev")), resources.labelled_kinds("train")]
    wanted = {json.loads(line)["id"] for path in files for line in path.read_text(encoding="utf-8").splitlines()}
    assert len(wanted) == 164 + 645 and wanted <= ids


def test_a_corpus_that_excerpts_are_cut_from_is_asked_for_at_once(data: Path, tmp_path: Path) -> None:
    missing = next(iter(CORPORA))
    with pytest.raises(UsageError, match=f"holds no {missing}"):
        run(data, tmp_path, tmp_path / "run", resources.config("train.toml"))
