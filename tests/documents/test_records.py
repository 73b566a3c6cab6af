"""Lines, CSV and Parquet as a stream, and the readers that are built on it: they number and survive the same rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from scoring.archive.readers import read_rows as archive_rows
from scoring.documents import records
from scoring.documents.article_rows import ArticleRow, csv_records
from scoring.documents.records import bounded_lines, csv_table, parquet_rows
from scoring.documents.rows import read_rows as table_rows
from scoring.errors import InputError


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(records, "MOST", 100)
    return 100


def shown(row: list[str] | InputError) -> list[str] | str:
    return str(row) if isinstance(row, InputError) else row


def table(*lines: str | InputError) -> tuple[list[str], list[list[str] | str]]:
    header, rows = csv_table(iter(lines), "a.csv")
    return header, [shown(row) for row in rows]


def test_lines_of_text_and_of_bytes_are_bounded(short: int) -> None:
    long = "x" * 3 * short
    assert [(line[:3], whole) for line, whole in bounded_lines(io.StringIO(f"a\n{long}\nb"), "\n")] == [
        ("a\n", True), ("xxx", False), ("b", True),
    ]  # fmt: skip
    assert [whole for _, whole in bounded_lines(io.BytesIO(f"a\n{long}\nb".encode()), b"\n")] == [True, False, True]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_first_line_that_is_not_empty_tells_columns_and_delimiter(delimiter: str) -> None:
    lines = ("\ufeff\n", " \r\n", f" id {delimiter}text\n", "\n", f'1{delimiter}"a\n', 'b"\n')
    assert table(*lines) == (["id", "text"], [["1", "a\nb"]])
    assert table() == ([], []) == table("\n")


def test_a_line_that_cannot_be_read_costs_its_record() -> None:
    wrong = InputError("is not UTF-8")
    assert table("id,text\n", "1,a\n", wrong, '2,"b\n', wrong, 'c"\n', "3,d\n")[1] == [
        ["1", "a"], "is not UTF-8", "is not UTF-8", ["3", "d"],
    ]  # fmt: skip
    with pytest.raises(
        InputError, match=r"^a\.csv: the header is not UTF-8; give the names of the columns in one line"
    ):
        table(wrong, "1,a\n")


def test_a_record_without_end_is_the_last(short: int) -> None:
    assert table("text\n", "a\n", '"b, c\n', "d\n")[1] == [["a"], records._OPENED]
    _, rows = table("text\n", "a\n", '"b\n', *["c\n"] * 200)
    assert rows[0] == ["a"] and len(rows) == 2
    assert "is longer than 100 characters, or a quotation mark" in rows[1] and "nothing from here on" in rows[1]
    with pytest.raises(InputError, match="the header is longer than 100 characters"):
        table('"text\n', *["x\n"] * 200)


def test_what_is_no_csv_is_named() -> None:
    _, rows = table("text\n", "a\n", "b\rc\n", "d\n")
    assert rows[0] == ["a"] and len(rows) == 2
    assert str(rows[1]).startswith("is no CSV (new-line character seen in unquoted field")


def test_rows_of_parquet_come_with_their_number(tmp_path: Path) -> None:
    days = pyarrow.array([0, 2**60], pyarrow.int64()).cast(pyarrow.timestamp("ms"))
    pyarrow.parquet.write_table(pyarrow.table({"text": ["a", "b"], "day": days}), tmp_path / "a.parquet")
    (total, one), (_, two) = parquet_rows(str(tmp_path / "a.parquet"), "a.parquet")
    assert total == 2 and isinstance(one, dict) and one["text"] == "a"
    assert isinstance(two, InputError) and "out of range" in str(two)


def articles(path: Path) -> Iterator[str | None]:
    for row in csv_records(path.read_bytes().decode(), str(path)):
        yield row.cells["text"] if isinstance(row, ArticleRow) else None


def archive(path: Path) -> Iterator[str | None]:
    for row in archive_rows(str(path)):
        yield row.data["text"] if isinstance(row.data, dict) else None


def tables(path: Path) -> Iterator[str | None]:
    for row in table_rows(path):
        yield None if row.fault else row.cells["text"]


def labels(path: Path) -> Iterator[str | None]:
    pytest.importorskip("datasets")
    from training.labels.formats.catalogue import Fault
    from training.labels.formats.table import read

    for item in read(path):
        yield None if isinstance(item, Fault) else item.text


@pytest.mark.parametrize("read", [articles, archive, tables, labels])
def test_every_reader_numbers_and_survives_the_same_rows(read: Callable[[Path], Iterator[Any]], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'\n"label";text\nsourced;"One, he said."\n\nsourced;"Two\r\nlines."\n;;;\nsourced;Four.\nsourced;"Five'
    )
    assert list(read(path)) == ["One, he said.", "Two\r\nlines.", None, "Four.", None]
