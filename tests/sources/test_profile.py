"""Name, title and standing of sources, on stories of our own in ``cases/profiles.jsonl``; sources stand in brackets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scoring.attribution.find import Attributions
from scoring.documents.files import from_text
from scoring.priors.tables import load_priors
from scoring.schema import AttributionRelation, Span
from scoring.sources.reader import Source, read_sources
from scoring.text.quotes import quoted

FILE = Path(__file__).parents[1] / "cases" / "profiles.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LEAST_HELD = 80
"""Answers of 92 that were right on the ten stories written before the reader; only their totals were watched."""


def sources_of(marked: str) -> tuple[str, list[Source]]:
    """A text without its double brackets, and the sources that stood in them."""
    text, spans = "", []
    for number, part in enumerate(re.split(r"\[\[(.*?)\]\]", marked)):
        if number % 2:
            spans.append(Span(len(text), len(text) + len(part)))
        text += part
    relations = tuple(AttributionRelation(span, None, (span,)) for span in spans)
    sources = read_sources(from_text(text, same_length=True), Attributions(relations, quoted(text)), load_priors())
    return text, [sources[span] for span in spans]


def answer(source: Source) -> dict[str, str | None]:
    """What a story asks of a source."""
    profile = source.profile
    details = {"name": profile.name, "title": profile.title, "standing": profile.standing}
    return {"type": source.type.value} | {key: detail.text if detail else None for key, detail in details.items()}


@pytest.mark.parametrize("case", [case for case in CASES if not case["held"]], ids=lambda case: case["text"][:40])
def test_a_source_has_the_name_title_and_standing_that_the_story_gives_it(case: dict[str, Any]) -> None:
    _, sources = sources_of(case["text"])
    assert [answer(source) for source in sources] == case["sources"]


def test_stories_written_before_the_reader_are_read_as_well_as_when_the_reader_was_written() -> None:
    right = 0
    for case in (case for case in CASES if case["held"]):
        _, sources = sources_of(case["text"])
        pairs = zip(sources, case["sources"], strict=True)
        right += sum(answer(source)[key] == wanted[key] for source, wanted in pairs for key in wanted)
    assert right >= LEAST_HELD


def test_each_detail_stands_where_it_says() -> None:
    for case in CASES:
        text, sources = sources_of(case["text"])
        profiles = [source.profile for source in sources]
        details = [d for p in profiles for d in (p.name, p.title, p.standing) if d]
        assert all(detail.span.of(text) == detail.text for detail in details)
