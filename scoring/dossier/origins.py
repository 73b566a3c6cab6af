"""Down the chains of a group's mentions, and along copying between articles, to where its claim starts.

What counts as an origin: a source that is named or described; an outlet's own word where it was there itself, or where
nobody in the group is on record: a bare word beside them may repeat them without credit, and adds nothing. Hearsay and
guesses start nowhere. Outlets of one family are one, and so are an outlet and what it quotes of itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.dossier.identity import Who, same
from scoring.dossier.likeness import relation
from scoring.dossier.propositions import Proposition
from scoring.dossier.rests import Rest, Sources, as_source, read_rests
from scoring.dossier.schema import Inheritance, Origin, OriginKind, Place


@dataclass(frozen=True, slots=True)
class Traced:
    """A group's origins; ``of`` has for each mention the numbers of its own."""

    origins: tuple[Origin, ...]
    of: tuple[tuple[int, ...], ...]
    inherited: tuple[Inheritance, ...]


def trace(places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> Traced:
    """Follow every mention of a group to its origins; parameters as of :func:`scoring.dossier.rests.read_rests`."""
    rests = read_rests(places, said, sources)
    origins, starts = _merged(rests, places, said, sources)
    reached = _reached(rests, starts)
    inherited = tuple(Inheritance(places[i], places[j], via) for i, r in enumerate(rests) for j, via in r.heirs_of)
    return _with_circles(places, origins, reached, inherited, sources)


def _merged(
    rests: Sequence[Rest], places: Sequence[Place], said: Sequence[Proposition], sources: Sources
) -> tuple[list[Origin], list[set[int]]]:
    """Origins without doubles, and those that each mention names itself."""
    known: list[tuple[Who, Origin, Proposition]] = []
    starts: list[set[int]] = []
    families: dict[str, int] = {}
    for i, rest in enumerate(rests):
        own = set()
        for source in rest.sources:
            own.add(_known(source, said[i], known))
        if rest.own:
            outlet = sources.outlets.by_article[places[i].article]
            if outlet.family not in families:
                known.append((as_source(outlet), Origin(outlet.name, OriginKind.OUTLET, outlet.key), said[i]))
                families[outlet.family] = len(known) - 1
            own.add(families[outlet.family])
        starts.append(own)
    return [origin for _, origin, _ in known], starts


def _known(source: Who, words: Proposition, known: list[tuple[Who, Origin, Proposition]]) -> int:
    """The number of a source among those known; what one phrase says of it helps to know it by another."""
    for number, (one, origin, first) in enumerate(known):
        if same(one, source, relation(first, words)):
            more = replace(
                one, words=one.words | source.words, name=one.name or source.name, body=one.body | source.body
            )
            known[number] = (more, origin, first)
            return number
    known.append((source, Origin(source.shown, source.kind), words))
    return len(known) - 1


def _reached(rests: Sequence[Rest], starts: Sequence[set[int]]) -> list[set[int]]:
    """Origins of each mention through all it inherits; in a circle all reach the same."""
    reached = [set(own) for own in starts]
    changed = True
    while changed:
        changed = False
        for i, rest in enumerate(rests):
            more = set().union(*(reached[j] for j, _ in rest.heirs_of)) if not rest.sources else set()
            if not more <= reached[i]:
                reached[i] |= more
                changed = True
    return reached


def _with_circles(
    places: Sequence[Place],
    origins: list[Origin],
    reached: list[set[int]],
    inherited: tuple[Inheritance, ...],
    sources: Sources,
) -> Traced:
    """Mentions that rest on one another and on nothing else have the circle for their origin."""
    index = {place: i for i, place in enumerate(places)}
    below: dict[int, list[int]] = {}
    for one in inherited:
        below.setdefault(index[one.heir], []).append(index[one.of])
    for i in sorted(below):
        ring = set() if reached[i] else _ring(i, below)
        if not ring:
            continue
        names = sorted({sources.outlets.by_article[places[j].article].name for j in ring})
        origins.append(Origin(" and ".join(names), OriginKind.CIRCLE))
        for j in _all_above(ring, below):
            reached[j] |= {len(origins) - 1}
    used = sorted(set().union(*reached)) if reached else []
    renumbered = {old: new for new, old in enumerate(used)}
    of = tuple(tuple(sorted(renumbered[n] for n in own)) for own in reached)
    return Traced(tuple(origins[n] for n in used), of, inherited)


def _ring(start: int, below: Mapping[int, Sequence[int]]) -> set[int]:
    """The mentions below ``start`` that rest on themselves; none where its line ends."""
    return {i for i in _from(start, below) if i in _from(i, below)}


def _from(start: int, below: Mapping[int, Sequence[int]]) -> set[int]:
    seen: set[int] = set()
    ahead = list(below.get(start, ()))
    while ahead:
        i = ahead.pop()
        if i not in seen:
            seen.add(i)
            ahead += below.get(i, ())
    return seen


def _all_above(ring: set[int], below: Mapping[int, Sequence[int]]) -> set[int]:
    """The ring and every mention that rests on it."""
    return ring | {i for i in below if _from(i, below) & ring}
