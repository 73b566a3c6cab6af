"""Characters that steer a terminal or the direction of writing, and are no text of an article."""

from __future__ import annotations

import json
import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CONTROLS = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1: escape sequences begin with them
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # the direction of writing (Unicode Standard Annex 9)
    r"\u2028\u2029\ufff9-\ufffb\U000e0000-\U000e007f"  # Unicode's own line ends, annotations, tags
)
"""The inside of a class of a regular expression. Joiners, which Persian and Hindi are written with, are not in it."""
_CONTROL = re.compile(f"[{CONTROLS}]")


def harmless(text: str) -> str:
    """Text for a terminal: what could steer it becomes the replacement character; tabs and line ends stay."""
    return _CONTROL.sub(REPLACEMENT, text)


def escaped(written: str) -> str:
    r"""JSON as written, with every control character as ``\uXXXX``: the same values, and harmless to look at.

    JSON's own syntax holds none of them, so that each one stands inside a string.
    """
    return _CONTROL.sub(lambda control: json.dumps(control[0])[1:-1], written)
