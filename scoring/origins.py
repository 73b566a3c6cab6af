"""How many independent origins inside the article a proposition has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scoring.schema import Basis, Claim, Polarity

SAME_PROPOSITION = 0.5
"""Jaccard index of content words from which two claims put forward the same proposition; two labelled claims
on one span have 1, unrelated neighbours in an article below 0.2."""
_WORD = re.compile(r"\w{3,}")
_COMMON = frozenset(
    """the and that this with from have has had was were are been will would for its his her their they but not into
    about after over than which who also more been being there what when while""".split()  # noqa: SIM905
)
INDEPENDENT = (Basis.DIRECT_QUOTE, Basis.DOCUMENT, Basis.PARAPHRASE, Basis.ANONYMOUS)
"""Bases with an origin that can be told apart from another."""


def count_origins(claims: Sequence[Claim], text: str) -> list[int]:
    """For each claim the number of independent origins, at least 1.

    Two claims corroborate each other when they say the same with the same polarity and their innermost
    sources differ. The same source again, or an outlet relaying it, is no new origin.
    """
    words = [_content_words(claim, text) for claim in claims]
    names = [_origin(claim, text) for claim in claims]
    said: dict[tuple[frozenset[str], Polarity], set[str]] = {}
    for claim, own, name in zip(claims, words, names, strict=True):
        if name:
            said.setdefault((own, claim.polarity), set()).add(name)
    by_word: dict[str, list[frozenset[str]]] = {}
    for own in dict.fromkeys(own for own, _ in said):
        for word in own:
            by_word.setdefault(word, []).append(own)
    origins = {key: len(_corroborating(*key, said, by_word)) for key in said}
    return [origins[own, claim.polarity] if name else 1 for claim, own, name in zip(claims, words, names, strict=True)]


def _corroborating(
    words: frozenset[str],
    polarity: Polarity,
    said: Mapping[tuple[frozenset[str], Polarity], set[str]],
    by_word: Mapping[str, list[frozenset[str]]],
) -> set[str]:
    """Names of all origins of what is said in these or much the same words.

    Two sets of words that share half of their union share one of the rarer half of either.
    """
    rarest = sorted(words, key=lambda word: (len(by_word[word]), word))[: len(words) // 2 + 1]
    near = {words, *(other for word in rarest for other in by_word[word])}
    alike = (other for other in near if other == words or _jaccard(words, other) >= SAME_PROPOSITION)
    return set().union(*(said.get((other, polarity), ()) for other in alike))


def _content_words(claim: Claim, text: str) -> frozenset[str]:
    found = (w.casefold() for span in claim.spans for w in _WORD.findall(span.of(text)))
    return frozenset(w for w in found if w not in _COMMON)


def _origin(claim: Claim, text: str) -> str | None:
    """The name that the innermost source goes by; unnamed sources of the same role count as one."""
    if claim.basis not in INDEPENDENT or not claim.chain or claim.polarity is Polarity.NEGATIVE:
        return None
    link = claim.chain[-1]
    if link.prior and link.prior.known and link.prior.name:
        return link.prior.name.casefold()
    name = link.resolved or (link.source.of(text) if link.source else None)
    return re.sub(r"^(?:the|a|an)\s+", "", name.casefold()) if name else None


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0
