"""Headlines that stand alone: what is announced, stated, asked, attributed, denied, second hand or guessed."""

from __future__ import annotations

import pytest

from scoring.pipeline import rate
from scoring.schema import Basis, Polarity, Rating

BARE = "Flood closes three schools in Sarn"
ANNOUNCED = (
    "Norvik Motors to open battery plant in Halden",
    "Mayor Lind to resign after budget vote",
    "Airline to cut 400 jobs by summer",
    "Veltron plans to sell its phone business",
    "Two rail unions set to strike on Monday",
    "Museum to return stolen bronzes to Benin",
    "Velm and Karsh to sign border treaty on Friday",
    "Central bank to hold rates until autumn",
    "Hospital due to reopen ward in March",
    "Singer Mara Quist will headline winter festival",
    "Is It Safe author Tove Aas to write sequel",
    "Oldest cinema in Tarn to be torn down",
)
STATED = (
    "Flood closes three schools in Sarn",
    "Baker wins lottery for the second time",
    "Town council votes to ban fireworks",
    "Velm derby: Rovers beat Town in extra time",
)
ASKED = (
    "Did a whale swim up the Velm?",
    "Is the mayor about to resign?",
    "Has Veltron hidden a second battery fault?",
    "Could this be the oldest bridge in the north?",
)
ATTRIBUTED = (
    "Report: Veltron bought rival in secret",
    "Coach hit player, witnesses say",
    "Dam cracked before flood: report",
    "Minister lied about ferry, says auditor",
    "Police: driver was asleep at the wheel",
    "Mayor: ‘We ran out of sand’",
    "Bank ‘froze the accounts of nuns’",
    "Vaccine trial stopped early, according to hospital",
    "Singer left band in tears: reports",
    "Harbour ‘was warned of the storm’ days before",
    "Rovers captain to leave, coach confirms",
)
DENIED = ("Officials deny dam was cracked",)
SECOND_HAND = (
    "Veltron reportedly in talks to buy Norex",
    "Chef allegedly poisoned his own soup",
)
GUESSED = (
    "Storm may delay cup final until Tuesday",
    "Comet could be seen above city tonight",
)


def only(text: str) -> Rating:
    (rating,) = rate(text).ratings
    return rating


@pytest.mark.parametrize("text", ANNOUNCED)
def test_an_announcement_is_as_strong_as_a_bare_statement(text: str) -> None:
    rating = only(text)
    assert rating.claim.basis not in (Basis.SPECULATION, Basis.HEARSAY) and not rating.claim.hedges
    assert rating.strength.probability >= only(BARE).strength.probability


@pytest.mark.parametrize("text", STATED)
def test_a_bare_headline_is_an_assertion(text: str) -> None:
    assert only(text).claim.basis is Basis.ASSERTION


@pytest.mark.parametrize("text", ASKED)
def test_a_question_holds_no_claim(text: str) -> None:
    assert rate(text).ratings == ()


@pytest.mark.parametrize("text", ATTRIBUTED)
def test_what_a_headline_attributes_is_no_assertion(text: str) -> None:
    assert only(text).claim.basis not in (Basis.ASSERTION, Basis.SPECULATION)


@pytest.mark.parametrize("text", DENIED)
def test_a_headline_denies(text: str) -> None:
    assert only(text).claim.polarity is Polarity.NEGATIVE


@pytest.mark.parametrize(
    ("text", "basis"),
    [*((t, Basis.HEARSAY) for t in SECOND_HAND), *((t, Basis.SPECULATION) for t in GUESSED)],
)
def test_hedged_headlines_stay_hedged(text: str, basis: Basis) -> None:
    assert only(text).claim.basis is basis
