"""Sources that a text has named so far; later pronouns and descriptions may stand for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from scoring.schema import SourceType
from scoring.sources.patterns import PUBLIC_BODY, SPOKEN_FOR


@dataclass(frozen=True, slots=True)
class Mention:
    """A source as it was named; numbered in the order of the text."""

    number: int
    position: int
    name: str
    type: SourceType


class Mentions:
    """The sources named so far, by type and by word, so that the nearest is found without a search through all."""

    def __init__(self) -> None:
        self._number = 0
        self._kept: dict[tuple[SourceType, str, bool], list[Mention]] = {}

    def add(self, position: int, name: str, type_: SourceType, about: str) -> None:
        """Add a mention, which must not stand before those added so far; ``about`` are its words in lower case."""
        self._number += 1
        mention = Mention(self._number, position, name, type_)
        public = bool(PUBLIC_BODY.search(about) or SPOKEN_FOR.search(about))
        for word in {"", *about.split()}:
            for only_private in (False,) if public else (False, True):
                self._kept.setdefault((type_, word, only_private), []).append(mention)

    def nearest(
        self, position: int, fitting: tuple[SourceType, ...], words: Collection[str] = ("",), *, private: bool = False
    ) -> Mention | None:
        """The last mention before a position with one of the types and one of the words.

        With ``private`` public bodies are left out.
        """
        lists = (self._kept.get((type_, word, private), ()) for type_ in fitting for word in words)
        last = (next((m for m in reversed(kept) if m.position < position), None) for kept in lists)
        return max((m for m in last if m), key=lambda m: m.number, default=None)
