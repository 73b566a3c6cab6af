"""What the article says in its own voice: the sentences and clauses that no attribution covers → claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise

from scoring.claims.annotated import Reading, Statement
from scoring.claims.hedging import main_hedges
from scoring.schema import AttributionRelation, Basis, Span
from scoring.text.lexicons import decided_basis
from scoring.text.spans import minus, sentences_of, trimmed
from scoring.text.words import count_words
from scoring.word_lists import either

_CONJUNCTION = either("conjunctions between clauses")
_JOINT = re.compile(rf"(?:[,;]|\s[—–-])\s+(?={_CONJUNCTION}\s)|;\s+|,\s+(?=which\s)")
_JOINED = re.compile(rf"\W*(?:{_CONJUNCTION}|which)\b", re.I)
_ADJUNCT = re.compile(rf"\W*{either('words that open an adjunct')}\s[^,]*+(?:,(?:\W*+\w++){{0,2}}+\W*+)?$", re.I)
"""A time, place or manner that no clause follows: "In a speech on Monday", "During the interview, she"."""
LEAST_CLAUSE = 4
"""Least words of a clause that becomes a separate claim because it is hedged otherwise than its sentence."""
LEAD_IN_WORDS = 12
"""A sentence of at most so many words that ends with a colon claims nothing: "Here is what the report said:"."""


def own_statements(reading: Reading) -> Iterator[Statement]:
    """Statements in the article's own voice."""
    for span in _statements(reading):
        for clause in _by_hedging(reading, span):
            basis = _basis(reading, clause)
            yield Statement((clause,), basis, reading.basis_probability(basis))


def by_sentence(reading: Reading, relations: Iterable[AttributionRelation]) -> dict[int, list[Span]]:
    """The spans of the relations by the number of each sentence that they touch."""
    touching: dict[int, list[Span]] = {}
    for span in (span for relation in relations for span in relation.spans):
        for number in sentences_of(reading.sentences, span):
            touching.setdefault(number, []).append(span)
    return touching


def _statements(reading: Reading) -> Iterator[Span]:
    """Whole sentences that no relation touches, and what relations leave of the others if it can stand alone."""
    text, settings = reading.document.text, reading.settings
    taken = by_sentence(reading, reading.relations)
    for number, sentence in enumerate(reading.sentences):
        near = taken.get(number)
        for rest in minus(text, sentence.span, near or ()):
            words = count_words(text, [rest])
            whole = words >= settings.sentence_words if near is None else _stands_alone(reading, rest, sentence.span)
            if whole and not _puts_nothing_forward(text, rest, sentence.span, words):
                yield rest


def _stands_alone(reading: Reading, rest: Span, sentence: Span) -> bool:
    """Whether what an attribution leaves of its sentence is a full clause.

    It is one if it opens the sentence and is more than an adjunct, or if a conjunction joins it to what stands before.
    An apposition to the source, or the time and place of speaking, is no clause.
    """
    text, settings = reading.document.text, reading.settings
    words = count_words(text, [rest])
    if not count_words(text, [Span(sentence.start, rest.start)]):
        return words >= settings.own_words and not _ADJUNCT.match(rest.of(text))
    return words >= settings.joined_words and bool(_JOINED.match(rest.of(text)))


def _puts_nothing_forward(text: str, rest: Span, sentence: Span, words: int) -> bool:
    """Whether the words are a question, or a short line that only introduces what follows."""
    tail = text[rest.start : sentence.end].rstrip(" \n\"'”’)")
    return tail.endswith("?") or (tail.endswith(":") and words <= LEAD_IN_WORDS)


def _by_hedging(reading: Reading, span: Span) -> Iterator[Span]:
    """The whole statement, or its coordinated clauses if they are hedged differently."""
    text = reading.document.text
    starts = [span.start, *(m.end() for m in _JOINT.finditer(text, span.start, span.end)), span.end]
    clauses = [Span(a, b) for a, b in pairwise(starts)]
    if len(clauses) < 2 or any(count_words(text, [clause]) < LEAST_CLAUSE for clause in clauses):
        yield span
        return
    whole = {hedge.span for hedge in main_hedges(reading, span)}
    hedged = [
        _basis(reading, clause) if any(clause.contains(h) for h in whole) else Basis.ASSERTION for clause in clauses
    ]
    for _, group in groupby(zip(hedged, clauses, strict=True), key=lambda pair: pair[0]):
        same = [clause for _, clause in group]
        piece = trimmed(text, Span(same[0].start, same[-1].end))
        if piece:
            yield piece


def _basis(reading: Reading, span: Span) -> Basis:
    """Hearsay, speculation or a bare assertion, as the hedges decide."""
    decided = {decided_basis(hedge, reading.document.text) for hedge in main_hedges(reading, span)}
    return next((basis for basis in (Basis.HEARSAY, Basis.SPECULATION) if basis in decided), Basis.ASSERTION)
