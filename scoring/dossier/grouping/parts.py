"""A claim of several sentences or clauses → its parts, each of which says one thing.

A source's words are one claim of an article, however long they are: "There were no injuries and that the roof had
collapsed". Another article may pass on one half of them. So claims are compared part by part; a part has the claim's
sources and its strength.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scoring.schema import Claim, Document, Hedge, Report, Span
from scoring.word_lists import either

LEAST_WORDS = 3
"""Words that a part has at least."""
_SUBJECT = either("subjects of a clause")
_VERB = either("verbs of a clause")
_CUT = re.compile(
    r"[.!?…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])"
    r"|;\s+"
    r"|,?\s+(?:and|but)\s+(?=that\s)"
    rf"|,\s+(?:and|but|while|whereas)\s+(?={_SUBJECT}\b)"
    rf"|,\s+but\s+(?={either('determiners behind but')}\s)"
    rf"|(?<=\w),\s+and\s+(?=(?:{either('determiners behind and')}|[A-Z]\w+)\s(?:[\w’'-]+\s){{1,6}}{_VERB}\b)"
)
_STATES = re.compile(rf"\b{_VERB}\b|\w{{3}}ed\b|\bsaid\b")
"""A verb. Words before a comma that hold no verb are an item of a list."""
_INITIAL = re.compile(r"(?:^|[\s(])(?:[A-Z]|[A-Z][a-z]{0,3}|No|vs|etc)\.[\"'”’)\]]*\s+$")
"""A full stop that does not end a sentence: "J. Smith", "Mr. Smith", "No. 5"."""
_CONJUNCTION = re.compile(r"(?:and|but)\s+(?=\S+\s+\S)")
_GOES_ON = re.compile(r"(?:and|but)(?:\s+\S+){4}")
"""A quotation taken up again behind who said it: "and we are not going to pay one"."""
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*\s*$")


def in_parts(report: Report) -> Report:
    """The report with each claim that says several things as several ratings, alike but for their spans and hedges."""
    parts = tuple(
        replace(rating, claim=part) for rating in report.ratings for part in _parts(rating.claim, report.document)
    )
    return report if len(parts) == len(report.ratings) else replace(report, ratings=parts)


def _parts(claim: Claim, document: Document) -> list[Claim]:
    pieces = [piece for span in claim.spans for piece in _pieces(span, document.text)]
    groups = _joined(pieces, document.text)
    if len(groups) < 2:
        return [claim]
    return [replace(claim, spans=group, hedges=_within(claim, group)) for group in groups]


def _within(claim: Claim, spans: tuple[Span, ...]) -> tuple[Hedge, ...]:
    """The hedges of a part: those that stand in it, and those outside the claim's words, which hold for all of it."""
    return tuple(
        hedge
        for hedge in claim.hedges
        if any(span.overlaps(hedge.span) for span in spans) or not any(s.overlaps(hedge.span) for s in claim.spans)
    )


def _pieces(span: Span, text: str) -> Iterator[Span]:
    """The stretch cut where a sentence or a clause ends, pieces of too few words left with what stands before them."""
    start = span.start
    for cut in _CUT.finditer(text, span.start, span.end):
        short = min(len(text[start : cut.start()].split()), len(text[cut.end() : span.end].split())) < LEAST_WORDS
        listed = cut.group().startswith(",") and not _STATES.search(text[start : cut.start()])
        if not short and not listed and not _INITIAL.search(text[start : cut.end()]):
            yield Span(start, _end(text, cut.start(), cut.end()))
            start = cut.end()
    yield Span(start, span.end)


def _trimmed(piece: Span, text: str) -> Span:
    """The piece without a conjunction at its beginning."""
    conjunction = _CONJUNCTION.match(text, piece.start, piece.end)
    return Span(conjunction.end(), piece.end) if conjunction else piece


def _end(text: str, start: int, end: int) -> int:
    """Where a piece ends: behind the mark of a sentence, before a conjunction."""
    marks = re.match(r"[.!?…]+[\"'”’)\]]*", text[start:end])
    return start + marks.end() if marks else start


def _joined(pieces: list[Span], text: str) -> list[tuple[Span, ...]]:
    """Pieces of one sentence together: "the loss … at nine million"; a new sentence or clause is a part of its own."""
    groups: list[list[Span]] = []
    for piece in pieces:
        if groups and not _begins(groups[-1][-1], piece, text):
            groups[-1].append(piece)
        else:
            groups.append([_trimmed(piece, text) if groups else piece])
    return [tuple(group) for group in groups]


def _begins(before: Span, piece: Span, text: str) -> bool:
    """Whether a piece says something new: behind a cut of its own clause, or where a sentence ended in between."""
    between = text[before.end : piece.start]
    if re.fullmatch(r"[\s;,]*(?:(?:and|but|while|whereas)\s+)?", between) or _GOES_ON.match(piece.of(text)):
        return True
    ended = _ENDED.search(text[before.start : before.end]) or re.search(r"[.!?;]", between)
    return bool(ended) and len(piece.of(text).split()) >= LEAST_WORDS
