"""What feeds and copying leave in plain text: HTML entities, and UTF-8 that was read as another encoding.

Both are mended only where no reader could want them as they stand, and every change is told: a mended text is shorter
than the one given.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from functools import lru_cache

MOST_PASSES = 2
"""Feeds that quote feeds escape twice: ``&amp;quot;``."""
MOST_SHOWN = 4
"""Kinds of entity named in a warning."""
_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ON_MARKUP = re.compile(
    r"&(?:amp;)?(?:lt|#0*60|#x0*3c);\s?/?[a-z!]|`[^`\n]{0,80}&[#\w]{1,32};[^`\n]{0,80}`|\b(?:X?HTML\d?|XML|SGML|markup|ampersands?)\b",
    re.I,
)
"""Signs that a text speaks about markup: an escaped tag, an entity between backticks, the words.

All repeats are bounded: without that, one backtick before 60,000 entities took a minute.
"""
_SAFE = frozenset("&'\"„‚…•·′″©®™°§€")
_SAFE_CATEGORIES = frozenset({"Pd", "Pi", "Pf", "Zs", "Sc"})
"""Dashes, quotation marks that open and close, spaces, signs of currencies; letters beside them."""
_MISREAD = re.compile(
    "[\u00c2-\u00f4](?:[\u0080-\u00bf]|[\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122])"
)
"""The first two bytes of a UTF-8 character as Latin-1 or Windows-1252 shows them; ftfy then decides."""
_ON_ENCODINGS = re.compile(
    r"\b(?:mojibake|UTF-?8|Unicode|Latin-1|ISO[ -]8859|Windows-125\d|character (?:set|encoding))\b", re.I
)


def mended(text: str) -> tuple[str, list[str]]:
    """The text with its entities decoded and misread characters restored, and what was changed, in words.

    Entities of letters, quotation marks, dashes and spaces and the ampersand are decoded; never ``&lt;`` and ``&gt;``,
    and none in a text that speaks about markup.
    """
    text, first = _restored(text)
    text, second = _without_entities(text)
    return text, [*first, *second]


def _without_entities(text: str) -> tuple[str, list[str]]:
    seen: Counter[str] = Counter()

    def decoded(match: re.Match[str]) -> str:
        char = _character(match[0])
        seen[match[0]] += char is not None
        return char or match[0]

    if "&" not in text or not any(map(_character, _ENTITY.findall(text))):
        return text, []
    if _ON_MARKUP.search(text):
        return text, ["HTML entities left as they are, since the text speaks about markup"]
    for _ in range(MOST_PASSES):
        text = _ENTITY.sub(decoded, text)
    kinds = [entity for entity, count in seen.most_common() if count]
    shown = " ".join(kinds[:MOST_SHOWN]) + (" …" if len(kinds) > MOST_SHOWN else "")
    several = "ies" if seen.total() > 1 else "y"
    return text, [f"{seen.total()} HTML entit{several} decoded ({shown})"]


@lru_cache(maxsize=4096)
def _character(entity: str) -> str | None:
    """The character that an entity certainly stands for; ``None`` if the entity may be meant as it is written."""
    char = html.unescape(entity)
    if len(char) != 1:
        return None
    category = unicodedata.category(char)
    return char if char in _SAFE or category[0] == "L" or category in _SAFE_CATEGORIES else None


def _restored(text: str) -> tuple[str, list[str]]:
    """The text with its misread characters restored, line by line."""
    if not _MISREAD.search(text) or _ON_ENCODINGS.search(text):
        return text, []
    import ftfy

    lines = text.split("\n")
    restored = [ftfy.fix_encoding(line) if _MISREAD.search(line) else line for line in lines]
    changed = sum(one != other for one, other in zip(lines, restored, strict=True))
    if not changed:
        return text, []
    counted = f"{changed} line{'s' * (changed > 1)} of UTF-8 that was read as another encoding"
    return "\n".join(restored), [f"{counted} restored"]
