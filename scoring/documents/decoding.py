"""Bytes → text, text → the same as it is read, code point for code point, and values of rows → JSON values."""

from __future__ import annotations

import contextlib
import csv
import datetime
import decimal
import email.utils
import itertools
import json
import math
import re
from collections.abc import Iterable
from typing import Any

from scoring.errors import InputError

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"PAR1", "a Parquet file under another name"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls)"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"RIFF", "a sound, film or image file"),
)
_OFFICE = (
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "a spreadsheet (.xlsx)"),
    (b"mimetypeapplication/epub", "an e-book"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = bytes({*range(9), 11, *range(14, 27), *range(28, 32), 127})
_SURROGATES = re.compile("[\ud800-\udfff]")
_DATE_FORMATS = ("%B %d, %Y", "%b %d, %Y", "%b. %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y%m%d")

MAX_CONTROL_SHARE = 0.1
"""Most control characters, as a share, of a text in valid UTF-8; a program or an image has more."""
MAX_CONTROL_SHARE_OTHER = 0.02
"""The same for bytes that are not UTF-8: text in an 8-bit encoding has no control characters but white space."""
MAX_WRAP_WIDTH = 120
"""Longest line, in code points, of a text that an editor or mailer wrapped."""
MIN_WRAPS = 4
"""Line ends in mid-sentence that make a text hard-wrapped; verse and lists of points have fewer."""
GUESS_BYTES = 1 << 16
DEEPEST = 64
"""Levels of lists and objects in a column; some writers of JSON, and readers of it, end at a hundred."""
LONGEST_DATE = 100
"""Characters of a day as anybody writes it; the longest names of weekday, month and zone come to sixty."""
_NESTED = (dict, list, tuple, set)


def printable(name: str) -> str:
    """A file name that any terminal can show."""
    return name.encode("utf-8", "replace").decode("utf-8").replace("\n", " ").replace("\0", " ")


def check_binary(head: bytes, where: str) -> None:
    """Refuse what begins like a known kind of file that holds no text.

    Raises
    ------
    InputError
        Says what the file is.
    """
    recognised = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if recognised == "a ZIP archive":
        recognised = next((kind for part, kind in _OFFICE if part in head), recognised)
    if recognised is None and head[4:8] == b"ftyp":
        recognised = "a film"
    if recognised:
        raise InputError(f"{where}: is {recognised}, not text; save the article as text or HTML")


def decode(raw: bytes, where: str) -> tuple[str, list[str]]:
    """Decode UTF-8, UTF-16 or UTF-32 with a byte order mark, or guess.

    Returns
    -------
    tuple of str and list of str
        The text, and warnings.

    Raises
    ------
    InputError
        The bytes are no text.
    """
    bom = next((encoding for mark, encoding in _BOMS if raw.startswith(mark)), None)
    if bom:
        text = raw.decode(bom, "replace")
        return text, ["encoding: damaged bytes replaced by U+FFFD"] if "\ufffd" in text else []
    head = raw[:8192]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if 3 * head.count(0) < 2 * len(head) and zeros.count(0) > 0.7 * len(zeros) and len(raw) % 2 == 0:
            return raw.decode(encoding, "replace"), [f"encoding: no mark; read as {encoding}"]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    try:
        text = raw.decode("utf-8")
        binary = controls > max(1, MAX_CONTROL_SHARE * len(head))
    except UnicodeDecodeError:
        text, binary = "", controls > MAX_CONTROL_SHARE_OTHER * len(head)
    if binary:
        raise InputError(f"{where}: is binary, not text; give a text file in UTF-8")
    return (text, []) if text or not raw else _guess(raw)


def _guess(raw: bytes) -> tuple[str, list[str]]:
    """UTF-8 with some damage, else cp1252 where few bytes are not ASCII, else what charset-normalizer says."""
    text = raw.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) - damaged > 2 * damaged:
        return text, [f"encoding: {damaged} damaged bytes of UTF-8 replaced by U+FFFD"]
    encoding = "cp1252"
    if 5 * len(raw[:GUESS_BYTES].translate(None, bytes(range(128)))) > len(raw[:GUESS_BYTES]):
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:GUESS_BYTES]).best()
        encoding = best.encoding if best else encoding
    return raw.decode(encoding, "replace"), [f"encoding: not UTF-8; read as {encoding}"]


def normalise(text: str) -> tuple[str, list[str]]:
    """The text in the form that is read, equally long: lines end in a line feed, a paragraph is one line.

    CR LF becomes a space and a line feed, CR becomes a line feed. A byte order mark before the text, a NUL, and line
    ends within the paragraphs of a hard-wrapped text become spaces. Half a surrogate pair becomes U+FFFD.

    Returns
    -------
    tuple of str and list of str
        The text, as long as the one given, and a warning for each kind of change except that of line ends.
    """
    warnings = []
    text = f" {text[1:]}" if text.startswith("\ufeff") else text
    text = text.replace("\r\n", " \n").replace("\r", "\n")
    if "\0" in text:
        warnings.append(f"characters: {text.count(chr(0))} NUL read as a space")
        text = text.replace("\0", " ")
    surrogates = len(_SURROGATES.findall(text))
    if surrogates:
        warnings.append(f"characters: {surrogates} lone surrogates replaced by U+FFFD")
        text = whole_characters(text)
    text, joined = _unwrap(text)
    if joined:
        warnings.append(f"line ends: the text is hard-wrapped; {joined} inside paragraphs read as spaces")
    return text, warnings


def whole_characters(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which no file can hold."""
    return _SURROGATES.sub("\ufffd", text)


def _unwrap(text: str) -> tuple[str, int]:
    """Put a space for each line end inside a paragraph when most lines of a narrow text break in mid-sentence."""
    lines = text.split("\n")
    width = max(len(line.rstrip()) for line in lines)
    if width > MAX_WRAP_WIDTH or len(lines) <= MIN_WRAPS:
        return text, 0
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a.strip() and b.strip()]
    broken = sum(b.lstrip()[0].islower() and a.rstrip()[-1] not in ".!?:;" for a, b in pairs)
    if broken < MIN_WRAPS or 2 * broken < len(pairs):
        return text, 0
    narrow = 0.6 * width
    pieces, joined = [lines[0]], 0
    for before, line in itertools.pairwise(lines):
        goes_on = len(before.rstrip()) >= narrow and line.strip() != "" and line.lstrip()[0] not in "-*•#>"
        joined += goes_on
        pieces.append((" " if goes_on else "\n") + line)
    return "".join(pieces), joined


def sniff(text: str) -> str:
    """Kind of an input without a file name: one of the kinds, or ``json`` for a single object over several lines."""
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<?xml")) or "<body" in start or start.startswith("<head"):
        return "html"
    if re.match(r"(?:[\w ]+[,;\t])*text(?:[,;\t][\w ]+)*\r?\n", start):
        return "csv"
    if start.startswith("[") and isinstance(json_value(text), list):
        raise InputError("found a JSON array; give an object a line (JSON Lines), or a file with .csv or .parquet")
    if not start.startswith("{"):
        return "text"
    lines = [line for line in text.split("\n", 50) if line.strip()][:20]
    if any(isinstance(row := json_value(line), dict) and "text" in row for line in lines):
        return "jsonl"
    return "json" if isinstance(row := json_value(text), dict) and "text" in row else "text"


def columns_of(names: Iterable[Any]) -> str:
    """Names of columns for a message, the first dozen."""
    columns = [" ".join(printable(str(name)).split())[:60] for name in names]
    return ", ".join(columns[:12]) + (", …" if len(columns) > 12 else "") or "none"


def check_columns(names: list[str], name: str) -> None:
    """Make sure that one column, and one only, is called ``text``.

    Raises
    ------
    InputError
        None is, or several are.
    """
    if names.count("text") != 1:
        lack = f"{names.count('text')} columns" if "text" in names else "no column"
        raise InputError(
            f"{name}: {lack} text; found {columns_of(names)}; name the column of the articles text, and no other so"
        )


def is_open(record: list[str], delimiter: str) -> bool:
    """Whether the last record runs to the end of the file for want of a closing quotation mark."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def json_value(line: str | bytes) -> Any:
    """The JSON value, or the error that says what is wrong with it."""
    try:
        return json.loads(line)
    except ValueError as error:
        return error
    except RecursionError:
        return ValueError("nested too deep")


def iso_date(value: str | None) -> str | None:
    """``2015-01-26`` from the usual ways to write a day, with or without a time; ``None`` if it is no date."""
    text = (value or "").strip()
    if len(text) > LONGEST_DATE:
        return None
    if text[10:11] in ("", "T", " "):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(text[:10]).isoformat()
    for form in _DATE_FORMATS:
        try:
            return datetime.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    try:
        return email.utils.parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def iso_time(value: str | None) -> str | None:
    """``06:40:00`` in UTC where a zone is given, from an ISO date with a time; ``None`` without one.

    A day that the zone would change is kept: the time then is 00:00:00 or 23:59:59.
    """
    text = (value or "").strip()
    if not 13 <= len(text) <= LONGEST_DATE or text[10:11] not in ("T", " "):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    offset = moment.utcoffset() or datetime.timedelta()
    since = datetime.timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second) - offset
    if not datetime.timedelta() <= since < datetime.timedelta(days=1):
        return "00:00:00" if since < datetime.timedelta() else "23:59:59"
    return (datetime.datetime.min + since).time().isoformat("seconds")


def plain(value: Any) -> Any:
    """A value of a row as JSON can hold it: not-a-number is ``None``, dates are ISO strings, unknown kinds ``str``."""
    if isinstance(value, float | decimal.Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, dict):
        return {whole_characters(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return whole_characters(text)


def is_deep(value: Any) -> bool:
    """Whether a value holds lists or objects nested more than ``DEEPEST`` levels."""
    level = [value]
    for _ in range(DEEPEST + 1):
        held = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, _NESTED)]
        if not held:
            return False
        level = list(itertools.chain.from_iterable(held))
    return True
