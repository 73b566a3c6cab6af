"""What is denied or upheld by the words around a claim, and whose word it then is."""

from __future__ import annotations

import pytest

from scoring.claims.denials import _verdicts
from scoring.schema import Span

DENIED = (
    ("The firm dismissed reports that ", "it had sold the ship", "."),
    ("The firm rejected as absurd the claim that ", "it had sold the ship", "."),
    ("The firm scotched rumours that ", "it had sold the ship", "."),
    ("The firm hit back at suggestions that ", "it had sold the ship", "."),
    ("The firm issued a denial that ", "it had sold the ship", "."),
    ("The firm published a rebuttal of reports that ", "it had sold the ship", "."),
    ("The firm called the report that ", "it had sold the ship", " false."),
    ("The firm branded the claim that ", "it had sold the ship", " a lie."),
    ("There is no truth in reports that ", "it had sold the ship", ", the firm said."),
    ("It is not true that ", "it had sold the ship", ", the firm said."),
    ("The firm said it was wrong to say that ", "it had sold the ship", "."),
    ("The firm said it was untrue that ", "it had sold the ship", "."),
)
UPHELD = (
    ("The firm confirmed reports that ", "it had sold the ship", "."),
    ("The firm backed the claim that ", "it had sold the ship", "."),
    ("The firm called the report that ", "it had sold the ship", " accurate."),
    ("There is some truth in reports that ", "it had sold the ship", ", the firm said."),
)
OPEN = (
    ("The firm read reports that ", "it had sold the ship", "."),
    ("The firm did not dismiss reports that ", "it had sold the ship", "."),
    ("The firm said that ", "it had sold the ship", "."),
    ("The firm rejected an offer that ", "the buyer had made", "."),
    ("The firm called the report that ", "it had sold the ship", " late."),
    ("The firm said it was wrong that ", "it had sold the ship", " so late."),
)


def verdicts(lead: str, words: str, rest: str) -> list[bool]:
    text = lead + words + rest
    return [v.denied for v in _verdicts(text, Span(0, len(text)), Span(len(lead), len(lead + words)))][:1]


@pytest.mark.parametrize("parts", DENIED)
def test_a_claim_is_denied(parts: tuple[str, str, str]) -> None:
    assert verdicts(*parts) == [True]


@pytest.mark.parametrize("parts", UPHELD)
def test_a_claim_is_upheld(parts: tuple[str, str, str]) -> None:
    assert verdicts(*parts) == [False]


@pytest.mark.parametrize("parts", OPEN)
def test_a_claim_is_left_as_it_is(parts: tuple[str, str, str]) -> None:
    assert verdicts(*parts) == []


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("There is no truth in reports that it had sold the ship", "it had sold the ship"),
        ("It is not true that it had sold the ship", "it had sold the ship"),
        ("The report that it had sold the ship is untrue", "it had sold the ship"),
    ],
)
def test_the_words_that_deny_are_no_part_of_what_is_denied(words: str, left: str) -> None:
    verdict = next(_verdicts(words, Span(0, len(words)), Span(0, len(words))))
    assert verdict.denied and verdict.span.of(words) == left
