"""Figures from numbers that add up over articles, for many weightings of the articles at once.

A weighting says how often each article counts: once each gives the figure itself, the draws of a bootstrap its
interval, and one model's articles in some places and another's in the rest a randomisation test. A figure that cannot
be measured, since nothing of its kind is labelled, is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.schema import Basis, Group
from training.evaluation.relation_counts import FORMS, ROLES
from training.statistics import Floats, calibration_errors, share, spearman

SPANS = tuple(f"{role}.{how}" for role in ROLES for how in ("exact", "overlap", "token"))
FORMS_OF = tuple(f"{name}|{form}" for name in ("complete", "content.exact", "content.overlap") for form in FORMS)
RELATIONS = (*SPANS, "complete", "complete_x", "sentence", *FORMS_OF)
"""F1 of attribution; ``:p`` and ``:r`` after the name give precision and recall."""
SHARES = {
    "basis_accuracy_paired": ("basis", "paired"),
    "source_accuracy": ("source", "chained"),
    "source_type_accuracy": ("type", "chained"),
    "chain_depth_accuracy": ("depth", "chained"),
    "deep_chain_recall": ("deep_ok", "deep"),
    "group_accuracy": ("judged_right", "judged"),
}
"""Figures that are a share of the labelled claims of a kind: what was right, of how many."""
F1 = {
    "claim_f1": ("paired", "gold", "pred"),
    "basis_f1": ("basis", "gold", "pred"),
    "group_f1": ("group", "gold", "pred"),
    "hedge_f1": ("htp", "hg", "hp"),
    **{f"basis_f1.{basis}": (f"tp:{basis}", f"g:{basis}", f"p:{basis}") for basis in Basis},
    **{f"group_f1.{group}": (f"tp:{group}", f"g:{group}", f"p:{group}") for group in Group},
    **{f"group_label_f1.{group}": (f"jtp:{group}", f"jg:{group}", f"jp:{group}") for group in Group},
}
"""Figures that are an F1: matched, labelled, answered."""
NAMES = (
    *RELATIONS, *F1, "basis_macro_f1", "group_label_macro_f1", *SHARES, "strength_spearman",
    "basis_calibration_error", "strength_calibration_error",
)  # fmt: skip
"""All figures."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Stated probabilities and what was true, each of the article whose number is in ``home``; all of one length."""

    home: NDArray[np.int64]
    stated: Floats
    true: Floats

    def after(self, other: Pairs, articles: int) -> Pairs:
        """These behind those of ``other``, which has so many articles."""
        home = np.concatenate([other.home, self.home + articles])
        return Pairs(home, np.concatenate([other.stated, self.stated]), np.concatenate([other.true, self.true]))


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers by article: ``counts`` of shape (articles, names), and pairs for correlation and calibration."""

    counts: Floats
    names: Mapping[str, int]
    basis: Pairs
    strength: Pairs

    def __len__(self) -> int:
        return len(self.counts)

    def after(self, other: Tally) -> Tally:
        """These articles behind those of ``other``."""
        shift = len(other)
        names = {name: place for place, name in enumerate(dict.fromkeys([*other.names, *self.names]))}
        counts = np.concatenate([other.under(names), self.under(names)])
        return Tally(counts, names, self.basis.after(other.basis, shift), self.strength.after(other.strength, shift))

    def under(self, names: Mapping[str, int]) -> Floats:
        """The numbers by other names; one that is not among these is 0 throughout."""
        nothing = np.zeros(len(self))
        columns = [self.counts[:, self.names[name]] if name in self.names else nothing for name in names]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self), 0))


def tally(rows: Sequence[Mapping[str, float]], names: Sequence[str], basis: Pairs, strength: Pairs) -> Tally:
    """Numbers of articles as one array; a name that a row lacks is 0 there."""
    counts = np.array([[row.get(name, 0) for name in names] for row in rows], dtype=float)
    return Tally(counts.reshape(len(rows), len(names)), {name: i for i, name in enumerate(names)}, basis, strength)


def values(tallied: Tally, weights: Floats) -> dict[str, Floats]:
    """Every figure of :data:`NAMES` for each weighting.

    Parameters
    ----------
    tallied
        Numbers by article.
    weights
        How often each article counts, of shape (weightings, articles), whole numbers >= 0.

    Returns
    -------
    dict of str to array
        Of shape (weightings,), in [0, 1] but for ``strength_spearman``, which lies in [-1, 1]; NaN where nothing is
        labelled.
    """
    sums = weights @ tallied.counts
    numbers = {name: sums[:, place] for name, place in tallied.names.items()}
    nothing = np.zeros(len(weights))

    def number(name: str) -> Floats:
        return numbers.get(name, nothing)

    figures: dict[str, Floats] = {}
    for name in RELATIONS:
        matched, labelled, right, answered = (number(f"{name}#{k}") for k in range(4))
        recall = share(matched, labelled)
        precision = np.where(labelled > 0, share(right, np.maximum(answered, 1)), np.nan)
        figures |= {name: _harmonic(precision, recall), f"{name}:p": precision, f"{name}:r": recall}
    figures |= {name: _f1(*map(number, parts)) for name, parts in F1.items()}
    figures |= {name: share(*map(number, parts)) for name, parts in SHARES.items()}
    figures["basis_macro_f1"] = _mean([figures[f"basis_f1.{basis}"] for basis in Basis])
    figures["group_label_macro_f1"] = _mean([figures[f"group_label_f1.{group}"] for group in Group])
    figures["strength_spearman"] = _rank_correlations(tallied.strength, weights)
    figures["basis_calibration_error"] = _calibration_errors(tallied.basis, weights)
    figures["strength_calibration_error"] = _calibration_errors(tallied.strength, weights)
    return figures


def _harmonic(precision: Floats, recall: Floats) -> Floats:
    total = precision + recall
    both = np.divide(2 * precision * recall, total, out=np.zeros(len(total)), where=total > 0)
    return np.where(np.isnan(total), np.nan, both)


def _f1(matched: Floats, labelled: Floats, answered: Floats) -> Floats:
    return np.where(labelled > 0, share(2 * matched, np.maximum(labelled + answered, 1)), np.nan)


def _mean(columns: Sequence[Floats]) -> Floats:
    """The mean of what could be measured, NaN where nothing could."""
    stacked = np.stack(columns)
    return share(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0).astype(float))


def _rank_correlations(pairs: Pairs, weights: Floats) -> Floats:
    often = weights[:, pairs.home].astype(int)
    return np.array([spearman(pairs.stated.repeat(row), pairs.true.repeat(row)) for row in often])


def _calibration_errors(pairs: Pairs, weights: Floats) -> Floats:
    return calibration_errors(pairs.stated, pairs.true, weights[:, pairs.home])
