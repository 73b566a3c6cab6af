"""Files of many articles → rows, as a stream: what is in memory does not grow with the file.

A row that is wrong is a row with a fault, and the others go on. Rows are cut out here and no more; to read what is in
them is the work of those who rate.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.corpus.inputs import COMPRESSED, kind_of
from scoring.decoding import check_binary, check_columns, is_open, printable
from scoring.errors import InputError

MOST = 1 << 24
"""Code points of a row; an article of a newspaper has some 5,000, a long book a million."""
PARQUET_ROWS = 64
"""Rows of Parquet decoded at a time."""
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
    except (OSError, EOFError, ValueError, LookupError, OverflowError) as error:  # Arrow's errors are among these
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        after = f" after row {row}" if row else ""
        yield Raw(file, fault=f"cannot be read{after} ({reason}); write the file anew", consumed=consumed)


def _whole(file: str) -> Iterator[Raw]:
    size = Path(file).stat().st_size
    if size > 4 * MOST:
        raise InputError(f"is larger than {4 * MOST:,} bytes; give one article")
    yield Raw(file, consumed=size)


@contextmanager
def _opened(file: str, newline: str) -> Iterator[tuple[io.TextIOWrapper, Callable[[], int]]]:
    """A file as text, unpacked, and how many of its bytes were read; what is no UTF-8 comes as lone surrogates."""
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
    number = 0
    with _opened(file, "\n") as (text, consumed):
        for line, whole in _lines(text):
            number += 1
            if not whole:
                yield Raw(
                    file, number, fault=f"is longer than {MOST:,} characters; give one article", consumed=consumed()
                )
            elif line.strip(" \t\r\n\ufeff"):
                yield Raw(file, number, line.encode("utf-8", "surrogateescape"), consumed=consumed())
    if not number:
        raise InputError("holds no rows; give an object a line")


def _lines(text: io.TextIOWrapper) -> Iterator[tuple[str, bool]]:
    """Lines, and whether each is there as a whole; of one that is too long the rest is passed over."""
    while line := text.readline(MOST):
        whole = len(line) < MOST
        while not whole and line and not line.endswith("\n"):
            line = text.readline(MOST)
        yield line, whole


def _csv(file: str) -> Iterator[Raw]:
    csv.field_size_limit(MOST)
    with _opened(file, "") as (text, consumed):
        lines = iter(lambda: text.readline(2 * MOST), "")
        first = next((line for line in lines if line.strip("\ufeff \t\r\n")), "").removeprefix("\ufeff")
        delimiter = max(",;\t", key=first.count)
        taken: list[str] = []
        reader = csv.reader(_kept(itertools.chain([first], lines), taken), delimiter=delimiter)
        header = [column.strip() for column in next(reader, [])]
        check_columns(header, file)
        number = 0
        for number, fields in enumerate(_records(reader, taken, delimiter), start=1):
            if isinstance(fields, str):
                yield Raw(file, number, fault=fields, consumed=consumed())
            elif len(fields) != len(header):
                fault = f"found {len(fields)} fields; give {len(header)}, as in the header, text in quotes"
                yield Raw(file, number, fault=fault, consumed=consumed())
            else:
                yield Raw(file, number, dict(zip(header, fields, strict=True)), consumed=consumed())
    if not number:
        raise InputError("holds no rows; give one an article below the header")


def _kept(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _records(reader: Any, taken: list[str], delimiter: str) -> Iterator[list[str] | str]:
    """Records that are not empty; what is wrong with one that never ends, which is the last."""
    opened = "a quotation mark is opened and never closed; close it, and double those inside"
    last: list[str] | None = None
    while True:
        before = list(taken)
        taken.clear()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            yield from [last] if last else []
            fault = opened if "field limit" in str(error) else f"is no CSV ({error})"
            yield f"{fault}; nothing from here on was read"
            return
        if fields is None:
            yield from [opened if len(before) > 0 and is_open(before, delimiter) else last] if last else []
            return
        if fields:
            yield from [last] if last else []
            last = fields
        else:
            taken[:0] = before


def _parquet(file: str) -> Iterator[Raw]:
    import pyarrow.parquet

    size = Path(file).stat().st_size
    if not size:
        raise InputError("is empty; give a file with rows")
    number = 0
    with pyarrow.parquet.ParquetFile(file, buffer_size=1 << 20) as table:
        check_columns(table.schema_arrow.names, file)
        for batch in table.iter_batches(batch_size=PARQUET_ROWS, use_threads=False):
            for row in _python(batch):
                number += 1
                consumed = size * number // max(1, table.metadata.num_rows)
                if isinstance(row, str):
                    yield Raw(file, number, fault=row, consumed=consumed)
                else:
                    yield Raw(file, number, row, consumed=consumed)
    if not number:
        raise InputError("holds no rows; give one an article")


def _python(batch: Any) -> Iterator[dict[str, Any] | str]:
    """The rows of an Arrow batch; one with a value that Python has no form for says so."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, ArithmeticError):
        for at in range(batch.num_rows):
            try:
                (row,) = batch.slice(at, 1).to_pylist()
            except (ValueError, OverflowError, ArithmeticError) as error:
                row = f"holds a value out of range ({error}); mend it, or leave the column out"
            yield row
