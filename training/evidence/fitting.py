"""Weights of evidence fitted to outcomes; their signs and orders must keep the directional rules.

Penalised maximum likelihood (logistic regression): the loss is the cross-entropy of the strengths with the outcomes,
plus a ridge towards the expert's values, ``penalty / 2 * sum(((w - expert) / SCALE) ** 2)``, which is a normal prior
around them. Linear constraints make every pair of :mod:`scoring.evidence.directional` keep its order. Log-odds are
linear in the weights, except for the channels and the floor of hedges. They are therefore linearised at the current
weights, and the fit is repeated ``ROUNDS`` times (sequential quadratic programming, Nocedal & Wright 2006, chapter 18;
SciPy's SLSQP solves each).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.evidence.directional import Case, pairs
from scoring.evidence.factors import weigh
from scoring.evidence.strength import total
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import Priors
from scoring.schema import Prior
from training.evidence.samples import Sample
from training.statistics import Floats

Name = tuple[str, str]
"""Table and key of a weight in ``score.toml``."""

WEIGHTS: tuple[Name, ...] = (
    ("outlet", "own_voice"), ("outlet", "hearsay"), ("outlet", "relaying"),
    ("basis", "direct_quote"), ("basis", "document"), ("basis", "paraphrase"), ("basis", "anonymous"),
    ("basis", "hearsay"), ("basis", "speculation"), ("basis", "assertion"),
    ("source", "share"), ("source", "nobody"), ("source", "quoted_document"),
    ("stance", "factive"), ("stance", "intentional"), ("stance", "negating"), ("stance", "inferential"),
    ("stance", "distancing"),
    ("matter", "against_interest"), ("matter", "own"), ("matter", "witnessed"), ("matter", "finding"),
    ("matter", "accusation"), ("matter", "self_praise"), ("matter", "forecast"), ("matter", "judgement"),
    ("matter", "unknowable"),
    ("matter_unsourced", "against_interest"), ("matter_unsourced", "own"), ("matter_unsourced", "witnessed"),
    ("matter_unsourced", "finding"), ("matter_unsourced", "accusation"), ("matter_unsourced", "self_praise"),
    ("matter_unsourced", "forecast"), ("matter_unsourced", "judgement"), ("matter_unsourced", "unknowable"),
    ("hedges", "evidential"), ("hedges", "epistemic"), ("hedges", "booster"),
    ("chain", "least"), ("chain", "distancing"), ("chain", "inferential"),
)  # fmt: skip
"""The weights that are fitted. Start, neutral stance and the matter ``fact`` are the zero points; the weights of
origins would need articles with several origins."""
POSITIVE = frozenset({"own_voice", "share", "evidential", "epistemic", "booster", "relaying"})
SCALE = 0.3
"""How far, in log-odds, an expert's value may be off: one standard deviation of the prior at penalty 1."""
ROUNDS = 3
MARGIN = 1e-3
"""Log-odds by which a strict order is kept."""
CORNERS = tuple(Prior(mean, 4.0, "C", "a corner of the grid") for mean in (0.0, 0.5, 1.0))
"""Outlets at the ends and in the middle of the scale: a rule that is linear in their log-odds then holds in between."""
STEP = 1e-4
RELAYED = 9
"""The rule that a claim is no stronger than the own word of who passes it on, which the formula keeps by itself."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Linear constraints ``matrix @ weights >= bound`` at the current weights; each row is a pair of the grid."""

    matrix: Floats
    bound: Floats


def values(settings: ScoreSettings) -> Floats:
    """The weights that are fitted, in the order of ``WEIGHTS``."""
    return np.array([_value(settings, name) for name in WEIGHTS])


def with_values(settings: ScoreSettings, weights: Sequence[float] | Floats) -> ScoreSettings:
    """The settings with these weights, in the order of ``WEIGHTS``."""
    tables: dict[str, dict[str, float]] = {}
    for (table, key), value in zip(WEIGHTS, weights, strict=True):
        tables.setdefault(table, {})[key] = float(value)
    changed: dict[str, Any] = {}
    for table, values in tables.items():
        old = getattr(settings, table)
        changed[table] = {**old, **values} if isinstance(old, dict) else replace(old, **values)
    return replace(settings, **changed)


def _value(settings: ScoreSettings, name: Name) -> float:
    table = getattr(settings, name[0])
    value: float = table[name[1]] if isinstance(table, Mapping) else getattr(table, name[1])
    return value


def log_odds(cases: Sequence[Case], settings: ScoreSettings) -> Floats:
    """Uncalibrated log-odds of each case."""
    return np.array([total(weigh(c.claim, c.outlet, c.origins, settings)) for c in cases])


def slopes(cases: Sequence[Case], settings: ScoreSettings) -> tuple[Floats, Floats]:
    """Log-odds of the cases, and by how much each weight moves them: shapes ``(n,)`` and ``(n, weights)``."""
    at, weights = log_odds(cases, settings), values(settings)
    moved = []
    for i, step in enumerate(STEP * np.eye(len(weights))):
        sign = -1.0 if WEIGHTS[i][0] == "chain" else 1.0  # shares may be 1 already, so they are moved downwards
        moved.append(sign * (log_odds(cases, with_values(settings, weights + sign * step)) - at) / STEP)
    return at, np.array(moved).T


def rules(settings: ScoreSettings, priors: Priors) -> Rules:
    """The directional rules as constraints on the weights, linearised."""
    grid = [pair for pair in pairs(priors, CORNERS) if pair.rule != RELAYED]
    more, more_slopes = slopes([pair.more for pair in grid], settings)
    less, less_slopes = slopes([pair.less for pair in grid], settings)
    matrix = more_slopes - less_slopes
    margin = np.array([MARGIN if pair.strict else 0.0 for pair in grid])
    bound = margin - (more - less) + matrix @ values(settings)
    rows = np.unique(np.round(np.column_stack([matrix, bound]), 6), axis=0)
    rows = rows[np.abs(rows[:, :-1]).sum(axis=1) > 0]
    return Rules(rows[:, :-1], rows[:, -1])


@dataclass(frozen=True, slots=True)
class Linear:
    """Log-odds of cases as ``matrix @ weights + offset``: exact except for channels and the floor of hedges."""

    matrix: Floats
    offset: Floats

    def of(self, members: NDArray[np.bool_]) -> Linear:
        """The same for some of the cases."""
        return Linear(self.matrix[members], self.offset[members])

    def at(self, weights: Floats) -> Floats:
        """Log-odds for these weights."""
        log_odds: Floats = self.matrix @ weights + self.offset
        return log_odds


def linear(cases: Sequence[Case], settings: ScoreSettings) -> Linear:
    """The cases linearised at these settings."""
    at, matrix = slopes(cases, settings)
    return Linear(matrix, at - matrix @ values(settings))


def fit(samples: Sequence[Sample], expert: ScoreSettings, priors: Priors, penalty: float) -> ScoreSettings:
    """Weights for the samples.

    Parameters
    ----------
    samples
        Evidence with targets in [0, 1] and weights.
    expert
        Settings whose weights are the centre of the ridge and the start of the search.
    priors
        They give the sources in the grid of rules their priors.
    penalty
        Penalty of the ridge, > 0; it weighs like a number of samples.
    """
    settings = expert
    for _ in range(ROUNDS):
        seen = linear([sample.case for sample in samples], settings)
        solution = solve(seen, samples, values(expert), penalty, rules(settings, priors))
        settings = with_values(settings, solution)
    return settings


def solve(seen: Linear, samples: Sequence[Sample], expert: Floats, penalty: float, held: Rules) -> Floats:
    """The weights of least penalised loss for linearised samples, among those that keep the rules."""
    from scipy.optimize import minimize

    targets = np.array([sample.target for sample in samples])
    counts = np.array([sample.weight for sample in samples])

    def loss(weights: Floats) -> tuple[float, Floats]:
        x = seen.at(weights)
        ridge = (weights - expert) / SCALE**2
        value = counts @ (np.logaddexp(0, x) - targets * x) + penalty / 2 * ridge @ (weights - expert)
        return float(value), seen.matrix.T @ (counts * (expit(x) - targets)) + penalty * ridge

    bounds = [_bounds(name) for name in WEIGHTS]
    constraint = {"type": "ineq", "fun": lambda w: held.matrix @ w - held.bound, "jac": lambda _: held.matrix}
    start = expert.clip([low for low, _ in bounds], [high for _, high in bounds])
    solution = minimize(
        loss, start, jac=True, method="SLSQP", bounds=bounds, constraints=[constraint], options={"maxiter": 200}
    )
    result: Floats = solution.x
    return result


def _bounds(name: Name) -> tuple[float, float]:
    if name[0] == "chain":
        return 0.3, 0.999
    return (0.01 if name[1] in POSITIVE else -6.0), 6.0


def kept(settings: ScoreSettings, priors: Priors) -> list[int]:
    """Numbers of the directional rules that these weights break somewhere on the grid; empty if they keep all."""
    grid = list(pairs(priors))
    more = log_odds([pair.more for pair in grid], settings)
    less = log_odds([pair.less for pair in grid], settings)
    strict = np.array([pair.strict for pair in grid])
    broken = np.where(strict, more <= less, more < less - 1e-9)
    return sorted({pair.rule for pair, wrong in zip(grid, broken, strict=True) if wrong})
