"""Inputs that nobody would write, each from a seed and a number alone: for trying what reading survives.

Half are sound files with odd rows, of every kind that is read; half are such files damaged.
"""

from __future__ import annotations

import csv
import datetime
import decimal
import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

KINDS = ("txt", "md", "html", "jsonl", "csv", "parquet", "jsonl.gz", "csv.gz")
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
Make = Callable[[random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """An input: its kind, its bytes, whether they were damaged, and the texts of its rows where known."""

    kind: str
    raw: bytes
    damaged: bool
    rows: list[dict[str, Any]] | None = None


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
