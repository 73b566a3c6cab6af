from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.documents.boilerplate import find_skipped
from scoring.schema import Document, Skipped, Span
from scoring.text.sentences import INLINE, split


def sentences(text: str, *skipped: Skipped, language: str = "en") -> list[str]:
    document = Document("x", text, language=language, skipped=skipped)
    return [sentence.span.of(text) for sentence in split(document)]


CASES = {
    "plain": ["The ferry sank.", "Nobody was hurt."],
    "titles": ["Mr. Thole met Gov. Quill and Sen. J. Marsh.", "They talked."],
    "country": ["The U.S. Coast Guard came at 3 a.m. Monday.", "It left the U.S.", "It is home."],
    "initials": ["A. B. Marsh wrote it.", "Ben T. Quill Jr. read it."],
    "numbers": ["No. 5 cost 3.5 million.", "It rose 2.25% vs. June."],
    "addresses": ["See www.harbour.example/a.b?c=d for more.", "The dock.Com site is down."],
    "ellipsis": ["It sank... slowly.", "Then it rose..."],
    "double stop": ["What?!", "It sank."],
    "closing quote": ["“We saw it.”", "He left."],
    "quote inside": ["“We saw it.", "It sank,” he said."],
    "lower case after question": ["“Really?” he asked.", "She nodded."],
    "name after question": ["“Really?” Ada Quill asked.", "She nodded."],
    "brackets": ["He left (by boat. At night.) for the isle.", "She stayed."],
    "months": ["It sank on Nov. 5, 2015.", "It was raised in Jan. 2016."],
    "numbering": ["1. The ferry sank.", "2. The crew swam."],
    "brand": ["It sank.", "eHarbour reported it."],
}


@pytest.mark.parametrize("expected", CASES.values(), ids=CASES)
def test_sentences_of_a_line(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_chinese_stops_end_sentences() -> None:
    assert sentences("渡轮沉没了。没有人受伤。", language="zh") == ["渡轮沉没了。", "没有人受伤。"]


def test_a_line_break_ends_a_sentence_and_paragraphs_count_all_lines_with_text() -> None:
    text = " The ferry\nsank. It rose.\n\n \nAdvertisement\nEnd.\n"
    skipped = (Skipped(Span(text.index("Adv"), text.index("\nEnd")), "advertisement"),)
    found = split(Document("x", text, skipped=skipped))
    assert [(s.span.of(text), s.paragraph) for s in found] == [
        ("The ferry", 0),
        ("sank.", 1),
        ("It rose.", 1),
        ("End.", 3),
    ]


def test_a_skipped_part_ends_a_sentence_but_markup_does_not() -> None:
    text = "The boat (photo) sank <b>fast</b>. End."
    photo = Skipped(Span(9, 16), "caption")
    bold = [Skipped(Span(text.index(tag), text.index(tag) + len(tag)), "markup") for tag in ("<b>", "</b>")]
    assert sentences(text, photo, *bold) == ["The boat", "sank <b>fast</b>.", "End."]


def test_a_skipped_stretch_may_run_over_lines() -> None:
    text = "One.\nskip this\nand this. Two."
    assert sentences(text, Skipped(Span(5, 24), "code")) == ["One.", "Two."]


@pytest.mark.parametrize("text", ["😀😀 😀", "...", "—\n* * *", " \n "])
def test_no_sentence_without_letter_or_digit(text: str) -> None:
    assert sentences(text) == []


WORDS = st.one_of(
    st.sampled_from(["The", "ferry", "sank", ".", ". ", "? ", "!” ", "“", "U.S.", " Mr. ", "’s", "(", ")", "…", "1."]),
    st.sampled_from(["Advertisement", "<b>", "😀", "é", "。"]),
    st.sampled_from([" ", "\n", "\nBy Ada Quill\n", "pic.twitter.com/ab", '"', "\r", "\t", "\xa0", "\x85", "\u2028"]),
)


@given(st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(max_size=80)))
def test_spans_are_ordered_disjoint_trimmed_and_cover_every_word(text: str) -> None:
    skipped = find_skipped(text)
    covered = [False] * len(text)
    for item in skipped:
        covered[item.span.start : item.span.end] = [True] * (item.span.end - item.span.start)
    position = 0
    for sentence in split(Document("x", text, skipped=skipped)):
        start, end = sentence.span.start, sentence.span.end
        part = text[start:end]
        assert position <= start < end <= len(text)
        assert part == part.strip() and "\n" not in part
        assert not any(item.span.overlaps(sentence.span) for item in skipped if item.reason not in INLINE)
        assert sentence.paragraph == sum(bool(line.strip()) for line in text[:start].split("\n")[:-1])
        covered[start:end] = [True] * (end - start)
        position = end
    assert all(done for done, char in zip(covered, text, strict=True) if char.isalnum())


def test_offsets_do_not_depend_on_what_stands_before() -> None:
    text = "The ferry sank. Nobody was hurt."
    before = "😀 日本 é\u0301.\n"
    shifted = split(Document("x", before + text))[-2:]
    assert [s.span.of(before + text) for s in shifted] == sentences(text)


@pytest.mark.parametrize("piece", ["The ferry sank. ", "“Oh. ", "(a. ", "a", "U.S. ", "? ", "\n", "Mr. "])
def test_time_grows_with_length_and_no_faster(check_growth: Callable[..., None], piece: str) -> None:
    def prepare(length: int) -> Callable[[], object]:
        document = Document("x", piece * (length // len(piece)))
        return lambda: split(document)

    check_growth(prepare, 100_000)
