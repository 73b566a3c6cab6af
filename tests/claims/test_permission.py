"""When "may" permits or forbids, and when it guesses."""

from __future__ import annotations

import pytest

from scoring.claims.permission import permits
from scoring.schema import Span
from scoring.text.lexicons import find_hedges

PERMITS = (
    "Visitors may take photographs in every room.",
    "Under the new rules, pupils may not use telephones in class.",
    "Under the statute, each member may cast two votes.",
    "Nobody may enter the park after dark.",
    "Only residents of the island may fish there.",
    "The law says that shops may open on Sundays.",
    "The heirs may only sell the house together.",
)
GUESSES = (
    "The storm may reach the coast tonight.",
    "Passengers may face delays until Friday.",
    "Visitors may have seen the thief.",
    "The club may sell its captain.",
    "The minister may not sign the order.",
    "Under the new rules, pupils may be late more often.",
)


def of_may(text: str) -> list[bool]:
    sentence = Span(0, len(text))
    return [permits(text, sentence, hedge.span) for hedge in find_hedges(text, 0, len(text))]


@pytest.mark.parametrize("text", PERMITS)
def test_may_permits(text: str) -> None:
    assert of_may(text) == [True]


@pytest.mark.parametrize("text", GUESSES)
def test_may_guesses(text: str) -> None:
    assert of_may(text) == [False]
