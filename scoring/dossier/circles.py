"""Circular reporting: outlets of a group that rest on one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scoring.dossier.outlets import Outlets
from scoring.dossier.schema import Circle, Inheritance, Place, Via


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
