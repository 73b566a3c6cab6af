"""Which files an archive consists of, and what tells that they are still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scoring.documents.files import EMPTY_NAME, KINDS, ROWS
from scoring.errors import UsageError

COMPRESSED = {".gz": "gzip", ".zst": "zstd"}
"""Endings of compressed files of rows, and what Arrow calls the compression."""
_RIGHT = "give .parquet, .jsonl, .csv (the latter two also .gz or .zst), .txt, .md or .html, or a folder of these"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file's size in bytes and the SHA-256 of its content, ``None`` if it cannot be read."""

    path: str
    bytes: int
    sha256: str | None


def kind_of(path: str) -> str | None:
    """``parquet``, ``jsonl``, ``csv``, ``text``, ``markdown`` or ``html`` by the ending; ``None`` for others."""
    name = Path(path)
    plain = Path(name.stem) if name.suffix.lower() in COMPRESSED else name
    kind = KINDS.get(plain.suffix.lower())
    if plain is not name and (plain.suffix.lower() not in ROWS or kind == "parquet"):
        return None
    return kind


def find(given: Sequence[str], out: Path) -> list[str]:
    """The files of an archive: those given, and all that can be read in folders and the folders in them, by name.

    Parameters
    ----------
    given
        Files and folders. In folders, names that begin with ``.`` or ``_`` are passed over, as other readers of Parquet
        datasets do. A file that is named twice counts once.
    out
        Where results go; what lies there is no input.

    Raises
    ------
    UsageError
        One is missing or of an unknown kind, or a folder holds nothing that can be read.
    """
    files: dict[Path, str] = {}
    for one in given:
        for path in _files(one, out.resolve()):
            files.setdefault(Path(path).resolve(), path)
    return list(files.values())


def _files(given: str, out: Path) -> Iterable[str]:
    path = Path(given)
    if not given:
        raise UsageError(EMPTY_NAME)
    if given == "-":
        raise UsageError("-: standard input cannot be read twice, as --resume must; " + _RIGHT)
    if "\0" in given or not path.exists():
        raise UsageError(f"{given[:200]}: no such file or folder; {_RIGHT}")
    if path.is_file():
        if kind_of(given) is None:
            raise UsageError(f"{given}: is of no known kind; {_RIGHT}")
        return [given]
    inside = (p for p in path.rglob("*") if not any(part.startswith((".", "_")) for part in p.relative_to(path).parts))
    files = sorted(str(p) for p in inside if kind_of(str(p)) and p.is_file() and out not in p.resolve().parents)
    if not files:
        raise UsageError(f"{given}: holds nothing that can be read; {_RIGHT}")
    return files


def fingerprints(files: Iterable[str]) -> Iterator[Fingerprint]:
    """The fingerprint of each file; all of it is read, once."""
    for file in files:
        try:
            with Path(file).open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
                yield Fingerprint(file, content.tell(), digest)
        except OSError:
            yield Fingerprint(file, 0, None)


def lines(prints: Iterable[Fingerprint]) -> Iterator[str]:
    """Fingerprints as JSON Lines."""
    return (json.dumps(asdict(one)) + "\n" for one in prints)
