"""The people whom a text names: where, by which surname, by which pronoun, and in which sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from scoring.schema import Document, Span
from scoring.sources.patterns import HEAD
from scoring.text.names import (
    NAME,
    FullName,
    bare_name,
    full_names,
    given_names,
    looks_like_person,
    places_of,
    words_around,
)
from scoring.text.quotes import Mask
from scoring.word_lists import either, read_table

NAMES_BACK = 1000
"""Number of full names before a description that are searched for the person it means; no article has so many."""
MENTIONS_BACK = 40
"""Number of mentions before a pronoun that are searched for the person it means."""
_SENTENCE = re.compile(r"(?<=[.!?”\"])(?<!\b[A-Z]\.)\s+(?=[“\"‘A-Z])|\n+")
_AGE = re.compile(r",?\s*\d{1,3}\W*$|\W+$")
_NO_ROLE = re.compile(rf"(?:\w+ing|by|{either('words behind a head')})$")
"""A word before a name whose bearer is not whom the phrase speaks of: "the lawyer representing Mara Quist"."""
_ADDRESS = re.compile(r"\b(?:(?P<he>Mr|Sir)|Mrs|Ms|Miss|Dame)\.? (?:[A-Z][\w’'-]+ )?(?P<surname>[A-Z][\w’'-]*\w)")


@lru_cache(maxsize=1)
def pronouns_of_names() -> dict[str, str]:
    """The pronoun, "he" or "she", that common given names tell; names that tell none are left out."""
    return dict(read_table("given_name_pronouns.csv", lambda row: (row["name"], row["pronoun"])))


class People:
    """The people whom a text names in full, and every later place that names them in full or by surname."""

    def __init__(self, document: Document, may_be_person: Callable[[str], bool]) -> None:
        self.text = document.text
        names = full_names(document)
        self.sequences = names
        known = {named.name for named in names}
        self.full_names = [n for n in (_whole(named, known) for named in names) if may_be_person(n.name)]
        self.by_last_name = {n.name.rpartition(" ")[2]: n.name for n in reversed(self.full_names)}
        given = given_names()
        self.surnames = {
            n.name.rpartition(" ")[2] for n in self.full_names if n.name.partition(" ")[0].casefold() in given
        }
        self.by_name: dict[str, list[FullName]] = {}
        for named in self.full_names:
            self.by_name.setdefault(named.name, []).append(named)
        self.places = self._places()
        self._mentions: dict[str, list[int]] | None = None
        self._around: dict[int, frozenset[str]] = {}
        self._sentences: list[int] | None = None
        self._addressed: dict[str, str] | None = None

    def _places(self) -> list[tuple[int, str]]:
        """Every place that names a person, in full or by surname, from the first full name on, in order."""
        surnames = {name.rpartition(" ")[2]: name for name in self.by_name if looks_like_person(name, self.text)}
        places = ((place, surnames[word]) for place, word in places_of(surnames, self.text))
        return [(place, name) for place, name in places if place >= self.by_name[name][0].start]

    def name_in(self, phrase: str) -> str | None:
        """The full name of the person in a phrase: "judge Quist", "a pupil at Alder School, Mara Quist".

        The head of the phrase counts first, then what follows its last comma.
        """
        bare = _AGE.sub("", phrase)
        head, last = HEAD.split(bare, maxsplit=1)[0], bare.rpartition(", ")[2]
        return self._named_last(head) or self._named_last(last)

    def _named_last(self, part: str) -> str | None:
        """The full name of the person with whose name the words end."""
        for match in NAME.finditer(part):
            before = part[: match.start()].split()
            if match.end() < len(part) or (before and _NO_ROLE.match(before[-1])):
                continue
            name = bare_name(match.group())
            known = self.by_name.get(name)
            if known:
                return known[0].name
            return self.by_last_name.get(name) if " " not in name else None
        return None

    def before(self, position: int) -> Iterator[tuple[int, str]]:
        """The last places before the position that name a person, the nearest first."""
        place = bisect_left(self.places, (position, ""))
        return reversed(self.places[max(0, place - MENTIONS_BACK) : place])

    def mentions(self, name: str) -> list[Span]:
        """The places that name a person in full or by surname, in order."""
        if self._mentions is None:
            self._mentions = {}
            for place, named in self.places:
                self._mentions.setdefault(named, []).append(place)
        full = self.by_name.get(name, [])
        ends = {named.end: named.begin for named in full}
        length = len(name.rpartition(" ")[2])
        spans = [Span(ends.get(place + length, place), place + length) for place in self._mentions.get(name, ())]
        return spans or [Span(named.begin, named.end) for named in full]

    def last_place(self, position: int) -> int:
        """The last place before the position that names a person; -1 if there is none."""
        return next(self.before(position), (-1, ""))[0]

    def meant(self, position: int, pronoun: str, heard: Sequence[tuple[int, str]], quoted: Mask) -> str | None:
        """Whom "he" or "she" stands for: who speaks in the nearest sentence that names anybody, else its subject.

        ``heard`` are places and names of the sources before the position, in order. Names in quotation marks and those
        that have the other pronoun are left out.
        """
        spoken = heard[-MENTIONS_BACK:]
        places = sorted({*self.before(position), *spoken}, reverse=True)
        best: tuple[int, str] | None = None
        speaking = frozenset(spoken)
        for place, name in places:
            if best and self.sentence(place) != self.sentence(best[0]):
                break
            if (quoted[place] and (place, name) not in speaking) or not self.may_be(name, pronoun):
                continue
            best = (place, name)
            if (place, name) in speaking:
                break
        return best[1] if best else None

    def sentence(self, position: int) -> int:
        """The number of the sentence that the position stands in; sentences are counted roughly."""
        if self._sentences is None:
            self._sentences = [match.end() for match in _SENTENCE.finditer(self.text)]
        return bisect_right(self._sentences, position)

    def may_be(self, name: str, pronoun: str) -> bool:
        """Whether "he" or "she" may stand for somebody of the name: nothing tells the other pronoun."""
        if self._addressed is None:
            self._addressed = {m["surname"]: "he" if m["he"] else "she" for m in _ADDRESS.finditer(self.text)}
        given, _, surname = name.rpartition(" ")
        told = self._addressed.get(surname) or pronouns_of_names().get(given.partition(" ")[0].casefold())
        return told in (None, pronoun)

    def described(self, position: int, bare: str) -> str | None:
        """The person whose apposition shares the description's words: 'Akram Kaabi, the leader of … (HaN)'."""
        wanted = {w.casefold() for w in re.findall(r"\w{3,}", bare)}
        before = bisect_left(self.full_names, position, key=lambda n: n.start)
        most, best = 0, None
        for named in reversed(self.full_names[max(0, before - NAMES_BACK) : before]):
            shared = len(wanted & self._words_around(named))
            if shared > most:
                most, best = shared, named.name
            if most == len(wanted):
                break
        return best if most >= min(2, len(wanted)) else None

    def _words_around(self, named: FullName) -> frozenset[str]:
        if named.start not in self._around:
            self._around[named.start] = words_around(self.text, named)
        return self._around[named.start]


def _whole(named: FullName, known: set[str]) -> FullName:
    """The name without words that a heading or a sentence puts before it: "Remembering Mara Quist" and "Mara Quist"."""
    words = named.name.split()
    if len(words) < 3 or words[0].casefold() in given_names():
        return named
    shorter = (" ".join(words[i:]) for i in range(1, len(words) - 1))
    name = next((n for n in shorter if n in known or n.partition(" ")[0].casefold() in given_names()), None)
    if name is None or (len(words) < 4 and len(words[0]) < 3):
        return named
    return FullName(named.start, name, named.end - len(name), named.end)
