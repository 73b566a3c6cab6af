"""The formats by name: how each is recognised, read and written. Each module of this folder registers its own."""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import training.labels.formats
from scoring.errors import InputError, UsageError, attempt
from training.labels.formats.bounded import head_of, json_of, lines_of
from training.labels.schema import LabelledArticle


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at ``where`` (``file:row``), and what would be right; a ``note`` is no mistake."""

    where: str
    message: str
    note: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


Item = LabelledArticle | Fault
"""What a reader yields: articles with all their sound labels, and faults."""
Reader = Callable[[Path], Iterator[Item]]
"""Reads a file, or a folder if the format has folders."""
Writer = Callable[[Sequence[LabelledArticle], Path], Counter[str]]
"""Writes articles to a path that does not exist; counts what the format cannot hold, by its name in the plural."""
Known = Callable[[Path, str], bool]
"""Tells from a path and the beginning of its text whether it is of the format; for a folder the text is empty."""

_known: dict[str, Known] = {}
_readers: dict[str, Reader] = {}
_writers: dict[str, Writer] = {}


def reads(name: str, known: Known) -> Callable[[Reader], Reader]:
    """Register the decorated function as the reader of the format ``name``."""

    def register(reader: Reader) -> Reader:
        _known[name], _readers[name] = known, reader
        return reader

    return register


def writes(name: str) -> Callable[[Writer], Writer]:
    """Register the decorated function as the writer of the format ``name``."""

    def register(writer: Writer) -> Writer:
        _writers[name] = writer
        return writer

    return register


def survived(items: Iterator[Item], where: str) -> Iterator[Item]:
    """The items of one article or row; any error in it, foreseen or not, becomes a fault."""
    read = attempt(lambda: list(items), where, "read")
    if isinstance(read, InputError):
        yield Fault(where, str(read).removeprefix(f"{where}: "))
    else:
        yield from read


def each_line(path: Path, items: Callable[[Any, str], Iterator[Item]]) -> Iterator[Item]:
    """The items that ``items`` makes from the JSON of each line and its place."""
    for number, line in lines_of(path):
        where = f"{path}:{number}"
        yield from survived(_of_line(line, where, items), where)


def _of_line(line: str | InputError, where: str, items: Callable[[Any, str], Iterator[Item]]) -> Iterator[Item]:
    if isinstance(line, InputError):
        raise line
    if line.strip():
        yield from items(json_of(line, where), where)


@cache
def names() -> tuple[str, ...]:
    """The names of all formats."""
    for module in pkgutil.iter_modules(training.labels.formats.__path__):
        import_module(f"training.labels.formats.{module.name}")
    return tuple(sorted(_readers))


def written() -> tuple[str, ...]:
    """The names of the formats that can be written."""
    names()
    return tuple(sorted(_writers))


def reader_of(path: Path, name: str | None) -> tuple[str, Reader]:
    """The name of a path's format, given or recognised from its content, and the reader of that format.

    Raises
    ------
    UsageError
        ``name`` is no format.
    InputError
        The path cannot be read, is no text, or looks like none of the formats.
    """
    if name is None:
        name = told(path)
    _check(name, "--from", names())
    return name, _readers[name]


def told(path: Path) -> str:
    """The name of the format that a path looks like.

    Raises
    ------
    InputError
        The path cannot be read, is no text, or looks like no format.
    """
    head = "" if path.is_dir() else head_of(path)
    for name in names():
        if _known[name](path, head):
            return name
    raise InputError(f"{path}: is of no known format; name one of {', '.join(names())} with --from, or see the README")


def writer_of(name: str) -> Writer:
    """The writer of the format ``name``.

    Raises
    ------
    UsageError
        ``name`` is no format.
    """
    _check(name, "--to", written())
    return _writers[name]


def format_for(path: Path) -> str | None:
    """The format that the ending of a path to be written stands for; ``None`` if it stands for none or several."""
    return {
        ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "label-studio", ".csv": "csv",
    }.get(path.suffix.lower())  # fmt: skip


def _check(name: str, option: str, known: Sequence[str]) -> None:
    if name not in known:
        raise UsageError(f"{option} {name!r}: is not known; give one of {', '.join(known)}")
