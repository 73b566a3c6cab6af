"""The sourcing score of whole articles, fitted to reviewers' ratings of stories."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from scoring.evidence.article_score import features
from scoring.evidence.weights import ScoreSettings
from scoring.schema import FactorKind
from training.evidence.samples import Story
from training.statistics import Floats, bootstrapped, partial_spearman, spearman

FOLDS = 10
RAISING = (
    FactorKind.SOURCES, FactorKind.EXPERTS, FactorKind.INDEPENDENT, FactorKind.DOCUMENTS, FactorKind.FIGURES,
    FactorKind.CAUTIONS, FactorKind.STRENGTH,
)  # fmt: skip
FEATURES = (*RAISING, FactorKind.RELEASES, FactorKind.HEDGES)
PENALTY = 5.0
"""Penalty of the ridge that draws weights to 0, in stories, for features of unit spread."""


def story_matrix(stories: Sequence[Story], settings: ScoreSettings) -> Floats:
    """The features of the sourcing score, shape ``(stories, features)``."""
    rows = [features(s.report.ratings, s.report.document.text, settings) for s in stories]
    return np.array([[row[feature][0] for feature in FEATURES] for row in rows])


def story_weights(matrix: Floats, targets: Floats) -> Floats:
    """Start and weights by penalised logistic regression.

    The weights of ``RAISING`` are kept at 0 or above, those of press releases and hedges at 0 or below.
    """
    from scipy.optimize import minimize

    scale = matrix.std(axis=0) + 1e-9

    def loss(weights: Floats) -> tuple[float, Floats]:
        x = weights[0] + matrix @ weights[1:]
        left = expit(x) - targets
        ridge = PENALTY * scale**2 * weights[1:]
        value = (np.logaddexp(0, x) - targets * x).sum() + ridge @ weights[1:] / 2
        return float(value), np.concatenate([[left.sum()], matrix.T @ left + ridge])

    bounds = [(-9.0, 9.0)] + [(0.0, 9.0) if name in RAISING else (-9.0, 0.0) for name in FEATURES]
    found: Floats = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def crossed_stories(matrix: Floats, targets: Floats) -> Floats:
    """Log-odds of each story, by weights fitted without its tenth of the stories."""
    fold = np.arange(len(targets)) % FOLDS
    found = np.zeros(len(targets))
    for number in range(FOLDS):
        weights = story_weights(matrix[fold != number], targets[fold != number])
        found[fold == number] = weights[0] + matrix[fold == number] @ weights[1:]
    return found


def story_lines(stories: Sequence[Story], settings: ScoreSettings) -> tuple[dict[str, float], list[str]]:
    """The fitted ``[sourcing]`` table, and the lines of the report on stories."""
    rated = [story for story in stories if story.report.ratings]
    matrix, targets = story_matrix(rated, settings), np.array([story.target for story in rated])
    length = np.array([math.log(len(story.report.document.text)) for story in rated])
    groups = [story.group for story in rated]
    whole = crossed_stories(matrix, targets)
    lines = [
        f"{len(rated)} stories; Spearman's rho of the sourcing score, ten-fold: "
        f"{bootstrapped(whole, targets, groups, 'rho')}; given length {partial_spearman(whole, targets, length):.3f}; "
        f"length alone {spearman(length, targets):.3f}.",
        "",
        "| feature | weight | rho alone | given length | rho without it |",
        "|---|---|---|---|---|",
    ]
    fitted = story_weights(matrix, targets)
    for i, name in enumerate(FEATURES):
        column, without = matrix[:, i], _without(matrix, targets, i)
        lines.append(
            f"| {name} | {fitted[i + 1]:+.2f} | {spearman(column, targets):.3f} "
            f"| {partial_spearman(column, targets, length):.3f} | {spearman(without, targets):.3f} |"
        )
    share = np.array([story.report.summary.sourced / story.report.summary.claims for story in rated])
    alone, given = spearman(share, targets), partial_spearman(share, targets, length)
    lines.append(f"| share of sourced claims | not in it | {alone:.3f} | {given:.3f} | |")
    return {"start": float(fitted[0]), **dict(zip(FEATURES, map(float, fitted[1:]), strict=True))}, lines


def _without(matrix: Floats, targets: Floats, feature: int) -> Floats:
    emptied = matrix.copy()
    emptied[:, feature] = 0
    return crossed_stories(emptied, targets)
