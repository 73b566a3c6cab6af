"""Scores of words → claims: where each begins, goes on after an interruption, and ends.

The likeliest claims of a window are found at once, by dynamic programming over its words, as in a semi-Markov model
(Sarawagi & Cohen 2004) whose segments are scored by their words and their edges.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EDGE_WEIGHT = 1.5
"""Weight of an edge's log-odds against those of the words inside, which are many and depend on one another."""
BEGIN, RESUME = 0, 1

Segment = tuple[int, int]
"""A half-open span of words."""


def segments(inside: np.ndarray, edges: np.ndarray, barred: np.ndarray) -> list[list[Segment]]:
    """The claims with the highest total score, in order; each is a list of its stretches.

    Parameters
    ----------
    inside
        Log-odds ``(words,)`` that a word belongs to a claim.
    edges
        Log-odds ``(words, 3)`` that a claim begins at the word, that one goes on there, and that a stretch ends there.
    barred
        Whether no stretch may run from the word before into this one, ``(words,)``: at the start of a paragraph.
    """
    opening = EDGE_WEIGHT * edges[:, :2].max(axis=1)
    kind = edges[:, :2].argmax(axis=1)
    begins, closing, within = opening.tolist(), (EDGE_WEIGHT * edges[:, 2]).tolist(), inside.tolist()
    best = 0.0
    spans: list[tuple[int, int, int]] = []  # (start, end, number of the stretch before) of every stretch worth keeping
    running, start, before = -np.inf, 0, -1
    last = -1
    for i, word in enumerate(within):
        stay = -np.inf if barred[i] else running
        fresh = best + begins[i]
        if fresh >= stay:
            running, start, before = fresh, i, last
        else:
            running = stay
        running += word
        if running + closing[i] > best:
            best = running + closing[i]
            spans.append((start, i + 1, before))
            last = len(spans) - 1
    path: list[Segment] = []
    while last >= 0:
        begin, end, last = spans[last]
        path.append((begin, end))
    return _joined(path[::-1], kind)


def _joined(stretches: Sequence[Segment], kind: np.ndarray) -> list[list[Segment]]:
    claims: list[list[Segment]] = []
    for stretch in stretches:
        if claims and kind[stretch[0]] == RESUME:
            claims[-1].append(stretch)
        else:
            claims.append([stretch])
    return claims
