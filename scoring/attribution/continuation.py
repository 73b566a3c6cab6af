"""Attributions that reach over paragraphs: quotations that go on, quoted blocks, introduced lists, spoken lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.attribution.judgements import Judgements
from scoring.attribution.labels import BASES
from scoring.attribution.quotes import Mask, share
from scoring.attribution.windows import paragraphs
from scoring.lexicons import knows_cue
from scoring.names import looks_like_person
from scoring.schema import AttributionRelation, Basis, Document, Group, Sentence, Span
from scoring.source_nouns import source_noun_type
from scoring.spans import sentences_of

_SOURCE_LINE = re.compile(r"^[ \t]*(?:Source|Via|From)\s*:\s*(?P<source>\S[^\n]*?)[ \t]*$", re.M)
_BLOCK = re.compile(r"^[ \t]*((?:Quote|Direct quote|Statement|Full text|Transcript)\s*:)\s*(?=[“\"«])", re.M)
_LIST = re.compile(
    r"^[ \t]*((?:To quote|According to|Quoting|In the words of|As listed by|From)\s)(?P<source>[^\n:]{3,120}?)"
    r"(?:\s+(?:on|of|for|as of|dated)\s+[^\n:]{3,30})?:[ \t]*$",
    re.M,
)
_SPOKEN = re.compile(r"^[ \t]*(?P<source>[A-Z][^\n:;,.!?“”\"«»]{2,60})(?P<cue>:)[ \t]*(?=[“\"«])", re.M)
_SECTION = re.compile(r"^\s*(?:Details|Background|Reminder|Quote|Source|Note|Context|Analysis)\s*:")
_OPENING = re.compile(r"[\s(\[]*[“\"«]")
SOURCED = [BASES.index(basis) + 1 for basis in Basis if basis.group is not Group.UNSOURCED]
"""Labels of the bases that have a source."""
MOSTLY_QUOTED = 0.8
"""A paragraph that opens with a quotation mark and is quoted to this share of its words goes on with the last speaker
(of such paragraphs without a cue in the labelled training articles all belong to the speaker before)."""


def continued(
    document: Document, relations: Sequence[AttributionRelation], mask: Mask
) -> tuple[AttributionRelation, ...]:
    """The relations, with those added that blocks, lists and quotations over paragraphs make."""
    frames = [*_blocks(document), *_lists(document)]
    framed = [f for f in frames if f.source]
    kept = [r for r in relations if not any(_same(r, frame) for frame in framed)]
    spoken = [line for line in _spoken(document) if not any(_touch(line, r) for r in (*framed, *kept))]
    return _with_following_paragraphs(document, (*framed, *kept, *spoken), mask)


def _spoken(document: Document) -> Iterator[AttributionRelation]:
    """A paragraph ``Name or office: "…"`` as in interviews and transcripts; a sentence before the colon is none."""
    text = document.text
    for match in _SPOKEN.finditer(text):
        source = Span(*match.span("source"))
        named = looks_like_person(match["source"], text) or source_noun_type(match["source"])
        contents = _pieces(document, Span(match.end(), _closing(text, match.end())))
        if named and contents and not _SECTION.match(match.group()) and not knows_cue(match["source"].split()[-1]):
            yield AttributionRelation(source, Span(*match.span("cue")), contents)


def _touch(spoken: AttributionRelation, relation: AttributionRelation) -> bool:
    spans = [s for s in (relation.source, relation.cue, *relation.contents) if s]
    return any(s.overlaps(c) for s in spans for c in (*spoken.contents, spoken.source) if c)


def _same(relation: AttributionRelation, frame: AttributionRelation) -> bool:
    """Whether the model found the frame itself, whole or in part."""
    cues = relation.cue and frame.cue and relation.cue.overlaps(frame.cue)
    return bool(cues or (relation.source and relation.source == frame.source))


def _blocks(document: Document) -> Iterator[AttributionRelation]:
    """``Quote: "…`` until its closing mark, said by the ``Source:`` line or "To quote X:" before it."""
    text = document.text
    for match in _BLOCK.finditer(text):
        lines = (_SOURCE_LINE.finditer(text, 0, match.start()), _LIST.finditer(text, 0, match.start()))
        named = max((m for found in lines for m in found), key=lambda m: m.start(), default=None)
        end = _closing(text, match.end())
        contents = _pieces(document, Span(match.end(), end))
        if named and contents:
            source = Span(*named.span("source"))
            yield AttributionRelation(source, Span(match.start(1), match.end(1)), contents)


def _closing(text: str, opening: int) -> int:
    """Where the quotation that opens at ``opening`` ends, over paragraphs; the end of its paragraph if never."""
    mark = {"“": "”", "«": "»"}.get(text[opening], '"')
    sections = [m.start() for m in re.finditer(r"^[^\n]+$", text[opening:], re.M) if _SECTION.match(m.group())]
    limit = opening + sections[0] if sections else len(text)
    closing = re.compile(re.escape(mark) + r"[.,]?[ \t]*$", re.M)
    found = closing.search(text, opening + 1, limit)
    line_end = text.find("\n", opening)
    return found.end() if found else (line_end if line_end >= 0 else len(text))


def _lists(document: Document) -> Iterator[AttributionRelation]:
    """Paragraphs after a line like "To quote the institute's Key Takeaways on 12 March:"."""
    text = document.text
    for match in _LIST.finditer(text):
        end = _list_end(document, match.end())
        contents = _pieces(document, Span(match.end(), end))
        if contents:
            yield AttributionRelation(Span(*match.span("source")), Span(match.start(1), match.end(1) - 1), contents)


def _list_end(document: Document, start: int) -> int:
    """A list ends at a new section, at what is skipped for more than an advertisement, or with the text."""
    stops = [s.span.start for s in document.skipped if s.span.start >= start and s.reason != "advertisement"]
    for line_start, line_end in paragraphs(document.text):
        if line_start >= start and _SECTION.match(document.text[line_start:line_end]):
            stops.append(line_start)
    return min(stops, default=len(document.text))


def _pieces(document: Document, whole: Span) -> tuple[Span, ...]:
    """The paragraphs within ``whole`` that are not skipped."""
    found = []
    for start, end in paragraphs(document.text):
        piece = Span(max(start, whole.start), min(end, whole.end))
        shown = not any(s.span.overlaps(piece) for s in document.skipped)
        if piece.start < piece.end and shown and piece.of(document.text).strip():
            found.append(piece)
    return tuple(found)


def _with_following_paragraphs(
    document: Document, relations: Sequence[AttributionRelation], mask: Mask
) -> tuple[AttributionRelation, ...]:
    """Give a quoted paragraph without a speaker to the speaker of the quotation before it."""
    found = sorted(relations, key=_position)
    for start, end in paragraphs(document.text):
        span = Span(start, end)
        if not _OPENING.match(document.text, start) or share(document.text, mask, [span]) < MOSTLY_QUOTED:
            continue
        inside = [r for r in found if any(c.overlaps(span) for c in r.contents)]
        speaker = _last_speaker(found, span, mask)
        if speaker is None or any(r.source for r in inside):
            continue
        found = [r for r in found if r not in inside]
        found.append(replace(speaker, cue=None, contents=(span,)))
        found.sort(key=_position)
    return tuple(found)


def _last_speaker(relations: Sequence[AttributionRelation], paragraph: Span, mask: Mask) -> AttributionRelation | None:
    """The last relation before the paragraph, if it has a source and a quotation."""
    before = [r for r in relations if _position(r) < paragraph.start and r.source]
    if not before or not any(any(mask[c.start : c.end]) for c in before[-1].contents):
        return None
    return before[-1]


def _position(relation: AttributionRelation) -> int:
    return relation.contents[0].start


def carried_on(
    relations: Sequence[AttributionRelation],
    sentences: Sequence[Sentence],
    judgements: Judgements,
    least: float,
) -> tuple[AttributionRelation, ...]:
    """The relations, and those of sentences without a cue that go on with the account of the source before them.

    A sentence goes on where no relation touches it, the model gives it a source with at least the probability
    ``least``, and the last source before it was named in its paragraph or the one before.
    """
    if not len(judgements.starts):
        return tuple(relations)
    touched = {
        i for r in relations for span in (r.source, r.cue, *r.contents) if span for i in sentences_of(sentences, span)
    }
    homes: dict[int, AttributionRelation] = {}
    for relation in relations:
        for i in sentences_of(sentences, relation.contents[-1]) if relation.source else ():
            homes[i] = relation
    found = list(relations)
    last: tuple[int, AttributionRelation] | None = None
    for i, sentence in enumerate(sentences):
        last = (sentence.paragraph, homes[i]) if i in homes else last
        if i in touched or last is None or sentence.paragraph - last[0] > 1:
            continue
        bases = judgements.probabilities("basis", [sentence.span])
        probability = float(bases[SOURCED].sum()) if bases is not None else 0.0
        if probability >= least:
            found.append(replace(last[1], cue=None, contents=(sentence.span,), probability=probability))
            last = (sentence.paragraph, last[1])
    return tuple(sorted(found, key=_position))
