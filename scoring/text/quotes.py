"""Where a text stands in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.schema import Form, Span
from scoring.text.words import RUN

CLOSINGS = {
    "“": ("”",), "„": ("“", "”", "‟", '"'), '"': ('"',), "«": ("»",), "»": ("«",), "‹": ("›",), "›": ("‹",),
    "「": ("」",), "『": ("』",), "``": ("''", '"'), "‘‘": ("’’", "”"), "‘": ("’",), "'": ("'",),
}  # fmt: skip
"""Marks that open a quotation, in the manner of any language or typewriter, with those that close it."""
OPENING_MARKS, CLOSING_MARKS = '“„"«‹「『', '”“‟"»›」』'
"""Single characters that open and close quotations and nothing else; an apostrophe is not among them."""
_DOUBTFUL = ("»", "›")
"""Marks that open a quotation only if it is closed in its line: before a list's item or a link they are bullets."""
_MARKS = re.compile(
    r"""``|''|‘‘|’’|[“”„‟"«»‹›「」『』\n]|(?<!\w)‘|’(?!\w)|(?:(?<=[\s(:])|^)'(?=\w)|(?<=[.,!?\w])'(?=[\s.,;)]|$)""",
    re.M,
)
_CLOSING = re.compile(rf"[.,!?…]*[{CLOSING_MARKS}]")

Mask = bytearray
"""One byte a code point: 1 inside double, angular or single quotation marks, 0 outside."""


def quoted(text: str) -> Mask:
    """Mark what stands in quotation marks; a quotation without a closing mark ends with its paragraph.

    Straight marks open and close in turn; an apostrophe is never read as a quotation mark.
    """
    mask = bytearray(len(text))
    opened: str | None = None
    start = 0
    for match in _MARKS.finditer(text):
        mark, place = match.group(), match.start()
        if opened and (mark == "\n" or mark in CLOSINGS[opened]):
            if mark != "\n" or opened != "'":  # one left open was an apostrophe: the '90s
                mask[start:place] = b"\x01" * (place - start)
            opened = None
        elif opened is None and mark in CLOSINGS and (mark not in _DOUBTFUL or _is_closed(text, match.end(), mark)):
            opened, start = mark, match.end()
    if opened and opened != "'":
        mask[start:] = b"\x01" * (len(text) - start)
    return mask


def _is_closed(text: str, start: int, mark: str) -> bool:
    """Whether the mark that opens a quotation here is closed in its line."""
    line = text.find("\n", start)
    return any(text.find(closing, start, line if line >= 0 else len(text)) >= 0 for closing in CLOSINGS[mark])


def with_marks(text: str, span: Span) -> Span:
    """The span with the quotation marks directly before and after it, and stops before the closing mark."""
    start = span.start - (span.start > 0 and text[span.start - 1] in OPENING_MARKS)
    closing = _CLOSING.match(text, span.end)
    return Span(start, closing.end() if closing else span.end)


def share(text: str, mask: Mask, spans: Sequence[Span]) -> float:
    """Share in [0, 1] of the words of ``spans`` that stand in quotation marks."""
    inside = [mask[m.start()] for span in spans for m in RUN.finditer(text, span.start, span.end)]
    return sum(inside) / len(inside) if inside else 0.0


def form(text: str, mask: Mask, spans: Sequence[Span]) -> Form:
    """Direct if every word is quoted, indirect if none is, otherwise mixed."""
    part = share(text, mask, spans)
    return Form.DIRECT if part == 1 else Form.INDIRECT if part == 0 else Form.MIXED
