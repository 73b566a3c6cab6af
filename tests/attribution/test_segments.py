"""From scores of words to claims: where each begins, goes on and ends."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scoring.attribution.segments import EDGE_WEIGHT, RESUME, Segment, segments

SURE = 4.0


def scores(claims: list[list[Segment]], words: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a model that is sure of these claims."""
    inside, edges = np.full(words, -SURE), np.full((words, 3), -SURE)
    for claim in claims:
        for number, (start, end) in enumerate(claim):
            inside[start:end] = SURE
            edges[start, min(number, 1)] = SURE
            edges[end - 1, 2] = SURE
    return inside, edges


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [[(0, 3)]],
        [[(0, 3)], [(3, 6)]],
        [[(1, 3), (5, 7)], [(7, 9)]],
        [[(0, 1)], [(1, 2)], [(4, 9)]],
    ],
)
def test_sure_scores_give_just_those_claims(claims: list[list[Segment]]) -> None:
    assert segments(*scores(claims, 10), np.zeros(10, dtype=bool)) == claims


def test_no_claim_runs_over_the_start_of_a_paragraph() -> None:
    inside, edges = scores([[(0, 8)]], 8)
    barred = np.arange(8) == 5
    assert segments(inside, edges, barred) == [] or all(
        not start < 5 < end for claim in segments(inside, edges, barred) for start, end in claim
    )
    edges[4, 2] = edges[5, 0] = SURE
    assert segments(inside, edges, barred) == [[(0, 5)], [(5, 8)]]


def test_a_weak_edge_is_outweighed_by_the_words() -> None:
    inside, edges = scores([[(0, 6)]], 6)
    edges[2, 2], edges[3, 0] = 0.3, -0.6
    assert segments(inside, edges, np.zeros(6, dtype=bool)) == [[(0, 6)]]


def test_a_stretch_that_goes_on_joins_the_claim_before_and_none_is_lost_at_the_start() -> None:
    inside, edges = scores([[(2, 4)]], 6)
    edges[2] = [-SURE, SURE, -SURE]
    edges[3, 2] = SURE
    assert segments(inside, edges, np.zeros(6, dtype=bool)) == [[(2, 4)]]


def test_no_other_set_of_stretches_scores_higher() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        words = 6
        inside, edges = rng.normal(size=words), rng.normal(size=(words, 3))
        found = [s for claim in segments(inside, edges, np.zeros(words, dtype=bool)) for s in claim]
        every = [(a, b) for a in range(words) for b in range(a + 1, words + 1)]
        sets = (chosen for n in range(4) for chosen in itertools.combinations(every, n))
        disjoint = (s for s in sets if all(x[1] <= y[0] for x, y in itertools.pairwise(s)))
        best = max(total(s, inside, edges) for s in disjoint)
        assert len(found) > 3 or total(found, inside, edges) == pytest.approx(best)


def total(stretches: tuple[Segment, ...] | list[Segment], inside: np.ndarray, edges: np.ndarray) -> float:
    opening = edges[:, : RESUME + 1].max(axis=1)
    return float(sum(EDGE_WEIGHT * (opening[s] + edges[e - 1, 2]) + inside[s:e].sum() for s, e in stretches))
