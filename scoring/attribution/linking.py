"""Scores by word → relations.

The likeliest spans are found from scores by word: where a span begins, where it ends, and what lies inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.attribution.labels import PAIR_CONTENT, PAIR_LABELS, PAIR_SOURCE, runs
from scoring.schema import AttributionRelation, Span

GAP = 6
"""Most words between two parts of one source. On 45 held-out articles of PolNeAR all values from 4 to 10 do equally
well: complete relations rise from 80.1 to 80.5, exact sources from 81.1 to 81.3."""
LEAST_SOURCE = 0.3
"""Least mean probability of the words of a tagged span to be the source of a cue. The span is then its source, even if
the pair head finds none of these words more likely its source than not."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one window: offsets and number of the paragraph, arrays of shape ``(words,)``."""

    starts: np.ndarray
    ends: np.ndarray
    paragraphs: np.ndarray

    def span(self, start: int, end: int) -> Span:
        """The text span of the half-open word span."""
        return Span(int(self.starts[start]), int(self.ends[end - 1]))


def relation(
    words: Words, cue: tuple[int, int], cue_probability: float, scores: np.ndarray, tagged: Sequence[tuple[int, int]]
) -> AttributionRelation | None:
    """The relation of one cue, or ``None`` if it has no content.

    Parameters
    ----------
    words
        The window's words.
    cue
        Half-open word span of the cue.
    cue_probability
        In [0, 1].
    scores
        By word, ``(words, PAIR_WIDTH)``: probabilities of none, source and content of this cue, then log-odds that its
        source begins there, that its source ends there, and the same two for its content.
    tagged
        Half-open word spans of all sources of the window, of any cue.
    """
    roles, boundaries = scores[:, : len(PAIR_LABELS)], scores[:, len(PAIR_LABELS) :]
    best = roles.argmax(axis=1)
    best[cue[0] : cue[1]] = 0
    contents = _fragments(words, cue, roles[:, PAIR_CONTENT], boundaries[:, 2:])
    if not contents:
        return None
    source = _source(cue, best, roles[:, PAIR_SOURCE], tagged)
    kept = [roles[s:e, PAIR_CONTENT].mean() for s, e in contents]
    kept += [roles[source[0] : source[1], PAIR_SOURCE].mean()] if source else []
    return AttributionRelation(
        source=words.span(*source) if source else None,
        cue=words.span(*cue),
        contents=tuple(words.span(*content) for content in contents),
        probability=float(cue_probability * np.mean(kept)),
    )


def _source(
    cue: tuple[int, int], best: np.ndarray, probability: np.ndarray, tagged: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The source of a cue: the pair head says which span it is, the tags say how far it reaches.

    "Two officers, who asked not to be named because they may not speak, said": both leave out a comma or a word here
    and there, and the part after it may weigh most. Such near parts are joined into one source, whose head is the first
    part; otherwise the last digit of a sum could decide which part is the source.
    """
    candidates = _joined(runs((best == PAIR_SOURCE).tolist()), cue)
    heaviest = max(candidates, key=lambda s: probability[s[0] : s[1]].sum()) if candidates else None
    whole = [t for t in tagged if t[1] <= cue[0] or t[0] >= cue[1]]
    if heaviest:
        met = [t for t in whole if t[0] < heaviest[1] and heaviest[0] < t[1]]
        return (met[0][0], met[-1][1]) if met else heaviest
    likely = [t for t in whole if probability[t[0] : t[1]].mean() >= LEAST_SOURCE]
    return max(likely, key=lambda t: probability[t[0] : t[1]].mean()) if likely else None


def _joined(parts: Sequence[tuple[int, int]], cue: tuple[int, int]) -> list[tuple[int, int]]:
    """Join parts with at most ``GAP`` words between them, unless the cue stands there; in order."""
    joined: list[tuple[int, int]] = []
    for start, end in parts:
        if joined and start - joined[-1][1] <= GAP and not joined[-1][1] <= cue[0] < start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _fragments(
    words: Words, cue: tuple[int, int], probability: np.ndarray, boundaries: np.ndarray
) -> list[tuple[int, int]]:
    """The fragments of the content, in order; all stand in the paragraph that holds most of the content."""
    bounded = probability.clip(1e-6, 1 - 1e-6)
    inside = np.log(bounded / (1 - bounded))
    inside[cue[0] : cue[1]] = TAKEN
    weight = np.bincount(words.paragraphs, weights=probability)
    inside[words.paragraphs != weight.argmax()] = TAKEN
    return sorted(best_spans(inside, boundaries[:, 0], boundaries[:, 1]))


BOUNDARY_WEIGHT = 3.0
"""Weight of a boundary's log-odds against those of the words inside, which are many and depend on one another.

On 45 held-out articles of PolNeAR, content exact is 72.2 with 1 and 72.6 with 3 (reports/evaluation/attribution.md)."""
MOST_FRAGMENTS = 3
TAKEN = -1e4
"""Log-odds of a word that no further span may hold."""


def best_spans(inside: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> Iterator[tuple[int, int]]:
    """Disjoint half-open spans with a positive score, the best first, at most ``MOST_FRAGMENTS``.

    The score of a span is the sum of ``inside`` over it and of its two boundaries' weighted log-odds; the best is found
    in linear time by running sums and maxima, as in a semi-Markov model with one segment (Sarawagi & Cohen 2004).

    Parameters
    ----------
    inside, begins, ends
        Log-odds ``(words,)`` that a word belongs to the span, is its first, is its last.
    """
    inside = inside.astype(np.float64)
    for _ in range(MOST_FRAGMENTS):
        summed = np.concatenate([[0.0], inside.cumsum()])
        opening = BOUNDARY_WEIGHT * begins - summed[:-1]
        best = np.maximum.accumulate(opening) + BOUNDARY_WEIGHT * ends + summed[1:]
        end = int(best.argmax())
        if best[end] <= 0:
            return
        start = int(opening[: end + 1].argmax())
        yield start, end + 1
        inside[start : end + 1] = TAKEN
