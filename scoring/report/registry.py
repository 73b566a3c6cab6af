"""The table of all output formats: what ``--format`` of each command takes, and what writes it.

A format is a function with the decorator :func:`output_format`, in the module of what it shows. The command line takes
the names, the help, what a shell completes, and the message for an unknown name from here.

All formats of a command are functions of the same parameters:

========================== ===========================================================================
command                    what the function takes, and gives
========================== ===========================================================================
``score``, ``explain``     an iterable of reports, and a :class:`scoring.report.formats.Sink` to write to
``report``                 a ``Page`` or an ``Overview`` of ``page_formats``; gives the content of the file
``compare``                a :class:`scoring.dossier.schema.Dossier`; gives the content of the file
``evaluate``               the evaluations; gives the content of the file
``priors``, ``doctor``,    rows or findings, and a stream to write to; the command's own module says which
``outlets``, ``data check``
========================== ===========================================================================
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
        for command in commands:
            if any(known.name == name for known in _formats if command in known.commands):
                raise ValueError(f"{command} has a format {name!r} already")
        _formats.append(Format(name, commands, help, write, suffix, binary, for_machines, has_warnings, check))
        return write

    return register


def formats_of(command: str) -> tuple[Format, ...]:
    """The formats of a command, in the order in which they are named to people.

    Raises
    ------
    LookupError
        No module that has formats of this command was imported.
    """
    formats = tuple(known for known in _formats if command in known.commands)
    if not formats:
        raise LookupError(f"no format of {command!r} is registered: import the module that holds them")
    return formats


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
