"""What outputs say of claims that somebody passed on, of what they speak of, and of letters of which nothing is known."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import jsonschema
import pytest
from conftest import at, sentences_of
from rich.console import RenderableType

from scoring import resources, settings
from scoring.evidence.factors import MATTERS, weigh
from scoring.evidence.rating import rate_claim
from scoring.evidence.strength import CONFIDENCE, ICD203
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import UNKNOWN, load_priors
from scoring.report.build import to_dict
from scoring.report.html.page import article_page
from scoring.report.markdown import article_markdown
from scoring.report.relays import called, through
from scoring.report.terminal.explain import explain
from scoring.report.terminal.screen import Screen, console
from scoring.report.terminal.table import table
from scoring.report.wording import letter_words
from scoring.schema import Basis, Claim, Document, FactorKind, Form, Link, Matter, Report, SourceType, Span, Stance

TEXT = (
    "Two dock foremen, who asked for a drink, said Warden Lise Aborn had told them “the weir will burst”.\n"
    "The Marsh Gazette reported that Warden Lise Aborn said the weir was sound.\n"
    "According to rumours, Warden Lise Aborn called the millers thieves.\n"
    "They said the warden would leave in spring.\n"
    "The weir is old.\n"
)
PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
SCHEMA = json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8"))


def source(words: str, type_: SourceType, cue: str, **more: object) -> Link:
    given = {"stance": Stance.NEUTRAL, "form": Form.INDIRECT, "prior": PRIORS.of_source(type_, None, words)}
    return Link(source=at(words, TEXT), type=type_, cue=at(cue, TEXT), **(given | more))  # type: ignore[arg-type]


WARDEN = source("Warden Lise Aborn", SourceType.PERSON, "told", resolved="Lise Aborn")
FOREMEN = source("Two dock foremen, who asked for a drink", SourceType.ANONYMOUS, "said")
GAZETTE = source("The Marsh Gazette", SourceType.MEDIA, "reported")
RUMOURS = source("rumours", SourceType.GENERIC, "According to")


def claim(words: str, sentence: int, basis: Basis, *chain: Link, matter: Matter = Matter.FACT) -> Claim:
    return Claim("c1", (at(words, TEXT),), (sentence,), basis, 0.9, chain, matter=matter)


BURST = claim("the weir will burst", 0, Basis.DIRECT_QUOTE, FOREMEN, WARDEN, matter=Matter.OWN)
SOUND = claim("the weir was sound", 1, Basis.PARAPHRASE, GAZETTE, WARDEN)
THIEVES = claim("the millers thieves", 2, Basis.PARAPHRASE, RUMOURS, WARDEN, matter=Matter.ACCUSATION)
OLD = claim("The weir is old", 4, Basis.ASSERTION)


@pytest.fixture
def relayed(report: Report) -> Report:
    """Four claims, really rated, of an outlet that is not known: by foremen, by a newspaper, by rumours, by nobody."""
    claims = (replace(one, id=f"c{i}") for i, one in enumerate((BURST, SOUND, THIEVES, OLD), start=1))
    document = Document(id="weir.txt", text=TEXT, outlet="marshmail.example")
    rated = tuple(rate_claim(one, UNKNOWN, 1, SETTINGS, PRIORS) for one in claims)
    return replace(report, document=document, outlet_prior=UNKNOWN, sentences=sentences_of(TEXT), ratings=rated)


def shown(renderable: RenderableType, width: int = 160) -> str:
    raw = io.BytesIO()
    made = console(io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    made.width = width
    made.print(renderable)
    return " ".join(raw.getvalue().decode().split())


def panel(html: str, id: str) -> str:
    found = re.search(rf'<section class="panel b." id="{id}".*?</section>', html, re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def test_json_names_the_link_that_decides_the_group(relayed: Report) -> None:
    rating = to_dict(relayed)
    jsonschema.validate(rating, SCHEMA)
    told = [(one["group"], one["relayed"], one["matter"]) for one in rating["claims"]]
    assert told == [
        ("weakly_sourced", {"link": 0, "type": "anonymous", "words": "two dock foremen"}, "own"),
        ("sourced", None, "fact"),
        ("unsourced", {"link": 0, "type": "generic", "words": "rumours"}, "accusation"),
        ("unsourced", None, "fact"),
    ]


def test_the_place_is_that_of_the_weakest_link(relayed: Report) -> None:
    deep = replace(BURST, chain=(GAZETTE, FOREMEN, WARDEN))
    found = to_dict(replace(relayed, ratings=(replace(relayed.ratings[0], claim=deep),)))["claims"][0]
    assert found["relayed"]["link"] == 1 and found["chain"][1]["type"] == "anonymous"


@pytest.mark.parametrize("width", [80, 130])
def test_every_view_says_through_whom(relayed: Report, width: int) -> None:
    out = shown(table(relayed, Screen(width=width)), width)
    assert "◐ direct quote," in out and "○ paraphrase," in out and "● paraphrase" in out
    if width == 80:
        assert "◐ direct quote, through two dock foremen" in out and "○ paraphrase, through rumours" in out
    assert out.count("through") == 2
    assert "c1 ◐ direct quote, through two dock foremen" in shown(explain(relayed, "c1"))
    markdown, page = article_markdown(relayed), article_page(relayed)
    assert "**Q** Two dock foremen → Lise Aborn, through two dock foremen, so weakly sourced |" in markdown
    assert "### c1: quote through two dock foremen," in markdown and "### c2: paraphrase, 0" in markdown
    assert "Quote through two dock foremen" in panel(page, "c1") and "through" not in panel(page, "c2").split("Why")[0]
    assert "Paraphrase through rumours, so unsourced" in panel(page, "c3")
    assert page.split('class="panel')[0].count("<small>through two dock foremen</small>") >= 1


def test_what_a_relay_is_called() -> None:
    def words(text: str, type_: SourceType, resolved: str | None = None) -> str:
        span = Span(0, len(text)) if text else None
        return called(Link(span, type_, Stance.NEUTRAL, Form.INDIRECT, resolved=resolved), text)

    unnamed, nobody = SourceType.ANONYMOUS, SourceType.GENERIC
    assert words("Officials", unnamed) == "officials"
    assert words("Several\nUS officials, who declined to be named,", unnamed) == "several US officials"
    assert words("US officials", unnamed) == "US officials"
    assert words("Norrish diplomats", unnamed) == "Norrish diplomats"
    assert words("They", unnamed, "Two dock foremen") == "two dock foremen"
    assert words("They", unnamed) == "unnamed people"
    assert words("", unnamed) == "unnamed people"
    assert words("", nobody, "Rumours") == "rumours"
    assert words("", nobody) == "hearsay"
    long = words(f"people {'far ' * 40}away", unnamed)
    assert long.endswith("far…") and 50 < len(long) <= 60
    assert through(SOUND, TEXT) is None


def test_a_relay_is_a_factor_with_a_sentence() -> None:
    evidence = weigh(THIEVES, UNKNOWN, 1, SETTINGS)
    kinds = {factor.kind: factor for factor in evidence.factors}
    assert kinds[FactorKind.RELAYED].value == "no stronger than the own word of whoever passes it on"
    assert kinds[FactorKind.RELAYED].log_odds < 0 and kinds[FactorKind.RELAYED].span == RUMOURS.source
    named = replace(THIEVES, chain=(replace(RUMOURS, resolved="The Marsh Gazette"), WARDEN))
    relays = [f.value for f in weigh(named, UNKNOWN, 1, SETTINGS).factors if f.kind is FactorKind.RELAYED]
    assert relays == ["no stronger than the own word of The Marsh Gazette"]


def test_reasons_tell_matter_and_relay_in_sentences(relayed: Report) -> None:
    terminal = shown(explain(relayed, "c3"))
    page, markdown = panel(article_page(relayed), "c3"), article_markdown(relayed)
    for said in ("speaks ill of another", "no stronger than the own word of whoever passes it on"):
        assert said in terminal and said in page and said in markdown
    assert "matter (speaks ill of another) −" in markdown and "(no stronger than the own word" in markdown


def test_every_matter_but_a_plain_fact_has_words() -> None:
    assert set(MATTERS) == set(Matter) - {Matter.FACT}
    assert not any("_" in words for words in MATTERS.values())


def test_an_unknown_outlet_is_said_once_at_the_top(relayed: Report, report: Report) -> None:
    told = "marshmail.example: not known (F); only the article’s own sourcing counts"
    assert shown(table(relayed)).count("not known") == 1 and told in shown(table(relayed))
    page, markdown = article_page(relayed), article_markdown(relayed)
    assert "</bdi>, not known (F); only the article’s own sourcing counts" in page.split("<main")[0]
    assert "marshmail.example, not known (F); only the article’s own sourcing counts" in markdown.split("##")[0]
    note = f"outlet: marshmail.example is not among the known outlets ({UNKNOWN.reference})"
    noted = replace(relayed, provenance=replace(relayed.provenance, warnings=(note,)))
    assert note not in article_page(noted) and "among the known outlets" not in article_markdown(noted)
    known = shown(table(report)) + article_page(report) + article_markdown(report)
    assert "not known (F)" not in known and "reliability B, usually reliable" in known


def test_a_letter_of_which_nothing_is_known_explains_itself(relayed: Report) -> None:
    why = "cannot be judged ({}), so only the article’s own sourcing counts"
    burst, sound, thieves, old = relayed.ratings
    assert letter_words(burst) == f"weakest source {why.format('unnamed')}"
    assert letter_words(sound) == "weakest source fairly reliable" and sound.strength.code[0] == "C"
    assert letter_words(thieves) == f"weakest source {why.format('nobody who could be asked')}"
    assert letter_words(old) == f"outlet {why.format('not known')}"
    alone = replace(burst, claim=replace(burst.claim, chain=(FOREMEN,)))
    assert letter_words(alone).startswith("source cannot be judged (unnamed)")
    for said in (shown(explain(relayed, "c1")), article_markdown(relayed), panel(article_page(relayed), "c1")):
        assert letter_words(burst) in said


def test_tables_and_headers_have_one_scale(relayed: Report) -> None:
    """Words of likelihood and confidence are details: they stand where one claim is explained, and nowhere else."""
    words = re.compile(
        "|".join(rf"\b{word}\b" for _, word in ICD203)
        + "|ICD 203|[Ll]ikelihood|"
        + "|".join(rf"\b{word} confidence|[Cc]onfidence" for _, word in CONFIDENCE)
    )
    plain = re.sub(r"<(style|script)>.*?</\1>", "", article_page(relayed), flags=re.S)
    outside = re.sub(r"<section class=\"panel.*?</section>|<footer.*", "", plain, flags=re.S)
    assert not words.search(outside)
    assert not words.search(shown(table(relayed))) and not words.search(
        article_markdown(relayed).split("## Reasons")[0]
    )
    assert words.search(shown(explain(relayed, "c1"))) and words.search(panel(plain, "c1"))
