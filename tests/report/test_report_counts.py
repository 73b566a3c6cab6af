"""What a report counts: sources, hedges against news text, parts not read."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from scoring import pipeline
from scoring.errors import InputError
from scoring.report import counts
from scoring.schema import Document, HedgeKind, Report, Skipped, Span
from scoring.text.sentences import split
from training.priors import hedge_rates as usual_rates


def article(report: Report, text: str, skipped: tuple[Skipped, ...] = ()) -> Report:
    document = Document("x", text, skipped=skipped)
    return replace(report, document=document, sentences=split(document), ratings=())


def test_sources_are_counted_by_name(report: Report) -> None:
    found = {source.name: source for source in counts.sources(report)}
    marrant = found["Odile Marrant"]
    assert (marrant.claims, marrant.origin, marrant.kind, marrant.reliability) == (("c3", "c6"), 2, "person", "C")
    assert marrant.first == report.document.text.index("engineer Odile Marrant")
    institute = found["The Harbour Institute"]
    assert (institute.claims, institute.origin) == (("c2",), 0)
    assert next(iter(found)) == "Odile Marrant"


def test_hedges_are_set_against_news_text(report: Report) -> None:
    plain = "The keeper lit the lamp at noon and went home to his dinner. " * 40
    rates = {rate.usual.kind: rate for rate in counts.rates(article(report, plain + "It was undoubtedly bright.\n"))}
    assert (rates[HedgeKind.BOOSTER].number, rates[HedgeKind.BOOSTER].said) == (1, "not unusual")
    assert rates[HedgeKind.BOOSTER].rate == pytest.approx(1000 / (13 * 40 + 4))
    many = counts.rates(article(report, plain + "It was undoubtedly bright. " * 5 + "\n"))
    assert [rate.said for rate in many if rate.usual.kind is HedgeKind.BOOSTER] == ["more than usual"]
    assert [rate.number for rate in counts.rates(article(report, "\n"))] == [0, 0, 0]


def test_usual_rates_are_those_of_news() -> None:
    rates = counts.usual_rates()
    assert len(rates) > 1
    for usual in rates:
        assert 0 <= usual.low <= usual.mean <= usual.high < 30


def test_what_was_not_read_is_told_by_reason(report: Report) -> None:
    text = "Tides turn\nBy A. Person\nThe lamp is lit.\nMore\n"
    parts = tuple(
        Skipped(Span(text.index(w), text.index(w) + len(w)), r)
        for w, r in (("Tides turn", "heading"), ("By A. Person", "byline"), ("More", "heading"))
    )
    found = article(report, text, parts)
    assert counts.skipped(found) == [("heading", 2, "Tides turn"), ("byline", 1, "By A. Person")]
    assert counts.headline(found.document) == "Tides turn"
    assert counts.headline(replace(found.document, title="T")) == "T"
    assert counts.headline(replace(found.document, skipped=parts[2:])) == "x"
    assert counts.warnings(report) == []
    said = pipeline.warnings(replace(report.document, outlet=None), (), report.outlet_prior, ())
    (note,) = counts.warnings(replace(report, provenance=replace(report.provenance, warnings=said)))
    assert "--outlet" in said[0] and note.endswith("stands in for it; name the outlet to narrow the intervals")


def test_rates_are_counted_from_texts(tmp_path: Path) -> None:
    texts = tmp_path / "news.csv"
    plain = "The keeper lit the lamp at noon and went home to his dinner, the harbour office said on Tuesday. " * 15
    with texts.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerows([["body"], [plain], [plain + "It was undoubtedly bright. It may rain."], [plain], [" "]])
    counted = [one for one in map(usual_rates.count, usual_rates.texts(texts, "body")) if one]
    assert [(one.words, one.hedges[HedgeKind.BOOSTER]) for one in counted] == [(285, 0), (292, 1)]
    usual_rates.write(counted, tmp_path / "out.csv")
    rows = {row["kind"]: row for row in csv.DictReader((tmp_path / "out.csv").read_text().splitlines())}
    assert rows["booster"]["mean"] == f"{1000 / 577:.2f}"
    assert rows["booster"]["note"] == "1 in 577 words"
    with pytest.raises(InputError, match="has no column 'text'; give one of body"):
        list(usual_rates.texts(texts, "text"))
