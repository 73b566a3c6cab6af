"""What counts as a word: one expression for each purpose, all in this one tokeniser of the rules.

The network has its own tokeniser, which comes with its weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scoring.schema import Span

WORD = re.compile(r"\w+(?:['’.-]\w+)*")
"""A word as a reader counts it: "don't", "twenty-one", "U.S" and "3.5" are one each."""
RUN = re.compile(r"\w+")
"""Letters, digits and underscores without a break; a hyphen or apostrophe separates words."""
CUE_WORD = re.compile(r"[\w@]+(?:['’.-]\w+)*")
"""A word of a cue or source phrase; the sign "@" of an account belongs to it ("@harbourwatch")."""
CONTENT_WORD = re.compile(r"[^\W\d_]{3,}")
"""A word of three letters or more, which can carry the content of a claim."""
NAME_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
"""A word of a name, with its possessive: "Marrant's"."""
TERM = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d,.]*\d|\d|%")
"""A word, a whole figure ("1,204.5") or a percent sign: two claims are compared by these."""
_POSSESSIVE = re.compile(r"['’]s?$")


def count_words(text: str, spans: Iterable[Span]) -> int:
    """Number of words that begin in the spans."""
    return sum(1 for span in spans for _ in WORD.finditer(text, span.start, span.end))


def without_possessive(word: str) -> str:
    """The word without a possessive at its end: "Marrant's" and "officials'" → "Marrant", "officials"."""
    return _POSSESSIVE.sub("", word)


def is_possessive(word: str) -> bool:
    """Whether the word ends with a possessive."""
    return _POSSESSIVE.search(word) is not None
