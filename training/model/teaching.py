"""What the data do not label is labelled by the model that training starts from, so that it is not forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scoring.attribution.claim_reading import ReadClaim
from scoring.attribution.inference import ModelFinder
from scoring.attribution.labels import CLAIM_HEADS
from scoring.schema import AttributionRelation, Document, Span
from scoring.text.sentences import split
from training.labels.corpora import RELATIONS, SEGMENTS, ClaimMark, Example, Relation, Spans


def completed(examples: Iterable[Example], finder: ModelFinder) -> list[Example]:
    """Examples with all relations and claims; what was not labelled throughout is what ``finder`` finds."""
    return [one if {RELATIONS, SEGMENTS} <= one.complete else _with_found(one, finder) for one in examples]


def _with_found(example: Example, finder: ModelFinder) -> Example:
    document = Document(example.id, example.text)
    output = finder(document, split(document))
    if RELATIONS not in example.complete:
        relations = (_relation(r) for r in output.relations if r.cue)
        taken = [span for relation in example.relations for span in relation.cue]
        more = tuple(r for r in relations if not any(s < end and start < e for s, e in r.cue for start, end in taken))
        example = replace(example, relations=(*example.relations, *more))
    if SEGMENTS not in example.complete:
        example = replace(example, claims=tuple(map(_claim, output.claims or ())))
    return replace(example, complete=example.complete | {RELATIONS, SEGMENTS})


def _claim(found: ReadClaim) -> ClaimMark:
    links = tuple((_ends(link.source, *link.also), _ends(link.cue)) for link in found.links)
    return ClaimMark(_ends(*found.spans), {question: found.answer(question) for question in CLAIM_HEADS}, links)


def _relation(found: AttributionRelation) -> Relation:
    return Relation(_ends(found.source), _ends(found.cue), _ends(*found.contents))


def _ends(*spans: Span | None) -> Spans:
    return tuple((span.start, span.end) for span in spans if span)
