"""Labelled spans → labels of word pieces, one encoder window at a time."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.attribution.labels import (
    IGNORE,
    PAIR_CONTENT,
    PAIR_NONE,
    PAIR_SOURCE,
    TAG_ROLES,
    bio_encode,
)
from scoring.attribution.windows import NO_WORD, Window, windows
from training.examples import Example, Relation, Spans

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_CUES = 16
"""Cues of one window that take part in a training step; a window of 256 pieces holds six on average."""
DECOYS = 3
"""Words that are no cue, drawn for each window, so that the pair head learns to answer 'nothing'."""


@dataclass(frozen=True, slots=True)
class LabelledWindow:
    """A window with ``tags`` ``(pieces, roles)``, ``cues`` ``(cues, 2)`` and ``pairs`` ``(cues, pieces)``."""

    window: Window
    tags: np.ndarray
    cues: np.ndarray
    pairs: np.ndarray


def label_windows(example: Example, tokenizer: Tokenizer, limit: int, seed: int = 0) -> list[LabelledWindow]:
    """Windows of an example with the labels of its relations; a cue belongs to the window that it starts in."""
    rng = random.Random(f"{seed}/{example.id}")
    return [_label(window, example.relations, rng) for window in windows(example.text, tokenizer, limit)]


def _label(window: Window, relations: Iterable[Relation], rng: random.Random) -> LabelledWindow:
    relations = list(relations)
    tags = np.stack([_tags(window, relations, role) for role in TAG_ROLES], axis=1)
    cues: list[tuple[int, int]] = []
    pairs: list[np.ndarray] = []
    for relation in relations:
        places = _pieces(window, relation.cue)
        if places.size and len(cues) < MAX_CUES:
            cues.append((int(places[0]), int(places[-1])))
            pairs.append(_pair_labels(window, relation))
    for decoy in _decoys(window, cues, rng)[: MAX_CUES - len(cues)]:
        cues.append((decoy, decoy))
        pairs.append(np.where(window.words == NO_WORD, IGNORE, PAIR_NONE))
    return LabelledWindow(window, tags, np.array(cues).reshape(-1, 2), np.array(pairs).reshape(-1, len(window.ids)))


def _tags(window: Window, relations: list[Relation], role: str) -> np.ndarray:
    places = (_pieces(window, (span,)) for relation in relations for span in getattr(relation, role))
    spans = {(int(p[0]), int(p[-1]) + 1) for p in places if p.size}
    longest_first = sorted(spans, key=lambda s: (s[0] - s[1], s))
    labels = np.array(bio_encode(len(window.ids), longest_first))
    return np.where(window.words == NO_WORD, IGNORE, labels)


def _pair_labels(window: Window, relation: Relation) -> np.ndarray:
    labels = np.where(window.words == NO_WORD, IGNORE, PAIR_NONE)
    labels[_pieces(window, relation.content)] = PAIR_CONTENT
    labels[_pieces(window, relation.source)] = PAIR_SOURCE
    return labels


def _pieces(window: Window, spans: Spans) -> np.ndarray:
    """Positions of the pieces that any of the spans touches."""
    touched = np.zeros(len(window.ids), dtype=bool)
    for start, end in spans:
        touched |= (window.starts < end) & (window.ends > start)
    return np.flatnonzero(touched & (window.words != NO_WORD))


def _decoys(window: Window, cues: list[tuple[int, int]], rng: random.Random) -> list[int]:
    inside = {place for first, last in cues for place in range(first, last + 1)}
    free = [int(p) for p in np.flatnonzero(window.words != NO_WORD) if int(p) not in inside]
    return rng.sample(free, min(DECOYS, len(free)))
