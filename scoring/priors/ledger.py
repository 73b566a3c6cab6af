"""The ledger of outcomes: what was recorded about whom, by whom, when and why. Lines are added, never changed.

An SQLite file (standard library). Triggers abort every change and deletion; an undo is a further line. One update is
one transaction, so that a killed process leaves the whole update or nothing of it.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scoring.errors import LedgerError
from scoring.priors.outcomes import CONFIRMED, REFUTED, Outcome, Subject, iso_day
from scoring.schema import SourceType

APPLICATION = 0x73677264
"""Marks an SQLite file as a ledger: "sgrd" in ASCII, in the header's field for applications."""
VERSION = 1
PATIENCE = 10.0
"""Seconds that a second process waits for the first to finish writing."""
_TABLES = (
    """CREATE TABLE entries (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, recorded_at TEXT NOT NULL, by TEXT NOT NULL, why TEXT NOT NULL,
    subject_kind TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, type TEXT, claim TEXT NOT NULL,
    outcome TEXT NOT NULL, on_date TEXT NOT NULL, half_life_days REAL)""",
    """CREATE TABLE undos (
    id INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, by TEXT NOT NULL, why TEXT NOT NULL,
    entry INTEGER, batch INTEGER,
    CHECK ((entry IS NULL) <> (batch IS NULL)))""",
)
_TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {condition}"
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for table in ("entries", "undos")
    for name, event, condition in (
        ("kept", "UPDATE", ""),
        ("stay", "DELETE", ""),
        ("once", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "),  # INSERT OR REPLACE deletes
    )
)
_COLUMNS = "id, batch, recorded_at, by, why, subject_kind, subject, name, type, claim, outcome, on_date, half_life_days"
_UNDONE = """EXISTS (
    SELECT 1 FROM undos u WHERE (u.entry = e.id OR u.batch = e.batch) AND substr(u.recorded_at, 1, 10) <= ?)"""
_FOREVER = "9999-12-31"
_WHOLE = "give the ledger as it was made, or a copy from before"
LONGEST = 200
"""Characters of SQLite's message that an error shows; about a damaged file it may quote pages."""


@dataclass(frozen=True, slots=True)
class Note:
    """Who changes the ledger, and why; ``at`` is the time in UTC, now if ``None``."""

    by: str
    why: str
    at: datetime | None = None

    @property
    def stamp(self) -> str:
        """Time in UTC as ISO 8601, to the second."""
        return (self.at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Entry:
    """One outcome as recorded; ``half_life`` in days, ``None`` if it never fades; ``undone`` by any later line."""

    id: int
    batch: int
    recorded_at: str
    by: str
    why: str
    outcome: Outcome
    half_life: float | None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """A line that takes back an entry or a batch of them."""

    id: int
    recorded_at: str
    by: str
    why: str
    entry: int | None
    batch: int | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an update did: its batch (``None`` if nothing was written), the number of its entries, and bad rows."""

    batch: int | None
    entries: int
    bad: tuple[str, ...]


def record(
    path: Path, outcomes: Iterable[Outcome], note: Note, half_life: float | None = None, *, skip_bad: bool = False
) -> Recorded:
    """Add outcomes in one transaction; a missing file is made.

    A row is bad if the ledger already counts the same claim of the same subject. Then nothing is written, unless
    ``skip_bad`` leaves bad rows out.

    Raises
    ------
    LedgerError
        The file is no ledger, or cannot be written.
    """
    with _opened(path, create=True) as ledger, _transaction(ledger):
        counted = {e.outcome.key: e.id for e in _entries(ledger, path, f"NOT {_UNDONE}", _FOREVER)}
        batch = 1 + _number(ledger, "SELECT max(batch) FROM entries")
        bad, added = [], 0
        for outcome in outcomes:
            if outcome.key in counted:
                bad.append(f"{outcome.where}: the claim is entry {counted[outcome.key]} already; undo that first")
            else:
                _add(ledger, _cells(batch, note, outcome, half_life))
                added += 1
        if bad and not skip_bad:
            ledger.execute("ROLLBACK")
        written = added and ledger.in_transaction
        return Recorded(batch if written else None, added if written else 0, tuple(bad))


def undo(path: Path, which: str, note: Note) -> int:
    """Take back entry ``7`` or batch ``b3``; returns how many entries stopped counting.

    Raises
    ------
    LedgerError
        There is no such line, or it is undone already.
    """
    is_batch = which.startswith("b")
    number = which.removeprefix("b")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise LedgerError(f"{path}: {which[:40]!r} is no line; give an entry such as 7, or a batch such as b3")
    column, called = ("batch", f"batch {which}") if is_batch else ("id", f"entry {which}")
    with _opened(path) as ledger, _transaction(ledger):
        if not _number(ledger, f"SELECT count(*) FROM entries WHERE {column} = ?", int(number)):
            raise LedgerError(f"{path}: has no {called}; priors log lists what it has")
        standing = f"SELECT count(*) FROM entries e WHERE e.{column} = ? AND NOT {_UNDONE}"
        number_undone = _number(ledger, standing, int(number), _FOREVER)
        if not number_undone:
            raise LedgerError(f"{path}: {called} is undone already; priors log says by whom")
        values = (note.stamp, _plain(note.by), _plain(note.why), int(number))
        field = "batch" if is_batch else "entry"
        ledger.execute(f"INSERT INTO undos (recorded_at, by, why, {field}) VALUES (?, ?, ?, ?)", values)
        return number_undone


def counted(path: Path, as_of: date) -> tuple[Entry, ...]:
    """Entries that count on a day: recorded, known and not undone by then, in the order of recording.

    Raises
    ------
    LedgerError
        The file is missing, is no ledger, or is damaged.
    """
    day = as_of.isoformat()
    with _opened(path) as ledger:
        condition = f"substr(e.recorded_at, 1, 10) <= ? AND e.on_date <= ? AND NOT {_UNDONE}"
        return tuple(_entries(ledger, path, condition, day, day, day))


def log(path: Path) -> tuple[tuple[Entry, ...], tuple[Undo, ...]]:
    """Every entry, with a mark if it is undone, and every undo, in the order of recording.

    Raises
    ------
    LedgerError
        The file is missing, is no ledger, or is damaged.
    """
    with _opened(path) as ledger:
        standing = {e.id for e in _entries(ledger, path, f"NOT {_UNDONE}", _FOREVER)}
        entries = tuple(replace(e, undone=e.id not in standing) for e in _entries(ledger, path, "1"))
        return entries, tuple(_undos(ledger, path))


def _entries(ledger: sqlite3.Connection, path: Path, condition: str, *values: str) -> Iterator[Entry]:
    """The entries for which the condition holds; all are checked, so that a damaged one is never just left out."""
    for *row, chosen in ledger.execute(f"SELECT {_COLUMNS}, {condition} FROM entries e ORDER BY id", values):
        entry = _entry(row, path)
        if chosen:
            yield entry


def _undos(ledger: sqlite3.Connection, path: Path) -> Iterator[Undo]:
    for row in ledger.execute("SELECT id, recorded_at, by, why, entry, batch FROM undos ORDER BY id"):
        if not (all(isinstance(text, str) and text for text in row[1:4]) and _is_stamp(row[1])):
            raise LedgerError(f"{path}: undo {row[0]} is none that priors undo writes; {_WHOLE}")
        yield Undo(*row)


def _entry(row: Sequence[Any], path: Path) -> Entry:
    """A row of the table; it is checked, since the file may come from anybody."""
    id_, batch, at, by, why, kind, key, name, type_, claim, outcome, day, half_life = row
    texts = (at, by, why, kind, key, name, claim, outcome, day)
    known = iso_day(day) if isinstance(day, str) else None
    right = all(isinstance(text, str) and text for text in texts) and outcome in (CONFIRMED, REFUTED)
    right &= known is not None and _is_stamp(at)
    right &= type_ in {t.value for t in SourceType} if kind == "source" else kind == "outlet" and type_ is None
    right &= isinstance(batch, int) and batch > 0
    right &= half_life is None or (isinstance(half_life, float) and 0 < half_life < math.inf)
    if not right or known is None:
        raise LedgerError(f"{path}: entry {id_} is none that priors update writes; {_WHOLE}")
    subject = Subject(kind, key, name, SourceType(type_) if type_ else None)
    return Entry(id_, batch, at, by, why, Outcome(subject, claim, outcome, known), half_life)


def _is_stamp(text: Any) -> bool:
    """Whether the text is a time as :attr:`Note.stamp` writes it."""
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).isoformat(timespec="seconds") == text
    except ValueError:
        return False


def _cells(batch: int, note: Note, outcome: Outcome, half_life: float | None) -> tuple[Any, ...]:
    who = outcome.subject
    return (
        batch, note.stamp, _plain(note.by), _plain(note.why), who.kind, who.key, who.name,
        who.type.value if who.type else None, outcome.claim, outcome.outcome, outcome.day.isoformat(), half_life,
    )  # fmt: skip


def _add(ledger: sqlite3.Connection, cells: tuple[Any, ...]) -> None:
    columns = _COLUMNS.removeprefix("id, ")
    ledger.execute(f"INSERT INTO entries ({columns}) VALUES ({', '.join('?' * len(cells))})", cells)


def _plain(text: str) -> str:
    """The text in characters that UTF-8 can hold; an argument of the command line may have others."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(ledger: sqlite3.Connection, query: str, *values: int | str) -> int:
    (count,) = ledger.execute(query, values).fetchone()
    return int(count or 0)


@contextmanager
def _transaction(ledger: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end, roll back on an error; the file is locked in between."""
    ledger.execute("BEGIN IMMEDIATE")
    try:
        _make(ledger)
        yield
    except BaseException:
        if ledger.in_transaction:
            ledger.execute("ROLLBACK")
        raise
    if ledger.in_transaction:
        ledger.execute("COMMIT")


def _make(ledger: sqlite3.Connection) -> None:
    """Create the tables and triggers in an empty file."""
    if _empty(ledger):
        for statement in (*_TABLES, *_TRIGGERS):
            ledger.execute(statement)
        ledger.execute(f"PRAGMA application_id = {APPLICATION}")
        ledger.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _opened(path: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger; every error of SQLite becomes one line that names the file."""
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path}: is no regular file; give the file of a ledger")
    if not create and not path.exists():
        raise LedgerError(f"{path}: there is no such ledger; sourcegrade priors update makes one")
    try:
        place = f"{path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
        with closing(sqlite3.connect(place, uri=True, timeout=PATIENCE, isolation_level=None)) as ledger:
            ledger.execute("PRAGMA synchronous = FULL")
            if not (create and _empty(ledger)):
                _check(ledger, path)
            yield ledger
    except UnicodeDecodeError as error:  # SQLite's message quotes the damaged bytes
        raise LedgerError(f"{path}: is damaged: its text is no UTF-8; {_WHOLE}") from error
    except sqlite3.Error as error:
        told = " ".join(str(error).split())[:LONGEST]
        raise LedgerError(f"{path}: cannot be used as a ledger ({told}); {_need(error, create)}") from error


def _need(error: sqlite3.Error, create: bool) -> str:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return _WHOLE
    return "give a file in a folder that exists, may be written to and has room" if create else "give a ledger"


def _empty(ledger: sqlite3.Connection) -> bool:
    """Whether nothing was ever written; also true after a first update was killed, once SQLite has opened the file."""
    return not _number(ledger, "SELECT count(*) FROM sqlite_master") and not _number(ledger, "PRAGMA application_id")


def _check(ledger: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no ledger of this program, or whose tables or triggers were changed."""
    if _empty(ledger):
        raise LedgerError(f"{path}: holds nothing yet; sourcegrade priors update writes to it")
    if _number(ledger, "PRAGMA application_id") != APPLICATION:
        raise LedgerError(f"{path}: is a file of another program, not a ledger; give one that priors update made")
    if (version := _number(ledger, "PRAGMA user_version")) != VERSION:
        raise LedgerError(f"{path}: is a ledger of version {version}; this program reads version {VERSION}")
    laid_out = {sql for (sql,) in ledger.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if laid_out != {*_TABLES, *_TRIGGERS}:
        raise LedgerError(f"{path}: its tables or the rules that keep them were changed; give it as it was made")
