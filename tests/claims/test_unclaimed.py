"""Nothing of an article is dropped without a word."""

from __future__ import annotations

import pytest

from scoring.claims.unclaimed import with_unclaimed
from scoring.documents.files import from_text
from scoring.pipeline import rate
from scoring.schema import Basis, Claim, Span
from scoring.text.sentences import split


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Who opened the gate?", "question"),
        ('"Who opened the gate?"', "question"),
        ("The council found the following:", "introduction"),
        ("So much for that.", "no claim"),
    ],
)
def test_each_sentence_without_a_claim_stands_there_with_its_reason(sentence: str, reason: str) -> None:
    text = f"The gate was open. {sentence}"
    document = from_text(text)
    sentences = split(document)
    claim = Claim("c1", (Span(0, 18),), (0,), Basis.ASSERTION, 1.0)
    read = with_unclaimed(document, sentences, [claim])
    assert [(part.span.of(text), part.reason) for part in read.skipped] == [(sentence, reason)]


def test_every_sentence_of_an_article_has_a_claim_or_a_reason() -> None:
    report = rate('The mill burned down. Why? Nobody knows. The owner said: "It was the lamp."', model="rules")
    spans = [s for rating in report.ratings for s in rating.claim.spans]
    spans += [part.span for part in report.document.skipped]
    assert all(any(sentence.span.overlaps(span) for span in spans) for sentence in report.sentences)
