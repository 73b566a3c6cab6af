"""Attributions without weights: quotation marks, reporting cues and word order.

A model has to beat these rules; they are used where there is no model. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from scoring.attribution.grammar import (
    ADDRESSED,
    ADVERBS,
    BE,
    DETERMINERS,
    OPENERS,
    PREPOSITIONS,
    PRONOUNS,
    FoundCue,
    Line,
    before_verb,
    clause_subject,
    find_cues,
    phrase_end,
    read_line,
    subject_ending_at,
)
from scoring.schema import AttributionRelation, Document, Sentence, Span
from scoring.text.quotes import quoted
from scoring.text.spans import first_from

_MIN_CONTENT = 2
"""Shortest content, in words."""
_BEFORE_RESUMED = re.compile(r"[^.!?\n]{0,120}[.,:;–—-]*\s*")


def find_relations(document: Document, sentences: tuple[Sentence, ...]) -> tuple[AttributionRelation, ...]:
    """Find attributions by the lexicons alone.

    Parameters
    ----------
    document
        An article in English.
    sentences
        Its sentences, in order.

    Returns
    -------
    tuple of AttributionRelation
        In the order of their cues; ``contents`` in fragments where a quotation is split; ``probability`` is 1.
        Adverbs such as *reportedly* make no relation. Quotations over paragraphs are left to ``continuation``.
    """
    relations: list[AttributionRelation] = []
    for line in _lines(document.text, sentences):
        here = [r for cue in find_cues(line) if (r := _relation(line, cue)) is not None]
        here += _according(line)
        colon = _colon(line)
        here += [colon] if colon and not here else []
        relations += [*here, *_citing(line, here)]
    return tuple(sorted(_distinct(relations), key=lambda r: (r.cue or r.contents[0]).start))


def _lines(text: str, sentences: Sequence[Sentence]) -> Iterator[Line]:
    mask = quoted(text)
    for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph):
        spans = [sentence.span for sentence in group]
        end = text.find("\n", spans[-1].end)
        paragraph = Span(text.rfind("\n", 0, spans[0].start) + 1, end if end >= 0 else len(text))
        yield from (read_line(text, span, paragraph, mask) for span in spans)


def _distinct(relations: Sequence[AttributionRelation]) -> list[AttributionRelation]:
    return list({(r.cue, r.contents[0].start): r for r in relations}.values())


def _relation(line: Line, found: FoundCue) -> AttributionRelation | None:
    left = before_verb(line, found.start)
    participle = found.form.split()[0].endswith("ing") and line.word(left) not in BE | PRONOUNS
    if line.word(left) == "," or line.is_mark(left):
        inverted = _inverted(line, found, left)
        if inverted is not None:
            return inverted
    subject = clause_subject(line, found.start) if participle else subject_ending_at(line, left)
    if subject is None:
        return None
    source = Span(line.tokens[subject[0]].start, line.tokens[subject[1] - 1].end)
    cue = Span(line.tokens[min(left + 1, found.start)].start, line.tokens[found.end - 1].end)
    after = None if participle else _postposed(line, found, subject[0])
    contents = after or _preposed(line, found)
    return AttributionRelation(source, cue, contents) if contents else None


def _inverted(line: Line, found: FoundCue, left: int) -> AttributionRelation | None:
    """``C, said X``."""
    if found.cue.complement != "clause" or found.form.split()[0].endswith("ing"):
        return None
    first = found.end
    end = phrase_end(line, first)
    if end == first or line.word(first) in OPENERS | PREPOSITIONS:
        return None
    contents = _left_content(line, line.tokens[left].end)
    if not contents:
        return None
    source = Span(line.tokens[first].start, line.tokens[end - 1].end)
    cue = Span(line.tokens[found.start].start, line.tokens[found.end - 1].end)
    return AttributionRelation(source, cue, (contents, *_resumed(line, end)))


def _postposed(line: Line, found: FoundCue, first: int) -> tuple[Span, ...] | None:
    """``C, X said``: the content before the subject and, if the quotation goes on, after the verb."""
    before = first - 1
    if before < 0 or not (line.word(before) == "," or line.is_mark(before)):
        return _split_by_sentence(line, found, first)
    follows = line.word(found.end)
    if found.cue.complement != "clause" or follows in ("that", "if", "whether"):
        return None
    closed = line.is_mark(before)
    stops = found.end >= len(line.tokens) or not line.tokens[found.end].is_word or follows in PREPOSITIONS | ADVERBS
    if not (closed or stops) or (follows == ":" and not closed):
        return None
    content = _left_content(line, line.tokens[before].end)
    return (content, *_resumed(line, found.end)) if content else None


def _split_by_sentence(line: Line, found: FoundCue, first: int) -> tuple[Span, ...] | None:
    """``"C?" X asked.`` if the text was cut into two sentences after the question."""
    rest = (token for token in line.tokens[found.end :] if token.is_word)
    if first or (line.word(found.end) not in PREPOSITIONS and next(rest, None)):
        return None
    end = line.span.start
    while end > line.paragraph.start and line.text[end - 1].isspace():
        end -= 1
    if end == line.paragraph.start or line.text[end - 1] not in '"”’':
        return None
    quote = _quote_before(line, end)
    return (quote, *_resumed(line, found.end)) if quote else None


def _left_content(line: Line, end: int) -> Span | None:
    """The sentence up to ``end``, with the whole of a quotation that ends there."""
    start = line.span.start
    quote = _quote_before(line, end)
    if quote:
        start = min(start, quote.start)
    if line.mask[line.span.start] and quote is None:
        start = _quote_start(line, line.span.start)
    return _content(line, start, end)


def _quote_before(line: Line, end: int) -> Span | None:
    """The quotation whose closing mark is the last thing before ``end``."""
    i = end - 1
    while i > line.paragraph.start and not line.mask[i]:
        if line.text[i].isalnum():
            return None
        i -= 1
    return Span(_quote_start(line, i), i + 2) if line.mask[i] else None


def _quote_start(line: Line, i: int) -> int:
    return max(line.mask.rfind(b"\x00", line.paragraph.start, i), line.paragraph.start)


def _resumed(line: Line, after: int) -> tuple[Span, ...]:
    """The quotation that goes on after the verb, in its sentence or in the next one."""
    start = line.tokens[after - 1].end if after else line.span.start
    opening = line.mask.find(b"\x01", start, line.paragraph.end)
    if opening < 0:
        return ()
    near = _BEFORE_RESUMED.fullmatch(line.text, start, max(start, opening - 1))
    if near is None or len(near.group().split()) > 16:
        return ()
    end = line.mask.find(b"\x00", opening, line.paragraph.end)
    content = _content(line, opening - 1, end + 1 if end >= 0 else line.paragraph.end)
    return (content,) if content else ()


def _preposed(line: Line, found: FoundCue) -> tuple[Span, ...]:
    """``X said (that) C``."""
    start = _content_start(line, found)
    if start is None:
        return ()
    end = _content_end(line, start)
    content = _content(line, line.tokens[start].start, end)
    return (content,) if content else ()


def _content_start(line: Line, found: FoundCue) -> int | None:
    """Index of the first token of what the verb reports; ``None`` if it reports nothing after it."""
    i = found.end
    if i >= len(line.tokens) or line.word(i) in (".", ";", "by", "?", "!"):
        return None
    reach = range(i, min(len(line.tokens), i + 16))
    marked = next(
        (k for k in reach if line.word(k) == "that" or (line.tokens[k].raw in ':"“' and line.word(k - 1) != "'")),
        None,
    )
    if marked is not None and (found.cue.complement == "clause" or line.word(marked) == "that"):
        free = line.word(i) in PREPOSITIONS | ADVERBS | {","} or found.cue.lemma in ADDRESSED or marked == i
        if free:
            return marked + 1 if line.word(marked) == ":" and marked + 1 < len(line.tokens) else marked
    if found.cue.complement == "to":
        return next((k for k in range(i, min(i + 6, len(line.tokens))) if line.word(k) in ("to", "that")), None)
    if found.cue.lemma in ADDRESSED:
        return _after_addressee(line, i)
    return None if line.word(i) == "," else i


def _after_addressee(line: Line, i: int) -> int | None:
    """Where the content of 'told X C' begins: after X, at the next opener, pronoun, determiner or quotation mark."""
    for k in range(i + 1, min(i + 8, len(line.tokens))):
        if line.word(k) in OPENERS | PRONOUNS | DETERMINERS or not line.tokens[k].is_word:
            return k if line.tokens[k].is_word or line.is_mark(k) else None
    return None


def _content_end(line: Line, start: int) -> int:
    """End of the sentence or of the quotation that goes on over it, before a clause that is not reported."""
    over = first_from(line.not_reported, start + 3, len(line.tokens))
    if over < len(line.tokens) - 1:
        return line.tokens[over].start
    end = line.span.end
    if line.mask[end - 1]:
        closing = line.mask.find(b"\x00", end, line.paragraph.end)
        end = closing + 1 if closing >= 0 else line.paragraph.end
    return end


def _content(line: Line, start: int, end: int) -> Span | None:
    """The stretch without white space and separators at its ends; ``None`` if it has too few words."""
    stretch = line.text[start:end]
    left = len(stretch) - len(stretch.lstrip(" ,;:–—-\n\t\u00a0"))
    right = len(stretch.rstrip(" ,;:–—-\n\t\u00a0"))
    if sum(1 for _ in islice(re.finditer(r"\w+", stretch), _MIN_CONTENT)) < _MIN_CONTENT:
        return None
    return Span(start + left, start + right)


def _according(line: Line) -> Iterator[AttributionRelation]:
    """``According to X, C`` and ``C, according to X``."""
    for i in range(len(line.tokens) - 2):
        if line.word(i) != "according" or line.word(i + 1) != "to" or line.tokens[i].quoted:
            continue
        end = first_from(line.pauses, i + 2, len(line.tokens))
        if end == i + 2:
            continue
        cue = Span(line.tokens[i].start, line.tokens[i + 1].end)
        source = Span(line.tokens[i + 2].start, line.tokens[end - 1].end)
        before = _left_content(line, cue.start) if i > 1 else None
        after = _content(line, source.end, line.span.end) if before is None else None
        contents = tuple(c for c in (before, after) if c)
        if contents:
            yield AttributionRelation(source, cue, contents)


def _citing(line: Line, here: Sequence[AttributionRelation]) -> Iterator[AttributionRelation]:
    """``citing X``: X stands behind what the reporting verb of the same sentence reports."""
    for i in range(len(line.tokens) - 1):
        if line.word(i) != "citing" or line.tokens[i].quoted or not here:
            continue
        end = phrase_end(line, i + 1)
        if end > i + 1:
            source = Span(line.tokens[i + 1].start, line.tokens[end - 1].end)
            cue = Span(line.tokens[i].start, line.tokens[i].end)
            yield replace(here[0], source=source, cue=cue)


def _colon(line: Line) -> AttributionRelation | None:
    """``X: "C"`` at the beginning of a paragraph."""
    i = next((k for k, token in enumerate(line.tokens[:8]) if token.raw == ":"), 0)
    if not i or not line.is_mark(i + 1) or not all(token.is_word for token in line.tokens[:i]):
        return None
    # inside a quotation the content ends with its sentence; else each sentence of a long one would hold all the rest
    end = line.span.end if line.tokens[i].quoted else _content_end(line, i)
    content = _content(line, line.tokens[i].end, end)
    source = Span(line.tokens[0].start, line.tokens[i - 1].end)
    return AttributionRelation(source, Span(line.tokens[i].start, line.tokens[i].end), (content,)) if content else None
