"""Sources that are named beside a relation's own: the outlet that was told, and whom the source cites."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scoring.schema import AttributionRelation, Span
from scoring.text.sentences import LONGEST
from scoring.text.source_nouns import source_noun_type
from scoring.word_lists import either

_TELLING = re.compile(rf"\b{either('signs that somebody was told')}\b")
_TOLD = re.compile(
    r"\s*(?:in an (?:exclusive )?interview )?(?:with |to )?"
    rf"(?:(?:the|a) (?:\w+ )?{either('kinds of outlet that is told')} )?"
    r"(?P<name>(?:[Tt]he )?[A-Z](?:[\w&’'-]|\.(?=\w))*(?: [A-Z0-9](?:[\w&’'-]|\.(?=\w))*){0,4})"
)
_SPEAKING_TO = re.compile(
    r"(?:^|[.!?\n”\"]\s*)(?:In an? (?:\w+ ){0,2}?interview|In (?:remarks|comments)|Speaking)(?= with | to )", re.I
)
"""Openings of a sentence that names the outlet before the speaker."""
_CITING = re.compile(r"\b(?:citing|quoting)\s+(?P<name>(?:(?!\bthat\b|\bsaying\b)[^,.;:\n“”\"]){3,90})", re.I)
CITES = re.compile(r"citing|quoting", re.I)
_STOP = re.compile(r"[.!?\n]")
REMEMBERED = 8
"""Number of texts whose citing words are cached; no more are rated side by side."""
BEFORE_CITED = 12
"""Code points before a cited source in which "citing" or "quoting" must stand."""
OPENING = 80
"""Code points before a source in which an opening such as "Speaking to X," is looked for."""


def sources_named(text: str, relations: Iterable[AttributionRelation]) -> Iterator[Span]:
    """Every phrase that names a source: the relation's own, the outlet that was told, or whom the source cites."""
    for relation in relations:
        phrases = (relation.source, outlet_told(text, relation), cited(text, relation))
        yield from (phrase for phrase in phrases if phrase)


def outlet_told(text: str, relation: AttributionRelation) -> Span | None:
    """The outlet's name after 'told' or 'in an interview with', behind the cue or where the sentence opens."""
    if relation.cue is None:
        return None
    match = _TOLD.match(text, relation.cue.end) if _TELLING.search(relation.cue.of(text)) else None
    if match is None and relation.source:
        opening = _SPEAKING_TO.search(text, max(0, relation.source.start - OPENING), relation.source.start)
        match = _TOLD.match(text, opening.end(), relation.source.start) if opening else None
    return Span(*match.span("name")) if match else None


def cited(text: str, relation: AttributionRelation) -> Span | None:
    """Whom the source cites in the same sentence: 'Reuters reported, citing two officials'."""
    # a relation whose own cue is "citing" names the cited source already; the pattern needs words behind its verb
    if relation.cue is None or relation.source is None or _CITING.search(relation.cue.of(text) + " somebody"):
        return None
    left, right = min(span.start for span in relation.spans), max(span.end for span in relation.spans)
    most = min(len(text), right + LONGEST)
    stop = _STOP.search(text, right, most)
    least = max(0, left - LONGEST)
    begin = max(least, text.rfind("\n", least, left) + 1, text.rfind(". ", least, left) + 1)
    end = stop.start() if stop else most
    match = _CITING.search(text, begin, end) if _cites_between(text, begin, end) else None
    if match is None or any(span.overlaps(Span(*match.span("name"))) for span in relation.spans):
        return None
    name = match.group("name")
    return Span(*match.span("name")) if source_noun_type(name) or any(map(str.isupper, name)) else None


def citing_words(text: str, source: Span) -> Span | None:
    """The words by which a source is cited: 'citing' before "two officials"."""
    match = next(_CITING.finditer(text, max(0, source.start - BEFORE_CITED)), None)
    return Span(match.start(), source.start - 1) if match else None


def _cites_between(text: str, begin: int, end: int) -> bool:
    """Whether "citing" or "quoting" stands there; this quick look spares most relations the slow search."""
    words = _citing_words(text)
    place = bisect_left(words, begin)
    return place < len(words) and words[place] < end


@lru_cache(maxsize=REMEMBERED)
def _citing_words(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in CITES.finditer(text))
