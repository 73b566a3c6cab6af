"""How sure of cues, relations and bases a model was, and whether it was right: by hand, and as the yardstick has it."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.claim_reading import PointedLink, ReadClaim
from scoring.attribution.inference import FinderOutput, load_finder_folder
from scoring.attribution.labels import BASES, CLAIM_HEADS, LINKS
from scoring.attribution.word_labels import WordLabels
from scoring.schema import AttributionRelation, Basis, Document, Span
from scoring.text.sentences import split

pytestmark = pytest.mark.train
pytest.importorskip("scipy")

from training.evaluation.answers import as_labelled  # noqa: E402
from training.evaluation.reliability import stated_bases, stated_probabilities  # noqa: E402
from training.evaluation.tagged_spans import tagged_span_f1  # noqa: E402
from training.labels.corpora import Example, Relation, first_annotators, read_polnear  # noqa: E402
from training.labels.schema import LabelledArticle, LabelledClaim  # noqa: E402

SHARED = Path(__file__).resolve().parents[4] / "shared"
TEXT = "The mayor of Varn said the lighthouse would stay dark. Two clerks denied it."


def at(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def pairs(*words: str) -> tuple[tuple[int, int], ...]:
    return tuple((at(part).start, at(part).end) for part in words)


SAID = AttributionRelation(at("The mayor of Varn"), at("said"), (at("the lighthouse would stay dark."),), 0.9)
DENIED = AttributionRelation(at("clerks"), at("denied"), (at("it"),), 0.6)
LABELS = Relation(pairs("mayor of Varn"), pairs("said"), pairs("lighthouse would stay dark"))


def finder(*relations: AttributionRelation) -> Any:
    """A model that finds these relations, and gives nine in ten for a word to be a cue."""
    word_labels = SimpleNamespace(probabilities=lambda _, spans: np.array([0.1, 0.9]) if spans else None)
    made = SimpleNamespace(relations=relations, word_labels=word_labels)

    class Model:
        def __call__(self, *_: object) -> Any:
            return made

        def calibrated(self, _: str, probability: float) -> float:
            return probability / 2

    return Model()


def test_a_relation_is_right_by_half_of_its_words_and_a_cue_by_one() -> None:
    wide = replace(SAID, contents=(at("lighthouse would"),))
    narrow = replace(SAID, contents=(at("dark."),), cue=None)
    unnamed = replace(SAID, source=None)
    stated = stated_probabilities(finder(SAID, DENIED, wide, narrow, unnamed), [Example("a", TEXT, (LABELS,))])
    assert stated["relation"] == ([0.9, 0.6, 0.9, 0.9, 0.9], [True, False, True, False, False])
    assert stated["cue"] == ([pytest.approx(0.45)] * 4, [True, False, True, True])


def test_of_a_relation_without_a_source_nobody_may_be_labelled_as_one() -> None:
    nobody = Relation((), LABELS.cue, LABELS.content)
    stated = stated_probabilities(finder(replace(SAID, source=None), SAID), [Example("a", TEXT, (nobody,))])
    assert stated["relation"][1] == [True, False]


def test_a_basis_is_right_on_a_claim_that_is_labelled_with_it() -> None:
    def read(words: str, basis: Basis, certainty: float) -> ReadClaim:
        probabilities = {question: np.eye(width)[0] for question, width in CLAIM_HEADS.items()}
        probabilities["basis"] = np.eye(len(BASES))[BASES.index(basis)]
        return ReadClaim((at(words),), probabilities, (PointedLink(None, None, 0.0),) * LINKS, certainty)

    class Reader:
        name = "reader"

        def __call__(self, *_: object) -> FinderOutput:
            dark = read("the lighthouse would stay dark", Basis.SPECULATION, 0.7)
            return FinderOutput(
                (),
                claims=(
                    read("The mayor of Varn", Basis.ASSERTION, 0.4),
                    dark,
                    read("Two clerks denied it.", Basis.ASSERTION, 0.9),
                ),
            )

    labels = (("the lighthouse would stay dark", Basis.SPECULATION), ("Two clerks denied", Basis.HEARSAY))
    claims = tuple(LabelledClaim(words, (at(words),), basis) for words, basis in labels)
    stated = stated_bases(Reader(), [LabelledArticle("a", TEXT, claims)])
    assert stated == ([0.4, 0.7, 0.9], [False, True, False])


def test_spans_of_a_tagger_end_with_their_paragraph() -> None:
    text = "Lena Ost said the gate\nwas shut."
    words = [(m.start(), m.end()) for m in re.finditer(r"\w+", text)]
    relation = AttributionRelation(Span(0, 8), Span(9, 13), (Span(14, len(text)),))
    starts, ends = (np.array(column) for column in zip(*words, strict=True))
    made = SimpleNamespace(relations=(relation,), word_labels=WordLabels(starts, ends, np.zeros((len(words), 0))))
    model: Any = lambda *_: made  # noqa: E731
    halves = Relation(((0, 8),), ((9, 13),), ((14, 22), (23, 31)))
    assert tagged_span_f1(model, [Example("a", text, (halves,))]) == {"source": 1, "cue": 1, "content": 1}
    other = Relation(((0, 4),), ((9, 13),), ((14, 22),))
    assert tagged_span_f1(model, [Example("a", text, (other,))]) == {"source": 0, "cue": 1, "content": 2 / 3}


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "tools").is_dir(), reason="needs ../shared/tools")
def test_what_is_right_is_so_by_the_yardstick() -> None:
    spec = importlib.util.spec_from_file_location("yardstick", SHARED / "tools/score_attribution.py")
    assert spec and spec.loader
    yardstick = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(yardstick)

    def spans(relation: Relation) -> dict[str, object]:
        return {"source": relation.source, "cue": relation.cue, "content": relation.content}

    def same(given: dict[str, Any], gold: dict[str, Any]) -> bool:
        if any(bool(given[role]) != bool(gold[role]) for role in ("source", "content")):
            return False
        return all(yardstick.jac(given[r][1], gold[r][1]) >= 0.5 for r in ("source", "content") if given[r])

    model = load_finder_folder(resources.model())
    examples = first_annotators(read_polnear(SHARED / "corpora/polnear/dev.jsonl"))[:6]
    cues, relations = [], []
    for example in examples:
        document = Document(example.id, example.text)
        found = [as_labelled(relation) for relation in model(document, split(document)).relations]
        measured = yardstick.Doc(example.text)
        gold = measured.items(map(spans, example.relations))
        for given in measured.items(map(spans, found)):
            relations.append(any(same(given, other) for other in gold))
            if given["cue"]:
                cues.append(any(o["cue"] and yardstick.OVER(o["cue"], given["cue"]) for o in gold))
    stated = stated_probabilities(model, examples)
    assert (stated["cue"][1], stated["relation"][1]) == (cues, relations) and len(relations) > 20
