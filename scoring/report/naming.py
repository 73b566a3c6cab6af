"""Article ids → file names: safe on every file system, unique, and the same again for the same ids."""

from __future__ import annotations

import hashlib
import re

LONGEST = 80
"""Characters of an id that may stand as it is."""
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
        Such as ``.html``.
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
