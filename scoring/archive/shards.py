"""The folder of an archive: parts that appear whole or not at all, and the manifest that tells how it was made.

A batch becomes a part of each table with the batch's number. Its part of ``articles`` comes last and is what makes it
done; until then its other parts do not count, and going on writes them again. One process at a time works on a folder.
"""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import re
import secrets
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from scoring.archive.columns import SCHEMA, TABLES, as_json, as_markdown
from scoring.archive.inputs import fingerprints, lines
from scoring.errors import MOST_REASON, OutputError, UsageError
from scoring.writing.files import put

MANIFEST, INPUTS, LOCK, ASIDE, BUSY = "manifest.json", "inputs.jsonl", ".lock", ".writing", ".busy"
LAST = "articles"
_PART = re.compile(r"part-(\d+)\.parquet")
_NOTES = (INPUTS, "schema.json", "SCHEMA.md", MANIFEST)
"""Files that tell about the tables, in the order in which they are written."""
_ELSE = "give the same, or a new folder"


def write_part(out: Path, number: int, tables: Mapping[str, Any], about: Mapping[str, Any]) -> None:
    """Write a batch: all parts aside, then each to its place, that of ``articles`` last.

    Parameters
    ----------
    out
        The folder.
    number
        Of the batch.
    tables
        A ``pyarrow.Table`` for each table. Without rows none is written, but in the first batch and for ``articles``.
    about
        What made it; goes into the files' metadata under ``sourcegrade``.

    Raises
    ------
    OSError
        It cannot be written; nothing is left in its place.
    """
    (out / ASIDE).mkdir(exist_ok=True)
    token = f"{number:06}.{secrets.token_hex(4)}"
    aside = {
        name: out / ASIDE / f"{name}-{token}" for name in tables if tables[name].num_rows or not number or name == LAST
    }
    try:
        for name, path in aside.items():
            _write(tables[name], path, about)
        for name in sorted(tables, key=lambda name: name == LAST):
            place = out / name / f"part-{number:06}.parquet"
            if name in aside:
                aside[name].replace(place)
                _settle(place.parent)
            else:
                place.unlink(missing_ok=True)
    finally:
        for path in aside.values():
            path.unlink(missing_ok=True)


def _write(table: Any, path: Path, about: Mapping[str, Any]) -> None:
    import pyarrow.parquet

    noted = table.replace_schema_metadata({"sourcegrade": json.dumps(about, sort_keys=True)})
    with path.open("xb") as file:
        pyarrow.parquet.write_table(noted, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Bring a renaming to the disk before the next one."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def done(out: Path) -> set[int]:
    """Numbers of the batches that are done."""
    return {number for number, _ in _parts(out, LAST)}


def _parts(out: Path, table: str) -> Iterator[tuple[int, Path]]:
    for path in (out / table).iterdir() if (out / table).is_dir() else ():
        if found := _PART.fullmatch(path.name):
            yield int(found[1]), path


@contextmanager
def busy(out: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the folder's lock: shared while parts are written, ``alone`` while they are looked through.

    A worker outlives a parent that was killed until it next writes to its pipe; what it is writing by then it ends.
    """
    with (out / BUSY).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def tidy(out: Path) -> None:
    """Take away what an interruption left: files aside, and parts of batches that are not done."""
    with busy(out, alone=True):
        _tidy(out)


def _tidy(out: Path) -> None:
    for path in (out / ASIDE).iterdir() if (out / ASIDE).is_dir() else ():
        path.unlink(missing_ok=True)
    with suppress(OSError):
        (out / ASIDE).rmdir()
    whole = done(out)
    for table in TABLES:
        for number, path in _parts(out, table):
            if number not in whole:
                path.unlink()


@contextmanager
def held(out: Path, resume: bool) -> Iterator[None]:
    """Make the folder, or open it to go on, and keep others out.

    Raises
    ------
    OutputError
        It cannot be written to, something else is in it, or another process works on it.
    UsageError
        It holds an archive already, and ``resume`` is not asked for; or its manifest is damaged.
    """
    try:
        if out.is_dir() and any(out.iterdir()) and not _is_own(out):
            raise OutputError(f"{out}: is not empty and was not made by batch; give a new folder")
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("a")  # what stands in a file of this name is not cut off
    except OSError as error:
        raise unwritable(out, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(f"{out}: another process works on it; wait for it, or give another folder") from error
        if (out / MANIFEST).exists() and not resume:
            raise UsageError(f"{out}: holds an archive already; --resume goes on with it, or give a new folder")
        try:
            for table in TABLES:
                (out / table).mkdir(exist_ok=True)
        except OSError as error:
            raise unwritable(out, error) from error
        yield


def _is_own(out: Path) -> bool:
    """Whether the folder holds an archive, or only the files that an archive begins with: parts come later."""
    if manifest(out) is not None:
        return True
    lock = out / LOCK
    if not lock.is_file() or lock.stat().st_size:
        return False
    return all(
        _is_note(path.name) if path.is_file() else path.name in TABLES and not any(path.iterdir())
        for path in out.iterdir()
    )


def _is_note(name: str) -> bool:
    """Whether it is a lock or a note, or a note that was being written when the process was killed."""
    beside = re.fullmatch(r"\.(.+)\.[0-9a-f]{8}\.part", name)
    return name in (LOCK, BUSY, *_NOTES) or (beside is not None and beside[1] in _NOTES)


def unwritable(out: Path, error: OSError) -> OutputError:
    """The error for a folder that cannot be written to."""
    return OutputError(
        f"{out}: cannot be written ({error.strerror or error}); what is done is kept, and --resume goes on"
    )


@contextmanager
def reading(path: Path, right: str = "put back the file as it was, or give a new folder") -> Iterator[None]:
    """Read a file of the folder: whatever a damaged one leads to becomes one line.

    Parameters
    ----------
    path
        The file.
    right
        What to do about it.

    Raises
    ------
    UsageError
        It cannot be read, or something else stands in it than should.
    """
    import pyarrow

    try:
        yield
    except (
        ValueError, RecursionError, LookupError, TypeError, AttributeError, OSError, pyarrow.ArrowException,
    ) as error:  # fmt: skip
        told = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
        raise UsageError(f"{path}: cannot be read ({' '.join(told.split())[:MOST_REASON]}); {right}") from error


def reading_part(path: Path) -> AbstractContextManager[None]:
    """The same as :func:`reading`, for a part of a table; the advice is to rate its batch again."""
    last = path.parent.parent / LAST / path.name
    return reading(path, f"delete {last}, and batch with --resume writes its batch again")


def manifest(out: Path) -> dict[str, Any] | None:
    """What is known of the archive in a folder; ``None`` if there is none.

    Raises
    ------
    UsageError
        It is damaged, or of another version of the layout.
    """
    path = out / MANIFEST
    if not path.exists():
        return None
    with reading(path):
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            raise UsageError(f"{path}: is not of {SCHEMA}; give a folder made by batch of this version")
        if not isinstance(content.get("complete"), bool) or not isinstance(content.get("settings"), dict):
            raise TypeError("complete must be true or false, and settings an object")
        if (day := content["settings"].get("as_of")) is not None:
            date.fromisoformat(day)
        return content
    return None


def begin(out: Path, settings: Mapping[str, Any], files: Sequence[str]) -> None:
    """Note settings and inputs in a new folder, or make sure that they are those that it was begun with.

    Raises
    ------
    UsageError
        They differ; the message names the first difference.
    """
    known, seen = manifest(out), lines(fingerprints(files))
    if known:
        with reading(out / MANIFEST):
            _same_settings(out, known["settings"], settings)
        with reading(out / INPUTS):
            _same_inputs(out, seen)
        return
    put(out / INPUTS, seen)
    put(out / "schema.json", [json.dumps(as_json(), indent=2) + "\n"])
    put(out / "SCHEMA.md", [as_markdown()])
    put(out / MANIFEST, [_manifest(settings, complete=False)])


def finish(out: Path, counts: Mapping[str, int]) -> None:
    """Note that all batches are done, and the rows of each table."""
    known = manifest(out)
    if known is None:
        raise UsageError(f"{out / MANIFEST}: has gone while batch worked; make the archive anew in a new folder")
    put(out / MANIFEST, [_manifest(known["settings"], complete=True, rows=dict(counts))])


def _manifest(settings: Mapping[str, Any], **more: Any) -> str:
    return json.dumps({"schema": SCHEMA, **more, "settings": dict(settings)}, indent=2) + "\n"


def _same_settings(out: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            told = f"{name} {_short(before.get(name))}, now it is {_short(now.get(name))}"
            raise UsageError(f"{out}: was begun with {told}; {_ELSE}")


def _short(value: Any) -> str:
    return f"{value[:12]}…" if isinstance(value, str) and len(value) == 64 else str(value)


def _same_inputs(out: Path, seen: Iterator[str]) -> None:
    with (out / INPUTS).open(encoding="utf-8") as before:
        for old, new in itertools.zip_longest(before, seen):
            if old != new:
                file = _path(old or new)
                told = "is new" if old is None else "is missing" if new is None else _difference(old, new)
                raise UsageError(f"{out}: was begun with other inputs: {file} {told}; {_ELSE}")


def _difference(old: str, new: str) -> str:
    before, now = _path(old), _path(new)
    return "has changed" if before == now else f"stood where {now} stands now"


def _path(line: str) -> str:
    path = json.loads(line)["path"]
    if not isinstance(path, str):
        raise TypeError("the path of a file must be a string")
    return path


def repeated(out: Path) -> int:
    """How many articles bear an id that another one bears, too; eight bytes of memory an article."""
    import numpy as np
    import pyarrow.parquet

    digests = array("Q")
    for _, path in _parts(out, LAST):
        with reading_part(path):
            ids = pyarrow.parquet.read_table(path, columns=["id"])["id"].to_pylist()
            digests.extend(map(_digest, ids))
    counts = np.unique(digests, return_counts=True)[1]
    return int(counts[counts > 1].sum())


def _digest(id: str) -> int:
    """64 bits of an id: among ten million, two that differ have the same with a chance of one in 370,000."""
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest())


def rows(out: Path) -> dict[str, int]:
    """Rows of each table, from the parts' footers."""
    import pyarrow.parquet

    counts = dict.fromkeys(TABLES, 0)
    for table in TABLES:
        for _, path in _parts(out, table):
            with reading_part(path):
                counts[table] += pyarrow.parquet.read_metadata(path).num_rows
    return counts
