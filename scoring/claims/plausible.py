"""Which attribution relations make claims: likely ones, in which somebody puts something forward."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scoring.attribution.named_beside import cited
from scoring.claims.annotated import Reading
from scoring.schema import AttributionRelation, HedgeKind, Span, Stance
from scoring.text.lexicons import cue_stance, find_hedges, is_absence, knows_cue
from scoring.text.quotes import share
from scoring.text.words import count_words
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
_NOT_SAID = re.compile(
    r"\b(?:may|might|could)\b(?! not\b)"
    r"|(?<!\baccording )(?<!\bask )(?<!\basked )(?<!\bcall )(?<!\bcalls )(?<!\bcalled )(?<!\bcalling )"
    rf"\b{either('prepositions of a topic')}$",
    re.I,
)
"""Cues by which nobody puts anything forward: the writer's guess ("may be seeking to"), a topic ("raises questions
about"). In the labelled training articles, hardly any cue ends with such a preposition, and none has such a modal."""
_RUMOURED = re.compile(rf"\b{either('adverbs of hearsay')}\b", re.I)
"""With a cue of what somebody does or wants: "have reportedly agreed to a deal" is hearsay, nobody's own words."""
_ASKED = re.compile(rf"\b{either('verbs of asking')}$", re.I)
_QUESTION = re.compile(rf"{either('words that open a question')}\b", re.I)
_CITES = re.compile(r"(?:citing|quoting)$", re.I)
_NAMED_IN_PASSING = re.compile(r"\bwhat\s+(?:the |a |an )?\Z")
"""Opening of "what the group calls its fleet", which gives a name to something and claims nothing."""


def plausible(reading: Reading) -> tuple[AttributionRelation, ...]:
    """The relations that make claims, in order.

    Relations stay if they are likely enough and say something; "citing X" read as a second relation is left out. A cue
    without a source gets that of the cue before it, or stays without one if its form has none ("it is believed").
    """
    text = reading.document.text
    likely = [relation for relation in reading.relations if _is_plausible(reading, relation)]
    relations = _with_carried_sources(reading, _without_citing(reading, likely))
    return tuple(relation for relation in relations if relation.source or _is_impersonal(text, relation))


def _is_plausible(reading: Reading, relation: AttributionRelation) -> bool:
    """Whether a relation is likely enough, and somebody puts forward in it what can be a proposition."""
    text, settings = reading.document.text, reading.settings
    start = min(span.start for span in relation.spans)
    support = reading.support(relation)
    quoted = share(text, reading.quoted, relation.contents) >= settings.quoted_share
    if (
        relation.probability < settings.least_probability
        or support < settings.least_support
        or (reading.is_no_claim(relation.contents) and not (quoted and relation.probability >= settings.sure_quote))
        or _NAMED_IN_PASSING.search(text, max(0, start - 12), start)
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
    """Leave out "citing X" that was read as a relation, where another has the same source and some of its content."""
    by_source: dict[Span | None, list[AttributionRelation]] = {}
    for relation in relations:
        by_source.setdefault(relation.source, []).append(relation)
    for relation in relations:
        cites = relation.cue and _CITES.match(relation.cue.of(reading.document.text))
        others = (o for o in by_source[relation.source] if o is not relation) if cites else ()
        if not any(c.overlaps(d) for o in others for c in o.contents for d in relation.contents):
            yield relation


def _with_carried_sources(reading: Reading, relations: Iterable[AttributionRelation]) -> list[AttributionRelation]:
    """Give a cue that has no source and is not impersonal the source of the cue before it in its sentence."""
    carried: list[AttributionRelation] = []
    for relation in relations:
        before = carried[-1] if carried else None
        bare = relation.source is None and relation.cue is not None
        if bare and before and before.source and _goes_on(reading, before, relation):
            carried.append(replace(relation, source=before.source))
        else:
            carried.append(relation)
    return carried


def _goes_on(reading: Reading, before: AttributionRelation, relation: AttributionRelation) -> bool:
    words = relation.cue.of(reading.document.text) if relation.cue else ""
    if _IMPERSONAL.search(words) or _is_evidential(words):
        return False
    same = reading.sentence_numbers(before.contents[:1]) == reading.sentence_numbers(relation.contents[:1])
    return same or bool(_PARTICIPLE.search(words))


def _is_impersonal(text: str, relation: AttributionRelation) -> bool:
    """Whether the form of a cue shows that it has no source ("it is believed", "was said"), so that none was missed.

    "reportedly agreed" does not have this form: that sentence is the article's own, with a hedge.
    """
    return bool(relation.cue and _WITHOUT_SOURCE.search(relation.cue.of(text)))


def _is_evidential(words: str) -> bool:
    """Whether the words are a sign of second-hand knowledge, such as 'reportedly'."""
    return any(hedge.kind is HedgeKind.EVIDENTIAL for hedge in find_hedges(words, 0, len(words)))
