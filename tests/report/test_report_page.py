"""The page of an article: every mark drawn, nothing from elsewhere, no word of an article as mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.evidence.strength import CONFIDENCE, ICD203
from scoring.report.html.marks import paragraphs
from scoring.report.html.page import article_page, policy, script, script_sha256, style, style_sha256
from scoring.report.wording import BASES, visible, web_address
from scoring.schema import (
    Basis,
    Claim,
    Document,
    Form,
    Hedge,
    HedgeKind,
    Link,
    Report,
    Skipped,
    SourceType,
    Span,
    Stance,
)

HOSTILE = "<img src=x onerror=alert(1)>\"'></style></script><script>alert(2)</script>{{ 7 * 7 }}&amp;"
TURNED = "\u202egnp.exe\u2066\u061c\u0007"
VOID = {"meta", "link", "br", "img", "input", "path", "rect", "circle"}


class Page(HTMLParser):
    """Elements with their attributes, in order, and whether each is closed; text without style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "script" not in self.open:
            self.words.append(data)

    def all(self, name: str) -> list[str]:
        return [value or "" for _, attributes in self.elements for key, value in attributes.items() if key == name]

    @property
    def text(self) -> str:
        return "".join(self.words)


def only(report: Report, *claims: Claim) -> Report:
    """The fixture's report with these claims, rated as its first."""
    first = report.ratings[0]
    return replace(report, ratings=tuple(replace(first, claim=claim) for claim in claims))


def many(report: Report, number: int) -> Report:
    """A report of that many claims, one a sentence."""
    text = "".join(f"The lamp number {i} was reportedly dark, officials said.\n" for i in range(1, number + 1))
    lines = [Span(m.start(), m.end() - 1) for m in re.finditer(r"[^\n]+\n", text)]
    claims = (Claim(f"c{i}", (span,), (i - 1,), list(Basis)[i % 7], 0.9) for i, span in enumerate(lines, start=1))
    return only(replace(report, document=replace(report.document, text=text)), *claims)


def test_every_claim_has_its_mark_and_its_panel(report: Report) -> None:
    page = Page(article_page(report))
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    for rating in report.ratings:
        assert {rating.claim.id, f"m-{rating.claim.id}"} <= set(ids)
    targets = {href[1:] for href in page.all("href") if href.startswith("#")}
    assert targets <= set(ids)
    assert "6 claims: 3 sourced, 1 to unnamed people, 2 without a source" in page.text


def test_a_panel_tells_chain_factors_interval_and_changes(report: Report) -> None:
    html = article_page(report)
    panel = Page(re.search(r'<section class="panel b." id="c2".*?</section>', html, re.S).group())  # type: ignore[union-attr]
    chain = (
        "Varn Courieroutlet",
        "The Harbour Instituteorganisation, fairly reliable“claimed”, keeps its distance",
        "Tidewatchsocial",
    )
    places = [panel.text.find(words) for words in chain]
    assert -1 not in places and places == sorted(places)
    for words in ("0.32", "weak", "interval 0.12–0.52", "distancing", "claimed", "−0.70", "D4", "source not usually reliable",
                  "a second source independent of the first", "0.47", "+0.15", "no source named", "−0.10"):  # fmt: skip
        assert words in panel.text
    sides = [a["class"] for tag, a in panel.elements if tag == "svg" and a.get("class") in ("up", "down")]
    assert sides == ["up", "up", "down", "down", "up"]


def test_likelihood_and_confidence_never_share_a_sentence(report: Report) -> None:
    words = re.sub(r"\s+", " ", re.sub(r"<(?:dd|dt|p|li|h\d|td|th|small)\b", ". <", article_page(report)))
    plain = re.sub(r"<[^>]+>", "", re.sub(r"<(style|script)>.*?</\1>", "", words, flags=re.S)).lower()
    likely = re.compile("|".join(rf"\b{word}\b" for _, word in ICD203))
    confident = re.compile(r"\bconfiden|" + "|".join(rf"\b{word} confidence" for _, word in CONFIDENCE))
    sentences = re.split(r"[.!?:;]\s", plain)
    assert any(likely.search(s) for s in sentences)
    assert any(confident.search(s) for s in sentences)
    assert not [s for s in sentences if likely.search(s) and confident.search(s)]
    own_words = re.sub("“[^”]*”|not whether it is true|not false|not mean false", "", plain)
    assert not re.search(r"\btrue\b|\bfalse\b|\btruth\b|\blies?\b(?! \.)", own_words.replace("strength lies", ""))


def test_nothing_comes_from_elsewhere_and_the_policy_names_what_runs(report: Report) -> None:
    html = article_page(report)
    page = Page(html)
    assert not {"link", "img", "iframe", "object", "base", "form"} & {tag for tag, _ in page.elements}
    assert (
        not page.all("style")
        and not page.all("src")
        and not [n for _, a in page.elements for n in a if n.startswith("on")]
    )
    assert f"<style>{style()}</style>" in html and f"<script>{script()}</script>" in html
    assert html.count("<style") == html.count("<script") == 1
    assert policy() in page.all("content")
    assert style_sha256() in policy() and script_sha256() in policy() and policy().startswith("default-src 'none'")
    assert style().count("{") == style().count("}") > 100
    assert "url(" not in style() and "@import" not in style()


def test_words_of_an_article_are_never_mark_up(report: Report) -> None:
    text = f"{HOSTILE} said the lamp is dark {TURNED}.\n"
    end = len(text) - 1
    link = Link(
        Span(0, len(HOSTILE)),
        SourceType.PERSON,
        Stance.NEUTRAL,
        Form.DIRECT,
        cue=Span(len(HOSTILE), end),
        resolved=HOSTILE,
    )
    claim = Claim(
        "c1", (Span(3, end),), (0,), Basis.PARAPHRASE, 0.9, (link,), (Hedge(Span(0, 9), HedgeKind.BOOSTER, 0.5),)
    )
    document = Document(
        id=HOSTILE + TURNED,
        text=text,
        title=HOSTILE + TURNED,
        outlet=HOSTILE,
        url="javascript:alert(1)",
        published=None,
    )
    prior = replace(report.outlet_prior, name=HOSTILE, reference=HOSTILE)
    hostile = replace(only(replace(report, document=document), claim), outlet_prior=prior)
    hostile = replace(hostile, provenance=replace(report.provenance, warnings=(HOSTILE, TURNED)))
    html = article_page(hostile, home=("index.html", HOSTILE))
    page = Page(html)
    tame = Page(article_page(only(report, report.ratings[0].claim)))
    assert {tag for tag, _ in page.elements} - {tag for tag, _ in tame.elements} <= {"q", "bdi", "a", "ul", "li"}
    assert "javascript:" not in "".join(page.all("href"))
    assert "[U+202E]" in page.text and "{{ 7 * 7 }}" in page.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u061c\u0007]", html)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://courier.example/a?b=1", True), ("http://courier.example", True), ("javascript:alert(1)", False),
        (" https://courier.example", False), ("https://", False), ("data:text/html,x", False), ("//courier.example", False),
        ("JavaScript://courier.example/%0aalert(1)", False), ("https://[", False), (None, False), ("https://a\u202eb.example", False),
    ],
)  # fmt: skip
def test_links_lead_to_web_addresses_only(url: str | None, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


def test_visible_keeps_scripts_and_spells_out_controls() -> None:
    assert visible("ירושלים, القدس, می‌خواهم, naïve\n") == "ירושלים, القدس, می‌خواهم, naïve\n"
    assert visible("a\u202eb\ud800\x1b[0m\u00ad") == "a[U+202E]b[U+D800][U+001B][0m"


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(0, 3)), max_size=12), st.data())
@settings(max_examples=60)
def test_marks_may_nest_and_cross(spans: list[tuple[int, int, int]], data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="ab \n", min_size=1, max_size=80))
    clipped = [(Span(s, min(len(text), s + n)), kind) for s, n, kind in spans if s < len(text)]
    links = tuple(Link(span, SourceType.PERSON, Stance.NEUTRAL, Form.DIRECT) for span, kind in clipped if kind == 2)
    hedges = tuple(Hedge(span, HedgeKind.BOOSTER, 1.0) for span, kind in clipped if kind == 3)
    claims = [
        Claim(f"c{i}", (s,), (), Basis.ASSERTION, 1.0, links, hedges)
        for i, (s, kind) in enumerate(clipped)
        if kind == 0
    ]
    skipped = tuple(Skipped(span, "heading") for span, kind in clipped if kind == 1)
    report = _bare(text, claims, skipped)
    found = list(paragraphs(report))
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(piece.text for run in runs for piece in run.pieces) for runs in found] == lines
    for piece, covering in ((p, run.claims) for runs in found for run in runs for p in run.pieces):
        assert {c.id for c in covering} == {c.id for c in claims if c.spans[0].contains(piece.span)}
        if claims:
            assert ("source" in piece.kinds) == any(link.source.contains(piece.span) for link in links if link.source)
            assert ("hedge" in piece.kinds) == any(hedge.span.contains(piece.span) for hedge in hedges)


def _bare(text: str, claims: Iterable[Claim], skipped: tuple[Skipped, ...]) -> Report:
    from types import SimpleNamespace

    ratings = tuple(SimpleNamespace(claim=claim) for claim in claims)
    return SimpleNamespace(document=Document("x", text, skipped=skipped), ratings=ratings)  # type: ignore[return-value]


def test_two_claims_on_the_same_words_both_have_a_mark(report: Report) -> None:
    first = report.ratings[0].claim
    page = Page(article_page(only(report, first, replace(first, id="c2"))))
    assert page.all("data-c").count("c1 c2") == 1
    assert {"m-c1", "m-c2"} <= set(page.all("id"))


def test_none_one_and_many_claims(report: Report, bare_report: Report) -> None:
    none = Page(article_page(bare_report))
    assert "No claims found." in none.text and "Outlet not given" in none.text
    one = Page(article_page(only(report, report.ratings[0].claim)))
    assert {"Previous", "Next"} & set(one.all("aria-label")) == set()
    html = article_page(many(report, 300))
    assert Page(html).text.count("Where it comes from") == 300
    assert len(html.encode()) < 2_000_000


def test_long_words_and_right_to_left(report: Report) -> None:
    text = f"{'x' * 5000} שלום אמר הדובר {'ו' * 400}.\n"
    claim = Claim("c1", (Span(0, len(text) - 1),), (0,), Basis.ASSERTION, 0.9)
    html = article_page(
        only(replace(report, document=Document("long", text, title="ת" * 600, outlet="x" * 300)), claim)
    )
    assert 'dir="auto"' in html
    assert len(html.encode()) < 80_000


def test_letters_are_told_apart() -> None:
    assert set(BASES) == set(Basis)
    assert len({words.letter for words in BASES.values()}) == len(Basis)


def test_a_page_of_a_thousand_words_is_small_and_quick() -> None:
    import time

    import scoring
    from scoring import resources

    example = resources.config("").parent / "data/examples/analysis_envoy.txt"
    body = example.read_text(encoding="utf-8")
    text = (body + "\n") * -(-1000 // len(body.split()))
    words = text.split(" ")[:1000]
    report = scoring.rate(" ".join(words), outlet="straitreview.example")
    article_page(report)
    start = time.process_time()
    html = article_page(report)
    assert time.process_time() - start < 1.0  # 0.3 s is what 200 pages in a minute take; a machine may be busy
    assert len(html.encode()) <= 310_000
    assert len(report.ratings) > 25


SPEAKERS = (
    "Mara Oyen",
    "Tobin Reyk",
    "Ilse Varga",
    "Petra Lund",
    "Jon Asker",
    "Ada Brill",
    "Nils Corvin",
    "Rhea Dolan",
)
SAID = (
    "Harbour master {} said on Monday that the old pier is no longer safe.",
    "“The lamp went dark again,” {} told Rivermail yesterday evening.",
    "Officials reportedly fear that the ferry will stay closed over the winter.",
    "The fare may double next spring, {} said.",
    "The port denied that the northern crane fell into the basin.",
    "The company’s report says that costs doubled this year.",
    "The tower has stood empty ever since.",
    "{} claimed the deal had failed.",
)


def test_a_page_dense_with_claims_is_small() -> None:
    import scoring

    said = (SAID[i % 8].format(SPEAKERS[i * 5 % 8]) + ("\n\n" if i % 4 == 3 else " ") for i in range(103))
    text = "".join(said)
    report = scoring.rate(text, outlet="straitreview.example")
    html = article_page(report)
    panels = re.findall(r'<section class="panel b.".*?</section>', html, re.S)
    assert 1000 <= len(text.split()) <= 1050 and len(panels) == len(report.ratings) >= 90
    assert len(html.encode()) <= 310_000
    assert sum(len(panel.encode()) for panel in panels) / len(panels) <= 2300
