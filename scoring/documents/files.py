"""Files and rows → Documents. The only place where input is decoded, cleaned and checked.

Offsets count in the text as given. The text that is read in its place has the same length: its lines end in line feeds,
and spaces stand for NULs and for the line ends inside the paragraphs of a hard-wrapped text. If entities or misread
characters were decoded before, the warnings say that offsets count in the decoded text.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from scoring.documents import boilerplate, language
from scoring.documents.article_rows import FIELDS, ArticleRow, csv_records, json_lines, parquet_records
from scoring.documents.decoding import (
    DEEPEST,
    check_binary,
    decode,
    is_deep,
    iso_date,
    iso_time,
    normalise,
    plain,
    printable,
    sniff,
    whole_characters,
)
from scoring.documents.domains import publisher
from scoring.documents.links import bare_links, merged, noted_links
from scoring.documents.markdown import looks_like_markdown, read_markdown
from scoring.documents.mending import mended
from scoring.documents.unmarked import Unmarked
from scoring.errors import InputError, SourcegradeError, attempt, unforeseen
from scoring.schema import Document

KINDS = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html",
    ".xhtml": "html", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet",
}  # fmt: skip
LABELS = ("claims", "attributions")
"""Lists of labels with offsets; the text beside them is read as it is, markup and all."""
ROWS = frozenset(suffix for suffix, kind in KINDS.items() if kind in ("jsonl", "csv", "parquet"))
"""Endings of files that hold an article a row."""
_RIGHT = "give .txt, .md, .html, .jsonl, .csv or .parquet"
EMPTY_NAME = "the name of an article is empty; give a file, a folder, or - for standard input"


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
    name = "stdin" if path_or_dash == "-" else printable(path_or_dash)
    try:
        if path_or_dash == "-":
            items = _read_stream((stdin or sys.stdin.buffer).read(), outlet)
        else:
            items = _read_file(path_or_dash, outlet)
        for item in items:
            yield replace(item, where=name) if isinstance(item, Document) and item.where is None else item
    except InputError as error:
        yield _of_file(error, name)
    except OSError as error:
        yield InputError(f"{name}: cannot be read ({error.strerror or error}); {_RIGHT}")
    except SourcegradeError:
        raise
    except Exception as error:  # what holds for a row holds for a file
        yield unforeseen(error, name, "read")


def _of_file(error: InputError, name: str) -> InputError:
    """The error with the file's name as it was given, since an article by itself knows only its id, if any."""
    message = str(error)
    if message.startswith(name):
        return error
    return InputError(f"{name}: {message.removeprefix(f'{Path(name).name}: ')}")


def from_text(
    text: str,
    *,
    id: str = "text",
    outlet: str | None = None,
    title: str | None = None,
    url: str | None = None,
    published: str | None = None,
    extra: Mapping[str, Any] | None = None,
    markdown: bool | None = None,
    same_length: bool = False,
    warnings: Iterable[str] = (),
    unmarked: Unmarked | None = None,
) -> Document:
    """Make a Document: tell what is read as what, the language, and what holds no claim.

    Parameters
    ----------
    text
        The article.
    id, outlet, title, url, published, extra
        As in `Document`; an address given as outlet becomes its registrable domain, ``url`` stands in for none.
    markdown
        Whether its markup is taken out; ``None``: by its looks.
    same_length
        Whether offsets that count in ``text`` are known already: then nothing is taken out or decoded.
    warnings
        What came up before.
    unmarked
        What an earlier reading of its markup gave, if ``text`` is the result of that.

    Raises
    ------
    InputError
        The text is empty.
    """
    whole, notes = (text, []) if same_length else _mended(text)
    if not same_length and (markdown or (markdown is None and looks_like_markdown(_with_line_feeds(whole)))):
        unmarked = read_markdown(_with_line_feeds(whole), url)
    unmarked = unmarked or Unmarked(whole)
    front = unmarked.front
    title, url = title or front.get("title"), url or front.get("url")
    outlet, published = outlet or front.get("outlet"), published or front.get("published")
    title, retitled = mended(title or "")
    as_read, changes = normalise(unmarked.text)
    notes += [*unmarked.warnings, *(f"title: {change}" for change in retitled), *changes]
    if not as_read.strip("\ufeff\u200b\u200e\u200f \n\t\r\f\v\xa0"):
        raise InputError(f"{printable(id)}: the text is empty; give an article")
    code = language.detect(as_read)
    skipped = boilerplate.joined(unmarked.skipped, boilerplate.find_skipped(as_read))
    links = merged([*noted_links(as_read), *unmarked.links, *bare_links(as_read)])
    date = iso_date(published)
    if published and date is None:
        notes.append(f"published: {published[:80]!r} is no date; left out")
    notes += language.warnings(as_read, code)
    if skipped:
        counts = Counter(item.reason for item in skipped)
        notes.append(
            "left out: " + ", ".join(f"{reason.replace('_', ' ')} ({n})" for reason, n in counts.most_common())
        )
    given = whole_characters(unmarked.text)
    return Document(
        id=printable(id), text=as_read, title=title or None, outlet=publisher(outlet, url), url=url or None,
        published=date, time=iso_time(published), language=code, skipped=skipped, warnings=(*warnings, *notes),
        extra=MappingProxyType(dict(extra or {})), links=links, given=None if given == as_read else given,
    )  # fmt: skip


def _mended(text: str) -> tuple[str, list[str]]:
    whole, changes = mended(text)
    counts_in = "; offsets count in article.text" if whole != text else ""
    return whole, [f"characters: {change}{counts_in}" for change in changes]


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
    from scoring.documents.pages import read_page

    text, decoded = decode(raw, id) if isinstance(raw, bytes) else (raw, [])
    text, cleaned = normalise(text)
    page = read_page(text, printable(id), url)
    check(page.text)
    return from_text(
        page.text, id=id, title=title or page.title, url=url or page.url, published=published or page.date,
        outlet=outlet or url or page.outlet, extra=extra, markdown=False, unmarked=page.main,
        warnings=[*warnings, *decoded, *cleaned, *page.warnings, *_other_outlet(outlet, page.outlet)],
    )  # fmt: skip


def _other_outlet(given: str | None, own: str | None) -> list[str]:
    """A warning if the outlet that was given is not the one that the page itself names."""
    if not given or not own or publisher(given, None) == publisher(own, None):
        return []
    return [f"outlet: {given} as given; the page itself names {publisher(own, None)}"]


def _read_file(source: str, outlet: str | None) -> Iterator[Document | InputError]:
    name, path = printable(source), Path(source)
    if not source:
        raise InputError(EMPTY_NAME)
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
            yield from _from_rows(parquet_records(file, name), outlet)
            return
        head = file.read(8192)
        check_binary(head, name)
        file.seek(0)
        if kind is None and path.suffix:
            raise InputError(f"{name}: found {path.suffix}; {_RIGHT}")
        if kind == "jsonl" and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            yield from _from_rows(json_lines(file, name), outlet)
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
        lines = (line.encode("utf-8", "surrogatepass") for line in text.split("\n"))
        yield from _from_rows(json_lines(lines, name), outlet)
    elif kind == "json":
        yield from_row(json.loads(text), name, id, outlet)
    elif kind == "csv":
        yield from _from_rows(csv_records(text, name, warnings), outlet)
    else:
        yield from_text(text, id=id, outlet=outlet, markdown=kind == "markdown" or None, warnings=warnings)


def _from_rows(rows: Iterable[ArticleRow | InputError], outlet: str | None) -> Iterator[Document | InputError]:
    for row in rows:
        yield row if isinstance(row, InputError) else from_row(row.cells, row.where, row.id, outlet, row.warnings)


def from_row(
    row: Mapping[str, Any], where: str, id: str, outlet: str | None, warnings: Iterable[str] = ()
) -> Document | InputError:
    """One row with a ``text`` as a Document, or what is wrong with it, whatever stands in it.

    A column nested deeper than ``DEEPEST`` levels is left out with a warning. Offsets of ``claims`` in a row count in
    its text, which is then not mended.
    """
    return attempt(lambda: _document(row, where, id, outlet, warnings), where, "read")


def _document(row: Mapping[str, Any], where: str, id: str, outlet: str | None, warnings: Iterable[str]) -> Document:
    text = row["text"]
    if not isinstance(text, str):
        shown = "null" if text is None else f"{type(text).__name__} {str(text)[:40]!r}"
        raise InputError(f"{where}: text is {shown}; give a string")
    wrong = next((key for key in FIELDS if isinstance(row.get(key), dict | list | tuple | bool)), None)
    if wrong:
        raise InputError(f"{where}: {wrong} is a {type(row[wrong]).__name__}; give a string")
    given = {key: plain(row.get(key)) for key in FIELDS}
    named = {key: value for key in FIELDS if (value := str("" if given[key] is None else given[key]).strip())}
    others = {whole_characters(str(key)): value for key, value in row.items() if key not in FIELDS and key != "text"}
    deep = [key for key, value in others.items() if is_deep(value)]
    left_out = [f"extra: column {key[:80]} is nested over {DEEPEST} levels deep; left out" for key in deep]
    extra = {key: plain(value) for key, value in others.items() if key not in deep}
    labelled = any(isinstance(row.get(key), list) for key in LABELS)
    try:
        document = from_text(
            text, extra=extra, same_length=labelled, warnings=[*warnings, *left_out],
            **{"id": id, "outlet": outlet, **named},  # type: ignore[arg-type]
        )  # fmt: skip
    except InputError:
        raise InputError(f"{where}: the text is empty; give an article") from None
    return replace(document, where=where)
