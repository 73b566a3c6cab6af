"""Figures of models on labelled articles, with intervals and a test of their differences.

How to use it::

    from training.evaluation.compare import compare, figures
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
from numpy.typing import NDArray

from scoring.errors import InputError
from scoring.pipeline import load_engine
from training.evaluation.answers import Answer, answers
from training.evaluation.claim_counts import basis_table, claim_counts, graded, group_counts, pairs_of
from training.evaluation.metrics import NAMES, Floats, Pairs, Tally, tally, values
from training.evaluation.relation_counts import relation_counts
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.schema import LabelledArticle, example

DRAWS = 1000
"""Bootstrap samples, and randomised swaps of a test."""
SEED = 0
LEVEL = 0.95
"""Probability of the intervals, by percentile (Efron 1979)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % bootstrap interval by article, which is ``None`` for a single article."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        """As it stands in a report."""
        return f"{self.value:.3f}" + (
            "" if self.low is None or self.high is None else f" [{self.low:.3f}, {self.high:.3f}]"
        )


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
        Bootstrap samples and what they are drawn by; the same give the same intervals.
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
    gold: Sequence[LabelledArticle], found: Sequence[Answer], name: str = "", *, draws: int = DRAWS, seed: int = SEED
) -> Evaluation:
    """Measure answers that were given already, one an article; see :func:`figures`."""
    labelled = [article for article in gold if article.claims or article.complete]
    if not labelled:
        raise InputError("no article has labels; give files with at least one labelled claim or relation")
    compared = [Compared(a, b, tuple(pairs_of(a, b))) for a, b in zip(gold, found, strict=True)]
    counted = _tally(compared)
    weights = np.concatenate([np.ones((1, len(gold))), _bootstrap(_texts(compared), draws, seed)])
    estimates = {key: _estimate(column) for key, column in values(counted, weights).items() if not np.isnan(column[0])}
    tables = [basis_table(c.article, c.answer, c.pairs) for c in compared if rests_on_claims(c.article)]
    return Evaluation(name, estimates, counted, tuple(compared), np.sum(tables, axis=0, dtype=int))


def compare(one: Evaluation, other: Evaluation, *, draws: int = DRAWS, seed: int = SEED) -> dict[str, Difference]:
    """How much higher the other's figures are, with a test whether chance alone may do that.

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
    if [c.article.id for c in one.compared] != [c.article.id for c in other.compared]:
        raise ValueError("the evaluations are of different articles")
    pool, texts = other.tally.after(one.tally), _texts(one.compared)
    drawn = np.concatenate([np.ones((1, len(texts))), _bootstrap(texts, draws, seed)])
    swapped = np.random.default_rng(seed + 1).integers(0, 2, (draws, len(texts))).astype(float)[:, texts]
    lifts = _lifts(pool, drawn, np.zeros_like(drawn))
    chances = _lifts(pool, swapped, 1 - swapped)
    return {name: _difference(lifts[name], chances[name]) for name in NAMES if name in one.figures and other[name]}


def _lifts(pool: Tally, own: Floats, swapped: Floats) -> dict[str, Floats]:
    """The pool's second half less its first, articles counting as ``own`` says, and ``swapped`` the other way."""
    first = values(pool, np.concatenate([own, swapped], axis=1))
    second = values(pool, np.concatenate([swapped, own], axis=1))
    return {name: np.round(second[name] - first[name], 12) for name in first}  # sums of the same in another order


def _difference(lifts: Floats, chances: Floats) -> Difference:
    known_chances = np.abs(chances[~np.isnan(chances)])
    p = (1 + int((known_chances >= abs(lifts[0])).sum())) / (1 + len(known_chances))
    known = _estimate(lifts)
    return Difference(known.value, known.low, known.high, p)


def _texts(compared: Sequence[Compared]) -> NDArray[np.int64]:
    """The number of each article's text: copies by several annotators are drawn, and swapped, together."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(item.article.text, len(numbers)) for item in compared])


def _bootstrap(texts: NDArray[np.int64], draws: int, seed: int) -> Floats:
    """How often each article is drawn, of shape (draws, articles); no draw of a single text, without spread."""
    number = int(texts.max()) + 1
    if number < 2:
        return np.zeros((0, len(texts)))
    drawn = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), draws)
    return drawn[:, texts].astype(float)


def _estimate(column: Floats) -> Estimate:
    drawn = column[1:][~np.isnan(column[1:])]
    if not len(drawn):
        return Estimate(float(column[0]), None, None)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(column[0]), float(low), float(high))


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
            yield home, item.answer.certain[j], float(item.article.claims[i].basis == item.answer.claims[j].basis)


def _strengths(compared: Sequence[Compared]) -> Iterator[tuple[int, float, float]]:
    for home, item in enumerate(compared):
        for i, j in item.pairs:
            grade, stated = item.article.claims[i].strength, item.answer.claims[j].strength
            if grade is not None and stated is not None:
                yield home, stated, graded(grade)


def _pairs(rows: Sequence[tuple[int, float, float]]) -> Pairs:
    home, stated, true = np.array(rows, dtype=float).reshape(-1, 3).T
    return Pairs(home.astype(int), stated, true)
