"""Which found claim matches which labelled claim, and which found spans match which labelled spans.

Claims are paired by the words that they cover; a word is a run of letters, digits and underscores. The yardsticks have
the same definitions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from scoring.schema import Span
from scoring.text.spans import jaccard
from training.labels.corpora import Spans

LEAST = 0.5
"""Jaccard index of words from which two claims, or two contents, are the same."""
_WORD = re.compile(r"\w+")

T = TypeVar("T")


def words(text: str, spans: Iterable[Span]) -> frozenset[int]:
    """Offsets at which the words in the spans begin; a word that a span cuts begins at the cut."""
    return frozenset(span.start + word.start() for span in spans for word in _WORD.finditer(span.of(text)))


def paired(
    text: str, gold: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]], least: float = LEAST
) -> list[tuple[int, int]]:
    """Pairs of a labelled and a found claim, one to one, the most alike first.

    Parameters
    ----------
    text
        The text in which all offsets count.
    gold, found
        The spans of each claim.
    least
        Jaccard index of words that a pair must reach.

    Returns
    -------
    list of (int, int)
        Indices in ``gold`` and ``found``. Of pairs that are equally alike, those of later claims come first.
    """
    mine, theirs = ([words(text, spans) for spans in claims] for claims in (gold, found))
    at: dict[int, list[int]] = defaultdict(list)
    for j, inside in enumerate(theirs):
        for word in inside:
            at[word].append(j)
    near = {(i, j) for i, inside in enumerate(mine) for word in inside for j in at[word]}
    alike = [(jaccard(mine[i], theirs[j]), i, j) for i, j in near]
    left, right = set(range(len(gold))), set(range(len(found)))
    pairs = []
    for likeness, i, j in sorted(alike, reverse=True):
        if likeness >= least and i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((i, j))
    return pairs


def most_pairs(gold: Sequence[T], found: Sequence[T], same: Callable[[T, T], bool]) -> int:
    """The most pairs of members that are the same, each member in one pair (Hopcroft & Karp 1973)."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    table = np.array([[same(a, b) for b in found] for a in gold], dtype=np.int8)
    if not table.any():
        return 0
    return int((maximum_bipartite_matching(csr_matrix(table)) >= 0).sum())


def normal(spans: Spans, text: str) -> Spans:
    """Spans without marks and spaces at their ends, joined if only marks and spaces stand between them.

    Annotators differ on whether a final stop or quotation mark belongs to a span, so this is not measured.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        inner = [i for i in range(start, end) if text[i].isalnum()]
        if not inner:
            continue
        if joined and not any(c.isalnum() for c in text[joined[-1][1] : inner[0]]):
            joined[-1] = (joined[-1][0], max(joined[-1][1], inner[-1] + 1))
        else:
            joined.append((inner[0], inner[-1] + 1))
    return tuple(joined)
