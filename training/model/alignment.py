"""Labelled spans → labels of word pieces, one encoder window at a time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scoring.attribution.claim_features import FEATURES, claim_features
from scoring.attribution.labels import (
    BOUNDARIES,
    CHAIN_ROLES,
    CLAIM_HEADS,
    CLASSES,
    EDGES,
    HEADS,
    IGNORE,
    LINKS,
    PAIR_CONTENT,
    PAIR_NONE,
    PAIR_SOURCE,
    TAG_ROLES,
    bio_encode,
)
from scoring.attribution.windows import NO_WORD, Window, windows
from scoring.schema import Span
from scoring.text.quotes import quoted
from training.labels.corpora import CLAIMS, RELATIONS, SEGMENTS, SENTENCES, ClaimMark, Example, Mark, Relation, Spans
from training.labels.pairing import normal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_CUES = 24
"""Cues of a window that take part in a training step; a window of 384 holds eight on average, seventeen at most."""
MAX_CLAIMS = 40
"""Claims of a window that take part in a training step; a window of 384 has ten on average."""
BLURRED, BLUR = 0.25, 4
"""Share of the claims whose spans are blurred, and by how many pieces at most at either end."""
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
    edges
        Whether a claim begins, goes on or a stretch of it ends, ``(pieces, EDGES)``.
    members, answers, features
        Which pieces belong to each claim, ``(claims, pieces)``, the number of the answer to each question of
        ``CLAIM_HEADS``, ``(claims, questions)``, and ``FEATURES``, ``(claims, features)``.
    roles
        What each piece is to each link of each claim, ``(claims, LINKS, pieces)``.
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
    edges: np.ndarray
    members: np.ndarray
    answers: np.ndarray
    features: np.ndarray
    roles: np.ndarray


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
        _edges(window, example),
        *_claims(window, example, rng),
    )


def _edges(window: Window, example: Example) -> np.ndarray:
    edges = np.full((len(window.ids), len(EDGES)), np.nan, dtype=np.float32)
    if SEGMENTS not in example.complete:
        return edges
    edges[window.words != NO_WORD] = 0
    for claim in example.claims:
        for number, span in enumerate(claim.spans):
            places = _lettered(window, example.text, span)
            if places.size:
                edges[places[0], min(number, 1)] = 1
                edges[places[-1], 2] = 1
    return edges


def _lettered(window: Window, text: str, span: tuple[int, int]) -> np.ndarray:
    """Pieces of a span, from the first to the last with a letter or digit: marks and stops at its ends do not count."""
    places = _pieces(window, (span,))
    lettered = [n for n, p in enumerate(places) if any(map(str.isalnum, text[window.starts[p] : window.ends[p]]))]
    return places[lettered[0] : lettered[-1] + 1] if lettered else places[:0]


def _claims(
    window: Window, example: Example, rng: random.Random
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Members, answers, features and roles of the claims that stand in the window as a whole, or begin in it."""
    mask = quoted(example.text) if example.claims else bytearray()
    rows: list[tuple[np.ndarray, list[int], list[float], np.ndarray]] = []
    for claim in example.claims:
        places = _pieces(window, claim.spans)
        if not places.size or len(rows) >= MAX_CLAIMS:
            continue
        member = np.zeros(len(window.ids), dtype=np.float32)
        member[_blurred(places, len(window.ids) - 1, rng)] = 1
        answers = [claim.answers.get(question, IGNORE) for question in CLAIM_HEADS]
        spans = [Span(start, end) for start, end in claim.spans]
        rows.append((member, answers, claim_features(example.text, mask, spans), _roles(window, claim)))
    pieces = len(window.ids)
    members, answered, features, roles = zip(*rows, strict=True) if rows else ((), (), (), ())
    return (
        np.array(members, dtype=np.float32).reshape(-1, pieces),
        np.array(answered, dtype=np.int64).reshape(-1, len(CLAIM_HEADS)),
        np.array(features, dtype=np.float32).reshape(-1, len(FEATURES)),
        np.array(roles, dtype=np.int64).reshape(-1, LINKS, pieces),
    )


def _blurred(places: np.ndarray, most: int, rng: random.Random) -> np.ndarray:
    """The pieces of a claim, one time in four cut or stretched by some: spans that are found are not exact, either."""
    if rng.random() >= BLURRED:
        return places
    first, last = (rng.randint(-BLUR, BLUR) for _ in range(2))
    low, high = max(1, places[0] + first), min(most, places[-1] + last)
    inner = places[(places >= low) & (places <= high)]
    if not inner.size:
        return places
    return np.union1d(inner, np.r_[low : places[0], places[-1] + 1 : high + 1])


def _roles(window: Window, claim: ClaimMark) -> np.ndarray:
    roles = np.full((LINKS, len(window.ids)), IGNORE)
    for labels, link in zip(roles, claim.links, strict=True):
        if link is not None:
            labels[window.words != NO_WORD] = CHAIN_ROLES.index("none")
            labels[_pieces(window, link[1])] = CHAIN_ROLES.index("cue")
            labels[_pieces(window, link[0])] = CHAIN_ROLES.index("source")
    return roles


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
