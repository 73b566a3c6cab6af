"""Probabilities fitted and measured; needs scikit-learn of the extra ``train``."""

import math
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("sklearn")

from training.evaluation.pictures import diagram  # noqa: E402
from training.statistics import bins, calibration_error, calibration_line, logit  # noqa: E402


def sample(slope: float, number: int = 4000) -> tuple[list[float], list[bool]]:
    """Stated probabilities whose log-odds are ``slope`` times the true ones, and what came of them."""
    rng = np.random.default_rng(3)
    true = rng.uniform(0.05, 0.95, number)
    stated = 1 / (1 + np.exp(-slope * logit(true)))
    return stated.tolist(), (rng.uniform(size=number) < true).tolist()


def test_error_is_small_for_honest_probabilities_and_large_for_bold_ones() -> None:
    assert calibration_error(*sample(1.0)) < 0.03 < 0.1 < calibration_error(*sample(3.0))
    assert calibration_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0)
    assert math.isnan(calibration_error([], []))


def test_fit_undoes_boldness() -> None:
    stated, right = sample(3.0)
    slope, intercept = calibration_line(stated, right)
    assert slope == pytest.approx(1 / 3, abs=0.05) and intercept == pytest.approx(0, abs=0.1)
    mended = 1 / (1 + np.exp(-slope * logit(np.array(stated)) - intercept))
    assert calibration_error(mended.tolist(), right) < 0.03


def test_bins_hold_every_case_once() -> None:
    stated, right = sample(1.0, 50)
    assert sum(number for _, _, number in bins(stated, right)) == 50
    assert bins([1.0], [True]) == [(1.0, 1.0, 1)]


def test_diagram_is_a_picture_with_a_plot_for_each_case(tmp_path: Path) -> None:
    path = diagram(tmp_path / "reliability.svg", {"cue": sample(1.0), "basis": sample(2.0)})
    words = [e.text or "" for e in ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")]
    assert [w.split(":")[0] for w in words if "ECE" in w] == ["cue", "basis"]
