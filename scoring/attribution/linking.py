"""Spans → relations, and relations → chains.

A relation whose cue stands inside the content of another is a further link of that one's chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.attribution.labels import PAIR_CONTENT, PAIR_SOURCE, runs
from scoring.schema import AttributionRelation, Span

MAX_GAP_WORDS = 1
"""Content runs this few words apart are one: a lone missed word inside a content is the model's slip
(chosen on held-out training articles, reports/evaluation/attribution.md)."""


@dataclass(frozen=True, slots=True)
class Words:
    """Offsets of the words of one window, arrays of shape ``(words,)``."""

    starts: np.ndarray
    ends: np.ndarray

    def span(self, start: int, end: int) -> Span:
        """The text span of the half-open word span."""
        return Span(int(self.starts[start]), int(self.ends[end - 1]))


def relation(
    words: Words, cue: tuple[int, int], cue_probability: float, roles: np.ndarray
) -> AttributionRelation | None:
    """The relation of one cue, or ``None`` where nothing is its content.

    Parameters
    ----------
    words
        The window's words.
    cue
        Half-open word span of the cue.
    cue_probability
        In [0, 1].
    roles
        Probabilities ``(words, 3)`` of none, source and content of this cue.
    """
    best = roles.argmax(axis=1)
    best[cue[0] : cue[1]] = 0
    contents = _joined(runs((best == PAIR_CONTENT).tolist()), best)
    if not contents:
        return None
    sources = runs((best == PAIR_SOURCE).tolist())
    source = max(sources, key=lambda s: roles[s[0] : s[1], PAIR_SOURCE].sum()) if sources else None
    kept = [roles[s:e, PAIR_CONTENT].mean() for s, e in contents]
    kept += [roles[source[0] : source[1], PAIR_SOURCE].mean()] if source else []
    return AttributionRelation(
        source=words.span(*source) if source else None,
        cue=words.span(*cue),
        contents=tuple(words.span(*content) for content in contents),
        probability=float(cue_probability * np.mean(kept)),
    )


def _joined(contents: list[tuple[int, int]], best: np.ndarray) -> list[tuple[int, int]]:
    """Join runs that only a few words without a role keep apart."""
    joined: list[tuple[int, int]] = []
    for start, end in contents:
        if joined and start - joined[-1][1] <= MAX_GAP_WORDS and not best[joined[-1][1] : start].any():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def parents(relations: Sequence[AttributionRelation]) -> list[int | None]:
    """For each relation the index of the one that it stands in: the tightest whose content holds its cue.

    A cue that two contents hold in common has the shorter as its parent, so that following the
    parents yields the chain from the inside out. A relation never stands in one that stands in it.
    """
    contents = [(c.start, c.end, i) for i, relation in enumerate(relations) for c in relation.contents]
    starts, ends, owners = (np.array(column, dtype=np.int64) for column in zip(*contents, strict=True)) if contents else ((),) * 3
    found: list[int | None] = []
    for i, inner in enumerate(relations):
        anchor = inner.cue or inner.source
        if anchor is None:
            found.append(None)
            continue
        holders = {int(j) for j in owners[(starts <= anchor.start) & (anchor.end <= ends)]} - {i}
        outer = [j for j in holders if not _holds(inner, relations[j])]
        found.append(min(outer, key=lambda j: (_length(relations[j]), j)) if outer else None)
    return found


def _holds(outer: AttributionRelation, inner: AttributionRelation) -> bool:
    anchor = inner.cue or inner.source
    return anchor is not None and any(content.contains(anchor) for content in outer.contents)


def _length(relation: AttributionRelation) -> int:
    return sum(span.end - span.start for span in relation.contents)


def chain(index: int, parent: Sequence[int | None]) -> list[int]:
    """Indices of the relations from the outermost to ``index``."""
    path = [index]
    while (above := parent[path[-1]]) is not None and above not in path:
        path.append(above)
    return path[::-1]


def children(parent: Sequence[int | None]) -> dict[int, list[int]]:
    """The relations that stand directly in each, by index."""
    below: dict[int, list[int]] = {}
    for i, above in enumerate(parent):
        if above is not None:
            below.setdefault(above, []).append(i)
    return below
