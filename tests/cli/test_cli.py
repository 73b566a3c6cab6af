"""The command line: exit status, one-line messages, and where results go."""

from __future__ import annotations

import csv
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from scoring import resources
from scoring.errors import ModelError
from scoring.schema import Document, Report

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch, report: Report) -> ModuleType:
    """A pipeline that gives every article the fixture's rating."""

    def rate_document(document: Document, engine: object) -> Report:
        known = replace(report.document, id=document.id, outlet=document.outlet, extra=document.extra)
        return replace(report, document=known)

    def load_engine(model: str | None, *more: object) -> object:
        if model == "empty":
            raise ModelError("empty: has no model.onnx; give a model folder or 'rules'")
        return SimpleNamespace(score=SimpleNamespace(start=0.1))

    fake = ModuleType("scoring.pipeline")
    fake.rate_document, fake.load_engine = rate_document, load_engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "scoring.pipeline", fake)
    monkeypatch.setitem(sys.modules, "scoring.engine", fake)
    return fake


@pytest.fixture
def run(pipeline: ModuleType, command_line: Run) -> Run:
    """Run the command line; give its status, standard output and standard error."""
    return command_line


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "varn.txt"
    path.write_text("The lighthouse at Varn Point has been dark since Tuesday.\n", encoding="utf-8")
    return path


def test_table_is_the_default_and_warnings_go_to_stderr(run: Run, article: Path) -> None:
    status, out, err = run("score", article)
    assert status == 0
    assert "6 claims: 3 sourced" in out
    assert (
        err == f"sourcegrade: {json.loads(run('score', article, '--format', 'json')[1])['id']}: left out: heading (1)\n"
    )


def test_json_of_one_and_of_several(run: Run, article: Path) -> None:
    status, out, err = run("score", article, "--format", "json", "--outlet", "varncourier.example")
    assert (status, err) == (0, "")
    assert json.loads(out)["article"]["outlet"] == "varncourier.example"
    assert len(json.loads(run("score", article, article, "--format", "json")[1])) == 2


def test_no_text(run: Run, article: Path) -> None:
    assert "text" in json.loads(run("score", article, "--format", "jsonl")[1])["article"]
    assert "text" not in json.loads(run("score", article, "--format", "jsonl", "--no-text")[1])["article"]


def test_rows_keep_their_columns(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "It was dark.", "id": "a", "desk": "coast"}\n{"text": "It was lit.", "id": "b"}\n')
    status, out, _ = run("score", rows, "--format", "jsonl")
    first, second = map(json.loads, out.splitlines())
    assert status == 0
    assert (first["id"], first["extra"]) == ("a", {"desk": "coast"})
    assert "extra" not in second


def test_a_folder_is_read_by_name(run: Run, tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "notes.pdf"):
        (tmp_path / name).write_text("The lighthouse has been dark since Tuesday.\n")
    status, out, _ = run("score", tmp_path, "--format", "jsonl")
    assert status == 0
    assert [Path(json.loads(line)["id"]).name[0] for line in out.splitlines()] == ["a", "b"]


def test_what_fails_is_named_and_the_others_are_rated(run: Run, article: Path, tmp_path: Path) -> None:
    empty, nothing = tmp_path / "empty.txt", tmp_path / "nothing"
    empty.write_text("")
    nothing.mkdir()
    status, out, err = run("score", tmp_path / "none.txt", empty, nothing, article, "--format", "jsonl")
    assert status == 1
    assert len(out.splitlines()) == 1
    lines = err.splitlines()
    assert len(lines) == 3
    assert [name in line for name, line in zip(("none.txt", "empty.txt", "nothing"), lines, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--format", "xml"), "--format: 'xml' is not known; give one of table, json, jsonl, csv"),
        (("--model", "empty"), "empty: has no model.onnx; give a model folder or 'rules'"),
        (("--output", "{tmp}/no/such/out.json"), "No such file or directory"),
        (("--output", "{tmp}"), "is a folder; give a file"),
        (("--output", "{tmp}/varn.txt"), "is one of the inputs; give another file"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, article: Path, tmp_path: Path, options: tuple[str, str], says: str
) -> None:
    before = sorted(tmp_path.iterdir())
    status, out, err = run("score", article, *(option.format(tmp=tmp_path) for option in options))
    assert (status, out) == (2, "")
    assert err.startswith("sourcegrade: ")
    assert err.count("\n") == 1
    assert says in err
    assert sorted(tmp_path.iterdir()) == before


def test_unknown_option_and_missing_argument_are_wrong_usage(run: Run) -> None:
    assert run("score", "--colour")[0] == 2
    assert run("score")[0] == 2
    assert run("grade")[0] == 2


def test_output_is_checked_before_anything_is_rated(run: Run, pipeline: ModuleType, article: Path) -> None:
    pipeline.load_engine = lambda *_: pytest.fail("the model was loaded")  # type: ignore[attr-defined]
    assert run("score", article, "--output", article.parent / "no" / "out.csv")[0] == 2


def test_output_file(run: Run, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    target.chmod(0o640)
    status, out, _ = run("score", article, "--format", "csv", "--output", target)
    assert (status, out) == (0, "")
    with target.open(newline="", encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 6
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "varn.txt"]


def test_interrupted_output_leaves_what_was_there(
    run: Run, pipeline: ModuleType, article: Path, tmp_path: Path
) -> None:
    target, rate, rated = tmp_path / "out.jsonl", pipeline.rate_document, []

    def second_is_interrupted(document: Document, engine: object) -> Report:
        if rated:
            raise KeyboardInterrupt
        rated.append(document.id)
        return rate(document, engine)  # type: ignore[no-any-return]

    pipeline.rate_document = second_is_interrupted  # type: ignore[attr-defined]
    target.write_text("before")
    assert run("score", article, article, "--format", "jsonl", "--output", target)[0] == 130
    assert rated
    assert target.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "varn.txt"]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null")
def test_a_device_is_written_to_and_stays(run: Run, article: Path) -> None:
    assert run("score", article, "--output", "/dev/null")[0] == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116


def test_explain(run: Run, article: Path) -> None:
    status, out, _ = run("explain", article, "--claim", "c2")
    assert status == 0
    assert "▸the keeper had sold the lamp◂" in " ".join(out.split())
    assert "calibration" not in out
    only = json.loads(run("explain", article, "--claim", "c2", "--format", "json")[1])
    assert [claim["id"] for claim in only["claims"]] == ["c2"]


def test_explain_the_article(run: Run, article: Path) -> None:
    status, out, _ = run("explain", article)
    assert status == 0 and "Sourcing score: 0." in out
    assert json.loads(run("explain", article, "--format", "json")[1])["claims"] == []


def test_explain_wrongly_asked(run: Run, article: Path, tmp_path: Path) -> None:
    status, _, err = run("explain", article, "--claim", "c9")
    assert status == 2
    assert err.splitlines()[-1].endswith("has no claim 'c9'; its claims are c1, c2, c3, c4, c5, c6")
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "It was dark."}\n{"text": "It was lit."}\n')
    status, _, err = run("explain", rows, "--claim", "c1")
    assert (status, "more than one article" in err) == (2, True)
    assert run("explain", tmp_path / "none.txt", "--claim", "c1")[0] == 1


def test_schema_and_version(run: Run) -> None:
    status, out, _ = run("schema")
    assert status == 0
    assert json.loads(out) == json.loads(resources.template("rating.schema.json").read_text(encoding="utf-8"))
    assert run("--version")[1].startswith("sourcegrade 0.")


def test_help_names_all_options(run: Run) -> None:
    shared = ("--outlet", "--format", "--output", "--no-text", "--model", "--priors", "--config", "--help")
    for command, options in (("score", shared), ("explain", (*shared, "--claim"))):
        status, out, _ = run(command, "--help")
        assert status == 0
        assert [option for option in options if option not in out] == []
    assert all(command in run("--help")[1] for command in ("score", "explain", "schema", "--version"))


def test_messages_are_one_harmless_line(run: Run, tmp_path: Path) -> None:
    status, _, err = run("score", tmp_path / "a\n\x1b[31mb.txt")
    assert status == 1
    assert err.count("\n") == 1
    assert "\x1b" not in err


def python(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env=os.environ | environment,
        cwd=ROOT,
        check=False,
        timeout=60,
    )


def test_help_is_fast_because_it_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom scoring.cli.app import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy', 'pandas', 'onnxruntime', 'torch', 'trafilatura', 'lxml') if m in sys.modules])"
    )
    assert python(code).stdout.decode().splitlines()[-1] == "[]"


FAKED = """
import sys
sys.path.insert(0, "tests")
from types import ModuleType, SimpleNamespace
import conftest
from scoring.schema import Document, Prior, Provenance, Report, Summary
fake = ModuleType("scoring.pipeline")
fake.load_engine = lambda *_: SimpleNamespace(score=SimpleNamespace(start=0.1))
fake.rate_document = lambda document, _: Report(
    Document("x", conftest.TEXT), conftest.sentences_of(conftest.TEXT), Prior(0.5, 2.0, "F", "", known=False), conftest._ratings(),
    Summary(6, 3, 1, 2, 0.5, 4, 0.5), Provenance("0", "rules", None, "a" * 64, "b" * 64, ("\u201codd\u201d",)))
sys.modules["scoring.pipeline"] = sys.modules["scoring.engine"] = fake
from scoring.cli.app import main
"""


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_a_terminal_without_utf8(article: Path, format: str) -> None:
    ran = python(f"{FAKED}main(['score', {str(article)!r}, '--format', {format!r}])", PYTHONIOENCODING="ascii")
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
    assert b"the keeper had sold the lamp" in ran.stdout
    assert ran.stdout.isascii() == (format == "table")


def test_a_closed_pipe_is_quiet(article: Path) -> None:
    code = (
        f"{FAKED}import os\nread, write = os.pipe()\nos.dup2(write, 1)\nos.close(read)\n"
        f"main(['score', *[{str(article)!r}] * 50, '--format', 'jsonl'])"
    )
    ran = python(code)
    assert ran.stderr == b""
    assert ran.returncode != 0
