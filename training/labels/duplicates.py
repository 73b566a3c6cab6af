"""Texts that are the same or nearly so: MinHash (Broder 1997) finds them, and their shingles are then compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+")
SEED = 7
MARGIN = 0.15
"""How far below the wanted index a pair is still compared, since MinHash errs by some hundredths."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The indices of two texts, the earlier first, and the Jaccard index of their shingles, in [0, 1]."""

    first: int
    second: int
    alike: float


def alike(texts: Sequence[str], parts: Sequence[str], *, words: int, least: float, permutations: int) -> Iterator[Pair]:
    """Pair each text with an earlier one with like shingles: one of another part if possible, else of its own part.

    Parameters
    ----------
    texts
        Capitals and white space in them do not count.
    parts
        For each text the name of the part that it belongs to.
    words
        Number of words of a shingle; a shorter text is one shingle.
    least
        Jaccard index, in (0, 1], from which texts are alike.
    permutations
        Number of permutations of MinHash; more find more of the pairs close to ``least``.
    """
    import rensa

    index = rensa.RMinHashLSH(least, permutations, bands(least, permutations))
    first: dict[tuple[frozenset[str], str], int] = {}
    kept: dict[int, frozenset[str]] = {}
    for number, (text, part) in enumerate(zip(texts, parts, strict=True)):
        one = shingles(text, words)
        hashed = rensa.RMinHash(permutations, SEED)
        hashed.update(sorted(one))
        near = sorted(index.query(hashed), key=lambda other: (parts[other] == part, other))
        shares = ((other, len(one & kept[other]) / len(one | kept[other])) for other in near)
        if found := next(((other, share) for other, share in shares if share >= least), None):
            yield Pair(found[0], number, found[1])
        if first.setdefault((one, part), number) == number:
            kept[number] = one
            index.insert(number, hashed)


def bands(least: float, permutations: int) -> int:
    """Bands of MinHash that find most pairs at ``least``: b bands of r rows begin to find pairs at (1/b)**(1/r)."""
    rows = (r for r in range(permutations, 0, -1) if permutations % r == 0)
    return next((permutations // r for r in rows if (r / permutations) ** (1 / r) <= least - MARGIN), permutations)


def shingles(text: str, words: int) -> frozenset[str]:
    """All runs of so many words in a text; the whole text if it has fewer words or none."""
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be hashed
    tokens = WORD.findall(text.casefold())
    if len(tokens) < words:
        return frozenset([" ".join(tokens) or text.strip()])
    return frozenset(" ".join(tokens[place : place + words]) for place in range(len(tokens) - words + 1))
