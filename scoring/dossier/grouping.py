"""Claims of a story → groups that say the same; near linear, since only claims that share a rare feature are compared.

Pairs are taken by falling likeness; two groups become one while the average likeness between them stays at the least
of ``configs/dossier.toml`` (average linkage, Sokal & Michener 1958, decided pair by pair).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.dossier.likeness import features, likeness, weights
from scoring.dossier.propositions import Proposition
from scoring.dossier.settings import LikenessSettings

FOLLOWED = 60
"""Claims that each claim is compared with by one feature, at most: those next in order among all that have it."""
FEATURES = 8
"""Rarest features of a claim by which it is compared with others."""
EXEMPLARS = 8
"""Members that stand for a larger group when two groups are compared."""


def grouped(propositions: Sequence[Proposition], settings: LikenessSettings) -> list[list[int]]:
    """Groups of indices into ``propositions``, claims that stand alone among them, in order of their first member."""
    weight = weights(propositions, settings)
    same: dict[Proposition, list[int]] = {}
    for i, one in enumerate(propositions):
        same.setdefault(one, []).append(i)
    first = [members[0] for members in same.values()]
    pairs = _pairs([propositions[i] for i in first], weight, settings)
    groups = _Groups([propositions[i] for i in first], weight, settings)
    for _, i, j in pairs:
        groups.join(i, j)
    whole = list(same.values())
    return sorted(sorted(i for n in members for i in whole[n]) for members in groups.all())



def _pairs(
    propositions: Sequence[Proposition], weight: Mapping[str, float], settings: LikenessSettings
) -> list[tuple[float, int, int]]:
    """Pairs at or above the least likeness, the likest first."""
    found = ((likeness(propositions[i], propositions[j], weight, settings), i, j) for i, j in _near(propositions, weight))
    return sorted((p for p in found if p[0] >= settings.least), key=lambda p: (-p[0], p[1], p[2]))


def _near(propositions: Sequence[Proposition], weight: Mapping[str, float]) -> Iterable[tuple[int, int]]:
    """Pairs that share one of the rarest features of either, each once."""
    having: dict[str, list[int]] = {}
    for i, one in enumerate(propositions):
        for feature in sorted(features(one), key=lambda f: (-weight[f], f))[:FEATURES]:
            having.setdefault(feature, []).append(i)
    met = set()
    for members in having.values():
        for place, i in enumerate(members):
            met.update((i, j) for j in members[place + 1 : place + 1 + FOLLOWED])
    return sorted(met)


@dataclass(slots=True)
class _Groups:
    """Groups that grow: a union-find that knows its members."""

    propositions: Sequence[Proposition]
    weight: Mapping[str, float]
    settings: LikenessSettings
    of: list[int] = field(init=False)
    members: dict[int, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.of = list(range(len(self.propositions)))
        self.members = {i: [i] for i in self.of}

    def join(self, i: int, j: int) -> None:
        """Make one group of those of two claims if they are alike enough on average."""
        one, other = self.of[i], self.of[j]
        if one == other or self._average(one, other) < self.settings.least:
            return
        for member in self.members.pop(other):
            self.of[member] = one
            self.members[one].append(member)

    def _average(self, one: int, other: int) -> float:
        ours, theirs = _exemplars(self.members[one]), _exemplars(self.members[other])
        pairs = [(self.propositions[i], self.propositions[j]) for i in ours for j in theirs]
        return sum(likeness(a, b, self.weight, self.settings) for a, b in pairs) / len(pairs)

    def all(self) -> list[list[int]]:
        """The groups as they stand."""
        return list(self.members.values())


def _exemplars(members: Sequence[int]) -> Sequence[int]:
    """The members, or as many as ``EXEMPLARS`` of them spread over their order."""
    step = max(1, len(members) // EXEMPLARS)
    return members[::step][:EXEMPLARS]
