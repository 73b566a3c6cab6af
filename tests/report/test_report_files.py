"""``sourcegrade report``: what it writes where, Markdown, PDF, and the sample that is committed."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from scoring import resources
from scoring.cli.app import main
from scoring.errors import OutputError, UsageError
from scoring.report.entries import entry
from scoring.report.html.overview import overview_page
from scoring.report.markdown import article_markdown, escaped
from scoring.report.output import file_name, put
from scoring.schema import Basis, Report

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "reports" / "sample"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, report: Report, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line with a pipeline that gives every article the fixture's rating."""
    fake = ModuleType("scoring.pipeline")
    fake.load_engine = lambda *more: SimpleNamespace()  # type: ignore[attr-defined]
    fake.rate_document = lambda document, engine: replace(  # type: ignore[attr-defined]
        report, document=replace(report.document, id=document.id, outlet=document.outlet, published=document.published)
    )
    monkeypatch.setitem(sys.modules, "scoring.pipeline", fake)
    monkeypatch.setitem(sys.modules, "scoring.engine", fake)

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["report", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Three articles, one of them empty, with ids that are no file names."""
    path = tmp_path / "rows.jsonl"
    ids = ["../../etc/passwd", "plain-id", "plain-id"]
    texts = ["It was dark on Tuesday.", "It was lit.", "It was lit."]
    lines = [
        json.dumps({"id": id, "text": text, "outlet": "a.example", "published": "2025-01-02"})
        for id, text in zip(ids, texts, strict=True)
    ]
    path.write_text("\n".join([*lines, '{"id": "nothing", "text": ""}']) + "\n")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_article_is_one_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "varn.txt").write_text("The lighthouse at Varn Point has been dark since Tuesday.\n")
    status, out, err = run(tmp_path / "varn.txt", "-o", tmp_path / "new" / "out")
    assert (status, err) == (0, "")
    assert out == f"{tmp_path}/new/out/varn.txt.html\n"
    assert names(tmp_path / "new" / "out") == ["varn.txt.html"]
    assert "All articles" not in (tmp_path / "new/out/varn.txt.html").read_text()


def test_many_get_an_overview_and_what_fails_costs_only_itself(run: Run, rows: Path, tmp_path: Path) -> None:
    status, out, err = run(rows, "--output", tmp_path / "out")
    assert status == 1
    assert out == f"{tmp_path}/out/index.html\n"
    assert err.count("\n") == 1 and "rows.jsonl" in err
    found = names(tmp_path / "out")
    assert re.fullmatch(r"etc-passwd-[0-9a-f]{8}\.html index\.html plain-id-2\.html plain-id\.html", " ".join(found))
    overview = (tmp_path / "out/index.html").read_text()
    assert sorted(re.findall(r'<a href="([^"#]+)"', overview)) == [name for name in found if name != "index.html"]
    assert "Not rated" in overview and "the text is empty" in overview
    assert '<a href="index.html">All articles</a>' in (tmp_path / "out/plain-id.html").read_text()


@pytest.mark.parametrize("format", ["md", "json", "csv"])
def test_other_formats(run: Run, rows: Path, tmp_path: Path, format: str) -> None:
    status, out, _ = run(rows, "--output", tmp_path / "out", "--format", format)
    assert status == 1
    assert out.endswith(f"index.{format}\n")
    assert {f"plain-id.{format}", f"plain-id-2.{format}", f"index.{format}"} <= set(names(tmp_path / "out"))
    page = (tmp_path / f"out/plain-id.{format}").read_text()
    index = (tmp_path / f"out/index.{format}").read_text()
    if format == "json":
        assert json.loads(page)["claims"][1]["id"] == "c2"
        assert [row["file"] for row in json.loads(index)["articles"]][1:] == ["plain-id.json", "plain-id-2.json"]
        assert len(json.loads(index)["not_rated"]) == 1
    elif format == "csv":
        assert [row["claim"] for row in csv.DictReader(page.splitlines())] == [f"c{i}" for i in range(1, 7)]
        assert [row["claims"] for row in csv.DictReader(index.splitlines())] == ["6", "6", "6"]
    else:
        assert page.startswith("# Varn light out\n") and "(plain-id.md)" in index


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--format", "xml"), "--format: 'xml' is not known; give one of html, md, json, csv, pdf"),
        (("--output", "{tmp}/varn.txt"), "cannot be made a folder"),
        (("--output", "{tmp}"), "is one of the articles' folders; give another folder"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, tmp_path: Path, options: tuple[str, str], says: str) -> None:
    (tmp_path / "varn.txt").write_text("The lighthouse at Varn Point has been dark since Tuesday.\n")
    given = [option.format(tmp=tmp_path) for option in options]
    status, out, err = run(tmp_path, *([] if "--output" in options else ["-o", tmp_path / "out"]), *given)
    assert (status, out) == (2, "")
    assert says in err and err.count("\n") == 1
    assert names(tmp_path) == ["varn.txt"]


def test_pages_never_take_an_article_s_place(run: Run, tmp_path: Path) -> None:
    article = tmp_path / "a.md"
    article.write_text("The lighthouse has been dark since Tuesday.\n")
    (tmp_path / "row.jsonl").write_text('{"id": "a", "text": "It was dark."}\n')
    assert run(article, tmp_path / "row.jsonl", "-o", tmp_path, "--format", "md")[0] == 0
    assert article.read_text() == "The lighthouse has been dark since Tuesday.\n"
    assert {"a.md", "a.md.md", "a-2.md", "index.md"} <= set(names(tmp_path))


@pytest.mark.parametrize("format", ["md", "html"])
def test_an_overview_never_takes_an_article_s_place(run: Run, tmp_path: Path, format: str) -> None:
    there = tmp_path / f"index.{format}"
    there.write_text("The lighthouse has been dark since Tuesday.\n")
    (tmp_path / "b.txt").write_text("It was dark.\n")
    (tmp_path / "link.txt").symlink_to(there)
    for first in (there, tmp_path / "link.txt"):
        status, out, err = run(first, tmp_path / "b.txt", "-o", tmp_path, "--format", format)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "is one of the inputs; give another file" in err
    assert there.read_text() == "The lighthouse has been dark since Tuesday.\n"
    assert names(tmp_path) == sorted(["b.txt", f"index.{format}", "link.txt"])


def test_a_page_never_takes_the_place_of_what_an_article_links_to(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It was dark.\n")
    (tmp_path / "link.md").symlink_to(tmp_path / "a.md")
    (tmp_path / "row.jsonl").write_text('{"id": "a", "text": "It was dark."}\n')
    assert run(tmp_path / "link.md", tmp_path / "row.jsonl", "-o", tmp_path, "--format", "md")[0] == 0
    assert (tmp_path / "a.md").read_text() == "It was dark.\n" and (tmp_path / "a-2.md").exists()


@pytest.mark.parametrize(
    ("id", "stem"),
    [
        ("article-7.txt", "article-7.txt"), ("../../x", "x-[0-9a-f]{8}"), ("index", "index-[0-9a-f]{8}"), ("CON", "con-[0-9a-f]{8}"),
        (".hidden", "hidden-[0-9a-f]{8}"), ("ends.", "ends-[0-9a-f]{8}"), ("Ünïc/öde\0", "n-c-de-[0-9a-f]{8}"), ("", "article-[0-9a-f]{8}"),
        ("x" * 500, "x{40}-[0-9a-f]{8}"), ("https://a.example/b?c=<d>", "https-a-example-b-c-d-[0-9a-f]{8}"), ("\ud800", "article-[0-9a-f]{8}"),
    ],
)  # fmt: skip
def test_names_are_safe_and_the_same_again(id: str, stem: str) -> None:
    name = file_name(id, ".html", set())
    assert re.fullmatch(rf"{stem}\.html", name)
    assert file_name(id, ".html", set()) == name
    assert file_name(id, ".html", {name}) == name.replace(".html", "-2.html")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a", b"before")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        put(tmp_path / "a", b"after")
    assert (names(tmp_path), (tmp_path / "a").read_bytes()) == (["a"], b"before")


def test_markdown_says_what_the_page_says(report: Report) -> None:
    shown = article_markdown(report)
    for words in (
        "**6 claims: 3 sourced, 1 to unnamed people, 2 without a source;", "| c2 |", "**Denied:** the tower is unsafe",
        "stance (distancing “claimed”) −0.70", "Would raise it: a second source independent of the first → 0.47.",
        "- Likelihood in the words of ICD 203&#8203;".replace("&#8203;", ""), "| Tidewatch | social | D, not usually reliable | 1 | 1 |",
    ):  # fmt: skip
        assert words in shown, words
    assert not re.search(r"[Ll]ikelihood[^\n.]*[Cc]onfidence", shown)


def test_markdown_is_no_mark_up_of_an_article(report: Report) -> None:
    words = "<b>@team</b> [x](javascript:1) | `a` *b* _c_ #12 https://a.example \u202e\n# head"
    shown = escaped(words)
    assert "\n" not in shown and "<b>" not in shown and "U+202E" in shown
    for mark in ("[", "]", "|", "`", "*", "_"):
        assert not re.search(rf"(?<!\\)\{mark}", shown), mark
    assert "@t" not in shown and "#12" not in shown and "https:/" not in shown
    hostile = replace(report, document=replace(report.document, title=words, outlet=words, id=words))
    assert "<b>" not in article_markdown(hostile)


def test_an_overview_names_no_folders(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It was dark.\n")
    (tmp_path / "empty.txt").write_text("")
    run(tmp_path / "a.txt", tmp_path / "empty.txt", "-o", tmp_path / "out")
    page = (tmp_path / "out/index.html").read_text()
    assert "<title>Overview: what 1 article rests on</title>" in page
    assert "empty.txt: " in page and str(tmp_path) not in page


def test_an_entry_counts_named_sources_once_a_claim(report: Report) -> None:
    found = entry(report, "varn.html")
    assert (found.claims, found.of_group(Basis.PARAPHRASE.group), found.title) == (6, 3, "Varn light out")
    named = {mention.name: mention.claims for mention in found.sources}
    assert named["Odile Marrant"] == 2 and "Two port officials" not in named


def test_a_bare_report_has_an_overview(bare_report: Report) -> None:
    page = overview_page([entry(bare_report, "note.html")])
    assert "What 1 article rests on" in page and "1 article, 0 claims." in page


def test_pdf(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "varn.txt").write_text("The lighthouse at Varn Point has been dark since Tuesday.\n")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    status, _, err = run(tmp_path / "varn.txt", "-o", tmp_path / "out", "--format", "pdf")
    assert status == 2
    assert resources.installing("pdf") in err and "apt-get install libpango-1.0-0" in err
    assert not (tmp_path / "out").exists()


def test_pdf_is_written(report: Report) -> None:
    from scoring.report.html.page import article_page
    from scoring.report.html.pdf import check, to_pdf

    try:
        check()
    except UsageError as error:
        pytest.skip(str(error))
    one = replace(report, ratings=report.ratings[1:2])
    written = to_pdf(article_page(one))
    assert written.startswith(b"%PDF") and len(written) > 10_000


MASKED = re.compile(r"sha256-[\w+/=]+|[0-9a-f]{64}|`[0-9a-f]{12}`|sourcegrade [\d.]+|model [\w./-]+")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.mark.parametrize("format", ["html", "md"])
def test_the_sample_is_current(tmp_path: Path, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words are compared as they are, figures with some room, since int8 arithmetic differs between processors."""
    example = ROOT / "data/examples/channel_relay.txt"
    with pytest.raises(SystemExit) as left:
        main(["report", str(example), "--outlet", "rivermail.example", "--format", format, "-o", str(tmp_path)])
    assert not left.value.code
    name = f"channel_relay.txt.{format}"
    now, then = (MASKED.sub("…", (folder / name).read_text(encoding="utf-8")) for folder in (tmp_path, SAMPLE))
    assert NUMBER.sub("#", now) == NUMBER.sub("#", then), "read the difference, then refresh it by `make sample`"
    figures = zip(NUMBER.findall(now), NUMBER.findall(then), strict=True)
    assert [pair for pair in figures if float(pair[0]) != pytest.approx(float(pair[1]), rel=0.05, abs=0.05)] == [], (
        "`make sample`"
    )
