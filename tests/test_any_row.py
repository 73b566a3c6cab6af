"""Whatever stands in a row costs that row alone: it is named and refused, and the others are read and rated."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from scoring import engine as engines
from scoring.archive.readers import read_rows
from scoring.cli.app import main
from scoring.documents import records
from scoring.documents.decoding import iso_date, iso_time
from scoring.documents.files import from_text, read
from scoring.documents.rows import read_rows as read_table
from scoring.engine import Engine, load_engine
from scoring.errors import InputError, ModelError, attempt
from scoring.pipeline import rate_document
from scoring.schema import Document, Report

ARTICLE = "The harbour master said on Monday that two ferries had collided in fog. Nobody was hurt, he added."
POISON = "The pilot of the poisoned row said that nothing could be read."


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def good(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "text": f"{ARTICLE} It was article {name}.", **more}


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(left.value.code or 0), printed.out, printed.err


@pytest.mark.parametrize(
    ("published", "day", "time"),
    [
        ("9999-12-31T23:59:59-01:00", "9999-12-31", "23:59:59"),
        ("0001-01-01 00:00:00+01:00", "0001-01-01", "00:00:00"),
        ("Mon, 26 Jan 2015 10:00:00 +" + "9" * 20, None, None),
        ("Mon, 26 Jan 2015 " + "9" * 20 + ":00:00 +0000", None, None),
        ("2015-01-26T10:00+" + "9" * 20, "2015-01-26", None),
        ("9" * 5000, None, None),
        ("Mon, 26 Jan 2015 10:00:00 +0100", "2015-01-26", None),
    ],
)
def test_no_date_is_too_far_away(published: str, day: str | None, time: str | None) -> None:
    assert (iso_date(published), iso_time(published)) == (day, time)
    document = from_text(ARTICLE, published=published)
    assert (document.published, document.time) == (day, time)
    assert any("is no date" in warning for warning in document.warnings) == (day is None)
    assert all(len(warning) < 200 for warning in document.warnings)


@pytest.mark.parametrize("levels", [100, 450, 900])
def test_a_column_nested_too_deep_is_left_out_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], levels: int
) -> None:
    tree = '{"id": "tree", "text": ' + json.dumps(ARTICLE) + ', "n": 1, "tree": ' + deep(levels) + "}"
    path = lines(tmp_path / "a.jsonl", good("a"), tree, good("b"))
    status, out, err = run(capsys, "score", path, "--model", "rules", "--format", "jsonl")
    rated = [json.loads(line) for line in out.splitlines()]
    assert (status, err, [one["id"] for one in rated]) == (0, "", ["a", "tree", "b"])
    assert rated[1]["extra"] == {"n": 1}
    assert any("column tree is nested" in warning for warning in rated[1]["provenance"]["warnings"])
    assert run(capsys, "score", path, "--model", "rules", "--format", "json")[0] == 0
    assert run(capsys, "report", path, "--model", "rules", "-o", tmp_path / "pages")[0] == 0
    assert run(capsys, "compare", path, "--model", "rules", "--format", "json")[0] == 0


def test_json_too_deep_to_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lines(tmp_path / "a.jsonl", good("a"), '{"text": "x", "tree": ' + deep(200_000) + "}", good("b"))
    status, out, err = run(capsys, "score", path, "--model", "rules", "--format", "jsonl")
    assert (status, len(out.splitlines())) == (1, 2)
    assert err.startswith(f"sourcegrade: {path}:2: found bad JSON (nested too deep); give") and err.count("\n") == 1


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that breaks on one text, as a fault of the program would make it."""
    finders = engines.load_finder

    class Breaking:
        name = "rules"

        def __init__(self) -> None:
            self.inner_finder = finders("rules")

        def __call__(self, document: Document, sentences: Any) -> Any:
            if document.text == POISON:
                raise AssertionError("no\nsuch clause")
            return self.inner_finder(document, sentences)

    monkeypatch.setattr(engines, "load_finder", lambda model: Breaking())
    engines._loaded.cache_clear()
    yield
    engines._loaded.cache_clear()


@pytest.mark.parametrize("command", [("score", "--format", "jsonl"), ("report", "-o", "out"), ("compare",)])
@pytest.mark.usefixtures("poisoned")
def test_an_error_that_nobody_foresaw_costs_its_row_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = lines(tmp_path / "a.jsonl", good("a"), {"text": POISON}, good("b"), {"text": POISON, "id": "mine"})
    status, out, err = run(capsys, command[0], path.name, *command[1:], "--model", "rules")
    assert status == 1 and out
    wanted = "cannot be rated (AssertionError: no such clause); report it"
    refused = [line for line in err.splitlines() if "cannot be rated" in line]
    assert refused == [f"sourcegrade: a.jsonl:2: {wanted}", f"sourcegrade: a.jsonl:4: {wanted}"]
    if command[0] == "score":
        assert [json.loads(line)["id"] for line in out.splitlines()] == ["a", "b"]


@pytest.mark.usefixtures("poisoned")
def test_an_article_that_breaks_the_service_breaks_no_batch() -> None:
    pytest.importorskip("fastapi", reason="needs the extra serve")
    from starlette.testclient import TestClient

    from scoring.serve.app import make_app
    from scoring.serve.limits import shipped

    said: list[str] = []
    app = make_app(load_engine("rules"), shipped(), say=said.append)
    sent = [
        {"text": ARTICLE}, {"text": POISON, "id": "p"}, {"text": ARTICLE, "published": "9999-12-31T23:59:59-01:00"},
    ]  # fmt: skip
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        answer = client.post("/v1/rate/batch", json={"articles": sent})
        results = answer.json()["results"]
    assert answer.status_code == 200
    assert ["error" in one for one in results] == [False, True, False]
    assert results[1]["id"] == "p" and results[1]["error"]["status"] == 500
    assert results[2]["article"]["published"] == "9999-12-31"
    assert any(line.startswith("error: AssertionError at ") for line in said)
    assert not any("clause" in line for line in said), "a log holds no words of an article"


def test_where_an_error_arose_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise KeyError("no\nsuch key")

    with caplog.at_level("DEBUG", logger="scoring"):
        error = attempt(broken, "a.jsonl:3", "rated")
    assert str(error) == "a.jsonl:3: cannot be rated (KeyError: 'no\\nsuch key'); report it"
    assert "a.jsonl:3: KeyError at errors.py:" in caplog.text and "> test_any_row.py:" in caplog.text
    assert "in broken" in caplog.text


def test_what_the_user_can_mend_elsewhere_still_ends_the_run() -> None:
    def no_model() -> Document:
        raise ModelError("encoder.onnx is damaged")

    with pytest.raises(ModelError):
        attempt(no_model, "a.jsonl:1", "rated")
    with pytest.raises(KeyboardInterrupt):
        attempt(lambda: (_ for _ in ()).throw(KeyboardInterrupt), "a.jsonl:1", "rated")


def test_a_value_that_fits_nowhere_costs_its_row_of_a_parquet_file(tmp_path: Path) -> None:
    days = pyarrow.array([0, 2**60, 1], pyarrow.int64()).cast(pyarrow.timestamp("ms"))
    table = pyarrow.table({"text": [ARTICLE] * 3, "id": ["a", "b", "c"], "published": days})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    one, two, three = read(str(tmp_path / "a.parquet"))
    assert isinstance(one, Document) and one.published == "1970-01-01"
    assert isinstance(two, InputError) and str(two).startswith(f"{tmp_path}/a.parquet:2: holds a value out of range")
    assert isinstance(three, Document) and three.id == "c"


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(records, "MOST", 10_000)
    return 10_000


def test_a_header_without_end_is_a_reject(tmp_path: Path, bounded: int) -> None:
    quoted = tmp_path / "b.csv"
    (tmp_path / "a.csv").write_text("a" * 3 * bounded + ",text\n1,one\n")
    quoted.write_text('"' + "a\n" * 3 * bounded + '",text\n1,one\n')
    for path in (tmp_path / "a.csv", quoted):
        (only,) = read_rows(str(path))
        assert only.row is None and only.fault is not None
        assert "header" in only.fault and "10,000" in only.fault, only.fault


def test_a_bomb_is_read_in_bounded_memory(tmp_path: Path, bounded: int) -> None:
    bombs = {"a": "a" * 20_000_000 + ",text\n1,x\n", "b": "text\n" + "a," * 10_000_000, "c": 'text\n"' + "a\n" * 10**7}
    for name, content in bombs.items():
        path = tmp_path / f"{name}.csv.gz"
        path.write_bytes(gzip.compress(content.encode(), 1))
    for name in bombs:
        tracemalloc.start()
        found = list(read_rows(str(tmp_path / f"{name}.csv.gz")))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [raw.data for raw in found] == [None]
        assert peak < 2_000_000, name


def test_a_row_of_csv_that_is_too_long_is_passed_over(tmp_path: Path, bounded: int) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,one\n2," + "x" * 3 * bounded + "\n3,three\n")
    one, two, three = read_rows(str(tmp_path / "a.csv"))
    assert one.data == {"id": "1", "text": "one"} and three.data == {"id": "3", "text": "three"}
    assert two.row == 2 and two.fault == "is longer than 10,000 characters; give one article"


def test_batch_ends_on_a_header_without_end_and_on_resume_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("a" * (records.MOST + 10) + ",text\n1,one\n")
    lines(folder / "b.jsonl", good("b"))
    options = (folder, "-o", tmp_path / "out", "--model", "rules", "--workers", 1)
    status, _, err = run(capsys, "batch", *options)
    assert status == 1 and "1 articles" in err and "1 rejects" in err
    assert run(capsys, "batch", *options, "--resume")[0] == 1


def test_a_file_of_empty_lines_is_a_reject(tmp_path: Path) -> None:
    for name, content in (("a.jsonl", "\n \r\n"), ("b.jsonl", "\r"), ("a.csv", "\n\n"), ("b.csv", "text\n\n")):
        (tmp_path / name).write_bytes(content.encode())
        (only,) = read_rows(str(tmp_path / name))
        assert only.fault and ("holds no rows" in only.fault or "no column" in only.fault)


@pytest.mark.parametrize("command", ["score", "explain", "compare", "report", "batch"])
def test_an_empty_name_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(ARTICLE)
    options = ("-o", "out") if command in ("report", "batch") else ()
    status, out, err = run(capsys, command, "", *options, "--model", "rules")
    assert (status, out) == (2, "")
    assert err == "sourcegrade: the name of an article is empty; give a file, a folder, or - for standard input\n"
    (error,) = read("")
    assert isinstance(error, InputError) and "name of an article is empty" in str(error)


def test_rows_of_tables_survive_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"outlet,claim\na.example,one\nb.example,Caf\xe9\nc.example,d,e\nf.example,"
        + b"x" * 200_000
        + b"\ng.example,\0\n"
    )
    rows = read_table(path)
    assert [bool(row.fault) for row in rows] == [False, True, True, False, False]
    assert rows[1].fault == "is not UTF-8 (byte 0xe9); save it in UTF-8"
    assert len(rows[3].cells["claim"]) == 200_000
    path = tmp_path / "c.csv"
    path.write_bytes("outlet,claim\na.example,one\n".encode("utf-16"))
    with pytest.raises(InputError, match="the header is not UTF-8"):
        read_table(path)
    path = tmp_path / "b.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": "\xff"}\n' + deep(100_000).encode() + b"\n{\n" + b"9" * 5000 + b'\n{"a": "z"}\n')
    rows = read_table(path)
    assert [bool(row.fault) for row in rows] == [False, True, True, True, True, False]
    assert rows[5].where == f"{path}:6" and rows[5].cells == {"a": "z"}
    assert all(len(row.fault or "") < 200 for row in rows)


def odd_values() -> Iterator[Any]:
    yield from (None, True, -1, 10**400, 1e308, [], {}, [[[[]]]], {"start": 1e308}, "\0", "x" * 10_000, deep(90))
    yield from ({"start": -1, "end": 10**30}, [[1, 2, 3]], [{"spans": [{"start": 0, "end": 1}]}], float(10**300))


@pytest.mark.train
def test_labelled_rows_survive_each_other(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.labels.formats.catalogue import Fault
    from training.labels.reading import items_of

    keys = ("claims", "entities", "label", "attributions", "relations", "meta", "id", "complete", "outlet", "article")
    for format in ("jsonl", "doccano", "polnear"):
        rows: list[object] = [{"text": ARTICLE, "claims": [], "entities": [], "attributions": []}]
        rows += [{"text": ARTICLE, "claims": [], key: value} for key in keys for value in odd_values()]
        rows += [
            '{"text": "x", "claims": ' + deep(900) + "}",
            '{"text": "x", "claims": [' + '{"a":' * 900 + "1" + "}" * 900,
        ]
        rows += ['{"text": "' + ARTICLE + '", "claims": [], "complete": ' + deep(900) + "}"]
        rows.append({"text": ARTICLE, "claims": [], "entities": [], "attributions": [], "id": "last"})
        path = lines(tmp_path / f"{format}.jsonl", *rows)
        items = list(items_of(path, format))
        named = {item.where.removesuffix(" ") for item in items}
        assert {f"{path}:{n}" for n in range(1, len(rows) + 1)} <= named, format
        assert not isinstance(items[-1], Fault) and items[-1].id == "last"


@pytest.mark.train
def test_rows_of_labelled_tables_survive_each_other(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.labels.formats.catalogue import Fault
    from training.labels.reading import items_of

    path = tmp_path / "a.csv"
    sentence = b"The board said so.,paraphrase\n"
    path.write_bytes(
        b"sentence,label\n" + sentence + b"Caf\xe9 owners said so.,paraphrase\n" + sentence
        + b"x " * 100_000 + b",assertion\n" + b'"A\nCaf\xe9\nB",assertion\n' + b"\n" + sentence
    )  # fmt: skip
    items = list(items_of(path, "csv"))
    assert [item.where for item in items] == [f"{path}:{n}" for n in range(1, 7)]
    assert [isinstance(item, Fault) for item in items] == [False, True, False, False, True, False]
    assert "not UTF-8" in str(items[1]) and "not UTF-8" in str(items[4])


@pytest.mark.train
def test_a_label_that_breaks_a_reader_costs_its_row_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets", reason="needs the extra train")
    from training.labels.formats import own
    from training.labels.formats.catalogue import Fault
    from training.labels.reading import items_of

    real = own.complete_of

    def broken(row: Any) -> Any:
        if row["id"] == "b":
            raise ZeroDivisionError("no such thing")
        return real(row)

    monkeypatch.setattr(own, "complete_of", broken)
    rows = [{"id": name, "text": ARTICLE, "claims": []} for name in "abc"]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    for path in (lines(tmp_path / "a.jsonl", *rows), tmp_path / "a.json"):
        one, two, three = items_of(path, "jsonl")
        assert isinstance(two, Fault) and two.where == f"{path}:2"
        assert two.message == "cannot be read (ZeroDivisionError: no such thing); report it"
        assert not isinstance(one, Fault) and not isinstance(three, Fault)


@pytest.mark.train
def test_outcomes_survive_each_other(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra train")
    from training.evidence.samples import read_outcomes

    claims = [{"spans": [{"start": 0, "end": 50}], "strength": 3}]
    path = lines(
        tmp_path / "a.jsonl",
        {"text": ARTICLE, "rating_0_5": 4},
        '{"text": "x", "rating_0_5": ' + "9" * 5000 + "}",
        '{"text": "x", "claims": ' + deep(900) + "}",
        {"text": ARTICLE, "claims": [{"spans": [{"start": 0, "end": 10**400}], "strength": 3}]},
        '{"text": "' + ARTICLE + '", "claims": [{"spans": [{"start": 0, "end": 1e999}], "strength": 3}]}',
        {"text": "\ufeff", "claims": claims},
        {"text": ARTICLE, "rating_0_5": 3},
    )
    path.write_bytes(path.read_bytes() + b'{"text": "Caf\xe9", "rating_0_5": 2}\n')
    found = read_outcomes(path, load_engine("rules"), skip_bad=True)
    assert len(found.stories) == 2
    assert [message.split(": ")[0] for message in found.bad] == [f"{path}:{n}" for n in (2, 4, 5, 6, 8)]


def test_reports_are_those_of_the_engine() -> None:
    engine: Engine = load_engine("rules")
    rated = attempt(lambda: rate_document(from_text(ARTICLE), engine), "a", "rated")
    assert isinstance(rated, Report) and rated == rate_document(from_text(ARTICLE), engine)
