"""Sentences as tokens, with as much grammar as the rules need: verbs that report, and noun phrases around them.

English only; no parser, no weights.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scoring.schema import Span
from scoring.text.lexicons import Cue, cue_forms
from scoring.text.quotes import Mask
from scoring.text.spans import first_from
from scoring.word_lists import either, words

_TOKEN = re.compile(rf"{either('titles with a full stop', capital=True)}\.|(?:[A-Z]\.)+|\w+(?:['’.-]\w+)*['’]?|[^\w\s]")
_MARKS = frozenset("\"“”«»‘’'")
ADVERBS = words("adverbs beside verbs")
BE = words("forms of be")
PRONOUNS = words("pronouns as subjects")
_BEFORE_NOUNS = words("words before nouns")
_BREAKS = words("words that end a noun phrase")
_LEADING = words("words before a subject")
PREPOSITIONS = words("prepositions")
DETERMINERS = words("determiners")
OPENERS = words("words that open a reported clause")
ADDRESSED = words("verbs of telling somebody")
_WEAK_NOUNS = words("verbs that are nouns as well")
_MODALS = words("modal verbs")
_AUXILIARIES = words("forms of have") | _MODALS | BE
_MAY_PRECEDE_VERB = PRONOUNS | _MODALS | ADVERBS
_ENDS_PHRASE = PREPOSITIONS | _BREAKS
_NOT_FIRST = _LEADING | ADVERBS
_CUT_BEFORE = words("words that end what is reported")
_MAX_SUBJECT = 14
"""Longest noun phrase that is looked for, in tokens."""
_MAX_INSERTION = 25
"""Longest insertion between commas after a noun phrase, in tokens."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark with its offsets; ``word`` is in lower case, ``raw`` as the text has it."""

    start: int
    end: int
    word: str
    raw: str
    quoted: bool

    @property
    def is_word(self) -> bool:
        """Whether the token is a word, not punctuation."""
        return self.raw[0].isalnum()


@dataclass(frozen=True)
class Line:
    """One sentence: its tokens, and the text with its quotations.

    What every cue of the sentence needs is looked up once, so that the time grows only with the length of the sentence,
    even if each of its words is a cue.
    """

    text: str
    span: Span
    paragraph: Span
    tokens: tuple[Token, ...]
    mask: Mask

    @cached_property
    def verbs(self) -> tuple[FoundCue | None, ...]:
        """The reporting verb that begins at each token outside quotation marks, if any."""
        return tuple(None if token.quoted else verb_at(self, i) for i, token in enumerate(self.tokens))

    @cached_property
    def subjects(self) -> list[tuple[int, tuple[int, int]]]:
        """Where reporting verbs with a subject stand, participles left out, each with its subject, in order."""
        cues = (cue for cue in self.verbs if cue and not cue.form.endswith("ing"))
        phrases = ((cue.start, subject_ending_at(self, before_verb(self, cue.start))) for cue in cues)
        return [(start, phrase) for start, phrase in phrases if phrase]

    @cached_property
    def before_adverbs(self) -> tuple[int, ...]:
        """For each token the index of the last token up to it that is no adverb; -1 if all of them are adverbs."""
        before: list[int] = []
        for i, token in enumerate(self.tokens):
            adverb = token.word in ADVERBS or (token.word.endswith("ly") and token.raw.islower())
            before.append(i if not adverb else before[-1] if before else -1)
        return tuple(before)

    @cached_property
    def not_reported(self) -> list[int]:
        """Tokens at which what is reported ends before the sentence does: "…; …", "…, but …"."""
        return self.places(
            lambda i, t: not t.quoted and (t.raw == ";" or (t.raw == "," and self.word(i + 1) in _CUT_BEFORE))
        )

    @cached_property
    def pauses(self) -> list[int]:
        """Commas, stops, colons, dashes, and double quotation marks that open."""
        return self.places(lambda _, token: token.raw in ',.;:“"—')

    @cached_property
    def stops(self) -> list[int]:
        """Commas and stops."""
        return self.places(lambda _, token: token.raw in ",.;")

    @cached_property
    def marks(self) -> list[int]:
        """Tokens that are punctuation or stand in quotation marks."""
        return self.places(lambda _, token: not token.is_word or token.quoted)

    @cached_property
    def phrase_ends(self) -> list[int]:
        """Words that end a noun phrase."""
        return self.places(lambda _, token: token.word in _ENDS_PHRASE)

    def places(self, fits: Callable[[int, Token], bool]) -> list[int]:
        """The tokens that fit, in order."""
        return [i for i, token in enumerate(self.tokens) if fits(i, token)]

    def word(self, i: int) -> str:
        """The ``i``-th token in lower case; empty outside the sentence."""
        return self.tokens[i].word if 0 <= i < len(self.tokens) else ""

    def is_mark(self, i: int) -> bool:
        """Whether the ``i``-th token is a quotation mark."""
        return 0 <= i < len(self.tokens) and self.tokens[i].raw in _MARKS


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue at tokens ``[start, end)``."""

    start: int
    end: int
    form: str
    cue: Cue


def read_line(text: str, span: Span, paragraph: Span, mask: Mask) -> Line:
    """The sentence at ``span`` of a paragraph as tokens."""
    tokens = tuple(
        Token(m.start(), m.end(), m.group().lower().replace("’", "'"), m.group(), bool(mask[m.start()]))
        for m in _TOKEN.finditer(text, span.start, span.end)
    )
    return Line(text, span, paragraph, tokens, mask)


@lru_cache(maxsize=1)
def _verbs() -> dict[str, Cue]:
    return {form: cue for form, cue in cue_forms().items() if cue.kind == "verb" and cue.complement}


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(form.split()[0] for form in _verbs())


def find_cues(line: Line) -> Iterator[FoundCue]:
    """Reporting verbs outside quotation marks, the longest at each place."""
    i = 0
    while i < len(line.tokens):
        verb = line.verbs[i]
        if verb:
            yield verb
        i = verb.end if verb else i + 1


def verb_at(line: Line, i: int) -> FoundCue | None:
    """The reporting verb that begins at the ``i``-th token, if any."""
    if line.tokens[i].word not in _first_words():
        return None
    for size in (3, 2, 1):
        if i + size > len(line.tokens):
            continue
        form = " ".join(token.word for token in line.tokens[i : i + size])
        cue = _verbs().get(form)
        if cue and _is_verb(line, i, form, cue):
            return FoundCue(i, i + size, form, cue)
    return None


def _is_verb(line: Line, i: int, form: str, cue: Cue) -> bool:
    """Whether the form is an active verb here, not a noun, an infinitive or a passive."""
    before = line.word(i - 1)
    if before in _BEFORE_NOUNS or before.endswith("'s"):
        return False
    if cue.lemma in _WEAK_NOUNS and form in (cue.lemma, f"{cue.lemma}s") and not _is_weak_verb(line, i):
        return False
    helper = _skip_adverbs(line, i - 1)
    return not (line.word(helper) in BE and not form.split(maxsplit=1)[0].endswith("ing"))


def _is_weak_verb(line: Line, i: int) -> bool:
    """Whether a form that can be a noun is a verb here: it follows a pronoun or auxiliary, or a name, with a clause."""
    if line.word(i - 1) in _MAY_PRECEDE_VERB:
        return True
    clause = line.word(i + 1) in OPENERS | PRONOUNS | {":"} or line.is_mark(i + 1)
    return clause and i > 0 and line.tokens[i - 1].raw[0].isupper()


def _skip_adverbs(line: Line, i: int) -> int:
    return line.before_adverbs[i] if 0 <= i < len(line.tokens) else i


def before_verb(line: Line, start: int) -> int:
    """Index of the token before the verb and its auxiliaries and adverbs."""
    i = _skip_adverbs(line, start - 1)
    while line.word(i) in _AUXILIARIES:
        i = _skip_adverbs(line, i - 1)
    return i


def subject_ending_at(line: Line, last: int) -> tuple[int, int] | None:
    """Half-open token span of the noun phrase that ends at ``last``, with any insertion between commas."""
    head = last
    while line.word(head) == ",":
        opening = next((k for k in range(head - 1, max(-1, head - _MAX_INSERTION), -1) if line.word(k) == ","), 0)
        head = opening - 1
    if head < 0:
        return None
    phrase = (head, head + 1) if line.word(head) in PRONOUNS | {"that"} else _phrase_ending_at(line, head)
    return (phrase[0], last) if phrase and head < last else phrase


def _phrase_ending_at(line: Line, last: int) -> tuple[int, int] | None:
    first = last + 1
    while first > max(0, last - _MAX_SUBJECT) and _in_phrase(line, first - 1):
        first -= 1
    return _trimmed(line, first, last + 1)


def _in_phrase(line: Line, i: int) -> bool:
    token = line.tokens[i]
    if token.word == "and":
        return i > 0 and line.tokens[i - 1].raw[0].isupper() and line.tokens[i + 1].raw[0].isupper()
    if not token.is_word:
        return token.raw in "&%$-’'." and i > 0
    return token.word not in _BREAKS and not (
        token.word in _verbs() and token.word.endswith(("ed", "said", "told", "wrote"))
    )


def _trimmed(line: Line, first: int, end: int) -> tuple[int, int] | None:
    """The phrase without adverbs and prepositional phrases in front of it."""
    while first < end and (line.word(first) in _NOT_FIRST or not line.tokens[first].is_word):
        first += 1
    if first < end and line.word(first) in PREPOSITIONS:
        first = _head(line, first, end)
    return (first, end) if first < end else None


def _head(line: Line, first: int, end: int) -> int:
    """Where the last noun phrase of ``[first, end)`` begins."""
    i = end - 1
    if line.tokens[i].raw[0].isupper():
        while i > first + 1 and line.tokens[i - 1].raw[0].isupper():
            i -= 1
        return i - 1 if line.word(i - 1) in DETERMINERS and i - 1 > first else i
    return next((k for k in range(end - 1, first, -1) if line.word(k) in DETERMINERS), end - 1)


def clause_subject(line: Line, start: int) -> tuple[int, int] | None:
    """Subject of the verb before a participle, as in 'X denied it, saying …'."""
    before = bisect_left(line.subjects, start, key=lambda verb: verb[0])
    return line.subjects[before - 1][1] if before else _first_phrase(line, start)


def _first_phrase(line: Line, start: int) -> tuple[int, int] | None:
    """The noun phrase that opens the sentence, up to the first reporting verb."""
    most = min(start, _MAX_SUBJECT)
    stop = next((i for i in range(1, most) if not line.tokens[i].is_word or not _in_phrase(line, i)), most)
    return _trimmed(line, 0, stop) if line.tokens and line.tokens[0].is_word else None


def phrase_end(line: Line, first: int) -> int:
    """End of the noun phrase that begins at ``first``, including an apposition."""
    end = first_from(line.marks, first, len(line.tokens))
    over = first_from(line.phrase_ends, first + 1, end)
    if over < end:
        return over
    if line.word(end) == "," and line.word(end + 1) in DETERMINERS | {"who"} and end > first:
        return first_from(line.stops, end + 1, end)
    return end
