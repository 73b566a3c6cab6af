"""Files that appear whole or not at all: every file that a command writes is written here.

A file is written beside its place, brought to the disk, and moved there; what an error, an interruption or a full disk
leaves is what was there before.
"""

from __future__ import annotations

import errno
import io
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

from scoring.errors import OutputError, UsageError
from scoring.writing.controls import escaped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.ENOSYS})
"""How a file system says that it cannot bring a file to the disk on demand; that alone is no reason to fail."""
ADVICE = "give a file in a folder that exists, may be written to and has room"


class _File(io.FileIO):
    """A file whose errors give its name. It does not buffer: the layer above does, so that no byte is dropped."""

    def __init__(self, path: Path, mode: str, name: str) -> None:
        self._called = name
        super().__init__(path, mode)

    def write(self, data: ReadableBuffer, /) -> int | None:  # type: ignore[override]
        """Write as many bytes as the system takes; the caller offers the rest again."""
        try:
            return super().write(data)
        except BrokenPipeError:  # who read has left, which is no fault
            raise
        except OSError as error:
            raise unwritable(self._called, error) from error


def unwritable(name: object, error: OSError) -> OutputError:
    """The error for what cannot be written."""
    return OutputError(f"{name}: cannot be written ({error.strerror or error}); {ADVICE}")


@contextmanager
def whole(path: Path, name: object = None) -> Iterator[BinaryIO]:
    """Open a regular file for bytes; it appears when the block ends, and not if the block fails.

    Parameters
    ----------
    path
        The file, or a link to it; its folder must exist. A file that is there keeps its permissions.
    name
        What messages call it, such as ``--output x.json``; by default the path.

    Raises
    ------
    OutputError
        It cannot be written, or not all of it.
    """
    called, place = str(name or path), path.resolve()
    beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        if place.exists() and not os.access(place, os.W_OK):
            raise OutputError(f"{called}: may not be overwritten; give another file")
        stream = io.BufferedWriter(_File(beside, "x", called))
    except OSError as error:
        raise unwritable(called, error) from error
    try:
        yield cast("BinaryIO", stream)
        stream.flush()
        _settle(stream.fileno(), called)
        stream.close()
        _move(beside, place, called)
    finally:
        with suppress(OutputError, OSError):
            stream.close()
        beside.unlink(missing_ok=True)


def _settle(handle: int, called: str) -> None:
    """Bring bytes to the disk before the name points to them; some file systems say only here when they are full."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NO_SYNC:
            raise unwritable(called, error) from error


def _move(beside: Path, place: Path, called: str) -> None:
    try:
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o777)
        beside.replace(place)
    except OSError as error:
        raise unwritable(called, error) from error


@contextmanager
def whole_text(path: Path, name: object = None) -> Iterator[TextIO]:
    """The same as :func:`whole`, for text in UTF-8; half a surrogate pair, which no file may hold, becomes "?"."""
    with whole(path, name) as stream:
        text = _as_text(stream)
        yield text
        text.flush()


@contextmanager
def straight(path: Path, name: object = None) -> Iterator[TextIO]:
    """Open a device or pipe for text in UTF-8, which cannot be moved into its place.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    try:
        stream = io.BufferedWriter(_File(path, "w", str(name or path)))
    except OSError as error:
        raise unwritable(name or path, error) from error
    try:
        text = _as_text(cast("BinaryIO", stream))
        yield text
        text.flush()
    finally:
        with suppress(OutputError, OSError):
            stream.close()


def _as_text(stream: BinaryIO) -> TextIO:
    return io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="\n")


def put(path: Path, content: bytes | str | Iterable[str], name: object = None) -> None:
    """Write a file at once.

    Parameters
    ----------
    path, name
        As for :func:`whole`.
    content
        Bytes, or text in one piece or in several.

    Raises
    ------
    OutputError
        It cannot be written, or not all of it.
    """
    if isinstance(content, bytes):
        with whole(path, name) as stream:
            stream.write(content)
        return
    with whole_text(path, name) as text:
        text.writelines([content] if isinstance(content, str) else content)


def spare(read: Iterable[Path], *written: Path, name: str = "--output", folders: bool = False) -> None:
    """Refuse to write over what the same command reads, under whatever name, link or path.

    Parameters
    ----------
    read
        The files and folders that are read; those that are not there are passed over.
    written
        The files to write.
    name
        The option that gave the output; empty for an argument.
    folders
        Whether a folder among ``written`` is replaced as a whole; else folders are passed over.

    Raises
    ------
    UsageError
        A file that is read is one to write, or lies in a folder to replace.
    """
    places = [place for place in written if place.is_file() or (folders and place.is_dir())]
    for given in read if places else ():
        for place in places:
            if _would_lose(place, given):
                what = "is one of the inputs" if place.samefile(given) else f"holds the input {given}"
                kind = "folder" if place.is_dir() else "file"
                raise UsageError(f"{name} {place}: {what}; give another {kind}".strip())


def _would_lose(written: Path, read: Path) -> bool:
    try:
        if written.samefile(read):
            return True
        return written.is_dir() and written.resolve() in read.resolve(strict=True).parents
    except OSError:  # not there, or out of reach: then nothing of it is lost
        return False


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON in UTF-8, control characters escaped; all of ASCII where half a surrogate pair stands in a text."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        written.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, indent=indent)
    return escaped(written)
