"""Labelled spans → labels of word pieces, one encoder window at a time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.attribution.labels import (
    BOUNDARIES,
    CLASSES,
    HEADS,
    IGNORE,
    PAIR_CONTENT,
    PAIR_NONE,
    PAIR_SOURCE,
    TAG_ROLES,
    bio_encode,
)
from scoring.attribution.windows import NO_WORD, Window, windows
from training.labels.corpora import CLAIMS, RELATIONS, SENTENCES, Example, Mark, Relation, Spans
from training.labels.pairing import normal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_CUES = 24
"""Cues of a window that take part in a training step; a window of 384 holds eight on average, seventeen at most."""
DECOYS = 3
"""Words that are no cue, drawn for each window, so that the pair head learns to answer 'nothing'."""
NUMBERS = ("factuality", "factuality_uds")
"""Heads that give a number for a word; its label stands at the first piece of the word."""


@dataclass(frozen=True, slots=True)
class LabelledWindow:
    """A window with its labels; ``IGNORE`` (``nan`` for numbers) where there is none.

    Parameters
    ----------
    classes
        Labels ``(pieces, heads)`` of the heads in ``CLASSES``.
    numbers
        Values ``(pieces, heads)`` of the heads in ``NUMBERS``, −3 to +3.
    sentences, uncertain
        Number of the labelled sentence that a piece belongs to or −1, ``(pieces,)``, and the label of each sentence.
    passages, shares
        The same of spans that are known as a whole, by their place in ``SHARES``.
    cues
        First and last piece of each cue, ``(cues, 2)``.
    pairs, boundaries
        Labels ``(cues, pieces)``, and whether a span begins or ends, ``(cues, pieces, BOUNDARIES)``.
    """

    window: Window
    classes: np.ndarray
    numbers: np.ndarray
    sentences: np.ndarray
    uncertain: np.ndarray
    passages: np.ndarray
    shares: np.ndarray
    cues: np.ndarray
    pairs: np.ndarray
    boundaries: np.ndarray


def label_windows(example: Example, tokenizer: Tokenizer, limit: int, seed: int = 0) -> list[LabelledWindow]:
    """Windows of an example with its labels; a cue belongs to the window that it starts in."""
    rng = random.Random(f"{seed}/{example.id}")
    example = replace(example, relations=tuple(_normal(relation, example.text) for relation in example.relations))
    return [_label(window, example, rng) for window in windows(example.text, tokenizer, limit)]


def _normal(relation: Relation, text: str) -> Relation:
    return Relation(*(normal(getattr(relation, role), text) for role in TAG_ROLES))


def _label(window: Window, example: Example, rng: random.Random) -> LabelledWindow:
    sentences, uncertain = _numbered(window, example.marks if SENTENCES in example.complete else (), "uncertain")
    passages, shares = _numbered(window, example.marks, "share")
    cues, pairs, boundaries = _pairs(window, example, rng)
    return LabelledWindow(
        window,
        _classes(window, example),
        _numbers(window, example.marks),
        sentences,
        uncertain,
        passages,
        shares,
        cues,
        pairs,
        boundaries,
    )


def _classes(window: Window, example: Example) -> np.ndarray:
    labels = np.full((len(window.ids), len(CLASSES)), IGNORE)
    words = window.words != NO_WORD
    if RELATIONS in example.complete:
        for role in TAG_ROLES:
            labels[words, CLASSES.index(role)] = _tags(window, example.relations, role)[words]
    if CLAIMS in example.complete:
        for head in ("basis", "hedge"):
            labels[words, CLASSES.index(head)] = 0
    for mark in example.marks:
        if mark.head in CLASSES:
            labels[_pieces(window, ((mark.start, mark.end),)), CLASSES.index(mark.head)] = int(mark.value)
    return labels


def _tags(window: Window, relations: Iterable[Relation], role: str) -> np.ndarray:
    places = (_pieces(window, (span,)) for relation in relations for span in getattr(relation, role))
    spans = {(int(p[0]), int(p[-1]) + 1) for p in places if p.size}
    longest_first = sorted(spans, key=lambda s: (s[0] - s[1], s))
    return np.array(bio_encode(len(window.ids), longest_first))


def _numbers(window: Window, marks: Sequence[Mark]) -> np.ndarray:
    values = np.full((len(window.ids), len(NUMBERS)), np.nan, dtype=np.float32)
    for mark in marks:
        if mark.head in NUMBERS:
            values[_pieces(window, ((mark.start, mark.end),))[:1], NUMBERS.index(mark.head)] = mark.value
    return values


def _numbered(window: Window, marks: Sequence[Mark], head: str) -> tuple[np.ndarray, np.ndarray]:
    """The number of the mark that each piece belongs to, −1 for none, and the value of each mark."""
    numbers = np.full(len(window.ids), -1)
    labels: list[float] = []
    for mark in marks:
        places = _pieces(window, ((mark.start, mark.end),)) if mark.head == head else np.zeros(0)
        if places.size:
            numbers[places] = len(labels)
            labels.append(mark.value)
    return numbers, np.array(labels, dtype=np.float32)


def _pairs(window: Window, example: Example, rng: random.Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cues: list[tuple[int, int]] = []
    pairs: list[np.ndarray] = []
    boundaries: list[np.ndarray] = []
    for relation in example.relations:
        places = _pieces(window, relation.cue)
        if places.size and len(cues) < MAX_CUES:
            cues.append((int(places[0]), int(places[-1])))
            pairs.append(_pair_labels(window, relation))
            boundaries.append(_boundaries(window, relation))
    decoys = _decoys(window, cues, rng) if RELATIONS in example.complete else []
    for decoy in decoys[: MAX_CUES - len(cues)]:
        cues.append((decoy, decoy))
        pairs.append(np.where(window.words == NO_WORD, IGNORE, PAIR_NONE))
        boundaries.append(np.zeros((len(window.ids), len(BOUNDARIES)), dtype=np.float32))
    pieces = len(window.ids)
    return (
        np.array(cues, dtype=np.int64).reshape(-1, 2),
        np.array(pairs, dtype=np.int64).reshape(-1, pieces),
        np.array(boundaries, dtype=np.float32).reshape(-1, pieces, len(BOUNDARIES)),
    )


def _pair_labels(window: Window, relation: Relation) -> np.ndarray:
    labels = np.where(window.words == NO_WORD, IGNORE, PAIR_NONE)
    labels[_pieces(window, relation.content)] = PAIR_CONTENT
    labels[_pieces(window, relation.source)] = PAIR_SOURCE
    return labels


def _boundaries(window: Window, relation: Relation) -> np.ndarray:
    boundaries = np.zeros((len(window.ids), len(BOUNDARIES)), dtype=np.float32)
    for column, spans in ((0, relation.source), (2, relation.content)):
        for span in spans:
            places = _pieces(window, (span,))
            if places.size:
                boundaries[places[0], column] = 1
                boundaries[places[-1], column + 1] = 1
    return boundaries


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


assert set(NUMBERS) < set(HEADS)
