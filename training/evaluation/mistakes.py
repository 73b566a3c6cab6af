"""The worst mistakes of a model, for reading: those that matter most and that it was surest of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from scoring.schema import Document, Group, Span
from scoring.text.sentences import split
from scoring.text.spans import jaccard
from training.evaluation.claim_counts import graded, group_of, same_source
from training.evaluation.compare import Compared, Evaluation, rests_on_claims
from training.labels.corpora import RELATIONS, Relation
from training.labels.pairing import LEAST, paired, words
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink

MOST = 20
"""Mistakes on a page."""
OTHER_BASIS, NEXT_GROUP, FAR_GROUP = 0.3, 0.7, 1.0
"""What a wrong basis costs: of the same group it moves little, unnamed people for named ones more, and a claim with a
source taken for one without, or the other way, turns the reader's judgement round."""
OTHER_SOURCE = 0.3
"""What a wrong innermost source costs besides."""
NOT_FOUND, INVENTED = 0.6, 0.5
"""What a claim costs that was not found, or that is none: less than one turned round, more than one a shade off."""
UNSURE = 0.5
"""How sure a model is of what it did not say."""
GAP = 0.2
"""Least distance of strengths that counts: one grade. It costs what it measures."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was labelled and what was found instead, either of them ``None``; ``reasons`` say what is wrong.

    ``weight`` ranks: how sure the model was, in [0, 1], times what the mistake costs.
    """

    article: LabelledArticle
    gold: LabelledClaim | None
    found: LabelledClaim | None
    sure: float | None
    weight: float
    reasons: tuple[str, ...]


def worst(evaluation: Evaluation, most: int = MOST) -> list[Mistake]:
    """The mistakes that weigh most, in falling order; ties in the order of the texts."""
    found = (mistake for item in evaluation.compared for mistake in _mistakes(item))
    return sorted(found, key=lambda mistake: -mistake.weight)[:most]


def _mistakes(item: Compared) -> Iterator[Mistake]:
    if not rests_on_claims(item.article):
        yield from _group_mistakes(item) if any(map(group_of, item.article.claims)) else _relation_mistakes(item)
        return
    article, answer = item.article, item.answer
    for i, j in item.pairs:
        gold, found, sure = article.claims[i], answer.claims[j], answer.certain[j]
        wrong = list(_wrong(article.text, gold, found))
        if wrong:
            weight = sure * sum(cost for cost, _ in wrong)
            yield Mistake(article, gold, found, sure, weight, tuple(reason for _, reason in wrong))
    for i in sorted(set(range(len(article.claims))) - {i for i, _ in item.pairs}):
        yield Mistake(article, article.claims[i], None, None, UNSURE * NOT_FOUND, ("not found",))
    for j in sorted(set(range(len(answer.claims))) - {j for _, j in item.pairs}):
        sure = answer.certain[j]
        yield Mistake(article, None, answer.claims[j], sure, sure * INVENTED, ("no such claim is labelled",))


def _wrong(text: str, gold: LabelledClaim, found: LabelledClaim) -> Iterator[tuple[float, str]]:
    """What is wrong, with its cost."""
    if gold.basis != found.basis:
        yield _basis_cost(group_of(gold), group_of(found)), f"{_named(gold)} taken for {_named(found)}"
    elif gold.chain and not (found.chain and same_source(text, gold.chain[-1], found.chain[-1])):
        yield OTHER_SOURCE, "another source" if found.chain else "no source found"
    if gold.strength is not None and found.strength is not None:
        gap = found.strength - graded(gold.strength)
        if abs(gap) >= GAP:
            yield abs(gap), f"strength {found.strength:.2f} for a grade of {gold.strength:g}"


def _basis_cost(one: Group | None, other: Group | None) -> float:
    if one == other:
        return OTHER_BASIS
    return NEXT_GROUP if Group.WEAKLY_SOURCED in (one, other) else FAR_GROUP


def _named(claim: LabelledClaim) -> str:
    label = claim.basis or group_of(claim)
    return label.value.replace("_", " ") if label else "nothing"


def _group_mistakes(item: Compared) -> Iterator[Mistake]:
    article = item.article
    for claim in article.claims:
        wanted = group_of(claim)
        if wanted is None:
            continue
        covered = words(article.text, claim.spans)
        shared = [len(covered & words(article.text, other.spans)) for other in item.answer.claims]
        best = max(range(len(shared)), key=lambda k: (shared[k], -k)) if any(shared) else None
        found = item.answer.claims[best] if best is not None else None
        given = group_of(found) if found else None
        if given == wanted:
            continue
        sure = item.answer.certain[best] if best is not None else None
        cost = _basis_cost(wanted, given) if found else NOT_FOUND
        reason = f"{wanted.replace('_', ' ')} taken for {given.replace('_', ' ')}" if given else "not found"
        yield Mistake(article, claim, found, sure, (UNSURE if sure is None else sure) * cost, (reason,))


def _relation_mistakes(item: Compared) -> Iterator[Mistake]:
    """Of an article that is labelled for relations alone: who said what, missed, invented or given to somebody else."""
    article = item.article
    gold = [claim for claim in article.claims if claim.chain] if RELATIONS in article.complete else []
    found = [_as_claim(relation) for relation in item.answer.relations] if gold else []
    pairs = paired(article.text, [c.spans for c in gold], [c.spans for c in found])
    for i, j in pairs:
        ends = [[link.source for link in claim.chain if link.source] for claim in (gold[i], found[j])]
        if jaccard(*(words(article.text, spans) for spans in ends)) < LEAST and any(ends):
            sure = item.answer.relations_certain[j]
            yield Mistake(article, gold[i], found[j], sure, sure * OTHER_SOURCE, ("another source",))
    for i in sorted(set(range(len(gold))) - {i for i, _ in pairs}):
        yield Mistake(article, gold[i], None, None, UNSURE * NOT_FOUND, ("not found",))
    for j in sorted(set(range(len(found))) - {j for _, j in pairs}):
        sure = item.answer.relations_certain[j]
        yield Mistake(article, None, found[j], sure, sure * INVENTED, ("no such relation is labelled",))


def _as_claim(relation: Relation) -> LabelledClaim:
    source, cue = (Span(*spans[0]) if spans else None for spans in (relation.source, relation.cue))
    return LabelledClaim("", tuple(Span(*s) for s in relation.content), chain=(LabelledLink(source, cue),))


Piece = tuple[str, str]
"""A stretch of text, and what stands there: ``claim``, ``source``, ``cue`` and ``hedge``, separated by spaces."""


def excerpt(mistake: Mistake, most: int = 900) -> Span:
    """The sentences that hold either claim with its sources, of at most so many characters."""
    sides = [claim for claim in (mistake.gold, mistake.found) if claim]
    spans = [span for claim in sides for span in claim.spans]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    near = Span(max(0, start - most // 3), end + most // 3)
    told = [s for claim in sides for link in claim.chain for s in (link.source, link.cue) if s and near.contains(s)]
    start, end = min([start, *(s.start for s in told)]), max([end, *(s.end for s in told)])
    sentences = [s.span for s in split(Document(mistake.article.id, mistake.article.text))]
    met = [s for s in sentences if s.start < end and start < s.end]
    whole = Span(min([start, *(s.start for s in met)]), max([end, *(s.end for s in met)]))
    return whole if whole.end - whole.start <= most else Span(start, min(end, start + most))


def pieces(text: str, claim: LabelledClaim | None, within: Span) -> list[Piece]:
    """An excerpt cut where a mark of the claim begins or ends."""
    marks = _marks(claim) if claim else []
    cuts = sorted({within.start, within.end, *(p for span, _ in marks for p in (span.start, span.end))})
    inside = [p for p in cuts if within.start <= p <= within.end]
    found = []
    for start, end in pairwise(inside):
        names = dict.fromkeys(name for span, name in marks if span.start <= start and end <= span.end)
        found.append((text[start:end], " ".join(names)))
    return found


def _marks(claim: LabelledClaim) -> list[tuple[Span, str]]:
    marks = [(span, "claim") for span in claim.spans] + [(span, "hedge") for span in claim.hedges]
    for link in claim.chain:
        marks += [(span, name) for span, name in ((link.source, "source"), (link.cue, "cue")) if span]
    return marks
