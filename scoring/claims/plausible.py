"""Which attribution relations make claims: those in which somebody puts something forward."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scoring.attribution.named_beside import cited
from scoring.claims.annotated import Reading
from scoring.schema import AttributionRelation, Span, Stance
from scoring.text.lexicons import cue_stance, is_absence
from scoring.text.quotes import share
from scoring.text.words import count_words
from scoring.word_lists import either

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
    """The relations that make claims, in order: those that say something, less "citing X" read as a second relation."""
    saying = [relation for relation in reading.relations if _puts_forward(reading, relation)]
    return tuple(_without_citing(reading, saying))


def _puts_forward(reading: Reading, relation: AttributionRelation) -> bool:
    """Whether somebody puts forward in a relation what can be a proposition."""
    text, settings = reading.document.text, reading.settings
    start = min(span.start for span in relation.spans)
    if _NAMED_IN_PASSING.search(text, max(0, start - 12), start):
        return False
    if share(text, reading.quoted, relation.contents) >= settings.quoted_share:
        return True
    cue = relation.cue.of(text) if relation.cue else ""
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
