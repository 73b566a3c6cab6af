"""Relations → chains: whose words stand in whose, and who was told, cited or relayed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scoring.attribution.linking import parents
from scoring.claims.annotated import Reading
from scoring.schema import AttributionRelation, HedgeKind, Link, SourceType, Span, Stance
from scoring.text.lexicons import cue_stance, find_hedges
from scoring.text.names import normalised
from scoring.text.quotes import form
from scoring.text.sentences import LONGEST
from scoring.text.source_nouns import source_noun_type
from scoring.word_lists import either

_PARTICIPLE = re.compile(r"ing\b", re.I)
_IMPERSONAL = re.compile(
    rf"\b(?:it|there)\b|\b{either('forms of be before a participle')}\s+\w+(?:ed|id|wn|ht)\b", re.I
)
_WITHOUT_SOURCE = re.compile(
    r"^(?:it|there|according)\b"
    rf"|\b{either('forms of be without a source')}\b(?!\s+{either('adverbs of hearsay')}\b)",
    re.I,
)
_TELLING = re.compile(rf"\b{either('signs that somebody was told')}\b")
_TOLD = re.compile(
    r"\s*(?:in an (?:exclusive )?interview )?(?:with |to )?"
    rf"(?:(?:the|a) (?:\w+ )?{either('kinds of outlet that is told')} )?"
    r"(?P<name>(?:[Tt]he )?[A-Z](?:[\w&’'-]|\.(?=\w))*(?: [A-Z0-9](?:[\w&’'-]|\.(?=\w))*){0,4})"
)
_SPEAKING_TO = re.compile(
    r"(?:^|[.!?\n”\"]\s*)(?:In an? (?:\w+ ){0,2}?interview|In (?:remarks|comments)|Speaking)(?= with | to )", re.I
)
"""How a sentence opens that names the outlet in front of the speaker."""
_THERE_ARE = re.compile(
    rf"(?:that\s+)?there\s+{either('verbs behind there')}\s+(?:\w+\s+){{0,2}}?"
    rf"(?P<noun>{either('talk of nobody in particular')})\b",
    re.I,
)
"""What somebody says that nobody in particular says."""
_CITING = re.compile(r"\b(?:citing|quoting)\s+(?P<name>(?:(?!\bthat\b|\bsaying\b)[^,.;:\n“”\"]){3,90})", re.I)
_CITES = re.compile(r"citing|quoting", re.I)
_STOP = re.compile(r"[.!?\n]")
REMEMBERED = 8
"""Texts of which it is kept where they cite; as many are rated side by side at most."""
OPENING = 80
"""Code points in front of a source within which a sentence may open with whom it spoke to."""
SAME_CONTENT = 0.7
"""Share of the shorter content from which two relations have the same content."""


def ancestry(reading: Reading) -> list[int | None]:
    """The next outer relation of each, by index; itself where it adds no link, ``None`` where it is outermost."""
    return _collapsed(reading, _relayed(reading, parents(reading.relations)))


def _relayed(reading: Reading, above: list[int | None]) -> list[int | None]:
    """Two relations with one content: an outlet that relays, or somebody who cites, stands outside the other."""
    linked = list(above)
    ranks = [_rank(reading, relation) for relation in reading.relations]
    for i, j in _same_contents(reading.relations):
        pair = _order(ranks, i, j)
        if pair and linked[pair[1]] in (None, linked[pair[0]]) and linked[pair[0]] != pair[1]:
            linked[pair[1]] = pair[0]
    return linked


def _same_contents(relations: Sequence[AttributionRelation]) -> Iterator[tuple[int, int]]:
    order = sorted(range(len(relations)), key=lambda i: relations[i].contents[0])
    sizes = [sum(c.end - c.start for c in relation.contents) for relation in relations]
    for place, i in enumerate(order):
        last = _last_beginning(relations[i].contents, SAME_CONTENT * sizes[i])
        for j in map(order.__getitem__, range(place + 1, len(order))):
            if relations[j].contents[0].start > last:
                break
            if min(sizes[i], sizes[j]) < SAME_CONTENT * max(sizes[i], sizes[j]):
                continue
            shared = sum(
                max(0, min(a.end, b.end) - max(a.start, b.start))
                for a in relations[i].contents
                for b in relations[j].contents
            )
            if shared >= SAME_CONTENT * max(sizes[i], sizes[j]):
                yield i, j


def _last_beginning(contents: Sequence[Span], least: float) -> float:
    """The last place behind which the contents, which are in order, still have ``least`` code points."""
    behind = 0
    for content in reversed(contents):
        if behind + content.end - content.start >= least:
            return content.end - least + behind
        behind += content.end - content.start
    return contents[0].start


@dataclass(frozen=True, slots=True)
class _Rank:
    """What decides which of two relations with one content stands outside the other."""

    cites: bool
    source: bool
    media: bool
    name: str | None


def _rank(reading: Reading, relation: AttributionRelation) -> _Rank:
    cites = bool(relation.cue and _CITES.match(relation.cue.of(reading.document.text)))
    source = relation.source
    media = source is not None and reading.sources[source].type is SourceType.MEDIA
    return _Rank(cites, source is not None, media, _name(reading, source))


def _order(ranks: Sequence[_Rank], i: int, j: int) -> tuple[int, int] | None:
    """(outer, inner) of two relations with one content; ``None`` where both stand for themselves."""
    one, other = ranks[i], ranks[j]
    if one.cites != other.cites:
        return (j, i) if one.cites else (i, j)
    if not (one.source and other.source):
        return (i, j) if one.source else (j, i)
    if one.media != other.media:
        return (i, j) if one.media else (j, i)
    return (i, j) if one.name == other.name else None


def with_carried_sources(reading: Reading) -> tuple[AttributionRelation, ...]:
    """A cue that has no source and is not impersonal goes on with the source of the cue before it in its sentence."""
    done: list[AttributionRelation] = []
    for relation in reading.relations:
        before = done[-1] if done else None
        bare = relation.source is None and relation.cue is not None
        if bare and before and before.source and _goes_on(reading, before, relation):
            done.append(replace(relation, source=before.source))
        else:
            done.append(relation)
    return tuple(done)


def _goes_on(reading: Reading, before: AttributionRelation, relation: AttributionRelation) -> bool:
    words = relation.cue.of(reading.document.text) if relation.cue else ""
    if _IMPERSONAL.search(words) or _is_evidential(words):
        return False
    same = reading.sentence_numbers(before.contents[:1]) == reading.sentence_numbers(relation.contents[:1])
    return same or bool(_PARTICIPLE.search(words))


def is_impersonal(text: str, relation: AttributionRelation) -> bool:
    """Whether a cue without a source is one by its form ("it is believed", "was said"), rather than one left unread.

    "reportedly agreed" is none: there the sentence is the article's own, with a hedge.
    """
    return bool(relation.cue and _WITHOUT_SOURCE.search(relation.cue.of(text)))


def _is_evidential(words: str) -> bool:
    """Whether the words themselves are a sign of second-hand knowledge, as 'reportedly'."""
    return any(hedge.kind is HedgeKind.EVIDENTIAL for hedge in find_hedges(words, 0, len(words)))


def _collapsed(reading: Reading, above: Sequence[int | None]) -> list[int | None]:
    """Mark (by pointing at itself) a relation inside another that adds no source of its own: no link, no claim."""
    names = [_name(reading, relation.source) for relation in reading.relations]
    marked = list(above)
    for i, up in enumerate(above):
        if up is not None and (names[i] is None or names[i] == names[up]):
            marked[i] = i
    return marked


def _name(reading: Reading, span: Span | None) -> str | None:
    if span is None:
        return None
    source = reading.sources[span]
    return normalised(source.resolved or span.of(reading.document.text)).removeprefix("the ")


def links(reading: Reading, relation: AttributionRelation) -> Iterator[Link]:
    """The link of a relation, with the outlet that was told before it where the article names one."""
    if relation.source is None:
        return
    text, source = reading.document.text, reading.sources[relation.source]
    cue = relation.cue.of(text) if relation.cue else ""
    how = form(text, reading.quoted, relation.contents)
    told = reading.sources.get(outlet_told(text, relation) or relation.source)
    if told and told.span != relation.source and told.type is SourceType.MEDIA:
        yield Link(told.span, told.type, Stance.NEUTRAL, how, resolved=told.resolved, probability=relation.probability)
    yield Link(
        source=relation.source,
        type=source.type,
        stance=cue_stance(cue),
        form=how,
        cue=relation.cue,
        resolved=source.resolved,
        probability=relation.probability,
    )
    reports = _THERE_ARE.match(text, relation.contents[0].start)
    if reports:
        noun = Span(*reports.span("noun"))
        yield Link(noun, SourceType.GENERIC, Stance.NEUTRAL, how, probability=relation.probability)
    inner = reading.sources.get(cited(text, relation) or relation.source)
    if inner and inner.span != relation.source:
        citing = next(_CITING.finditer(text, max(0, inner.span.start - 12)), None)
        where = Span(citing.start(), inner.span.start - 1) if citing else None
        yield Link(inner.span, inner.type, Stance.NEUTRAL, how, where, inner.resolved, relation.probability)


def outlet_told(text: str, relation: AttributionRelation) -> Span | None:
    """The name after 'told' or 'in an interview with', behind the cue or at the head of the sentence."""
    if relation.cue is None:
        return None
    match = _TOLD.match(text, relation.cue.end) if _TELLING.search(relation.cue.of(text)) else None
    if match is None and relation.source:
        opening = _SPEAKING_TO.search(text, max(0, relation.source.start - OPENING), relation.source.start)
        match = _TOLD.match(text, opening.end(), relation.source.start) if opening else None
    return Span(*match.span("name")) if match else None


def cited(text: str, relation: AttributionRelation) -> Span | None:
    """Whom the source cites in the same breath: 'Reuters reported, citing two officials'."""
    if relation.cue is None or relation.source is None or _CITING.search(relation.cue.of(text) + " somebody"):
        return None
    ends = [relation.source, relation.cue, *relation.contents]
    left, right = min(span.start for span in ends), max(span.end for span in ends)
    most = min(len(text), right + LONGEST)
    stop = _STOP.search(text, right, most)
    least = max(0, left - LONGEST)
    begin = max(least, text.rfind("\n", least, left) + 1, text.rfind(". ", least, left) + 1)
    end = stop.start() if stop else most
    match = _CITING.search(text, begin, end) if _cites_between(text, begin, end) else None
    if match is None or any(span.overlaps(Span(*match.span("name"))) for span in ends):
        return None
    name = match.group("name")
    return Span(*match.span("name")) if source_noun_type(name) or any(map(str.isupper, name)) else None


def _cites_between(text: str, begin: int, end: int) -> bool:
    """Whether any word of citing stands there: most relations have none near, and looking for one takes long."""
    words = _citing_words(text)
    place = bisect_left(words, begin)
    return place < len(words) and words[place] < end


@lru_cache(maxsize=REMEMBERED)
def _citing_words(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _CITES.finditer(text))
