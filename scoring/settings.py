"""TOML → frozen dataclasses. An unknown key or a value of the wrong kind is an error that names the key."""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar

from scoring.errors import ConfigError

T = TypeVar("T")
MOST = 1e12
"""Largest absolute value of a setting: larger ones have no meaning, and products of such numbers stay finite."""
LONGEST = 80
"""Characters of a value, or of the parser's message, that an error shows."""


def load(path: Path, kind: type[T]) -> T:
    """Read ``path`` into the dataclass ``kind``; nested tables become nested dataclasses or mappings.

    Raises
    ------
    ConfigError
        The file cannot be read, is no TOML, lacks a key, holds an unknown key or a value of the wrong kind.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); give a TOML file") from error
    except RecursionError as error:
        raise ConfigError(
            f"{path}: is nested too deep; settings hold tables of numbers, give a file of those"
        ) from error
    except ValueError as error:  # no TOML, no UTF-8, or a number of more digits than Python reads
        raise ConfigError(f"{path}: is no TOML: {' '.join(str(error).split())[:LONGEST]}") from error
    return _build(table, kind, str(path))


def _build(table: dict[str, Any], kind: type[T], where: str) -> T:
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(fields))
    if unknown:
        raise ConfigError(f"{where}: unknown key {_short(unknown[0])}; known are {', '.join(sorted(fields))}")
    needed = [n for n, f in fields.items() if f.default is f.default_factory is dataclasses.MISSING]
    missing = [name for name in needed if name not in table]
    if missing:
        raise ConfigError(f"{where}: key {missing[0]!r} is missing")
    values = {key: _value(value, hints[key], f"{where}: {key}") for key, value in table.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _value(value: Any, hint: Any, where: str) -> Any:
    if isinstance(hint, UnionType):  # a table or value that may be left out
        hint = next(kind for kind in typing.get_args(hint) if kind is not type(None))
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return _build(value, hint, where)  # type: ignore[arg-type]
    origin = typing.get_origin(hint)
    if origin is dict and isinstance(value, dict):
        inner = typing.get_args(hint)[1]
        return {key: _value(item, inner, f"{where}.{key}") for key, item in value.items()}
    if origin is tuple and isinstance(value, list):
        inner = typing.get_args(hint)[0]
        return tuple(_value(item, inner, where) for item in value)
    if isinstance(value, int | float) and not -MOST <= value <= MOST:
        raise ConfigError(f"{where}: found {_short(value)}, expected a number from {-MOST:g} to {MOST:g}")
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and isinstance(value, hint) and not (hint is not bool and isinstance(value, bool)):
        return value
    raise ConfigError(f"{where}: found {_short(value)}, expected {getattr(hint, '__name__', hint)}")


def _short(value: Any) -> str:
    """A value as a message shows it."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
