"""The statistics of fitting and measuring against those of scikit-learn and SciPy, and by hand."""

import math

import numpy as np
import pytest

pytestmark = pytest.mark.train
metrics = pytest.importorskip("sklearn.metrics")
stats = pytest.importorskip("scipy.stats")

from training.statistics import (  # noqa: E402
    Estimate,
    auroc,
    bootstrapped,
    calibration_error,
    calibration_errors,
    estimate,
    partial_spearman,
    resampled,
    spearman,
)

DRAW = np.random.default_rng(11)


@pytest.mark.parametrize("number", [5, 40, 300])
def test_auroc_and_rank_correlation_are_those_of_the_libraries(number: int) -> None:
    scores, targets = DRAW.integers(0, 9, number) / 3, np.arange(number) % 3 == 0
    true = targets.astype(float)
    assert auroc(scores, true) == pytest.approx(metrics.roc_auc_score(true, scores))
    assert spearman(scores, true) == pytest.approx(stats.spearmanr(scores, true).statistic)


def test_pairs_that_are_level_count_by_half() -> None:
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1, 1, 0, 0])) == 0.875


def test_what_cannot_be_measured_is_nan() -> None:
    rising, level = np.arange(5.0), np.ones(5)
    figures = (auroc(rising, level), spearman(rising, level), spearman(level, rising), spearman(rising[:2], rising[:2]))
    assert all(map(math.isnan, figures)) and math.isnan(calibration_error([], []))


def test_what_a_third_explains_is_taken_out() -> None:
    given = DRAW.normal(size=400)
    one, other = (given + DRAW.normal(size=400) / 2 for _ in range(2))
    assert spearman(one, other) > 0.6 and abs(partial_spearman(one, other, given)) < 0.15


def test_groups_are_drawn_whole_and_as_many_as_there_are() -> None:
    counts = resampled(["a", "b", "a", "c"], draws=500, seed=2)
    assert counts.shape == (500, 4) and (counts[:, 0] == counts[:, 2]).all()
    assert (counts[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert counts.mean(axis=0) == pytest.approx(1, abs=0.1)
    assert (counts == resampled(["a", "b", "a", "c"], draws=500, seed=2)).all()
    assert resampled(["a", "a"]).shape == (0, 2) and resampled(["a", "b"], draws=0).shape == (0, 2)


def test_an_interval_leaves_out_what_could_not_be_measured() -> None:
    drawn = [math.nan, *np.linspace(0, 1, 101)]
    assert estimate(0.5, drawn, 0.9) == Estimate(0.5, pytest.approx(0.05), pytest.approx(0.95))
    assert str(estimate(0.5, drawn, 0.9)) == "0.500 [0.050, 0.950]"
    assert str(estimate(0.5, [math.nan], 0.9)) == "0.500"


def test_a_measure_has_an_interval_by_group() -> None:
    scores = np.concatenate([DRAW.normal(1, 1, 60), DRAW.normal(-1, 1, 60)])
    true = np.repeat([1.0, 0.0], 60)
    alone = bootstrapped(scores, true, list(range(120)), "auroc")
    assert alone.low is not None and alone.high is not None and 0.8 < alone.low < alone.value < alone.high <= 1
    twins = bootstrapped(scores.repeat(2), true.repeat(2), [n for n in range(120) for _ in "12"], "auroc")
    assert (twins.low, twins.high) == pytest.approx((alone.low, alone.high))
    assert bootstrapped(scores, true, ["one"] * 120, "brier").low is None


def test_each_weighting_has_the_error_of_repeated_cases() -> None:
    stated, true = DRAW.uniform(size=50), (DRAW.uniform(size=50) < 0.5).astype(float)
    weights = DRAW.integers(0, 3, (4, 50)).astype(float)
    for row, error in zip(weights.astype(int), calibration_errors(stated, true, weights), strict=True):
        assert error == pytest.approx(calibration_error(stated.repeat(row), true.repeat(row)))
