"""How outputs speak of whoever passes a claim on, and so decides its group: "through two unnamed officials"."""

from __future__ import annotations

from functools import lru_cache

from scoring.schema import Claim, Link, SourceType

LONGEST = 60
"""Characters of a relay's words that are shown."""
UNNAMED = {
    SourceType.PERSON: "a person",
    SourceType.ORGANISATION: "an organisation",
    SourceType.MEDIA: "another outlet",
    SourceType.SOCIAL: "an account",
    SourceType.DOCUMENT: "a document",
    SourceType.ANONYMOUS: "unnamed people",
    SourceType.GENERIC: "hearsay",
    SourceType.AUTHOR: "the writer",
}
"""A source of each type that has neither words nor a name."""


def through(claim: Claim, text: str) -> str | None:
    """Through whom a claim came that its innermost source alone would put into a better group; ``None`` if nobody."""
    return f"through {called(claim.relayed, text)}" if claim.relayed else None


def with_group(claim: Claim, text: str) -> str | None:
    """The same with the group that follows from it, for views that have no sign of the group."""
    relay = through(claim, text)
    return f"{relay}, so {claim.group.value.replace('_', ' ')}" if relay else None


def relay_place(claim: Claim) -> int | None:
    """The place in the chain, from 0, of the link that decides the group; ``None`` where nothing is relayed."""
    relay = claim.relayed
    return next((place for place, link in enumerate(claim.chain) if link is relay), None)


def called(link: Link, text: str) -> str:
    """What a link is called inside a sentence: the article's words for it up to a comma, else its name or type.

    A pronoun says nothing where the sentence before is not shown, and counts as no words.
    """
    said = " ".join(link.words(text).split(",")[0].split())
    if not said or said.casefold() in _pronouns():
        said = link.resolved or UNNAMED[link.type]
    shown = _inside_a_sentence(said)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"


def _inside_a_sentence(phrase: str) -> str:
    """The phrase with a small letter first, where its first word has a capital only for opening a sentence."""
    from scoring.text.source_nouns import source_noun_type  # lists of words are read when they are needed

    first = phrase.split(maxsplit=1)[0]
    small = first.lower()
    opens = first == first.capitalize() and (small in _small() or (first == phrase and source_noun_type(small)))
    return small + phrase[len(first) :] if opens else phrase


@lru_cache(maxsize=1)
def _pronouns() -> frozenset[str]:
    from scoring.word_lists import words

    return words("pronouns as subjects", "pronouns for the source", "pronouns for several", "pronouns for a person")


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    from scoring.word_lists import words

    return words("determiners", "indefinite determiners", "function words")
