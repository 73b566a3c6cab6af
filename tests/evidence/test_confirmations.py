"""Which sentences confirm in other words what another source has just said, and which do not."""

from __future__ import annotations

import pytest

from scoring.evidence.confirmations import confirming
from scoring.evidence.origins import count_origins
from scoring.schema import Basis, Claim, Form, Link, Polarity, Sentence, SourceType, Span, Stance

SAID = "Engineer Vera Lund said the pump had failed twice."
CONFIRMING = (
    "Her deputy, who was there, confirmed it.",
    "The log bears her out.",
    "The other side concedes it.",
    "Two colleagues confirmed her account.",
    "Photographs taken that night support her version.",
    "The operator later admitted as much.",
    "The operator's own records show the same.",
    "A second engineer, Paul Reed, agreed with her.",
    "Paul Reed, who repaired it, remembers it the same way; the invoices confirm this.",
    "So did the plant's night guard.",
    "So, too, did the plant's night guard.",
    "The night guard did too.",
    "This was confirmed by the night guard.",
    "Her account was backed up by two colleagues.",
    "What she said is borne out by the invoices.",
    "The ministry has since acknowledged this.",
    "The ministry does not contest that.",
    "Nor does the ministry contest that.",
    "The footage shows exactly that.",
    "The maker confirmed the failures.",
    "That is also what the police found.",
    "Her account is consistent with the log.",
    "Her account matches that of the night guard.",
    "Police found the same.",
    "A witness nearby described the same thing.",
    "A second count gave the same number.",
    "Paul Reed recalled it likewise.",
    "Paul Reed, who has no reason to help her, says so as well.",
    "Paul Reed tells the same story.",
    "Paul Reed gave a similar account.",
    "An independent laboratory reached the same conclusion.",
    "“She is right,” said Paul Reed, who repaired it.",
    "“That is true,” Paul Reed said.",
    "Paul Reed said that this was true.",
    "Asked if that was correct, Paul Reed said yes.",
    "Paul Reed vouches for that.",
    "Paul Reed, a guard, heard it too.",
    "The meter readings tally with her account.",
    "The invoices match.",
    "Paul Reed, a guard, corroborated her statement under oath.",
    "The minutes say as much.",
    "Even the manufacturer grants her the point; it accepts her account.",
    "Paul Reed said so too.",
)  # fmt: skip
SILENT = (
    "The lamps were new, the ministry later confirmed.",
    "Two guards denied that she had said so.",
    "The ministry confirmed, with a sigh, a surplus.",
    "It is also the pump that guards like best.",
    "The ministry told the same paper that lamps were new.",
    "No law says so.",
    "That is what she likes about it.",
    "The log shows the date.",
    "Her account was short.",
    "Her deputy, who was there, could not confirm it.",
    "Her deputy refused to confirm it.",
    "Her deputy will confirm it, she hopes.",
    "Her deputy disputes it.",
    "Her deputy denied this.",
    "She confirmed it again.",
    "Lund confirmed it in a letter.",
    "Vera Lund has since confirmed this.",
    "Her spokeswoman confirmed it.",
    "Nobody confirmed it.",
    "Did her deputy confirm it?",
    "Her deputy confirmed that the lamps were new.",
    "Her deputy agreed to meet her.",
    "The ministry accepted that bid.",
    "The ministry supports this club.",
    "The log was lost.",
    "The log bears a stamp.",
    "Her deputy said little about it.",
    "Her deputy said that it was raining.",
    "Reports confirmed it.",
    "If her deputy confirms it, she will be paid.",
    "So far the ministry has been silent.",
    "Her deputy showed the visitors the same evening a new pump.",
    "The same pump was sold to the ministry.",
    "Neither did the guard.",
    "The guard did not.",
    "The guard has yet to confirm it.",
)  # fmt: skip


def _claims(text: str, polarity: Polarity = Polarity.POSITIVE) -> list[Claim]:
    source = Span(0, text.index(" said"))
    content = Span(text.index("the pump"), text.index("."))
    link = Link(source, SourceType.PERSON, Stance.NEUTRAL, Form.INDIRECT, resolved="Vera Lund")
    return [Claim("c1", (content,), (0,), Basis.PARAPHRASE, 1.0, (link,), polarity=polarity)]


def origins(words: str, *, between: str = " ", polarity: Polarity = Polarity.POSITIVE) -> int:
    text = f"{SAID}{between}{words}"
    second = Span(len(SAID) + len(between), len(text))
    sentences = [Sentence(Span(0, len(SAID)), 0), Sentence(second, between.count("\n"))]
    return count_origins(_claims(text, polarity), text, sentences)[0]


@pytest.mark.parametrize("words", CONFIRMING)
def test_who_confirms_is_another_origin(words: str) -> None:
    assert origins(words) == 2


@pytest.mark.parametrize("words", SILENT)
def test_who_does_not_is_none(words: str) -> None:
    assert origins(words) == 1


@pytest.mark.parametrize(("paragraphs", "counted"), [(1, 2), (2, 1)])
def test_a_confirmation_stands_in_the_same_paragraph_or_the_next(paragraphs: int, counted: int) -> None:
    assert origins("Her deputy confirmed it.", between="\n" * paragraphs) == counted


def test_what_confirms_a_denial_is_open() -> None:
    assert origins("Her deputy confirmed it.", polarity=Polarity.NEGATIVE) == 1


def test_without_sentences_nothing_is_looked_for() -> None:
    assert confirming(_claims(SAID), (), SAID) == [frozenset()]
    assert count_origins(_claims(SAID), SAID) == [1]


def test_a_claim_too_short_to_compare_keeps_its_origin() -> None:
    text = "Vera Lund said the pump. Her deputy confirmed it."
    sentences = [Sentence(Span(0, 24), 0), Sentence(Span(25, len(text)), 0)]
    assert count_origins(_claims(text), text, sentences) == [2]
