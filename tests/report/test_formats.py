"""Output formats: the published schema, round trips, and what a terminal is shown."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest
from conftest import TEXT, at
from rich.console import RenderableType

from scoring import resources
from scoring.errors import InputError, UsageError
from scoring.evidence.strength import ICD203, LEVELS
from scoring.report.build import to_dict
from scoring.report.formats import COLUMNS, Sink
from scoring.report.registry import format_named
from scoring.report.terminal.explain import explain, explain_article
from scoring.report.terminal.screen import Screen, console, neutral
from scoring.report.terminal.table import table
from scoring.schema import (
    Basis,
    Claim,
    Document,
    Factor,
    FactorKind,
    Form,
    Group,
    HedgeKind,
    Matter,
    Polarity,
    Report,
    SourceType,
    Span,
    Stance,
)
from scoring.writing.files import dumps

SCHEMA = json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8"))
HOSTILE = "[bold red]Sale[/bold red] \x1b[31mred\x1b[0m \u202egnp.exe\u202c \x07 =1+1"


def valid(rating: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(rating))


def written(name: str, *reports: Report, **options: Any) -> str:
    stream = io.StringIO()
    format_named(name, "score").write(reports, Sink(stream, **options))
    return stream.getvalue()


def shown(renderable: RenderableType, encoding: str = "utf-8", width: int = 80) -> str:
    raw = io.BytesIO()
    made = console(io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    made.width = width
    made.print(renderable)
    return raw.getvalue().decode(encoding)


def about(report: Report, text: str) -> Report:
    """The report with one claim, which is all of another text."""
    claim = Claim("c1", (Span(0, len(text)),), (0,), Basis.ASSERTION, 1.0)
    rating = replace(report.ratings[0], claim=claim)
    return replace(report, document=Document(id="x.txt", text=text, title=text), ratings=(rating,))


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_ratings_are_valid(report: Report, bare_report: Report) -> None:
    jsonschema.validate(to_dict(report), SCHEMA)
    jsonschema.validate(to_dict(report, text=False), SCHEMA)
    jsonschema.validate(to_dict(bare_report), SCHEMA)


def _objects(node: Any) -> list[dict[str, Any]]:
    children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    return ([node] if isinstance(node, dict) else []) + [found for child in children for found in _objects(child)]


def test_schema_rejects_any_missing_or_further_field(report: Report) -> None:
    rating = to_dict(report)
    del rating["extra"]
    checked = 0
    for node in _objects(rating):
        for key in list(node):
            if key == "text" and node is rating["article"]:
                continue
            value = node.pop(key)
            assert not valid(rating), f"accepted without {key}"
            node[key] = value
            checked += 1
        node["more"] = 1
        assert not valid(rating), f"accepted a further field in {sorted(node)}"
        del node["more"]
    assert valid(rating)
    assert checked > 100


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (("claim", "basis"), [b.value for b in Basis]),
        (("claim", "group"), [g.value for g in Group]),
        (("claim", "polarity"), [p.value for p in Polarity]),
        (("claim", "matter"), [m.value for m in Matter]),
        (("relayed", "type"), [t.value for t in SourceType]),
        (("claim", "icd203"), [word for _, word in ICD203]),
        (("strength", "level"), [word for _, word in LEVELS]),
        (("link", "type"), [t.value for t in SourceType]),
        (("link", "stance"), [s.value for s in Stance]),
        (("link", "form"), [f.value for f in Form]),
        (("hedge", "kind"), [k.value for k in HedgeKind]),
    ],
)
def test_schema_has_the_vocabularies_of_the_code(where: tuple[str, str], words: list[str]) -> None:
    kind, field = where
    assert SCHEMA["$defs"][kind]["properties"][field]["enum"] == words


def test_spans_give_the_text(report: Report) -> None:
    rating = to_dict(report)
    text = rating["article"]["text"]
    with_words = [node for node in _objects(rating) if {"start", "end", "text"} <= set(node)]
    assert len(with_words) > 8
    assert all(text[node["start"] : node["end"]] == node["text"] for node in with_words)
    for claim in rating["claims"]:
        assert " … ".join(text[s["start"] : s["end"]] for s in claim["spans"]) == claim["text"]


def test_log_odds_sum_exactly(report: Report) -> None:
    factors = to_dict(report)["claims"][1]["factors"]
    assert math.fsum(f["log_odds"] for f in factors) == pytest.approx(-0.75, abs=1e-15)
    assert [f["log_odds"] for f in factors] == [f.log_odds for f in report.ratings[1].evidence.factors]


def test_probabilities_have_four_digits(report: Report) -> None:
    strength = to_dict(report)["claims"][0]["strength"]
    assert strength == {"probability": 0.5744, "interval": [0.3744, 0.7744], "level": "moderate"}


def test_unknown_is_null(bare_report: Report) -> None:
    rating = to_dict(bare_report)
    assert {
        key: rating["article"][key] for key in ("title", "outlet", "outlet_name", "url", "published")
    } == dict.fromkeys(("title", "outlet", "outlet_name", "url", "published"))
    assert rating["summary"]["mean_strength"] is None
    assert "extra" not in rating


def test_no_text_leaves_out_the_article_only(report: Report) -> None:
    rating = to_dict(report, text=False)
    assert "text" not in rating["article"]
    assert rating["article"]["characters"] == len(TEXT)
    assert rating["claims"][1]["text"] == "the keeper had sold the lamp"


def test_extra_passes_through_as_json(report: Report) -> None:
    extra = {"desk": "coast", "score": float("nan"), "tags": ("a", 1), "nested": {"on": True}}
    given = replace(report, document=replace(report.document, extra=MappingProxyType(extra)))
    rating = json.loads(written("json", given))
    assert rating["extra"] == {"desk": "coast", "score": None, "tags": ["a", 1], "nested": {"on": True}}
    assert valid(rating)


def test_json_is_an_object_or_an_array(report: Report, bare_report: Report) -> None:
    assert json.loads(written("json", report))["id"] == "varn.txt"
    assert [r["id"] for r in json.loads(written("json", report, bare_report))] == ["varn.txt", "note.txt"]
    assert [r["id"] for r in json.loads(written("json", report, failed=[InputError("x: is empty")]))] == ["varn.txt"]
    assert json.loads(written("json")) == []


def test_jsonl_writes_as_it_is_rated(report: Report, bare_report: Report) -> None:
    stream = io.StringIO()
    lines_before_second = []

    def reports() -> Any:
        yield report
        lines_before_second.append(stream.getvalue().count("\n"))
        yield bare_report

    format_named("jsonl", "score").write(reports(), Sink(stream))
    assert lines_before_second == [1]
    assert [json.loads(line)["id"] for line in stream.getvalue().splitlines()] == ["varn.txt", "note.txt"]


def test_half_a_surrogate_pair_survives() -> None:
    assert json.loads(dumps({"text": "a\ud800b"})) == {"text": "a\ud800b"}
    assert dumps({"text": "é"}) == '{"text": "é"}'


def test_csv_round_trip(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", report))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["claim"] for row in rows] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    sold, fuel = rows[1], rows[4]
    assert sold["chain"] == "The Harbour Institute > Tidewatch"
    assert TEXT[int(sold["start"]) : int(sold["end"])] == sold["text"]
    assert (sold["probability"], sold["low"], sold["high"]) == ("0.3208", "0.1208", "0.5208")
    assert (sold["code"], sold["confidence"], sold["polarity"]) == ("D4", "moderate", "positive")
    assert fuel["hedges"] == "reportedly"
    assert (int(fuel["start"]), int(fuel["end"])) == (at("The fuel").start, at("ran out first").end)


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_runs_no_formula(report: Report, begins: str) -> None:
    text = f'{begins}HYPERLINK("x"), "y"\nz'
    row = next(csv.DictReader(io.StringIO(written("csv", about(report, text)), newline="")))
    assert row["text"] == f"'{text}"


def test_csv_without_claims_has_its_header(bare_report: Report) -> None:
    assert written("csv", bare_report) == ",".join(COLUMNS) + "\n"


def test_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match=r"'xml' is not known; give one of table, json, jsonl, csv"):
        format_named("xml", "score")


LAYOUTS: list[Callable[[Report, Screen], RenderableType]] = [
    table,
    lambda report, screen: explain(report, report.ratings[0].claim.id, screen=screen),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [40, 80, 104, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "koi8-r"])
def test_layouts_fit_any_terminal(report: Report, layout: Any, width: int, encoding: str) -> None:
    lines = shown(layout(report, Screen(encoding, width)), encoding, width).splitlines()
    assert max(map(len, lines)) <= width
    assert "lighthouse" in "".join(lines)
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_show_hostile_text_harmlessly(report: Report, layout: Any) -> None:
    out = shown(layout(about(report, HOSTILE), Screen()), width=200)
    assert "[bold red]Sale[/bold red]" in out
    assert not set("\x1b\x07\u202e\u202c") & set(out)


def test_neutral() -> None:
    assert neutral("a\n b\t\u2028c") == "a b c"
    assert neutral("\x1b]0;x\x07\x9b\u2066\ud800") == "�]0;x����"
    assert neutral("co\u00adop\ufeff") == "coop"
    assert neutral("“Café” – …→ 東", "ascii") == '"Cafe" - ...-> ?'
    assert neutral("“Café”", "latin-1") == '"Café"'


def test_table_says_what_each_claim_rests_on(report: Report) -> None:
    out = shown(table(report, Screen(width=200)), width=200)
    assert "6 claims: 3 sourced, 1 to unnamed people, 2 without a source; 4 distinct sources" in out
    assert "Varn Courier (varncourier.example): reliability B, usually reliable" in out
    line = next(line for line in out.splitlines() if "c2" in line)
    for part in ("● paraphrase", "The Harbour Institute → Tidewatch (claimed)", "0.32", "0.12–0.52", "D4"):
        assert part in line
    assert "◐ anonymous" in out
    assert "○ hearsay" in out
    assert "Denied: the tower is unsafe" in out
    assert out.rstrip().endswith("Strength says how well the article supports a claim, not whether it is true.")


def test_group_shows_without_colour_and_without_unicode(report: Report) -> None:
    out = shown(table(report, Screen("ascii")), "ascii")
    assert "(*) paraphrase" in out
    assert "(~) anonymous" in out
    assert "( ) hearsay" in out


def test_table_of_an_article_without_claims(bare_report: Report) -> None:
    out = shown(table(bare_report))
    assert "No claims found." in out
    assert "outlet not given: reliability F; only the article’s own sourcing counts\n" in out


def test_explanation_sums_up(report: Report) -> None:
    out = shown(explain(report, "c2"))
    sums = [line.split("|")[0].rstrip(" ━").split()[-1] for line in out.splitlines() if "|" in line]
    assert sums == ["+0.10", "+0.30", "−0.30", "−1.00", "−0.75"]
    for part in ("▸the keeper had sold the lamp◂", "claimed ▸", "“claimed”", "0.12–0.52", "weak", "D4"):
        assert part in " ".join(out.split())
    assert "a second source independent of the first: 0.47 (+0.15)" in out
    assert "no source named: 0.22 (−0.10)" in out


def test_explanation_shows_calibration_where_there_is_any(report: Report) -> None:
    assert "calibration" not in shown(explain(report, "c2"))
    first, second, *others = report.ratings
    moved = replace(second, evidence=replace(second.evidence, factors=second.evidence.factors[1:]))
    assert "calibration" in shown(explain(replace(report, ratings=(first, moved, *others)), "c2"))


def test_likelihood_and_confidence_stand_in_lines_of_their_own(report: Report) -> None:
    for rating in report.ratings:
        lines = shown(explain(report, rating.claim.id), width=160).splitlines()
        assert sum("Likelihood" in line for line in lines) == sum("Confidence" in line for line in lines) == 1
        assert not any("Likelihood" in line and "onfidence" in line for line in lines)


def test_explanation_of_an_unknown_claim_lists_the_known(report: Report, bare_report: Report) -> None:
    with pytest.raises(UsageError, match=r"has no claim 'c9'; its claims are c1, c2, c3, c4, c5, c6$"):
        explain(report, "c9")
    with pytest.raises(UsageError, match="it has no claims"):
        explain(bare_report, "c1")


def test_an_article_is_explained_as_a_claim_is(report: Report, bare_report: Report) -> None:
    factors = (
        Factor(FactorKind.START, "nothing counted", -0.5),
        Factor(FactorKind.SOURCES, "3 distinct sources", 0.75),
    )
    out = shown(explain_article(replace(report, summary=replace(report.summary, sourcing_factors=factors))))
    assert "3 distinct sources" in out and "+0.25" in out
    assert f"Sourcing score: {report.summary.sourcing_score:.2f}" in out
    with pytest.raises(UsageError, match="no claims"):
        explain_article(bare_report)
