"""Attributions without weights: quotation marks, reporting cues and word order.

The floor that a model has to beat, and what is used where no model is at hand. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scoring.attribution.quotes import Mask, quoted
from scoring.lexicons import Cue, cue_forms
from scoring.schema import AttributionRelation, Document, Sentence, Span

_TOKEN = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Adm|Prof|Rev|Jr|Sr|St)\.|(?:[A-Z]\.)+|\w+(?:['’.-]\w+)*['’]?|[^\w\s]"
)
_MARKS = frozenset("\"“”«»‘’'")
_SPLIT_SPACE = re.compile(r"[\s\"“”«»‘’]*")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ADVERBS = _words(
    "also later then now still just even again soon once twice never not first only already since often too further "
    "earlier long both all himself herself themselves itself always yesterday today ever n't recently now"
)
_HAVE = _words("has have had having 've has n't haven't hasn't hadn't")
_MODALS = _words("will would could can may might must should did does do didn't doesn't don't won't wouldn't couldn't")
_BE = _words("is are was were be been being isn't aren't wasn't weren't")
_PRONOUNS = _words("he she they it i we you who which one")
_BEFORE_NOUNS = _words(
    "the a an his her their its my our your this these those that's of to no any some for with in from by on at into over "
    "about such each every another more most under between without and or"
)
_BREAKS = _words(
    "that because as if when while although though than whether since after before where so but or until unless what how why "
    "nor whom whose yet is are was were be been being has have had will would could can may might must should did does do let's"
)
_LEADING = _words("but and also meanwhile still however yet so now then later or even here there too instead both")
_PREPOSITIONS = _words(
    "in on at during after before as to about while when over by since under with amid following despite through"
)
_DETERMINERS = _words(
    "the a an his her their its our my this these those some many several most two three four one another other"
)
_OPENERS = _words("that if whether how why what to")
_ADDRESSED = _words(
    "tell ask inform advise warn remind assure urge notify brief reassure persuade order instruct invite"
)
_WEAK_NOUNS = _words(
    "state report plan claim call comment tweet post note order call offer promise request hope demand estimate show find read answer question fear aim"
)
_CUT_BEFORE = _words("but while although though whereas according")
_MAX_SUBJECT = 14
"""Longest noun phrase looked for, in tokens."""
_MIN_CONTENT = 2
"""Shortest content, in words."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str
    raw: str
    quoted: bool

    @property
    def is_word(self) -> bool:
        return self.raw[0].isalnum()


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence: its tokens, and the text with its quotations."""

    text: str
    span: Span
    paragraph: Span
    tokens: tuple[_Token, ...]
    mask: Mask

    def word(self, i: int) -> str:
        return self.tokens[i].word if 0 <= i < len(self.tokens) else ""

    def is_mark(self, i: int) -> bool:
        return 0 <= i < len(self.tokens) and self.tokens[i].raw in _MARKS


@dataclass(frozen=True, slots=True)
class _Found:
    """A cue at tokens ``[start, end)``."""

    start: int
    end: int
    form: str
    cue: Cue


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
        Adverbs such as *reportedly* make no relation. Quotations over paragraphs are for ``continuation``.
    """
    mask = quoted(document.text)
    found: list[AttributionRelation] = []
    for sentence in sentences:
        line = _line(document.text, sentence.span, mask)
        here = [r for cue in _cues(line) if (r := _relation(line, cue)) is not None]
        here += _according(line)
        colon = _colon(line)
        here += [colon] if colon and not here else []
        found += [*here, *_citing(line, here)]
    return tuple(sorted(_distinct(found), key=lambda r: (r.cue or r.contents[0]).start))


def _distinct(found: Sequence[AttributionRelation]) -> list[AttributionRelation]:
    return list({(r.cue, r.contents[0].start): r for r in found}.values())


def _line(text: str, span: Span, mask: Mask) -> _Line:
    tokens = tuple(
        _Token(m.start(), m.end(), m.group().lower().replace("’", "'"), m.group(), bool(mask[m.start()]))
        for m in _TOKEN.finditer(text, span.start, span.end)
    )
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    return _Line(text, span, Span(start, end if end >= 0 else len(text)), tokens, mask)


@lru_cache(maxsize=1)
def _verbs() -> dict[str, Cue]:
    return {form: cue for form, cue in cue_forms().items() if cue.kind == "verb" and cue.complement}


def _cues(line: _Line) -> Iterator[_Found]:
    """Reporting verbs outside quotation marks, the longest at each place."""
    i = 0
    while i < len(line.tokens):
        found = None if line.tokens[i].quoted else _verb_at(line, i)
        if found:
            yield found
        i = found.end if found else i + 1


def _verb_at(line: _Line, i: int) -> _Found | None:
    for size in (3, 2, 1):
        if i + size > len(line.tokens):
            continue
        form = " ".join(token.word for token in line.tokens[i : i + size])
        cue = _verbs().get(form)
        if cue and _is_verb(line, i, form, cue):
            return _Found(i, i + size, form, cue)
    return None


def _is_verb(line: _Line, i: int, form: str, cue: Cue) -> bool:
    """Whether the form stands as an active verb here: no noun, no infinitive, no passive."""
    before = line.word(i - 1)
    if before in _BEFORE_NOUNS or before.endswith("'s"):
        return False
    if cue.lemma in _WEAK_NOUNS and form in (cue.lemma, f"{cue.lemma}s") and not _is_weak_verb(line, i):
        return False
    helper = _skip_adverbs(line, i - 1)
    return not (line.word(helper) in _BE and not form.split(maxsplit=1)[0].endswith("ing"))


def _is_weak_verb(line: _Line, i: int) -> bool:
    """Whether a form that is a noun as well follows a pronoun, an auxiliary or a name, and takes a clause."""
    if line.word(i - 1) in _PRONOUNS | _MODALS | _ADVERBS:
        return True
    clause = line.word(i + 1) in _OPENERS | _PRONOUNS | {":"} or line.is_mark(i + 1)
    return clause and i > 0 and line.tokens[i - 1].raw[0].isupper()


def _skip_adverbs(line: _Line, i: int) -> int:
    while line.word(i) in _ADVERBS or (line.word(i).endswith("ly") and line.tokens[i].raw.islower()):
        i -= 1
    return i


def _relation(line: _Line, found: _Found) -> AttributionRelation | None:
    left = _before_verb(line, found.start)
    participle = found.form.split()[0].endswith("ing") and line.word(left) not in _BE | _PRONOUNS
    if line.word(left) == "," or line.is_mark(left):
        inverted = _inverted(line, found, left)
        if inverted is not None:
            return inverted
    subject = _clause_subject(line, found.start) if participle else _subject(line, left)
    if subject is None:
        return None
    source = Span(line.tokens[subject[0]].start, line.tokens[subject[1] - 1].end)
    cue = Span(line.tokens[min(left + 1, found.start)].start, line.tokens[found.end - 1].end)
    after = None if participle else _postposed(line, found, subject[0])
    contents = after or _preposed(line, found)
    return AttributionRelation(source, cue, contents) if contents else None


def _before_verb(line: _Line, start: int) -> int:
    """Index of the token before the verb and its auxiliaries and adverbs."""
    i = _skip_adverbs(line, start - 1)
    while line.word(i) in _HAVE | _MODALS | _BE:
        i = _skip_adverbs(line, i - 1)
    return i


def _subject(line: _Line, last: int) -> tuple[int, int] | None:
    """Tokens ``[first, last]`` of the noun phrase that ends at ``last``, a comma's insertion included."""
    if last < 0:
        return None
    if line.word(last) == ",":
        opening = next((k for k in range(last - 1, max(-1, last - 25), -1) if line.word(k) == ","), -1)
        inner = _subject(line, opening - 1) if opening > 0 else None
        return (inner[0], last) if inner else None
    if line.word(last) in _PRONOUNS | {"that"}:
        return last, last + 1
    first = last + 1
    while first > max(0, last - _MAX_SUBJECT) and _in_phrase(line, first - 1):
        first -= 1
    return _trimmed(line, first, last + 1)


def _in_phrase(line: _Line, i: int) -> bool:
    token = line.tokens[i]
    if token.word == "and":
        return i > 0 and line.tokens[i - 1].raw[0].isupper() and line.tokens[i + 1].raw[0].isupper()
    if not token.is_word:
        return token.raw in "&%$-’'." and i > 0
    return token.word not in _BREAKS and not (
        token.word in _verbs() and token.word.endswith(("ed", "said", "told", "wrote"))
    )


def _trimmed(line: _Line, first: int, end: int) -> tuple[int, int] | None:
    """The phrase without adverbs and circumstances in front of it."""
    while first < end and (line.word(first) in _LEADING | _ADVERBS or not line.tokens[first].is_word):
        first += 1
    if first < end and line.word(first) in _PREPOSITIONS:
        first = _head(line, first, end)
    return (first, end) if first < end else None


def _head(line: _Line, first: int, end: int) -> int:
    """Where the last noun phrase of ``[first, end)`` begins."""
    i = end - 1
    if line.tokens[i].raw[0].isupper():
        while i > first + 1 and line.tokens[i - 1].raw[0].isupper():
            i -= 1
        return i - 1 if line.word(i - 1) in _DETERMINERS and i - 1 > first else i
    return next((k for k in range(end - 1, first, -1) if line.word(k) in _DETERMINERS), end - 1)


def _clause_subject(line: _Line, start: int) -> tuple[int, int] | None:
    """Subject of the verb before a participle, as in 'X denied it, saying …'."""
    for i in range(start - 1, -1, -1):
        found = None if line.tokens[i].quoted else _verb_at(line, i)
        if found and not found.form.endswith("ing"):
            subject = _subject(line, _before_verb(line, i))
            if subject:
                return subject
    return _first_phrase(line, start)


def _first_phrase(line: _Line, start: int) -> tuple[int, int] | None:
    """The noun phrase that opens the sentence, up to its first verb known here."""
    stop = next((i for i in range(start) if i and (not line.tokens[i].is_word or not _in_phrase(line, i))), start)
    return _trimmed(line, 0, min(stop, _MAX_SUBJECT)) if line.tokens and line.tokens[0].is_word else None


def _inverted(line: _Line, found: _Found, left: int) -> AttributionRelation | None:
    """``C, said X``."""
    if found.cue.complement != "clause" or found.form.split()[0].endswith("ing"):
        return None
    first = found.end
    end = _phrase_end(line, first)
    if end == first or line.word(first) in _OPENERS | _PREPOSITIONS:
        return None
    contents = _left_content(line, line.tokens[left].end)
    if not contents:
        return None
    source = Span(line.tokens[first].start, line.tokens[end - 1].end)
    cue = Span(line.tokens[found.start].start, line.tokens[found.end - 1].end)
    return AttributionRelation(source, cue, (contents, *_resumed(line, end)))


def _phrase_end(line: _Line, first: int) -> int:
    """End of the noun phrase that begins at ``first``, with an apposition."""
    end = first
    while end < len(line.tokens) and line.tokens[end].is_word and not line.tokens[end].quoted:
        if end > first and line.word(end) in _PREPOSITIONS | _BREAKS:
            return end
        end += 1
    if line.word(end) == "," and line.word(end + 1) in _DETERMINERS | {"who"} and end > first:
        stop = next((k for k in range(end + 1, len(line.tokens)) if line.tokens[k].raw in ",.;"), end)
        return stop
    return end


def _postposed(line: _Line, found: _Found, first: int) -> tuple[Span, ...] | None:
    """``C, X said``: contents before the subject and, where the quotation is taken up again, after the verb."""
    before = first - 1
    if before < 0 or not (line.word(before) == "," or line.is_mark(before)):
        return _split_by_sentence(line, found, first)
    follows = line.word(found.end)
    if found.cue.complement != "clause" or follows in ("that", "if", "whether"):
        return None
    closed = line.is_mark(before)
    stops = found.end >= len(line.tokens) or not line.tokens[found.end].is_word or follows in _PREPOSITIONS | _ADVERBS
    if not (closed or stops) or (follows == ":" and not closed):
        return None
    content = _left_content(line, line.tokens[before].end)
    return (content, *_resumed(line, found.end)) if content else None


def _split_by_sentence(line: _Line, found: _Found, first: int) -> tuple[Span, ...] | None:
    """``"C?" X asked.`` where the sentence was cut after the question."""
    rest = [token for token in line.tokens[found.end :] if token.is_word]
    if first or (rest and line.word(found.end) not in _PREPOSITIONS):
        return None
    gap = line.text[line.paragraph.start : line.span.start].rstrip()
    if not gap or gap[-1] not in '"”’':
        return None
    quote = _quote_before(line, line.paragraph.start + len(gap))
    return (quote, *_resumed(line, found.end)) if quote else None


def _left_content(line: _Line, end: int) -> Span | None:
    """What stands before ``end`` in the sentence, and the whole of a quotation that ends there."""
    start = line.span.start
    quote = _quote_before(line, end)
    if quote:
        start = min(start, quote.start)
    if line.mask[line.span.start] and quote is None:
        start = _quote_start(line, line.span.start)
    return _content(line, start, end)


def _quote_before(line: _Line, end: int) -> Span | None:
    """The quotation whose closing mark is the last thing before ``end``."""
    i = end - 1
    while i > line.paragraph.start and not line.mask[i]:
        if line.text[i].isalnum():
            return None
        i -= 1
    return Span(_quote_start(line, i), i + 2) if line.mask[i] else None


def _quote_start(line: _Line, i: int) -> int:
    start = line.mask.rfind(b"\x00", 0, i)
    return max(start, line.paragraph.start)


def _resumed(line: _Line, after: int) -> tuple[Span, ...]:
    """Quotations that follow the verb in its sentence or in the sentence after it."""
    start = line.tokens[after - 1].end if after else line.span.start
    opening = line.mask.find(b"\x01", start, line.paragraph.end)
    if opening < 0:
        return ()
    between = line.text[start : opening - 1]
    if not re.fullmatch(r"[^.!?\n]{0,120}[.,:;–—-]*\s*", between) or len(between.split()) > 16:
        return ()
    end = line.mask.find(b"\x00", opening, line.paragraph.end)
    content = _content(line, opening - 1, end + 1 if end >= 0 else line.paragraph.end)
    return (content,) if content else ()


def _preposed(line: _Line, found: _Found) -> tuple[Span, ...]:
    """``X said (that) C``."""
    start = _content_start(line, found)
    if start is None:
        return ()
    end = _content_end(line, start)
    content = _content(line, line.tokens[start].start, end)
    return (content,) if content else ()


def _content_start(line: _Line, found: _Found) -> int | None:
    """Index of the first token of what the verb takes, ``None`` when it takes nothing here."""
    i = found.end
    if i >= len(line.tokens) or line.word(i) in (".", ";", "by", "?", "!"):
        return None
    reach = range(i, min(len(line.tokens), i + 16))
    marked = next(
        (k for k in reach if line.word(k) == "that" or (line.tokens[k].raw in ':"“' and not line.word(k - 1) == "'")),
        None,
    )
    if marked is not None and (found.cue.complement == "clause" or line.word(marked) == "that"):
        free = line.word(i) in _PREPOSITIONS | _ADVERBS | {","} or found.cue.lemma in _ADDRESSED or marked == i
        if free:
            return marked + 1 if line.word(marked) == ":" and marked + 1 < len(line.tokens) else marked
    if found.cue.complement == "to":
        return next((k for k in range(i, min(i + 6, len(line.tokens))) if line.word(k) in ("to", "that")), None)
    if found.cue.lemma in _ADDRESSED:
        return _after_addressee(line, i)
    return None if line.word(i) == "," else i


def _after_addressee(line: _Line, i: int) -> int | None:
    """The content of 'told X C' begins after X: a pronoun, or a name or noun up to an opener or pronoun."""
    for k in range(i + 1, min(i + 8, len(line.tokens))):
        if line.word(k) in _OPENERS | _PRONOUNS | _DETERMINERS or not line.tokens[k].is_word:
            return k if line.tokens[k].is_word or line.is_mark(k) else None
    return None


def _content_end(line: _Line, start: int) -> int:
    """End of the sentence or of the quotation that goes on over it, before a clause that is not reported."""
    for k in range(start + 3, len(line.tokens) - 1):
        token = line.tokens[k]
        if not token.quoted and (token.raw == ";" or (token.raw == "," and line.word(k + 1) in _CUT_BEFORE)):
            return token.start
    end = line.span.end
    if line.mask[end - 1]:
        closing = line.mask.find(b"\x00", end, line.paragraph.end)
        end = closing + 1 if closing >= 0 else line.paragraph.end
    return end


def _content(line: _Line, start: int, end: int) -> Span | None:
    """The stretch without white space and separators at its ends; ``None`` with too few words."""
    stretch = line.text[start:end]
    left = len(stretch) - len(stretch.lstrip(" ,;:–—-\n\t\u00a0"))
    right = len(stretch.rstrip(" ,;:–—-\n\t\u00a0"))
    if len(re.findall(r"\w+", stretch)) < _MIN_CONTENT:
        return None
    return Span(start + left, start + right)


def _according(line: _Line) -> Iterator[AttributionRelation]:
    """``According to X, C`` and ``C, according to X``."""
    for i in range(len(line.tokens) - 2):
        if line.word(i) != "according" or line.word(i + 1) != "to" or line.tokens[i].quoted:
            continue
        end = next((k for k in range(i + 2, len(line.tokens)) if line.tokens[k].raw in ',.;:“"—'), len(line.tokens))
        if end == i + 2:
            continue
        cue = Span(line.tokens[i].start, line.tokens[i + 1].end)
        source = Span(line.tokens[i + 2].start, line.tokens[end - 1].end)
        before = _left_content(line, cue.start) if i > 1 else None
        after = _content(line, source.end, line.span.end) if before is None else None
        contents = tuple(c for c in (before, after) if c)
        if contents:
            yield AttributionRelation(source, cue, contents)


def _citing(line: _Line, here: Sequence[AttributionRelation]) -> Iterator[AttributionRelation]:
    """``citing X``: X stands behind what the reporting verb of the same sentence reports."""
    for i in range(len(line.tokens) - 1):
        if line.word(i) != "citing" or line.tokens[i].quoted or not here:
            continue
        end = _phrase_end(line, i + 1)
        if end > i + 1:
            source = Span(line.tokens[i + 1].start, line.tokens[end - 1].end)
            cue = Span(line.tokens[i].start, line.tokens[i].end)
            yield replace(here[0], source=source, cue=cue)


def _colon(line: _Line) -> AttributionRelation | None:
    """``X: "C"`` at the beginning of a paragraph."""
    i = next((k for k, token in enumerate(line.tokens[:8]) if token.raw == ":"), 0)
    if not i or not line.is_mark(i + 1) or not all(token.is_word for token in line.tokens[:i]):
        return None
    content = _content(line, line.tokens[i].end, _content_end(line, i))
    source = Span(line.tokens[0].start, line.tokens[i - 1].end)
    return AttributionRelation(source, Span(line.tokens[i].start, line.tokens[i].end), (content,)) if content else None
