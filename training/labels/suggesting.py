"""``sourcegrade label suggest``: rated articles as suggestions for annotators, the most informative first.

The uncertainty of an article is the mean, over its claims, of one minus the probability of the basis: least confidence,
averaged as for sequences (Settles & Craven 2008). Its novelty is one minus the highest cosine of its tf-idf vector with
those of the articles taken before. Articles are taken one by one, by the weighted sum of the rank of uncertainty and of
novelty: maximal marginal relevance (Carbonell & Goldstein 1998), so that the first hundred are not one story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.errors import UsageError
from scoring.schema import Report
from scoring.writing.files import put
from training.labels.converting import placed, spared
from training.labels.formats import brat_writing, label_studio, own
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink

TARGETS = ("label-studio", "brat", "jsonl")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article with the model's labels; ``uncertainty`` in [0, 1]; ``annotator`` is the model."""

    article: LabelledArticle
    uncertainty: float


def suggestion(report: Report) -> Suggestion:
    """A rated article as the model's labels; the strengths are left out, since they are no grades."""
    made = report.provenance
    claims = tuple(
        LabelledClaim(
            one.claim.id,
            one.claim.spans,
            one.claim.basis,
            one.claim.basis.group,
            tuple(LabelledLink(k.source, k.cue, k.type.value, k.stance.value, k.resolved) for k in one.claim.chain),
            tuple(hedge.span for hedge in one.claim.hedges),
        )
        for one in report.ratings
    )
    doubts = [1.0 - one.claim.basis_probability for one in report.ratings]
    document = report.document
    by = f"sourcegrade {made.version} {made.model}"
    article = LabelledArticle(document.id, document.as_given, claims, annotator=by, outlet=document.outlet)
    return Suggestion(article, sum(doubts) / len(doubts) if doubts else 0.0)


def ranked(suggestions: Sequence[Suggestion], weight: float, limit: int | None = None) -> list[Suggestion]:
    """The most informative ones first.

    Parameters
    ----------
    suggestions
        Suggestions in any order; equally informative ones stay in it.
    weight
        Weight of uncertainty, in [0, 1]; novelty has the rest.
    limit
        How many are given; all if ``None``.
    """
    count = len(suggestions)
    doubts = np.array([one.uncertainty for one in suggestions])
    rank = np.searchsorted(np.sort(doubts), doubts, side="left") / max(1, count - 1)
    nearest, left = np.zeros(count), np.ones(count, dtype=bool)
    similar = _Similar([one.article.text for one in suggestions])
    articles = []
    for _ in range(count if limit is None else min(limit, count)):
        gain = np.where(left, weight * rank + (1 - weight) * (1 - nearest), -np.inf)
        taken = int(np.argmax(gain))
        left[taken] = False
        nearest = np.maximum(nearest, similar.to(taken))
        articles.append(suggestions[taken])
    return articles


class _Similar:
    """Cosines between the tf-idf vectors of texts; 0 if no text has a word."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._count = len(texts)
        try:
            self._vectors = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(texts)
        except ValueError:
            self._vectors = None

    def to(self, number: int) -> NDArray[np.float64]:
        """Cosine of every text with the text of that number, shape ``(texts,)``."""
        if self._vectors is None:
            return np.zeros(self._count)
        return np.asarray((self._vectors @ self._vectors[number].T).todense(), dtype=float).ravel()


def write_suggestions(suggestions: Sequence[Suggestion], to: str, output: Path, *, force: bool = False) -> list[Path]:
    """Write suggestions, with the configuration that the tool needs.

    Parameters
    ----------
    suggestions
        In the order in which they are to be labelled.
    to
        One of ``TARGETS``: Label Studio's tasks with predictions, a folder for brat, or the project's own lines.
    output
        The file or folder; Label Studio's configuration has its name and ends in ``.xml``.
    force
        Write over an output that exists.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    UsageError
        ``to`` is no target, or an output exists.
    """
    check_target(to, output, force=force)
    articles = [one.article for one in suggestions]
    places = targets(to, output)
    if to == "label-studio":
        tasks = [
            label_studio.prediction(one.article, str(one.article.annotator), 1.0 - one.uncertainty)
            for one in suggestions
        ]
        placed(output, lambda beside: label_studio.dump(tasks, beside))
        put(places[1], label_studio.configuration())
        return places
    write = brat_writing.write if to == "brat" else own.write
    placed(output, lambda beside: write(articles, beside))
    return places


def targets(to: str, output: Path) -> list[Path]:
    """What is written: the output, and for Label Studio its configuration."""
    return [output, output.with_suffix(".xml")] if to == "label-studio" else [output]


def check_target(to: str, output: Path, *, force: bool) -> None:
    """Make sure, before articles are rated, that suggestions can be written there.

    Raises
    ------
    UsageError
        ``to`` is no target, or an output exists.
    """
    if to not in TARGETS:
        raise UsageError(f"--to {to!r}: is not known; give one of {', '.join(TARGETS)}")
    spared(output, force=force)
    if to == "label-studio":
        if output.suffix.lower() == ".xml":
            raise UsageError(f"--output {output}: the configuration goes there; give a name that ends in .json")
        spared(output.with_suffix(".xml"), force=force)
