"""Texts that are the same or nearly so, found by MinHash (Broder 1997) and proved by the shingles themselves."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """The places of two texts, the earlier first, and the Jaccard index of their shingles, in [0, 1]."""

    first: int
    second: int
    alike: float


def alike(texts: Sequence[str], *, words: int, least: float, permutations: int) -> Iterator[Pair]:
    """Pairs of texts whose shingles have a Jaccard index of at least ``least``.

    Parameters
    ----------
    texts
        Equal ones (capitals and white space aside) are paired each with the first of them only.
    words
        Of a shingle; a shorter text is one shingle.
    least
        In (0, 1].
    permutations
        Of MinHash; more find more of the pairs close to ``least``.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=max(least - 0.1, 0.05), num_perm=permutations)
    shingled = [shingles(text, words) for text in texts]
    first: dict[frozenset[bytes], int] = {}
    for number, one in enumerate(shingled):
        if one in first:
            yield Pair(first[one], number, 1.0)
            continue
        first[one] = number
        hashed = MinHash(num_perm=permutations, hashfunc=zlib.crc32)
        hashed.update_batch(sorted(one))
        for other in sorted(index.query(hashed)):
            share = len(one & shingled[other]) / len(one | shingled[other])
            if share >= least:
                yield Pair(other, number, share)
        index.insert(number, hashed)


def shingles(text: str, words: int) -> frozenset[bytes]:
    """The runs of so many words of a text; the whole of a shorter one, or of one without words."""
    found = WORD.findall(text.casefold())
    if len(found) < words:
        return frozenset([(" ".join(found) or text.strip()).encode("utf-8", "replace")])
    runs = (" ".join(found[place : place + words]) for place in range(len(found) - words + 1))
    return frozenset(run.encode("utf-8", "replace") for run in runs)
