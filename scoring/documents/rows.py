"""Rows of a table that a user brings, CSV or JSON Lines, each with ``file:row`` and what is wrong with its form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from scoring.documents.decoding import json_value
from scoring.documents.records import MOST, bounded_lines, csv_table
from scoring.errors import InputError

JSON_LINES = (".jsonl", ".ndjson")
_TOO_LONG = f"has a line of more than {MOST:,} characters; give a row a line"
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Row:
    """``where`` is ``file:row``; ``cells`` are texts by column, nested ones left out; ``fault`` is what is wrong."""

    where: str
    cells: Mapping[str, str] = field(default_factory=dict)
    fault: str | None = None


def read_rows(path: Path) -> list[Row]:
    """All rows of a file; a row whose form is wrong carries its fault and no cells.

    Parameters
    ----------
    path
        ``.jsonl`` and ``.ndjson`` hold an object a line, numbered by lines; all else is a CSV with a header, numbered
        by rows after it. UTF-8.

    Raises
    ------
    InputError
        The file cannot be read at all, or holds no row.
    """
    read = _json_lines if path.suffix.lower() in JSON_LINES else _csv
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            rows = [_checked(row) for row in read(lines, path)]
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{path}: cannot be read ({reason}); give a .csv or .jsonl in UTF-8") from error
    if not rows:
        raise InputError(f"{path}: holds no row; give a CSV with a header, or a .jsonl with an object a line")
    return rows


def _checked(row: Row) -> Row:
    """The row, or a fault if it is not in UTF-8. One wrong byte costs no other row."""
    wrong = _undecoded((*row.cells, *row.cells.values()))
    return Row(row.where, fault=f"{wrong}; save it in UTF-8") if wrong else row


def _undecoded(cells: Iterable[str]) -> str | None:
    wrong = next((found for cell in cells if (found := _UNDECODED.search(cell))), None)
    return f"is not UTF-8 (byte {ord(wrong[0]) - 0xDC00:#04x})" if wrong else None


def _csv(lines: TextIO, path: Path) -> Iterator[Row]:
    header, records = csv_table(
        (line if whole else InputError(_TOO_LONG) for line, whole in bounded_lines(lines, "\r\n")), str(path)
    )
    if wrong := _undecoded(header):
        raise InputError(f"{path}: cannot be read (the header {wrong}); give a .csv or .jsonl in UTF-8")
    for number, cells in enumerate(records, start=1):
        where = f"{path}:{number}"
        if isinstance(cells, InputError):
            yield Row(where, fault=str(cells))
        elif len(cells) != len(header):
            problem = f"{'more' if len(cells) > len(header) else 'fewer'} cells than the header's {len(header)}"
            yield Row(where, fault=f"holds {problem}; quote cells that hold a comma")
        else:
            yield Row(where, {name: cell for name, cell in zip(header, cells, strict=True) if name})


def _json_lines(lines: TextIO, path: Path) -> Iterator[Row]:
    for number, (line, whole) in enumerate(bounded_lines(lines, "\r\n"), start=1):
        if not whole:
            yield Row(f"{path}:{number}", fault=_TOO_LONG)
        elif line.strip():
            yield _json_row(line, f"{path}:{number}")


def _json_row(line: str, where: str) -> Row:
    cells = json_value(line)
    if isinstance(cells, Exception):
        return Row(where, fault=f"is no JSON ({str(cells)[:120]}); write one object a line")
    if not isinstance(cells, dict):
        return Row(where, fault=f"is no JSON object but {line.strip()[:40]}; write one object a line")
    return Row(where, {key: _text(value) for key, value in cells.items() if not isinstance(value, dict | list)})


def _text(value: Any) -> str:
    return "" if value is None else str(value)
