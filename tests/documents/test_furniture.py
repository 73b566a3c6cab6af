"""What stands on a page around an article is never a claim, and sentences that look like it are read.

``cases/furniture.jsonl`` holds lines of both kinds, of our own wording: menus, stamps, cookie notices, credits, rights,
calls to subscribe and to share on the one side, sentences of news that begin or sound like them on the other.
"""

import json
from pathlib import Path

import pytest

from scoring.documents.boilerplate import find_skipped
from scoring.documents.files import from_text
from scoring.engine import RULES, load_engine
from scoring.pipeline import rate_document

CASES = [
    json.loads(row) for row in (Path(__file__).parents[1] / "cases/furniture.jsonl").read_text("utf-8").splitlines()
]
BODY = "The harbour master said on Monday that two ferries had collided in thick fog outside the port."
MORE = "Nobody was hurt, and both boats reached the quay under their own power, he added."
PLACES = {
    "before": "{line}\n\n" + f"{BODY}\n\n{MORE}\n\n{BODY}",
    "inside": f"{BODY}\n\n" + "{line}" + f"\n\n{MORE}",
    "after": f"{BODY}\n\n{MORE}\n\n" + "{line}",
}


@pytest.mark.parametrize("place", PLACES)
def test_furniture_is_skipped_and_nothing_else(place: str) -> None:
    wrong = []
    for line in (case["line"] for case in CASES if not case["read"]):
        text = PLACES[place].replace("{line}", line)
        begins = text.index(line)
        inside = [item.span for item in find_skipped(text)]
        covered = sum(span.end - span.start for span in inside)
        if not inside or inside[0].start != begins or not len(line) - 1 <= covered <= len(line):
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize("place", PLACES)
def test_sentences_that_look_like_furniture_are_read(place: str) -> None:
    lines = [case["line"] for case in CASES if case["read"]]
    assert [line for line in lines if find_skipped(PLACES[place].replace("{line}", line))] == []


def test_what_is_skipped_is_in_no_claim_and_is_told_of() -> None:
    lines = [case["line"] for case in CASES if not case["read"]]
    text = "\n\n".join([*lines[:70], BODY, *lines[70:140], MORE, *lines[140:]])
    report = rate_document(from_text(text), load_engine(RULES))
    told = {word for rating in report.ratings for span in rating.claim.spans for word in span.of(text).split()}
    assert report.ratings and told <= set(f"{BODY} {MORE}".split())
    assert report.document.text == text
    assert any(warning.startswith("left out: ") for warning in report.provenance.warnings)


MENU = ["Home", "News", "Ports", "Minister denies secret deal with ferry line", "Sport", "Weather", "My account"]
MENU += ["Storm leaves forty dead on the coast", "Shop", "Jobs", "Ten harbours to see this summer"]


def test_menus_without_links_hold_no_claim() -> None:
    text = "\n".join([*MENU, BODY, MORE, *MENU])
    read = [line for line in text.split("\n") if not any(line == s.span.of(text) for s in find_skipped(text))]
    assert read == [BODY, MORE]


def test_points_of_a_long_list_are_read() -> None:
    points = [f"two boats sank off island number {n} in the fog" for n in range(12)]
    assert find_skipped("\n".join([BODY, *points])) == ()


@pytest.mark.parametrize("separator", ["|", "•", "·"])
def test_a_line_of_parts_is_furniture_if_one_part_is(separator: str) -> None:
    line = f"Ada Quill {separator} 12 May 2024 {separator} Ports"
    text = f"{BODY}\n{line}\n{MORE}"
    assert [(item.span.of(text), item.reason) for item in find_skipped(text)] == [(line, "byline")]
    points = f"the ferry sank off the port in fog {separator} nobody was hurt in the crash at all"
    assert find_skipped(f"{BODY}\n{points}.\n{MORE}") == ()


def test_reported_notices_are_read() -> None:
    for line in (
        "We use cookies to bait the fish, the skipper said.",
        "“Your browser does not support this,” the screen told the crew.",
        "This article was originally published in Pell, the court found.",
    ):
        assert find_skipped(f"{BODY}\n{line}\n{MORE}") == ()
