"""How long a line may be to be a heading, a point, an entry of a menu: a case on either side of each bound."""

from __future__ import annotations

import pytest

from scoring.documents.boilerplate import find_skipped

BODY = "The harbour master said on Monday that two ferries had collided in thick fog outside the port."
MORE = "Nobody was hurt, and both boats reached the quay under their own power, he added."
WORDS = [
    "ferry",
    "crews",
    "met",
    "at",
    "the",
    "old",
    "quay",
    "to",
    "talk",
    "of",
    "pay",
    "with",
    "their",
    "own",
    "masters",
    "before",
    "they",
    "sailed",
    "for",
    "the",
    "far",
    "north",
    "again",
    "today",
]


def small(number: int) -> str:
    """So many words in lower case, without a stop."""
    return " ".join(WORDS[:number])


def capital(number: int, misses: int = 0) -> str:
    """So many words with a capital, but for some at the end; none of them is one that headlines write small."""
    words = [f"{chr(ord('A') + i)}xley" for i in range(number)]
    return " ".join([*words[: number - misses], *(word.lower() for word in words[number - misses :])])


def reason(line: str, *before: str, after: tuple[str, ...] = (BODY, MORE, BODY)) -> str | None:
    """Why a line is skipped that stands between others."""
    text = "\n".join([*before, line, *after])
    return {item.span.of(text): item.reason for item in find_skipped(text)}.get(line)


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        (small(9), True),
        (small(10), False),
        (small(3) + ".", False),
        (capital(22), True),
        (capital(23), False),
        (capital(12, misses=2), True),
        (capital(12, misses=3), False),
        (capital(17, misses=2), True),
        (capital(17, misses=3), False),
        (capital(3) + ".", True),
        (capital(4) + ".", False),
        (capital(3, misses=1) + ".", False),
        (capital(3) + "?", True),
        (capital(2) + "?", False),
    ],
)
def test_a_line_within_the_text_is_a_heading(line: str, is_heading: bool) -> None:
    assert reason(line, BODY) == ("heading" if is_heading else None)


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        (small(16), True),
        (small(17), False),
        (capital(5) + ".", True),
        (capital(4) + ".", False),
        (capital(10, misses=1) + ".", True),
        (capital(10, misses=2) + ".", False),
        (capital(9, misses=1) + ".", False),
        ("How the ferry sank.", False),
        ("How the old ferry sank.", True),
        (f"How {small(11)}.", True),
        (f"How {small(12)}.", False),
    ],
)
def test_a_first_line_is_a_heading(line: str, is_heading: bool) -> None:
    assert reason(line) == ("heading" if is_heading else None)


def test_how_a_thing_is_opens_an_article_and_no_note_of_three_lines() -> None:
    line = "How the old ferry sank."
    assert reason(line, after=(BODY, MORE, BODY)) == "heading" and reason(line, after=(BODY, MORE)) is None


@pytest.mark.parametrize(("words", "number", "read"), [(5, 3, True), (4, 3, False), (5, 2, False), (9, 3, True)])
def test_three_lines_of_five_words_are_points_of_a_list(words: int, number: int, read: bool) -> None:
    points = [f"{small(words)}{letter}" for letter in "abc"[:number]]
    text = "\n".join([BODY, MORE, BODY, *points, MORE, BODY, MORE, BODY])
    assert [item.span.of(text) for item in find_skipped(text)] == ([] if read else points)


@pytest.mark.parametrize(("others", "read"), [(0, True), (1, False)])
def test_points_that_are_more_than_half_of_a_text_are_read(others: int, read: bool) -> None:
    """Two points beside one line of text, and beside two; neither case has three in a row."""
    text = "\n".join([BODY, small(6), *[MORE] * others, small(7)])
    assert bool(find_skipped(text)) is not read


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["3 min read", *["oxley"] * 7], True),
        (["3 min read", *["oxley"] * 8], False),
        (["3 min read", small(6)], True),
        (["3 min read", small(7)], False),
    ],
)
def test_a_line_of_short_parts_is_told_by_one_of_them(parts: list[str], told: bool) -> None:
    assert reason(" | ".join(parts), BODY) == ("byline" if told else None)


@pytest.mark.parametrize(
    ("terse", "wordy", "is_menu"), [(4, 4, True), (4, 3, False), (4, 6, True), (3, 7, False), (8, 0, True)]
)
@pytest.mark.parametrize("behind", [False, True])
def test_eight_short_lines_are_a_menu_if_four_in_ten_are_a_word_or_two(
    terse: int, wordy: int, is_menu: bool, behind: bool
) -> None:
    entries = [f"{small(3)}{i}" for i in range(terse)] + [f"{small(4)}{i}" for i in range(wordy)]
    text = "\n".join([BODY, MORE, *entries] if behind else [*entries, BODY, MORE])
    reasons = {item.span.of(text): item.reason for item in find_skipped(text)}
    assert {reasons.get(entry) for entry in entries} == ({"navigation"} if is_menu else {"heading"})


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (small(13) + ".", False),
        (small(14) + ".", True),
        (small(19), False),
        (small(20), True),
        (small(20) + "…", False),
    ],
)
def test_a_full_sentence_ends_a_list_of_other_posts(line: str, read: bool) -> None:
    assert reason(line, BODY, "Related Links") == (None if read else "navigation")


@pytest.mark.parametrize(("others", "read"), [(8, True), (9, False)])
def test_one_sentence_in_ten_lines_is_a_teaser_too(others: int, read: bool) -> None:
    """Behind "Recent Posts" come other posts alone, of which one has a full sentence."""
    text = "\n".join([BODY, MORE, "Recent Posts", *[small(12)] * others, BODY])
    assert (find_skipped(text)[-1].span.of(text) != BODY) is read


@pytest.mark.parametrize(("length", "told"), [(420, True), (421, False)])
def test_a_line_of_more_than_420_characters_is_a_paragraph(length: int, told: bool) -> None:
    line = "Home" + 7 * f" > {'ferries ' * 6}s" + " > " + ("s" * (length - 371))
    assert len(line) == length and reason(line, BODY) == ("navigation" if told else None)
