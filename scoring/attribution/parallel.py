"""Two people to whom the same is attributed are two sources: "Anna Hale and Paul Reed said"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.attribution.claim_reading import PointedLink, ReadClaim
from scoring.schema import AttributionRelation, Span
from scoring.text.names import PERSON_NAME, given_names

_BOTH = re.compile(r"both\s+", re.I)
_AND = re.compile(r"\s+and\s+")


def separated(text: str, relations: Sequence[AttributionRelation]) -> tuple[AttributionRelation, ...]:
    """The relations; one whose source names two people becomes two, with the same cue and content."""
    return tuple(one for relation in relations for one in _each(text, relation))


def pointing_apart(text: str, claims: Sequence[ReadClaim]) -> tuple[ReadClaim, ...]:
    """The claims that the network read; where the innermost source names two people, it points at both."""
    return tuple(replace(c, links=(_apart(text, c.links[0]), *c.links[1:])) if c.links else c for c in claims)


def _apart(text: str, link: PointedLink) -> PointedLink:
    both = two_people(text, link.source) if link.source and not link.also else None
    return replace(link, source=both[0], also=both[1:]) if both else link


def _each(text: str, relation: AttributionRelation) -> Iterator[AttributionRelation]:
    both = two_people(text, relation.source) if relation.source else None
    if both is None:
        yield relation
        return
    for source in both:
        yield replace(relation, source=source)


def two_people(text: str, source: Span) -> tuple[Span, Span] | None:
    """The halves of "A and B", if both are full names with a common given name."""
    joint = _AND.search(text, source.start, source.end)
    if joint is None:
        return None
    opening = _BOTH.match(text, source.start, joint.start())
    halves = Span(opening.end() if opening else source.start, joint.start()), Span(joint.end(), source.end)
    names = [PERSON_NAME.search(half.of(text)) for half in halves]
    full = all(name and any(word.casefold() in given_names() for word in name.group().split()[:-1]) for name in names)
    return halves if full and not _AND.search(text, joint.end(), source.end) else None
