"""The full names of bodies: of a spokesman's, of a short name, of an acronym that no brackets explain."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring.sources.patterns import ARTICLE, BODY, PRESS, SPOKEN_FOR
from scoring.text.names import UPPER, FullName
from scoring.text.words import without_possessive
from scoring.word_lists import either

_COMPANY = re.compile(rf"\b{either('last words of companies')}$", re.I)
_SPEAKS_FOR = re.compile(r"(?:\b(?:for|of|from|at|with)\s+(?:the\s+)?)(?P<body>.+)$")
_CUT = re.compile(r"\s*(?:,\s|\(|[—–:])")
_ACRONYM = re.compile(rf"[{UPPER}]{{2,6}}$")
_BETWEEN = r"[ \u00a0]+(?:(?:of|for|the|and|on|in|to|&)[ \u00a0]+){0,2}"


class Bodies:
    """The bodies that a text names in full; searched only where a source has a short name."""

    def __init__(self, text: str, names: list[FullName]) -> None:
        self.text = text
        self._names = names
        self._by_word: dict[str, str] | None = None
        self._acronyms: dict[str, str | None] = {}

    def name_in(self, phrase: str) -> str:
        """The body in a source's phrase: "a Larkfield Mills spokeswoman", "the spokesman for Larkfield Mills"."""
        bare = ARTICLE.sub("", phrase)
        spoken = SPOKEN_FOR.search(bare)
        if spoken:
            behind = _SPEAKS_FOR.search(bare, spoken.end())
            bare = behind["body"] if behind else bare[: spoken.start()].rstrip()
        bare = without_possessive(_CUT.split(bare, maxsplit=1)[0])
        return ARTICLE.sub("", bare)

    def in_full(self, name: str) -> str | None:
        """The longer name that a short one stands for; ``None`` if the text has none."""
        if " " in name or not name:
            return None
        if _ACRONYM.match(name) and (spelled := self._spelled(name)):
            return spelled
        if self._by_word is None:
            self._by_word = {}
            for named in self._names:
                if _COMPANY.search(named.name) or PRESS.search(named.name):
                    self._by_word.setdefault(named.name.partition(" ")[0], named.name)
                if PRESS.search(named.name):
                    self._by_word.setdefault(named.name.rpartition(" ")[2], named.name)
        return self._by_word.get(name)

    def _spelled(self, acronym: str) -> str | None:
        """The words of the text whose initials the acronym holds; the text is searched once for each acronym."""
        if acronym not in self._acronyms:
            match = _initials(acronym).search(self.text)
            self._acronyms[acronym] = match.group() if match else None
        return self._acronyms[acronym]


@lru_cache(maxsize=256)
def _initials(acronym: str) -> re.Pattern[str]:
    words = (letter + r"[a-z][\w’-]{1,40}" for letter in acronym)
    return re.compile(r"\b" + _BETWEEN.join(words) + r"\b")


def is_body(name: str) -> bool:
    """Whether the last words of a name are those of a body or company."""
    return bool(BODY.search(name) or (" " in name and _COMPANY.search(name)))
