"""Relations and sentences → claims, each with its chain, hedges and basis.

The innermost relation of each chain makes a claim of its content; what no relation covers is the
article's own voice (``own_voice``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.attribution.linking import chain, children
from scoring.claims.annotated import Reading
from scoring.claims.chains import ancestry, cited, is_impersonal, links, with_carried_sources
from scoring.claims.own_voice import by_sentence, main_hedges, own_voice_claims, parts
from scoring.schema import AttributionRelation, Basis, Claim, Hedge, Link, Polarity, SourceType, Span, Stance
from scoring.text.lexicons import cue_stance, find_hedges, is_absence, knows_cue
from scoring.text.quotes import share
from scoring.text.spans import count_words, minus, sentences_of, trimmed
from scoring.word_lists import either

MOST_LINKS = 8
"""Sources one behind another that a chain is read to, the innermost ones; labelled articles have three at most, and
behind eight nothing is left of what the first one's word is worth."""
UNLISTED = 0.5
"""What a hedge that no list knows leaves of certainty; evidential and epistemic rows of ``hedges.csv``: 0.48."""
_NOT_SAID = re.compile(
    r"\b(?:may|might|could)\b(?! not\b)"
    r"|(?<!\baccording )(?<!\bask )(?<!\basked )(?<!\bcall )(?<!\bcalls )(?<!\bcalled )(?<!\bcalling )"
    rf"\b{either('prepositions of a topic')}$",
    re.I,
)
"""Cues by which nobody puts anything forward: the writer's guess ("may be seeking to"), a topic ("raises questions
about"). In the labelled training articles hardly any cue ends so, and none has such a modal."""
_RUMOURED = re.compile(rf"\b{either('adverbs of hearsay')}\b", re.I)
"""With what somebody does or wants: "have reportedly agreed to a deal" is nobody's word but hearsay."""
_ASKED = re.compile(rf"\b{either('verbs of asking')}$", re.I)
_QUESTION = re.compile(rf"{either('words that open a question')}\b", re.I)
_CITES = re.compile(r"(?:citing|quoting)$", re.I)
_NAMED_IN_PASSING = re.compile(r"\bwhat\s+(?:the |a |an )?\Z")
"""Before "what the group calls its fleet": a name for something, no proposition."""


def find_claims(reading: Reading) -> tuple[Claim, ...]:
    """Claims of the article in the order of the text, numbered ``c1``, ``c2`` and so on."""
    plausible = [r for r in reading.relations if _is_plausible(reading, r)]
    reading = replace(reading, relations=tuple(_without_citing(reading, plausible)))
    reading = replace(reading, relations=with_carried_sources(reading))
    text = reading.document.text
    reading = replace(reading, relations=tuple(r for r in reading.relations if r.source or is_impersonal(text, r)))
    found = sorted([*_attributed(reading), *own_voice_claims(reading)], key=lambda claim: claim.spans[0])
    found = _with_hedges(reading, found)
    return tuple(replace(claim, id=f"c{i}") for i, claim in enumerate(found, start=1))


def _is_plausible(reading: Reading, relation: AttributionRelation) -> bool:
    """Whether a relation is likely enough, says that somebody put something forward, and what can be a proposition."""
    text, settings = reading.document.text, reading.settings
    support = reading.support(relation)
    quoted = share(text, reading.quoted, relation.contents) >= settings.quoted_share
    if (
        relation.probability < settings.least_probability
        or support < settings.least_support
        or (reading.is_no_claim(relation.contents) and not (quoted and relation.probability >= settings.sure_quote))
        or _NAMED_IN_PASSING.search(text, max(0, _start(relation) - 12), _start(relation))
    ):
        return False
    if quoted:
        return True
    cue = relation.cue.of(text) if relation.cue else ""
    if cue and not knows_cue(cue) and support < settings.least_unknown:
        return False
    asks = _ASKED.search(cue) and _QUESTION.match(text, relation.contents[0].start)
    rumoured = _RUMOURED.search(cue) and cue_stance(cue) is Stance.INTENTIONAL and not cited(text, relation)
    says = not (asks or rumoured or _NOT_SAID.search(cue) or is_absence(cue))
    return says and count_words(text, relation.contents) >= settings.content_words


def _without_citing(reading: Reading, relations: Sequence[AttributionRelation]) -> Iterator[AttributionRelation]:
    """Leave out "citing X" that was read as a saying of its own, beside what the same source says on X's word."""
    by_source: dict[Span | None, list[AttributionRelation]] = {}
    for relation in relations:
        by_source.setdefault(relation.source, []).append(relation)
    for relation in relations:
        cites = relation.cue and _CITES.match(relation.cue.of(reading.document.text))
        others = (o for o in by_source[relation.source] if o is not relation) if cites else ()
        if not any(c.overlaps(d) for o in others for c in o.contents for d in relation.contents):
            yield relation


def _start(relation: AttributionRelation) -> int:
    return min(part.start for part in parts(relation))


def _attributed(reading: Reading) -> Iterator[Claim]:
    relations, above = reading.relations, ancestry(reading)
    below = children(above)
    denying = [_denies(reading, relation) for relation in relations]
    linked = [tuple(links(reading, relation)) for relation in relations]
    for i, relation in enumerate(relations):
        path = chain(i, above)
        if above[i] == i or any(denying[j] for j in path[:-1]):
            continue
        chained = tuple(link for j in path[-MOST_LINKS:] for link in linked[j])[-MOST_LINKS:]
        inner = [] if denying[i] else [relations[j] for j in below.get(i, ()) if j != i]
        for spans in _own_words(reading, relation, inner):
            yield _claim(reading, relation, chained, spans, nested=len(path) > 1)


def _denies(reading: Reading, relation: AttributionRelation) -> bool:
    """Whether what is said inside is denied as a whole: "denied that the mayor had said …"."""
    cue = relation.cue.of(reading.document.text) if relation.cue else ""
    return cue_stance(cue) is Stance.NEGATING


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
    taken = [part for other in inner for part in parts(other)]
    touching = by_sentence(reading, inner)
    for content in relation.contents:
        for piece in _by_sentence(reading, content) if blocks else [content]:
            numbers = sentences_of(reading.sentences, piece)
            near = [part for i in numbers for part in touching.get(i, ())] if blocks else taken
            least = reading.settings.rest_words if any(part.overlaps(piece) for part in near) else 1
            yield from ((rest,) for rest in minus(text, piece, near) if count_words(text, [rest]) >= least)


def _claim(
    reading: Reading, relation: AttributionRelation, chained: tuple[Link, ...], spans: tuple[Span, ...], *, nested: bool
) -> Claim:
    cue = relation.cue.of(reading.document.text) if relation.cue else ""
    basis = _basis(reading, chained, spans, cue, quoted=_is_quoted(reading, relation, spans, nested=nested))
    stance = chained[-1].stance if chained else cue_stance(cue)
    certain = reading.basis_probability(basis, spans, relation.probability)
    return Claim(
        id="",
        spans=spans,
        sentences=reading.sentence_numbers(spans),
        basis=basis,
        basis_probability=certain,
        chain=chained,
        polarity=Polarity.NEGATIVE if stance is Stance.NEGATING else Polarity.POSITIVE,
    )


def _basis_of(kind: SourceType, *, quoted: bool) -> Basis | None:
    """The first row of the table of bases that fits a source; ``None`` for the writer's own word."""
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
    basis = _basis_of(links[-1].type, quoted=quoted)
    if basis:
        return basis
    guess = main_hedges(reading, spans[0]) or cue_stance(cue) is Stance.INFERENTIAL
    return Basis.SPECULATION if guess else Basis.ASSERTION


def _is_quoted(reading: Reading, relation: AttributionRelation, spans: Sequence[Span], *, nested: bool) -> bool:
    """Whether the words are the innermost source's: a paraphrase inside another's quotation is none of his words."""
    text, mask = reading.document.text, reading.quoted
    cue = relation.cue
    if cue and nested and mask[cue.start]:
        return False
    introduced = bool(cue and re.match(r"(?:to|direct )?\s?quote\b", cue.of(text), re.I))
    return introduced or share(text, mask, spans) >= reading.settings.quoted_share


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
        hedges = find_hedges(text, span.start, span.end)
        for hedge in (h for h in hedges if reading.hedging(h.span) >= reading.settings.least_hedge):
            nearest = min(near, key=lambda i: _distance(found[i], hedge.span))
            for i in near:  # claims on one span, by two sources, share its hedges
                if found[i].spans == found[nearest].spans:
                    given[i].append(hedge)
    return [
        replace(claim, hedges=tuple(given[i]), certainty=_certainty(reading, claim, given[i]))
        for i, claim in enumerate(found)
    ]


def _certainty(reading: Reading, claim: Claim, hedges: Sequence[Hedge]) -> float:
    """What the claim's hedges leave of a plain statement's 1, each as far as the model takes its words for one.

    Words that no list knows and the model takes for a hedge count as an average one.
    """
    listed = [1 - (1 - hedge.certainty) * reading.hedging(hedge.span) for hedge in hedges]
    others = [
        place
        for place in reading.judgements.likely("hedge", claim.spans)
        if not any(hedge.span.overlaps(place) for hedge in hedges)
    ]
    return min([*listed, *(1 - (1 - UNLISTED) * reading.hedging(place) for place in others)], default=1.0)


def _distance(claim: Claim, span: Span) -> int:
    return min(max(s.start - span.end, span.start - s.end, 0) for s in claim.spans)


def _by_sentence(reading: Reading, content: Span) -> list[Span]:
    sentences = (reading.sentences[i].span for i in sentences_of(reading.sentences, content))
    shared = (Span(max(s.start, content.start), min(s.end, content.end)) for s in sentences)
    return [t for span in shared if (t := trimmed(reading.document.text, span))]


def _paragraph(reading: Reading, span: Span) -> int:
    near = sentences_of(reading.sentences, span)
    return reading.sentences[near[0]].paragraph if near else -1
