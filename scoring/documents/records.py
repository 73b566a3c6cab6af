"""Lines, records of CSV and rows of Parquet as a stream: what every reader of rows is built on.

What is in memory does not grow with the file. A line or record that is wrong is an error in its place, and the others
go on. What is in a row, and how its errors are worded beyond that, is the business of the readers.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, AnyStr, BinaryIO

from scoring.documents.decoding import check_columns, is_open
from scoring.errors import InputError

MOST = 1 << 24
"""Code points of a row, or bytes of a line; an article of a newspaper has some 5,000, a long book a million."""
PARQUET_ROWS = 64
"""Rows of Parquet decoded at a time."""
_OPENED = "a quotation mark is opened and never closed; close it, and double those inside"

Fields = list[str]


def too_long() -> str:
    """What is wrong with a row of more than ``MOST`` characters."""
    return f"is longer than {MOST:,} characters; give one article"


def bounded_lines(stream: IO[AnyStr], ends: AnyStr) -> Iterator[tuple[AnyStr, bool]]:
    """Lines that end in one of ``ends``, and whether each is there as a whole; of one that is too long, the beginning.

    The stream itself must end its lines so.
    """
    while line := stream.readline(MOST):
        whole = len(line) < MOST
        rest = line
        while not whole and rest and rest[-1:] not in ends:
            rest = stream.readline(MOST)
        yield line, whole


@dataclass(slots=True)
class _Lines:
    """The lines of a CSV; ``taken`` are those of the record at hand, of a bounded ``length`` together.

    ``wrong`` says that one of them could not be read, and counts as empty.
    """

    lines: Iterator[str | InputError]
    taken: list[str] = field(default_factory=list)
    length: int = 0
    wrong: InputError | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        if isinstance(line, InputError):
            self.wrong, line = self.wrong or line, "\n"
        self.taken.append(line)
        self.length += len(line)
        if self.length > 2 * MOST:
            raise csv.Error
        return line

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.taken, self.length, self.wrong = [], 0, None


def csv_table(lines: Iterator[str | InputError], name: str) -> tuple[Fields, Iterator[Fields | InputError]]:
    """The header of a CSV, and its records.

    Parameters
    ----------
    lines
        With their ends; one that cannot be read is an error, and then the record that it belongs to is.
    name
        Of the file, for the message.

    Returns
    -------
    tuple
        The names of the columns, without white space around them; none where all lines are empty. The delimiter is the
        comma, semicolon or tab that the first line which is not empty has most of. Then the records that are not empty,
        whatever number of fields each has, or what is wrong with one: a bare message, without its place. After one that
        is too long nothing comes.

    Raises
    ------
    InputError
        The header cannot be read.
    """
    csv.field_size_limit(MOST)  # it holds for the whole process, and every reader sets its own
    taken = _Lines(lines)
    header, delimiter = _header(taken, name)
    return header, _records(csv.reader(taken, delimiter=delimiter), taken, delimiter)


def _header(lines: _Lines, name: str) -> tuple[Fields, str]:
    first = ""
    for line in lines:
        if lines.wrong or line.strip("\ufeff \t\r\n"):
            first = line.removeprefix("\ufeff")
            break
        lines.begin()
    delimiter = max(",;\t", key=first.count)
    try:
        names = next(csv.reader(itertools.chain([first], lines), delimiter=delimiter), [])
    except csv.Error as error:
        names, lines.wrong = [], _broken(error)
    if lines.wrong:
        reason = str(lines.wrong).partition(";")[0]
        raise InputError(f"{name}: the header {reason}; give the names of the columns in one line, in UTF-8")
    lines.begin()
    return [name.strip() for name in names], delimiter


def _broken(error: csv.Error) -> InputError:
    """Why nothing can be read from here on; the csv module says it of a cell that is too long, and of a bare CR."""
    if str(error) and "limit" not in str(error):
        return InputError(f"is no CSV ({error}); give a line a row, cells with commas or line ends in quotes")
    return InputError(f"is longer than {MOST:,} characters, or {_OPENED}")


def _records(reader: Any, lines: _Lines, delimiter: str) -> Iterator[Fields | InputError]:
    """A record is given when the next one has begun: only the last may run to the end for want of a quotation mark."""
    last: Fields | InputError = []
    its_lines: list[str] = []
    while True:
        lines.begin()
        try:
            fields = next(reader, None)
        except csv.Error as error:
            yield from [last] if last else []
            yield InputError(f"{_broken(error)}; nothing from here on was read")
            return
        if fields is None:
            never_closed = isinstance(last, list) and is_open(its_lines, delimiter)
            yield from [InputError(_OPENED) if never_closed else last] if last else []
            return
        if fields or lines.wrong:
            yield from [last] if last else []
            last, its_lines = lines.wrong or fields, lines.taken


def parquet_rows(source: str | BinaryIO, name: str) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """The number of rows of a Parquet file with each row, or with what is wrong with a row, as a bare message.

    Raises
    ------
    InputError
        Not one column is called ``text``, or several are.
    Exception
        Of Arrow: the file is damaged.
    """
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(source, buffer_size=1 << 20) as table:
        check_columns(table.schema_arrow.names, name)
        for batch in table.iter_batches(batch_size=PARQUET_ROWS, use_threads=False):
            yield from ((table.metadata.num_rows, row) for row in _arrow_rows(batch))


def _arrow_rows(batch: Any) -> Iterator[dict[str, Any] | InputError]:
    """The rows of an Arrow batch; for one with a value that Python has no form for, what is wrong with it."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError, ArithmeticError):
        for at in range(batch.num_rows):
            try:
                (row,) = batch.slice(at, 1).to_pylist()
            except (ValueError, OverflowError, ArithmeticError) as error:
                row = InputError(f"holds a value out of range ({error}); mend it, or leave the column out")
            yield row
