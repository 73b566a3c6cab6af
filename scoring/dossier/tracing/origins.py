"""Follow a group's mentions down their chains, and along copying between articles, to where its claim starts.

An origin is a source that is named or described. An outlet's own word is an origin if the outlet was there itself, or
if nobody in the group is on record; beside somebody on record it may be a repeat without credit, and adds nothing.
Hearsay and guesses have no origin. Outlets of one family count as one, and an outlet that is quoted by itself counts
once.

From the same arrows follow the circles (outlets that rest on one another) and each outlet's share of claims of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.dossier.grouping.likeness import relation
from scoring.dossier.grouping.propositions import Proposition
from scoring.dossier.schema import Circle, ClaimGroup, Inheritance, Origin, OriginKind, OutletShare, Place, Via
from scoring.dossier.tracing.outlets import Outlets
from scoring.dossier.tracing.rests import Rest, Sources, as_source, read_rests
from scoring.dossier.tracing.speakers import Who, same


@dataclass(frozen=True, slots=True)
class Traced:
    """A group's origins; ``of`` has for each mention the numbers of its own."""

    origins: tuple[Origin, ...]
    of: tuple[tuple[int, ...], ...]
    inherited: tuple[Inheritance, ...]


def trace(places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> Traced:
    """Follow every mention of a group to its origins; the parameters are those of :func:`read_rests`."""
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
    """The number of a source among the known ones. What one phrase says of it helps to recognise it in another."""
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
    """The mentions of the ring, and all mentions that rest on it."""
    return ring | {i for i in below if _from(i, below) & ring}


def find_circles(inherited: Sequence[Inheritance], outlets: Outlets) -> tuple[Circle, ...]:
    """Circles among the outlets of a group's mentions.

    An outlet that quotes itself, or another of its family, makes none; nor does a copy, whose direction is a matter of
    dates. Those who only rest on a circle are not part of it.

    Parameters
    ----------
    inherited
        Which mention rests on which.
    outlets
        Outlets of the articles.
    """
    edges: dict[str, set[str]] = {}
    for one in inherited:
        heir, of = (outlets.by_article[place.article] for place in (one.heir, one.of))
        if one.via is not Via.COPIED and heir.family != of.family:
            edges.setdefault(heir.key, set()).add(of.key)
    return tuple(Circle(ring, _places(ring, inherited, outlets)) for ring in _rings(edges))


def _rings(edges: Mapping[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle once, as a shortest way round from its first outlet by name; strongly connected outlets are one."""
    done: set[str] = set()
    for start in sorted(edges):
        way = _way_back(start, edges) if start not in done else ()
        if way:
            yield way
            below = _below(start, edges)
            done |= {key for key in below if start in _below(key, edges)}


def _way_back(start: str, edges: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The shortest way from an outlet to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for key in sorted(edges.get(way[-1], ())):
            if key == start:
                return way
            if key not in seen:
                seen.add(key)
                ways.append((*way, key))
    return ()


def _below(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for key in edges.get(ahead.pop(), set()) - seen:
            seen.add(key)
            ahead.append(key)
    return seen


def _places(ring: Sequence[str], inherited: Sequence[Inheritance], outlets: Outlets) -> tuple[Place, ...]:
    """The mentions by which the outlets of a circle rest on one another."""
    inside = {
        place
        for one in inherited
        if {outlets.by_article[p.article].key for p in (one.heir, one.of)} <= set(ring)
        for place in (one.heir, one.of)
    }
    return tuple(sorted(inside))


def outlet_shares(groups: Sequence[ClaimGroup], sources: Sources) -> tuple[OutletShare, ...]:
    """The outlets of the dossier, those with most content of their own first.

    A claim originates with an outlet that asked the source itself, or that vouches for the claim with its own word. It
    does not if the outlet has it from another article of the dossier, or if the claim has no origin. Claims that no
    other article shares are its own. A claim of several parts is its own only if all its parts are.
    """
    claims: Counter[str] = Counter()
    own: Counter[str] = Counter()
    heirs = {one.heir for group in groups for one in group.inherited}
    others = heirs | {m.place for group in groups for m in group.mentions if not m.origins}
    copied = Counter(sources.outlets.by_article[copy.copy].key for copy in sources.copies.copies)
    for article, report in enumerate(sources.reports):
        key = sources.outlets.by_article[article].key
        ids = {Place(article, n): rating.claim.id for n, rating in enumerate(report.ratings)}
        all_ids = set(ids.values())
        claims[key] += len(all_ids)
        own[key] += len(all_ids - {ids[place] for place in others & ids.keys()})
    articles = Counter(outlet.key for outlet in sources.outlets.by_article)
    shares = (
        OutletShare(key, sources.outlets.by_key[key].name, number, claims[key], own[key], copied[key])
        for key, number in articles.items()
    )
    return tuple(sorted(shares, key=lambda share: (-(share.share or 0.0), -share.claims, share.outlet)))
