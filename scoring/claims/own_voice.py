"""What the article says in its own voice: the sentences and clauses that no attribution covers → claims."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from scoring.attribution.labels import BASES
from scoring.claims.annotated import Reading
from scoring.schema import AttributionRelation, Basis, Claim, Hedge, Span
from scoring.text.lexicons import decided_basis, find_hedges
from scoring.text.spans import count_words, minus, sentences_of, trimmed
from scoring.word_lists import either

_CONCESSIVE = re.compile(rf"\b{either('conjunctions of concession')}\b", re.I)
_CONCEDED = re.compile(r"(?:may|might)\b", re.I)
_BUT = re.compile(r",\s+(?:but|yet)\b")
_CONJUNCTION = either("conjunctions between clauses")
_JOINT = re.compile(rf"(?:[,;]|\s[—–-])\s+(?={_CONJUNCTION}\s)|;\s+|,\s+(?=which\s)")
_JOINED = re.compile(rf"\W*(?:{_CONJUNCTION}|which)\b", re.I)
_ADJUNCT = re.compile(rf"\W*{either('words that open an adjunct')}\s[^,]*+(?:,(?:\W*+\w++){{0,2}}+\W*+)?$", re.I)
"""A time, place or manner without a clause after it: "In a speech on Monday", "During the interview, she"."""
UNSOURCED = (Basis.HEARSAY, Basis.SPECULATION, Basis.ASSERTION)
LEAST_CLAUSE = 4
"""Words from which a clause can differ in hedging from the rest of its sentence and be a claim of its own."""
LEAD_IN_WORDS = 12
"""A sentence up to this long that ends with a colon puts nothing forward itself: "Here is what the report said:"."""


def own_voice_claims(reading: Reading) -> Iterator[Claim]:
    """Claims in the article's own voice, without hedges and numbers yet."""
    for span in _statements(reading):
        for clause in _by_hedging(reading, span):
            basis = _basis(reading, clause)
            certain = reading.basis_probability(basis, (clause,))
            yield Claim("", (clause,), reading.sentence_numbers((clause,)), basis, certain)


def main_hedges(reading: Reading, span: Span) -> list[Hedge]:
    """Hedges that bear on the whole claim: outside quotation marks and outside concessive clauses."""
    text = reading.document.text
    hedges = [h for h in find_hedges(text, span.start, span.end) if not reading.quoted[h.span.start]]
    if not hedges:
        return []
    openers = [match.end() for match in _CONCESSIVE.finditer(text, span.start, span.end)]
    buts = [match.start() for match in _BUT.finditer(text, span.start, span.end)]
    return [hedge for hedge in hedges if not _embedded(text, span, hedge.span, openers, buts[-1:])]


def parts(relation: AttributionRelation) -> list[Span]:
    """All spans of a relation."""
    return [span for span in (relation.source, relation.cue, *relation.contents) if span]


def by_sentence(reading: Reading, relations: Iterable[AttributionRelation]) -> dict[int, list[Span]]:
    """The spans of the relations by the number of each sentence that they touch."""
    touching: dict[int, list[Span]] = {}
    for part in (part for relation in relations for part in parts(relation)):
        for number in sentences_of(reading.sentences, part):
            touching.setdefault(number, []).append(part)
    return touching


def _statements(reading: Reading) -> Iterator[Span]:
    """Whole sentences that no relation touches, and what relations leave that can stand for itself."""
    text, settings = reading.document.text, reading.settings
    taken = by_sentence(reading, reading.relations)
    for number, sentence in enumerate(reading.sentences):
        near = taken.get(number)
        for rest in minus(text, sentence.span, near or ()):
            words = count_words(text, [rest])
            whole = words >= settings.sentence_words if near is None else _stands_alone(reading, rest, sentence.span)
            empty = _puts_nothing_forward(text, rest, sentence.span, words) or reading.is_no_claim((rest,))
            if whole and not empty:
                yield rest


def _stands_alone(reading: Reading, rest: Span, sentence: Span) -> bool:
    """Whether what an attribution leaves of its sentence is a clause of its own.

    It opens the sentence and is more than an adjunct, or a conjunction joins it on. An apposition to the source, or a
    time and place of speaking, is none.
    """
    text, settings = reading.document.text, reading.settings
    words = count_words(text, [rest])
    if not count_words(text, [Span(sentence.start, rest.start)]):
        return words >= settings.own_words and not _ADJUNCT.match(rest.of(text))
    return words >= settings.joined_words and bool(_JOINED.match(rest.of(text)))


def _puts_nothing_forward(text: str, rest: Span, sentence: Span, words: int) -> bool:
    """A question, or a short line that only introduces what follows."""
    tail = text[rest.start : sentence.end].rstrip(" \n\"'”’)")
    return tail.endswith("?") or (tail.endswith(":") and words <= LEAD_IN_WORDS)


def _by_hedging(reading: Reading, span: Span) -> Iterator[Span]:
    """The statement whole, or its coordinated clauses where they differ in hedging."""
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
    """Hearsay, a guess or a bare statement: by the hedges, and by the model where one has read the words."""
    decided = {decided_basis(hedge, reading.document.text) for hedge in main_hedges(reading, span)}
    ruled = next((basis for basis in UNSOURCED[:2] if basis in decided), Basis.ASSERTION)
    probabilities = reading.judgements.probabilities("basis", [span])
    if probabilities is None:
        return ruled
    scores = {basis: math.log(max(probabilities[BASES.index(basis) + 1], 1e-6)) for basis in UNSOURCED}
    scores[ruled] += reading.settings.rule_weight
    return max(UNSOURCED, key=scores.__getitem__)


def _embedded(text: str, span: Span, hedge: Span, openers: Sequence[int], last_but: Sequence[int]) -> bool:
    """Whether the hedge stands in a clause that begins with 'while', 'although' … and ends with a comma after it, or
    concedes something before a 'but': "the war may have subsided, but …".

    ``openers`` are the ends of all words like 'while' in the span, ``last_but`` where its last 'but' begins, if any.
    """
    if _CONCEDED.match(text, hedge.start, hedge.end) and any(but >= hedge.end for but in last_but):
        return True
    before = bisect_right(openers, hedge.start)
    if not before:
        return False
    return text.find(",", openers[before - 1], hedge.start) < 0 <= text.find(",", hedge.end, span.end)
