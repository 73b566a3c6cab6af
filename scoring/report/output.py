"""Where a result is written: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from scoring.errors import OutputError


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
        Whether standard output is switched to UTF-8; files always are.

    Raises
    ------
    OutputError
        It cannot be written; found before anything is done.
    """
    if path is None:
        yield _standard_output(utf8)
    elif path.exists() and not path.is_file() and not path.is_dir():
        with _open(path, path, "w") as stream:
            yield stream
    else:
        yield from _moved_at_the_end(path)


def _standard_output(utf8: bool) -> TextIO:
    if isinstance(sys.stdout, io.TextIOWrapper):
        if utf8:
            sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
        else:
            sys.stdout.reconfigure(errors="replace")
    return sys.stdout


def _moved_at_the_end(asked: Path) -> Iterator[TextIO]:
    if asked.is_dir():
        raise OutputError(f"--output {asked}: is a folder; give a file")
    path = asked.resolve()
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"--output {asked}: may not be overwritten; give another file")
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with _open(beside, asked, "x") as stream:
            yield stream
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def put(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that it appears whole or not at all.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); give a folder that may be written to and has room"
        ) from error
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


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


def _open(path: Path, asked: Path, mode: str) -> TextIO:
    try:
        return io.TextIOWrapper(io.FileIO(path, mode), encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise OutputError(
            f"--output {asked}: cannot be written ({error.strerror}); give a file in a folder that "
            "exists and may be written to"
        ) from error
