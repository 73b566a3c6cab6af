"""Files of many articles → rows, as a stream: what is in memory does not grow with the file.

A row that is wrong becomes a row with a fault, and reading goes on. Rows are only cut out here; what is in them is read
by those who rate.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.archive.inputs import COMPRESSED, kind_of
from scoring.documents import records
from scoring.documents.decoding import check_binary, check_columns, printable
from scoring.documents.records import bounded_lines, csv_table, parquet_rows, too_long
from scoring.errors import InputError

_BOMS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it stands in its file, or what is wrong with it.

    ``data`` is a line of JSON in bytes, the cells by column, or ``None`` where the file is itself the article. ``row``
    counts from 1 and is ``None`` for a whole file. ``consumed`` are the bytes of the file read so far.
    """

    file: str
    row: int | None = None
    data: bytes | dict[str, Any] | None = None
    fault: str | None = None
    consumed: int = 0

    @property
    def key(self) -> str:
        """``file:row``, or ``file``, as any table can hold it."""
        name = printable(self.file)
        return name if self.row is None else f"{name}:{self.row}"


def read_rows(file: str) -> Iterator[Raw]:
    """The rows of a file of a known kind, in order.

    A file that breaks off, is damaged or of another kind than its name says ends in a row without a number that says
    so; what came before stands.
    """
    kind, row, consumed = kind_of(file), 0, 0
    read = {"jsonl": _json_lines, "csv": _csv, "parquet": _parquet}.get(kind or "", _whole)
    try:
        for raw in read(file):
            row, consumed = raw.row or row, raw.consumed
            yield raw
    except InputError as error:
        yield Raw(file, fault=str(error).removeprefix(f"{file}: "), consumed=consumed)
    except Exception as error:  # of Arrow, zlib, csv and codecs, some of them of no common kind
        reason = (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())[:160]
        after = f" after row {row}" if row else ""
        yield Raw(file, fault=f"cannot be read{after} ({reason}); write the file anew", consumed=consumed)


def _whole(file: str) -> Iterator[Raw]:
    size = Path(file).stat().st_size
    if size > 4 * records.MOST:
        raise InputError(f"is larger than {4 * records.MOST:,} bytes; give one article")
    yield Raw(file, consumed=size)


@contextmanager
def _opened(file: str, newline: str) -> Iterator[tuple[io.TextIOWrapper, Callable[[], int]]]:
    """A file as unpacked text, and how many of its bytes were read. Bytes that are no UTF-8 become lone surrogates."""
    import pyarrow

    with Path(file).open("rb", buffering=0) as raw:
        compression = COMPRESSED.get(Path(file).suffix.lower())
        stream = pyarrow.CompressedInputStream(raw, compression) if compression else raw
        buffered = io.BufferedReader(stream)
        head = buffered.peek(8192)[:8192]
        if not head:
            raise InputError("is empty; give a file with rows")
        check_binary(head, file)
        encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")
        yield (
            io.TextIOWrapper(buffered, encoding, "surrogateescape" if encoding == "utf-8" else "replace", newline),
            raw.tell,
        )


def _json_lines(file: str) -> Iterator[Raw]:
    rows = 0
    with _opened(file, "\n") as (text, consumed):
        for number, (line, whole) in enumerate(bounded_lines(text, "\n"), start=1):
            if whole and not line.strip(" \t\r\n\ufeff"):
                continue
            rows += 1
            if whole:
                yield Raw(file, number, line.encode("utf-8", "surrogateescape"), consumed=consumed())
            else:
                yield Raw(file, number, fault=too_long(), consumed=consumed())
    if not rows:
        raise InputError("holds no rows; give an object a line")


def _csv(file: str) -> Iterator[Raw]:
    with _opened(file, "") as (text, consumed):
        lines = bounded_lines(text, "\r\n")
        header, rows = csv_table((line if whole else InputError(too_long()) for line, whole in lines), file)
        check_columns(header, file)
        number = 0
        for number, fields in enumerate(rows, start=1):
            if isinstance(fields, InputError):
                yield Raw(file, number, fault=str(fields), consumed=consumed())
            elif len(fields) != len(header):
                fault = f"found {len(fields)} fields; give {len(header)}, as in the header, text in quotes"
                yield Raw(file, number, fault=fault, consumed=consumed())
            else:
                yield Raw(file, number, dict(zip(header, fields, strict=True)), consumed=consumed())
    if not number:
        raise InputError("holds no rows; give one an article below the header")


def _parquet(file: str) -> Iterator[Raw]:
    size = Path(file).stat().st_size
    if not size:
        raise InputError("is empty; give a file with rows")
    number = 0
    for number, (rows, row) in enumerate(parquet_rows(file, file), start=1):
        consumed = size * number // max(1, rows)
        if isinstance(row, InputError):
            yield Raw(file, number, fault=str(row), consumed=consumed)
        else:
            yield Raw(file, number, row, consumed=consumed)
    if not number:
        raise InputError("holds no rows; give one an article")
