"""From where on a paragraph goes on with the source before it, with a case on either side."""

from __future__ import annotations

import pytest

from scoring.attribution.continuation import continued
from scoring.documents.files import from_text
from scoring.schema import AttributionRelation, Span
from scoring.text.quotes import quoted

OPENING = "“The pier is safe,” Mara Lind said. “We checked every bolt.\n\n"


def find(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def lind(text: str) -> AttributionRelation:
    contents = (find(text, "The pier is safe,"), find(text, "We checked every bolt."))
    return AttributionRelation(find(text, "Mara Lind"), find(text, "said"), contents)


@pytest.mark.parametrize(
    ("paragraph", "goes_on"),
    [
        ("“Nobody was hurt here and nothing was lost” today", True),
        ("“Nobody was hurt here and nothing was lost,” in the end at", False),
        ("“Nobody was hurt” in the storm that came over the pier", False),
        ("Nobody “was hurt here and nothing was lost in it at all”", False),
    ],
    ids=["8 words in quotation marks of 9", "8 of 12", "3 of 11", "no mark in front"],
)
def test_a_paragraph_that_is_mostly_quoted_goes_on(paragraph: str, goes_on: bool) -> None:
    text = f"{OPENING}{paragraph}."
    relations = continued(from_text(text), (lind(text),), quoted(text))
    assert [r.source for r in relations] == [find(text, "Mara Lind")] * (1 + goes_on)


@pytest.mark.parametrize(
    ("inside", "outside", "goes_on"), [(4, 1, True), (79, 21, False), (80, 20, True), (19, 1, True)]
)
def test_four_fifths_of_the_words_are_mostly(inside: int, outside: int, goes_on: bool) -> None:
    text = f"{OPENING}“{'here ' * (inside - 1)}here” {'there ' * (outside - 1)}there."
    relations = continued(from_text(text), (lind(text),), quoted(text))
    assert len(relations) == 1 + goes_on
