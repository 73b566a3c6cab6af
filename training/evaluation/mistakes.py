"""The worst mistakes of a model, for reading: those that matter most and that it was surest of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from scoring.schema import Document, Group, Span
from scoring.text.sentences import split
from scoring.text.spans import jaccard
from training.evaluation.claim_counts import graded, group_of, nearest, same_source
from training.evaluation.measuring import Compared, Evaluation, rests_on_claims
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
    mistakes = (mistake for item in evaluation.compared for mistake in _mistakes(item))
    return sorted(mistakes, key=lambda mistake: -mistake.weight)[:most]


def _mistakes(item: Compared) -> Iterator[Mistake]:
    if not rests_on_claims(item.article):
        yield from _group_mistakes(item) if any(map(group_of, item.article.claims)) else _relation_mistakes(item)
        return
    article, answer = item.article, item.answer
    for i, j in item.pairs:
        gold, answered, sure = article.claims[i], answer.claims[j], answer.basis_probabilities[j]
        wrong = list(_wrong(article.text, gold, answered))
        if wrong:
            weight = sure * sum(cost for cost, _ in wrong)
            yield Mistake(article, gold, answered, sure, weight, tuple(reason for _, reason in wrong))
    for i in sorted(set(range(len(article.claims))) - {i for i, _ in item.pairs}):
        yield Mistake(article, article.claims[i], None, None, UNSURE * NOT_FOUND, ("not found",))
    for j in sorted(set(range(len(answer.claims))) - {j for _, j in item.pairs}):
        sure = answer.basis_probabilities[j]
        yield Mistake(article, None, answer.claims[j], sure, sure * INVENTED, ("no such claim is labelled",))


def _wrong(text: str, gold: LabelledClaim, answered: LabelledClaim) -> Iterator[tuple[float, str]]:
    """What is wrong, with its cost."""
    if gold.basis != answered.basis:
        yield _basis_cost(group_of(gold), group_of(answered)), f"{_named(gold)} taken for {_named(answered)}"
    elif gold.chain and not (answered.chain and same_source(text, gold.chain[-1], answered.chain[-1])):
        yield OTHER_SOURCE, "another source" if answered.chain else "no source found"
    if gold.strength is not None and answered.strength is not None:
        gap = answered.strength - graded(gold.strength)
        if abs(gap) >= GAP:
            yield abs(gap), f"strength {answered.strength:.2f} for a grade of {gold.strength:g}"


def _basis_cost(labelled: Group | None, answered: Group | None) -> float:
    if labelled == answered:
        return OTHER_BASIS
    return NEXT_GROUP if Group.WEAKLY_SOURCED in (labelled, answered) else FAR_GROUP


def _named(claim: LabelledClaim) -> str:
    label = claim.basis or group_of(claim)
    return label.value.replace("_", " ") if label else "nothing"


def _group_mistakes(item: Compared) -> Iterator[Mistake]:
    article = item.article
    for claim in article.claims:
        labelled = group_of(claim)
        if labelled is None:
            continue
        place = nearest(article.text, claim.spans, item.answer.claims)
        answered = None if place is None else item.answer.claims[place]
        group = group_of(answered) if answered else None
        if group == labelled:
            continue
        sure = None if place is None else item.answer.basis_probabilities[place]
        cost = _basis_cost(labelled, group) if answered else NOT_FOUND
        reason = f"{labelled.replace('_', ' ')} taken for {group.replace('_', ' ')}" if group else "not found"
        yield Mistake(article, claim, answered, sure, (UNSURE if sure is None else sure) * cost, (reason,))


def _relation_mistakes(item: Compared) -> Iterator[Mistake]:
    """Of an article that is labelled for relations alone: who said what, missed, invented or given to somebody else."""
    article = item.article
    gold = [claim for claim in article.claims if claim.chain] if RELATIONS in article.complete else []
    answered = [_as_claim(relation) for relation in item.answer.relations] if gold else []
    pairs = paired(article.text, [c.spans for c in gold], [c.spans for c in answered])
    for i, j in pairs:
        sources = [[link.source for link in claim.chain if link.source] for claim in (gold[i], answered[j])]
        if jaccard(*(words(article.text, spans) for spans in sources)) < LEAST and any(sources):
            sure = item.answer.relation_probabilities[j]
            yield Mistake(article, gold[i], answered[j], sure, sure * OTHER_SOURCE, ("another source",))
    for i in sorted(set(range(len(gold))) - {i for i, _ in pairs}):
        yield Mistake(article, gold[i], None, None, UNSURE * NOT_FOUND, ("not found",))
    for j in sorted(set(range(len(answered))) - {j for _, j in pairs}):
        sure = item.answer.relation_probabilities[j]
        yield Mistake(article, None, answered[j], sure, sure * INVENTED, ("no such relation is labelled",))


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
    links = [s for claim in sides for link in claim.chain for s in (link.source, link.cue) if s and near.contains(s)]
    start, end = min([start, *(s.start for s in links)]), max([end, *(s.end for s in links)])
    sentences = [s.span for s in split(Document(mistake.article.id, mistake.article.text))]
    overlapping = [s for s in sentences if s.start < end and start < s.end]
    whole = Span(min([start, *(s.start for s in overlapping)]), max([end, *(s.end for s in overlapping)]))
    return whole if whole.end - whole.start <= most else Span(start, min(end, start + most))


def pieces(text: str, claim: LabelledClaim | None, within: Span) -> list[Piece]:
    """An excerpt cut where a mark of the claim begins or ends."""
    marks = _marks(claim) if claim else []
    cuts = sorted({within.start, within.end, *(p for span, _ in marks for p in (span.start, span.end))})
    inside = [p for p in cuts if within.start <= p <= within.end]
    cut = []
    for start, end in pairwise(inside):
        names = dict.fromkeys(name for span, name in marks if span.start <= start and end <= span.end)
        cut.append((text[start:end], " ".join(names)))
    return cut


def _marks(claim: LabelledClaim) -> list[tuple[Span, str]]:
    marks = [(span, "claim") for span in claim.spans] + [(span, "hedge") for span in claim.hedges]
    for link in claim.chain:
        marks += [(span, name) for span, name in ((link.source, "source"), (link.cue, "cue")) if span]
    return marks
