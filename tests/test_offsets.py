"""Offsets count in the text that the user gave; where another text is read, the warnings say so."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ftfy.bad_codecs
import pyarrow.parquet
import pytest

from scoring import resources
from scoring.cli.app import main
from scoring.documents.files import from_text, read
from scoring.documents.mending import mended
from scoring.engine import load_engine
from scoring.pipeline import rate_document
from scoring.report.build import to_dict
from scoring.schema import Document, Report

ftfy.bad_codecs.ok()
LINES = (
    "The harbour board said on Monday that the mole would be closed.",
    "“We checked every bolt ourselves,” engineer Odile Marrant said. The fuel reportedly ran out first.",
    "",
    "Two officials said repairs would take a month, and that nobody had been hurt.",
)
LF, CRLF, CR = ("\n".join((*LINES, "")), "\r\n".join((*LINES, "")), "\r".join((*LINES, "")))
WRAPPED = (
    "The harbour master said on Monday that\r\ntwo ferries had collided in thick fog\r\n"
    "outside the port. Nobody was hurt, he\r\nadded, and both boats reached the quay\r\n"
    "under their own power. The inquiry is\r\nexpected to end in May.\r\n\r\n"
    "A second paragraph follows here with\r\nmore words on the inquiry, she said.\r\n"
)
ODD = "\ufeffThe board said\0 the mole was closed.\r\n\rTwo officials said\r\r\nthe fuel had run out.\x85 So Roth said.\n\r"


def engine() -> Any:
    return load_engine("rules")


def spans(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every span of an output that has its words beside it."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value["start"], value["end"], value["text"]
        if "spans" in value and len(value["spans"]) == 1:
            yield value["spans"][0]["start"], value["spans"][0]["end"], value["text"]
        for item in value.values():
            yield from spans(item)
    if isinstance(value, list):
        for item in value:
            yield from spans(item)


def rated(document: Document) -> tuple[Report, dict[str, Any]]:
    report = rate_document(document, engine())
    return report, to_dict(report)


@pytest.mark.parametrize("given", [LF, CRLF, CR, WRAPPED, ODD], ids=["lf", "crlf", "cr", "wrapped", "odd"])
def test_every_span_is_where_the_given_text_has_it(given: str) -> None:
    document = from_text(given)
    report, laid_out = rated(document)
    assert laid_out["article"]["text"] == given
    assert laid_out["article"]["characters"] == len(given)
    assert laid_out["article"]["sha256"] == hashlib.sha256(given.encode()).hexdigest()
    assert len(document.text) == len(given) and "\r" not in document.text and "\0" not in document.text
    checked = list(spans(laid_out))
    assert len(checked) >= 4
    assert all(given[start:end] == words for start, end, words in checked)
    assert report.document.as_given == given


def test_line_ends_change_no_rating() -> None:
    plain = rated(from_text(LF))[1]
    for given in (CRLF, CR):
        other = rated(from_text(given))[1]
        assert [c["basis"] for c in other["claims"]] == [c["basis"] for c in plain["claims"]]
        assert [c["text"] for c in other["claims"]] == [c["text"] for c in plain["claims"]]
        assert [c["strength"] for c in other["claims"]] == [c["strength"] for c in plain["claims"]]
        assert other["provenance"]["warnings"] == plain["provenance"]["warnings"]


def test_shipped_examples_are_rated_alike_with_other_line_ends() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(resources.example("").glob("*.txt"))]
    assert texts
    for text in texts:
        plain, other = (rated(from_text(given))[1] for given in (text, text.replace("\n", "\r\n")))
        words = [[" ".join(c["text"].split()) for c in one["claims"]] for one in (plain, other)]
        assert words[0] == words[1]
        assert [c["strength"] for c in plain["claims"]] == [c["strength"] for c in other["claims"]]


def test_front_matter_of_markdown_with_other_line_ends() -> None:
    text = "---\ntitle: Fog\n---\n# Two Ferries\n\nThe pilot said the radar was broken.\n"
    plain, other = (from_text(given, markdown=True) for given in (text, text.replace("\n", "\r\n")))
    assert [s.reason for s in plain.skipped] == [s.reason for s in other.skipped]
    assert "heading" in [s.reason for s in other.skipped] and "title" not in other.text[other.skipped[-1].span.start :]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
def test_files_keep_their_line_ends(tmp_path: Path, name: str) -> None:
    rows = {".jsonl": json.dumps({"text": CRLF}) + "\r\n", ".csv": 'id,text\r\n7,"' + CRLF + '"\r\n'}
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + rows.get(path.suffix, CRLF).encode())
    (document,) = read(str(path))
    assert isinstance(document, Document)
    assert document.as_given == CRLF, "the mark of the encoding is no part of the text"
    assert not document.warnings


def test_half_characters_are_said_since_nothing_can_write_them() -> None:
    document = from_text("The board said \ud800 the mole was closed.\r\n")
    assert document.as_given == "The board said \ufffd the mole was closed.\r\n"
    assert any("lone surrogate" in warning for warning in document.warnings)


def test_a_table_of_an_archive_and_score_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": WRAPPED, "id": "w"}) + "\n" + json.dumps({"text": CRLF, "id": "c"}) + "\n")
    with pytest.raises(SystemExit):
        main(["batch", str(path), "-o", str(tmp_path / "out"), "--model", "rules", "--workers", "1"])
    claims = pyarrow.parquet.read_table(tmp_path / "out" / "claims").to_pylist()
    texts = {f"{path}:1": WRAPPED, f"{path}:2": CRLF}
    assert len(claims) > 6
    for claim in claims:
        given = texts[claim["key"]]
        assert claim["text"] == " … ".join(given[s["start"] : s["end"]] for s in claim["spans"])
        assert all(given[h["start"] : h["end"]] == h["text"] for h in claim["hedges"])
    articles = pyarrow.parquet.read_table(tmp_path / "out" / "articles").to_pylist()
    assert {a["sha256"] for a in articles} == {hashlib.sha256(t.encode()).hexdigest() for t in texts.values()}


def test_pages_and_dossiers_show_no_line_ends_within_a_paragraph(tmp_path: Path) -> None:
    from scoring.dossier.compare import compare_reports
    from scoring.dossier.output.build import to_dict as dossier_dict
    from scoring.report.html.page import article_page

    reports = [rated(from_text(WRAPPED, id=name, outlet=f"{name}.example"))[0] for name in ("a", "b")]
    assert hashlib.sha256(WRAPPED.encode()).hexdigest() in article_page(reports[0])
    dossier = dossier_dict(compare_reports(reports, engine().score))
    mentions = [mention for group in dossier["groups"] for mention in group["mentions"]]
    assert mentions
    for mention in mentions:
        assert mention["text"] == " … ".join(WRAPPED[s["start"] : s["end"]] for s in mention["spans"])


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("&quot;The dyke holds,&quot; Roth said.", '"The dyke holds," Roth said.'),
        ("The navy&#8217;s press office said &#x201C;no&#x201D;.", "The navy’s press office said “no”."),
        ("Caf&eacute; owners in Malm&ouml; said&nbsp;so.", "Café owners in Malmö said\xa0so."),
        ("Marks &amp; Lind said the bill was &pound;40 &ndash; twice as much.", "Marks & Lind said the bill was £40 – twice as much."),
        ("The dyke&amp;#8217;s keeper said &amp;quot;no&amp;quot;.", "The dyke’s keeper said \"no\"."),
        ("It&#146;s over, Roth said.", "It’s over, Roth said."),
    ],
)  # fmt: skip
def test_entities_left_in_a_text_are_decoded_and_said(given: str, read_as: str) -> None:
    document = from_text(given)
    assert document.as_given == document.text == read_as
    assert any("HTML entit" in w and "offsets count in article.text" in w for w in document.warnings)


@pytest.mark.parametrize(
    "given",
    [
        "Roth said that &lt;b&gt; makes words bold, and that &quot; is a quotation mark.",
        "In HTML, Roth said, write &amp; for an ampersand and &eacute; for an accent.",
        "Roth said that `&nbsp;` keeps words together.",
        "Marks & Lind; AT&T; R&D; said so.",
        "Roth said &foo; and &#0; and &#13; and &shy; and &lt; 5 &copysr;.",
        "See https://roth.example/?a=1&copy=2&reg=3 for more, Roth said.",
    ],
)
def test_entities_that_are_meant_stay(given: str) -> None:
    assert from_text(given).text == given


def test_entities_that_stay_in_a_text_on_markup_are_said() -> None:
    document = from_text("Roth said that &lt;b&gt; makes words bold, and that &quot; is a mark.")
    assert any("HTML entities left as they are" in warning for warning in document.warnings)


@pytest.mark.usefixtures("own_objects")
def test_a_title_is_decoded_too_and_a_long_line_of_entities_takes_no_minute() -> None:
    document = from_text("The dyke holds, Roth said.", title="&ldquo;The dyke holds&rdquo;")
    assert document.title == "“The dyke holds”"
    assert "title: 2 HTML entities decoded (&ldquo; &rdquo;)" in document.warnings
    began = time.process_time()
    assert mended("`" + "&quot;" * 60_000)[0] == "`" + '"' * 60_000
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "right",
    [
        "“The dyke holds,” the mayor’s office said – and that was all.",
        "The café in Malmö stays open, Søren Åberg said.",
        "« C’est fini », a déclaré Hélène à Paris.",
        "Цена выросла, сказал министр.",
    ],
)
@pytest.mark.parametrize("encoding", ["sloppy-windows-1252", "latin-1"])
def test_utf8_read_as_another_encoding_is_mended_and_said(right: str, encoding: str) -> None:
    damaged = right.encode("utf-8").decode(encoding)
    whole = f"A first line that is sound.\n{damaged}\nA last “line”."
    document = from_text(whole)
    assert document.text == f"A first line that is sound.\n{right}\nA last “line”."
    assert any("another encoding" in w and "offsets count in article.text" in w for w in document.warnings)


@pytest.mark.parametrize(
    "sound",
    [
        "« C’est fini », a déclaré Hélène à « Paris », où l’État ÉTAIT.",
        "São Paulo, Łódź, Ærø and Ângela’s Ã were named, Roth said.",
        "The text shows â€œ where a quotation mark should be, which is called mojibake, Roth said.",
        "Preço: R$ 5,00 – não é “caro”, disse João à Folha.",
    ],
)
def test_sound_text_is_not_mended(sound: str) -> None:
    document = from_text(sound)
    assert document.text == sound and not any("encoding" in warning for warning in document.warnings)


def test_labelled_texts_keep_their_length(tmp_path: Path) -> None:
    text = "&quot;The dyke holds,&quot; Roth said.\r\nThe mayorâ€™s office agreed."
    assert from_text(text, same_length=True).as_given == text
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": text, "claims": [{"spans": [{"start": 6, "end": 20}]}]}) + "\n")
    (document,) = read(str(path))
    assert isinstance(document, Document) and document.as_given == text


@pytest.mark.train
def test_answers_to_labelled_texts_count_in_them() -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.evaluation.answers import answers
    from training.labels.schema import LabelledArticle

    both = frozenset({"claims", "relations"})
    texts = [given.replace("“", "&ldquo;").replace("”", "&rdquo;") for given in (LF, CRLF, CR)]
    found = answers([LabelledArticle("a", text, (), both) for text in texts], engine())
    words = [[s.of(text) for c in one.claims for s in c.spans] for one, text in zip(found, texts, strict=True)]
    assert len(words[0]) > 3 and words[0] == words[1] == words[2]


@pytest.mark.train
def test_models_are_trained_on_the_text_that_is_read() -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.labels.schema import LabelledArticle, example

    assert example(LabelledArticle("a", CRLF, ())).text == from_text(CRLF).text


@pytest.mark.train
def test_suggested_labels_count_in_the_text_that_was_given() -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.labels.suggesting import suggestion

    articles = [suggestion(rate_document(from_text(given), engine())).article for given in (LF, CRLF)]
    assert articles[1].text == CRLF
    words = [[s.of(one.text) for c in one.claims for s in c.spans] for one in articles]
    assert len(words[0]) > 3 and words[0] == words[1]


def test_a_document_keeps_one_text_where_nothing_differs() -> None:
    document = from_text(LF)
    assert document.given is None and document.as_given == LF
    assert dataclasses.replace(document, given="x").as_given == "x"
