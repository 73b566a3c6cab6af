"""Markdown, as scrapers and editors give it, is read as text with its links."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.documents.files import from_row, from_text, read
from scoring.documents.markdown import looks_like_markdown, read_markdown
from scoring.schema import Document
from scoring.text.sentences import split

LEAD = "The harbour master said on Monday that two ferries had collided in thick fog outside the port."
NEXT = "Nobody was hurt, and both boats reached the quay under their own power, he added."


def sentences(document: Document) -> list[str]:
    return [sentence.span.of(document.text) for sentence in split(document)]


def links(document: Document) -> list[tuple[str, str]]:
    return [(link.span.of(document.text), link.url) for link in document.links]


def skipped(document: Document) -> dict[str, str]:
    return {item.span.of(document.text): item.reason for item in document.skipped}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The **dam** is _holding_, he `said`.", "The dam is holding, he said."),
        ("The ~~old~~ dam is ***holding***.", "The old dam is holding."),
        (r"The dam\_2 cost \$5\* and 3 \> 2\.", "The dam_2 cost $5* and 3 > 2."),
        ("snake_case_name and 2 * 3 * 4 stay", "snake_case_name and 2 * 3 * 4 stay"),
        ("AT&amp;T said &quot;no&quot;.", 'AT&T said "no".'),
        ("> The dam is holding.\n>\n> So he said.", "The dam is holding.\nSo he said."),
        ("- One.\n- Two.\n  - Three.\n", "One.\nTwo.\nThree."),
        ("1. One.\n2. Two.\n", "One.\nTwo."),
        ("1986. It was a bad year.\n", "1986. It was a bad year."),
        ("One line\\\nand another  \nand a third", "One line\nand another\nand a third"),
        ("The dam that broke on\nMonday held for\nyears.", "The dam that broke on Monday held for years."),
        ("The dam broke.\nThe mayor resigned.", "The dam broke.\nThe mayor resigned."),
        ("    The dam is holding.\n", "The dam is holding."),
        ("<div>The dam<br>is <b>holding</b>.</div>", "The dam\nis holding."),
        ("A <script>alert('dam')</script> dam.", "A  dam."),
        ("![A dam](/d.jpg)\n\nThe dam is ![icon](/i.png)holding.", "The dam is holding."),
        ("The [dam](https://x.org/a(b)c) and [mill][1] hold.\n\n[1]: https://x.org/m", "The dam and mill hold."),
        ("[Speaker]: Yes.\n\n[Anna]: No", "[Speaker]: Yes.\n[Anna]: No"),
        ("| Name | Said |\n|---|---|\n| Ada | The dam will hold until May, she said. |", "Name | Said\nAda\nThe dam will hold until May, she said."),
        ("Dam\n===\n\nIt holds.", "Dam\nIt holds."),
        ("A [long link](https://x.org/a-very-\nlong-path) holds.", "A long link holds."),
        ("A report [in PDF](https://x.org/the report.pdf) says so.", "A report in PDF says so."),
        ("﻿---\ntitle: Dam\n---\r\nIt holds.\r\n", "It holds."),
    ],
)  # fmt: skip
def test_markup_is_taken_out_and_words_stay(source: str, text: str) -> None:
    assert read_markdown(source).text == text


def test_links_keep_their_words_and_relative_ones_are_resolved() -> None:
    document = from_text(
        "The [dam](../dam?x=1&amp;y=2 'Title') and [the mill](//mill.example/a) hold, <https://a.example/b> says.",
        url="https://news.example/2025/story/",
        markdown=True,
    )
    assert links(document) == [
        ("dam", "https://news.example/2025/dam?x=1&y=2"),
        ("the mill", "https://mill.example/a"),
        ("https://a.example/b", "https://a.example/b"),
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "#top", "/a", "vbscript:x", "https://", "http://[x"])  # fmt: skip
def test_what_is_no_page_of_the_web_is_text_and_no_link(address: str) -> None:
    document = from_text(f"The [dam]({address}) holds.", markdown=True)
    assert (document.text, document.links) == ("The dam holds.", ())


def test_marks_of_notes_stand_between_sentences_and_are_links() -> None:
    document = from_text(
        "Forces advanced near Orm.[[lx]](https://t.example/12) A blogger said so.[2](https://x.example/3)"
        " The [2019](https://y.example/4) plan failed.[^n]\n\n[^n]: See the plan."
    )
    assert sentences(document) == ["Forces advanced near Orm.", "A blogger said so.", "The 2019 plan failed."]
    assert links(document) == [
        ("[lx]", "https://t.example/12"), ("2", "https://x.example/3"), ("2019", "https://y.example/4"),
    ]  # fmt: skip
    assert skipped(document)["[lx]"] == skipped(document)["[^n]: See the plan."] == "footnote"


MENU = "\n".join(
    [
        f"- [{word} {n}](https://news.example/{n})"
        for n, word in enumerate(["Home", "World news", "Sport and weather"] * 34)
    ]
)
AFTER = "\n\n".join(
    f"### [Minister {n} resigns over ferry deal](https://news.example/m{n})\n\nThe minister resigned on day {n}, two officials said.\n\n{n} days ago"
    for n in range(2, 52)
)


def test_menus_before_and_lists_after_the_text_are_skipped() -> None:
    head = "[Skip to content](#main)\n\nSearch\n\n[Log in](/in) | [Subscribe](/sub)"
    document = from_text(f"{head}\n\n{MENU}\n\n# Ferries collide\n\n{LEAD}\n\n{NEXT}\n\n## More news\n\n{AFTER}\n")
    assert sentences(document) == [LEAD, NEXT]
    assert document.title == "Ferries collide"
    assert any(warning.startswith("left out: navigation") for warning in document.warnings)


def test_a_linked_sentence_of_the_article_is_read() -> None:
    linked = "[The minister resigned on Monday after weeks of protest.](https://x.example/a)"
    assert len(sentences(from_text(f"{LEAD}\n\n{linked}\n\n{NEXT}"))) == 3


def test_headings_code_and_tables_hold_no_claim() -> None:
    source = (
        f"# Fog\n\n{LEAD}\n\n```python\nprint('The ferry sank.')\n```\n\n| Ship | Dead |\n|---|---|\n| Anne | 3 |\n"
    )
    document = from_text(source)
    assert sentences(document) == [LEAD]
    assert skipped(document) == {"Fog": "heading", "python": "code", "print('The ferry sank.')": "code", "Ship | Dead": "table", "Anne | 3": "table"}  # fmt: skip


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    assert sentences(from_text(f"**A** **b** **c**\n\n```\n{LEAD}\n{NEXT}"))[-2:] == [LEAD, NEXT]


def test_front_matter_fills_in_what_is_not_given_and_the_warning_says_so() -> None:
    source = f"---\ntitle: 'Fog'\ndate: 2025-03-04\nurl: https://www.harbour.example/a\ntags:\n  - sea\n---\n\n{LEAD}\n"
    document = from_text(source)
    assert (document.title, document.published, document.outlet) == ("Fog", "2025-03-04", "harbour.example")
    assert document.text == LEAD
    assert "markdown: read as text; offsets count in article.text (front matter left out)" in document.warnings
    given = from_text(source, title="T", outlet="a.example", published="2024-01-01", url="https://b.example/")
    assert (given.title, given.outlet, given.published, given.url) == ("T", "a.example", "2024-01-01", "https://b.example/")  # fmt: skip


def test_head_of_a_page_reader_is_front_matter() -> None:
    source = f"Title: Fog\n\nURL Source: https://harbour.example/a\n\nPublished Time: 2025-03-04T10:00:00Z\n\nMarkdown Content:\n{LEAD}"
    document = from_text(source)
    assert (document.text, document.title, document.published) == (LEAD, "Fog", "2025-03-04")


def test_text_between_two_rules_is_no_front_matter() -> None:
    source = f"---\n{LEAD}\n{NEXT}\n---\n{LEAD}"
    assert sentences(from_text(source, markdown=True)) == [LEAD, NEXT, LEAD]


PLAIN = [
    "The dam* is holding. *According to the mayor.",
    "He wrote [sic] that the dam (see the report) is holding.",
    "Forces advanced near Orm.[12] A blogger claimed so.[13]",
    "- The dam is holding.\n- The mill is closed.\n\n1. One.\n2. Two.",
    "The *Herald* wrote that the dam is holding.",
    "He sat there, *high fives self*, and said: _no_.",
    "#fog #ferry The dam is holding. # 1 in the world.",
    "See https://x.example/a_b_c and https://x.example/d(e).",
    "**UPDATE** The dam is holding.",
    "> The dam is holding.\n> So he said.",
    "The dam\n---\nholds.",
    "*****\n\nThe dam is holding.\n\n_____",
    "2 * 3 * 4 is 24, and a_b_c is a name; f[0](x) is a call, {x: [y]} a set.",
    "Q: [inaudible](laughs) The dam is holding.",
]


@pytest.mark.parametrize("text", PLAIN)
def test_prose_with_a_few_marks_comes_out_unchanged(text: str) -> None:
    assert not looks_like_markdown(text)
    assert from_text(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "The [dam](https://x.example/a) is holding.",
        "The dam is holding.[[2]](https://x.example/a)",
        "## Dam\n\nIt holds.\n\n## Mill\n\nIt turns.",
        "# Dam\n\nThe **dam** is holding.",
        "**A** dam, **b** dam and **c** dam.",
        "![Dam](dam.jpg)\n\nIt holds.",
        "The [dam][1] holds.\n\n[1]: https://x.example/a",
        "---\ntitle: Dam\n---\nIt holds.",
    ],
)
def test_markdown_is_known_by_its_looks(text: str, tmp_path: Path) -> None:
    assert looks_like_markdown(text)
    assert looks_like_markdown(text.replace("\n", "\r\n"))
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text}))
    documents = [*read(str(tmp_path / "a.txt")), *read(str(tmp_path / "a.jsonl")), *read("-", stdin=io.BytesIO(text.encode()))]  # fmt: skip
    for document in documents:
        assert isinstance(document, Document)
        assert not re.search(r"[*#!]|\]\(", document.text)
        assert any("markdown: read as text" in warning for warning in document.warnings)


def test_a_file_named_markdown_is_read_as_such_whatever_its_looks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The *dam* is holding.")
    (document,) = read(str(tmp_path / "a.md"))
    assert isinstance(document, Document) and document.text == "The dam is holding."


def test_text_beside_labels_is_left_as_it_is() -> None:
    text = "The [dam](https://x.example/a) is **holding**, he said."
    row = {"id": "a", "text": text, "claims": [{"spans": [{"start": 0, "end": 40}]}]}
    document = from_row(row, "a.jsonl:1", "a", None)
    assert isinstance(document, Document) and document.text == text
    assert from_text(text, markdown=False).text == text


WORDS = st.lists(
    st.tuples(st.lists(st.sampled_from(["> ", "- ", "* ", "1. ", "  ", "\t", "# ", "| ", "**", "_", "[", "```", "~~~"]), max_size=9), st.sampled_from(["", ".", "|", "**", "]", "](https://a.example/b)"])),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(WORDS)
def test_no_word_is_lost_and_spans_lie_in_the_text(lines: list[tuple[list[str], str]]) -> None:
    source = "\n".join("".join(before) + f"word{n}x" + after for n, (before, after) in enumerate(lines))
    marked_up = read_markdown(source)
    assert all(f"word{n}x" in marked_up.text for n in range(len(lines)))
    spans = [item.span for item in (*marked_up.skipped, *marked_up.links)]
    assert all(0 <= span.start < span.end <= len(marked_up.text) for span in spans)


@given(st.text(max_size=200))
def test_any_text_can_be_read(source: str) -> None:
    assert isinstance(read_markdown(source).text, str)
    looks_like_markdown(source)


DEEP = ["> ", "- ", "[A](/b)\n", "[A](/b)\\\n", "[A](/b) https://c.d ", "* a\n", "[", "[a](", "![", "**a ", "*a_ ", "`", "|a|b|\n|-|-|\n", "[x]: y\n", "[a](b)", "# [a](https://b.c)\n\nd.\n\n", "a: b\n", "https://a.b/))", "](https://a b", "~~~\n", "<a "]  # fmt: skip


@pytest.mark.parametrize("piece", DEEP)
def test_time_grows_with_length_and_no_faster(check_growth: Callable[..., None], piece: str) -> None:
    def prepare(length: int) -> Callable[[], object]:
        text = piece * (length // len(piece))
        return lambda: (from_text(text + "The end.", markdown=True), looks_like_markdown(text))

    check_growth(prepare, 10_000)


def test_links_around_headings_and_teasers_are_no_text() -> None:
    card = "[\n\n### Storm hits coast\n\nThe storm has hit the coast, and forty are dead, officials say.\n\n](https://x.example/a)"
    assert sentences(from_text(f"{LEAD}\n\n{card}\n\n{NEXT}")) == [LEAD, NEXT]
