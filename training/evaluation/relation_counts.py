"""Found relations of one text against the labelled ones, in numbers that add up over texts.

Definitions, as the team's yardstick of attribution has them:

- ``exact``: the same span, marks and spaces at its ends left aside (:func:`training.model.alignment.normal`);
- ``overlap``: a shared word; ``token``: every word that any relation gives the role;
- ``complete``: source and content each share half of their words, ``complete_x``: each is exact; relations without both
  count on neither side;
- ``sentence``: sentences that hold a word of the content of a relation with a source;
- by class: ``direct`` contents stand in quotation marks wholly, ``mixed`` in part, ``indirect`` not at all. What is
  labelled of a class is sought among all that was found, and what was found of a class among all that is labelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scoring.text.spans import jaccard
from training.evaluation.plain_sentences import Plain, plain
from training.labels.corpora import Relation, Spans
from training.labels.pairing import LEAST, most_pairs, normal

ROLES = ("source", "cue", "content")
FORMS = ("direct", "indirect", "mixed")
Counted = tuple[int, int, int, int]
"""Labelled ones that were found, all labelled ones, found ones that were labelled, all found ones."""


@dataclass(frozen=True, slots=True)
class Part:
    """The spans of one role of a relation, without marks at their ends, and the words that they cover."""

    spans: Spans
    words: frozenset[int]


Parts = dict[str, Part]
"""The roles that a relation has."""
Same = Callable[[Parts, Parts], bool]


def relation_counts(text: str, gold: Iterable[Relation], found: Iterable[Relation]) -> dict[str, Counted]:
    """Numbers by measure.

    Parameters
    ----------
    text
        What all offsets count in.
    gold, found
        Its labelled and found relations.

    Returns
    -------
    dict of str to Counted
        ``source.exact``, ``complete``, ``complete|direct`` and so on.
    """
    read = plain(text)
    mine, theirs = ([_parts(relation, read) for relation in side] for side in (gold, found))
    counted = {}
    for role in ROLES:
        one, other = _having((role,), mine), _having((role,), theirs)
        counted[f"{role}.exact"] = _matched(one, other, _exact(role))
        counted[f"{role}.overlap"] = _matched(one, other, _overlap(role))
        counted[f"{role}.token"] = _shared(*(_union(side, role) for side in (one, other)))
    one, other = _having(("source", "content"), mine), _having(("source", "content"), theirs)
    counted["complete"] = _matched(one, other, _complete)
    counted["complete_x"] = _matched(one, other, _complete_exact)
    lines = [
        {read.sentence[word] for word in _union(side, "content") if word in read.sentence} for side in (one, other)
    ]
    counted["sentence"] = _shared(*map(frozenset, lines))
    counted |= _by_form("complete", one, other, _complete, read)
    one, other = _having(("content",), mine), _having(("content",), theirs)
    counted |= _by_form("content.exact", one, other, _exact("content"), read)
    return counted | _by_form("content.overlap", one, other, _overlap("content"), read)


def _parts(relation: Relation, read: Plain) -> Parts:
    spans = {role: normal(getattr(relation, role), read.text) for role in ROLES}
    return {role: Part(found, read.covered(found)) for role, found in spans.items() if found}


def _having(roles: Sequence[str], relations: Iterable[Parts]) -> list[Parts]:
    return [relation for relation in relations if all(role in relation for role in roles)]


def _union(relations: Iterable[Parts], role: str) -> frozenset[int]:
    return frozenset().union(*(relation[role].words for relation in relations))


def _exact(role: str) -> Same:
    return lambda one, other: one[role].spans == other[role].spans


def _overlap(role: str) -> Same:
    return lambda one, other: bool(one[role].words & other[role].words)


def _complete(one: Parts, other: Parts) -> bool:
    return all(jaccard(one[role].words, other[role].words) >= LEAST for role in ("source", "content"))


def _complete_exact(one: Parts, other: Parts) -> bool:
    return all(one[role].spans == other[role].spans for role in ("source", "content"))


def _matched(gold: Sequence[Parts], found: Sequence[Parts], same: Same) -> Counted:
    hits = most_pairs(gold, found, same)
    return hits, len(gold), hits, len(found)


def _shared(gold: frozenset[int], found: frozenset[int]) -> Counted:
    hits = len(gold & found)
    return hits, len(gold), hits, len(found)


def _by_form(name: str, gold: Sequence[Parts], found: Sequence[Parts], same: Same, read: Plain) -> dict[str, Counted]:
    counted = {}
    for form in FORMS:
        one, other = ([x for x in side if _form(x, read) == form] for side in (gold, found))
        hits = most_pairs(one, found, same), most_pairs(gold, other, same)
        counted[f"{name}|{form}"] = hits[0], len(one), hits[1], len(other)
    return counted


def _form(relation: Parts, read: Plain) -> str:
    content = relation["content"].words
    inside = content & read.quoted
    return "indirect" if not inside else "direct" if inside == content else "mixed"
