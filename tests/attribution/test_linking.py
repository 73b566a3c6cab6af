"""Scores of one cue → its source and content, with a case on either side of each bound."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.attribution.linking import Words, relation
from scoring.schema import Span

SOURCE, NONE, CONTENT = [0.1, 0.8, 0.1], [0.9, 0.05, 0.05], [0.05, 0.05, 0.9]


def words(number: int) -> Words:
    return Words(np.arange(0, 10 * number, 10), np.arange(5, 10 * number + 5, 10), np.zeros(number, dtype=np.int64))


def scores(roles: list[list[float]], *contents: tuple[int, int]) -> np.ndarray:
    """Scores by word: the roles, and contents that surely begin and end there."""
    edges = np.full((len(roles), 4), -6.0)
    for first, last in contents:
        edges[first, 2] = edges[last, 3] = 3.0
    return np.column_stack([np.array(roles), edges])


@pytest.mark.parametrize(("probability", "source"), [(0.31, Span(0, 5)), (0.29, None)])
def test_a_tagged_source_is_the_cues_own_from_three_tenths(probability: float, source: Span | None) -> None:
    roles = [[1 - probability, probability, 0.0], NONE, CONTENT, CONTENT, NONE]
    found = relation(words(5), (1, 2), 0.9, scores(roles, (2, 3)), [(0, 1)])
    assert found is not None and found.source == source


@pytest.mark.parametrize(("between", "source"), [(6, Span(0, 85)), (7, Span(80, 95))])
def test_parts_of_a_source_with_six_words_between_them_are_one(between: int, source: Span) -> None:
    roles = [SOURCE, *[NONE] * between, SOURCE, SOURCE, NONE, CONTENT, CONTENT]
    if between == 6:
        roles[8] = NONE
    cue = len(roles) - 3
    found = relation(words(len(roles)), (cue, cue + 1), 0.9, scores(roles, (cue + 1, cue + 2)), [])
    assert found is not None and found.source == Span(source.start, source.end - 10 * (between == 6))


def test_parts_of_a_source_on_either_side_of_the_cue_are_two() -> None:
    roles = [SOURCE, SOURCE, NONE, SOURCE, NONE, CONTENT, CONTENT]
    found = relation(words(7), (2, 3), 0.9, scores(roles, (5, 6)), [])
    assert found is not None and found.source == Span(0, 15)


def test_a_content_has_its_three_best_fragments() -> None:
    weak = [0.25, 0.05, 0.7]
    roles = [NONE, CONTENT, NONE, CONTENT, NONE, weak, NONE, CONTENT, NONE]
    found = relation(words(9), (0, 1), 0.9, scores(roles, (1, 1), (3, 3), (5, 5), (7, 7)), [])
    assert found is not None and found.contents == (Span(10, 15), Span(30, 35), Span(70, 75))
