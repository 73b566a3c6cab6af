from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.documents.boilerplate import find_skipped, merge
from scoring.schema import Skipped, Span

BODY = "The harbour master said on Monday that two ferries had collided in thick fog outside the port."
MORE = "Nobody was hurt, and both boats reached the quay under their own power, he added."

SKIPPED_LINES = [
    ("Advertisement:", "advertisement"),
    ("ADVERTISEMENT", "advertisement"),
    ("Sponsored content", "advertisement"),
    ("Read more: Ferry line under fire after third accident", "navigation"),
    ("Related: Ten ports to see before you sail", "navigation"),
    ("See more Harbour Express News", "navigation"),
    ("Categories: Ports, Weather", "navigation"),
    ("Share this article on Facebook", "navigation"),
    ("Home > News > Ports", "navigation"),
    ("For more on the ferry line, visit this link.", "navigation"),
    ("Watch the full interview below:", "navigation"),
    ("Support HD or become our patron!", "subscription"),
    ("Sign up for our newsletter", "subscription"),
    ("Subscribe to the Harbour Daily here.", "subscription"),
    ("Follow Ada Quill on Twitter @adaquill", "subscription"),
    ("Photo: Ada Quill", "caption"),
    ("Image credit: Harbour Daily", "caption"),
    ("(AP Photo/Ada Quill)", "caption"),
    ("Correction: Two ferries collided, not three.", "correction"),
    ("Editor’s note: This story wrongly named the second ferry.", "correction"),
    ("This article was amended on 4 May. An earlier version said that three ferries had collided.", "correction"),
    ("A previous version of this report misspelled the name of the port.", "correction"),
    ("By Ada Quill", "byline"),
    ("Written by Ada Quill and Ben Thole", "byline"),
    ("Updated 3:14 p.m.", "byline"),
    ("Monday 04 August 2014", "byline"),
    ("5 days ago", "byline"),
    ("Source: Institute for Coastal Studies (ICS)", "source_line"),
    ("Via: Harbour Daily", "source_line"),
    ("— Ada Quill (@adaquill) January 4, 2015", "embed"),
    ("What the Crews Saw", "heading"),
    ("Background", "heading"),
    ("Why Now? The Changing Face of the Port", "heading"),
    ("* * *", "separator"),
]

READ_LINES = [
    "Support for the ferry line has fallen since spring.",
    "Related losses came to two million crowns.",
    "Read more than once, the letter is plain.",
    "For more than ten years nobody could see why the crane leaned.",
    "Video from the quay shows the two boats drifting apart.",
    "Images of the wreck spread within an hour.",
    "Smoking contributed to his death, the coroner found.",
    "Sources: “The master was asleep,” two sailors said.",
    "By Friday, the army had left the island.",
    "He resigned.",
    "Ada Quill served under former Mayor Ben Thole.",
    "The port employees demanded more staff.",
    "Home prices rose.",
    "Sign-ups for the course rose by a third.",
    "Updated figures put the toll at nine.",
    "Have the ferries been checked?",
]


def reasons(text: str) -> dict[str, str]:
    return {item.span.of(text): item.reason for item in find_skipped(text)}


@pytest.mark.parametrize(("line", "reason"), SKIPPED_LINES)
def test_line_without_a_claim_is_skipped_whole(line: str, reason: str) -> None:
    text = f"{BODY}\n\n{line}\n\n{MORE}"
    assert reasons(text) == {line: reason}


@pytest.mark.parametrize("line", READ_LINES)
def test_sentence_that_begins_like_boilerplate_is_read(line: str) -> None:
    assert reasons(f"{BODY}\n{line}\n{MORE}") == {}


@pytest.mark.parametrize(
    "headline",
    [
        "Fictional Minister Reportedly Caught In Scandal.",
        "Two Ferries Collide Off Port",
        "A ferry captain reportedly fell asleep at the wheel in fog",
        "How each island could win the ferry war.",
    ],
)
def test_headline_on_the_first_line_is_a_heading(headline: str) -> None:
    assert reasons("\n".join([headline, BODY, MORE, BODY])) == {headline: "heading"}


def test_first_line_in_sentence_case_is_read() -> None:
    assert reasons("Harbour chief Ada Quill met Ben Thole in Port Anne.\n" + BODY) == {}


@pytest.mark.parametrize("text", ["The minister resigned on Monday", "Minister Resigns After Ferry Scandal"])
def test_a_text_of_one_line_is_read_even_if_it_looks_like_a_heading(text: str) -> None:
    assert find_skipped(text) == ()


def test_points_of_a_list_without_final_stops_are_read() -> None:
    points = [
        "two ferries collided off the port in fog",
        "nobody was hurt in the crash",
        "the line blames a broken radar",
    ]
    assert reasons("\n".join([BODY, *points, MORE, BODY, MORE])) == {}


def test_list_of_other_posts_is_skipped_to_the_end() -> None:
    rest = ["Recent Posts", "How a Lighthouse Keeper Became Mayor", "Discover the long way of a keeper to the town…"]
    rest += [
        "5 days ago",
        "Ten Harbours Worth a Detour",
        "Explore the coast and its harbours in today's long read.",
        "6 days ago",
    ]
    text = "\n\n".join([BODY, MORE, *rest])
    assert set(reasons(text)) == set(rest)


def test_list_of_other_posts_in_mid_article_ends_where_the_article_goes_on() -> None:
    teasers = ["Related Links", "Keeper wins prize for his lamp and his long service", "Crane falls"]
    text = "\n".join([BODY, *teasers, MORE, BODY])
    assert set(reasons(text)) == set(teasers)


@pytest.mark.parametrize(
    ("line", "skipped", "reason"),
    [
        ("Quote: “We saw nothing,” the pilot said.", "Quote:", "label"),
        ("14:32 The ferry is afloat, the mayor says.", "14:32", "byline"),
        ("[09:05 GMT] Two boats have sunk.", "[09:05 GMT]", "byline"),
        ("Details: The report blames the radar.", "Details:", "label"),
        ("PORT ANNE (AP) — The ferry sank on Monday.", "PORT ANNE (AP) —", "byline"),
        (
            "MONDAY, May 25, 2015 (HealthDay News) -- Salt is good for sailors.",
            "MONDAY, May 25, 2015 (HealthDay News) --",
            "byline",
        ),
        ("The ferry lies on its side. (AP Photo/Ada Quill)", "(AP Photo/Ada Quill)", "caption"),
        ("The ferry has sunk! pic.twitter.com/Ab12Cd", "pic.twitter.com/Ab12Cd", "embed"),
    ],
)
def test_only_the_part_without_a_claim_is_skipped(line: str, skipped: str, reason: str) -> None:
    assert reasons(f"{BODY}\n{line}\n{MORE}") == {skipped: reason}


def test_post_above_its_author_is_read() -> None:
    text = "\n\n".join([BODY, "Ferry down off Port Anne", "— Ada Quill (@adaquill) January 4, 2015", MORE])
    assert set(reasons(text)) == {"— Ada Quill (@adaquill) January 4, 2015"}


def test_merge_sorts_and_separates() -> None:
    found = merge([Skipped(Span(5, 9), "b"), Skipped(Span(0, 6), "a"), Skipped(Span(2, 4), "c")])
    assert [(s.span.start, s.span.end, s.reason) for s in found] == [(0, 6, "a"), (6, 9, "b")]


PIECES = st.sampled_from([BODY, MORE, *(line for line, _ in SKIPPED_LINES), "", "  ", "Recent Posts", "😀", "x\u2028y"])


@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=15))
def test_skipped_stretches_are_ordered_disjoint_and_in_range(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    position = 0
    for item in find_skipped(text):
        assert position <= item.span.start < item.span.end <= len(text)
        position = item.span.end


@pytest.mark.parametrize(
    "piece",
    ["(AP Photo/", "more from a ", "By A,|&/", "— x (@", "<a <a ", "Home > ", "PORT, ", "A. ", "_", "a\n"],
)
def test_time_grows_with_length_and_no_faster(check_growth: Callable[..., None], piece: str) -> None:
    def prepare(length: int) -> Callable[[], object]:
        text = piece * (length // len(piece))
        return lambda: find_skipped(text)

    check_growth(prepare, 25_000)


SHARED = Path(__file__).resolve().parents[3] / "shared" / "labelled"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled articles are not beside the checkout")
@pytest.mark.parametrize("part", ["train", "dev"])
def test_few_labelled_claims_are_skipped_and_most_other_lines_are(part: str) -> None:
    claims = hit = free = skipped = 0
    for row in map(json.loads, (SHARED / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()):
        stretches = [item.span for item in find_skipped(row["text"])]
        spans = [[Span(s["start"], s["end"]) for s in claim["spans"]] for claim in row["claims"]]
        claims += len(spans)
        hit += sum(any(span.overlaps(s) for span in claim for s in stretches) for claim in spans)
        for line in lines(row["text"]):
            question = line.of(row["text"]).rstrip("\"'’”").endswith("?")
            if not question and not any(line.overlaps(span) for claim in spans for span in claim):
                free += 1
                skipped += any(s.overlaps(line) for s in stretches)
    assert hit / claims < 0.01
    assert skipped / free > 0.6


def lines(text: str) -> list[Span]:
    position, found = 0, []
    for raw in text.split("\n"):
        if raw.strip():
            start = position + len(raw) - len(raw.lstrip())
            found.append(Span(start, start + len(raw.strip())))
        position += len(raw) + 1
    return found
