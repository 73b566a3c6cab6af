"""Label sets of the attribution model, and the pure functions between spans and labels.

Two label sets, both over word pieces:

- ``HEADS``: what a piece is, independent of any cue. ``source``, ``cue`` and ``content`` are separate BIO layers, so
  that a cue inside somebody's content (a nested attribution) can be tagged as well; ``type`` and ``stance`` classify
  the pieces of a source and of a cue, ``basis`` those of a claim; ``hedge``, ``uncertain`` and ``factuality`` say how
  sure the words are.
- ``PAIR_LABELS`` and ``BOUNDARIES``: for one cue, what each piece is to that cue, and whether a span of that role
  begins or ends there. Contents in several fragments need no further label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from scoring.schema import Basis, Group, Matter, Polarity, SourceType, Stance

TAG_ROLES = ("source", "cue", "content")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
BIO = 3
TYPES = tuple(SourceType)
STANCES = tuple(Stance)
BASES = tuple(Basis)
"""The label of ``basis`` is one more than the index here; 0 is for words that belong to no claim."""
SHARES = (*Group, *Basis)
"""Labels for what a whole span rests on, where nobody has said which of its words are the claim."""
HEADS = {
    **dict.fromkeys(TAG_ROLES, BIO),
    "type": len(TYPES),
    "stance": len(STANCES),
    "basis": len(BASES) + 1,
    "hedge": 2,
    "uncertain": 1,
    "factuality": 1,
    "factuality_uds": 1,
    "edges": 3,
}
"""Heads over pieces with the number of their outputs: logits of labels; a number for ``uncertain`` and factuality;
log-odds for ``edges``."""
EDGES = ("begins", "resumes", "ends")
"""What ``edges`` are the log-odds of: a claim begins at the piece, one that was interrupted goes on, or a stretch of
one ends."""
CLASSES = tuple(name for name, width in HEADS.items() if width > 1 and name != "edges")
PAIR_LABELS = ("none", "source", "content")
PAIR_NONE, PAIR_SOURCE, PAIR_CONTENT = 0, 1, 2
BOUNDARIES = ("source begins", "source ends", "content begins", "content ends")
PAIR_WIDTH = len(PAIR_LABELS) + len(BOUNDARIES)
"""Outputs of the pair head for a piece: logits of the labels, then log-odds of each boundary."""
CHAIN_ROLES = ("none", "source", "cue")
"""What a piece is to a claim: part of the source or cue of its innermost link, and, asked apart, of the link around
that one."""
LINKS = 2
"""Links of a chain that are pointed at, from the innermost outwards; of 4,121 labelled claims ten have a third."""
POINTED = LINKS * len(CHAIN_ROLES)
PLACES = ("here", "on", "before", "nobody")
"""Where the innermost source of a claim is named: in a sentence of the claim, nowhere, since the account of the claim
before goes on, earlier in the text, or there is none."""
DEEPEST = 3
"""Links of a chain that are counted; deeper chains count as this deep."""
POLARITIES = tuple(Polarity)
MATTERS = tuple(Matter)
GRADES = 5
"""Grades of strength that annotators give."""
CLAIM_HEADS = {
    "basis": len(BASES),
    "type": len(TYPES),
    "stance": len(STANCES),
    "depth": DEEPEST + 1,
    "place": len(PLACES),
    "polarity": len(POLARITIES),
    "grade": GRADES,
    "matter": len(MATTERS),
}
"""What is asked of a whole claim, with the number of answers: what it rests on, type and stance of its innermost link,
the length of its chain, where its source is named, polarity, the annotators' grade of strength, and what it speaks of.
"""
IGNORE = -100
"""Label of pieces without one (special tokens, padding): no loss is taken there."""


@lru_cache(maxsize=len(HEADS))
def columns(head: str) -> slice:
    """Which outputs, among those of all heads, belong to this head."""
    return _columns(HEADS, head)


@lru_cache(maxsize=len(CLAIM_HEADS))
def claim_columns(head: str) -> slice:
    """Which outputs, among those for a whole claim, answer this question."""
    return _columns(CLAIM_HEADS, head)


def _columns(widths: Mapping[str, int], head: str) -> slice:
    names = list(widths)
    start = sum(widths[name] for name in names[: names.index(head)])
    return slice(start, start + widths[head])


def bio_encode(length: int, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Label ``length`` positions by half-open position spans; the first span wins where two overlap."""
    labels = [OUTSIDE] * length
    for start, end in spans:
        if any(labels[start:end]):
            continue
        labels[start:end] = [BEGIN] + [INSIDE] * (end - start - 1)
    return labels


def bio_decode(labels: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open position spans of a BIO sequence; an ``INSIDE`` without a beginning begins a span."""
    spans: list[tuple[int, int]] = []
    start = -1
    for i, label in enumerate([*labels, OUTSIDE]):
        if start >= 0 and label != INSIDE:
            spans.append((start, i))
            start = -1
        if label == BEGIN or (label == INSIDE and start < 0):
            start = i
    return spans


def runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Half-open spans of the maximal runs of true values."""
    return bio_decode([INSIDE if flag else OUTSIDE for flag in flags])
