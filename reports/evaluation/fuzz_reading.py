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
import gzip
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from odd_inputs import KINDS, Case, case_of

from scoring.archive.readers import Raw, read_rows
from scoring.archive.tables import document_of
from scoring.documents.files import read
from scoring.documents.rows import read_rows as read_table
from scoring.engine import Engine, load_engine
from scoring.errors import InputError, SourcegradeError
from scoring.pipeline import rate_document
from scoring.report.build import to_dict
from scoring.schema import Document
from scoring.text.sentences import split
from scoring.writing.files import dumps

RATED = 8
"""One article in so many is rated, too, by the rules; reading is a hundred times as fast."""
CHANGES = ("offsets count in article.text", "U+FFFD", "not UTF-8")
"""Words of the warnings that say that article.text is another one than that of the input."""


class BrokenDemandError(AssertionError):
    """An input does not meet a demand."""


@dataclass(slots=True)
class Tally:
    """What came of the inputs: counts by kind and result, and what is wrong with those that broke a demand."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


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
        from training.labels.formats.catalogue import names
    except ImportError:
        return ()
    return names()


def labels(path: Path) -> Iterator[Any]:
    """What each reader of labels makes of a file."""
    if label_formats():
        from training.labels.reading import items_of

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
        if of:
            print(f"{kind:9}", ", ".join(f"{count:,} {result}" for result, count in of.items()))
    print(f"{tally.counts.total():,} inputs, {len(tally.wrong):,} broken, {time.monotonic() - began:.0f} s")
    for one in tally.wrong[:20]:
        print(one, file=sys.stderr)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
