"""From where on a paragraph or a sentence goes on with the source before it, with a case on either side."""

from __future__ import annotations

import re

import numpy as np
import pytest

from scoring.attribution.continuation import carried_on, continued
from scoring.attribution.labels import BASES, HEADS, columns
from scoring.attribution.word_labels import WordLabels
from scoring.documents.files import from_text
from scoring.schema import AttributionRelation, Basis, Span
from scoring.text.quotes import quoted
from scoring.text.sentences import split

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


def sourced(text: str, first: int, probability: float) -> WordLabels:
    """WordLabels by which each word from ``first`` on rests on a named source with the probability, else on nobody."""
    spans = [match.span() for match in re.finditer(r"\w+", text)]
    outputs = np.zeros((len(spans), sum(HEADS.values())), dtype=np.float32)
    bases = np.full((len(spans), HEADS["basis"]), -30.0, dtype=np.float32)
    bases[:, BASES.index(Basis.ASSERTION) + 1] = np.log(1 - probability)
    bases[first:, BASES.index(Basis.PARAPHRASE) + 1] = np.log(probability)
    outputs[:, columns("basis")] = bases
    starts, ends = np.array(spans).T
    return WordLabels(starts, ends, outputs)


@pytest.mark.parametrize(("probability", "goes_on"), [(0.59, False), (0.61, True)])
def test_a_sentence_without_a_cue_goes_on_from_the_probability_asked_for(probability: float, goes_on: bool) -> None:
    text = "Roth said the dam holds. It will be raised."
    said = AttributionRelation(find(text, "Roth"), find(text, "said"), (find(text, "the dam holds"),))
    found = carried_on((said,), split(from_text(text)), sourced(text, 0, probability), 0.6)
    assert [r.contents[0].of(text) for r in found] == ["the dam holds", "It will be raised."][: 1 + goes_on]


@pytest.mark.parametrize(("gap", "goes_on"), [("\n", True), ("\nIt rained there, Hale knew.\n", False)])
def test_it_goes_on_in_the_next_paragraph_and_no_further(gap: str, goes_on: bool) -> None:
    text = f"Roth said the dam holds.{gap}It will be raised."
    said = AttributionRelation(find(text, "Roth"), find(text, "said"), (find(text, "the dam holds"),))
    last = len(re.findall(r"\w+", text)) - 4
    found = carried_on((said,), split(from_text(text)), sourced(text, last, 0.9), 0.6)
    assert [r.contents[0].of(text) for r in found] == ["the dam holds", "It will be raised."][: 1 + goes_on]
