"""Arithmetic of spans over a text: trimming, subtracting, counting words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from scoring.schema import Sentence, Span
from scoring.text.words import WORD

_EDGES = frozenset(" \t\n,;:—–-\u00a0")
_QUOTES = re.compile('[“”"«»]')


def trimmed(text: str, span: Span) -> Span | None:
    """The span without separators at its ends or quotation marks around the whole; ``None`` if no word is left.

    A single mark at an end, whose partner stands outside the span, is removed, too.
    """
    start, end = _within_edges(text, span.start, span.end)
    marks = [m.start() for m in _QUOTES.finditer(text, start, end)]
    if marks and marks[0] == start and (len(marks) == 1 or marks == [start, end - 1]):
        start += 1
    if marks and marks[-1] == end - 1 and len(marks) <= 2 and (len(marks) == 1 or start == marks[0] + 1):
        end -= 1
    start, end = _within_edges(text, start, end)
    return Span(start, end) if WORD.search(text, start, end) else None


def _within_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def minus(text: str, whole: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What is left of ``whole`` without ``taken``, trimmed, in order; empty pieces are left out."""
    start = whole.start
    for part in sorted(part for part in taken if part.overlaps(whole)):
        if (rest := trimmed(text, Span(start, max(start, part.start)))) is not None:
            yield rest
        start = max(start, part.end)
    if (rest := trimmed(text, Span(start, max(start, whole.end)))) is not None:
        yield rest


def sentences_of(sentences: Sequence[Sentence], span: Span) -> range:
    """Indices of the sentences that share a code point with the span; sentences are in order and disjoint."""
    first = bisect_right(sentences, span.start, key=lambda s: s.span.end)
    return range(first, max(first, bisect_left(sentences, span.end, key=lambda s: s.span.start)))


def first_from(places: Sequence[int], least: int, otherwise: int) -> int:
    """The first of the places, which are in order, that is at least ``least``; ``otherwise`` if there is none."""
    i = bisect_left(places, least)
    return places[i] if i < len(places) else otherwise


class Stretches:
    """Stretches of a text, joined where they overlap, so that :meth:`touch` is a quick search."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for span in sorted(spans):
            if self._ends and span.start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], span.end)
            else:
                self._starts.append(span.start)
                self._ends.append(span.end)

    def touch(self, span: Span) -> bool:
        """Whether the span shares a code point with one of the stretches."""
        return bisect_left(self._starts, span.end) > bisect_right(self._ends, span.start)


def jaccard(one: Set[Any], other: Set[Any]) -> float:
    """Number of shared members divided by that of all members (Jaccard's index), in [0, 1]; 0 for two empty sets."""
    return len(one & other) / max(1, len(one | other))
