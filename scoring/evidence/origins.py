"""How many independent origins a proposition has inside the article."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.evidence.confirmations import confirming
from scoring.schema import Basis, Claim, Sentence, SourceType
from scoring.text.names import identity
from scoring.text.source_nouns import head_noun
from scoring.text.spans import jaccard
from scoring.text.words import CONTENT_WORD
from scoring.word_lists import either, words

SAME_PROPOSITION = 0.5
"""Jaccard index of content words from which two claims count as the same proposition; two labelled claims on one span
have 1, unrelated neighbours in an article below 0.2."""
LEAST_WORDS = 3
"""Least content words of a claim that can be compared; "no" and "it is on us" say nothing by themselves."""
REACH = 200
"""How many wordings before and after one are compared with it, if they share a word; no article has more."""
_NUMBER = re.compile(r"\d[\d.,]*")
_NOT = re.compile(rf"\b{either('negations of a proposition')}\b|n['’]t\b", re.I)
_COMMON = words("words that tell no proposition")
_SPELLED_OUT = words("numbers in words")
INDEPENDENT = (Basis.DIRECT_QUOTE, Basis.DOCUMENT, Basis.PARAPHRASE, Basis.ANONYMOUS)
"""Bases whose origin can be told from other origins."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording of a claim: content words, and ``terms`` that must agree exactly (numbers, negation, polarity)."""

    words: frozenset[str]
    terms: frozenset[str]


def count_origins(claims: Sequence[Claim], text: str, sentences: Sequence[Sentence] = ()) -> list[int]:
    """For each claim the number of independent origins, at least 1.

    Two claims corroborate each other when they say the same with the same polarity and their innermost
    sources differ. The same source again, or an outlet relaying it, is no new origin. Who confirms a claim in other
    words is one; without ``sentences`` such confirmations are not looked for.
    """
    alike, confirmed = _in_like_words(claims, text), confirming(claims, sentences, text)
    return [max(1, len(names)) + len(more - names) for names, more in zip(alike, confirmed, strict=True)]


def _in_like_words(claims: Sequence[Claim], text: str) -> list[frozenset[str]]:
    """For each claim the names of the origins that say it in nearly the same words, its own included if it has one."""
    said = [_wording(claim, text) for claim in claims]
    names = [_origin(claim, text) for claim in claims]
    known: dict[Wording, set[str]] = {}
    for proposition, name in zip(said, names, strict=True):
        if name and len(proposition.words) >= LEAST_WORDS:
            known.setdefault(proposition, set()).add(name)
    numbered = list(known)
    by_word: dict[str, list[int]] = {}
    for number, proposition in enumerate(numbered):
        for word in proposition.words:
            by_word.setdefault(word, []).append(number)
    origins = {
        proposition: frozenset().union(*(known[other] for other in _alike(number, numbered, by_word)))
        for number, proposition in enumerate(numbered)
    }
    return [
        origins.get(proposition, frozenset({name})) if name else frozenset()
        for proposition, name in zip(said, names, strict=True)
    ]


def _alike(number: int, numbered: Sequence[Wording], by_word: Mapping[str, list[int]]) -> Iterator[Wording]:
    """The proposition and those in nearly the same words with the same numbers, negation and polarity.

    Two sets of words that share half of their union also share a word of the rarer half of each. So only propositions
    with one of the rarer words are compared.
    """
    words, terms = numbered[number].words, numbered[number].terms
    rarest = sorted(words, key=lambda word: (len(by_word[word]), word))[: len(words) // 2 + 1]
    near = {other for word in rarest for other in _nearest(by_word[word], number)}
    alike = (numbered[other] for other in near if numbered[other].terms == terms)
    return (other for other in alike if jaccard(words, other.words) >= SAME_PROPOSITION)


def _nearest(places: Sequence[int], number: int) -> Sequence[int]:
    place = bisect_left(places, number)
    return places[max(0, place - REACH) : place + REACH + 1]


def _wording(claim: Claim, text: str) -> Wording:
    said = " ".join(span.of(text) for span in claim.spans)
    words = frozenset(word for word in map(str.casefold, CONTENT_WORD.findall(said)) if word not in _COMMON)
    terms = {number.rstrip(".,") for number in _NUMBER.findall(said)} | ({"not"} if _NOT.search(said) else set())
    return Wording(words, frozenset(terms | (words & _SPELLED_OUT) | {claim.polarity.value}))


def _origin(claim: Claim, text: str) -> str | None:
    """The name of the innermost source; unnamed sources of the same role count as one."""
    if claim.basis not in INDEPENDENT or not claim.chain:
        return None
    link = claim.chain[-1]
    if link.known_name:
        return link.known_name.casefold()
    name = link.name(text)
    return f"unnamed {head_noun(name)}" if name and link.type is SourceType.ANONYMOUS else identity(link, text)
