"""Attribution relations → statements of others, each with its chain and basis.

The innermost relation of each chain makes a statement of its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scoring.claims.annotated import Reading, Statement
from scoring.claims.chains import ancestry, chain, children, links
from scoring.claims.hedging import main_hedges
from scoring.claims.own_voice import by_sentence
from scoring.schema import AttributionRelation, Basis, Link, Polarity, SourceType, Span, Stance
from scoring.text.lexicons import cue_stance
from scoring.text.quotes import share
from scoring.text.spans import minus, sentences_of, trimmed
from scoring.text.words import count_words

MOST_LINKS = 8
"""Most sources of a chain; of a longer one the innermost are kept. Labelled articles have three at most, and behind
eight others the word of the first source is worth nothing."""


def attributed_statements(reading: Reading) -> Iterator[Statement]:
    """What the article says that others said: the content of the innermost relation of each chain."""
    relations, above = reading.relations, ancestry(reading)
    below = children(above)
    denying = [_denies(reading, relation) for relation in relations]
    linked = [tuple(links(reading, relation)) for relation in relations]
    for i, relation in enumerate(relations):
        path = chain(i, above)
        # a relation that is its own parent adds no source; what stands inside a denial is denied as a whole
        if above[i] == i or any(denying[j] for j in path[:-1]):
            continue
        chained = tuple(link for j in path[-MOST_LINKS:] for link in linked[j])[-MOST_LINKS:]
        inner = [] if denying[i] else [relations[j] for j in below.get(i, ()) if j != i]
        for spans in _own_words(reading, relation, inner):
            yield _statement(reading, relation, chained, spans, nested=len(path) > 1)


def _denies(reading: Reading, relation: AttributionRelation) -> bool:
    """Whether the relation denies its whole content, other relations in it included: "denied that the mayor said …"."""
    cue = relation.cue.of(reading.document.text) if relation.cue else ""
    return cue_stance(cue) is Stance.NEGATING


def _own_words(
    reading: Reading, relation: AttributionRelation, inner: Sequence[AttributionRelation]
) -> Iterator[tuple[Span, ...]]:
    """The claims of a content: the whole, one a sentence if it is a block, or what inner relations leave of it."""
    text = reading.document.text
    blocks = len({_paragraph(reading, span) for span in relation.contents}) > 1
    if not inner and not blocks:
        spans = tuple(s for s in (trimmed(text, span) for span in relation.contents) if s)
        if count_words(text, spans):
            yield spans
        return
    taken = [span for other in inner for span in other.spans]
    touching = by_sentence(reading, inner)
    for content in relation.contents:
        for piece in _by_sentence(reading, content) if blocks else [content]:
            numbers = sentences_of(reading.sentences, piece)
            near = [part for i in numbers for part in touching.get(i, ())] if blocks else taken
            least = reading.settings.rest_words if any(part.overlaps(piece) for part in near) else 1
            yield from ((rest,) for rest in minus(text, piece, near) if count_words(text, [rest]) >= least)


def _statement(
    reading: Reading, relation: AttributionRelation, chain: tuple[Link, ...], spans: tuple[Span, ...], *, nested: bool
) -> Statement:
    cue = relation.cue.of(reading.document.text) if relation.cue else ""
    basis = _basis(reading, chain, spans, cue, quoted=_is_quoted(reading, relation, spans, nested=nested))
    stance = chain[-1].stance if chain else cue_stance(cue)
    polarity = Polarity.NEGATIVE if stance is Stance.NEGATING else Polarity.POSITIVE
    return Statement(spans, basis, reading.basis_probability(basis), chain, polarity)


def basis_of(kind: SourceType, *, quoted: bool) -> Basis | None:
    """The basis that fits a type of source; ``None`` for the article's author."""
    if kind is SourceType.AUTHOR:
        return None
    if kind is SourceType.ANONYMOUS:
        return Basis.ANONYMOUS
    if kind is SourceType.GENERIC:
        return Basis.HEARSAY
    if quoted:
        return Basis.DIRECT_QUOTE
    return Basis.DOCUMENT if kind is SourceType.DOCUMENT else Basis.PARAPHRASE


def _basis(reading: Reading, links: Sequence[Link], spans: Sequence[Span], cue: str, *, quoted: bool) -> Basis:
    """What a claim rests on, by its innermost source."""
    if not links:
        return Basis.HEARSAY
    basis = basis_of(links[-1].type, quoted=quoted)
    if basis:
        return basis
    guess = main_hedges(reading, spans[0]) or cue_stance(cue) is Stance.INFERENTIAL
    return Basis.SPECULATION if guess else Basis.ASSERTION


def _is_quoted(reading: Reading, relation: AttributionRelation, spans: Sequence[Span], *, nested: bool) -> bool:
    """Whether the words are quoted from the innermost source; a paraphrase inside somebody's quotation is not."""
    text, mask = reading.document.text, reading.quoted
    cue = relation.cue
    if cue and nested and mask[cue.start]:
        return False
    introduced = bool(cue and re.match(r"(?:to|direct )?\s?quote\b", cue.of(text), re.I))
    return introduced or share(text, mask, spans) >= reading.settings.quoted_share


def _by_sentence(reading: Reading, content: Span) -> list[Span]:
    sentences = (reading.sentences[i].span for i in sentences_of(reading.sentences, content))
    shared = (Span(max(s.start, content.start), min(s.end, content.end)) for s in sentences)
    return [t for span in shared if (t := trimmed(reading.document.text, span))]


def _paragraph(reading: Reading, span: Span) -> int:
    near = sentences_of(reading.sentences, span)
    return reading.sentences[near[0]].paragraph if near else -1
