"""Claims of a story → groups that say the same: what lies near by its meaning is compared by words, names and dates.

Groups are made by average linkage, decided pair by pair (after Sokal & Michener 1958): pairs are taken by falling
likeness, and two groups become one while the average likeness between them stays at the least. A few members
stand for a large group, so that time grows with the number of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from scoring.dossier.grouping.likeness import likeness, weights
from scoring.dossier.grouping.propositions import Proposition
from scoring.dossier.settings import LikenessSettings

BLOCK = 512
"""The nearest claims are looked for in blocks of so many claims."""


def grouped(
    propositions: Sequence[Proposition],
    stands: Sequence[tuple[int, str]],
    vectors: np.ndarray,
    settings: LikenessSettings,
) -> list[list[int]]:
    """Groups of indices, claims that stand alone among them, in order of their first member.

    Parameters
    ----------
    propositions
        The claims of a story.
    stands
        The article and the id of the claim that each is a part of; an article seldom says a thing twice, a claim never.
    vectors
        Their meanings, of unit length, ``(claims, width)``.
    settings
        ``[likeness]`` of ``configs/dossier.toml``.
    """
    weight = weights(propositions, settings)
    same: dict[tuple[Proposition, bytes], list[int]] = {}
    for i, one in enumerate(propositions):
        same.setdefault((one, vectors[i].tobytes()), []).append(i)
    alike_to = list(same.values())
    distinct = [members[0] for members in alike_to]
    meant = vectors[distinct]

    def alike(i: int, j: int) -> float:
        a, b = distinct[i], distinct[j]
        if stands[a] == stands[b]:
            return 0.0
        probability = likeness(propositions[a], propositions[b], float(meant[i] @ meant[j]), weight, settings)
        return probability * (settings.article if stands[a][0] == stands[b][0] else 1.0)

    groups = linked(len(distinct), _near(meant, settings), alike, settings.least)
    return sorted(sorted(i for n in members for i in alike_to[n]) for members in groups)


def _near(vectors: np.ndarray, settings: LikenessSettings) -> Iterable[tuple[int, int]]:
    """Pairs of a claim and one of those nearest to it, each pair once."""
    most = min(settings.neighbours, len(vectors) - 1)
    if most < 1:
        return []
    met: set[tuple[int, int]] = set()
    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors.T
        nearest = np.argpartition(-cosines, most, axis=1)[:, : most + 1]
        for i, row in enumerate(nearest, start=start):
            met.update(
                (min(i, j), max(i, j)) for j in row.tolist() if i != j and cosines[i - start, j] >= settings.near
            )
    return sorted(met)


EXEMPLARS = 8
"""Members that stand for a larger group when two groups are compared."""

Likeness = Callable[[int, int], float]


def linked(number: int, pairs: Iterable[tuple[int, int]], alike: Likeness, least: float) -> list[list[int]]:
    """Groups of the things 0 to ``number`` - 1, in order of their first members.

    Parameters
    ----------
    number
        How many things there are.
    pairs
        Those worth comparing; others meet only within groups.
    alike
        Likeness of two things, in [0, 1].
    least
        Average likeness from which two groups are one.
    """
    likenesses = ((alike(i, j), i, j) for i, j in pairs)
    ranked = sorted((p for p in likenesses if p[0] >= least), key=lambda p: (-p[0], p[1], p[2]))
    of = list(range(number))
    members = {i: [i] for i in of}
    for _, i, j in ranked:
        one, other = of[i], of[j]
        if one != other and _average(members[one], members[other], alike) >= least:
            if len(members[other]) > len(members[one]):
                one, other = other, one
            for member in members[other]:
                of[member] = one
            members[one] += members.pop(other)
    return sorted(sorted(group) for group in members.values())


def _average(one: Sequence[int], other: Sequence[int], alike: Likeness) -> float:
    ours, theirs = _exemplars(one), _exemplars(other)
    return sum(alike(i, j) for i in ours for j in theirs) / (len(ours) * len(theirs))


def _exemplars(members: Sequence[int]) -> Sequence[int]:
    """The members, or as many as ``EXEMPLARS`` of them spread over their order."""
    step = max(1, len(members) // EXEMPLARS)
    return members[::step][:EXEMPLARS]
