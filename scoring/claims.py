"""Relations and sentences → claims, each with its chain, hedges and basis.

The innermost relation of each chain makes a claim of its content; what no relation covers is the
article's own voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.attribution.linking import chain, children, parents
from scoring.attribution.quotes import Mask, form, share
from scoring.lexicons import cue_stance, find_hedges, is_evidential, is_speculative
from scoring.schema import (
    AttributionRelation,
    Basis,
    Claim,
    Document,
    Hedge,
    HedgeKind,
    Link,
    Polarity,
    Sentence,
    SourceType,
    Span,
    Stance,
)
from scoring.sources import Source
from scoring.spans import count_words, minus, sentences_of, trimmed

_CONCESSIVE = re.compile(r"\b(?:while|although|though|even if|even though|whereas|despite|if|whether)\b", re.I)
_PARTICIPLE = re.compile(r"ing\b", re.I)
_IMPERSONAL = re.compile(r"\b(?:it|there)\b|\b(?:is|are|was|were|been|be|being)\s+\w+(?:ed|id|wn|ht)\b", re.I)


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Thresholds of ``configs/claims.toml``, which gives the reason for each.

    ``*_words`` count words; ``quoted_share`` lies in [0, 1]; ``precision`` is the measured share of right bases.
    """

    own_words: int
    rest_words: int
    sentence_words: int
    quoted_share: float
    precision: dict[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as far as it is read: what every step here needs."""

    document: Document
    sentences: tuple[Sentence, ...]
    relations: tuple[AttributionRelation, ...]
    sources: Mapping[Span, Source]
    quoted: Mask
    settings: ClaimSettings


def find_claims(reading: Reading) -> tuple[Claim, ...]:
    """Claims of the article in the order of the text, numbered ``c1``, ``c2``, …"""
    reading = replace(reading, relations=_with_carried_sources(reading))
    found = sorted([*_attributed(reading), *_own_voice(reading)], key=lambda claim: claim.spans[0])
    found = _with_hedges(reading, found)
    return tuple(replace(claim, id=f"c{i}") for i, claim in enumerate(found, start=1))


def _with_carried_sources(reading: Reading) -> tuple[AttributionRelation, ...]:
    """A cue that has no source and is not impersonal goes on with the source of the cue before it in its sentence."""
    done: list[AttributionRelation] = []
    for relation in reading.relations:
        before = done[-1] if done else None
        if relation.source is None and relation.cue and before and before.source and _goes_on(reading, before, relation):
            relation = replace(relation, source=before.source)
        done.append(relation)
    return tuple(done)


def _goes_on(reading: Reading, before: AttributionRelation, relation: AttributionRelation) -> bool:
    words = relation.cue.of(reading.document.text) if relation.cue else ""
    if _IMPERSONAL.search(words) or is_evidential_words(words):
        return False
    same = _sentences(reading, before.contents[:1]) == _sentences(reading, relation.contents[:1])
    return same or bool(_PARTICIPLE.search(words))


def is_evidential_words(words: str) -> bool:
    """Whether the words themselves are a sign of second-hand knowledge, as 'reportedly'."""
    return any(hedge.kind is HedgeKind.EVIDENTIAL for hedge in find_hedges(words, 0, len(words)))


def _attributed(reading: Reading) -> Iterator[Claim]:
    above = _collapsed(reading, parents(reading.relations))
    below = children(above)
    for i, relation in enumerate(reading.relations):
        if above[i] == i:
            continue
        inner = [reading.relations[j] for j in below.get(i, ()) if j != i]
        path = [reading.relations[j] for j in chain(i, above)]
        for spans in _own_words(reading, relation, inner):
            yield _claim(reading, path, spans)


def _collapsed(reading: Reading, above: list[int | None]) -> list[int | None]:
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
    return (source.resolved or span.of(reading.document.text)).casefold().removeprefix("the ")


def _own_words(
    reading: Reading, relation: AttributionRelation, inner: Sequence[AttributionRelation]
) -> Iterator[tuple[Span, ...]]:
    """The claims that a content makes by itself: whole, by sentence for a block, or what inner relations leave."""
    text = reading.document.text
    blocks = len({_paragraph(reading, span) for span in relation.contents}) > 1
    if not inner and not blocks:
        spans = tuple(s for s in (trimmed(text, span) for span in relation.contents) if s)
        if count_words(text, spans):
            yield spans
        return
    taken = [part for other in inner for part in _parts(other)]
    least = 1 if blocks else reading.settings.rest_words
    for content in relation.contents:
        for piece in _by_sentence(reading, content) if blocks else [content]:
            whole = not any(part.overlaps(piece) for part in taken)
            for rest in minus(text, piece, taken):
                if count_words(text, [rest]) >= (1 if whole else max(least, reading.settings.rest_words)):
                    yield (rest,)


def _own_voice(reading: Reading) -> Iterator[Claim]:
    """What no relation covers: whole sentences, or clauses long enough to stand for themselves."""
    text = reading.document.text
    taken: dict[int, list[Span]] = {}
    for part in (part for relation in reading.relations for part in _parts(relation)):
        for number in sentences_of(reading.sentences, part):
            taken.setdefault(number, []).append(part)
    for number, sentence in enumerate(reading.sentences):
        near = taken.get(number, [])
        least = reading.settings.own_words if near else reading.settings.sentence_words
        for rest in minus(text, sentence.span, near):
            if count_words(text, [rest]) >= least and not _is_question(text, rest, sentence.span):
                yield _own_claim(reading, rest)


def _is_question(text: str, rest: Span, sentence: Span) -> bool:
    tail = text[rest.start : sentence.end].rstrip(" \n\"'”’)")
    return tail.endswith("?")


def _claim(reading: Reading, path: Sequence[AttributionRelation], spans: tuple[Span, ...]) -> Claim:
    links = tuple(link for relation in path for link in _links(reading, relation))
    relation = path[-1]
    cue = relation.cue.of(reading.document.text) if relation.cue else ""
    basis = _basis(reading, links, spans, cue)
    stance = links[-1].stance if links else cue_stance(cue)
    certain = relation.probability * reading.settings.precision.get(basis.value, 1.0)
    return Claim(
        id="",
        spans=spans,
        sentences=_sentences(reading, spans),
        basis=basis,
        basis_probability=certain,
        chain=links,
        polarity=Polarity.NEGATIVE if stance is Stance.NEGATING else Polarity.POSITIVE,
    )


def _links(reading: Reading, relation: AttributionRelation) -> Iterator[Link]:
    """The link of a relation, with the outlet that was told before it where the article names one."""
    if relation.source is None:
        return
    text, source = reading.document.text, reading.sources[relation.source]
    cue = relation.cue.of(text) if relation.cue else ""
    how = form(text, reading.quoted, relation.contents)
    told = reading.sources.get(outlet_told(text, relation) or relation.source)
    if told and told.span != relation.source and told.type is SourceType.MEDIA:
        yield Link(told.span, SourceType.MEDIA, Stance.NEUTRAL, how, resolved=told.resolved, probability=relation.probability)
    yield Link(
        source=relation.source,
        type=source.type,
        stance=cue_stance(cue),
        form=how,
        cue=relation.cue,
        resolved=source.resolved,
        probability=relation.probability,
    )


_TOLD = re.compile(r"\s*(?:in an (?:exclusive )?interview )?(?:with |to )?(?P<name>(?:the |The )?[A-Z][\w&.’'-]*(?: [A-Z0-9][\w&.’'-]*){0,4})")


def outlet_told(text: str, relation: AttributionRelation) -> Span | None:
    """The name after 'told' or 'in an interview with', where there is one."""
    if relation.cue is None or not re.search(r"\b(?:told|tells|telling|interview|speaking)\b", relation.cue.of(text)):
        return None
    match = _TOLD.match(text, relation.cue.end)
    return Span(*match.span("name")) if match else None


def _basis(reading: Reading, links: Sequence[Link], spans: Sequence[Span], cue: str) -> Basis:
    """The first row of the table of bases that fits the innermost source."""
    text = reading.document.text
    if not links:
        return Basis.HEARSAY
    kind = links[-1].type
    if kind is SourceType.AUTHOR:
        return Basis.SPECULATION if _main_hedges(reading, spans[0]) or cue_stance(cue) is Stance.INFERENTIAL else Basis.ASSERTION
    if kind is SourceType.ANONYMOUS:
        return Basis.ANONYMOUS
    if kind is SourceType.GENERIC:
        return Basis.HEARSAY
    if share(text, reading.quoted, spans) >= reading.settings.quoted_share:
        return Basis.DIRECT_QUOTE
    return Basis.DOCUMENT if kind is SourceType.DOCUMENT else Basis.PARAPHRASE


def _own_claim(reading: Reading, span: Span) -> Claim:
    hedges = _main_hedges(reading, span)
    if any(is_evidential(hedge, reading.document.text) for hedge in hedges):
        basis = Basis.HEARSAY
    elif any(is_speculative(hedge, reading.document.text) for hedge in hedges):
        basis = Basis.SPECULATION
    else:
        basis = Basis.ASSERTION
    certain = reading.settings.precision.get(basis.value, 1.0)
    return Claim("", (span,), _sentences(reading, (span,)), basis, certain)


def _main_hedges(reading: Reading, span: Span) -> list[Hedge]:
    """Hedges that bear on the whole claim: outside quotation marks and outside concessive clauses."""
    text = reading.document.text
    return [
        hedge
        for hedge in find_hedges(text, span.start, span.end)
        if not reading.quoted[hedge.span.start] and not _embedded(text, span, hedge.span)
    ]


def _embedded(text: str, span: Span, hedge: Span) -> bool:
    """Whether the hedge stands in a clause that begins with 'while', 'although' … and ends with a comma after it."""
    openers = list(_CONCESSIVE.finditer(text, span.start, hedge.start))
    if not openers:
        return False
    return "," not in text[openers[-1].end() : hedge.start] and "," in text[hedge.end : span.end]


def _with_hedges(reading: Reading, found: Sequence[Claim]) -> list[Claim]:
    """Give each hedge of a sentence to the claim that it stands in, else to the nearest of its sentence."""
    text = reading.document.text
    given: dict[int, list[Hedge]] = {i: [] for i in range(len(found))}
    here: dict[int, list[int]] = {}
    for i, claim in enumerate(found):
        for number in claim.sentences:
            here.setdefault(number, []).append(i)
    for number, near in here.items():
        span = reading.sentences[number].span
        for hedge in find_hedges(text, span.start, span.end):
            given[min(near, key=lambda i: _distance(found[i], hedge.span))].append(hedge)
    return [
        replace(claim, hedges=tuple(given[i]), certainty=min((h.certainty for h in given[i]), default=1.0))
        for i, claim in enumerate(found)
    ]


def _distance(claim: Claim, span: Span) -> int:
    return min(max(s.start - span.end, span.start - s.end, 0) for s in claim.spans)


def _parts(relation: AttributionRelation) -> list[Span]:
    return [span for span in (relation.source, relation.cue, *relation.contents) if span]


def _by_sentence(reading: Reading, content: Span) -> list[Span]:
    sentences = (reading.sentences[i].span for i in sentences_of(reading.sentences, content))
    shared = (Span(max(s.start, content.start), min(s.end, content.end)) for s in sentences)
    return [t for span in shared if (t := trimmed(reading.document.text, span))]


def _paragraph(reading: Reading, span: Span) -> int:
    near = sentences_of(reading.sentences, span)
    return reading.sentences[near[0]].paragraph if near else -1


def _sentences(reading: Reading, spans: Sequence[Span]) -> tuple[int, ...]:
    return tuple(sorted({i for span in spans for i in sentences_of(reading.sentences, span)}))
