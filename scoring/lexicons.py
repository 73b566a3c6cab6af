"""Lexicons of cues, hedges and source nouns: read once from ``data/lexicons``, matched by simple rules.

The columns of each table are described in ``data/lexicons/README.md``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TypeVar

from scoring import resources
from scoring.errors import ConfigError
from scoring.schema import Hedge, HedgeKind, SourceType, Span, Stance

T = TypeVar("T")

_WORD = re.compile(r"[\w@]+(?:['’.-]\w+)*")
_NEGATOR = re.compile(r"\b(?:not(?! only| just| merely)|never|cannot|no longer|neither|nor)\b|n['’]t\b", re.I)
_CUE_RANK = ("noun", "verb", "phrase")
"""Where two rows have a form in common, the later kind decides."""

_MODIFIER = re.compile(
    r"\s(?:of|from|by|at|in|on|for|with|to|about|against|near|under|inside|within|among|close to|such as|like"
    r"|who|whom|whose|which|that|where|familiar|briefed|based|published|posted|released|led|working|writing|speaking"
    r"|accompanying|given|believed|here|earlier|previously|thus|this|last|uploaded|uncovered|obtained|seen|known|commissioned|affiliated|quoted|involved)\b"
    r"|\s*[,(:–—]|\s-\s"
)
_ARTICLE = re.compile(
    r"^(?:an? (?:number|series|group|handful|couple|pair) of|the (?:latest|next) series of|the|an?|this|that|these|those|his|her|its|their|our|my|one of|some of|several of|many of)\s+",
    re.I,
)
_OF_NAMES = frozenset({SourceType.ORGANISATION, SourceType.MEDIA, SourceType.PERSON})
"""What a name's last word can tell: the Defence Ministry, but not the Morning Post."""
_SPOKEN_FOR = re.compile(r"\bspokes(?:man|woman|person|people)\b|\brepresentatives?\b(?= (?:of|for|from)\b)", re.I)


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting verb, noun or phrase with its stance, all its inflected forms, and what it takes as content.

    ``kind`` is verb, noun or phrase; ``complement`` is clause, to or phrase for verbs, empty else.
    """

    lemma: str
    stance: Stance
    kind: str
    forms: frozenset[str]
    complement: str


@dataclass(frozen=True, slots=True)
class HedgeRow:
    """A row of the table of hedges.

    ``certainty`` in [0, 1] is what the cue leaves of a plain statement's 1. ``speculative`` says that as main hedge
    of the article's own sentence it makes a guess of it; ``recorded`` that it is reported as a hedge at all.
    The guards hold words that must not follow, must not precede, or must follow; ``#`` is a number.
    """

    cue: str
    kind: HedgeKind
    certainty: float
    speculative: bool
    recorded: bool
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    only_before: tuple[str, ...]


def _rows(name: str, read: Callable[[dict[str, str]], T]) -> tuple[T, ...]:
    path = resources.lexicon(name)
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                found.append(read(row))
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise ConfigError(f"{path}:{number}: {error}; see README.md beside it for the columns") from error
    return tuple(found)


@lru_cache(maxsize=1)
def cue_table() -> tuple[Cue, ...]:
    """The reporting verbs, nouns and phrases of ``cues.csv``."""
    return _rows("cues.csv", _read_cue)


def _read_cue(row: dict[str, str]) -> Cue:
    lemma, kind = row["lemma"], row["kind"]
    if kind not in _CUE_RANK:
        raise ValueError(f"kind {kind!r}, expected one of {', '.join(_CUE_RANK)}")
    first, _, rest = lemma.partition(" ")
    forms = {lemma}
    if kind == "verb":
        heads = {*_verb_forms(first), *filter(None, row["forms"].split("|"))}
        forms |= {f"{head} {rest}".strip() if " " not in head else head for head in heads}
    elif kind == "noun":
        forms |= {f"{lemma[:-1]}ies" if re.search("[^aeiou]y$", lemma) else f"{lemma}s"}
    return Cue(lemma, Stance(row["stance"]), kind, frozenset(forms), row["complement"])


def _verb_forms(verb: str) -> tuple[str, ...]:
    """Base, third person, past and present participle by the regular rules."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if re.search("[^aeiou]y$", verb):
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    plural = "es" if re.search("(?:s|x|z|ch|sh)$", verb) else "s"
    return verb, f"{verb}{plural}", f"{verb}ed", f"{verb}ing"


@lru_cache(maxsize=1)
def cue_forms() -> dict[str, Cue]:
    """Every inflected form, lower case, words joined by one space, with its row."""
    ranked = sorted(cue_table(), key=lambda cue: _CUE_RANK.index(cue.kind))
    return {form: cue for cue in ranked for form in cue.forms}


@lru_cache(maxsize=4096)
def cue_stance(words: str) -> Stance:
    """Stance of the words of a cue.

    Parameters
    ----------
    words
        A cue as it stands in the article, auxiliaries and adverbs included: "has repeatedly denied".

    Returns
    -------
    Stance
        That of the longest cue in it, the first among equals; ``NEGATING`` where it is negated, ``NEUTRAL`` where a
        negating one is negated or no cue is known.
    """
    found = _longest_cue(words.lower().replace("’", "'"))
    if found is None:
        return Stance.NEGATING if _NEGATOR.search(words) else Stance.NEUTRAL
    cue, start, form = found
    negated = _NEGATOR.search(words, 0, start) is not None and not _NEGATOR.search(form)
    if not negated:
        return cue.stance
    return Stance.NEUTRAL if cue.stance is Stance.NEGATING else Stance.NEGATING


def _longest_cue(words: str) -> tuple[Cue, int, str] | None:
    tokens = list(_WORD.finditer(words))
    forms = cue_forms()
    for size in range(min(6, len(tokens)), 0, -1):
        for i in range(len(tokens) - size + 1):
            form = " ".join(token.group() for token in tokens[i : i + size])
            if form in forms:
                return forms[form], tokens[i].start(), form
    return None


@lru_cache(maxsize=1)
def hedge_table() -> tuple[HedgeRow, ...]:
    """The hedges of ``hedges.csv``, those that are not recorded included, longest first."""
    rows = _rows("hedges.csv", _read_hedge)
    return tuple(sorted(rows, key=lambda row: (-len(row.cue), row.cue)))


def _read_hedge(row: dict[str, str]) -> HedgeRow:
    certainty = float(row["certainty"])
    if not 0 <= certainty <= 1:
        raise ValueError(f"certainty {certainty}, expected a number in [0, 1]")
    return HedgeRow(
        cue=row["cue"],
        kind=HedgeKind(row["kind"]),
        certainty=certainty,
        speculative=_yes(row["speculative"]),
        recorded=_yes(row["recorded"]),
        not_before=_listed(row["not_before"]),
        not_after=_listed(row["not_after"]),
        only_before=_listed(row["only_before"]),
    )


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError(f"found {value!r}, expected yes or no")
    return value == "yes"


def _listed(value: str) -> tuple[str, ...]:
    return tuple(word for word in value.split("|") if word)


def find_hedges(text: str, start: int, end: int) -> tuple[Hedge, ...]:
    """The recorded hedges that lie in ``text[start:end]``, in order; where two begin alike the longer counts.

    Parameters
    ----------
    text
        The whole article; words around the stretch decide on the guards.
    start, end
        A half-open stretch in code points.

    Returns
    -------
    tuple of Hedge
        Spans are offsets into ``text``.
    """
    found = []
    for match in _hedge_pattern().finditer(text, start):
        if match.end() > end:
            break
        row = _hedge_row(match.group())
        if row is not None:
            found.append(Hedge(Span(*match.span()), row.kind, row.certainty))
    return tuple(found)


def is_speculative(hedge: Hedge, text: str) -> bool:
    """Whether this hedge makes a guess of a sentence in the article's own voice."""
    row = _hedge_row(hedge.span.of(text))
    return row is not None and row.speculative


def is_evidential(hedge: Hedge, text: str) -> bool:  # noqa: ARG001 - same call as is_speculative
    """Whether this hedge is a sign that the knowledge is second hand."""
    return hedge.kind is HedgeKind.EVIDENTIAL


@lru_cache(maxsize=1)
def _hedge_pattern() -> re.Pattern[str]:
    """All recorded hedges in one expression, grouped by their first letter so that most words fail at once."""
    rows = [row for row in hedge_table() if row.recorded]
    rows.sort(key=lambda row: row.cue[0])
    groups = []
    for letter, here in groupby(rows, key=lambda row: row.cue[0]):
        groups.append(f"(?={letter})(?:{'|'.join(_guarded(row) for row in here)})")
    return re.compile(rf"\b(?:{'|'.join(groups)})", re.I)


def _guarded(row: HedgeRow) -> str:
    before = "".join(rf"(?<!{_edge(word)}{_literal(word)}\s)" for word in row.not_after)
    after = rf"(?!{_followed(row.not_before)})" if row.not_before else ""
    needed = rf"(?={_followed(row.only_before)})" if row.only_before else ""
    return rf"{before}{_literal(row.cue)}\b{after}{needed}"


def _edge(word: str) -> str:
    return r"\b" if word[0].isalnum() else ""


def _followed(words: tuple[str, ...]) -> str:
    """Words after the cue; a contracted negation stands without a space."""
    spaced = [rf"\s+{_literal(word)}" + (r"\b" if word[-1].isalpha() else "") for word in words]
    return "|".join(spaced)


def _literal(cue: str) -> str:
    r"""Words → expression: ``#`` a digit, ``*`` any ending, one space any white space, ``'`` either apostrophe."""
    special = {" ": r"\s", "'": "['’]", "*": r"\w*", "#": r"\d"}
    return "".join(special.get(c, re.escape(c)) for c in cue)


@lru_cache(maxsize=4096)
def _hedge_row(words: str) -> HedgeRow | None:
    """The row that the words were found by, guards aside."""
    return next((row for row in hedge_table() if row.recorded and re.fullmatch(_literal(row.cue), words, re.I)), None)


@lru_cache(maxsize=1)
def source_nouns() -> dict[str, SourceType]:
    """Nouns and phrases of ``source_nouns.csv`` in lower case with the type of source they tell."""
    return dict(_rows("source_nouns.csv", lambda row: (row["noun"], SourceType(row["type"]))))


@lru_cache(maxsize=4096)
def source_noun_type(phrase: str) -> SourceType | None:
    """Type of a source by the head noun of its description.

    The head is the last noun before *of*, *from*, *who*, a comma and the like. A name (``Colonel Mara Lind``) has the
    type of the title in front of it; ``None`` where no word of the table is found in the place of the head.
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
    """By a phrase of the table that the description begins with and that goes past its head: 'people familiar with'."""
    tokens = whole.split()
    for size in range(min(5, len(tokens)), 1, -1):
        words = " ".join(tokens[:size])
        if _MODIFIER.search(f" {words} ") and (kind := _lookup(words)) is not None:
            return kind
    return None


def _is_name(head: str, has_article: bool) -> bool:
    """Whether the last word is capitalised otherwise than as the first of a sentence."""
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
    """``PERSON`` for a name that a role is added to after a comma."""
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
