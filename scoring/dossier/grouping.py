"""Claims of a story → groups that say the same; near linear: only claims that share a rare feature are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scoring.dossier.likeness import features, likeness, weights
from scoring.dossier.linkage import linked
from scoring.dossier.propositions import Proposition
from scoring.dossier.settings import LikenessSettings

FOLLOWED = 12
"""Claims that each claim is compared with by one feature, at most: those next in order among all that have it."""
FEATURES = 6
"""Rarest features of a claim by which it is compared with others."""


def grouped(propositions: Sequence[Proposition], settings: LikenessSettings) -> list[list[int]]:
    """Groups of indices into ``propositions``, claims that stand alone among them, in order of their first member."""
    weight = weights(propositions, settings)
    same: dict[Proposition, list[int]] = {}
    for i, one in enumerate(propositions):
        same.setdefault(one, []).append(i)
    distinct = list(same)

    def alike(i: int, j: int) -> float:
        return likeness(distinct[i], distinct[j], weight, settings)

    groups = linked(len(distinct), _near(distinct, weight), alike, settings.least)
    return sorted(sorted(i for n in members for i in same[distinct[n]]) for members in groups)


def _near(propositions: Sequence[Proposition], weight: Mapping[str, float]) -> Iterable[tuple[int, int]]:
    """Pairs that share one of the rarest features of either, each once."""
    having: dict[str, list[int]] = {}
    for i, one in enumerate(propositions):
        for feature in sorted(features(one), key=lambda f: (-weight[f], f))[:FEATURES]:
            having.setdefault(feature, []).append(i)
    met: set[tuple[int, int]] = set()
    for members in having.values():
        for place, i in enumerate(members):
            met.update((i, j) for j in members[place + 1 : place + 1 + FOLLOWED])
    return sorted(met)
