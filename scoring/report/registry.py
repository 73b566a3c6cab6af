"""The table of all output formats: what ``--format`` of each command takes, and what writes it.

A format is a function with the decorator :func:`output_format`, in the module of what it shows. The command line takes
the names, the help, what a shell completes, and the message for an unknown name from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from scoring.errors import UsageError

Write = TypeVar("Write", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write the results of one or more commands.

    Parameters
    ----------
    name
        What ``--format`` calls it.
    commands
        The commands that it serves, such as ``score``.
    help
        What it is, in a line.
    write
        The function; what it takes and gives is the same for all formats of a command.
    suffix
        The ending of a file.
    binary
        Whether bytes are written, which a terminal is not shown.
    for_machines
        Whether programs read it: it is UTF-8 then, whatever the terminal's encoding.
    has_warnings
        Whether the result carries the warnings of an article itself.
    check
        Raises a UsageError where a library that it needs is not installed.
    """

    name: str
    commands: tuple[str, ...]
    help: str
    write: Callable[..., Any]
    suffix: str
    binary: bool = False
    for_machines: bool = True
    has_warnings: bool = True
    check: Callable[[], None] = lambda: None


_formats: list[Format] = []


def output_format(
    name: str,
    *commands: str,
    help: str,
    suffix: str,
    binary: bool = False,
    for_machines: bool = True,
    has_warnings: bool = True,
    check: Callable[[], None] = lambda: None,
) -> Callable[[Write], Write]:
    """Register the decorated function as the format ``name`` of these commands; parameters as of :class:`Format`."""

    def register(write: Write) -> Write:
        _formats.append(Format(name, commands, help, write, suffix, binary, for_machines, has_warnings, check))
        return write

    return register


def formats_of(command: str) -> tuple[Format, ...]:
    """The formats of a command, in the order in which they are named to people."""
    return tuple(known for known in _formats if command in known.commands)


def names_of(command: str) -> str:
    """The names of a command's formats, joined by commas."""
    return ", ".join(known.name for known in formats_of(command))


def format_named(name: str, command: str) -> Format:
    """The format of that name, ready to write.

    Raises
    ------
    UsageError
        The command has none of that name, or a library that it needs is not installed.
    """
    chosen = next((known for known in formats_of(command) if known.name == name), None)
    if chosen is None:
        raise UsageError(f"--format: {name!r} is not known; give one of {names_of(command)}")
    chosen.check()
    return chosen
