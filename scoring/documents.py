"""Files and rows → Documents. The only place where input is decoded, cleaned and checked.

Offsets are into the text as read: a line ends in a line feed (CR LF and CR become it), a NUL is a space,
half a surrogate pair is U+FFFD, and the line ends inside the paragraphs of a hard-wrapped text are spaces.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from scoring import boilerplate, language
from scoring.decoding import (
    check_binary,
    check_columns,
    columns_of,
    decode,
    is_open,
    iso_date,
    iso_time,
    json_value,
    normalise,
    plain,
    printable,
    sniff,
)
from scoring.domains import registrable
from scoring.errors import InputError
from scoring.schema import Document

KINDS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet",
}  # fmt: skip
FIELDS = ("id", "outlet", "url", "title", "published")
"""Optional columns of a row; the others pass through as ``extra``."""
ROWS = frozenset(suffix for suffix, kind in KINDS.items() if kind in ("jsonl", "csv", "parquet"))
"""Endings of files that hold an article a row."""
_RIGHT = "give .txt, .md, .html, .jsonl, .csv or .parquet"
_ROW = 'give an object a line with "text" and, if known, ' + ", ".join(FIELDS)


def read(
    path_or_dash: str, *, outlet: str | None = None, stdin: BinaryIO | None = None
) -> Iterator[Document | InputError]:
    """Read the articles of a file, or of standard input.

    Parameters
    ----------
    path_or_dash
        ``.txt``, ``.md``, ``.html`` hold one article; ``.jsonl``, ``.csv``, ``.parquet`` one a row, in column ``text``.
        ``-`` is standard input: text, HTML, or JSON Lines, by its looks.
    outlet
        Outlet of the articles that name none.
    stdin
        Read in place of standard input.

    Yields
    ------
    Document or InputError
        In the order of the input. What cannot be read yields an error with the file and its row, counted from 1
        (lines of JSON Lines; of CSV the records after the header), and the others go on.
    """
    try:
        if path_or_dash == "-":
            yield from _read_stream((stdin or sys.stdin.buffer).read(), outlet)
        else:
            yield from _read_file(path_or_dash, outlet)
    except InputError as error:
        yield error
    except OSError as error:
        yield InputError(f"{printable(path_or_dash)}: cannot be read ({error.strerror or error}); {_RIGHT}")


def from_text(
    text: str,
    *,
    id: str = "text",
    outlet: str | None = None,
    title: str | None = None,
    url: str | None = None,
    published: str | None = None,
    extra: Mapping[str, Any] | None = None,
    markdown: bool = False,
    warnings: Iterable[str] = (),
) -> Document:
    """Make a Document: clean the text, tell its language, and find what holds no claim.

    Parameters
    ----------
    text
        The article.
    id, outlet, title, url, published, extra
        As in `Document`; an address given as outlet becomes its registrable domain, ``url`` stands in for none.
    markdown
        Whether headings, images, code and front matter are marked up so.
    warnings
        What came up before.

    Raises
    ------
    InputError
        The text is empty.
    """
    cleaned, found = normalise(text)
    if not cleaned.strip("\ufeff\u200b\u200e\u200f \n\t\r\f\v\xa0"):
        raise InputError(f"{printable(id)}: the text is empty; give an article")
    code = language.detect(cleaned)
    skipped = boilerplate.find_skipped(cleaned)
    if markdown:
        skipped = boilerplate.merge([*boilerplate.find_markdown(cleaned), *skipped])
    date = iso_date(published)
    if published and date is None:
        found.append(f"published: {published!r} is no date; left out")
    found += _language_warnings(cleaned, code)
    if skipped:
        counts = Counter(item.reason for item in skipped)
        found.append(
            "left out: " + ", ".join(f"{reason.replace('_', ' ')} ({n})" for reason, n in counts.most_common())
        )
    return Document(
        id=printable(id), text=cleaned, title=title or None, outlet=_outlet(outlet, url), url=url or None,
        published=date, time=iso_time(published), language=code, skipped=skipped, warnings=(*warnings, *found),
        extra=MappingProxyType(dict(extra or {})),
    )  # fmt: skip


def from_html(
    raw: bytes | str,
    *,
    id: str = "html",
    outlet: str | None = None,
    title: str | None = None,
    url: str | None = None,
    published: str | None = None,
    extra: Mapping[str, Any] | None = None,
    warnings: Iterable[str] = (),
    check: Callable[[str], None] = lambda _: None,
) -> Document:
    """Take the article out of a page; outlet, title and date come from the page where they are not given.

    Nothing is fetched. A paragraph becomes a line. ``check`` is given the article before it is looked through, and may
    raise an error of its own.

    Raises
    ------
    InputError
        The page holds no article.
    """
    from scoring.pages import read_page

    text, decoded = decode(raw, id) if isinstance(raw, bytes) else (raw, [])
    text, cleaned = normalise(text)
    page = read_page(text, printable(id), url)
    check(page.text)
    return from_text(
        page.text, id=id, title=title or page.title, url=url or page.url, published=published or page.date,
        outlet=outlet or url or page.outlet, extra=extra, warnings=[*warnings, *decoded, *cleaned, *page.warnings],
    )  # fmt: skip


def _outlet(outlet: str | None, url: str | None) -> str | None:
    given = (outlet or "").strip() or (url or "").strip()
    is_address = "." in given.strip(".") and not any(map(str.isspace, given))
    return (registrable(given) or given.lower()) if is_address else (given or None)


def _language_warnings(text: str, code: str | None) -> list[str]:
    if not any(map(str.isalpha, text)):
        return ["no words: the text holds no claims"]
    if code is None and len(text.split()) >= language.MIN_WORDS:
        return ["language: not recognised; rated with English models"]
    return [] if code in (None, "en") else [f"language: looks like {language.NAMES[code]}; rated with English models"]


def _read_file(source: str, outlet: str | None) -> Iterator[Document | InputError]:
    name, path = printable(source), Path(source)
    if "://" in source:
        raise InputError(f"{name}: is a web address, and nothing is fetched; save the page and give the file")
    if "\0" in source or not path.exists():
        raise InputError(f"{name}: no such file; {_RIGHT}")
    if not path.is_file():
        raise InputError(f"{name}: is a directory or no plain file; {_RIGHT}")
    if not path.stat().st_size:
        raise InputError(f"{name}: is empty; {_RIGHT}")
    kind = KINDS.get(path.suffix.lower())
    with path.open("rb") as file:
        if kind == "parquet":
            yield from _parquet(file, name, outlet)
            return
        head = file.read(8192)
        check_binary(head, name)
        file.seek(0)
        if kind is None and path.suffix:
            raise InputError(f"{name}: found {path.suffix}; {_RIGHT}")
        if kind == "jsonl" and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            yield from _jsonl(file, name, outlet)
        else:
            yield from _read_bytes(file.read(), kind or "", name, path.name, outlet)


def _read_stream(raw: bytes, outlet: str | None) -> Iterator[Document | InputError]:
    if not raw.strip():
        raise InputError("stdin: is empty; give text, HTML or JSON Lines")
    check_binary(raw[:8192], "stdin")
    yield from _read_bytes(raw, "", "stdin", "stdin", outlet)


def _read_bytes(raw: bytes, kind: str, name: str, id: str, outlet: str | None) -> Iterator[Document | InputError]:
    text, warnings = decode(raw, name)
    kind = kind or sniff(text)
    if kind == "html":
        yield from_html(text, id=id, outlet=outlet, warnings=warnings)
    elif kind == "jsonl":
        yield from _jsonl((line.encode("utf-8", "surrogatepass") for line in text.split("\n")), name, outlet)
    elif kind == "json":
        yield from_row(json.loads(text), name, id, outlet)
    elif kind == "csv":
        yield from _csv(text, name, outlet, warnings)
    else:
        yield from_text(text, id=id, outlet=outlet, markdown=kind == "markdown", warnings=warnings)


def from_row(
    row: Mapping[str, Any], where: str, id: str, outlet: str | None, warnings: Iterable[str] = ()
) -> Document | InputError:
    """One row with a ``text`` as a Document, or what is wrong with it."""
    text = row["text"]
    if not isinstance(text, str):
        found = "null" if text is None else f"{type(text).__name__} {str(text)[:40]!r}"
        return InputError(f"{where}: text is {found}; give a string")
    given = {key: plain(row.get(key)) for key in FIELDS}
    wrong = next((key for key, value in given.items() if isinstance(value, dict | list | bool)), None)
    if wrong:
        return InputError(f"{where}: {wrong} is a {type(given[wrong]).__name__}; give a string")
    named = {key: value for key in FIELDS if (value := str("" if given[key] is None else given[key]).strip())}
    extra = {str(key): plain(value) for key, value in row.items() if key not in FIELDS and key != "text"}
    try:
        return from_text(text, **{"id": id, "outlet": outlet, **named}, extra=extra, warnings=warnings)  # type: ignore[arg-type]
    except InputError:
        return InputError(f"{where}: the text is empty; give an article")


def _jsonl(lines: Iterable[bytes], name: str, outlet: str | None) -> Iterator[Document | InputError]:
    """Rows without ``text`` wait: if none has it, the column is missing, which is one error and not many."""
    lacking: list[InputError] = []
    columns: dict[str, None] = {}
    rows = texts = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        rows += 1
        where = f"{name}:{number}"
        read = json_row(line, where)
        if isinstance(read, InputError):
            yield read
            continue
        row, warnings = read
        if "text" in row:
            texts += 1
            yield from lacking
            lacking = []
            yield from_row(row, where, f"{Path(name).name}:{number}", outlet, warnings)
        else:
            columns.update(dict.fromkeys(row))
            lacking.append(InputError(f"{where}: no text; found {columns_of(row)}; {_ROW}"))
            if texts:
                yield lacking.pop()
    if not rows:
        raise InputError(f"{name}: holds no rows; {_ROW}")
    if lacking:
        raise InputError(f"{name}: no column text; found {columns_of(columns)}; {_ROW}")


def json_row(line: bytes, where: str) -> tuple[dict[str, Any], list[str]] | InputError:
    """The object of a line of JSON with warnings of its decoding, or what is wrong with it."""
    try:
        text, warnings = decode(line, where)
    except InputError as error:
        return error
    row = json_value(text)
    if isinstance(row, dict):
        return row, warnings
    found = f"bad JSON ({row})" if isinstance(row, Exception) else type(row).__name__
    return InputError(f"{where}: found {found}; {_ROW}")


def _csv(text: str, name: str, outlet: str | None, warnings: Iterable[str] = ()) -> Iterator[Document | InputError]:
    csv.field_size_limit(2**31 - 1)
    lines = list(io.StringIO(text, newline=""))
    header_line = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(lines, delimiter=delimiter)
    header = [column.strip() for column in next((row for row in reader if row), [])]
    check_columns(header, name)
    number, start = 0, reader.line_num
    for fields in reader:
        record, start = lines[start : reader.line_num], reader.line_num
        if not fields:
            continue
        number += 1
        where = f"{name}:{number}"
        if len(fields) != len(header):
            yield InputError(
                f"{where}: found {len(fields)} fields; give {len(header)}, as in the header, text in quotes"
            )
        elif start >= len(lines) and is_open(record, delimiter):
            yield InputError(f"{where}: a quotation mark is opened and never closed; close it, and double those inside")
        else:
            row = dict(zip(header, fields, strict=True))
            yield from_row(row, where, f"{Path(name).name}:{number}", outlet, warnings)
    if not number:
        raise InputError(f"{name}: holds no rows; give one an article below the header")


def _parquet(file: BinaryIO, name: str, outlet: str | None) -> Iterator[Document | InputError]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(file)
        check_columns(table.schema_arrow.names, name)
        number = 0
        for batch in table.iter_batches(batch_size=64):
            for row in batch.to_pylist():
                number += 1
                yield from_row(row, f"{name}:{number}", f"{Path(name).name}:{number}", outlet)
    except (pyarrow.ArrowException, OverflowError, ValueError, LookupError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{name}: is no readable Parquet file ({reason}); write it anew, or give .jsonl") from error
    if not number:
        raise InputError(f"{name}: holds no rows; give one an article")
