"""What the data do not label is labelled by the model that training starts from, so that it is not forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scoring.attribution.inference import ModelFinder
from scoring.schema import AttributionRelation, Document
from scoring.text.sentences import split
from training.labels.corpora import RELATIONS, Example, Relation


def completed(examples: Iterable[Example], finder: ModelFinder) -> list[Example]:
    """Examples with all relations; where not every one was labelled, with those that ``finder`` finds beside."""
    return [one if RELATIONS in one.complete else _with_found(one, finder) for one in examples]


def _with_found(example: Example, finder: ModelFinder) -> Example:
    document = Document(example.id, example.text)
    relations = (_relation(r) for r in finder(document, split(document)).relations if r.cue)
    taken = [span for relation in example.relations for span in relation.cue]
    more = tuple(r for r in relations if not any(s < end and start < e for s, e in r.cue for start, end in taken))
    return replace(example, relations=(*example.relations, *more), complete=example.complete | {RELATIONS})


def _relation(found: AttributionRelation) -> Relation:
    source, cue = (((span.start, span.end),) if span else () for span in (found.source, found.cue))
    return Relation(source, cue, tuple((span.start, span.end) for span in found.contents))
