"""Where a text stands in quotation marks, in the manner of any language."""

from __future__ import annotations

import pytest

from scoring.schema import Span
from scoring.text.quotes import quoted, with_marks

SAID = "The lamp is out"


@pytest.mark.parametrize(
    "marks",
    ["“”", '""', "„“", "„”", "„‟", "«»", "»«", "‹›", "›‹", "「」", "『』", "‘’", "''", ("``", "''"), ("‘‘", "’’")],
)
def test_words_in_any_pair_of_marks_are_quoted(marks: tuple[str, str]) -> None:
    opening, closing = marks
    text = f"Keeper Jon Orm said: {opening}{SAID}{closing} Nobody saw it."
    mask = quoted(text)
    assert [i for i, inside in enumerate(mask) if inside] == list(range(text.index(SAID), text.index(SAID) + len(SAID)))


@pytest.mark.parametrize("bullet", ["» The ferry was late.", "› The ferry was late.", "It was the ’90s in Orm."])
def test_bullets_and_apostrophes_quote_nothing(bullet: str) -> None:
    assert not any(quoted(f"{bullet}\n» The lamp is out."))


def test_a_quotation_without_its_closing_mark_ends_with_the_paragraph() -> None:
    text = "„The lamp is out, he said.\nNobody saw it."
    assert bytes(quoted(text)) == b"\x00" + b"\x01" * (text.index("\n") - 1) + b"\x00" * len(text[text.index("\n") :])


def test_marks_beside_a_span_are_taken_in() -> None:
    text = "Orm said: „The lamp is out.“ He left."
    start = text.index(SAID)
    assert with_marks(text, Span(start, start + len(SAID))).of(text) == "„The lamp is out.“"
