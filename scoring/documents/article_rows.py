"""Files with an article a row → rows: JSON Lines, CSV, Parquet.

Rows are only cut out here; :mod:`scoring.documents.files` reads what is in them. What is wrong with a row is an
error in its place, and the others go on.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scoring.documents.decoding import check_columns, columns_of, decode, json_value
from scoring.documents.records import bounded_lines, csv_table, parquet_rows, too_long
from scoring.errors import InputError

FIELDS = ("id", "outlet", "url", "title", "published")
"""Optional columns of a row; the others pass through as ``extra``."""
_ROW = 'give an object a line with "text" and, if known, ' + ", ".join(FIELDS)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A row with a text: ``where`` is ``file:row``, ``id`` stands in for one that is missing."""

    where: str
    id: str
    cells: Mapping[str, Any]
    warnings: Sequence[str] = ()


def json_lines(lines: Iterable[bytes], name: str) -> Iterator[ArticleRow | InputError]:
    """The objects of JSON Lines, numbered by lines.

    What comes before the first ``text`` waits: if no row has one, the column is missing, which is one error and not
    many.

    Raises
    ------
    InputError
        There is no row, or none with a text.
    """
    waiting: list[InputError] = []
    lacking: dict[str, None] = {}
    rows = texts = without = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        rows += 1
        where = f"{name}:{number}"
        read = json_row(line, where)
        if isinstance(read, InputError):
            waiting.append(read)
        elif "text" in read[0]:
            texts += 1
            yield from waiting
            waiting = []
            yield ArticleRow(where, f"{Path(name).name}:{number}", *read)
        else:
            without += 1
            lacking.update(dict.fromkeys(read[0]))
            waiting.append(InputError(f"{where}: no text; found {columns_of(read[0])}; {_ROW}"))
        if texts:
            yield from waiting
            waiting = []
    if not rows:
        raise InputError(f"{name}: holds no rows; {_ROW}")
    if without and not texts:
        raise InputError(f"{name}: no column text; found {columns_of(lacking)}; {_ROW}")
    yield from waiting


def json_row(line: bytes, where: str) -> tuple[dict[str, Any], list[str]] | InputError:
    """The object of a line of JSON with warnings of its decoding, or what is wrong with it."""
    try:
        text, warnings = decode(line, where)
    except InputError as error:
        return error
    row = json_value(text)
    if isinstance(row, dict):
        return row, warnings
    kind = f"bad JSON ({row})" if isinstance(row, Exception) else type(row).__name__
    return InputError(f"{where}: found {kind}; {_ROW}")


def csv_records(text: str, name: str, warnings: Sequence[str] = ()) -> Iterator[ArticleRow | InputError]:
    """The records of a CSV, numbered from 1 below the header.

    Raises
    ------
    InputError
        No column, or more than one, is called ``text``, or there is no record.
    """
    lines = bounded_lines(io.StringIO(text, newline=""), "\r\n")
    header, records = csv_table((line if whole else InputError(too_long()) for line, whole in lines), name)
    check_columns(header, name)
    number = 0
    for number, fields in enumerate(records, start=1):
        where = f"{name}:{number}"
        if isinstance(fields, InputError):
            yield InputError(f"{where}: {fields}")
        elif len(fields) != len(header):
            yield InputError(
                f"{where}: found {len(fields)} fields; give {len(header)}, as in the header, text in quotes"
            )
        else:
            yield ArticleRow(where, f"{Path(name).name}:{number}", dict(zip(header, fields, strict=True)), warnings)
    if not number:
        raise InputError(f"{name}: holds no rows; give one an article below the header")


def parquet_records(file: BinaryIO, name: str) -> Iterator[ArticleRow | InputError]:
    """The rows of a Parquet file, numbered from 1.

    Raises
    ------
    InputError
        It is damaged, no column is called ``text``, or there is no row.
    """
    import pyarrow

    number = 0
    try:
        for number, (_, row) in enumerate(parquet_rows(file, name), start=1):
            where = f"{name}:{number}"
            if isinstance(row, InputError):
                yield InputError(f"{where}: {row}")
            else:
                yield ArticleRow(where, f"{Path(name).name}:{number}", row)
    except (pyarrow.ArrowException, OSError, OverflowError, ValueError, LookupError) as error:
        reason = " ".join(str(error).split())[:160]
        after = f" after row {number}" if number else ""
        raise InputError(
            f"{name}: is no readable Parquet file{after} ({reason}); write it anew, or give .jsonl"
        ) from error
    if not number:
        raise InputError(f"{name}: holds no rows; give one an article")
