"""One table of formats: every command's help, completion and complaint come from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from scoring.cli.app import app
from scoring.errors import UsageError
from scoring.report import registry
from scoring.report.registry import format_named, formats_of, names_of, output_format


def options(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each command with ``--format``, by its words, and that option."""
    for name, below in getattr(command, "commands", {}).items():
        yield from options(below, f"{path} {name}".strip())
    yield from ((path, parameter) for parameter in command.params if "--format" in parameter.opts)


OPTIONS = dict(options(typer.main.get_command(app)))


def test_every_format_serves_a_command_that_takes_it() -> None:
    served = {command for known in registry._formats for command in known.commands}
    assert served == set(OPTIONS)
    assert len(OPTIONS) == 10


@pytest.mark.parametrize("command", OPTIONS)
def test_help_completion_and_complaint_name_the_same(command: str) -> None:
    names = [known.name for known in formats_of(command)]
    assert len(set(names)) == len(names) > 1
    assert OPTIONS[command].help.startswith(f"One of {names_of(command)}")
    offered = OPTIONS[command].shell_complete(typer.Context(typer.main.get_command(app)), "")
    assert [item.value for item in offered] == names
    assert all(item.help for item in offered)
    with pytest.raises(UsageError, match=rf"--format: 'xml' is not known; give one of {names_of(command)}$"):
        format_named("xml", command)


@pytest.mark.parametrize("known", registry._formats, ids=lambda known: f"{known.name} of {known.commands[0]}")
def test_a_format_is_described_in_a_line_and_has_an_ending(known: registry.Format) -> None:
    assert known.help and "\n" not in known.help and not known.help.endswith(".")
    assert known.suffix.startswith(".")
    assert known.write.__doc__


def test_a_further_format_is_a_further_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_formats", [])

    def missing() -> None:
        raise UsageError("a library is missing")

    @output_format("xml", "score", help="marked up", suffix=".xml", check=missing)
    def write(reports: object) -> None:
        """Nothing."""

    assert formats_of("score")[0].write is write
    with pytest.raises(LookupError, match="no format of 'report' is registered"):
        formats_of("report")
    with pytest.raises(ValueError, match="score has a format 'xml' already"):
        output_format("xml", "score", help="again", suffix=".xml")(write)
    with pytest.raises(UsageError, match="a library is missing"):
        format_named("xml", "score")
