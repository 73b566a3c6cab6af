"""Label sets of the attribution model, and the pure functions between spans and labels.

Two label sets, both over word pieces:

- ``TAG_ROLES``: for each role an own BIO layer, so that a cue inside somebody's content
  (a nested attribution) can be tagged beside it.
- ``PAIR_LABELS``: for one cue, what each piece is to that cue. The spans of a role are the
  runs of its label; contents in several fragments need no further label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

TAG_ROLES = ("source", "cue", "content")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
BIO = 3
PAIR_LABELS = ("none", "source", "content")
PAIR_NONE, PAIR_SOURCE, PAIR_CONTENT = 0, 1, 2
IGNORE = -100
"""Label of pieces without one (special tokens, padding): no loss is taken there."""


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
