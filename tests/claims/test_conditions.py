"""What puts a claim under a condition, and what only looks like it."""

from __future__ import annotations

import pytest

from scoring.claims.conditions import conditions
from scoring.schema import Span

CONDITIONS = {
    "The plant will close if the vote passes.": "if",
    "If the vote passes, the plant will close.": "If",
    "The plant will close unless the vote passes.": "unless",
    "The plant stays open, provided the vote passes.": "provided",
    "The plant stays open as long as the coal lasts.": "as long as",
    "Should the vote pass, the plant will close.": "Should",
    "Were the vote to pass, the plant would close.": "Were",
    "Had the vote passed, the plant would have closed.": "Had",
    "In the event of a strike, the plant will close.": "In the event of",
    "Subject to approval by the council, the plant will close.": "Subject to approval",
    "Assuming the coal arrives, the plant stays open.": "Assuming",
    "The plant will close only if the vote passes.": "if",
}
NONE = (
    "He asked if the plant would close.",
    "She asked the owner if the plant would close.",
    "They waited to see if the plant would close.",
    "It was not clear if the plant would close.",
    "The owner behaved as if the plant were his.",
    "The plant will close even if the vote fails.",
    "The bridge is as long as two football fields.",
    "Coal was provided by the state.",
    "The plant should close.",
    "The owners had the plant painted.",
    "The owner, an old man, had the plant painted, then left.",
    "Will the plant close if the vote passes?",
    "Few, if any, workers were told.",
    "An official spoke on condition of anonymity.",
)


@pytest.mark.parametrize(("text", "words"), CONDITIONS.items())
def test_the_words_of_a_condition_are_found(text: str, words: str) -> None:
    assert [span.of(text) for span in conditions(text, Span(0, len(text)))] == [words]


@pytest.mark.parametrize("text", NONE)
def test_questions_comparisons_and_concessions_are_none(text: str) -> None:
    assert list(conditions(text, Span(0, len(text)))) == []
