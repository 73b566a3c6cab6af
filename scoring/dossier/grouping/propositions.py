"""Claim → what it says in comparable form: stems, names, quantities, dates, and whether it is denied.

Stems are Snowball's (Porter 2001), numbers in words become figures by text2num. What decides whether two claims say the
same stands in :mod:`scoring.dossier.grouping.likeness`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from scoring.schema import Claim, Document, Polarity, SourceType
from scoring.text.words import TERM, without_possessive
from scoring.word_lists import either, read_table, words

_NUMBER = re.compile(r"\d[\d,.]*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_NOT = re.compile(rf"\b{either('negations of a claim')}\b|n['’]t\b", re.I)
_SUBORDINATE = re.compile(rf"^{either('conjunctions before a main clause')}\b[^,]*,", re.I)
_MAIN_ENDS = re.compile(
    rf"[,;:(–—]|\s-\s|\s(?:{either('words that end a main clause')}|that {either('verbs behind that')}(?:n['’]t)?)\b",
    re.I,
)
"""The end of a claim's main clause. A negation behind it denies nothing: "a service that wouldn't require a cable"."""
_MORE = re.compile(
    rf"\bno {either('words behind a no that denies nothing')}\b|\bnot (?:only|just)\b|\bnothing but\b"
    rf"|\b(?:that|which|who)(?: {either('verbs of a relative clause')})? not\b"
    rf"|(?:\b(?:and|but)|,) not (?:{either('prepositions of what was not')}|the|an?)\b",
    re.I,
)
"""Words that do not deny the claim: "no more than 48 per cent" is a figure, "a dog and not a wolf" says what it was."""
_UNDONE = re.compile(rf"\bun(?=(?:\w{{3,}}ed|{either('words that un denies')})\b)", re.I)
"""The "un" of "unchanged", which denies as "not" does."""
_RULED_OUT = re.compile(
    rf"(?:\b(?:and|but)|,) not (?:{either('prepositions of what was not')} )?(?:the|an?) \w+,?", re.I
)
"""What a claim says that it was not, beside what it was."""
MAIN_WORDS = 4
"""A stretch of fewer words before a comma is not taken for a clause."""
_VERB = re.compile(
    rf"\b{either('verbs of a main clause')}\b|\b{either('verbs before a contracted not')}n['’]t\b|\b\w{{3,}}ed\b", re.I
)
WEEKDAYS = words("weekdays")
MONTHS = words("months")
FUNCTION = words("function words")
"""Words that carry grammar rather than matter; hedges among them, since a hedge changes no proposition."""
TIME, SHARE = "days", "%"
_SHARES = ("%", "percent", "cent")
_BEFORE_YEAR = words("words before a year")
_PERSONAL = re.compile(rf"\b{either('personal pronouns')}\b|\bI['’]", re.I)


@dataclass(frozen=True, slots=True)
class Proposition:
    """A claim in comparable form.

    ``stems`` are all content stems, ``names`` those written with a capital; ``quantities`` pair a value with the stem
    of what is counted; ``years``, ``months`` and ``weekdays`` are as written; ``denied`` says that it is negated or of
    negative polarity, ``day`` is the article's date (ISO) where known.
    """

    stems: frozenset[str]
    names: frozenset[str]
    quantities: frozenset[tuple[float, str]]
    years: frozenset[str]
    months: frozenset[str]
    weekdays: frozenset[str]
    speaker: frozenset[str]
    denied: bool
    day: str | None


def proposition(claim: Claim, document: Document) -> Proposition:
    """What a claim says, the speaker's name in place of his pronouns.

    Parameters
    ----------
    claim
        A claim of the document.
    document
        Its text tells names from words that a sentence begins with.
    """
    said = _RULED_OUT.sub(" ", " ".join(span.of(document.text) for span in claim.spans))
    said = _UNDONE.sub("not ", said)
    words = _words(_figures(said))
    speaker = _speaker(claim, document, said)
    names = {stem(w) for w in words if _is_name(w, document.text)} | {stem(w) for w in speaker}
    plain = [w.casefold() for w in words]
    matter = [w for w in (*plain, *map(str.casefold, speaker)) if _is_matter(w)]
    negated = bool(_NOT.search(_main_clause(_MORE.sub(" ", said))))
    return Proposition(
        stems=frozenset(map(stem, matter)),
        names=frozenset(names),
        quantities=frozenset(_quantities(plain)),
        years=frozenset(plain[i] for i in range(len(plain)) if _is_year(plain, i)),
        months=frozenset(w.casefold() for w in words if w.casefold() in MONTHS and w[0].isupper()),
        weekdays=frozenset(plain) & WEEKDAYS,
        speaker=frozenset(map(stem, _named(claim, document))),
        denied=negated != (claim.polarity is Polarity.NEGATIVE),
        day=document.published,
    )


def _main_clause(text: str) -> str:
    """A claim's first main clause, which is what its negation has to stand in."""
    plain = _SUBORDINATE.sub("", text.strip()).strip()
    return plain[: next((m.start() for m in _MAIN_ENDS.finditer(plain) if _is_clause(plain[: m.start()])), len(plain))]


def _is_clause(words: str) -> bool:
    """Whether a stretch holds a verb and is no mere "No, it is not true" or "For the avoidance of doubt,"."""
    return len(words.split()) >= MAIN_WORDS and bool(_VERB.search(words))


def _figures(text: str) -> str:
    """The text with numbers in figures: "ninety" is 90, "3.5 million" 3500000."""
    from text_to_num import alpha2digit

    return str(alpha2digit(text.replace("-", " "), "en"))


def _words(text: str) -> list[str]:
    return [without_possessive(word) for word in TERM.findall(text)]


def _is_matter(word: str) -> bool:
    known = word in FUNCTION or word in WEEKDAYS or word in MONTHS or _NUMBER.fullmatch(word)
    return not known and len(word) > 1 and word not in _numbers("scale")


def _is_name(word: str, text: str) -> bool:
    """Whether a word is a name: it has a capital, and the article never writes it without one."""
    small = word.casefold()
    if not word[0].isupper() or small in FUNCTION or small in WEEKDAYS or small in MONTHS:
        return False
    return small not in _small_words(text)


@lru_cache(maxsize=8)
def _small_words(text: str) -> frozenset[str]:
    """Words that are no names: those written small somewhere, and those with a capital only where a sentence begins."""
    small = frozenset(re.findall(r"\b[a-z]\w*", text))
    opening = set(re.findall(r"(?:^|[.!?:]\s+|[“\"‘]|\n)\s*([A-Z]\w*)", text))
    inside = set(re.findall(r"(?<=[\w,;] )[A-Z]\w*", text))
    return small | {word.casefold() for word in opening - inside}


def _speaker(claim: Claim, document: Document, said: str) -> tuple[str, ...]:
    """The name behind "I" or "she" where the claim's own source is a person."""
    if not claim.chain or claim.chain[-1].type is not SourceType.PERSON or not _PERSONAL.search(said):
        return ()
    return _named(claim, document)


def _named(claim: Claim, document: Document) -> tuple[str, ...]:
    """The words with a capital in the name of the innermost source."""
    if not claim.chain:
        return ()
    link = claim.chain[-1]
    phrase = link.name(document.text) or ""
    return tuple(w for w in _words(phrase.split(",")[0]) if w[0].isupper() and w.casefold() not in FUNCTION)


def _quantities(words: list[str]) -> Iterable[tuple[float, str]]:
    """Each figure with the stem of what it counts: the next words that are neither numbers nor grammar, two at most."""
    scale = _numbers("scale")
    for i, word in enumerate(words):
        value = _value(word)
        if value is None or _is_year(words, i):
            continue
        after = i + 1
        while after < len(words) and words[after] in scale:
            value *= scale[words[after]]
            after += 1
        counted = [_unit(w) for w in words[after : after + 3] if _is_matter(w) or w in _SHARES][:2]
        if counted and counted[0] in _days():
            yield value * _days()[counted[0]], TIME
        else:
            yield from ((value, unit) for unit in counted or [""])


def _is_year(words: Sequence[str], i: int) -> bool:
    """Whether four figures are a year: they follow "in", "since" or a month; "two thousand years" is no year."""
    return bool(_YEAR.fullmatch(words[i])) and (i == 0 or words[i - 1] in _BEFORE_YEAR or words[i - 1] in MONTHS)


def _value(word: str) -> float | None:
    if not _NUMBER.fullmatch(word):
        return _numbers("count").get(word)
    try:
        return float(word.replace(",", "").rstrip("."))
    except ValueError:
        return None


@lru_cache(maxsize=8)
def _numbers(kind: str) -> dict[str, float]:
    """Words of one kind of ``numbers.csv`` with what each is worth."""
    rows = read_table("numbers.csv", lambda row: (row["kind"], row["word"], float(Fraction(row["value"]))))
    return {word: value for other, word, value in rows if other == kind}


@lru_cache(maxsize=1)
def _days() -> dict[str, float]:
    """Days of a unit of time, by its stem: "six weeks" and "five months" are two figures for one thing."""
    return {stem(word): days for word, days in _numbers("days").items()}


def _unit(word: str) -> str:
    return SHARE if word in _SHARES else stem(word)


def stem(word: str) -> str:
    """Snowball stem of a word, lower case; "won" and "wolves" have those of "win" and "wolf"."""
    return _stems(word.casefold())


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Words that inflection or derivation changes beyond their ending, with the word that they are forms of."""
    return dict(read_table("word_forms.csv", lambda row: (row["form"], row["word"])))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def _stems(word: str) -> str:
    return str(_stemmer().stemWord(_forms().get(word, word)))
