"""Claims of a story → groups that say the same: what lies near by its meaning is compared by words, names and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scoring.dossier.likeness import likeness, weights
from scoring.dossier.linkage import linked
from scoring.dossier.propositions import Proposition
from scoring.dossier.settings import LikenessSettings

BLOCK = 512
"""Claims whose nearest are looked for at a time."""


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
        found = likeness(propositions[a], propositions[b], float(meant[i] @ meant[j]), weight, settings)
        return found * (settings.article if stands[a][0] == stands[b][0] else 1.0)

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
