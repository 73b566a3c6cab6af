"""Whom a description means, with a case on either side of what bounds the search for it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from scoring.attribution.find import Attributions
from scoring.attribution.labels import HEADS, TYPES, columns
from scoring.attribution.word_labels import NO_LABELS, WordLabels
from scoring.documents.files import from_text
from scoring.priors.tables import load_priors
from scoring.schema import AttributionRelation, SourceType, Span
from scoring.sources.reader import Source, read_sources
from scoring.text.quotes import quoted


def read(text: str, *phrases: str, word_labels: WordLabels = NO_LABELS) -> list[Source]:
    """The sources that phrases of a text are read as; each stands where its last occurrence does."""
    spans = [Span(text.rindex(phrase), text.rindex(phrase) + len(phrase)) for phrase in phrases]
    relations = tuple(AttributionRelation(span, None, (span,)) for span in spans)
    attributions = Attributions(relations, quoted(text), word_labels)
    sources = read_sources(from_text(text, same_length=True), attributions, load_priors())
    return [sources[span] for span in spans]


@pytest.mark.parametrize(
    ("description", "stands_for"),
    [("the harbour office", "Oxley Harbour Office"), ("the small harbour office", None), ("the office of today", None)],
)
def test_a_description_of_two_words_points_back_and_a_longer_one_speaks_of_itself(
    description: str, stands_for: str | None
) -> None:
    text = f"Oxley Harbour Office sent two boats. It was the fog, {description} said."
    office, described = read(text, "Oxley Harbour Office", description)
    assert office.type is described.type is SourceType.ORGANISATION
    assert described.resolved == stands_for


@pytest.mark.parametrize(("between", "stands_for"), [(999, "Anna Hale"), (1000, None)])
def test_a_described_person_is_looked_for_among_the_last_thousand_names(between: int, stands_for: str | None) -> None:
    def surname(number: int) -> str:
        return "B" + "".join("aeioulmnrs"[int(digit)] for digit in f"{number:04}")

    crowd = "\n".join(f"Paul {surname(i)} came." for i in range(between))
    text = f"Anna Hale, the leader of the dockers, spoke.\n{crowd}\nIt rained, the dockers' leader said."
    (leader,) = read(text, "the dockers' leader")
    assert (leader.type, leader.resolved) == (SourceType.PERSON, stands_for)


@pytest.mark.parametrize(
    ("description", "stands_for"),
    [("the dockers' leader", "Anna Hale"), ("the dockers' chief", "Paul Reed"), ("the firemen's leader", None)],
)
def test_two_words_of_a_description_are_shared_with_whom_it_describes(description: str, stands_for: str | None) -> None:
    text = f"Anna Hale, the leader of the dockers, spoke.\nPaul Reed, chief of the dockers, left.\nIt rained, {description} said."
    (described,) = read(text, description)
    assert described.resolved == stands_for


@pytest.mark.parametrize(("odds", "type_"), [(2.9, SourceType.ORGANISATION), (3.1, SourceType.MEDIA)])
def test_the_rules_count_three_log_odds_beside_the_model(odds: float, type_: SourceType) -> None:
    text = "It rained, the Oxley Harbour Office said."
    spans = [match.span() for match in re.finditer(r"\w+", text)]
    outputs = np.zeros((len(spans), sum(HEADS.values())), dtype=np.float32)
    outputs[:, columns("type")] = -20.0
    outputs[:, columns("type")][:, TYPES.index(SourceType.ORGANISATION)] = 0.0
    outputs[:, columns("type")][:, TYPES.index(SourceType.MEDIA)] = odds
    starts, ends = np.array(spans).T
    (office,) = read(text, "the Oxley Harbour Office", word_labels=WordLabels(starts, ends, outputs))
    assert office.type is type_
