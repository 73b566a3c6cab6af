"""Whose "A and B said" is two people."""

from __future__ import annotations

import pytest

from scoring.attribution.parallel import separated
from scoring.schema import AttributionRelation, Span


@pytest.mark.parametrize(
    ("source", "people"),
    [
        ("Anna Hale and Paul Reed", ["Anna Hale", "Paul Reed"]),
        ("Mayor Anna Hale and council leader Paul Reed", ["Mayor Anna Hale", "council leader Paul Reed"]),
        ("Anna Hale and Paul Reed and James Voll", ["Anna Hale and Paul Reed and James Voll"]),
        ("Anna Hale and Reed", ["Anna Hale and Reed"]),
        ("Oxley Tarn and Paul Reed", ["Oxley Tarn and Paul Reed"]),
        ("Anna Hale and her council", ["Anna Hale and her council"]),
        ("Anna Hale", ["Anna Hale"]),
    ],
)
def test_two_full_names_with_given_names_are_two_people(source: str, people: list[str]) -> None:
    text = f"{source} said the bridge was closed."
    content = Span(text.index("the bridge"), len(text) - 1)
    relation = AttributionRelation(Span(0, len(source)), Span(len(source) + 1, len(source) + 5), (content,), 0.7)
    found = separated(text, [relation])
    assert [r.source.of(text) for r in found if r.source] == people
    assert {(r.cue, r.contents, r.probability) for r in found} == {(relation.cue, (content,), 0.7)}


def test_an_and_behind_the_source_belongs_to_something_else() -> None:
    text = "Anna Hale and Paul Reed said the bridge was closed and the road was wet."
    relation = AttributionRelation(Span(0, 23), Span(24, 28), (Span(29, len(text) - 1),))
    assert [r.source.of(text) for r in separated(text, [relation]) if r.source] == ["Anna Hale", "Paul Reed"]
