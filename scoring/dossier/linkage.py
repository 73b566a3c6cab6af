"""Things and their likeness → groups, by average linkage decided pair by pair (after Sokal & Michener 1958).

Pairs are taken by falling likeness; two groups become one while the average likeness between them stays at the least.
Large groups are stood for by some of their members, so that time grows with the number of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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
    found = ((alike(i, j), i, j) for i, j in pairs)
    ranked = sorted((p for p in found if p[0] >= least), key=lambda p: (-p[0], p[1], p[2]))
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
