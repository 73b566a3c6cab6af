"""Lexicons of cues and hedges: read once from ``data/lexicons``, matched by simple rules.

The columns of each table are described in ``data/lexicons/README.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from scoring.schema import Basis, Hedge, HedgeKind, Span, Stance
from scoring.text.words import CUE_WORD
from scoring.word_lists import either, read_table, yes

_NEGATOR = re.compile(rf"\b(?:not(?! only| just| merely)|{either('negations of a cue')})\b|n['’]t\b", re.I)
GUARD_REACH = 80
"""How many code points after a stretch are searched for words that forbid or require a hedge at its end."""
_DECLINED = re.compile(
    rf"\b(?:declin\w+|refus\w+) to {either('verbs of answering')}\b|\bdeclined to\b"
    r"|\b(?:has|have|had)(?: not|n't)(?: yet)?(?: \w+ly)? (?:confirm|comment|respond|verif)"
)
_CUE_RANK = ("noun", "verb", "phrase")
"""If two rows have a form in common, the kind that stands later here decides."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting verb, noun or phrase with its stance, all its inflected forms, and what it takes as content.

    ``kind`` is verb, noun or phrase; ``complement`` is clause, to or phrase for verbs, otherwise empty.
    """

    lemma: str
    stance: Stance
    kind: str
    forms: frozenset[str]
    complement: str


@dataclass(frozen=True, slots=True)
class HedgeRow:
    """A row of the table of hedges.

    ``certainty`` in [0, 1] is what remains with the cue, where a plain statement has 1. ``decides`` says that, as the
    main hedge of a sentence in the article's own voice, the cue makes that sentence hearsay (evidential cues) or
    speculation (other cues). ``recorded`` says that it is reported as a hedge. ``not_before`` holds words that must not
    follow the cue, ``not_after`` words that must not precede it, ``only_before`` words of which one must follow;
    ``#`` is a digit.
    """

    cue: str
    kind: HedgeKind
    certainty: float
    decides: bool
    recorded: bool
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    only_before: tuple[str, ...]


@lru_cache(maxsize=8)
def kind_patterns(name: str) -> dict[str, re.Pattern[str]]:
    """One expression for each ``kind`` of a table of ``words`` and ``kind``; ``*`` stands for any letters."""
    rows = read_table(name, lambda row: (row["kind"], row["words"]))
    kinds = dict.fromkeys(kind for kind, _ in rows)
    listed = {kind: "|".join(_literal(words) for other, words in rows if other == kind) for kind in kinds}
    return {kind: re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE) for kind, forms in listed.items()}


@lru_cache(maxsize=1)
def cue_table() -> tuple[Cue, ...]:
    """The reporting verbs, nouns and phrases of ``cues.csv``."""
    return read_table("cues.csv", _read_cue)


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


def _by_letter(expressions: Iterable[tuple[str, str]]) -> str:
    """Alternatives ``(first letter, expression)``, grouped by the letter so that most words fail at once."""
    ranked = sorted(expressions, key=lambda pair: pair[0])
    return "|".join(
        f"(?={letter})(?:{'|'.join(expression for _, expression in group)})"
        for letter, group in groupby(ranked, key=lambda pair: pair[0])
    )


@lru_cache(maxsize=4096)
def knows_cue(words: str) -> bool:
    """Whether the words hold a cue that ``cues.csv`` lists."""
    return _longest_cue(words.lower().replace("’", "'")) is not None


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
        Stance of the longest known cue, the first of several as long. A negated cue is ``NEGATING``, a negated
        ``NEGATING`` cue is ``NEUTRAL``. Words without a known cue are ``NEGATING`` if they hold a negation, else
        ``NEUTRAL``.
    """
    entry = _longest_cue(words.lower().replace("’", "'"))
    if entry is None:
        return Stance.NEGATING if _NEGATOR.search(words) else Stance.NEUTRAL
    cue, start, form = entry
    negated = _NEGATOR.search(words, 0, start) is not None and not _NEGATOR.search(form)
    if not negated:
        return cue.stance
    return Stance.NEUTRAL if cue.stance is Stance.NEGATING else Stance.NEGATING


def is_absence(words: str) -> bool:
    """Whether a cue states that nothing was said or shown: "has not confirmed", "did not say", "declined to comment".

    A negated belief or wish ("does not think") is no absence, and neither is a denial.
    """
    lowered = words.lower().replace("’", "'")
    if _DECLINED.search(lowered):
        return True
    if not _NEGATOR.search(lowered):
        return False
    cue = _longest_cue(lowered)
    negated = cue and _NEGATOR.search(lowered, 0, cue[1]) and not _NEGATOR.search(cue[2])
    return bool(cue and negated and cue[0].stance in (Stance.NEUTRAL, Stance.FACTIVE))


def _longest_cue(words: str) -> tuple[Cue, int, str] | None:
    tokens = list(CUE_WORD.finditer(words))
    forms = cue_forms()
    for size in range(min(6, len(tokens)), 0, -1):
        for i in range(len(tokens) - size + 1):
            form = " ".join(token.group() for token in tokens[i : i + size])
            if form in forms:
                return forms[form], tokens[i].start(), form
    return None


@lru_cache(maxsize=1)
def hedge_table() -> tuple[HedgeRow, ...]:
    """All hedges of ``hedges.csv``, also those that are not recorded, longest first."""
    rows = read_table("hedges.csv", _read_hedge)
    return tuple(sorted(rows, key=lambda row: (-len(row.cue), row.cue)))


def _read_hedge(row: dict[str, str]) -> HedgeRow:
    certainty = float(row["certainty"])
    if not 0 <= certainty <= 1:
        raise ValueError(f"certainty {certainty}, expected a number in [0, 1]")
    return HedgeRow(
        cue=row["cue"],
        kind=HedgeKind(row["kind"]),
        certainty=certainty,
        decides=yes(row["decides"]),
        recorded=yes(row["recorded"]),
        not_before=_listed(row["not_before"]),
        not_after=_listed(row["not_after"]),
        only_before=_listed(row["only_before"]),
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(word for word in value.split("|") if word)


def find_hedges(text: str, start: int, end: int) -> tuple[Hedge, ...]:
    """The recorded hedges inside ``text[start:end]``, in order; of two that begin at one place the longer counts.

    Parameters
    ----------
    text
        The whole article, since the guards also look at words around the stretch.
    start, end
        A half-open stretch in code points.

    Returns
    -------
    tuple of Hedge
        Spans are offsets into ``text``.
    """
    hedges = []
    for match in _hedge_pattern().finditer(text, start, min(len(text), end + GUARD_REACH)):
        if match.end() > end:
            break
        row = _hedge_row(match.group())
        if row is not None:
            hedges.append(Hedge(Span(*match.span()), row.kind, row.certainty))
    return tuple(hedges)


def decided_basis(hedge: Hedge, text: str) -> Basis | None:
    """Basis that this hedge, as the main one, gives a sentence in the article's own voice; ``None`` if it has none."""
    row = _hedge_row(hedge.span.of(text))
    if row is None or not row.decides:
        return None
    return Basis.HEARSAY if hedge.kind is HedgeKind.EVIDENTIAL else Basis.SPECULATION


@lru_cache(maxsize=1)
def _hedge_pattern() -> re.Pattern[str]:
    """All recorded hedges in one expression."""
    rows = (row for row in hedge_table() if row.recorded)
    return re.compile(rf"\b(?:{_by_letter((row.cue[0], _guarded(row)) for row in rows)})", re.I)


def _guarded(row: HedgeRow) -> str:
    before = "".join(rf"(?<!{_edge(word)}{_literal(word)}\s)" for word in row.not_after)
    after = rf"(?!{_followed(row.not_before)})" if row.not_before else ""
    needed = rf"(?={_followed(row.only_before)})" if row.only_before else ""
    return rf"{before}{_literal(row.cue)}\b{after}{needed}"


def _edge(word: str) -> str:
    return r"\b" if word[0].isalnum() else ""


def _followed(words: tuple[str, ...]) -> str:
    """An expression for any of the words after the cue and a space."""
    spaced = [rf"\s+{_literal(word)}" + (r"\b" if word[-1].isalpha() else "") for word in words]
    return "|".join(spaced)


def _literal(cue: str) -> str:
    r"""Turn words into an expression: ``#`` is a digit, ``*`` any ending, a space any white space, ``'`` also ``’``."""
    special = {" ": r"\s", "'": "['’]", "*": r"\w*", "#": r"\d"}
    return "".join(special.get(c, re.escape(c)) for c in cue)


@lru_cache(maxsize=4096)
def _hedge_row(words: str) -> HedgeRow | None:
    """The row whose cue the words are; its guards are not checked again."""
    plain = " ".join(words.casefold().replace("’", "'").split())
    by_words, with_wildcards = _hedge_rows()
    return by_words.get(plain) or next((row for form, row in with_wildcards if form.fullmatch(words)), None)


@lru_cache(maxsize=1)
def _hedge_rows() -> tuple[dict[str, HedgeRow], list[tuple[re.Pattern[str], HedgeRow]]]:
    """The recorded rows by their words, and those with a wildcard as expressions; of equal cues the first counts."""
    rows = [row for row in hedge_table() if row.recorded]
    special = [row for row in rows if "#" in row.cue or "*" in row.cue]
    wild = [(re.compile(_literal(row.cue), re.I), row) for row in special]
    return {row.cue: row for row in reversed(rows) if row not in special}, wild
