"""Which articles belong to one story, with a case on either side of each bound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scoring.dossier.grouping.propositions import Proposition
from scoring.dossier.grouping.stories import find_stories
from scoring.dossier.settings import load
from scoring.schema import Document

SETTINGS = load().stories
FIRST = date(2025, 1, 1)


def stories(*articles: tuple[int | None, str]) -> list[list[int]]:
    """The stories of articles, each given by the days since the first and by its words."""
    documents = [
        Document("a", words, published=None if day is None else str(FIRST + timedelta(day))) for day, words in articles
    ]
    return sorted(
        sorted(story) for story in find_stories(documents, [[said(words.split())] for _, words in articles], SETTINGS)
    )


def said(words: Sequence[str]) -> Proposition:
    nothing: frozenset[str] = frozenset()
    return Proposition(
        frozenset(words), nothing, frozenset(), nothing, nothing, nothing, nothing, denied=False, day=None
    )


OTHERS = [(0, f"other{i} thing{i} word{i}") for i in range(8)]


@pytest.mark.parametrize(("number", "one"), [(8, True), (9, False)])
def test_eight_articles_are_taken_for_one_story(number: int, one: bool) -> None:
    assert len(stories(*[(0, f"word{i}") for i in range(number)])) == (1 if one else number)


@pytest.mark.parametrize(("later", "one"), [(45, True), (46, False), (None, True)])
def test_articles_of_one_story_lie_45_days_apart_at_most(later: int | None, one: bool) -> None:
    found = stories(*OTHERS, (0, "quay ferry fog"), (later, "quay ferry fog"))
    assert ([8, 9] in found) is one


@pytest.mark.parametrize(("shared", "one"), [(12, True), (1, False), (0, False)])
def test_articles_of_one_story_share_some_of_their_words(shared: int, one: bool) -> None:
    mine = [f"both{i}" for i in range(shared)] + [f"mine{i}" for i in range(24 - shared)]
    yours = [f"both{i}" for i in range(shared)] + [f"yours{i}" for i in range(24 - shared)]
    found = stories(*OTHERS, (0, " ".join(mine)), (0, " ".join(yours)))
    assert ([8, 9] in found) is one


@pytest.mark.parametrize(("number", "parts"), [(60, 1), (61, 2)])
def test_a_story_of_more_than_sixty_articles_is_cut(number: int, parts: int) -> None:
    assert len(stories(*[(0, "quay ferry fog")] * number)) == parts
