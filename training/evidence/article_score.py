"""The sourcing score of whole articles, fitted to editors' grades, reviewers' ratings, and real and fake articles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from scoring.evidence.article_score import features
from scoring.evidence.weights import FEATURES, LOWERING
from training.evidence.samples import Judged, Story
from training.statistics import Floats, bootstrapped, partial_spearman, spearman

FOLDS = 10
COUNTS = {Judged.GRADE: 3.0, Judged.STORY: 1.0, Judged.REAL: 1.0}
"""What a judgement of each kind counts: 117 grades were given to how well an article is sourced, which is what the
score says; 747 ratings of health stories and 176 verdicts on whole articles are about more than that. Chosen by
cross-validation among 1, 3, 6 and 12."""
PENALTY = 5.0
"""Penalty of the ridge that draws weights to 0, in stories, for features of unit spread."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Start, weights and typical amounts of the score, and the variance that equal features leave open."""

    start: float
    weights: Floats
    typical: Floats
    residual: float


def story_matrix(stories: Sequence[Story]) -> Floats:
    """The features of the sourcing score, shape ``(stories, FEATURES)``."""
    rows = [features([rating.claim for rating in s.report.ratings], s.report.document.text) for s in stories]
    return np.array([[amount for amount, _ in row.values()] for row in rows])


def story_weights(matrix: Floats, targets: Floats, kinds: Sequence[Judged]) -> tuple[Floats, Floats]:
    """Starts by kind of judgement and weights, by penalised logistic regression.

    Each kind has a start of its own, since a story's 3 of 5 need not be an editor's 3. Weights of ``LOWERING`` are kept
    at 0 or below, the others at 0 or above.
    """
    from scipy.optimize import minimize

    scale = matrix.std(axis=0) + 1e-9
    of_kind = np.array([[kind is one for one in Judged] for kind in kinds], dtype=float)
    counts = np.array([COUNTS[kind] for kind in kinds])
    starts = of_kind.shape[1]

    def loss(given: Floats) -> tuple[float, Floats]:
        weights = given[starts:]
        x = of_kind @ given[:starts] + matrix @ weights
        left = counts * (expit(x) - targets)
        ridge = PENALTY * scale**2 * weights
        value = (counts * (np.logaddexp(0, x) - targets * x)).sum() + ridge @ weights / 2
        return float(value), np.concatenate([of_kind.T @ left, matrix.T @ left + ridge])

    bounds = [(-9.0, 9.0)] * starts + [(-9.0, 0.0) if name in LOWERING else (0.0, 9.0) for name in FEATURES]
    found: Floats = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:starts], found[starts:]


def crossed_stories(matrix: Floats, targets: Floats, kinds: Sequence[Judged]) -> Floats:
    """Log-odds of each story without its start, by weights fitted without its tenth of the stories."""
    fold = np.arange(len(targets)) % FOLDS
    found = np.zeros(len(targets))
    for number in range(FOLDS):
        inside = fold != number
        _, weights = story_weights(
            matrix[inside], targets[inside], [k for k, keep in zip(kinds, inside, strict=True) if keep]
        )
        found[~inside] = matrix[~inside] @ weights
    return found


def story_fit(stories: Sequence[Story]) -> Fitted:
    """The score fitted to all stories; start and residual are those of editors' grades where there are any."""
    matrix, targets = story_matrix(stories), np.array([story.target for story in stories])
    kinds = [story.kind for story in stories]
    starts, weights = story_weights(matrix, targets, kinds)
    first = next(kind for kind in Judged if kind in kinds)
    mine = np.array([kind is first for kind in kinds])
    typical = matrix[mine].mean(axis=0)
    start = float(starts[list(Judged).index(first)] + typical @ weights)
    gaps = logit(targets[mine].clip(0.05, 0.95)) - (start + (matrix[mine] - typical) @ weights)
    return Fitted(start, weights, typical, float((gaps**2).mean()))


def story_lines(stories: Sequence[Story]) -> tuple[Mapping[tuple[str, str], float], list[str]]:
    """The fitted numbers of the config by table and key, and the lines of the report on articles."""
    rated = [story for story in stories if story.report.ratings]
    matrix, targets = story_matrix(rated), np.array([story.target for story in rated])
    kinds = [story.kind for story in rated]
    whole = crossed_stories(matrix, targets, kinds)
    lines = [
        "| judged by | articles | sourcing score, ten-fold | given length | length alone |",
        "|---|---|---|---|---|",
    ]
    present = [kind for kind in Judged if kind in kinds]
    for kind in present:
        mine = np.array([one is kind for one in kinds])
        groups = [story.group for story in rated if story.kind is kind]
        length = np.array([math.log(len(story.report.document.text)) for story in rated if story.kind is kind])
        measure = "auroc" if kind is Judged.REAL else "rho"
        given = partial_spearman(whole[mine], targets[mine], length)
        alone = spearman(length, targets[mine])
        estimate = bootstrapped(whole[mine], targets[mine], groups, measure)
        lines.append(f"| {kind.value} | {mine.sum()} | {measure} {estimate} | {given:.3f} | {alone:.3f} |")
    fitted = story_fit(rated)
    lines += ["", "| feature | weight | " + " | ".join(f"alone: {kind.value}" for kind in present) + " | left out |"]
    lines.append("|---|---|" + "---|" * (len(present) + 1))
    for i, name in enumerate(FEATURES):
        without = matrix.copy()
        without[:, i] = 0
        left = crossed_stories(without, targets, kinds)
        of = [np.array([one is kind for one in kinds]) for kind in present]
        alone_ = " | ".join(f"{spearman(matrix[mine, i], targets[mine]):.3f}" for mine in of)
        lost = ", ".join(f"{spearman(left[mine], targets[mine]):.3f}" for mine in of)
        lines.append(f"| {name} | {fitted.weights[i]:+.2f} | {alone_} | {lost} |")
    numbers = {("", "sourcing_start"): fitted.start, ("", "sourcing_residual"): fitted.residual}
    numbers |= {("sourcing", name): float(fitted.weights[i]) for i, name in enumerate(FEATURES)}
    numbers |= {("sourcing_typical", name): float(fitted.typical[i]) for i, name in enumerate(FEATURES)}
    return numbers, lines
