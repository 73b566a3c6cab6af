"""What the reading of Markdown and of pages gives: text without its markup, and what the markup told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from scoring.schema import Hyperlink, Skipped


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without its markup; offsets are code points of ``text``.

    ``front`` are values of the front matter by the columns of an input row (title, published, url, outlet),
    ``warnings`` what the reader of a rating must know of the reading.
    """

    text: str
    links: tuple[Hyperlink, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    front: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()
