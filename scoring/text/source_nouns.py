"""What kind of source a description names, by its head noun and the table ``data/lexicons/source_nouns.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scoring.schema import SourceType
from scoring.word_lists import either, read_table

_MODIFIER = re.compile(rf"\s{either('words behind the head of a description')}\b|\s*[,(:–—]|\s-\s")
_ARTICLE = re.compile(
    rf"^(?:an? {either('nouns of number')} of|the (?:latest|next) series of"
    rf"|{either('determiners of a description')})\s+",
    re.I,
)
_BEHIND = re.compile(rf",|\s{either('words behind a head noun')}\b")
"""What follows the head of a description."""
_OF_NAMES = frozenset({SourceType.ORGANISATION, SourceType.MEDIA, SourceType.PERSON})
"""Types that a name's last word can show: the Defence Ministry is an organisation, the Morning Post no post."""
_SPOKEN_FOR = re.compile(rf"\b{either('spokespeople')}\b|\brepresentatives?\b(?= (?:of|for|from)\b)", re.I)


@lru_cache(maxsize=1)
def source_nouns() -> dict[str, SourceType]:
    """Nouns and phrases of ``source_nouns.csv`` in lower case, each with its type of source."""
    return dict(read_table("source_nouns.csv", lambda row: (row["noun"], SourceType(row["type"]))))


def head_noun(phrase: str) -> str:
    """The head of a description in lower case and the singular: "two senior officials in Kessel" → "official"."""
    head = _BEHIND.split(phrase.casefold(), maxsplit=1)[0].split()
    return re.sub(r"s$", "", head[-1]) if head else ""


@lru_cache(maxsize=4096)
def source_noun_type(phrase: str) -> SourceType | None:
    """Type of a source by the head noun of its description; ``None`` if the table does not have that noun.

    The head is the last noun before *of*, *from*, *who*, a comma and the like. A name (``Colonel Mara Lind``) has the
    type of the title in front of it.
    """
    plain = " ".join(phrase.replace("’", "'").split())
    if re.match(r"@\w", plain):
        return SourceType.SOCIAL
    bare = _ARTICLE.sub("", plain)
    whole = bare.casefold()
    direct = _lookup(plain.casefold()) or _lookup(whole)
    if direct is not None and (direct in _OF_NAMES or not _is_name(bare, bare != plain)):
        return direct
    if (opening := _opening(whole)) is not None:
        return opening
    chunk = _MODIFIER.split(plain, maxsplit=1)[0]
    head = _ARTICLE.sub("", chunk)
    return _head_type(head, head != chunk) or _apposition_type(plain, head)


def _opening(whole: str) -> SourceType | None:
    """Type by a phrase of the table that opens the description and reaches past its head: 'people familiar with'."""
    tokens = whole.split()
    for size in range(min(5, len(tokens)), 1, -1):
        words = " ".join(tokens[:size])
        if _MODIFIER.search(f" {words} ") and (kind := _lookup(words)) is not None:
            return kind
    return None


def _is_name(head: str, has_article: bool) -> bool:
    """Whether the last word has a capital for another reason than that it may open a sentence."""
    words = head.split()
    return bool(words) and words[-1][0].isupper() and (has_article or len(words) > 1)


def _head_type(head: str, has_article: bool) -> SourceType | None:
    tokens = re.findall(r"[\w@'.&-]+", head)
    lowered = [_bare(token) for token in tokens]
    for size in range(min(4, len(tokens)), 0, -1):
        kind = _lookup(" ".join(lowered[-size:]))
        if kind is not None and (kind in _OF_NAMES or not _is_name(head, has_article)):
            return kind
    return _title_type(tokens, lowered)


def _bare(token: str) -> str:
    return re.sub(r"'s?$|\.$", "", token.casefold())


def _title_type(tokens: list[str], lowered: list[str]) -> SourceType | None:
    """``PERSON`` for a title or a role in front of a capitalised name, ``SOCIAL`` for 'user x'."""
    for i, word in enumerate(lowered[:-1]):
        kind = _lookup(word)
        if kind is SourceType.SOCIAL and i == len(tokens) - 2:
            return kind
        named = tokens[i + 1][0].isupper()
        if named and (kind is SourceType.PERSON or kind is SourceType.ANONYMOUS or _SPOKEN_FOR.search(word)):
            return SourceType.PERSON
    return None


def _apposition_type(plain: str, head: str) -> SourceType | None:
    """``PERSON`` for a name that a comma and a role follow."""
    _, comma, rest = plain.partition(",")
    if not comma or not re.match(r"[^\W\d_a-z][\w'.-]*(?: [^\W\d_a-z][\w'.-]*)+$", head):
        return None
    role = source_noun_type(rest.strip()) if rest.strip() else None
    spoken = role is SourceType.ORGANISATION and _SPOKEN_FOR.search(rest)
    return SourceType.PERSON if spoken or role in (SourceType.PERSON, SourceType.ANONYMOUS) else None


def _lookup(words: str) -> SourceType | None:
    """The type of a noun in the singular or plural."""
    nouns = source_nouns()
    return next((nouns[form] for form in _singulars(words) if form in nouns), None)


def _singulars(words: str) -> Iterator[str]:
    yield words
    if words.endswith("ies"):
        yield f"{words[:-3]}y"
    if words.endswith("men"):
        yield f"{words[:-3]}man"
    if words.endswith("es"):
        yield words[:-2]
    if words.endswith("s") and not words.endswith("ss"):
        yield words[:-1]
