"""Document → sentences with exact offsets, outside the skipped parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sentencex

from scoring.schema import Document, Sentence, Skipped, Span
from scoring.word_lists import either

INLINE = frozenset({"markup", "footnote"})
"""Reasons of skipped stretches that may lie inside a sentence; all others end one."""

_QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»', " "))
_SINGLE_QUOTES = re.compile(r"(?<!\w)['‘’‚]|['‘’](?!\w)")
_CLOSERS = re.compile(r"[^\s“„«‘(\[]*")
_FIRST_LETTER = re.compile(r"\W*(?!al-|el-)([^\W\d_])([A-Z])?")
_ORDINAL = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])[.)]\s*$")
_ASKED = re.compile(r"[?!]\s?['\"”’»]\s*$")
_ABBREVIATED = re.compile(
    rf"\b(?:{either('titles inside a sentence', capital=True)}|{either('abbreviations inside a sentence')})\.\s*$"
)
_INITIAL = re.compile(
    r"(?<!plan)(?<!vitamin)(?<!group)(?<!type)(?<!hepatitis)(?:^|[\s(])(?-i:[A-HJ-WYZ])\.\s+$", re.IGNORECASE
)
_CLOCK = re.compile(r"\b[ap]\.m\.\s*$")
_CLOCK_GOES_ON = re.compile(
    rf"\s*\(?(?:{either('weekdays', capital=True)}|{either('time zones')}|{either('months behind a time of day')})\b"
)
_DOMAIN = re.compile(rf"{either('domain endings behind a full stop')}\b", re.IGNORECASE)
_MONTH = re.compile(rf"\b{either('abbreviations before a number')}\.\s*$")
_REPORTS = re.compile(rf"\W*(?:[\w.'’-]+ ){{1,4}}{either('verbs behind a quotation')}\b")
_FALLBACK = re.compile(r"[^.!?…。！？]*[.!?…。！？]+[^\w\s]*\s*|[^.!?…。！？]+$")
_PAUSES = (", ", "; ", ": ", " — ", " – ", "，", "、", "；")
LONGEST = 2000
"""A sentence of more code points is read in pieces, so that time stays in proportion to the text: many searches start
again at each cue of a sentence. Of 31,000 sentences of news the longest has 1,077 code points and is a list of dishes;
the longest in prose has 760."""
_TAIL = 40
"""Code points before a boundary that can show that the sentence does not end there; longer than any abbreviation."""


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the non-empty lines of ``text``."""
    position = 0
    for line in text.split("\n"):
        if line.strip():
            yield position, position + len(line)
        position += len(line) + 1


def split(document: Document) -> tuple[Sentence, ...]:
    """Cut a document into sentences.

    A sentence ends at a line break and at a skipped stretch, unless that is markup or a footnote. Closing quotation
    marks stay with the sentence that they close. Each sentence inside a quotation is a sentence, too. Stretches without
    a letter or digit belong to no sentence. A sentence longer than ``LONGEST`` is cut at a comma or space.

    Parameters
    ----------
    document
        An article; ``language`` chooses the abbreviations.

    Returns
    -------
    tuple of Sentence
        In order, disjoint, without white space at their ends, in code points.
    """
    return tuple(sentence for sentence, _ in _sentences(document))


def cut_for_length(document: Document) -> int:
    """How many sentences of a document are longer than ``LONGEST`` and therefore read in pieces."""
    return sum(cut for _, cut in _sentences(document))


def _sentences(document: Document) -> Iterator[tuple[Sentence, bool]]:
    """The sentences, each with whether it is the first piece of one that was too long."""
    text = _blank(document.text, [s for s in document.skipped if s.reason in INLINE])
    barriers = [s.span for s in document.skipped if s.reason not in INLINE]
    language = document.language or "en"
    for paragraph, block in _blocks(text, barriers):
        for span in _segments(text, block, language):
            whole = _trim(text, span)
            pieces = list(_pieces(text, whole)) if whole else []
            for i, piece in enumerate(pieces):
                trimmed = _trim(text, piece)
                if trimmed is not None:
                    yield Sentence(trimmed, paragraph), i == 0 and len(pieces) > 1


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The whole sentence; one longer than ``LONGEST`` in pieces, each cut at its last pause, else at its last space."""
    start = span.start
    while span.end - start > LONGEST:
        least, most = start + LONGEST // 2, start + LONGEST
        pause = max(text.rfind(mark, least, most) + len(mark) for mark in _PAUSES)
        space = max(text.rfind(mark, least, most) + 1 for mark in (" ", "\t", "\u00a0"))
        cut = pause if pause > least else space if space > least else most
        yield Span(start, cut)
        start = cut
    yield Span(start, span.end)


def _blank(text: str, inline: Sequence[Skipped]) -> str:
    """The text with spaces in place of the stretches, so that offsets do not change."""
    pieces: list[str] = []
    end = 0
    for item in inline:
        pieces += [text[end : item.span.start], " " * (item.span.end - item.span.start)]
        end = item.span.end
    return "".join([*pieces, text[end:]])


def _blocks(text: str, barriers: Sequence[Span]) -> Iterator[tuple[int, Span]]:
    """Each stretch of the text between line ends and barriers, in order, with the number of its paragraph."""
    paragraph = -1
    position = following = 0
    for line in text.split("\n"):
        end = position + len(line)
        paragraph += bool(line.strip())
        while following < len(barriers) and barriers[following].start < end:
            barrier = barriers[following]
            if barrier.start > position:
                yield paragraph, Span(position, barrier.start)
            position = max(position, min(barrier.end, end))
            if barrier.end > end:
                break
            following += 1
        if position < end:
            yield paragraph, Span(position, end)
        position = end + 1


def _segments(text: str, block: Span, language: str) -> Iterator[Span]:
    """Sentences of a block, white space included."""
    raw = block.of(text)
    if not raw.strip():
        return
    start = 0
    for cut in _cuts(raw, language):
        if not _is_false(raw, start, cut):
            yield Span(block.start + start, block.start + cut)
            start = cut
    yield Span(block.start + start, block.end)


def _cuts(raw: str, language: str) -> Iterator[int]:
    """Offsets in ``raw`` where a sentence may end, closing quotation marks and brackets before them."""
    masked = _SINGLE_QUOTES.sub(" ", raw.translate(_QUOTES))
    pieces = list(sentencex.segment(language, masked))
    # offsets below are sums of the pieces' lengths, so the pieces must make up the whole text
    if "".join(pieces) != masked:
        pieces = _FALLBACK.findall(masked)
    position = 0
    for piece in pieces[:-1]:
        position += len(piece)
        stop = position - len(piece) + len(piece.rstrip())
        closed = _CLOSERS.match(raw, stop, position)
        yield closed.end() if closed else position


def _is_false(raw: str, start: int, cut: int) -> bool:
    """Whether the sentence goes on after ``cut``, as an abbreviation, a small letter or its speaker there can show."""
    before = raw[max(start, cut - _TAIL) : cut]
    after = raw[cut : cut + 2 * _TAIL]
    if _goes_on_in_lower_case(after) or _ABBREVIATED.search(before) or _INITIAL.search(before):
        return True
    if not before[-1:].isspace() and _DOMAIN.match(after):
        return True
    if _CLOCK.search(before) and _CLOCK_GOES_ON.match(after):
        return True
    if cut - start <= _TAIL and _ORDINAL.fullmatch(before):
        return True
    if _ASKED.search(before) and _REPORTS.match(after):
        return True
    return bool(_MONTH.search(before)) and after.lstrip()[:1].isdigit()


def _goes_on_in_lower_case(after: str) -> bool:
    """Whether the first letter is a small one; names such as iPhone and al-Shabab do not count."""
    first = _FIRST_LETTER.match(after)
    return first is not None and first[1].islower() and not first[2]


def _trim(text: str, span: Span) -> Span | None:
    """The span without white space at its ends; ``None`` if it holds no letter or digit."""
    raw = span.of(text)
    if not any(map(str.isalnum, raw)):
        return None
    start = span.start + len(raw) - len(raw.lstrip())
    return Span(start, start + len(raw.strip()))
