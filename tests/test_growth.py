"""Time grows with the text and no faster, and what bounds it loses nothing without a word."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.claims.attributed import MOST_LINKS
from scoring.documents.files import from_text
from scoring.engine import RULES, load_engine
from scoring.pipeline import rate, rate_document
from scoring.report.build import to_dict
from scoring.text.names import looks_like_person
from scoring.text.sentences import LONGEST, cut_for_length, split

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports/evaluation"))
from text_growth import text_of

SHAPES = {
    "he said she told": 950, "according to": 950, "reply": 950, "saying": 950,
    "hedge may": 4000, "that he said": 4000, "'tis said": 4000, "citing": 4000, "handles": 4000, "the mayor said, and": 4000,
    "A-": 4000, "A.": 8000, "four names": 24000, "Name: “": 24000, "Quote:": 4000, "Name: “ inside a quotation": 8000, "To quote X:": 4000,
}  # fmt: skip
"""Shapes of text that once grew fastest, each with a size in code points; the first ones fit into one sentence."""
SQUARED = 4.5
"""Within one sentence, which is never longer than ``LONGEST``, work may grow by the square: each cue looks for others."""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_twice_as_long_takes_twice_as_long(check_growth: Callable[..., None], shape: str) -> None:
    engine, texts = load_engine(RULES), itertools.count(1)

    def prepare(size: int) -> Callable[[], object]:
        text = (
            f"{text_of(shape, size)}\n{'.' * next(texts)}"  # another each time: the words of some texts are remembered
        )
        return lambda: to_dict(rate_document(from_text(text), engine))

    if 2 * SHAPES[shape] < LONGEST:
        check_growth(prepare, SHAPES[shape], SQUARED)
    else:
        check_growth(prepare, SHAPES[shape])


def test_a_sentence_without_end_is_read_in_pieces_and_said_so() -> None:
    text = "The mayor said the school was open, and " * 200
    sentences = split(from_text(text))
    assert all(len(s.span.of(text)) <= LONGEST for s in sentences)
    assert all(s.span.of(text).endswith("open,") for s in sentences[:-1])
    assert [word for s in sentences for word in re.findall(r"\w+", s.span.of(text))] == re.findall(r"\w+", text)
    (note,) = (w for w in rate(text, model=RULES).provenance.warnings if w.startswith("sentences: "))
    assert note == "sentences: 1 longer than 2,000 characters; read in pieces"


@pytest.mark.parametrize(("unit", "number"), [("a", 1), ("open ", 1), ("It was so. ", 0), ("学校开门了，", 1)])
def test_only_what_is_too_long_is_cut(unit: str, number: int) -> None:
    text = unit * (3 * LONGEST // len(unit))
    document = from_text(text)
    assert cut_for_length(document) == number
    assert "".join("".join(s.span.of(text) for s in split(document)).split()) == "".join(text.split())
    assert cut_for_length(from_text(text[:LONGEST].rstrip())) == 0


def test_a_chain_without_end_keeps_its_innermost_sources_and_says_so() -> None:
    surnames = ("Hale", "Reed", "Voll", "Quell", "Lind", "Roth", "Marrant", "Ekberg", "Haddad", "Oyle")
    text = " ".join(f"Anna {name} said that" for name in surnames) + " the school was open on Monday."
    report = rate(text, model=RULES)
    deepest = max(report.ratings, key=lambda rating: len(rating.claim.chain)).claim
    assert len(deepest.chain) == MOST_LINKS and deepest.chain[-1].source.of(text) == "Anna Oyle"
    (note,) = (w for w in report.provenance.warnings if w.startswith("chains: "))
    assert note.endswith("with 8 sources or more behind one another; the 8 nearest count")
    assert not any(
        w.startswith("chains: ") for w in rate("He said that she said it was open.", model=RULES).provenance.warnings
    )


def test_commas_without_end_are_read() -> None:
    assert rate("The road" + ", " * 3000 + "said that it was so on Monday.", model=RULES).document.text


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Oxley Tarn Velm Brask came. Then Brask left.", False),
        ("Oxley Tarn Velm Brask came. Brask left.", True),
        ("Oxley Tarn Velm Brask came. Brask-Moor left.", True),
        ("Oxley Tarn Velm Brask came. Braskmoor left.", False),
        ("Oxley Tarn Velm Brask came.", False),
    ],
)
def test_a_surname_alone_makes_a_person(text: str, person: bool) -> None:
    assert looks_like_person("Oxley Tarn Velm Brask", text) is person
