"""Regions and ties → claims with chains; :mod:`training.labels.formats.regions` goes the other way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from scoring.schema import Basis, Group, Matter, Polarity, Span
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.formats.catalogue import Fault, Item
from training.labels.formats.regions import Drawing, Region, Tie
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
    TIES,
    TYPE,
    tie_of,
)
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink

LINKS = (CUE, SOURCE, IMPLIED)
MOST_CHAINS = 16
"""Most chains of one claim; if there are more, the ties are tangled."""
DEEPEST = 16
"""Most links of a chain."""
Ties = Mapping[str, Mapping[str, list[str]]]


@dataclass(slots=True)
class _Knots:
    """Contradictions in a drawing, by ``file:row``, and the regions that claims have used."""

    where: str
    faults: list[Fault] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(self, where: str, message: str, *, note: bool = False) -> None:
        fault = Fault(where or self.where, message, note)
        if fault not in self.faults:
            self.faults.append(fault)


def article_of(article: LabelledArticle, drawing: Drawing, complete: frozenset[str] | None = None) -> Iterator[Item]:
    """The article with the claims that are drawn on it, then faults for what is contradictory.

    Parameters
    ----------
    article
        Its text and what else is known of it are kept; its claims are replaced.
    drawing
        Regions within the text. The ends of a tie may be in either order if their labels show which is which.
    complete
        What is labelled throughout. If ``None``, it is ``RELATIONS`` if a source or cue is drawn, and ``CLAIMS`` if a
        claim has a basis or group.
    """
    knots = _Knots(article.where)
    claims = tuple(_claims(drawing, article.text, knots))
    yield replace(article, claims=claims, complete=_complete(drawing) if complete is None else complete)
    yield from knots.faults


def _complete(drawing: Drawing) -> frozenset[str]:
    relations = any(region.label in LINKS for region in drawing.regions)
    claims = any({BASIS, GROUP} & region.values.keys() for region in drawing.regions)
    return frozenset([RELATIONS] * relations + [CLAIMS] * claims)


def _claims(drawing: Drawing, text: str, knots: _Knots) -> Iterator[LabelledClaim]:
    regions = {region.id: region for region in drawing.regions}
    ties = _sorted_ties(drawing.ties, regions, knots)
    whole = _joined(drawing.regions, ties)
    hedges = _hedges(drawing.regions, whole, ties, text, knots)
    number = 0
    for claim, parts in whole.items():
        heads = list(dict.fromkeys(head for part in parts for head in ties[ATTRIBUTED].get(part, ())))
        said = {source for head in heads for source in ties[SAID].get(head, ())}
        every = (c for h in heads if h not in said for c in _chains(h, regions, ties, knots))
        chains = list(islice(every, MOST_CHAINS + 1)) or [()]
        if len(chains) > MOST_CHAINS:
            knots.add(
                regions[claim].where, f"a claim has more than {MOST_CHAINS} chains of sources; take relations out"
            )
        spans = tuple(sorted(span for part in parts for span in regions[part].spans))
        for chain in chains:
            number += 1
            yield _claim(f"c{number}", spans, regions[claim].values, chain, tuple(hedges[claim]))
    idle = [r for r in drawing.regions if r.label in LINKS and r.id not in knots.used]
    for label in LINKS:
        if count := sum(region.label == label for region in idle):
            knots.add(
                "", f"{count} × {label} tied to no claim, left out; tie claim to cue and cue to source", note=True
            )


def _claim(
    id: str,
    spans: tuple[Span, ...],
    values: Mapping[str, str],
    chain: tuple[LabelledLink, ...],
    hedges: tuple[Span, ...],
) -> LabelledClaim:
    basis = Basis(values[BASIS]) if BASIS in values else None
    group = basis.group if basis else Group(values[GROUP]) if GROUP in values else None
    grade = float(values[STRENGTH]) if STRENGTH in values else None
    polarity = Polarity(values[POLARITY]) if POLARITY in values else None
    matter = Matter(values[MATTER]) if MATTER in values else None
    return LabelledClaim(id, spans, basis, group, chain, hedges, grade, polarity, matter)


def _sorted_ties(ties: Iterable[Tie], regions: Mapping[str, Region], knots: _Knots) -> Ties:
    """The ties by kind and by their inner end."""
    by_kind: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in TIES}
    for tie in ties:
        missing = next((end for end in (tie.start, tie.end) if end not in regions), None)
        if missing is not None:
            knots.add(tie.where, f"a relation names the region {missing[:40]!r}, which is not there; draw it anew")
            continue
        turned = _turned(tie, regions[tie.start], regions[tie.end])
        if turned is None:
            ends = f"{regions[tie.start].label} → {regions[tie.end].label}"
            knots.add(tie.where, f"the relation {tie.kind[:40]!r} from {ends} is not known; give {', '.join(TIES)}")
        else:
            by_kind[turned.kind][turned.start].append(turned.end)
    return by_kind


def _turned(tie: Tie, start: Region, end: Region) -> Tie | None:
    """The tie with the name and the order that the labels of its ends ask for; its own name if these leave a choice."""
    named = tie_of(tie.kind)
    labels = (start.label, end.label)
    if named in (REPORTED, CONTINUES):
        right = LINKS if named == REPORTED else (CLAIM,)
        return replace(tie, kind=named) if labels[0] in right and labels[1] in right else None
    order = {CLAIM: 0, CUE: 1, SOURCE: 2, IMPLIED: 2, HEDGE: 3}
    first, last = sorted((start, end), key=lambda region: order[region.label])
    kind = {
        (CLAIM, HEDGE): HEDGED, (CUE, SOURCE): SAID, (CLAIM, CUE): ATTRIBUTED, (CLAIM, SOURCE): ATTRIBUTED,
        (CLAIM, IMPLIED): ATTRIBUTED,
    }.get((first.label, last.label))  # fmt: skip
    return replace(tie, kind=kind, start=first.id, end=last.id) if kind else None


def _joined(regions: Sequence[Region], ties: Ties) -> dict[str, list[str]]:
    """The parts of each claim, by the id of the part that the others continue."""
    whole: dict[str, list[str]] = {}
    roots = {region.id: _root(region.id, ties[CONTINUES]) for region in regions if region.label == CLAIM}
    whole.update((id, [id]) for id, root in roots.items() if root == id)
    for id, root in roots.items():
        if root != id:
            whole.setdefault(root, [root]).append(id)
    return whole


def _root(id: str, continues: Mapping[str, list[str]]) -> str:
    seen = [id]
    while (onwards := continues.get(seen[-1])) and onwards[0] not in seen:
        seen.append(onwards[0])
    return min(seen) if onwards else seen[-1]


def _chains(
    head: str, regions: Mapping[str, Region], ties: Ties, knots: _Knots, seen: tuple[str, ...] = ()
) -> Iterator[tuple[LabelledLink, ...]]:
    """Every chain, outermost link first, that ends in the link ``head``; a cue with two sources makes two chains."""
    if head in seen or len(seen) == DEEPEST:
        wrong = "sources report each other in a circle, or in a chain of more than " + str(DEEPEST)
        knots.add(regions[head].where, f"{wrong}; take a relation out")
        yield ()
        return
    knots.used.add(head)
    sources = ties[SAID].get(head, [])
    knots.used.update(sources)
    links = [_link(regions[head], regions[source]) for source in sources] or [_link(regions[head], None)]
    outers = dict.fromkeys(ties[REPORTED].get(head, ()))
    outside = (c for outer in outers for c in _chains(outer, regions, ties, knots, (*seen, head)))
    yield from ((*chain, link) for chain in (outside if outers else [()]) for link in links)


def _link(head: Region, source: Region | None) -> LabelledLink:
    values = {**head.values, **(source.values if source else {})}
    if source and STANCE in head.values:
        values[STANCE] = head.values[STANCE]
    words = source or (head if head.label == SOURCE else None)
    return LabelledLink(
        _longest(words) if words else None,
        _longest(head) if head.label == CUE else None,
        values.get(TYPE),
        values.get(STANCE),
        values.get(RESOLVED),
    )


def _longest(region: Region) -> Span:
    """The longest span; a source or cue can have only one here, and one in twenty thousand of PolNeAR's has more."""
    return max(region.spans, key=lambda span: span.end - span.start)


def _hedges(
    regions: Sequence[Region], whole: Mapping[str, list[str]], ties: Ties, text: str, knots: _Knots
) -> Mapping[str, list[Span]]:
    """The hedges of each claim; an untied one belongs to the claim around it, else to the nearest on its line."""
    by_id = {region.id: region for region in regions}
    hedges: dict[str, list[Span]] = defaultdict(list)
    tied = set()
    for claim, parts in whole.items():
        for hedge in (h for part in parts for h in ties[HEDGED].get(part, ())):
            hedges[claim] += [span for span in by_id[hedge].spans if span not in hedges[claim]]
            tied.add(hedge)
    for region in regions:
        if region.label == HEDGE and region.id not in tied:
            near = _nearest(region.spans[0], [by_id[claim] for claim in whole], text)
            if near is None:
                knots.add(region.where, "a hedge stands beside no claim and is tied to none; tie one to it", note=True)
            else:
                hedges[near.id] += [span for span in region.spans if span not in hedges[near.id]]
    return hedges


def _nearest(span: Span, regions: Iterable[Region], text: str) -> Region | None:
    """The region whose words are nearest on the same line; of several around the span, the shortest."""

    def gap(region: Region) -> tuple[int, int]:
        near = min(max(0, s.start - span.end, span.start - s.end) for s in region.spans)
        return near, sum(s.end - s.start for s in region.spans)

    def on_line(region: Region) -> bool:
        first = min(region.spans, key=lambda s: max(0, s.start - span.end, span.start - s.end))
        return "\n" not in text[min(first.end, span.end) : max(first.start, span.start)]

    return min((region for region in regions if on_line(region)), key=gap, default=None)


def tied_by_place(drawing: Drawing, text: str) -> Drawing:
    """Tie a drawing without ties by place: each cue to the nearest source, each claim to the nearest cue of its line.

    A claim without a cue on its line is tied to the nearest source that no cue is tied to. The nearest speaker is the
    usual baseline for quotations (Elson & McKeown 2010).
    """
    by = {label: [r for r in drawing.regions if r.label == label] for label in (CLAIM, SOURCE, CUE)}
    ties: list[Tie] = []
    for cue in by[CUE]:
        if source := _nearest(cue.spans[0], by[SOURCE], text):
            ties.append(Tie(SAID, cue.id, source.id))
    spoken = {tie.end for tie in ties}
    alone = [source for source in by[SOURCE] if source.id not in spoken]
    for claim in by[CLAIM]:
        near = [r for s in claim.spans if (r := _nearest(s, by[CUE], text) or _nearest(s, alone, text))]
        ties += [Tie(ATTRIBUTED, claim.id, region.id) for region in near[:1]]
    return replace(drawing, ties=tuple(ties))
