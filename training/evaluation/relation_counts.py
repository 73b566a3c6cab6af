"""Found relations of one text against the labelled ones, in numbers that add up over texts.

Definitions, as the team's yardstick of attribution has them:

- ``exact``: the same span, marks and spaces at its ends left aside (:func:`training.labels.pairing.normal`);
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


def relation_counts(text: str, gold: Iterable[Relation], given: Iterable[Relation]) -> dict[str, Counted]:
    """Numbers by measure.

    Parameters
    ----------
    text
        What all offsets count in.
    gold, given
        Its relations as labelled and as answered.

    Returns
    -------
    dict of str to Counted
        ``source.exact``, ``complete``, ``complete|direct`` and so on.
    """
    words = plain(text)
    sides = [[parts_of(relation, words) for relation in side] for side in (gold, given)]
    counts = {}
    for role in ROLES:
        labelled, answered = (_having((role,), side) for side in sides)
        counts[f"{role}.exact"] = _matched(labelled, answered, _exact(role))
        counts[f"{role}.overlap"] = _matched(labelled, answered, _overlap(role))
        counts[f"{role}.token"] = _shared(_union(labelled, role), _union(answered, role))
    labelled, answered = (_having(("source", "content"), side) for side in sides)
    counts["complete"] = _matched(labelled, answered, _complete)
    counts["complete_x"] = _matched(labelled, answered, _complete_exact)
    counts["sentence"] = _shared(_sentences(labelled, words), _sentences(answered, words))
    counts |= _by_form("complete", labelled, answered, _complete, words)
    labelled, answered = (_having(("content",), side) for side in sides)
    counts |= _by_form("content.exact", labelled, answered, _exact("content"), words)
    return counts | _by_form("content.overlap", labelled, answered, _overlap("content"), words)


def parts_of(relation: Relation, words: Plain) -> Parts:
    """The roles that a relation has in a text."""
    roles = {role: normal(getattr(relation, role), words.text) for role in ROLES}
    return {role: Part(spans, words.covered(spans)) for role, spans in roles.items() if spans}


def _sentences(relations: Iterable[Parts], words: Plain) -> frozenset[int]:
    """The numbers of the sentences that hold a word of a content."""
    return frozenset(words.sentence[word] for word in _union(relations, "content") if word in words.sentence)


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


def _matched(labelled: Sequence[Parts], answered: Sequence[Parts], same: Same) -> Counted:
    matches = most_pairs(labelled, answered, same)
    return matches, len(labelled), matches, len(answered)


def _shared(labelled: frozenset[int], answered: frozenset[int]) -> Counted:
    both = len(labelled & answered)
    return both, len(labelled), both, len(answered)


def _by_form(
    name: str, labelled: Sequence[Parts], answered: Sequence[Parts], same: Same, words: Plain
) -> dict[str, Counted]:
    counts = {}
    for form in FORMS:
        gold, given = ([parts for parts in side if _form(parts, words) == form] for side in (labelled, answered))
        recalled, right = most_pairs(gold, answered, same), most_pairs(labelled, given, same)
        counts[f"{name}|{form}"] = recalled, len(gold), right, len(given)
    return counts


def _form(relation: Parts, words: Plain) -> str:
    content = relation["content"].words
    inside = content & words.quoted
    return "indirect" if not inside else "direct" if inside == content else "mixed"
