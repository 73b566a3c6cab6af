"""Relations → chains: which relation stands in which, and who was told, cited or relayed."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.attribution.named_beside import CITES, cited, citing_words, outlet_told
from scoring.claims.annotated import Reading
from scoring.schema import AttributionRelation, Link, SourceType, Span, Stance
from scoring.sources.reader import Source
from scoring.text.lexicons import cue_stance
from scoring.text.names import normalised
from scoring.text.quotes import form
from scoring.word_lists import either

_THERE_ARE = re.compile(
    rf"(?:that\s+)?there\s+{either('verbs behind there')}\s+(?:\w+\s+){{0,2}}?"
    rf"(?P<noun>{either('talk of nobody in particular')})\b",
    re.I,
)
"""Words by which a source passes on what nobody in particular says: "there are rumours"."""
SAME_CONTENT = 0.7
"""Share of the longer content that two contents must have in common to count as the same."""


def ancestry(reading: Reading) -> list[int | None]:
    """For each relation the index of the next outer one; its own if it adds no link, ``None`` if it is outermost."""
    return _collapsed(reading, _relayed(reading, parents(reading.relations)))


def _relayed(reading: Reading, above: list[int | None]) -> list[int | None]:
    """Put one of two relations with the same content outside the other: an outlet that relays, or whoever cites."""
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
            # relations are in the order of their contents: from here on, all begin too late to share enough
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
    """The last place after which the contents, which are in order, still have ``least`` code points."""
    behind = 0
    for content in reversed(contents):
        if behind + content.end - content.start >= least:
            return content.end - least + behind
        behind += content.end - content.start
    return contents[0].start


@dataclass(frozen=True, slots=True)
class _Rank:
    """What decides which of two relations with the same content stands outside the other."""

    cites: bool
    source: bool
    media: bool
    name: str | None


def _rank(reading: Reading, relation: AttributionRelation) -> _Rank:
    cites = bool(relation.cue and CITES.match(relation.cue.of(reading.document.text)))
    source = relation.source
    media = source is not None and reading.sources[source].type is SourceType.MEDIA
    return _Rank(cites, source is not None, media, _name(reading, source))


def _order(ranks: Sequence[_Rank], i: int, j: int) -> tuple[int, int] | None:
    """``(outer, inner)`` of two relations with the same content; ``None`` if neither stands outside the other."""
    one, other = ranks[i], ranks[j]
    if one.cites != other.cites:
        return (j, i) if one.cites else (i, j)
    if not (one.source and other.source):
        return (i, j) if one.source else (j, i)
    if one.media != other.media:
        return (i, j) if one.media else (j, i)
    return (i, j) if one.name == other.name else None


def _collapsed(reading: Reading, above: Sequence[int | None]) -> list[int | None]:
    """Let a relation that adds no source to the one around it point at itself: it makes no link and no claim."""
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
    """The links of a relation, outermost first: the outlet that was told, the source, and whom the source cites."""
    if relation.source is None:
        return
    text, source = reading.document.text, reading.sources[relation.source]
    cue = relation.cue.of(text) if relation.cue else ""
    how = form(text, reading.quoted, relation.contents)

    def link(source: Source, cue: Span | None, stance: Stance = Stance.NEUTRAL) -> Link:
        return reading.link(source.span, source.type, stance, how, cue, probability=relation.probability)

    told = reading.sources.get(outlet_told(text, relation) or relation.source)
    if told and told.span != relation.source and told.type is SourceType.MEDIA:
        yield link(told, None)
    yield link(source, relation.cue, cue_stance(cue))
    reports = _THERE_ARE.match(text, relation.contents[0].start)
    if reports:
        yield link(Source(Span(*reports.span("noun")), SourceType.GENERIC), None)
    inner = reading.sources.get(cited(text, relation) or relation.source)
    if inner and inner.span != relation.source:
        yield link(inner, citing_words(text, inner.span))


def parents(relations: Sequence[AttributionRelation]) -> list[int | None]:
    """For each relation the index of its parent: the relation with the shortest content that holds its cue.

    So a cue that two contents hold has the shorter one as its parent, and following the parents gives the chain from
    the inside out. Two relations are never each other's parents.
    """
    sizes = [_length(relation) for relation in relations]
    opening = sorted(((c.start, sizes[i], i, c.end) for i, r in enumerate(relations) for c in r.contents), reverse=True)
    anchors = [relation.cue or relation.source for relation in relations]
    above: list[int | None] = [None] * len(relations)
    around: list[tuple[int, int, int]] = []
    # cues are visited from left to right; ``around`` holds the contents that are open there, the shortest first
    for anchor, i in sorted((anchor, i) for i, anchor in enumerate(anchors) if anchor):
        while opening and opening[-1][0] <= anchor.start:
            _, size, owner, end = opening.pop()
            insort(around, (size, owner, end))
        around = [content for content in around if content[2] > anchor.start]
        holders = (j for _, j, end in around if end >= anchor.end and j != i)
        above[i] = next((j for j in holders if not _holds(relations[i], anchors[j])), None)
    return above


def _holds(outer: AttributionRelation, anchor: Span | None) -> bool:
    return anchor is not None and any(content.contains(anchor) for content in outer.contents)


def _length(relation: AttributionRelation) -> int:
    return sum(span.end - span.start for span in relation.contents)


def chain(index: int, parent: Sequence[int | None]) -> list[int]:
    """Indices of the relations from the outermost to ``index``."""
    path = {index: None}
    above = parent[index]
    while above is not None and above not in path:
        path[above] = None
        above = parent[above]
    return list(path)[::-1]


def children(parent: Sequence[int | None]) -> dict[int, list[int]]:
    """For each relation with children, their indices."""
    below: dict[int, list[int]] = {}
    for i, above in enumerate(parent):
        if above is not None:
            below.setdefault(above, []).append(i)
    return below
