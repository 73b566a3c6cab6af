"""What a dossier looks like outside: JSON, PROV, table, page, and the command."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

import scoring
from scoring import resources
from scoring.cli.app import main
from scoring.documents.decoding import iso_time
from scoring.documents.files import from_text
from scoring.dossier.output.build import to_dict
from scoring.dossier.output.page import dossier_page
from scoring.dossier.output.prov import CONTEXT, to_prov
from scoring.dossier.output.table import table
from scoring.dossier.schema import Dossier
from scoring.errors import UsageError
from scoring.report.registry import format_named, formats_of

HOSTILE = "<script>alert(1)</script>"
ROWS = [
    {"id": "a", "outlet": "valepost.example", "published": "2025-03-01T08:00", "title": HOSTILE,
     "text": "General Marek may have left his post in Orr, two officials said. The quay at Sund is shut, said Ada Kern, a pilot."},
    {"id": "b", "outlet": "sundnews.example", "published": "2025-03-02",
     "text": "General Marek left his post in Orr, the Vale Post reported. The quay at Sund is not shut, said Ole Brant, a sailor."},
    {"id": "c", "outlet": "coastmail.example",
     "text": "The quay at Sund is shut, said Ada Kern, a pilot. General Marek may have left his post in Orr, two officials said."},
]  # fmt: skip


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    documents = [from_text(**{key: str(value) for key, value in row.items()}) for row in ROWS]  # type: ignore[arg-type]
    return scoring.compare(documents)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return int(left.value.code or 0), out, err


def test_json_is_as_published(dossier: Dossier) -> None:
    schema = json.loads(resources.template("dossier.schema.json").read_text(encoding="utf-8"))
    laid_out = to_dict(dossier)
    jsonschema.validate(json.loads(json.dumps(laid_out)), schema)
    assert len(laid_out["groups"]) == 2
    for group in laid_out["groups"]:
        for mention in group["mentions"]:
            text = dossier.reports[mention["article"]].document.text
            assert " … ".join(text[s["start"] : s["end"]] for s in mention["spans"]) == mention["text"]


def test_factors_sum_to_the_strength(dossier: Dossier) -> None:
    from scoring.engine import load_engine
    from scoring.probability import logistic

    line = load_engine().score.calibration
    assert dossier.groups
    for group in dossier.groups:
        total = sum(log_odds for _, _, log_odds in group.corroborated.factors)
        expected = logistic(line.slope * total + line.intercept)
        assert group.corroborated.strength.probability == pytest.approx(expected, abs=5e-5)


def test_prov_tells_what_rests_on_what(dossier: Dossier) -> None:
    made = to_prov(dossier)
    assert made["@context"] == CONTEXT
    by_id = {node["@id"]: node for node in made["@graph"]}
    derived = [node for node in made["@graph"] if "wasDerivedFrom" in node]
    assert len(derived) == 1
    (source,) = (by_id[i] for i in derived[0]["wasDerivedFrom"])
    assert "General Marek may" in source["value"]
    assert derived[0]["hadPrimarySource"] == source["hadPrimarySource"]
    pointed = {
        i
        for node in made["@graph"]
        for key in ("wasDerivedFrom", "wasQuotedFrom", "hadPrimarySource")
        for i in node.get(key, ())
    }
    assert pointed <= set(by_id)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]


def test_page_shows_all_and_runs_nothing_of_an_article(dossier: Dossier) -> None:
    html = dossier_page(dossier)
    tags = Tags(html)
    assert tags.found.count("script") == 1 and HOSTILE not in html
    assert not {"img", "link", "iframe", "form", "object"} & set(tags.found)
    assert {id for id, _ in dossier.numbered} <= set(tags.ids) and len(tags.ids) == len(set(tags.ids))
    assert tags.found.count("svg") == len(dossier.groups)
    for words in ("Ada Kern", "Ole Brant", "How the wording hardened", "coastmail.example", "may have"):
        assert words in html


def test_table_fits_a_narrow_terminal(dossier: Dossier) -> None:
    stream = io.StringIO()
    Console(file=stream, width=60).print(table(dossier))
    shown = stream.getvalue()
    assert max(map(len, shown.splitlines())) <= 60
    assert "contradicts" in shown and "hardens" in shown


def test_command_writes_a_folder(rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "compare", rows, "-o", tmp_path / "out")
    assert status == 0
    assert [Path(line).name for line in out.split()] == ["dossier.html", "dossier.json", "dossier.prov.jsonld"]
    assert all(Path(line).stat().st_size for line in out.split())
    assert "1 of 3 articles have none" in err


@pytest.mark.parametrize("name", [known.name for known in formats_of("compare")])
def test_command_prints_each_format(name: str, rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "compare", rows, "--format", name)
    assert status == 0 and "Marek" in out


def test_command_goes_on_without_what_it_cannot_read(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "compare", rows, tmp_path / "none.txt")
    assert status == 1 and "Marek" in out and "none.txt: no such file" in err
    status, out, err = run(capsys, "compare", tmp_path / "none.txt")
    assert status == 2 and out == "" and "give two or more" in err
    status, out, err = run(capsys, "compare", rows, "--format", "xml")
    assert status == 2 and err.count("\n") == 1 and "one of table, html, json, prov" in err


def test_schema_command_prints_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(run(capsys, "schema", "--dossier")[1])["title"] == "sourcegrade dossier"
    assert json.loads(run(capsys, "schema")[1])["title"] != "sourcegrade dossier"


def test_unknown_format_names_the_known() -> None:
    with pytest.raises(UsageError, match="xml"):
        format_named("xml", "compare")


@pytest.mark.parametrize(
    ("given", "time"),
    [
        ("2025-03-01", None), ("2025-03-01T06:40", "06:40:00"), ("2025-03-01 06:40:10", "06:40:10"),
        ("2025-03-01T06:40:00+02:00", "04:40:00"), ("2025-03-01T01:00:00+02:00", "00:00:00"),
        ("2025-03-01T23:00:00-02:00", "23:59:59"), ("yesterday", None), (None, None),
    ],
)  # fmt: skip
def test_time_of_publication(given: str | None, time: str | None) -> None:
    assert iso_time(given) == time
