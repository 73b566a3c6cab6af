"""Where a result is written: standard output, or a file that appears whole or not at all; and how files are named."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from scoring.errors import OutputError
from scoring.writing.controls import harmless
from scoring.writing.files import put, straight, whole_text

__all__ = ["folder", "opened", "put"]


@contextmanager
def opened(path: Path | None, *, utf8: bool = True) -> Iterator[TextIO]:
    """Open ``path`` for writing, or standard output for ``None``.

    A regular file is written beside its place and moved there at the end, so that an error or an interruption leaves
    what was there before. Devices and pipes are written straight.

    Parameters
    ----------
    path
        The file; its folder must exist.
    utf8
        Whether this is text for programs: standard output is switched to UTF-8, and a terminal there is shown the
        control characters of articles as replacement characters. Text for the eye has none, but may have colours.

    Raises
    ------
    OutputError
        It cannot be written. Where that can be known beforehand, it is raised before any work is done.
    """
    if path is None:
        yield _standard_output(utf8)
        return
    name = f"--output {path}"
    if path.is_dir():
        raise OutputError(f"{name}: is a folder; give a file")
    with (straight if path.exists() and not path.is_file() else whole_text)(path, name) as stream:
        yield stream


def _standard_output(utf8: bool) -> TextIO:
    if sys.stdout is None:
        raise OutputError("standard output is closed; give --output FILE")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if utf8:
            sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
        else:
            sys.stdout.reconfigure(errors="replace")
    return cast("TextIO", Shown(sys.stdout)) if utf8 and sys.stdout.isatty() else sys.stdout


class Shown:
    """Standard output that is a terminal. Control characters in articles cannot steer it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        """Put text on the terminal, control characters but line ends and tabs replaced."""
        return self._stream.write(harmless(text))

    def writelines(self, lines: Iterator[str]) -> None:
        """Put several texts on the terminal."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Show what has been written so far."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Always true, since this stands for a terminal."""
        return True


def folder(path: Path) -> Path:
    """The folder, made with those above it where it is missing.

    Raises
    ------
    OutputError
        There is a file in its place, or it may not be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"--output {path}: cannot be made a folder ({error.strerror}); give another") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise OutputError(f"--output {path}: may not be written to; give another folder")
    return path


LONGEST = 80
"""An id of at most so many characters is used as the file name unchanged."""
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*[a-z0-9_-]|[a-z0-9]")
_RESERVED = re.compile(r"(?:index|con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
"""The overview's own name, and names that Windows keeps for devices."""


def file_name(id: str, suffix: str, taken: set[str]) -> str:
    """The name of an article's file.

    Parameters
    ----------
    id
        The article's id, of any origin.
    suffix
        The file's ending, such as ``.html``.
    taken
        Names in use, lower case; the new one is added.

    Returns
    -------
    str
        The id itself where it is plain (lower-case letters, digits, ``._-``), else what is plain of it with the first
        eight digits of its SHA-256; where that is taken, a number is added.
    """
    stem = id if len(id) <= LONGEST and _PLAIN.fullmatch(id) and not _RESERVED.fullmatch(id) else _hashed(id)
    name, number = f"{stem}{suffix}", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}{suffix}"
    taken.add(name)
    return name


def _hashed(id: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", id.casefold())[:40].strip("-")
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words or 'article'}-{digest}"
