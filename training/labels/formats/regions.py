"""Claims as an annotation tool holds them: labelled regions, and ties between them.

A claim is a region with its basis. A link of its chain is the region of its cue; without a cue, that of its source;
without either, an ``Implied`` region. The claim is tied to its innermost link, each link to the next outer one, a cue
to its source, a claim to its hedges. A claim that is tied to two links has two parallel sources and is two claims.
Claims that share a link and all links outside it share its region.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

from scoring.schema import Span
from training.labels.formats.vocabulary import (
    ATTRIBUTED,
    BASIS,
    CLAIM,
    CONTINUES,
    CUE,
    GROUP,
    HEDGE,
    HEDGED,
    IMPLIED,
    MATTER,
    POLARITY,
    REPORTED,
    RESOLVED,
    SAID,
    SOURCE,
    STANCE,
    STRENGTH,
    TYPE,
    VALUES,
    value_of,
)
from training.labels.schema import LabelledClaim, LabelledLink

NAMED = {
    BASIS: "bases", GROUP: "groups", TYPE: "source types", STANCE: "stances", STRENGTH: "grades",
    POLARITY: "polarities", RESOLVED: "resolved names",
}  # fmt: skip
"""Names, in the plural, of values that a format cannot hold."""


@dataclass(frozen=True, slots=True)
class Region:
    """A labelled stretch of text, of one or more fragments; ``values`` are by the keys of the vocabulary."""

    id: str
    label: str
    spans: tuple[Span, ...]
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    where: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie of two regions by their ids, from the inner to the outer; the tool or the vocabulary names its ``kind``."""

    kind: str
    start: str
    end: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn on a text by one annotator."""

    regions: tuple[Region, ...]
    ties: tuple[Tie, ...]


def drawing_of(claims: Sequence[LabelledClaim]) -> Drawing:
    """Draw claims; regions have the ids ``r1``, ``r2`` and so on, those of claims first."""
    regions: dict[object, Region] = {}
    ties: dict[Tie, None] = {}

    def region(key: object, label: str, spans: tuple[Span, ...], values: Mapping[str, object]) -> str:
        if key not in regions:
            said = {name: str(value) for name, value in values.items() if value is not None}
            regions[key] = Region(f"r{len(regions) + 1}", label, spans, said)
        return regions[key].id

    own = [region(number, CLAIM, claim.spans, _of_claim(claim)) for number, claim in enumerate(claims)]
    for start, claim in zip(own, claims, strict=True):
        heads = []
        for depth, link in enumerate(claim.chain):
            spans, (label, values) = (link.cue or link.source or claim.spans[0],), _of_link(link)
            heads.append(region(claim.chain[: depth + 1], label, spans, values))
            if link.cue and link.source:
                key = (SOURCE, link.source, link.type, link.resolved)
                source = region(key, SOURCE, (link.source,), {TYPE: link.type, RESOLVED: link.resolved})
                ties[Tie(SAID, heads[-1], source)] = None
        if heads:
            ties[Tie(ATTRIBUTED, start, heads[-1])] = None
        ties.update((Tie(REPORTED, inner, outer), None) for outer, inner in pairwise(heads))
        hedges = [region((HEDGE, span), HEDGE, (span,), {}) for span in claim.hedges]
        ties.update((Tie(HEDGED, start, hedge), None) for hedge in hedges)
    return Drawing(tuple(regions.values()), tuple(ties))


def _of_claim(claim: LabelledClaim) -> dict[str, object]:
    grade = None if claim.strength is None else f"{claim.strength:g}"
    group = None if claim.basis else claim.group
    return {BASIS: claim.basis, GROUP: group, STRENGTH: grade, POLARITY: claim.polarity, MATTER: claim.matter}


def _of_link(link: LabelledLink) -> tuple[str, dict[str, object]]:
    """Label and values of the region that stands for a link."""
    if link.cue and link.source:
        return CUE, {STANCE: link.stance}
    label = CUE if link.cue else SOURCE if link.source else IMPLIED
    return label, {TYPE: link.type, STANCE: link.stance, RESOLVED: link.resolved}


def in_pieces(drawing: Drawing) -> Drawing:
    """The drawing for formats whose regions have one span: a further fragment is a region that continues the first."""
    pieces, ties = [], list(drawing.ties)
    for region in drawing.regions:
        first, *rest = region.spans
        pieces.append(replace(region, spans=(first,)))
        for number, span in enumerate(rest, start=2):
            further = Region(f"{region.id}.{number}", region.label, (span,))
            pieces.append(further)
            ties.append(Tie(CONTINUES, further.id, region.id))
    return Drawing(tuple(pieces), tuple(ties))


def held(region: Region, lost: Counter[str]) -> dict[str, str]:
    """The values of a region that the vocabulary knows; others are counted as lost."""
    known = {
        key: value
        for key, value in region.values.items()
        if key == RESOLVED or (key in VALUES and value_of(key, value) == value)
    }
    lost.update(NAMED[key] for key in region.values if key not in known)
    return known


def numbered(claims: Iterable[LabelledClaim]) -> bool:
    """Whether claims are called ``c1``, ``c2`` and so on, as readers name the claims of formats without names."""
    return all(claim.id == f"c{number}" for number, claim in enumerate(claims, start=1))
