"""Offsets: whether they lie in a text and between its characters; UTF-16 code units are turned into code points."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scoring.schema import Span

_HALF = re.compile("[\ud800-\udfff]")
Place = Callable[[Any, Any], Span | str]
"""Start and end as a file gives them → the span in code points, or what is wrong with them."""


def by_points(text: str) -> Place:
    """Offsets in code points."""
    return lambda start, end: _span(start, end, len(text), "characters")


def by_units(text: str) -> Place:
    """Offsets in UTF-16 code units, as JavaScript counts: a character beyond U+FFFF is two."""
    if text.isascii() or max(text) <= "\uffff":
        return by_points(text)
    points: list[int | None] = []
    for number, char in enumerate(text):
        points += [number] if char <= "\uffff" else [number, None]
    points.append(len(text))

    def place(start: Any, end: Any) -> Span | str:
        span = _span(start, end, len(points) - 1, "UTF-16 code units")
        if isinstance(span, str):
            return span
        first, last = points[span.start], points[span.end]
        if first is None or last is None:
            inside = span.start if first is None else span.end
            return f"offset {inside} lies inside a character (between the halves of a surrogate pair); move it by one"
        return Span(first, last)

    return place


def without_returns(text: str, count: Callable[[str], Place]) -> Place:
    """Offsets that count as ``count`` does, but with CR LF as one character."""
    if "\r\n" not in text:
        return count(text)
    starts = [at for at, char in enumerate(text) if char != "\n" or text[at - 1 : at] != "\r"]
    starts.append(len(text))
    inner = count(text.replace("\r\n", "\n"))

    def place(start: Any, end: Any) -> Span | str:
        span = inner(start, end)
        return span if isinstance(span, str) else Span(starts[span.start], starts[span.end])

    return place


def units(text: str) -> Callable[[int], int]:
    """Code points → UTF-16 code units."""
    if text.isascii() or max(text) <= "\uffff":
        return int
    counted = [0]
    for char in text:
        counted.append(counted[-1] + (1 if char <= "\uffff" else 2))
    return counted.__getitem__


def _span(start: Any, end: Any, length: int, counted: str) -> Span | str:
    for name, offset in (("start", start), ("end", end)):
        if isinstance(offset, bool) or not isinstance(offset, int):
            return f"{name} {str(offset)[:40]!r} is no offset; give a whole number of {counted}"
    if not 0 <= start < end <= length:
        return f"the span {start}–{end} is not within the text's {length:,} {counted}; give 0 ≤ start < end ≤ {length}"
    return Span(start, end)


def sound(text: Any) -> str | None:
    """What is wrong with a text: it is no string, is empty, or holds half a character; ``None`` if nothing is wrong."""
    if not isinstance(text, str):
        return f"text is {'missing' if text is None else type(text).__name__}; give the article's text as a string"
    if not text.strip("\ufeff\u200b \n\t\r\f\v\xa0"):
        return "the text is empty; give an article"
    if _HALF.search(text):
        return "the text holds half a character (a lone surrogate); export it anew in UTF-8"
    return None
