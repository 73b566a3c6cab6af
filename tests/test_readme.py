"""README's printed blocks are what the commands print, and its commands exist.

``python tests/test_readme.py`` (``make readme``) writes the blocks anew; read the difference before you commit it.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from scoring.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
DEMO = re.compile(r"(`make demo` reads .*? and prints:\n\n```text\n)(.*?)(```)", re.DOTALL)
PRINTED = re.compile(r"(`sourcegrade ([^`]+)`:\n\n```text\n)(.*?)(```)", re.DOTALL)
COMMANDS = re.findall(r"^(?:\$ |.*\| )sourcegrade (.+?)(?:\s+#.*)?$", TEXT, re.MULTILINE)


def printed(arguments: str) -> str:
    """What the command prints, on 80 columns; blanks that fill its lines are left out, as in README."""
    run = subprocess.run(
        [sys.executable, "-m", "scoring", *shlex.split(arguments)], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=True, env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in run.stdout.strip("\n").split("\n")) + "\n"


def demo() -> str:
    (line,) = re.findall(r"^\t\$\(BIN\)/sourcegrade (score .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return str(line)


def written_anew(text: str) -> str:
    text = DEMO.sub(lambda m: m[1] + printed(demo()) + m[3], text)
    return PRINTED.sub(lambda m: m[1] + printed(m[2]) + m[4], text)


def test_printed_blocks_are_what_is_printed() -> None:
    assert len(DEMO.findall(TEXT)) == 1 and len(PRINTED.findall(TEXT)) >= 1
    assert written_anew(TEXT) == TEXT, "run `make readme` after a change that is meant to move what is printed"


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_and_options_exist(line: str) -> None:
    command: object = typer.main.get_command(app)
    words = shlex.split(line)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}  # type: ignore[attr-defined]
    assert {word for word in words if word.startswith("-") and word != "-"} <= known


def test_commands_are_read_from_the_text() -> None:
    assert len(COMMANDS) > 25


if __name__ == "__main__":
    README.write_text(written_anew(TEXT), encoding="utf-8")
