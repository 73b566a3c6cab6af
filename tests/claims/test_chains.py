"""Who stands outside whom, with a case on either side of each bound."""

from __future__ import annotations

import pytest

from scoring import resources, settings
from scoring.attribution.find import Attributions
from scoring.attribution.named_beside import outlet_told
from scoring.claims.annotated import ClaimSettings, Reading
from scoring.claims.chains import ancestry
from scoring.documents.files import from_text
from scoring.priors.tables import load_priors
from scoring.schema import AttributionRelation, Span
from scoring.sources.reader import read_sources
from scoring.text.quotes import quoted
from scoring.text.sentences import split

SETTINGS = settings.load(resources.config("claims.toml"), ClaimSettings)


def find(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


@pytest.mark.parametrize(("shared", "above"), [(14, [None, 0]), (13, [None, None]), (20, [None, 0])])
def test_two_relations_that_share_seven_tenths_of_their_content_have_one(shared: int, above: list[int | None]) -> None:
    """Of twenty code points that either has; the outlet stands outside the person whom it relays."""
    text = f"Reuters reported, Ines Roth said: {'x' * 60}"
    start = text.index("xxx")
    contents = Span(start, start + 20), Span(start + 20 - shared, start + 40 - shared)
    relations = tuple(
        AttributionRelation(find(text, source), find(text, cue), (content,))
        for source, cue, content in zip(("Reuters", "Ines Roth"), ("reported", "said"), contents, strict=True)
    )
    document = from_text(text, same_length=True)
    attributions = Attributions(relations, quoted(text))
    sources = read_sources(document, attributions, load_priors())
    reading = Reading(document, split(document), attributions, sources, load_priors(), SETTINGS)
    assert ancestry(reading) == above


@pytest.mark.parametrize(("between", "told"), [(40, True), (41, False)])
def test_whom_a_sentence_opens_with_is_looked_for_eighty_characters_before_the_source(between: int, told: bool) -> None:
    opening = "In an interview with the Oxley Mirror, x"
    text = f"{opening}{'x' * (between - 1)} Roth said the dam holds."
    at = text.index("Roth")
    relation = AttributionRelation(Span(at, at + 4), find(text, "said"), (find(text, "the dam holds"),))
    found = outlet_told(text, relation)
    assert at == len(opening) + between and (found is not None) is told
    assert found is None or found.of(text) == "the Oxley Mirror"
