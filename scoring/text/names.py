"""Names in a text: full names of people, acronyms with their expansions, and whether a name is a person's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scoring.schema import Document, Link, Span
from scoring.text.spans import Stretches
from scoring.text.words import RUN, is_possessive, without_possessive
from scoring.word_lists import either, lines, words

UPPER = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x250)) if c.isupper())
"""Capital letters of the Latin alphabets, for a character class."""
_PARTICLE = rf"(?:al-|el-|{either('particles in names')} )?"
_TOKEN = (
    rf"(?:(?:[A-Z]\.){{1,9}}+|{either('titles inside names', capital=True)}\."
    rf"|[{UPPER}][\w&-]{{0,99}}+(?:['’]\w{{1,99}}+)?)"
)
"""Repetitions are bounded and never tried again shorter: in a line of "A-A-A-…" a name could begin at each letter."""
_SMALL = either("small words in names")
NAME = re.compile(rf"\b{_TOKEN}(?:[ \u00a0]+(?:{_SMALL} )?{_PARTICLE}{_TOKEN})*")
PERSON_NAME = re.compile(rf"\b{_TOKEN}(?:[ \u00a0]+{_PARTICLE}{_TOKEN}){{1,6}}")
_NICKNAME = rf"(?:[ \u00a0]+[“\"‘'][{UPPER}]\w{{1,20}}[”\"’'])?"
_SEQUENCE = re.compile(rf"\b{_TOKEN}(?:{_NICKNAME}[ \u00a0]+{_PARTICLE}{_TOKEN})+")
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z&.-]{1,9})\)")
_ALONE = re.compile(r"(?<![A-Z][\w.] )(?<!\w )\b\w+")
_CAPITALISED = re.compile(rf"(?<!\w)[{UPPER}]\w*")
"""A run that begins with a capital: some six times fewer than there are runs."""
_EDGE = re.compile(r"\b")
_OFFICE = re.compile(rf"{either('bodies')}$", re.I)
_STOP = re.compile(r"[.!?]\s|\n")
REMEMBERED = 8
"""Number of texts whose words are cached; no more are rated side by side."""
_OPENERS = words("words before a name", "weekdays")
TITLES = words("titles before a name")
NO_PERSON = words("words of no person")
"""Words with a capital that no person's name contains."""


@dataclass(frozen=True, slots=True)
class FullName:
    """A name of two to four words; ``start`` is where it begins with its titles, ``begin`` where it does without."""

    start: int
    name: str
    begin: int
    end: int


@lru_cache(maxsize=1)
def governments() -> frozenset[str]:
    """Countries, capitals and seats that stand for a government, lower case."""
    return frozenset(lines("governments.txt"))


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Common given names, lower case."""
    return frozenset(lines("given_names.txt"))


def full_names(document: Document) -> list[FullName]:
    """Full names outside the skipped stretches, without titles and possessives, in order."""
    skipped = Stretches(s.span for s in document.skipped)
    names = []
    for match in _SEQUENCE.finditer(document.text):
        name = bare_name(match.group())
        if 1 <= name.count(" ") <= 3 and not skipped.touch(Span(match.start(), match.start() + 1)):
            begin = match.start() + match.group().rfind(name.partition(" ")[0])
            names.append(FullName(match.start(), name, begin, begin + len(name)))
    return names


def words_around(text: str, named: FullName) -> frozenset[str]:
    """The words of three letters or more around a name in its sentence, in lower case."""
    before = _STOP.split(text[max(0, named.start - 60) : named.start])[-1]
    around = before + _STOP.split(text[named.start : named.end + 120])[0]
    return frozenset(w.casefold() for w in re.findall(r"\w{3,}", around))


def places_of(words: Iterable[str], text: str) -> list[tuple[int, str]]:
    """Offsets at which one of the words stands whole, in order, with that word; words may hold hyphens.

    Of two words that begin at one place, the one given first counts.
    """
    by_opening: dict[str, list[str]] = {}
    for word in words:
        by_opening.setdefault(RUN.match(word)[0], []).append(word)  # type: ignore[index]  # names begin with letters
    places: list[tuple[int, str]] = []
    end = 0
    runs = _CAPITALISED if all(map(_CAPITALISED.match, by_opening)) else RUN
    for run in runs.finditer(text):
        start = run.start()
        here = next((w for w in by_opening.get(run.group(), ()) if start >= end and _stands_at(w, text, start)), None)
        if here is not None:
            places.append((start, here))
            end = start + len(here)
    return places


def _stands_at(word: str, text: str, start: int) -> bool:
    return text.startswith(word, start) and _EDGE.match(text, start + len(word)) is not None


def bare_name(phrase: str) -> str:
    """The words after the last title, possessive or country: "Turkey's President Ada Kaya" → "Ada Kaya"."""
    tokens = phrase.replace("\u00a0", " ").split()
    for i, token in reversed(list(enumerate(tokens[:-1]))):
        plain = token.casefold().rstrip(".")
        if plain in TITLES or plain in _OPENERS or is_possessive(token):
            tokens = tokens[i + 1 :]
            break
    while len(tokens) > 2 and (tokens[0].casefold() in governments() or tokens[0].casefold() in NO_PERSON):
        tokens = tokens[1:]
    return without_possessive(" ".join(tokens))


def expansions(text: str) -> dict[str, str]:
    """Acronyms in brackets with the name before them: "Institute for the Study of War (ISW)"."""
    by_acronym: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        names = list(NAME.finditer(text, max(0, match.start() - 90), match.start()))
        if names and not text[names[-1].end() : match.start()].strip():
            words = re.sub(r"^(?:the|a|an)\s+", "", " ".join(names[-1].group().split()), flags=re.I)
            by_acronym.setdefault(match.group(1), _abbreviated(words, match.group(1)))
    return by_acronym


def _abbreviated(words: str, acronym: str) -> str:
    """The last words of ``words`` that the acronym abbreviates; all words if it fits none, or "Department of" one."""
    tokens = words.split()
    for i in range(len(tokens) - 1, -1, -1):
        initials = "".join(p[0] for t in tokens[i:] for p in re.split(r"[-–]", t) if p and p[0].isupper())
        if initials.casefold() == re.sub(r"\W", "", acronym).casefold():
            of_body = i > 1 and tokens[i - 1] in ("of", "for") and _OFFICE.match(tokens[i - 2])
            return words if of_body else " ".join(tokens[i:])
    return words


def looks_like_person(name: str, text: str) -> bool:
    """Whether a name of several words is a person's: by given name, by a surname used alone, by its words.

    A name with a word that the text also writes in lower case belongs to an organisation ("Militia Spotlight").
    """
    tokens = bare_name(name).split()
    if not 2 <= len(tokens) <= 4 or any(t.casefold() in NO_PERSON or t.casefold() in TITLES for t in tokens):
        return False
    if tokens[-1].isupper() and len(tokens[-1]) > 2:  # an acronym
        return False
    if tokens[0].casefold() in given_names():
        return True
    small = [token.lower() for token in tokens if len(token) > 3]
    if not _small_words(text).isdisjoint([*small, *(word + "s" for word in small)]):
        return False
    if len(tokens) <= 3:
        return True
    last, run = tokens[-1], RUN.match(tokens[-1])
    offset = name.rfind(last)
    places = _alone(text).get(run.group(), ()) if run else ()
    return any(_stands_at(last, text, p) and not text.startswith(name, max(0, p - offset)) for p in places)


@lru_cache(maxsize=REMEMBERED)
def _alone(text: str) -> dict[str, list[int]]:
    """Offsets of each word that does not follow another word."""
    places: dict[str, list[int]] = {}
    for match in _ALONE.finditer(text):
        places.setdefault(match.group(), []).append(match.start())
    return places


@lru_cache(maxsize=REMEMBERED)
def _small_words(text: str) -> frozenset[str]:
    """Words that the text writes in lower case."""
    return frozenset(re.findall(r"\b[a-z]\w*", text))


def normalised(name: str) -> str:
    """Lower case without brackets, possessive and punctuation, for exact comparison."""
    words = without_possessive(re.sub(r"\([^)]*\)", " ", name.casefold()).strip())
    return " ".join(re.sub(r"[^\w&+!]+", " ", words.replace(".", "")).split())


def identity(link: Link, text: str) -> str | None:
    """The name that tells a source from others, :func:`normalised`; ``None`` if nobody is named."""
    name = link.known_name or link.name(text)
    return normalised(name).removeprefix("the ") if name else None
