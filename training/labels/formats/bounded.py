"""Bytes → text and JSON within limits: what is too large, binary, not UTF-8, not finite or too deep is refused.

No encoding is guessed: offsets count characters, and a wrong guess would shift all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from scoring.documents.decoding import check_binary
from scoring.documents.records import MOST, bounded_lines
from scoring.errors import InputError

LARGEST_FILE = 1 << 28
"""Most bytes of a file that has to be read as a whole, 256 MiB."""
HEAD = 1 << 16
"""Bytes at the beginning of a file by which its format is recognised."""
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


def head_of(path: Path) -> str:
    """The beginning of a file, for telling its format.

    Raises
    ------
    InputError
        The file cannot be read, is empty, or is no text.
    """
    with _opened(path) as file:
        head = file.read(HEAD)
    _check_text(head, path)
    return head.decode("utf-8-sig", "ignore")


def text_of(path: Path) -> str:
    """A whole file as text; line ends and a byte order mark are kept.

    Raises
    ------
    InputError
        The file cannot be read, is too large, binary, or not UTF-8.
    """
    with _opened(path) as file:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{path}: has {size:,} bytes; give {LARGEST_FILE:,} at most, split by articles")
        raw = file.read(size + 1)
    _check_text(raw[:HEAD], path)
    return decoded(raw, str(path))


def lines_of(path: Path, *, ends: bool = False) -> Iterator[tuple[int, str | InputError]]:
    """The lines of a file, numbered from 1; in place of one that is too long or not UTF-8, an error.

    Line ends are kept only if ``ends`` is set.

    Raises
    ------
    InputError
        The file cannot be read, is empty or binary.
    """
    with _opened(path) as file:
        _check_text(file.read(HEAD), path)
        file.seek(0)
        for number, (line, whole) in enumerate(bounded_lines(file, b"\n"), start=1):
            if not whole:
                wrong = f"{path}:{number}: the line has {MOST:,} bytes or more; give an article a line"
                yield number, InputError(wrong)
                continue
            try:
                text = decoded(line, f"{path}:{number}")
            except InputError as error:
                yield number, error
                continue
            text = text.removeprefix("\ufeff") if number == 1 else text
            yield number, text if ends else text.rstrip("\r\n")


def decoded(raw: bytes, where: str) -> str:
    """Bytes in UTF-8 as text.

    Raises
    ------
    InputError
        The bytes are not UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = f"byte {raw[error.start]:#04x} at {error.start:,}"
        raise InputError(f"{where}: is not UTF-8 ({wrong}); save it in UTF-8, so that offsets can be counted") from None


def json_of(text: str, where: str) -> Any:
    """The value of a JSON text; all its numbers are finite.

    Raises
    ------
    InputError
        The text is no JSON, is nested too deeply, or holds NaN or Infinity.
    """
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_not_finite)
    except RecursionError:
        raise InputError(f"{where}: is nested too deeply; labelled articles need some ten levels") from None
    except ValueError as error:
        raise InputError(f"{where}: is no JSON ({str(error)[:120]}); mend it, or export it anew") from None


def _not_finite(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _opened(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; give a file, or a folder with brat's .ann and .txt")
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is no regular file; give one")
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); give a file that may be read") from None


def _check_text(head: bytes, path: Path) -> None:
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise InputError(f"{path}: is empty; give labelled articles")
    if _PICKLE.match(head):
        raise InputError(f"{path}: is a pickle, which can run programs and is never opened; give text")
    try:
        check_binary(head, str(path))
    except InputError as error:
        raise InputError(f"{str(error).partition(';')[0]}; give text in UTF-8") from None
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path}: is in UTF-16; save it in UTF-8, so that offsets can be counted")
    if b"\0" in head:
        raise InputError(f"{path}: is binary, not text; give text in UTF-8")
