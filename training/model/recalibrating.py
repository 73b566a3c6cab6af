"""Whether a fine-tuned model's probabilities are fitted anew: with enough relations held out; else the start's stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from scoring.attribution.folders import CONFIG
from scoring.attribution.inference import ModelFinder, load_finder_folder
from scoring.schema import AttributionRelation, Document, Span
from scoring.text.sentences import split
from scoring.writing.files import put
from training.labels.corpora import RELATIONS, Example, Relation, Spans
from training.labels.schema import LabelledArticle, example
from training.statistics import fitted

SAME = 0.5
"""Jaccard index of words from which two spans are the same, as the yardsticks have it."""
Cases = tuple[list[float], list[bool]]


def recalibrated(folder: Path, held: Sequence[LabelledArticle], least: int) -> str:
    """Fit ``calibration`` in a folder's ``config.json`` where ``least`` relations are held out; say what was done."""
    examples = [e for e in map(example, held) if RELATIONS in e.complete]
    labelled = sum(len(e.relations) for e in examples)
    if labelled < least:
        return f"kept from the start model: {labelled} held-out relations, fewer than the {least} that a fit needs"
    lines: dict[str, tuple[float, float]] = {}
    for what in ("cue", "relation"):
        probabilities, right = cases(replace(load_finder_folder(folder), calibration=lines), examples)[what]
        if len(set(right)) < 2:
            return (
                f"kept from the start model: every {what} found in the held-out part is {'right' if right else 'none'}"
            )
        lines = {**lines, what: fitted(probabilities, right)}
    path = folder / CONFIG
    config = json.loads(path.read_text(encoding="utf-8")) | {"calibration": lines}
    put(path, json.dumps(config, indent=2) + "\n")
    load_finder_folder.cache_clear()
    return f"fitted to {labelled} held-out relations"


def cases(finder: ModelFinder, examples: Iterable[Example]) -> dict[str, Cases]:
    """Stated probabilities of cues and relations, and whether each was right.

    A cue is right if it meets a labelled one; a relation, if source and content each share half of their words with
    those of one labelled relation, and either both have a source or neither.
    """
    found: dict[str, Cases] = {"cue": ([], []), "relation": ([], [])}
    for one in examples:
        document = Document(one.id, one.text)
        read = finder(document, split(document))
        gold = [_words(relation, one.text) for relation in one.relations]
        for relation in read.relations:
            mine = _words(_plain(relation), one.text)
            stated = read.word_labels.probabilities("cue", [relation.cue] if relation.cue else [])
            if stated is not None:
                found["cue"][0].append(finder.calibrated("cue", float(1 - stated[0])))
                found["cue"][1].append(any(mine[1] & other[1] for other in gold))
            found["relation"][0].append(relation.probability)
            found["relation"][1].append(any(_same(mine, other) for other in gold))
    return found


def _plain(found: AttributionRelation) -> Relation:
    return Relation(_ends([found.source]), _ends([found.cue]), _ends(found.contents))


def _ends(spans: Iterable[Span | None]) -> Spans:
    return tuple((span.start, span.end) for span in spans if span)


def _words(relation: Relation, text: str) -> tuple[set[int], set[int], set[int]]:
    """Where the words of source, cue and content begin."""
    roles = (relation.source, relation.cue, relation.content)
    source, cue, content = (
        {start + m.start() for start, end in spans for m in re.finditer(r"\w+", text[start:end])} for spans in roles
    )
    return source, cue, content


def _same(mine: tuple[set[int], ...], gold: tuple[set[int], ...]) -> bool:
    pairs = [(mine[role], gold[role]) for role in (0, 2)]
    if any(bool(a) != bool(b) for a, b in pairs):
        return False
    return all(len(a & b) / len(a | b) >= SAME for a, b in pairs if a)
