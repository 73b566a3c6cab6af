r"""Several raters' ratings of an outlet → one Beta prior, in which no rating counts twice.

Raters copy one another. A group of ``J`` raters with the mean pairwise correlation ``r`` counts as
``J / (1 + (J - 1) r)`` independent ones (design effect, Kish, *Survey Sampling*, 1965, 5.4), so their summed weight is
divided by ``1 + (J - 1) r``. A light rater that copies a heavy one could lower the result; but a further rater never
takes away what the others tell. So of all groups of the raters, the one that weighs most gives the weight. With the
neutral start: ``W = w0 + max_G sum_G w / (1 + (|G| - 1) r_G)``, and the mean is ``(w0 m0 + (W - w0) m) / W``, where
``m`` is the weighted mean of all raters. (The correlation of ratings also holds what raters rightly agree on. It is
therefore an upper bound of what they copy, and the weight is rather too small than too large.)

Raters who disagree tell less. The spread between them is ``s2 = sum_{i<j} w_i w_j d_ij^2 / (sum w)^2``, where ``d_ij``
is the distance of two means less a tolerance (labels are coarse). It is the between-group part of the variance of a
mixture (law of total variance). A Beta's variance is ``m (1 - m) / (W + 1)``. As shares of the greatest possible
variance, ``m (1 - m)``, the two parts add: ``1 / (W' + 1) = 1 / (W + 1) + s2 / (m (1 - m))`` (moment matching). ``W'``
never exceeds ``W`` and never falls below the weight of the neutral start. A further rater at the others' mean never
lowers ``W'``: the first part falls, and so does the second, by Jensen's inequality.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

RATERS = ("lin", "wikipedia", "state_media", "cred1")
"""The public ratings that are read; each has a table of this name in ``configs/priors.toml``."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One rater's rating: a mean in [0, 1], a weight in claims > 0, what to cite, and the rater's name."""

    mean: float
    weight: float
    reference: str
    rater: str = ""


@dataclass(frozen=True, slots=True)
class PriorRule:
    """``configs/priors.toml``: means in [0, 1] by label, weights in claims.

    Parameters
    ----------
    neutral
        ``mean`` and ``weight`` before any rating.
    lin, wikipedia, state_media, cred1
        A rater's ``weight``, and the mean that each label stands for (``lin`` gives means itself).
    kind
        Means of outlets that nobody has rated, by kind, and their ``weight``.
    letters
        Least mean of each letter A to D.
    correlation
        Correlation of two raters in [0, 1), under keys such as ``lin-wikipedia``.
    disagreement
        ``tolerance``: distance of two means, in [0, 1], up to which raters agree.
    outcomes
        ``weight`` of an outcome in claims; ``judged``: weight from which an outlet of letter F gets a letter.
    """

    neutral: dict[str, float]
    lin: dict[str, float]
    wikipedia: dict[str, float]
    state_media: dict[str, float]
    cred1: dict[str, float]
    kind: dict[str, float]
    letters: dict[str, float]
    correlation: dict[str, float]
    disagreement: dict[str, float]
    outcomes: dict[str, float]

    def __post_init__(self) -> None:
        """Check keys and ranges; ``settings.load`` adds the file's name."""
        _need("neutral", self.neutral, ("mean", "weight"))
        for name in (*RATERS, "kind"):
            _need(name, getattr(self, name), ("weight",))
        _need("letters", self.letters, tuple("ABCD"))
        _need("correlation", self.correlation, tuple(map("-".join, combinations(RATERS, 2))))
        _need("disagreement", self.disagreement, ("tolerance",))
        _need("outcomes", self.outcomes, ("weight", "judged"))
        if max(self.correlation.values()) >= 1:
            raise ValueError("[correlation] holds 1; give values below it, since no two raters are the same")

    def means(self, rater: str) -> dict[str, float]:
        """The mean that each label of a rater stands for; the rater's ``weight`` is in the same table."""
        means: dict[str, float] = getattr(self, rater)
        return means


def _need(name: str, table: Mapping[str, float], keys: tuple[str, ...]) -> None:
    missing = [key for key in keys if key not in table]
    if missing:
        raise ValueError(f"[{name}] lacks {missing[0]!r}; give {', '.join(keys)}")
    for key, value in table.items():
        if key in ("weight", "judged"):
            if not 0 < value <= 1e6:
                raise ValueError(f"[{name}] {key} {value} must be above 0, at most 1,000,000 claims")
        elif not 0 <= value <= 1:
            raise ValueError(f"[{name}] {key} {value} lies outside [0, 1]")


def pool(found: Sequence[Observation], rule: PriorRule) -> tuple[float, float]:
    """Mean in [0, 1] and weight in claims of the Beta prior; see the formula above.

    Parameters
    ----------
    found
        One observation for each rater; without any, the result is the neutral start.
    rule
        Weights and correlations.
    """
    start, least = rule.neutral["mean"], rule.neutral["weight"]
    if not found:
        return start, least
    rated = sum(o.weight * o.mean for o in found) / sum(o.weight for o in found)
    told = effective_weight(found, rule)
    agreed = least + told
    apart = _spread(found, rule.disagreement["tolerance"])
    weight = 1 / (1 / (agreed + 1) + apart / (rated * (1 - rated))) - 1 if apart else agreed
    return (least * start + told * rated) / agreed, min(agreed, max(least, weight))


def effective_weight(found: Sequence[Observation], rule: PriorRule) -> float:
    """Weight in claims of raters that copy one another: that of the group among them that weighs most."""
    groups = (group for size in range(1, len(found) + 1) for group in combinations(found, size))
    return max(_group_weight(group, rule.correlation) for group in groups)


def _group_weight(group: Sequence[Observation], correlation: Mapping[str, float]) -> float:
    pairs = [_correlated(a.rater, b.rater, correlation) for a, b in combinations(group, 2)]
    return sum(o.weight for o in group) / (1 + (len(group) - 1) * (fmean(pairs) if pairs else 0.0))


def _correlated(one: str, other: str, correlation: Mapping[str, float]) -> float:
    """Correlation of two raters in either order; raters that nobody has compared count as independent."""
    return correlation.get(f"{one}-{other}", correlation.get(f"{other}-{one}", 0.0))


def _spread(found: Sequence[Observation], tolerance: float) -> float:
    """Variance between the raters' means; distances up to the tolerance count as 0."""
    total = sum(o.weight for o in found)
    pairs = ((a.weight * b.weight, max(0.0, abs(a.mean - b.mean) - tolerance)) for a, b in combinations(found, 2))
    return sum(weight * apart**2 for weight, apart in pairs) / total**2


def letter(mean: float, letters: Mapping[str, float]) -> str:
    """Admiralty reliability of a mean."""
    return next((name for name, least in sorted(letters.items()) if mean >= least), "E")
