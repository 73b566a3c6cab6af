"""Labelled articles, the same for every format they are read from, and what the model learns from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.attribution.labels import BASES, DEEPEST, LINKS, MATTERS, PLACES, POLARITIES, SHARES, STANCES, TYPES
from scoring.attribution.labels import GRADES as LEVELS
from scoring.documents.decoding import normalise
from scoring.schema import Basis, Group, Matter, Polarity, Span, Stance
from training.labels.corpora import CLAIMS, RELATIONS, SEGMENTS, ClaimMark, Example, Mark, Relation, Spans

SENTENCE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n")
GRADES = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.7, 5: 0.9}
"""Targets of the annotators' ordinal grades: the middles of the five levels of strength."""


@dataclass(frozen=True, slots=True)
class LabelledLink:
    """One source of a claim's chain as labelled; ``type`` and ``stance`` are ``None`` if the format holds none."""

    source: Span | None
    cue: Span | None
    type: str | None = None
    stance: str | None = None
    resolved: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim as labelled.

    ``chain`` runs from the outermost source inwards. ``basis`` is ``None`` if only the ``group`` was labelled. Both are
    ``None`` if neither was: the claim then only shows what is attributed to whom. ``strength`` is a grade, 1 to 5.
    """

    id: str
    spans: tuple[Span, ...]
    basis: Basis | None = None
    group: Group | None = None
    chain: tuple[LabelledLink, ...] = ()
    hedges: tuple[Span, ...] = ()
    strength: float | None = None
    polarity: Polarity | None = None
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """A text with its labels by one annotator; offsets are code points of ``text``.

    Parameters
    ----------
    complete
        What is labelled throughout, so that words without a label are known to be none of it: ``RELATIONS`` (sources,
        cues and contents), ``CLAIMS`` (bases and hedges), both, or nothing.
    where
        The ``file:row`` that it was read from, for messages.
    annotator, split, outlet
        Who labelled it, which part of the data it belongs to, and who published it; ``None`` if not known.
    """

    id: str
    text: str
    claims: tuple[LabelledClaim, ...]
    complete: frozenset[str] = frozenset({RELATIONS, CLAIMS})
    where: str = ""
    annotator: str | None = None
    split: str | None = None
    outlet: str | None = None


def example(article: LabelledArticle) -> Example:
    """What the model is trained on: relations, whose contents include inner relations, and marks for the other heads.

    The text is normalised as the program reads it; its length stays the same, so that offsets hold.
    """
    text, _ = normalise(article.text)
    relations, marks = tuple(_relations(article.claims)), tuple(_marks(article))
    if CLAIMS not in article.complete:
        return Example(article.id, text, relations, marks, article.complete)
    claims = tuple(_together(_claims(article)))
    return Example(article.id, text, relations, marks, article.complete | {SEGMENTS}, claims)


def _claims(article: LabelledArticle) -> Iterator[ClaimMark]:
    before: LabelledLink | None = None
    for claim in sorted(article.claims, key=lambda c: c.spans[0]):
        inner = claim.chain[-1] if claim.chain else None
        answers = {
            "depth": min(len(claim.chain), DEEPEST),
            "place": PLACES.index(_place(article.text, claim, before)),
            "polarity": POLARITIES.index(_polarity(claim)),
        }
        if claim.basis:
            answers["basis"] = BASES.index(claim.basis)
        if inner and inner.type:
            answers["type"] = TYPES.index(inner.type)
        if inner and inner.stance in set(Stance):
            answers["stance"] = STANCES.index(inner.stance)
        if claim.matter:
            answers["matter"] = MATTERS.index(claim.matter)
        if claim.strength is not None:
            answers["grade"] = min(max(round(claim.strength), 1), LEVELS) - 1
        links = [(_ends(link.source), _ends(link.cue)) for link in reversed(claim.chain)]
        yield ClaimMark(_pairs(set(claim.spans)), answers, (*links, *([((), ())] * LINKS))[:LINKS])
        before = inner


def _together(claims: Iterator[ClaimMark]) -> Iterator[ClaimMark]:
    """Claims on the same words, by two sources, as one that has both sources."""
    by_spans: dict[Spans, list[ClaimMark]] = {}
    for claim in claims:
        by_spans.setdefault(claim.spans, []).append(claim)
    for spans, same in by_spans.items():
        links = []
        for level in zip(*(claim.links for claim in same), strict=True):
            known = [link for link in level if link is not None]
            sources, cues = (tuple(sorted({span for link in known for span in link[role]})) for role in (0, 1))
            links.append((sources, cues))
        yield ClaimMark(spans, same[0].answers, tuple(links))


def _polarity(claim: LabelledClaim) -> Polarity:
    denied = claim.polarity is None and claim.chain and claim.chain[-1].stance == Stance.NEGATING
    return Polarity.NEGATIVE if denied else claim.polarity or Polarity.POSITIVE


def _place(text: str, claim: LabelledClaim, before: LabelledLink | None) -> str:
    """Where the innermost source of a claim is named, as ``PLACES`` has it."""
    if not claim.chain:
        return "nobody"
    inner = claim.chain[-1]
    named = [span for span in (inner.source, inner.cue) if span]
    if any(_same_sentence(text, span, claim.spans) for span in named):
        return "here"
    same = before is not None and inner.cue is None and (inner.source, inner.resolved) in (
        (before.source, before.resolved), (None, before.resolved), (before.source, inner.resolved)
    )  # fmt: skip
    return "on" if same or not named else "before"


def _same_sentence(text: str, span: Span, claim: Sequence[Span]) -> bool:
    """Whether no sentence ends between a span and the nearest stretch of a claim."""
    gaps = (text[min(s.end, span.end) : max(s.start, span.start)] for s in claim)
    return any(not SENTENCE_END.search(gap) for gap in gaps)


def _relations(claims: tuple[LabelledClaim, ...]) -> Iterator[Relation]:
    by_cue: dict[Span, tuple[set[Span], set[Span]]] = {}
    for claim in claims:
        inside = list(claim.spans)
        for link in reversed(claim.chain):
            if link.cue:
                sources, contents = by_cue.setdefault(link.cue, (set(), set()))
                sources.update([link.source] if link.source else [])
                contents.update(inside)
            ends = [span for span in (link.source, link.cue, *inside) if span]
            inside = [Span(min(s.start for s in ends), max(s.end for s in ends))]
    for cue, (sources, contents) in by_cue.items():
        yield Relation(_pairs(sources), _pairs({cue}), _pairs(contents))


def _ends(span: Span | None) -> Spans:
    return ((span.start, span.end),) if span else ()


def _pairs(spans: set[Span]) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in sorted(spans))


def _marks(article: LabelledArticle) -> Iterator[Mark]:
    """The marks of an article; if claims are not labelled throughout, a span may also hold words such as "she said"."""
    for claim in article.claims:
        known = claim.basis or claim.group
        if claim.basis and CLAIMS in article.complete:
            yield from (Mark("basis", s.start, s.end, BASES.index(claim.basis) + 1) for s in claim.spans)
        elif known:
            yield from (Mark("share", s.start, s.end, SHARES.index(known)) for s in claim.spans)
        yield from (Mark("hedge", span.start, span.end, 1) for span in claim.hedges)
        for link in claim.chain:
            if link.source and link.type:
                yield Mark("type", link.source.start, link.source.end, TYPES.index(link.type))
            if link.cue and link.stance in set(Stance):
                yield Mark("stance", link.cue.start, link.cue.end, STANCES.index(link.stance))
