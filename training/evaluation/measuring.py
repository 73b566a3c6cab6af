"""Figures of models on labelled articles, with intervals and a test of their differences.

How to use it::

    from training.evaluation.measuring import compare, figures
    from training.labels.reading import read_labelled

    articles = read_labelled([Path("dev.jsonl")])
    before, after = figures(articles, None), figures(articles, "runs/mine/export")
    print(after["basis_macro_f1"])  # 0.812 [0.741, 0.866]; None where nothing of the kind is labelled
    print(compare(before, after)["basis_macro_f1"])  # +0.031 [-0.004, +0.066], p = 0.081

``model`` is a folder, ``"rules"``, or ``None`` for the shipped model; ``measured`` takes answers given already. Names
and definitions are those of the team's yardsticks; :data:`training.evaluation.metrics.NAMES` lists them. What is
labelled decides what is measured: articles labelled for relations alone give spans and relations, groups alone give
groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.engine import load_engine
from scoring.errors import InputError
from training.evaluation.answers import Answer, answers
from training.evaluation.claim_counts import basis_table, claim_counts, graded, group_counts, pairs_of
from training.evaluation.metrics import NAMES, Pairs, Tally, tally, values
from training.evaluation.relation_counts import relation_counts
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.schema import LabelledArticle, example
from training.statistics import DRAWS, Estimate, Floats, estimate, resampled

SEED = 0
LEVEL = 0.95
"""Probability of the intervals, by percentile (Efron 1979)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One model's figure less another's, with its paired interval and the p-value of a randomisation test."""

    value: float
    low: float | None
    high: float | None
    p: float

    def __str__(self) -> str:
        """As it stands in a report."""
        bounds = "" if self.low is None or self.high is None else f" [{signed(self.low)}, {signed(self.high)}]"
        return f"{signed(self.value)}{bounds}, p = {self.p:.3f}"


def signed(value: float) -> str:
    """Three digits with their sign; what rounds to zero is not negative."""
    return f"{round(value, 3) + 0:+.3f}"


@dataclass(frozen=True, slots=True)
class Compared:
    """An article with what a model answered, and the places of claims that are the same in both."""

    article: LabelledArticle
    answer: Answer
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one model did on labelled articles; ``evaluation["basis_f1"]`` is a figure, or ``None``.

    ``table`` is the confusion matrix of bases, labelled by found, as
    :func:`training.evaluation.claim_counts.basis_table` lays it out.
    """

    model: str
    figures: Mapping[str, Estimate]
    tally: Tally
    compared: tuple[Compared, ...]
    table: np.ndarray

    def __getitem__(self, name: str) -> Estimate | None:
        return self.figures.get(name)


def figures(
    gold: Sequence[LabelledArticle],
    model: str | Path | None = None,
    *,
    name: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    done: Callable[[], None] = lambda: None,
) -> Evaluation:
    """Rate labelled articles and measure the result.

    Parameters
    ----------
    gold
        At least one article.
    model
        A model folder, ``"rules"``, or ``None`` for the shipped model.
    name
        What the result calls the model; its folder without.
    draws, seed
        Bootstrap samples, 0 for none and no intervals, and what they are drawn by; the same give the same intervals.
    done
        Called after each article.

    Raises
    ------
    SourcegradeError
        There is no such model, or nothing is labelled.
    """
    engine = load_engine(None if model is None else str(model))
    called = name or (engine.finder.name if model is None else str(model))
    return measured(gold, list(answers(gold, engine, done)), called, draws=draws, seed=seed)


def measured(
    gold: Sequence[LabelledArticle], given: Sequence[Answer], name: str = "", *, draws: int = DRAWS, seed: int = SEED
) -> Evaluation:
    """Measure answers that were given already, one an article; see :func:`figures`."""
    if not any(article.claims or article.complete for article in gold):
        raise InputError("no article has labels; give files with at least one labelled claim or relation")
    compared = [Compared(a, b, tuple(pairs_of(a, b))) for a, b in zip(gold, given, strict=True)]
    counted = _tally(compared)
    columns = values(counted, _weightings(compared, draws, seed))
    estimates = {key: _estimate(column) for key, column in columns.items() if not np.isnan(column[0])}
    tables = [basis_table(c.article, c.answer, c.pairs) for c in compared if rests_on_claims(c.article)]
    return Evaluation(name, estimates, counted, tuple(compared), np.sum(tables, axis=0, dtype=int))


def compare(first: Evaluation, second: Evaluation, *, draws: int = DRAWS, seed: int = SEED) -> dict[str, Difference]:
    """How much higher the second's figures are, with a test whether chance alone may do that.

    The interval is that of a paired bootstrap by article. The test is approximate randomisation by article (Noreen
    1989; Yeh 2000): how often the answers of the two, swapped at random in each article, differ at least as much;
    two-sided, with one added to both counts.

    Returns
    -------
    dict of str to Difference
        For the figures that both have.

    Raises
    ------
    ValueError
        The two were not measured on the same articles.
    """
    if [c.article.id for c in first.compared] != [c.article.id for c in second.compared]:
        raise ValueError("the evaluations are of different articles")
    pool, texts = second.tally.after(first.tally), _texts(first.compared)
    drawn = _weightings(first.compared, draws, seed)
    swapped = np.random.default_rng(seed + 1).integers(0, 2, (draws, len(texts))).astype(float)[:, texts]
    lifts = _lifts(pool, drawn, np.zeros_like(drawn))
    chances = _lifts(pool, swapped, 1 - swapped)
    return {name: _difference(lifts[name], chances[name]) for name in NAMES if name in first.figures and second[name]}


def _lifts(pool: Tally, own: Floats, swapped: Floats) -> dict[str, Floats]:
    """The pool's second half less its first, articles counting as ``own`` says, and ``swapped`` the other way."""
    first = values(pool, np.concatenate([own, swapped], axis=1))
    second = values(pool, np.concatenate([swapped, own], axis=1))
    return {name: np.round(second[name] - first[name], 12) for name in first}  # sums of the same in another order


def _difference(lifts: Floats, chances: Floats) -> Difference:
    by_chance = np.abs(chances[~np.isnan(chances)])
    p = (1 + int((by_chance >= abs(lifts[0])).sum())) / (1 + len(by_chance))
    lift = _estimate(lifts)
    return Difference(lift.value, lift.low, lift.high, p)


def _texts(compared: Sequence[Compared]) -> list[int]:
    """The number of each article's text: copies by several annotators are drawn, and swapped, together."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(item.article.text, len(numbers)) for item in compared]


def _weightings(compared: Sequence[Compared], draws: int, seed: int) -> Floats:
    """Every article once, for the figure itself, then how often each counts in each bootstrap sample."""
    return np.concatenate([np.ones((1, len(compared))), resampled(_texts(compared), draws, seed)])


def _estimate(column: Floats) -> Estimate:
    return estimate(column[0], column[1:], LEVEL)


def rests_on_claims(article: LabelledArticle) -> bool:
    """Whether the figures of claims count an article: all of its claims are labelled, with their bases."""
    return CLAIMS in article.complete and all(claim.basis for claim in article.claims)


def _tally(compared: Sequence[Compared]) -> Tally:
    rows = [_counts(item) for item in compared]
    names = sorted({name for row in rows for name in row})
    basis, strength = (list(pick(compared)) for pick in (_bases, _strengths))
    return tally(rows, names, _pairs(basis), _pairs(strength))


def _counts(item: Compared) -> dict[str, float]:
    counted: dict[str, float] = {}
    if rests_on_claims(item.article):
        counted |= claim_counts(item.article, item.answer, item.pairs)
    else:
        counted |= group_counts(item.article, item.answer)
    if RELATIONS in item.article.complete:
        relations = relation_counts(item.article.text, example(item.article).relations, item.answer.relations)
        counted |= {f"{name}#{k}": number for name, four in relations.items() for k, number in enumerate(four)}
    return counted


def _bases(compared: Sequence[Compared]) -> Iterator[tuple[int, float, float]]:
    for home, item in enumerate(compared):
        for i, j in item.pairs if rests_on_claims(item.article) else ():
            right = item.article.claims[i].basis == item.answer.claims[j].basis
            yield home, item.answer.basis_probabilities[j], float(right)


def _strengths(compared: Sequence[Compared]) -> Iterator[tuple[int, float, float]]:
    for home, item in enumerate(compared):
        for i, j in item.pairs:
            grade, stated = item.article.claims[i].strength, item.answer.claims[j].strength
            if grade is not None and stated is not None:
                yield home, stated, graded(grade)


def _pairs(rows: Sequence[tuple[int, float, float]]) -> Pairs:
    home, stated, true = np.array(rows, dtype=float).reshape(-1, 3).T
    return Pairs(home.astype(int), stated, true)
