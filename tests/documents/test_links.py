"""Links of an article are kept with the claims that stand beside them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from scoring import resources
from scoring.documents.files import from_html, from_text
from scoring.documents.links import bare_links, links_by_sentence, web_link
from scoring.engine import RULES, load_engine
from scoring.pipeline import rate_document
from scoring.report.build import to_dict
from scoring.report.html.page import article_page
from scoring.report.markdown import article_markdown
from scoring.report.terminal.explain import explain
from scoring.schema import Document
from scoring.text.sentences import split

SAID = "The harbour master said on Monday that two ferries had collided in thick fog outside the port."
ADDED = "Nobody was hurt, and both boats reached the quay under their own power."


def rated(document: Document) -> dict[str, Any]:
    return to_dict(rate_document(document, load_engine(RULES)))


def claim_with(rating: dict[str, Any], words: str) -> dict[str, Any]:
    return next(claim for claim in rating["claims"] if words in claim["text"])


def test_a_claim_has_the_links_of_its_sentence_and_the_notes_behind_it() -> None:
    source = (
        "The harbour master said that [two ferries had collided](https://port.example/report) in fog.[[2]](https://t.example/9)"
        " Nobody was hurt, and [both boats](https://b.example/) reached the quay.\n\nThe mayor was absent all week."
    )
    rating = rated(from_text(source))
    text = rating["article"]["text"]
    links = claim_with(rating, "two ferries had collided")["links"]
    assert [(link["text"], link["url"]) for link in links] == [
        ("two ferries had collided", "https://port.example/report"), ("[2]", "https://t.example/9"),
    ]  # fmt: skip
    assert all(text[link["start"] : link["end"]] == link["text"] for link in links)
    assert [link["url"] for link in claim_with(rating, "reached the quay")["links"]] == ["https://b.example/"]
    assert claim_with(rating, "mayor was absent")["links"] == []
    assert "[2]" not in " ".join(claim["text"] for claim in rating["claims"])


def test_links_bear_on_no_strength() -> None:
    linked = rated(from_text(f"{SAID} [Nobody was hurt](https://b.example/) in the crash."))
    plain = rated(from_text(f"{SAID} Nobody was hurt in the crash."))
    strengths = [[claim["strength"] for claim in rating["claims"]] for rating in (linked, plain)]
    assert strengths[0] == strengths[1]


def test_addresses_in_plain_text_are_links() -> None:
    rating = rated(from_text(f"{SAID[:-1]} (https://port.example/a_(b)/c?d=1).\n{ADDED}"))
    (link,) = claim_with(rating, "two ferries")["links"]
    assert link["url"] == link["text"] == "https://port.example/a_(b)/c?d=1"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.example/b, and http://c.example.", ["https://a.example/b", "http://c.example"]),
        ("(https://a.example/b) “https://c.example/d”", ["https://a.example/b", "https://c.example/d"]),
        ("HTTPS://A.example/x! [https://b.example/y]", ["https://A.example/x", "https://b.example/y"]),
        ("ftp://a.example javascript:alert(1) data:text/html,x https:// http:///x xhttps://a.example", []),
        ("https://user@[::1 https://a\u202e.example/", []),
    ],
)
def test_which_addresses_are_links(text: str, addresses: list[str]) -> None:
    assert [link.url for link in bare_links(text)] == addresses


@pytest.mark.parametrize(
    ("address", "base", "url"),
    [
        ("/a", "https://n.example/b/c", "https://n.example/a"),
        ("../a?x#y", "https://n.example/b/c/d", "https://n.example/b/a?x#y"),
        ("//m.example/a", "https://n.example/b", "https://m.example/a"),
        ("/a", None, None),
        ("#top", "https://n.example/b", None),
        ("JavaScript:alert(1)", "https://n.example/b", None),
        (" java\nscript:alert(1)", "https://n.example/b", None),
        ("data:text/html,x", "https://n.example/b", None),
        ("mailto:a@b.example", "https://n.example/b", None),
        ("http://[::1", "https://n.example/b", None),
        ("/a", "file:///etc/", None),
        ("https://a.example/b c", None, None),
    ],
)
def test_links_are_absolute_and_of_the_web(address: str, base: str | None, url: str | None) -> None:
    assert web_link(address, base) == url


PAGE = f"""<html><head><title>Fog</title></head><body><nav><a href="/">Home</a></nav><article><h1>Fog at sea</h1>
<p>The harbour master said that <a href="../report?a=1&amp;b=2">two <b>ferries</b> had collided</a> in fog<a
href="javascript:alert(1)">.</a> {ADDED}</p><p>{SAID}<a href="#n1">[1]</a> So he wrote in <a href="https://t.example/9">a
post</a>, too.</p><p>{ADDED.replace("both", "all")}</p></article></body></html>"""


def test_links_of_a_page_are_kept_and_its_text_is_the_same_as_without_them() -> None:
    document = from_html(PAGE, url="https://news.example/2025/story/")
    assert [(link.span.of(document.text), link.url) for link in document.links] == [
        ("two ferries had collided", "https://news.example/2025/report?a=1&b=2"), ("a post", "https://t.example/9"),
    ]  # fmt: skip
    assert "that two ferries had collided in fog. Nobody" in document.text
    assert "https://" not in document.text and "](" not in document.text
    (link,) = claim_with(rated(document), "two ferries had collided in fog")["links"]
    assert link["url"].startswith("https://news.example/2025/report")


def test_relative_links_of_a_page_follow_its_own_word_for_its_address() -> None:
    head = '<head><link rel="canonical" href="https://n.example/a/b"></head>'
    document = from_html(PAGE.replace("<head><title>Fog</title></head>", head))
    assert document.links[0].url == "https://n.example/report?a=1&b=2"
    assert [link.url for link in from_html(PAGE).links] == ["https://t.example/9"]


def test_line_ends_in_the_source_of_a_page_part_no_sentence() -> None:
    wrapped = SAID.replace(" ", "\n", 7)
    page = f'<article><p>{wrapped} He wrote <a href="https://t.example/9">a post</a>.</p><p>{ADDED}</p></article>'
    assert SAID in from_html(page).text


def test_menus_of_a_page_hold_no_claim() -> None:
    menu = "".join(
        f'<li><a href="https://n.example/{n}">Minister {n} says that the dam is holding</a></li>' for n in range(9)
    )
    document = from_html(
        f"<article><p>{SAID}</p><p>{ADDED}</p><ul>{menu}</ul><p>{SAID.replace('Mon', 'Tues')}</p></article>"
    )
    assert not any("dam is holding" in claim["text"] for claim in rated(document)["claims"])


def test_ratings_with_and_without_links_are_as_published() -> None:
    schema = json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8"))
    for source, urls in (
        (SAID, set()),
        (f"{SAID} He wrote [a post](https://t.example/9) on it, too.", {"https://t.example/9"}),
    ):
        rating = rated(from_text(source))
        jsonschema.validate(rating, schema, cls=jsonschema.Draft202012Validator)
        assert rating["claims"] and {link["url"] for claim in rating["claims"] for link in claim["links"]} == urls


HOSTILE = 'https://x.example/"><script>alert(1)</script>'


def test_reports_show_links_and_let_nothing_of_them_through() -> None:
    source = f"{SAID} He wrote [a *post* | `x`](https://t.example/9?a=1&b=2) on it, and <{HOSTILE}> says [so]({HOSTILE}), too."
    report = rate_document(from_text(source, markdown=True), load_engine(RULES))
    page = article_page(report)
    assert '<a href="https://t.example/9?a=1&amp;b=2" rel="noopener noreferrer nofollow external">' in page
    assert "<script>alert" not in page and "javascript:" not in page
    marked = article_markdown(report)
    assert "](<https://t.example/9?a=1&b=2>)" in marked and "<script>" not in marked


def test_explain_names_the_links() -> None:
    from rich.console import Console

    report = rate_document(from_text(f"{SAID[:-1]} ([report](https://t.example/9))."), load_engine(RULES))
    claim = next(rating.claim.id for rating in report.ratings if rating.claim.links)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(explain(report, claim))
    assert "“report”, https://t.example/9" in console.export_text()


@pytest.mark.parametrize("piece", ["https://a.example/b ", "[a](https://b.example/) ", "He said so. ", "https://a))))"])
def test_time_grows_with_length_and_no_faster(check_growth: Callable[..., None], piece: str) -> None:
    def read(text: str) -> None:
        document = from_text(text, markdown=False)
        links_by_sentence(document, split(document))

    def prepare(length: int) -> Callable[[], object]:
        text = f"{SAID}\n" + piece * (length // len(piece))
        return lambda: read(text)

    check_growth(prepare, 40_000)


def test_a_rating_with_links_can_be_read_as_labels() -> None:
    from training.labels.formats.own import article_of
    from training.labels.schema import LabelledArticle

    rating = rated(from_text(f"{SAID[:-1]} ([report](https://t.example/9)).[[2]](https://t.example/9) {ADDED}"))
    (article,) = article_of(rating, "a.jsonl:1")
    assert isinstance(article, LabelledArticle)
    assert [claim.spans[0].of(article.text) for claim in article.claims] == [
        claim["text"].split(" … ")[0] for claim in rating["claims"]
    ]


def test_marks_lead_to_the_addresses_of_their_notes() -> None:
    notes = "[1] Ben Thole, https://t.example/1; https://t.example/2\n[ii] https://x.example/3"
    rating = rated(from_text(f"Forces advanced near Orm on Monday.[1] The mill was taken, he said.[ii]\n\n{notes}"))
    assert [link["url"] for link in claim_with(rating, "near Orm")["links"]] == [
        "https://t.example/1",
        "https://t.example/2",
    ]
    assert [link["url"] for link in claim_with(rating, "mill was taken")["links"]] == ["https://x.example/3"]
    own = from_text(f"Forces advanced near Orm.[[1]](https://own.example/a#_edn1)\n\n{notes}")
    assert [link.url for link in own.links if link.span.start < 40][:2] == [
        "https://t.example/1",
        "https://t.example/2",
    ]
