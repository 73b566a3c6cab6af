"""What a report says in words: bases with their letters, the verdict, and words of articles made harmless."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scoring.documents.links import web_link
from scoring.evidence.strength import LEVELS, word
from scoring.schema import (
    Basis,
    Claim,
    Document,
    Factor,
    FactorKind,
    HedgeKind,
    Prior,
    Rating,
    SourceType,
    Stance,
    Summary,
)

_KEPT = frozenset("\n\t\u200c\u200d")
"""Controls that a page shows as they are meant: white space, and the joiners of scripts that need them."""
_DROPPED = frozenset("\u00ad\u200b\u2060\ufeff")
"""Invisible and without a meaning of their own."""
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories that turn the direction of writing, control a device, or show nothing."""


@dataclass(frozen=True, slots=True)
class BasisWords:
    """A basis as readers see it: the letter of its mark, its name, and what it means."""

    letter: str
    name: str
    meaning: str


BASES = {
    Basis.DIRECT_QUOTE: BasisWords("Q", "Quote", "the words of an identified source, in quotation marks"),
    Basis.DOCUMENT: BasisWords("D", "Document", "something written or recorded that can be inspected"),
    Basis.PARAPHRASE: BasisWords("P", "Paraphrase", "an identified source, in the article’s words"),
    Basis.ANONYMOUS: BasisWords("U", "Unnamed people", "people of whom only a role is given"),
    Basis.HEARSAY: BasisWords("H", "Hearsay", "second hand, from nobody who could be asked"),
    Basis.SPECULATION: BasisWords("S", "Speculation", "the writer’s own guess or emphasis"),
    Basis.ASSERTION: BasisWords("A", "Assertion", "the article’s own word, without a source"),
}
RELIABILITY = {
    "A": "reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
"""The words of the NATO Admiralty letters (AJP-2.1)."""
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}
"""The words of the NATO Admiralty digits (AJP-2.1)."""
NOT_JUDGED = "F"
"""The letter of whom nothing is known beforehand; beside a strong claim it needs a reason."""
OWN_SOURCING = "only the article’s own sourcing counts"
"""What is left to rate a claim by where nothing is known of its outlet or source."""
UNJUDGED = {SourceType.ANONYMOUS: "unnamed", SourceType.GENERIC: "nobody who could be asked"}
"""Why a source has an F, by its type; of all others nothing is known."""
MEASURED = "the measured line from the sum to strength"
"""What calibration is."""
REMINDER = "Strength says how well the article supports a claim, not whether it is true."
HEDGES = {
    HedgeKind.EVIDENTIAL: ("second-hand words", "such as “reportedly”, “is said to”"),
    HedgeKind.EPISTEMIC: ("words of doubt", "such as “may”, “apparently”"),
    HedgeKind.BOOSTER: ("boosters", "such as “undoubtedly”, “clearly”"),
    HedgeKind.APPROXIMATOR: ("rough figures", "such as “about”, “some”"),
}
STANCES = {
    Stance.FACTIVE: "takes it for a fact",
    Stance.NEUTRAL: "neutral",
    Stance.DISTANCING: "keeps its distance",
    Stance.INFERENTIAL: "infers it",
    Stance.INTENTIONAL: "states an intention",
    Stance.NEGATING: "denies it",
}
SKIPPED = {
    "correction": "correction note",
    "embed": "remains of an embedded post",
    "footnote": "note or its mark",
    "markup": "mark-up",
    "notice": "notice of the site",
    "source_line": "credit to another source",
}
"""Longer names for those reasons for leaving out a part that do not explain themselves."""


def verdict(summary: Summary) -> str:
    """The article in one line."""
    if not summary.claims:
        return "No claims found."
    groups = (
        (summary.sourced, "sourced"),
        (summary.weakly_sourced, "to unnamed people"),
        (summary.unsourced, "without a source"),
    )
    counts = ", ".join(f"{number} {what}" for number, what in groups if number)
    parts = [f"{counted(summary.claims, 'claim')}: {counts}", counted(summary.distinct_sources, "distinct source")]
    if summary.mean_strength is not None:
        parts.append(f"mean strength {summary.mean_strength:.2f} ({word(summary.mean_strength, LEVELS)})")
    if summary.sourcing_score is not None:
        parts.append(f"sourcing score {summary.sourcing_score:.2f}")
    return "; ".join(parts) + "."


def outlet_standing(document: Document, prior: Prior, *, brief: bool = False) -> str:
    """What is known of the outlet: its letter in words; for an F, unless ``brief``, also what follows from it."""
    if prior.reliability != NOT_JUDGED:
        return f"reliability {prior.reliability}, {RELIABILITY[prior.reliability]}"
    said = "not known (F)" if document.outlet else "reliability F"
    return said if brief else f"{said}; {OWN_SOURCING}"


def letter_words(rating: Rating) -> str:
    """Whose letter the code begins with, and what it means; an F with what follows from it.

    The letter is the worst of the chain, or the outlet's where the claim has no source.
    """
    letter, chain = rating.strength.code[0], rating.claim.chain if rating.evidence.source_reliability else ()
    said = f"{('weakest source' if len(chain) > 1 else 'source') if chain else 'outlet'} {RELIABILITY[letter]}"
    if letter != NOT_JUDGED:
        return said
    why = next((UNJUDGED.get(one.type) for one in chain if one.prior and one.prior.reliability == NOT_JUDGED), None)
    return f"{said} ({why or 'not known'}), so {OWN_SOURCING}"


def factor_words(factor: Factor, text: str) -> tuple[str, str | None]:
    """What a factor says, and the words of the article that it comes from, unless it repeats them."""
    said = factor.span.of(text) if factor.span else None
    value = factor.value.replace("_", " ") if factor.kind is FactorKind.BASIS else factor.value
    return value, said if said and said not in factor.value else None


def counted(number: int, noun: str) -> str:
    """A number with its noun, which gets an s unless there is one of it."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def signed(value: float) -> str:
    """Two digits with a sign, which zero lacks; minus is a real one."""
    rounded = round(value, 2)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.2f}"


def skipped_words(reason: str) -> str:
    """Why a part was not read, in words."""
    return SKIPPED.get(reason, reason.replace("_", " "))


def visible(words: str) -> str:
    """The words, with every control character that could turn or hide them spelled out, as in ``[U+202E]``.

    White space stays, soft hyphens and zero-width spaces go. Escaping for HTML is the template's.
    """
    return words if words.isascii() and words.isprintable() else "".join(map(_shown, words))


@lru_cache(maxsize=8192)
def _shown(char: str) -> str:
    if char in _DROPPED:
        return ""
    if char in _KEPT or unicodedata.category(char) not in _UNSAFE:
        return char
    return f"[U+{ord(char):04X}]"


def links_shown(claim: Claim, text: str) -> Iterator[tuple[str, str]]:
    """The words and the address of each link of a claim that a page may lead to."""
    for link in claim.links:
        address = web_address(link.url)
        if address:
            yield " ".join(link.span.of(text).split()), address


def web_address(url: str | None) -> str | None:
    """The address if a link may lead there as it stands (see :func:`web_link`); else ``None``."""
    return url if url and web_link(url) == url else None
