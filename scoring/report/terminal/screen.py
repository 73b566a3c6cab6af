"""What a terminal can show: symbols with an ASCII stand-in, and words of articles made harmless."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TextIO

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console
from rich.text import Text

from scoring.schema import Basis, Group
from scoring.writing.controls import REPLACEMENT

WIDEST = 160
"""Columns used at most; longer lines are hard to read."""
_INVISIBLE = {0xAD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}
_JOINERS = "\u200c\u200d"
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that can move the cursor, turn the direction of writing, or show nothing."""
_FOLDED = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-",
    "‑": "-", "…": "...", "→": "->", "×": "x", "•": "*", "€": "EUR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Symbols:
    """Signs of the table; ``group`` by the group's name."""

    group: dict[str, str]
    arrow: str
    full: str
    rest: str
    dash: str
    minus: str
    marks: tuple[str, str]
    box: Box


UNICODE = Symbols(
    {Group.SOURCED: "●", Group.WEAKLY_SOURCED: "◐", Group.UNSOURCED: "○"},
    "→",
    "━",
    "─",
    "–",
    "−",
    ("▸", "◂"),
    SIMPLE_HEAD,
)
ASCII = Symbols(
    {Group.SOURCED: "(*)", Group.WEAKLY_SOURCED: "(~)", Group.UNSOURCED: "( )"},
    "->",
    "#",
    ".",
    "-",
    "-",
    (">>", "<<"),
    Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True),
)
STYLES = {Group.SOURCED: "green", Group.WEAKLY_SOURCED: "yellow", Group.UNSOURCED: "magenta"}


@dataclass(frozen=True, slots=True)
class Screen:
    """Encoding and width (columns) of what is written to."""

    encoding: str = "utf-8"
    width: int = 80

    @property
    def symbols(self) -> Symbols:
        """The signs for this screen: ASCII stands in for those that its encoding does not have."""
        return UNICODE if self.encoding.lower().startswith("utf") else ASCII

    def text(self, words: str, style: str = "") -> Text:
        """Words of any origin as harmless text; never read as markup."""
        return Text(neutral(words, self.encoding), style)


def console(stream: TextIO) -> Console:
    """A console on ``stream`` that shows all text as it is, and reads none of it as markup."""
    made = Console(file=stream, markup=False, highlight=False, emoji=False)
    made.width = min(made.width, WIDEST)
    return made


def screen_of(made: Console) -> Screen:
    """Encoding and width of a console."""
    return Screen(made.encoding, made.width)


def neutral(words: str, encoding: str = "utf-8") -> str:
    """One line without control characters, escape sequences or overrides of the direction of writing.

    White space becomes a single space, what is unsafe the replacement character; what the encoding lacks is
    folded to what it has, or becomes a question mark.
    """
    one_line = re.sub(r"\s+", " ", words.translate(_INVISIBLE))
    return "".join(_shown(char, encoding) for char in one_line)


@lru_cache(maxsize=8192)
def _shown(char: str, encoding: str) -> str:
    if char not in _JOINERS and unicodedata.category(char) in _UNSAFE:
        char = REPLACEMENT
    if _fits(char, encoding):
        return char
    folded = _FOLDED.get(char) or "".join(
        c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)
    )
    return folded if folded and _fits(folded, encoding) else "?"


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def basis_words(basis: Basis) -> str:
    """The basis as a reader's words."""
    return basis.value.replace("_", " ")
