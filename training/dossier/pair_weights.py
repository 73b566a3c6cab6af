"""Weights of what two claims share, fitted, as lines of ``dossier.toml``: ``sourcegrade dev pair-weights``.

A logistic regression over all pairs of claims of two articles of a development story: of one labelled group or not. A
weight that is set otherwise has its reason in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from scoring.dossier.grouping.likeness import signs, weights
from scoring.dossier.grouping.paraphrase import load_claim_encoder
from scoring.dossier.grouping.parts import in_parts
from scoring.dossier.grouping.propositions import proposition
from scoring.dossier.settings import load
from scoring.engine import Engine
from scoring.errors import UsageError
from scoring.schema import Report
from training.dossier.benchmark import Row, by_story, matched, rate_cases, read_cases

FIRM = 10.0
"""Inverse strength of the pull of weights towards 0, of scikit-learn's ``C``."""


def story_pairs(rows: Sequence[Row], reports: Sequence[Report]) -> Iterator[tuple[dict[str, float], bool]]:
    """What every two claims of different articles share, and whether they are labelled as one group."""
    settings = load().likeness
    label = {place: rows[a]["claims"][n]["group"] for (a, n), place in matched(rows, reports).items()}
    said = [
        (article, proposition(rating.claim, report.document), rating.claim.text(report.document.text))
        for article, report in enumerate(reports)
        for rating in report.ratings
    ]
    groups = [
        next((g for p, g in label.items() if (p.article, p.claim) == (article, number)), None)
        for article, report in enumerate(reports)
        for number in range(len(report.ratings))
    ]
    vectors = load_claim_encoder().embed([text for *_, text in said])
    weight = weights([one for _, one, _ in said], settings)
    for i, j in combinations(range(len(said)), 2):
        if said[i][0] != said[j][0]:
            values = signs(said[i][1], said[j][1], float(vectors[i] @ vectors[j]), weight, settings)
            yield values, groups[i] is not None and groups[i] == groups[j]


def weight_lines(path: Path, engine: Engine) -> Iterator[str]:
    """The weights fitted to a file of stories, each as a line of ``[likeness]``."""
    from sklearn.linear_model import LogisticRegression

    rows = read_cases(path, "development")
    if not rows:
        raise UsageError(f"{path}: holds no development story; give tests/cases/stories.jsonl")
    reports = [in_parts(report) for report in rate_cases(rows, engine)]
    pairs = [
        pair
        for articles in by_story(rows).values()
        for pair in story_pairs([rows[i] for i in articles], [reports[i] for i in articles])
    ]
    names = list(pairs[0][0])
    model = LogisticRegression(C=FIRM, max_iter=5000).fit(
        [[shared[name] for name in names] for shared, _ in pairs], [same for _, same in pairs]
    )
    yield f"# {len(pairs)} pairs, {sum(same for _, same in pairs)} of one claim"
    for name, value in zip(["bias", *names], [*model.intercept_, *model.coef_[0]], strict=True):
        yield f"{name} = {value:.2f}"
