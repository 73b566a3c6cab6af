"""Found claims of one article against the labelled ones, in numbers that add up over articles.

Definitions, as the team's yardstick of claims has them. Claims are paired by :func:`training.labels.pairing.paired`; a
basis or group is right on a pair, the group being that of the weakest link; the source of a labelled chain is right if
the innermost sources share a name, its type and the number of links likewise; hedges meet where they share a character,
one to one over the whole article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from scoring.schema import Basis, Group, SourceType, Span
from training.evaluation.answers import Answer
from training.labels.pairing import paired, words
from training.labels.schema import GRADES, LabelledArticle, LabelledClaim, LabelledLink

BASES = tuple(Basis)
ABSENT = len(BASES)
"""Row of claims that were invented and column of claims that were not found, in a table of bases."""
WEAKENING = {SourceType.ANONYMOUS.value: Group.WEAKLY_SOURCED, SourceType.GENERIC.value: Group.UNSOURCED}
"""The group that a chain has at best with a link of such a type: words of a minister that officials without a name pass
on are weakly sourced, whatever their basis."""
_MARKS, _ARTICLE = re.compile(r"[^\w ]+"), re.compile(r"^(the|a|an)\s+")


def pairs_of(article: LabelledArticle, answer: Answer) -> list[tuple[int, int]]:
    """Places of the labelled and found claims that are the same."""
    return paired(article.text, [c.spans for c in article.claims], [c.spans for c in answer.claims])


def claim_counts(article: LabelledArticle, answer: Answer, pairs: Sequence[tuple[int, int]]) -> Counter[str]:
    """Numbers of an article that is labelled for claims throughout.

    Returns
    -------
    Counter of str
        ``gold``, ``pred``, ``paired``, ``basis``, ``group``; those three by basis and by group (``g:``, ``p:``, ``tp:``
        before it); ``chained`` and of these ``source``, ``type``, ``depth``; ``deep`` and ``deep_ok``; ``hg``, ``hp``,
        ``htp`` of hedges.
    """
    counts = Counter(gold=len(article.claims), pred=len(answer.claims), paired=len(pairs))
    for side, claims in (("g", article.claims), ("p", answer.claims)):
        for claim in claims:
            counts.update(f"{side}:{label}" for label in (claim.basis, group_of(claim)))
    for i, j in pairs:
        gold, answered = article.claims[i], answer.claims[j]
        if gold.basis == answered.basis:
            counts.update(("basis", f"tp:{gold.basis}"))
        if group_of(gold) == group_of(answered):
            counts.update(("group", f"tp:{group_of(gold)}"))
        if gold.chain:
            counts.update(_chain_counts(article.text, gold, answered))
    return counts + Counter(_hedge_counts(article.claims, answer.claims))


def group_of(claim: LabelledClaim) -> Group | None:
    """The group as labelled alone, or that of the basis, or of the weakest link of the chain where that is weaker."""
    if claim.basis is None:
        return claim.group
    links = (WEAKENING.get(link.type or "", Group.SOURCED) for link in claim.chain)
    return max((claim.basis.group, *links), key=list(Group).index)


def _chain_counts(text: str, gold: LabelledClaim, answered: LabelledClaim) -> Counter[str]:
    same_depth = len(gold.chain) == len(answered.chain)
    counts = Counter(chained=1, depth=int(same_depth))
    if len(gold.chain) > 1:
        counts += Counter(deep=1, deep_ok=int(same_depth))
    if answered.chain:
        same = same_source(text, gold.chain[-1], answered.chain[-1])
        counts += Counter(source=int(same), type=int(gold.chain[-1].type == answered.chain[-1].type))
    return counts


def same_source(text: str, link: LabelledLink, other: LabelledLink) -> bool:
    """Whether a name of one link stands in a name of the other; two without any name are the same."""
    names, others = _names(text, link), _names(text, other)
    return any(a in b or b in a for a in names for b in others) or not (names or others)


def _names(text: str, link: LabelledLink) -> set[str]:
    phrase = link.source.of(text) if link.source else ""
    return {_plain(name) for name in (link.resolved or "", phrase)} - {""}


def _plain(name: str) -> str:
    """In lower case, without punctuation, and without the article before it."""
    return _ARTICLE.sub("", _MARKS.sub(" ", name.lower()).strip())


def _hedge_counts(gold: Sequence[LabelledClaim], answered: Sequence[LabelledClaim]) -> dict[str, int]:
    labelled, unmatched = ([h for claim in claims for h in claim.hedges] for claims in (gold, answered))
    numbers = {"hg": len(labelled), "hp": len(unmatched)}
    matches = 0
    for hedge in labelled:
        match = next((k for k, other in enumerate(unmatched) if hedge.overlaps(other)), None)
        if match is not None:
            del unmatched[match]
            matches += 1
    return {**numbers, "htp": matches}


def group_counts(article: LabelledArticle, answer: Answer) -> Counter[str]:
    """Numbers of spans whose group is labelled, in an article that is not labelled for claims throughout.

    A span is given the group of the found claim that shares most words with it. ``judged`` and of these
    ``judged_right``; by group ``jg:``, ``jp:`` and ``jtp:``.
    """
    counts: Counter[str] = Counter()
    for claim in article.claims:
        labelled = group_of(claim)
        if labelled is None:
            continue
        place = nearest(article.text, claim.spans, answer.claims)
        answered = None if place is None else group_of(answer.claims[place])
        counts.update(("judged", f"jg:{labelled}", f"jp:{answered}"))
        if answered == labelled:
            counts.update(("judged_right", f"jtp:{labelled}"))
    return counts


def nearest(text: str, spans: Sequence[Span], claims: Sequence[LabelledClaim]) -> int | None:
    """The place of the claim that shares most words with the spans, the first of several; ``None`` if none does."""
    covered = words(text, spans)
    shared = [len(covered & words(text, claim.spans)) for claim in claims]
    return shared.index(max(shared)) if any(shared) else None


def basis_table(article: LabelledArticle, answer: Answer, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Labelled by found bases, as numbers of claims; the last column was not found, the last row was invented."""
    table = [[0] * (ABSENT + 1) for _ in range(ABSENT + 1)]
    for i, j in pairs:
        table[_place(article.claims[i])][_place(answer.claims[j])] += 1
    for i in set(range(len(article.claims))) - {i for i, _ in pairs}:
        table[_place(article.claims[i])][ABSENT] += 1
    for j in set(range(len(answer.claims))) - {j for _, j in pairs}:
        table[ABSENT][_place(answer.claims[j])] += 1
    return table


def _place(claim: LabelledClaim) -> int:
    return BASES.index(claim.basis) if claim.basis else ABSENT


def graded(strength: float) -> float:
    """A grade from 1 to 5, or a strength in [0, 1), as a strength."""
    return GRADES.get(int(strength), strength) if strength >= 1 else strength
