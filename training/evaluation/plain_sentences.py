"""Words, sentences and quotation marks of a text as the yardstick of attribution counts them.

These are kept simple so that figures of different systems compare, whatever splitter each of them has; what the product
itself reads by is ``scoring/text/sentences.py`` and ``scoring/text/quotes.py``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from scoring.schema import Span
from scoring.word_lists import words
from training.labels.corpora import Spans

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_STOP = re.compile(r"([.!?…]+)[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9])")
_BEFORE = re.compile(r"[\w.]*\Z")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
ABBREVIATIONS = words("abbreviations of the yardstick", "titles of the yardstick")
"""Words after which a single full stop ends no sentence."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text by words: where each stands, which are quoted, and which sentence each belongs to."""

    text: str
    words: tuple[Span, ...]
    quoted: frozenset[int]
    sentence: dict[int, int]

    def covered(self, spans: Spans) -> frozenset[int]:
        """The numbers of the words that share a character with any of the spans."""
        ends = [word.end for word in self.words]
        starts = [word.start for word in self.words]
        return frozenset(i for s, e in spans for i in range(bisect_right(ends, s), bisect_left(starts, e)))


def plain(text: str) -> Plain:
    """Read a text."""
    words = tuple(Span(*match.span()) for match in _WORD.finditer(text))
    marks = _within_quotes(text)
    bare = Plain(text, words, frozenset(i for i, word in enumerate(words) if word.start in marks), {})
    home: dict[int, int] = {}
    for number, sentence in enumerate(_sentences(text)):
        for word in bare.covered(((sentence.start, sentence.end),)):
            home.setdefault(word, number)
    return Plain(text, words, bare.quoted, home)


def _sentences(text: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in _STOP.finditer(text, line.start(), line.end()):
            if stop.group(1) == "." and _abbreviated(text[start : stop.start()]):
                continue
            yield Span(start, stop.end())
            start = stop.end()
        yield Span(start, line.end())


def _abbreviated(before: str) -> bool:
    match = _BEFORE.search(before)
    word = match.group() if match else ""
    return word.lower() in ABBREVIATIONS or bool(_INITIALS.fullmatch(word))


def _within_quotes(text: str) -> frozenset[int]:
    """Characters between double quotation marks; straight ones open and close in turn, a line's end closes."""
    inside: set[int] = set()
    opened = False
    for place, mark in enumerate(text):
        if mark in '“”"\n':
            opened = mark == "“" or (mark == '"' and not opened)
        if opened:
            inside.add(place)
    return frozenset(inside)
