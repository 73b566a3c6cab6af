"""Fuzz the reading layer: files and rows that nobody would write, each of which must cost itself alone.

Run from the repository's root: ``python reports/evaluation/fuzz_reading.py --seed 1 --count 10000``. Every input follows
from the seed and its number alone, so that ``--only 123`` makes one again. For each it is demanded that

- nothing is raised but errors of the project, and none of those was unforeseen;
- every row comes out, in order, as a Document or as an error that names it, unless an error names the whole file;
- offsets hold: what is read is as long as what was given, and what was given is what stands in the input, or a warning
  says that offsets count in ``article.text``; every sentence, skipped part and span of the output lies in it;
- what passes through can be written as JSON;
- ``score`` and ``batch`` read the same of a file that is not damaged.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import decimal
import gzip
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from scoring.corpus.reading import Raw, read_rows
from scoring.corpus.tables import document_of
from scoring.documents import read
from scoring.errors import InputError, SourcegradeError
from scoring.pipeline import Engine, load_engine, rate_document
from scoring.report.build import to_dict
from scoring.report.formats import dumps
from scoring.rows import read_rows as read_table
from scoring.schema import Document
from scoring.sentences import split

KINDS = ("txt", "md", "html", "jsonl", "csv", "parquet", "jsonl.gz", "csv.gz")
RATED = 8
"""One article in so many is rated, too, by the rules; reading is a hundred times as fast."""
SENTENCES = (
    "The harbour board said on Monday that the mole would be closed.",
    "“We checked every bolt ourselves,” engineer Odile Marrant said.",
    "Two officials said repairs would take a month.",
    "The fuel reportedly ran out first, according to the Tidewatch channel.",
    "he\nadded, and both boats reached the quay\nunder their own power, and nobody\nwas hurt in the thick fog of",
    "Where is it?",
    "Advertisement",
)
ODDITIES = (
    "\r\n", "\r", "\n", "\n\n", "\r\r\n", "\0", "\ufeff", "\u2028", "\x85", "\x0b", "\x1b[31m", "\ud800", "\udcff", "\ue000",
    "😀", "👩\u200d🚒", "e\u0301", "\u202eabc\u202c", "عاجل", "他说", "&quot;", "&#8217;", "&amp;amp;", "&lt;b&gt;", "&#0;",
    "&#99999999;", "&nosuch;", "â€œ", "Ã©", "Â ", "Ð¦Ðµ", "#", "# Head\n", "**", "[a](b)", "![", "```\n", "---\n", "> ",
    "<p>", "</div>", "<!--", "<![CDATA[", "<script>", "{", "}", "[", '"', "'", "\\", ",", ";", "\t", " ", "\u00a0", ".", "…",
    "http://a.example/?b=c&copy=d", "@a", "a" * 300, "\ufffd", "\uffff", "\U0010ffff", "=1+1", "text", "id,text\n",
)  # fmt: skip
DATES = (
    "2015-01-26", "9999-12-31T23:59:59-01:00", "0001-01-01 00:00:00+01:00", "2015-01-26T10:00+" + "9" * 20, "0000-00-00",
    "Mon, 26 Jan 2015 10:00:00 +" + "9" * 20, "Mon, 26 Jan 2015 " + "9" * 20 + ":00:00 +0000", "٢٠١٥-٠١-٢٦", "2015-W05-1",
    "January 26, 2015", "26 Jan 99999", "20150126", "2015-01-26T24:00:00", "2015-01-26 10:00:00.123456789-23:59",
)  # fmt: skip
TAGS = (
    "a",
    "p",
    "div",
    "svg",
    "math",
    "table",
    "tr",
    "td",
    "li",
    "ul",
    "body",
    "html",
    "head",
    "title",
    "meta",
    "template",
    "b",
)
ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "cp1251",
    "latin-1",
)
SEPARATORS = ("\n", "\n", "\n", "\r\n", "\n\n", "\n \t\n")
CHANGES = ("offsets count in article.text", "U+FFFD", "not UTF-8")
"""Words of the warnings that say that article.text is another one than that of the input."""
Make = Callable[[random.Random], bytes]


class BrokenDemandError(AssertionError):
    """An input does not meet a demand."""


@dataclass(frozen=True, slots=True)
class Case:
    """An input: its kind, its bytes, whether they were damaged, and the texts of its rows where known."""

    kind: str
    raw: bytes
    damaged: bool
    rows: list[dict[str, Any]] | None = None


@dataclass(slots=True)
class Tally:
    """What came of the inputs: counts by kind and result, and what is wrong with those that broke a demand."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def words(rng: random.Random, most: int = 14) -> str:
    """A text of sentences and oddities."""
    pieces = (rng.choice(SENTENCES if rng.random() < 0.55 else ODDITIES) for _ in range(rng.randint(0, most)))
    return rng.choice(("", " ")).join(pieces)


def nested(levels: int) -> Any:
    """Lists and objects in one another."""
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


def value_of(rng: random.Random) -> Any:
    """A value that JSON can hold, seldom a wanted one."""
    odd: tuple[Callable[[], Any], ...] = (
        lambda: words(rng, 4), lambda: rng.choice(DATES), lambda: rng.choice((None, True, False, "", " ", "x" * 5000)),
        lambda: rng.choice((0, -1, 10**30, 10**400, 1.5, 1e308, float("nan"), float("inf"), -0.0)),
        lambda: rng.choice(([], {}, [None], {"": {}}, {"a": [1, {"b": "\ud800"}]}, {"\udfff": "x"})),
        lambda: nested(rng.choice((3, 63, 64, 65, 200, 450))), lambda: [{"start": 0, "end": 5, "spans": []}],
    )  # fmt: skip
    return rng.choice(odd)()


def row_of(rng: random.Random) -> dict[str, Any]:
    """A row with a text, most often, and odd values in any other column."""
    row: dict[str, Any] = {}
    if rng.random() < 0.93:
        row["text"] = words(rng) if rng.random() < 0.9 else value_of(rng)
    for name in ("id", "outlet", "url", "title", "published", "claims", "n", "tree", " text", "Text", "\ufefftext"):
        if rng.random() < 0.2:
            row[name] = rng.choice(DATES) if name == "published" and rng.random() < 0.6 else value_of(rng)
    return row


def rows_of(rng: random.Random) -> list[dict[str, Any]]:
    """A few rows."""
    return [row_of(rng) for _ in range(rng.randint(0, 6))]


def json_lines(rows: list[dict[str, Any]], rng: random.Random) -> bytes:
    """Rows as JSON Lines, some of them escaped to ASCII, with lines between that hold nothing."""
    lines = (json.dumps(row, ensure_ascii=rng.random() < 0.7) for row in rows)
    return "".join(line + rng.choice(SEPARATORS) for line in lines).encode("utf-8", "surrogatepass")


def as_cell(value: Any) -> str:
    """A value as CSV has it."""
    return value if isinstance(value, str) else json.dumps(value)


def csv_bytes(rows: list[dict[str, Any]], rng: random.Random) -> tuple[bytes, list[dict[str, Any]]]:
    """Rows as a CSV in UTF-8 with whole characters, and what its cells hold."""
    names = [*dict.fromkeys(["text", *(name.strip("\ufeff ") for row in rows for name in row)])]
    rng.shuffle(names)
    cells = [{name: as_cell(row.get(name, "")).encode("utf-8", "replace").decode() for name in names} for row in rows]
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=rng.choice(",;\t"), quoting=csv.QUOTE_ALL, lineterminator=rng.choice(("\n", "\r\n"))
    )
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in cells)
    return (rng.choice(("", "\ufeff")) + out.getvalue()).encode(), cells


def parquet_bytes(rng: random.Random) -> tuple[bytes, list[dict[str, Any]]]:
    """A table of odd types, and the texts in it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count = rng.randint(0, 6)
    texts = [rng.choice((None, words(rng), words(rng))) for _ in range(count)]
    texts = [text and text.encode("utf-8", "replace").decode() for text in texts]
    odd: tuple[Callable[[], Any], ...] = (
        lambda: pa.array([rng.choice((0, 2**60, -(2**60), None)) for _ in range(count)], pa.timestamp(rng.choice(("us", "ms")))),
        lambda: pa.array([decimal.Decimal(rng.choice(("1.5", "-9" * 1, "0"))) for _ in range(count)], pa.decimal128(20, 3)),
        lambda: pa.array([rng.choice((b"\xff\xfe", b"x", None)) for _ in range(count)], pa.binary()),
        lambda: pa.array([[1.5, float("nan")]] * count, pa.list_(pa.float64())),
        lambda: pa.array([datetime.date(1, 1, 1)] * count, pa.date32()),
        lambda: pa.array([{"a": None, "b": "x"}] * count, pa.struct([("a", pa.int8()), ("b", pa.string())])),
        lambda: pa.array([rng.choice(DATES) for _ in range(count)], pa.string()).dictionary_encode(),
        lambda: pa.nulls(count),
    )  # fmt: skip
    columns: dict[str, Any] = {"text": pa.array(texts, rng.choice((pa.string(), pa.large_string())))}
    for name in ("id", "outlet", "published", "title", "n"):
        if rng.random() < 0.4:
            columns[name] = rng.choice(odd)()
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression=rng.choice(("none", "snappy", "zstd")))
    return out.getvalue(), [{"text": text} for text in texts]


def page(rng: random.Random) -> bytes:
    """Tags in any order with words between."""
    made = []
    for _ in range(rng.randint(0, 30)):
        tag = rng.choice(TAGS)
        made.append(
            rng.choice(
                (f"<{tag}>", f"</{tag}>", f"<{tag} a='{rng.choice(ODDITIES)}'>", f"<{tag}", words(rng, 3), "<!>")
            )
        )
    return "".join(made).encode(rng.choice(("utf-8", "utf-16")), "surrogatepass")


def plain(rng: random.Random) -> bytes:
    """A text in some encoding."""
    return words(rng, 30).encode(rng.choice(ENCODINGS), "replace" if rng.random() < 0.5 else "ignore")


def damaged(raw: bytes, rng: random.Random, other: Make) -> bytes:
    """The bytes flipped, cut, doubled, filled with odd ones, or spliced with another input's."""
    data = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        at, length = rng.randint(0, len(data)), rng.choice((0, 1, 2, 8, 60))
        part = rng.choice(
            (b"", bytes(data[at : at + length]) * 2, rng.randbytes(length), rng.choice(ODDITIES).encode("utf-8", "surrogatepass"),
             b'"', b"\xff", b"\0" * length, other(rng)[:200])
        )  # fmt: skip
        data[at : at + length] = part
    return bytes(data[: rng.randint(0, len(data))] if rng.random() < 0.2 else data)


def made(kind: str, rng: random.Random) -> tuple[bytes, list[dict[str, Any]] | None]:
    """The bytes of a sound file of a kind, and its rows where it holds rows."""
    if kind in ("txt", "md"):
        return plain(rng), None
    if kind == "html":
        return page(rng), None
    if kind == "parquet":
        return parquet_bytes(rng)
    rows = rows_of(rng)
    raw, rows = (
        csv_bytes(rows, rng) if kind.startswith("csv") else (json_lines(rows, rng), json.loads(json.dumps(rows)))
    )
    return (gzip.compress(raw, 1, mtime=0) if kind.endswith(".gz") else raw), rows


def case_of(seed: int, number: int) -> Case:
    """The input of a seed and a number."""
    rng = random.Random(f"{seed}/{number}")
    kind = rng.choice(KINDS)
    raw, rows = made(kind, rng)
    if rng.random() < 0.45:
        return Case(kind, damaged(raw, rng, lambda r: made(r.choice(KINDS), r)[0]), damaged=True)
    return Case(kind, raw, damaged=False, rows=rows)


@cache
def engine() -> Engine:
    """The rules: what is tried here is reading."""
    return load_engine("rules")


def demand(holds: bool, what: str) -> None:
    """Raise unless it holds."""
    if not holds:
        raise BrokenDemandError(what)


def check_error(error: InputError) -> None:
    """One line that says more than that something was unforeseen."""
    message = str(error)
    demand("\n" not in message, f"an error of several lines: {message[:200]!r}")
    demand("; report it" not in message, f"an error that nobody foresaw: {message[:300]}")
    demand(len(message) < 4000, f"an error of {len(message):,} characters")


def check_document(document: Document, rate: bool) -> None:
    """Offsets lie in the text, which is as long as that given, and all of it can be written."""
    text, given = document.text, document.as_given
    demand(len(text) == len(given), f"read {len(text)} characters for {len(given)}")
    demand(not {"\r", "\0"} & set(text), "a CR or NUL is read")
    demand(
        all(0 <= s.span.start < s.span.end <= len(text) for s in document.skipped), "a skipped part outside the text"
    )
    demand(all(0 <= s.span.start < s.span.end <= len(text) for s in split(document)), "a sentence outside the text")
    json.dumps(dict(document.extra), allow_nan=False)
    given.encode(), document.id.encode()
    if rate and len(given) < 3000:
        laid_out = to_dict(rate_document(document, engine()))
        json.loads(dumps(laid_out))
        demand(all(given[start:end] == part for start, end, part in spans(laid_out)), "a span that holds other words")


def spans(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every span of an output that has its words beside it."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value["start"], value["end"], value["text"]
        if len(value.get("spans", ())) == 1:
            yield value["spans"][0]["start"], value["spans"][0]["end"], value["text"]
        value = [item for key, item in value.items() if key != "extra"]
    for item in value if isinstance(value, list) else ():
        yield from spans(item)


def place(item: Document | InputError, name: str) -> int | None:
    """The row that an item names; ``None`` for the whole file."""
    where = (item.where or "") if isinstance(item, Document) else str(item)
    demand(where.startswith(name), f"names nothing: {where[:200]}")
    number = where[len(name) :].partition(": ")[0].removeprefix(":")
    return int(number) if number.isdecimal() else None


def check_rows(items: list[Document | InputError], name: str, case: Case) -> None:
    """Every row is there in order, but where an error names the file."""
    numbers = [place(item, name) for item in items]
    demand(bool(items), "nothing came out")
    named = [number for number in numbers if number is not None]
    demand(named == sorted(set(named)), f"rows out of order: {named}")
    whole = None in numbers
    if case.kind.startswith("jsonl") and case.damaged is False and not whole:
        lines = gzip.decompress(case.raw) if case.kind.endswith(".gz") else case.raw
        wanted = [n for n, line in enumerate(lines.split(b"\n"), 1) if line.strip()]
        demand(named == wanted, f"rows {named}, not {wanted}")
    elif case.rows is not None and not whole:
        demand(named == list(range(1, len(case.rows) + 1)), f"rows {named} of {len(case.rows)}")
    elif named and not case.kind.startswith("jsonl"):
        demand(named == list(range(1, len(named) + 1)), f"rows {named}")
    if case.rows is not None and not whole:
        check_texts(items, case.rows)


def check_texts(items: list[Document | InputError], rows: list[dict[str, Any]]) -> None:
    """What a document was given is the text of its row, or its warnings say otherwise."""
    for item, row in zip(items, rows, strict=True):
        if isinstance(item, Document) and item.as_given != row["text"]:
            told = any(sign in warning for sign in CHANGES for warning in item.warnings)
            demand(told, f"another text without a warning: {row['text'][:200]!r}")


def by_batch(path: Path) -> list[Document | InputError]:
    """What ``batch`` reads."""
    raws: list[Raw] = list(read_rows(str(path)))
    items: list[Document | InputError] = []
    for raw in raws:
        try:
            item = document_of(raw, None)
        except InputError as error:
            item = error
        if isinstance(item, InputError):
            item = InputError(f"{raw.key}: {str(item).removeprefix(f'{raw.key}: ')}")
        items.append(item)
    return items


def check(case: Case, number: int, folder: Path) -> str:
    """All demands on an input; what came of it."""
    path = folder / f"{number}.{case.kind}"
    path.write_bytes(case.raw)
    try:
        ways = {"batch": by_batch(path)}
        if not case.kind.endswith(".gz"):
            ways["score"] = list(read(str(path)))
        for items in ways.values():
            for item in items:
                check_error(item) if isinstance(item, InputError) else check_document(item, number % RATED == 0)
            check_rows(items, str(path), case)
        if not case.damaged and len(ways) == 2:
            texts = [[item.as_given for item in items if isinstance(item, Document)] for items in ways.values()]
            demand(texts[0] == texts[1], "score and batch read different texts")
        check_tables(path)
    finally:
        path.unlink()
    read_ = [isinstance(item, Document) for item in ways["batch"]]
    return "read" if all(read_) else "refused" if not any(read_) else "in part"


def check_tables(path: Path) -> None:
    """Readers of other rows meet the same bytes: outcomes and rating tables, and labels where training is installed."""
    try:
        for row in read_table(path):
            demand(row.where.startswith(str(path)), f"names nothing: {row.where}")
    except SourcegradeError as error:
        check_error(InputError(str(error)))
    for item in labels(path):
        demand("; report it" not in str(item), f"labels: {str(item)[:300]}")


@cache
def label_formats() -> tuple[str, ...]:
    """Names of the formats of labels; none without the extra ``train``."""
    try:
        from training.formats.registry import names
    except ImportError:
        return ()
    return names()


def labels(path: Path) -> Iterator[Any]:
    """What each reader of labels makes of a file."""
    if label_formats():
        from training.reading import items_of

        for name in label_formats():
            yield from items_of(path, name)


def run(seed: int, numbers: range | list[int]) -> Tally:
    """Try all inputs of the numbers."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            case = case_of(seed, number)
            try:
                tally.counts[case.kind, check(case, number, Path(folder))] += 1
            except Exception as error:
                tally.counts[case.kind, "BROKEN"] += 1
                where = "" if isinstance(error, BrokenDemandError) else f"\n{traceback.format_exc()}"
                tally.wrong.append(f"seed {seed}, input {number} ({case.kind}): {type(error).__name__}: {error}{where}")
    return tally


def main() -> None:
    """Command line; status 1 where an input breaks a demand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000, help="inputs, numbered from 0")
    parser.add_argument("--only", type=int, help="the one input of that number")
    options = parser.parse_args()
    began = time.monotonic()
    tally = run(options.seed, range(options.count) if options.only is None else [options.only])
    for kind in KINDS:
        of = {result: count for (one, result), count in sorted(tally.counts.items()) if one == kind}
        print(f"{kind:9}", ", ".join(f"{count:,} {result}" for result, count in of.items()))
    print(f"{tally.counts.total():,} inputs, {len(tally.wrong):,} broken, {time.monotonic() - began:.0f} s")
    for one in tally.wrong[:20]:
        print(one, file=sys.stderr)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
