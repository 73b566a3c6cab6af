"""Files of many articles → rows, as a stream: what is in memory does not grow with the file.

A row that is wrong becomes a row with a fault, and reading goes on. Rows are only cut out here; what is in them is read
by those who rate.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.archive.inputs import COMPRESSED, kind_of
from scoring.documents.article_rows import arrow_rows
from scoring.documents.decoding import check_binary, check_columns, is_open, printable
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
    except Exception as error:  # of Arrow, zlib, csv and codecs, some of them of no common kind
        reason = (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())[:160]
        after = f" after row {row}" if row else ""
        yield Raw(file, fault=f"cannot be read{after} ({reason}); write the file anew", consumed=consumed)


def _whole(file: str) -> Iterator[Raw]:
    size = Path(file).stat().st_size
    if size > 4 * MOST:
        raise InputError(f"is larger than {4 * MOST:,} bytes; give one article")
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
        for number, (line, whole) in enumerate(_lines(text, "\n"), start=1):
            if whole and not line.strip(" \t\r\n\ufeff"):
                continue
            rows += 1
            if whole:
                yield Raw(file, number, line.encode("utf-8", "surrogateescape"), consumed=consumed())
            else:
                yield Raw(file, number, fault=_too_long(), consumed=consumed())
    if not rows:
        raise InputError("holds no rows; give an object a line")


def _too_long() -> str:
    return f"is longer than {MOST:,} characters; give one article"


def _lines(text: io.TextIOWrapper, ends: str) -> Iterator[tuple[str, bool]]:
    """Lines that end in one of ``ends``, and whether each is there as a whole; one that is too long is empty."""
    while line := text.readline(MOST):
        whole = len(line) < MOST
        while not whole and line and line[-1] not in ends:
            line = text.readline(MOST)
        yield line if whole else "\n", whole


def _csv(file: str) -> Iterator[Raw]:
    csv.field_size_limit(MOST)
    with _opened(file, "") as (text, consumed):
        lines = _Lines(_lines(text, "\r\n"))
        header, delimiter = _header(lines, file)
        number = 0
        for number, fields in enumerate(_records(csv.reader(lines, delimiter=delimiter), lines, delimiter), start=1):
            if isinstance(fields, str):
                yield Raw(file, number, fault=fields, consumed=consumed())
            elif len(fields) != len(header):
                fault = f"found {len(fields)} fields; give {len(header)}, as in the header, text in quotes"
                yield Raw(file, number, fault=fault, consumed=consumed())
            else:
                yield Raw(file, number, dict(zip(header, fields, strict=True)), consumed=consumed())
    if not number:
        raise InputError("holds no rows; give one an article below the header")


@dataclass(slots=True)
class _Lines:
    """The lines of a CSV; ``taken`` are those of the record at hand, of a bounded ``length`` together.

    ``cut`` says that one of them was too long and is read as if it were empty.
    """

    lines: Iterator[tuple[str, bool]]
    taken: list[str] = field(default_factory=list)
    length: int = 0
    cut: bool = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, whole = next(self.lines)
        self.taken.append(line)
        self.length += len(line)
        self.cut |= not whole
        if self.length > 2 * MOST:
            raise csv.Error(_too_long())
        return line

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.taken, self.length, self.cut = [], 0, False


def _header(lines: _Lines, file: str) -> tuple[list[str], str]:
    """The names of the columns, and the delimiter; the first line that is not empty tells both."""
    first = ""
    for line in lines:
        if lines.cut or line.strip("\ufeff \t\r\n"):
            first = line.removeprefix("\ufeff")
            break
        lines.begin()
    delimiter = max(",;\t", key=first.count)
    try:
        fields = next(csv.reader(itertools.chain([first], lines), delimiter=delimiter), [])
    except csv.Error:
        fields, lines.cut = [], True
    if lines.cut:
        raise InputError(f"the header is longer than {MOST:,} characters; give the names of the columns in one line")
    header = [column.strip() for column in fields]
    check_columns(header, file)
    lines.begin()
    return header, delimiter


def _records(reader: Any, lines: _Lines, delimiter: str) -> Iterator[list[str] | str]:
    """Records that are not empty; what is wrong with one that is too long, or that never ends, which is the last."""
    opened = "a quotation mark is opened and never closed; close it, and double those inside"
    last: list[str] | str = []
    its_lines: list[str] = []
    while True:
        lines.begin()
        try:
            fields = next(reader, None)
        except csv.Error:
            yield from [last] if last else []
            yield f"is longer than {MOST:,} characters, or {opened}; nothing from here on was read"
            return
        if fields is None:
            never_closed = isinstance(last, list) and is_open(its_lines, delimiter)
            yield from [opened if never_closed else last] if last else []
            return
        if fields or lines.cut:
            yield from [last] if last else []
            last, its_lines = _too_long() if lines.cut else fields, lines.taken


def _parquet(file: str) -> Iterator[Raw]:
    import pyarrow.parquet

    size = Path(file).stat().st_size
    if not size:
        raise InputError("is empty; give a file with rows")
    number = 0
    with pyarrow.parquet.ParquetFile(file, buffer_size=1 << 20) as table:
        check_columns(table.schema_arrow.names, file)
        for batch in table.iter_batches(batch_size=PARQUET_ROWS, use_threads=False):
            for row in arrow_rows(batch):
                number += 1
                consumed = size * number // max(1, table.metadata.num_rows)
                if isinstance(row, str):
                    yield Raw(file, number, fault=row, consumed=consumed)
                else:
                    yield Raw(file, number, row, consumed=consumed)
    if not number:
        raise InputError("holds no rows; give one an article")
