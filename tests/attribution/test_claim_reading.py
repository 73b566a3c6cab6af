"""From the outputs of the claim head to claims: how certain each is."""

from __future__ import annotations

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.claim_reading import read_claim
from scoring.attribution.inference import ModelFinder
from scoring.attribution.labels import BASES, CLAIM_HEADS, EDGES, HEADS, POINTED, claim_columns, columns
from scoring.attribution.linking import Words
from scoring.attribution.opening import open_tokenizer
from scoring.documents.files import from_text
from scoring.schema import Basis
from scoring.text.sentences import split

TEXT = "The bridge is shut."
ASSERTION = BASES.index(Basis.ASSERTION)


def answers(probability: float) -> np.ndarray:
    """Logits of a claim that is an assertion of nobody's with a probability, and rests on nothing else in particular."""
    logits = np.zeros(sum(CLAIM_HEADS.values()), dtype=np.float32)
    basis = np.full(len(BASES), (1 - probability) / (len(BASES) - 1))
    basis[ASSERTION] = probability
    logits[claim_columns("basis")] = np.log(basis)
    logits[claim_columns("depth")] = [8, -8, -8, -8]
    return logits


class Sure:
    """A network that takes every word for claimed with a probability of 0.9, and the whole for one assertion."""

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        outputs = np.zeros((len(ids), sum(HEADS.values())), dtype=np.float32)
        outputs[:, columns("basis")] = -30.0
        outputs[:, columns("basis")][:, [0, ASSERTION + 1]] = np.log([0.1, 0.9])
        outputs[:, [columns("cue").start, columns("source").start]] = 8.0
        outputs[:, columns("edges")] = -4.0
        outputs[1, columns("edges").start + EDGES.index("begins")] = 4.0
        outputs[-2, columns("edges").start + EDGES.index("ends")] = 4.0
        return np.zeros((len(ids), 4), dtype=np.float32), outputs

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        raise AssertionError("there is no cue")

    def claims(self, states: np.ndarray, members: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.stack([answers(0.8)] * len(members)), np.zeros((*members.shape, POINTED), dtype=np.float32)


def test_a_claim_is_as_certain_as_its_words_are_claimed_and_its_basis_is_likely() -> None:
    words = Words(np.array([0, 4, 11, 14]), np.array([3, 10, 13, 18]), np.zeros(4, dtype=np.int64))
    inside = np.array([0.7, 0.9, 0.9, 0.1])
    claim = read_claim(words, [(0, 3)], inside, answers(0.6), np.zeros((4, POINTED)), tagged={"source": [], "cue": []})
    assert claim.likeliest() == (ASSERTION, None) and claim.certainty == pytest.approx(inside[:3].mean() * 0.6)


@pytest.mark.parametrize(("line", "certainty"), [(None, 0.72), ((1.0, -1.0), 0.486), ((0.5, 0.0), 0.616)])
def test_the_line_of_bases_corrects_how_certain_a_claim_is(line: tuple[float, float] | None, certainty: float) -> None:
    lines = {"cue": (3.0, 1.0), **({"basis": line} if line else {})}
    finder = ModelFinder("sure", Sure(), open_tokenizer(resources.model()), 64, lines)
    document = from_text(TEXT)
    (claim,) = finder(document, split(document)).claims or ()
    assert claim.certainty == pytest.approx(certainty, abs=0.001)
    assert [span.of(TEXT).rstrip(".") for span in claim.spans] == ["The bridge is shut"]
