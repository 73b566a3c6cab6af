"""Attributions that reach over paragraphs: quotations that go on, quoted blocks, introduced lists, spoken lines."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.schema import AttributionRelation, Document, Span
from scoring.text.lexicons import knows_cue
from scoring.text.names import looks_like_person
from scoring.text.quotes import Mask, share
from scoring.text.sentences import paragraphs
from scoring.text.source_nouns import source_noun_type
from scoring.text.spans import Stretches, first_from
from scoring.word_lists import either

_SOURCE_LINE = re.compile(r"^[ \t]*(?:Source|Via|From)\s*:\s*(?P<source>\S[^\n]*?)[ \t]*$", re.M)
_BLOCK = re.compile(rf"^[ \t]*({either('labels of a quotation')}\s*:)\s*(?=[“\"«])", re.M)
_LIST = re.compile(
    rf"^[ \t]*({either('openings of a list')}\s)(?P<source>[^\n:]{{3,120}}?)"
    r"(?:\s+(?:on|of|for|as of|dated)\s+[^\n:]{3,30})?:[ \t]*$",
    re.M,
)
_SPOKEN = re.compile(r"^[ \t]*(?P<source>[A-Z][^\n:;,.!?“”\"«»]{2,60})(?P<cue>:)[ \t]*(?=[“\"«])", re.M)
_SECTION = re.compile(rf"\s*{either('labels of a section')}\s*:")
_CLOSING = {mark: re.compile(mark + r"[.,]?[ \t]*$", re.M) for mark in '”»"'}
_OPENING = re.compile(r"[\s(\[]*[“\"«]")
MOSTLY_QUOTED = 0.8
"""A paragraph that opens with a quotation mark and has at least this share of its words in quotation marks continues
the last speaker: in the labelled training articles, all such paragraphs without a cue belong to the speaker before."""


def continued(
    document: Document, relations: Sequence[AttributionRelation], mask: Mask
) -> tuple[AttributionRelation, ...]:
    """The relations, and those that quoted blocks, lists and quotations over several paragraphs add."""
    lines = _Lines(document)
    framed = [f for f in (*_blocks(lines), *_lists(lines)) if f.source]
    kept = _without_frames(relations, framed)
    taken = Stretches(span for relation in (*framed, *kept) for span in relation.spans)
    spoken = [r for r in _spoken(lines) if not any(taken.touch(s) for s in (*r.contents, r.source) if s)]
    return _with_following_paragraphs(lines, (*framed, *kept, *spoken), mask)


def _without_frames(
    relations: Sequence[AttributionRelation], frames: Sequence[AttributionRelation]
) -> list[AttributionRelation]:
    """Leave out relations that have the cue or source of a frame: the frame's own relation replaces them."""
    cues = Stretches(frame.cue for frame in frames if frame.cue)
    sources = {frame.source for frame in frames}
    return [r for r in relations if not (r.cue and cues.touch(r.cue)) and not (r.source and r.source in sources)]


class _Lines:
    """The lines of an article, and where its quotations, sections and lists begin and end, each looked up once."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.paragraphs = list(paragraphs(self.text))
        self.skipped = Stretches(s.span for s in document.skipped)
        self.blocks = list(_BLOCK.finditer(self.text))
        self.lists = list(_LIST.finditer(self.text))
        self.spoken = list(_SPOKEN.finditer(self.text))
        sections = [start for start, end in self.paragraphs if _SECTION.match(self.text[start:end])]
        self._openings = sorted({*sections, *(m.start() for m in (*self.blocks, *self.spoken))})
        stops = [s.span.start for s in document.skipped if s.reason != "advertisement"]
        self._list_ends = sorted({*sections, *stops, *(m.start() for m in self.lists)})
        self._closings = {mark: [m.span() for m in pattern.finditer(self.text)] for mark, pattern in _CLOSING.items()}

    def closing(self, opening: int) -> int:
        """Where the quotation that opens at ``opening`` ends; the end of its paragraph if it is never closed.

        It may run over paragraphs, but not into the next section or the next line that names a speaker.
        """
        closings = self._closings[{"“": "”", "«": "»"}.get(self.text[opening], '"')]
        limit = first_from(self._openings, opening + 1, len(self.text))
        place = bisect_left(closings, opening + 1, key=lambda span: span[0])
        if place < len(closings) and closings[place][1] <= limit:
            return closings[place][1]
        line_end = self.text.find("\n", opening)
        return line_end if line_end >= 0 else len(self.text)

    def list_end(self, start: int) -> int:
        """A list ends at a new section or list, at a skipped stretch that is no advertisement, or with the text."""
        return first_from(self._list_ends, start, len(self.text))

    def pieces(self, start: int, end: int) -> tuple[Span, ...]:
        """The paragraphs within the stretch that are not skipped."""
        first = bisect_right(self.paragraphs, start, key=lambda line: line[1])
        last = bisect_left(self.paragraphs, end, key=lambda line: line[0])
        cut = (Span(max(s, start), min(e, end)) for s, e in self.paragraphs[first:last])
        return tuple(p for p in cut if p.start < p.end and not self.skipped.touch(p) and p.of(self.text).strip())


def _spoken(lines: _Lines) -> Iterator[AttributionRelation]:
    """Paragraphs ``Name or office: "…"`` as in interviews; what ends with a reporting verb is no name or office."""
    for match in lines.spoken:
        source = Span(*match.span("source"))
        named = looks_like_person(match["source"], lines.text) or source_noun_type(match["source"])
        contents = lines.pieces(match.end(), lines.closing(match.end()))
        if named and contents and not _SECTION.match(match.group()) and not knows_cue(match["source"].split()[-1]):
            yield AttributionRelation(source, Span(*match.span("cue")), contents)


def _blocks(lines: _Lines) -> Iterator[AttributionRelation]:
    """``Quote: "…`` up to its closing mark; the ``Source:`` line or "To quote X:" before it names the speaker."""
    credits = sorted((*_SOURCE_LINE.finditer(lines.text), *lines.lists), key=lambda match: match.start())
    for match in lines.blocks:
        place = bisect_left(credits, match.start(), key=lambda credit: credit.start()) - 1
        while place >= 0 and credits[place].end() > match.start():
            place -= 1
        contents = lines.pieces(match.end(), lines.closing(match.end()))
        if place >= 0 and contents:
            yield AttributionRelation(Span(*credits[place].span("source")), Span(*match.span(1)), contents)


def _lists(lines: _Lines) -> Iterator[AttributionRelation]:
    """Paragraphs after a line such as "To quote the institute's Key Takeaways on 12 March:"."""
    for match in lines.lists:
        contents = lines.pieces(match.end(), lines.list_end(match.end()))
        if contents:
            yield AttributionRelation(Span(*match.span("source")), Span(match.start(1), match.end(1) - 1), contents)


def _with_following_paragraphs(
    lines: _Lines, relations: Sequence[AttributionRelation], mask: Mask
) -> tuple[AttributionRelation, ...]:
    """Attribute a quoted paragraph without a speaker to the speaker of the quotation before it."""
    ordered = sorted(relations, key=_position)
    inside = _by_paragraph(lines, ordered)
    sourced = [i for i, relation in enumerate(ordered) if relation.source]
    following: list[AttributionRelation] = []
    unspoken: set[int] = set()
    speaker: AttributionRelation | None = None
    passed = 0
    for number, (start, end) in enumerate(lines.paragraphs):
        while passed < len(sourced) and _position(ordered[sourced[passed]]) < start:
            speaker = ordered[sourced[passed]]
            passed += 1
        if speaker is None or any(ordered[i].source for i in inside[number]) or not _OPENING.match(lines.text, start):
            continue
        span = Span(start, end)
        if share(lines.text, mask, [span]) >= MOSTLY_QUOTED and _quotes(speaker, mask):
            unspoken.update(inside[number])
            speaker = replace(speaker, cue=None, contents=(span,))
            following.append(speaker)
    kept = (relation for i, relation in enumerate(ordered) if i not in unspoken)
    return tuple(sorted((*kept, *following), key=_position))


def _by_paragraph(lines: _Lines, relations: Sequence[AttributionRelation]) -> list[list[int]]:
    """For each paragraph, the indices of the relations with a content in it."""
    inside: list[list[int]] = [[] for _ in lines.paragraphs]
    for i, relation in enumerate(relations):
        for content in relation.contents:
            first = bisect_right(lines.paragraphs, content.start, key=lambda line: line[1])
            last = bisect_left(lines.paragraphs, content.end, key=lambda line: line[0])
            for number in range(first, last):
                inside[number].append(i)
    return inside


def _quotes(relation: AttributionRelation, mask: Mask) -> bool:
    return any(mask.find(1, c.start, c.end) >= 0 for c in relation.contents)


def _position(relation: AttributionRelation) -> int:
    return relation.contents[0].start
