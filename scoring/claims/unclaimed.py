"""Sentences that hold no claim → why: nothing of an article is dropped without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.schema import Claim, Document, Sentence, Skipped, Span

QUESTION, LEAD_IN, NO_CLAIM = "question", "introduction", "no claim"
_CLOSING = " \n\"'”’»)"


def with_unclaimed(document: Document, sentences: Sequence[Sentence], claims: Sequence[Claim]) -> Document:
    """The document with every sentence that no claim touches among its skipped parts, each with its reason."""
    claimed = {number for claim in claims for number in claim.sentences}
    rest = tuple(_reasons(document.text, [s.span for n, s in enumerate(sentences) if n not in claimed]))
    return replace(document, skipped=tuple(sorted((*document.skipped, *rest), key=lambda part: part.span)))


def _reasons(text: str, spans: Sequence[Span]) -> Iterator[Skipped]:
    for span in spans:
        words = span.of(text).rstrip(_CLOSING)
        if any(map(str.isalnum, words)):
            yield Skipped(span, QUESTION if words.endswith("?") else LEAD_IN if words.endswith(":") else NO_CLAIM)
