"""What a terminal is shown: nothing of an article, of a file's name or of an error can steer it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WILD = "\x1b]0;owned\x07\x1b[31m\x9b2J\x7f\x08\u202e\u2066\u200f"
TEXT = f"The mayor of Varn{WILD} said the lighthouse{WILD} would stay dark.\n"
COLOURS = re.compile(r"\x1b\[[\d;]*m|\x1b\[\d*[A-K]|\x1b\[\?25[lh]")
"""What the program itself sends: colours, and the moves of a progress bar that clears itself."""
STEERING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(*arguments: object, cwd: Path, stderr_too: bool = True, **environment: str) -> tuple[int, str, str]:
    """Run the command line with a terminal for standard output, and for standard error, too, unless told otherwise.

    Returns
    -------
    tuple
        The exit status, what the terminal got, and standard error where it was a pipe.
    """
    ours, theirs = pty.openpty()
    parts: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(ours, 65536):
                parts.append(part)
        except OSError:  # the other end is closed
            return

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(
        [sys.executable, "-m", "scoring", *map(os.fspath, map(str, arguments))],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs if stderr_too else subprocess.PIPE, cwd=cwd, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "TERM": "xterm", "PYTHONUTF8": "1"} | environment,
    )  # fmt: skip
    os.close(theirs)
    reader.join()
    os.close(ours)
    return done.returncode, b"".join(parts).decode(), (done.stderr or b"").decode()


def steering(text: str) -> list[str]:
    return STEERING.findall(COLOURS.sub("", text))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "a\x1b[35mb\u202e.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command",
    [
        *(("score", "--format", format) for format in ("table", "json", "jsonl", "csv")),
        *(("explain", "--claim", "c1", "--format", format) for format in ("table", "csv")),
    ],
    ids=" ".join,
)
def test_results(article: Path, command: tuple[str, ...]) -> None:
    status, text, _ = shown(*command, article.name, "--model", "rules", cwd=article.parent)
    assert status == 0 and "stay dark" in " ".join(COLOURS.sub("", text).split()), text
    assert steering(text) == []


@pytest.mark.slow
def test_errors_and_names_of_files(article: Path) -> None:
    for arguments in (
        ("score", f"none{WILD}.txt"),
        ("score", article.name, "--model", f"m{WILD}"),
        ("score", article.name, f"--{WILD}"),
        ("score", article.name, "--format", WILD),
        (f"grade{WILD}",),
        ("report", article.name, "--model", "rules", "-o", f"pages{WILD}"),
        ("compare", article.name, article.name, "--model", "rules", "-o", f"pages{WILD}"),
        ("compare", article.name, article.name, "--model", "rules"),
        ("priors", "show", WILD),
        ("priors", "import", f"x{WILD}.csv", "-o", "y.csv"),
    ):
        _, text, _ = shown(*arguments, cwd=article.parent)
        assert text.strip() and steering(text) == [], (arguments, text)


def test_a_file_and_a_pipe_get_the_data(article: Path) -> None:
    command = [sys.executable, "-m", "scoring", "score", article, "--model", "rules", "--format"]
    piped = {
        name: subprocess.run([*command, name], capture_output=True, check=True, cwd=ROOT).stdout.decode()
        for name in ("csv", "json")
    }
    (row,) = csv.DictReader(io.StringIO(piped["csv"], newline=""))
    rated = json.loads(piped["json"])
    assert WILD in row["text"] and row["text"] == rated["claims"][0]["text"] and rated["article"]["text"] == TEXT
    assert STEERING.findall(piped["json"]) == []


@pytest.mark.slow
def test_progress_is_for_a_terminal_and_never_on_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("The mayor of Varn said the lighthouse would stay dark, officials said.\n\n" * 4000)
    command = [sys.executable, "-m", "scoring", "score", path, "--model", "rules", "--format", "json"]
    piped = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    assert piped.stderr == b"" and json.loads(piped.stdout)
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, cwd=ROOT,
        env=os.environ | {"TERM": "xterm", "PYTHONUTF8": "1", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(theirs)
    parts: list[bytes] = []
    reader = threading.Thread(target=lambda: parts.extend(_read(ours)))
    reader.start()
    out, _ = done.communicate(timeout=120)
    reader.join()
    assert json.loads(out)["summary"]["claims"] > 1000
    said = b"".join(parts).decode()
    assert f"rating {path.name}"[:20] in said and "characters" in said and re.search(r"0:00:0\d", said)


def _read(handle: int) -> list[bytes]:
    parts = []
    try:
        while part := os.read(handle, 65536):
            parts.append(part)
    except OSError:
        pass
    os.close(handle)
    return parts


def test_quiet_shows_no_progress(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(TEXT * 50)
    status, text, _ = shown("score", ".", "--model", "rules", "-o", "out", "-q", cwd=tmp_path)
    assert (status, text) == (0, "")


@pytest.mark.slow
def test_calibrate_shows_its_progress_on_a_terminal_only(tmp_path: Path) -> None:
    page = {"outlet": "varn.example", "headline": "The harbour at Varn closed on Tuesday.", "position": "for"}
    rows = [{"claim": f"c{i}", "label": ("true", "false")[i % 2], "pages": [page]} for i in range(16)]
    (tmp_path / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ("calibrate", "--outcomes", "o.jsonl", "--model", "rules", "--force", "-o", "mine.toml")
    status, text, _ = shown(*arguments, cwd=tmp_path)
    assert status == 0 and "rating o.jsonl" in text and "fitting the weights of claims" in text
    status, text, _ = shown(*arguments, "--quiet", cwd=tmp_path)
    assert (status, text) == (0, "")
    status, text, err = shown(*arguments, cwd=tmp_path, stderr_too=False)
    assert (status, text) == (0, "") and err.splitlines()[-1] == "sourcegrade: report: mine.md" and "rating" not in err
