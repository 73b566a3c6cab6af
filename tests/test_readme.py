"""What README and the pages under ``docs`` show as printed is what is printed; their commands and links exist.

``python tests/test_readme.py`` (``make readme``) writes the blocks anew; read the difference before you commit it.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer

from scoring.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
DEMO = re.compile(r"(`make demo` reads .*? and prints:\n\n```text\n)(.*?)(```)", re.DOTALL)
PRINTED = re.compile(r"(`sourcegrade ([^`]+)`:\n\n```text\n)(.*?)(```)", re.DOTALL)
PYTHON = re.compile(r"(```python\n([^`]*?)```\n\nprints\n\n```text\n)(.*?)(```)", re.DOTALL)
LINES = re.compile(r"^(?:\$ |.*\| )sourcegrade (.+?)(?:\s+#.*)?$", re.MULTILINE)
WITHIN_A_SENTENCE = re.compile(r"`sourcegrade ([a-z][^`\n…]*?)`")
LINKS = re.compile(r"\]\((?:https://github\.com/sourcegrade/sourcegrade/(?:blob|tree)/main/)?([^)#:]+?)(?:#[^)]*)?\)")


def commands() -> list[str]:
    texts = [text for page, text in TEXTS.items() if page.name != "commands.md"]
    return sorted({line for text in texts for kind in (LINES, WITHIN_A_SENTENCE) for line in kind.findall(text)})


@cache
def printed(arguments: str) -> str:
    """What the command prints, on 80 columns; blanks that fill its lines are left out, as in the pages."""
    run = subprocess.run(
        [sys.executable, "-m", "scoring", *shlex.split(arguments)], cwd=ROOT, capture_output=True, text=True,
        timeout=120, check=True, env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in run.stdout.strip("\n").split("\n")) + "\n"


def shown(program: str) -> str:
    """What the lines of Python print, run where the checkout is."""
    stream = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(stream):
        exec(compile(program, "<page>", "exec"), {"__name__": "page"})
    return stream.getvalue()


def demo() -> str:
    (line,) = re.findall(r"^\t\$\(BIN\)/sourcegrade (score .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return str(line)


def written_anew(text: str) -> str:
    text = DEMO.sub(lambda m: m[1] + printed(demo()) + m[3], text)
    text = PRINTED.sub(lambda m: m[1] + printed(m[2]) + m[4], text)
    return PYTHON.sub(lambda m: m[1] + shown(m[2]) + m[4], text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_printed_blocks_are_what_is_printed(page: Path) -> None:
    text = TEXTS[page]
    assert written_anew(text) == text, "run `make readme` after a change that is meant to move what is printed"


def test_blocks_are_read_from_the_pages() -> None:
    whole = "".join(TEXTS.values())
    assert len(DEMO.findall(TEXTS[ROOT / "README.md"])) == 1
    assert len(PRINTED.findall(whole)) >= 4 and len(PYTHON.findall(whole)) >= 1


def test_readme_is_short() -> None:
    assert TEXTS[ROOT / "README.md"].count("\n") < 250


@pytest.mark.parametrize("line", commands())
def test_commands_and_options_exist(line: str) -> None:
    command: object = typer.main.get_command(app)
    words = shlex.split(line)
    while words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}  # type: ignore[attr-defined]
    assert {word for word in words if word.startswith("-") and word not in {"-", "-h", "--help"}} <= known


def test_commands_are_read_from_the_text() -> None:
    assert len(commands()) > 25


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    """Relative links start at the page, links to the project's own place at the top of the checkout."""
    text = page.read_text(encoding="utf-8")
    for link in LINKS.finditer(text):
        start = ROOT if "github.com" in link[0] else page.parent
        assert (start / link[1]).exists(), link[0]


if __name__ == "__main__":
    for page, text in TEXTS.items():
        page.write_text(written_anew(text), encoding="utf-8")
