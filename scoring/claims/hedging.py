"""Which hedges belong to a claim, and what certainty they leave it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from scoring.claims.annotated import Reading, Statement
from scoring.claims.conditions import conditions
from scoring.claims.permission import permits
from scoring.schema import Hedge, Span
from scoring.text.lexicons import find_hedges
from scoring.word_lists import either

Found = TypeVar("Found")
UNLISTED = 0.5
"""Certainty that a hedge in no list leaves; the mean of the evidential and epistemic rows of ``hedges.csv`` is 0.48."""
_CONCESSIVE = re.compile(rf"\b{either('conjunctions of concession')}\b", re.I)
_CONCEDED = re.compile(r"(?:may|might)\b", re.I)
_BUT = re.compile(r",\s+(?:but|yet)\b")


def main_hedges(reading: Reading, span: Span) -> list[Hedge]:
    """Hedges of the whole claim: those outside quotation marks and outside concessive clauses."""
    text = reading.document.text
    hedges = [
        h
        for h in find_hedges(text, span.start, span.end)
        if not reading.quoted[h.span.start] and not permits(text, span, h.span)
    ]
    if not hedges:
        return []
    openers = [match.end() for match in _CONCESSIVE.finditer(text, span.start, span.end)]
    buts = [match.start() for match in _BUT.finditer(text, span.start, span.end)]
    return [hedge for hedge in hedges if not _embedded(text, span, hedge.span, openers, buts[-1:])]


def hedges_of(reading: Reading, statements: Sequence[Statement]) -> list[tuple[Hedge, ...]]:
    """For each statement its hedges: those of its sentences that stand in it or nearer to it than to any other."""
    text = reading.document.text

    def found(sentence: Span) -> Iterator[tuple[Span, Hedge]]:
        for hedge in find_hedges(text, sentence.start, sentence.end):
            if reading.hedging(hedge.span) >= reading.settings.least_hedge and not permits(text, sentence, hedge.span):
                yield hedge.span, hedge

    return _nearest(reading, statements, found)


def conditions_of(reading: Reading, statements: Sequence[Statement]) -> list[tuple[Span, ...]]:
    """For each statement the words that put it under a condition, shared out as hedges are."""
    text = reading.document.text
    return _nearest(reading, statements, lambda sentence: ((span, span) for span in conditions(text, sentence)))


def _nearest(
    reading: Reading, statements: Sequence[Statement], found: Callable[[Span], Iterable[tuple[Span, Found]]]
) -> list[tuple[Found, ...]]:
    """What is found in the sentences, with where it stands, for the statement that is nearest to it."""
    by_statement: list[list[Found]] = [[] for _ in statements]
    for number, near in _by_sentence(reading, statements).items():
        for span, one in found(reading.sentences[number].span):
            nearest = min(near, key=lambda i: _distance(statements[i], span))
            for i in near:  # statements on one span, by two sources, share it
                if statements[i].spans == statements[nearest].spans:
                    by_statement[i].append(one)
    return [tuple(mine) for mine in by_statement]


def _by_sentence(reading: Reading, statements: Sequence[Statement]) -> dict[int, list[int]]:
    """Numbers of the statements in each sentence, by the number of the sentence."""
    numbers: dict[int, list[int]] = {}
    for i, statement in enumerate(statements):
        for number in reading.sentence_numbers(statement.spans):
            numbers.setdefault(number, []).append(i)
    return numbers


def certainty(reading: Reading, spans: Sequence[Span], hedges: Sequence[Hedge]) -> float:
    """Certainty in [0, 1] that the strongest hedge leaves; each counts as far as the model reads it as a hedge.

    Words that no list has and that the model reads as a hedge count as an average hedge.
    """
    listed = [1 - (1 - hedge.certainty) * reading.hedging(hedge.span) for hedge in hedges]
    others = [
        word
        for word in reading.word_labels.likely("hedge", spans)
        if not any(hedge.span.overlaps(word) for hedge in hedges)
    ]
    return min([*listed, *(1 - (1 - UNLISTED) * reading.hedging(word) for word in others)], default=1.0)


def _distance(statement: Statement, span: Span) -> int:
    return min(max(s.start - span.end, span.start - s.end, 0) for s in statement.spans)


def _embedded(text: str, span: Span, hedge: Span, openers: Sequence[int], last_but: Sequence[int]) -> bool:
    """Whether the hedge stands in a clause that begins with 'while', 'although' … and ends with a comma after it, or
    concedes something before a 'but': "the war may have subsided, but …".

    ``openers`` are the ends of all words such as 'while' in the span; ``last_but`` holds the start of its last 'but',
    if there is one.
    """
    if _CONCEDED.match(text, hedge.start, hedge.end) and any(but >= hedge.end for but in last_but):
        return True
    before = bisect_right(openers, hedge.start)
    if not before:
        return False
    return text.find(",", openers[before - 1], hedge.start) < 0 <= text.find(",", hedge.end, span.end)
