"""The page of commands is what the commands say of themselves, and the built site asks no other host for anything.

``python tests/test_docs.py`` (``make readme``) writes the page of commands anew.
"""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer

from scoring._version import __version__
from scoring.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "commands.md"
BEGINNING = """# The command line

What each command says of itself with `--help`. `make readme` writes this page; change the help texts in
[scoring/cli](https://github.com/sourcegrade/sourcegrade/tree/main/scoring/cli) instead.

Results go to standard output, messages to standard error. Exit status: 0 when everything was rated, 1 when some inputs
failed (each is named on standard error, and the others are rated), 2 for wrong usage or a file that cannot be used, 70 for a
fault of the program, 130 after Ctrl-C.
"""
FETCHING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}


def every_command(command: Any, path: str = "sourcegrade") -> Iterator[tuple[str, Any]]:
    """The command and all below it, each with the words that call it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(below, f"{path} {name}")


def spelled(parameter: Any) -> str:
    """How an option or argument is written: ``-o, --output FILE``."""
    many = "..." if parameter.nargs == -1 else ""
    if parameter.param_type_name == "argument":
        return f"{parameter.metavar or parameter.name.upper()}{many}"
    names = ", ".join(sorted((*parameter.opts, *parameter.secondary_opts), key=len))
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.type.name.upper()}"


def code(text: str) -> str:
    """Code in a cell: a bar ends a cell for some readers of Markdown, and a backslash before it is shown by others."""
    return f"<code>{text.replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"


def meaning(parameter: Any) -> str:
    text = " ".join((parameter.help or "").split())
    default = parameter.default if parameter.show_default and not getattr(parameter, "is_flag", False) else None
    if isinstance(parameter.show_default, str):
        default = parameter.show_default
    shown = isinstance(default, str | int | float) and not isinstance(default, bool)
    more = " Required." if parameter.required and parameter.param_type_name == "option" else ""
    more += f" Default: `{default}`." if shown else ""
    return (text + more).replace("|", "\\|")


def section(path: str, command: Any) -> str:
    """A command as its help tells it: what it does, how it is called, its arguments and options."""
    rows = [(spelled(p), meaning(p)) for p in command.params if not getattr(p, "hidden", False)]
    arguments = [spelled(p) for p in command.params if p.param_type_name == "argument"]
    call = " ".join((path, "[OPTIONS]", *(["COMMAND"] if hasattr(command, "commands") else []), *arguments))
    rest = "".join(f"| {code(name)} | {text} |\n" for name, text in rows)
    table = f"\n| argument or option | |\n|---|---|\n{rest}" if rows else ""
    return f"## {path}\n\n{inspect.cleandoc(command.help)}\n\n```text\n{call}\n```\n{table}"


def page() -> str:
    sections = (section(*each) for each in every_command(typer.main.get_command(app)))
    return "\n".join([BEGINNING, *sections])


class Fetched(HTMLParser):
    """Addresses that a browser asks for by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FETCHING and (address := dict(attrs).get(FETCHING[tag])):
            self.addresses.append(address)


def test_page_of_commands_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make readme` after a change of a command's help"


def test_every_page_is_in_the_navigation() -> None:
    listed = set(re.findall(r": ([a-z]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == {path.name for path in PAGE.parent.glob("*.md")}


def test_citation_names_the_version() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.slow
def test_site_builds_and_asks_no_other_host(tmp_path: Path) -> None:
    pytest.importorskip("mkdocstrings")
    pytest.importorskip("material", reason="needs the extra docs")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    for built in pages:
        reader = Fetched()
        reader.feed(built.read_text(encoding="utf-8"))
        assert [address for address in reader.addresses if re.match(r"(?:https?:)?//", address)] == []


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
