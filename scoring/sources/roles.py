"""Roles and what follows them: whether words name an office, a layman, a reason to know, or a reason for no name."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring.schema import SourceType
from scoring.text.source_nouns import source_nouns
from scoring.word_lists import either, words

_OFFICES = words("titles before a name", "titles of people", "titles inside names") - words("forms of address")
_ADDRESS = words("forms of address")
_ROLE = re.compile(r"(?:[a-z-]{3,}(?:er|or|ist|ian|ant|ive|man|woman|person)|head|chair|counsel|fellow|lead|dean)s?$")
"""Endings of roles; they count only where a role is looked for: in front of a name, or behind it and a comma."""
_LAY = re.compile(rf"{either('roles of no office')}$")
NOBODY = frozenset(
    {"person", "people", "source", "someone", "somebody", "man", "woman", "one", "two", "three", "several"}
)
"""Nouns that tell no role."""
DETERMINER = re.compile(r"^(?:the|an?|one|its|his|her|their|another|our|my|this|that)\s+", re.I)
_COMPLEMENT = re.compile(r"\s(?:of|for|at|in|with|from|to|on|whose|who|that|which|representing)\s")
_RELATIVE = re.compile(r",?\s(?=(?:who|whose|which|that|quoted|based)\s)")


@lru_cache(maxsize=4096)
def is_lay(word: str) -> bool:
    """Whether the word is a role without office: a resident, a mother, a witness."""
    return bool(_LAY.match(word.casefold()))


@lru_cache(maxsize=4096)
def is_role(word: str, *, by_ending: bool = True) -> bool:
    """Whether the word names an office or a role of people; one that no list has is told by its ending."""
    plain = word.casefold().rstrip(".")
    if plain in _OFFICES or is_lay(plain):
        return True
    if plain in _ADDRESS:
        return False
    kind = source_nouns().get(plain) or source_nouns().get(plain.removesuffix("s"))
    if kind is not None:
        return kind in (SourceType.PERSON, SourceType.ANONYMOUS)
    return by_ending and bool(_ROLE.match(plain.rpartition("-")[2]))


def head_of(phrase: str) -> str:
    """The words of a description up to its complement, without determiner: "senior director"."""
    return _COMPLEMENT.split(DETERMINER.sub("", phrase, count=1), maxsplit=1)[0]


def relative(phrase: str) -> int:
    """Where a relative clause begins in a phrase; its length if there is none."""
    match = _RELATIVE.search(phrase)
    return match.start() if match else len(phrase)
