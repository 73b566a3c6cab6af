"""What is written: whole or not at all, never over an input, and the same rows for every reader."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.errors import OutputError, UsageError
from scoring.writing.controls import escaped, harmless
from scoring.writing.files import dumps, put, spare, straight, whole_text
from scoring.writing.spreadsheets import Rows, unguarded

ROOT = Path(__file__).parents[2]
ARTICLE = "The mayor of Varn said the lighthouse would stay dark. It went dark on Tuesday.\n\n"
ROOM = 12_288
"""Bytes that a file may have where the disk is made small."""


def sourcegrade(*arguments: object, room: int | None = None, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, no file of which may grow beyond ``room`` bytes."""

    def small() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.run(
        [sys.executable, "-m", "scoring", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120, cwd=cwd, preexec_fn=small,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.txt"
    path.write_text(ARTICLE * 160, encoding="utf-8")
    return path


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "table"])
def test_a_full_disk_is_an_error_and_the_old_file_stays(long: Path, format: str) -> None:
    target = long.parent / "out"
    target.write_text("before")
    ran = sourcegrade(
        "score", long, "--model", "rules", "--format", format, "--output", target, room=ROOM, cwd=long.parent
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith(f"sourcegrade: --output {target}: cannot be written (")
    assert target.read_text() == "before"
    assert sorted(path.name for path in long.parent.iterdir()) == ["long.txt", "out"]


@pytest.mark.parametrize(
    "command",
    [
        ("report", "long.txt", "--model", "rules", "-o", "out"),
        ("compare", "long.txt", "other.txt", "--model", "rules", "-o", "out"),
        ("explain", "long.txt", "--model", "rules", "--format", "json", "-o", "out/x.json"),
        ("priors", "import", "rsp.csv", "-o", "out/own.csv"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_that_writes_says_so_on_a_full_disk(long: Path, command: tuple[str, ...]) -> None:
    folder = long.parent
    (folder / "out").mkdir()
    (folder / "other.txt").write_text(ARTICLE * 161, encoding="utf-8")
    rows = "".join(f"outlet-{number}.example,gr\n" for number in range(500))
    (folder / "rsp.csv").write_text(f"domain,status\n{rows}")
    ran = sourcegrade(*command, room=ROOM, cwd=folder)
    assert ran.returncode == 2, ran.stderr
    assert "cannot be written (File too large)" in ran.stderr.splitlines()[-1]
    assert list((folder / "out").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_who_is_asked_to_end_leaves_nothing_half_written(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "articles").mkdir()
    for name in range(400):
        (tmp_path / "articles" / f"{name}.txt").write_text(ARTICLE * 5)
    (tmp_path / "out.jsonl").write_text("before")
    running = subprocess.Popen(
        [sys.executable, "-m", "scoring", "score", "articles", "--model", "rules", "--format", "jsonl", "-o", "out.jsonl"],
        cwd=tmp_path, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    while not list(tmp_path.glob(".*.part")):
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(number)
    assert running.wait(timeout=60) == 128 + number
    assert (tmp_path / "out.jsonl").read_text() == "before" and not list(tmp_path.glob(".*"))


def test_a_ledger_on_a_full_disk_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("outlet,claim,outcome,when\nvarn.example,It was dark.,confirmed,2026-01-01\n")
    rows = "".join(f"varn.example,Claim number {number}.,refuted,2026-01-02\n" for number in range(2000))
    (tmp_path / "more.csv").write_text(f"outlet,claim,outcome,when\n{rows}")
    assert sourcegrade("priors", "update", "o.csv", "--ledger", "l.db", cwd=tmp_path).returncode == 0
    ran = sourcegrade("priors", "update", "more.csv", "--ledger", "l.db", room=40_000, cwd=tmp_path)
    assert ran.returncode == 2 and ran.stdout == "" and ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("sourcegrade: l.db: cannot be used as a ledger (")
    listed = sourcegrade("priors", "log", "--ledger", "l.db", "--format", "json", cwd=tmp_path)
    assert [row["claim"] for row in json.loads(listed.stdout)] == ["It was dark."]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_device_and_a_full_standard_output_are_errors(long: Path) -> None:
    ran = sourcegrade("score", long, "--model", "rules", "--format", "json", "-o", "/dev/full", cwd=long.parent)
    assert ran.returncode == 2 and "--output /dev/full: cannot be written (No space left on device)" in ran.stderr
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scoring", "score", long, "--model", "rules", "--format", "json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "sourcegrade: standard output: No space left on device\n")


def test_the_disk_has_the_bytes_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_size), fsync(handle))[1])
    put(tmp_path / "a", "words\n" * 1000)
    assert synced == [6000]


def test_a_file_system_that_cannot_sync_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuse)
    put(tmp_path / "a", "words")
    assert (tmp_path / "a").read_text() == "words"


def test_a_link_stays_and_what_it_points_to_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("before")
    (tmp_path / "a").chmod(0o600)
    (tmp_path / "link").symlink_to("a")
    put(tmp_path / "link", b"after")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "a").read_text() == "after"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_text(tmp_path / "a") as stream:
        stream.write("half" * 100_000)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_one_that_may_not_be_written_to_are_one_error(tmp_path: Path) -> None:
    for write in (whole_text, straight):
        with pytest.raises(OutputError, match="--output x: cannot be written"), write(tmp_path / "no/a", "--output x"):
            pass


def test_inputs_are_known_by_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").write_text("mine")
    Path("symlink").symlink_to("a")
    Path("hardlink").hardlink_to("a")
    Path("folder").mkdir()
    Path("folder/b").write_text("mine")
    for written in ("a", "symlink", "hardlink", "folder/../a", tmp_path / "a"):
        with pytest.raises(UsageError, match="is one of the inputs; give another file"):
            spare([Path("a")], Path(written))
    with pytest.raises(UsageError, match="holds the input folder/b"):
        spare([Path("folder/b")], Path("folder"), folders=True)
    spare([Path("folder/b"), Path("missing")], Path("folder"), Path("a"), Path("new"))


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_line: Run) -> Run:
    """Run the command line in a folder of its own with the rules; give status, standard output and error."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(ARTICLE)
    Path("b.md").write_text(ARTICLE * 2)
    Path("c.csv").write_text("domain,name,mean,weight,reliability,reference\nvarn.example,Varn,0.5,4,C,made up\n")
    shipped = (ROOT / "configs/score.toml").read_text(encoding="utf-8")
    Path("s.toml").write_text(shipped, encoding="utf-8")
    Path("o.csv").write_text("outlet,claim,outcome,when\nvarn.example,It was dark.,confirmed,2026-01-01\n")
    Path("rsp.csv").write_text("domain,status\nvarn.example,gr\n")

    assert command_line("priors", "update", "o.csv", "--ledger", "l.db")[0] == 0
    return command_line


RATING = ("--model", "rules", "--priors", "c.csv", "--config", "s.toml", "--ledger", "l.db")


@pytest.mark.parametrize(
    "command",
    [
        *(("score", "a.txt", *RATING, "-o", name) for name in ("a.txt", "c.csv", "s.toml", "l.db", "./link", "hard")),
        ("score", ".", *RATING, "--format", "json", "-o", "b.md"),
        ("explain", "a.txt", *RATING, "-o", "s.toml"),
        ("compare", "dossier.html", "b.md", *RATING, "-o", "."),
        ("report", "index.md", "a.txt", *RATING, "--format", "md", "-o", "."),
        ("priors", "import", "rsp.csv", "-o", "rsp.csv", "--force"),
        ("priors", "import", "rsp.csv", "--rule", "p.toml", "-o", "p.toml", "--force"),
        ("priors", "update", "o.csv", "--ledger", "o.csv"),
        ("score", "a.txt", "--model", "m", "-o", "m/config.json"),
        ("evaluate", "--data", "e.jsonl", "--model", "rules", "-o", "e.jsonl"),
        ("evaluate", "--data", "d/evaluation.json", "--model", "rules", "-o", "d"),
        ("data", "convert", "e.jsonl", "hard-e", "--to", "jsonl", "--force"),
        ("data", "convert", "brat/e.jsonl", "brat", "--force"),
        ("label", "suggest", "texts/a.txt", "--to", "brat", "-o", "texts", "--model", "rules", "--force"),
        ("calibrate", "--outcomes", "e.jsonl", "--output", "e.jsonl", "--force"),
        ("calibrate", "--outcomes", "e.jsonl", "--config", "s.toml", "--output", "s.toml", "--force"),
        ("calibrate", "--outcomes", "e.jsonl", "--priors", "c.csv", "--output", "c.csv", "--force"),
        ("calibrate", "--outcomes", "e.md", "--output", "e.toml", "--force"),
        ("train", "--data", "d", "--from", "m", "-o", "m"),
        ("train", "--data", "d", "--from", "m", "-o", "d"),
    ],
    ids=" ".join,
)
def test_no_command_writes_over_what_it_reads(run: Run, command: tuple[str, ...]) -> None:
    Path("link").symlink_to("s.toml")
    Path("hard").hardlink_to("c.csv")
    Path("dossier.html").write_text("<p>The mayor said the bridge was open.</p>")
    Path("index.md").write_text(ARTICLE)
    Path("p.toml").write_bytes((ROOT / "configs/priors.toml").read_bytes())
    Path("m").mkdir()
    Path("m/config.json").write_text("{}")
    row = {
        "id": "e",
        "text": ARTICLE,
        "claims": [{"id": "c1", "spans": [{"start": 0, "end": 20}], "basis": "paraphrase"}],
    }
    for name in ("e.jsonl", "e.md", "d/evaluation.json", "brat/e.jsonl", "d/labelled/train.jsonl"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(json.dumps(row) + "\n")
    Path("d/corpora/polnear").mkdir(parents=True)
    Path("d/corpora/polnear/train.jsonl").write_text("")
    Path("hard-e").hardlink_to("e.jsonl")
    Path("texts").mkdir()
    Path("texts/a.txt").write_text(ARTICLE)
    before = {path: path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}
    status, _, err = run(*command)
    assert status == 2 and err.count("\n") == 1, err
    assert "one of the inputs" in err or "holds the input" in err, err
    assert before == {path: path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


def test_standard_input_is_an_input_too(long: Path) -> None:
    with long.open() as given:
        done = subprocess.run(
            [sys.executable, "-m", "scoring", "score", "-", "--model", "rules", "-o", str(long)],
            stdin=given, capture_output=True, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert done.returncode == 2 and "is one of the inputs" in done.stderr
    assert long.read_text() == ARTICLE * 160


CELLS = ("a\r=1+1", "a\nb", "a,b", 'say "so"', "=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "plain", "", "'x")


def test_csv_gives_the_same_rows_to_every_reader() -> None:
    stream = io.StringIO()
    Rows(stream).extend([cell, "end"] for cell in CELLS)
    text = stream.getvalue()
    assert [unguarded(row[0]) for row in csv.reader(io.StringIO(text, newline=""), strict=True)] == list(CELLS)
    import pandas as pd

    table = pd.read_csv(io.StringIO(text), header=None, keep_default_na=False)
    assert [unguarded(cell) for cell in table[0]] == list(CELLS)
    outside = "".join(text.split('"')[::2])  # every line end that stands outside quotes is the end of a row
    assert "\r" not in outside and outside.count("\n") == len(CELLS)


def test_no_cell_of_csv_is_a_formula() -> None:
    stream = io.StringIO()
    Rows(stream).extend([cell] for cell in CELLS)
    cells = [row[0] if row else "" for row in csv.reader(io.StringIO(stream.getvalue(), newline=""))]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))] == []


def test_a_name_that_looks_like_a_formula_comes_back_from_a_file_of_priors(tmp_path: Path) -> None:
    from scoring.cli.priors import _write_outlets
    from scoring.priors.tables import load_priors

    row = {"domain": "varn.example", "name": "+972 Varn", "mean": "0.5", "weight": "4", "reliability": "C"}
    _write_outlets(tmp_path / "own.csv", [row | {"reference": "=made up"}])
    known = load_priors(tmp_path / "own.csv").outlet("varn.example")
    assert (known.name, known.reference) == ("+972 Varn", "=made up")


def test_json_holds_no_control_character_and_the_same_values() -> None:
    wild = "".join(chr(code) for code in (*range(0xA0), 0x61C, 0x200E, *range(0x2028, 0x2030), 0x2066, 0x2069, 0xE0041))
    written = dumps({"text": wild, "more": ["é", "漢", "\u200d"]}, indent=2)
    assert json.loads(written) == {"text": wild, "more": ["é", "漢", "\u200d"]}
    assert harmless(written) == written and "é" in written and "漢" in written
    assert "\\u202e" in written and "\\u009b" in written and "\\u007f" in written and "\\udb40\\udc41" in written
    assert escaped("[]") == "[]"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_standard_output_that_takes_a_part_is_an_error(long: Path, tmp_path: Path, unbuffered: str) -> None:
    resource = pytest.importorskip("resource")
    with (tmp_path / "out.json").open("w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "scoring", "score", long, "--model", "rules", "--format", "json"],
            stdout=out, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000)),
        )  # fmt: skip
    assert (tmp_path / "out.json").stat().st_size == 70_000, "the article is too short for this test"
    assert (done.returncode, done.stderr) == (2, "sourcegrade: standard output: File too large\n")
