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
from training.statistics import BINS

Floats = NDArray[np.float64]

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
"""Figures that are an F1: hits, labelled, found."""
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
    by = {name: sums[:, place] for name, place in tallied.names.items()}
    nothing = np.zeros(len(weights))

    def of(name: str) -> Floats:
        return by.get(name, nothing)

    found: dict[str, Floats] = {}
    for name in RELATIONS:
        hits, gold, hit, pred = (of(f"{name}#{k}") for k in range(4))
        recall, precision = _share(hits, gold), np.where(gold > 0, _share(hit, np.maximum(pred, 1)), np.nan)
        found |= {name: _harmonic(precision, recall), f"{name}:p": precision, f"{name}:r": recall}
    found |= {name: _f1(*map(of, parts)) for name, parts in F1.items()}
    found |= {name: _share(*map(of, parts)) for name, parts in SHARES.items()}
    found["basis_macro_f1"] = _mean([found[f"basis_f1.{basis}"] for basis in Basis])
    found["group_label_macro_f1"] = _mean([found[f"group_label_f1.{group}"] for group in Group])
    found["strength_spearman"] = spearman(tallied.strength, weights)
    found["basis_calibration_error"] = calibration_errors(tallied.basis, weights)
    found["strength_calibration_error"] = calibration_errors(tallied.strength, weights)
    return found


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _harmonic(precision: Floats, recall: Floats) -> Floats:
    total = precision + recall
    both = np.divide(2 * precision * recall, total, out=np.zeros(len(total)), where=total > 0)
    return np.where(np.isnan(total), np.nan, both)


def _f1(hits: Floats, gold: Floats, found: Floats) -> Floats:
    return np.where(gold > 0, _share(2 * hits, np.maximum(gold + found, 1)), np.nan)


def _mean(columns: Sequence[Floats]) -> Floats:
    """The mean of what could be measured, NaN where nothing could."""
    stacked = np.stack(columns)
    return _share(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0).astype(float))


def spearman(pairs: Pairs, weights: Floats) -> Floats:
    """Spearman's rank correlation for each weighting, ties by mean rank; NaN under three pairs or without spread."""
    each = weights[:, pairs.home]
    total = each.sum(axis=1)
    one, other = (_ranks(column, each) for column in (pairs.stated, pairs.true))
    one, other = (ranks - _share((each * ranks).sum(axis=1), total)[:, None] for ranks in (one, other))
    spread = np.sqrt((each * one**2).sum(axis=1) * (each * other**2).sum(axis=1))
    return np.where(total >= 3, _share((each * one * other).sum(axis=1), np.where(spread > 1e-9, spread, 0)), np.nan)


def _ranks(column: Floats, each: Floats) -> Floats:
    """Mean ranks of a column whose entries count as often as ``each`` (weightings, entries) says."""
    _, place = np.unique(column, return_inverse=True)
    same = np.zeros((len(each), int(place.max(initial=-1)) + 1))
    np.add.at(same.T, place, each.T)
    below = np.cumsum(same, axis=1) - same
    ranks: Floats = (below + (same + 1) / 2)[:, place]
    return ranks


def calibration_errors(pairs: Pairs, weights: Floats) -> Floats:
    """Expected calibration error for each weighting, over the bins of :func:`training.statistics.bins`."""
    each = weights[:, pairs.home]
    place = (pairs.stated * BINS).astype(int).clip(0, BINS - 1)
    gaps = [np.abs(each[:, place == k] @ (pairs.stated - pairs.true)[place == k]) for k in range(BINS)]
    return _share(np.sum(gaps, axis=0), each.sum(axis=1))
