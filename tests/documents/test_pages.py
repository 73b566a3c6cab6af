"""Pages as they come: damaged, without end, nested without end; and the time that reading them takes."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from scoring.documents import pages
from scoring.documents.files import from_html
from scoring.engine import load_engine
from scoring.errors import InputError
from scoring.pipeline import rate_document
from scoring.schema import Document

SENTENCE = "The keeper of the northern pier said on Monday that the lamp had been sold to a collector abroad."
PIECES = (
    "<!>", "<svg>", "<a ", "<body>", "<a>", "</a>", "<p>", "</p>", "<div", "<table>", "<td>", "<script>", "</script>",
    "<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "&amp;", "&#0;", "&#xD800;", "\x00", "\x0b", "<html>", "</html>",
    "<head>", "<title>", "</title>", "<meta name=author content='", "'>", '"', "<br>", "<ul><li>", "<math>", "<template>",
    "<frameset>", "<select>", "<article>", "</body>", "=", "<base href='http://[x'>", "<link rel=canonical href='http://[x'>",
    "<script type=application/ld+json>", '{"@type": [', "<x:y>", "The keeper said that the lamp was sold. ",
)  # fmt: skip


def document(body: str, head: str = "<title>Lamp</title>") -> Document:
    return from_html(f"<html><head>{head}</head><body>{body}</body></html>", id="pier.html")


def warnings(found: Document) -> str:
    return "\n".join(found.warnings)


def test_a_damaged_page_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"pier.html: no article found in the page; give its text as .txt"):
        from_html("<!><svg><a <body><a>", id="pier.html")


@pytest.mark.slow
def test_random_pages_are_read_or_refused() -> None:
    chance = random.Random(14)
    read = 0
    for _ in range(400):
        page = "".join(chance.choices(PIECES, k=chance.randint(1, 14)))
        try:
            read += bool(from_html(page, id="random.html").text)
        except InputError as error:
            assert str(error).startswith("random.html: ")
    assert read > 130


@pytest.mark.parametrize("error", [AssertionError, RecursionError, KeyError, MemoryError])
def test_whatever_trafilatura_meets_the_text_is_read(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(trafilatura, "bare_extraction", fails)
    found = document(f"<nav><p>Home</p></nav><p>{SENTENCE}</p>")
    assert (found.text, found.title) == (SENTENCE, "Lamp")
    assert "page: it is damaged; read paragraph by paragraph" in warnings(found)
    monkeypatch.setattr(trafilatura, "extract_metadata", fails)
    assert document(f"<p>{SENTENCE}</p>").text == SENTENCE


def test_a_page_of_many_elements_is_read_by_what_they_are_for() -> None:
    menu = "<ul>" + "<li><a href='/x'>Harbour news of the day</a></li>" * 3000 + "</ul>"
    script = "<script>var a = 'Said nobody.';</script>" * 9000
    prose = f"<p>{SENTENCE} <b>Two</b> <a href='/y'>officials</a> confirmed it.</p>\n" * 3
    found = document(f"<form><nav>{menu}</nav>{menu}{script}<article><h1>Lamp sold</h1>{prose}</article></form>")
    assert found.text.split("\n") == ["Lamp sold", *[f"{SENTENCE} Two officials confirmed it."] * 3]
    assert "elements; read paragraph" in warnings(found)
    assert found.title == "Lamp"


def test_a_page_of_elements_without_end_is_refused() -> None:
    with pytest.raises(InputError, match=r"pier.html: the page has 2\d\d,\d\d\d elements, over 200,000"):
        document(f"<p>{SENTENCE}" + "<p>" * 200_000)


def test_a_page_of_much_text_is_read_without_looking_for_its_date() -> None:
    found = document("<nav>Home</nav>" + f"<p>{SENTENCE}</p>\n" * 11_000)
    assert found.text.count("\n") == 10_999 and "characters; read paragraph" in warnings(found)


def test_text_below_many_levels_is_not_left_out() -> None:
    found = document("<p>It was sold.</p>" + "<div>" * 900 + f"<p>{SENTENCE}</p>" + "</div>" * 900)
    assert found.text == f"It was sold.\n{SENTENCE}" and "nested 90" in warnings(found)
    with pytest.raises(InputError, match=r"pier.html: the page is nested too deep"):
        document(f"<p>{SENTENCE}</p>" + "<div>" * 100_000 + f"<p>{SENTENCE}</p>")


def test_a_tag_of_many_attributes_is_refused() -> None:
    with pytest.raises(InputError, match=r"pier.html: a tag of the page has more than 500 attributes"):
        document("<p " + "".join(f"a{n}='>' " for n in range(501)) + f">{SENTENCE}</p>")
    inside = "<script>if (a <b && " + "c " * 900 + ") {}</script><!-- <p " + "a " * 900 + "> -->"
    assert document(f"{inside}<p title='{'a ' * 900}'>{SENTENCE}</p>").text == SENTENCE


def test_a_long_attribute_is_left_out(check_growth: Callable[..., None]) -> None:
    prose = f"<article><p>{SENTENCE}</p>\n<p>Two officials confirmed the sale on Tuesday.</p></article>"

    def prepare(length: int) -> Callable[[], object]:
        page = f"<img class='{'photo ' * (length // 6)}' src='data:image/png;base64,{'A' * length}'>{prose}"
        return lambda: document(page)

    check_growth(prepare, 500_000)
    picture = f"<img class='{'photo ' * 300_000}' src='data:image/png;base64,{'A' * 1_000_000}'>"
    assert document(picture + prose).text == document(prose).text


SHAPES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "<p>a</p>" * (n // 8),
    "nested paragraphs": lambda n: "<div><p>a</p></div>" * (n // 19),
    "cells": lambda n: "<table><tr>" + "<td>a</td>" * (n // 10) + "</tr></table>",
    "inputs": lambda n: "<input>a" * (n // 8),
    "data": lambda n: '<script type="application/ld+json">{"@type": "NewsArticle", ' + '"author": "x ' * (n // 13) + "</script>",
    "deep": lambda n: ("<article>" * 500 + "a" + "</article>" * 500) * (n // 9501),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_page(check_growth: Callable[..., None], shape: str) -> None:
    def prepare(characters: int) -> Callable[[], object]:
        page = f"<body>{SHAPES[shape](characters)}<p>{SENTENCE}</p></body>"
        return lambda: from_html(page)

    prepare(1000)()  # what is loaded when first used
    check_growth(prepare, 50_000)


@pytest.mark.slow
def test_such_pages_can_be_rated() -> None:
    report = rate_document(document("<p>a</p>" * 25_000 + f"<p>{SENTENCE}</p>"), load_engine("rules"))
    assert [
        rating.claim.id for rating in report.ratings
    ] and pages.shipped().compared_elements < pages.shipped().extracted_elements
