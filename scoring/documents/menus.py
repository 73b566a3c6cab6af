"""Lines of a marked-up page → which of them are menus, lists of other articles, notes, code and tables.

What links and headings tell is used here; what words tell lies in ``boilerplate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.schema import Hyperlink, Span

LINKED = 0.9
"""Share of a line's letters and digits that lie in links, from which it is nothing but links."""
MOSTLY_LINKED = 0.6
"""The same for a short line; a lead-in such as "Tags:" or a date may stand beside the links."""
MENU_LINES = 3
"""Lines of links that make a menu of the short lines between them."""
LISTED = 3
"""Headings that are links from which they are a list of other articles; one or two may be the article's own."""
BODY_WORDS, BODY_WORDS_OPEN = 12, 20
"""Words from which a line is text of the article, with a final stop and without; :mod:`boilerplate`, which has no links
to go by, asks for 14 and 20."""
SENTENCE_WORDS = 6
CARD_LINES = 12
TEASER_WORDS = 60
"""Most words of what a list of articles says of one."""

_STOP = re.compile(r"[.!?…。！？؟][\"'”’»)\]*_\s]*$")
_ALNUM = re.compile(r"[^\W_]+")
_ENDNOTE = re.compile(r"(?:\[\^?\w{1,8}\]|\^\w{1,8})\s*:?")
_CARD_END = re.compile(r"\]\([^()\s]{1,2000}\)")
_ADDRESS = re.compile(r"https?://\S{1,2000}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text without markup.

    ``kind`` is ``text``, ``heading 1`` to ``heading 6``, ``code``, ``table`` or ``cell``. ``links`` are those that a
    reader can open, ``linked`` all words that lead anywhere, in order, ``footnotes`` the marks of notes; offsets are
    in ``text``.
    """

    text: str
    kind: str
    links: tuple[Hyperlink, ...] = ()
    footnotes: tuple[Span, ...] = ()
    linked: tuple[Span, ...] = ()

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as a sentence does, and is not too short for one."""
        return bool(_STOP.search(self.text[-40:])) and self.words >= SENTENCE_WORDS

    @property
    def is_heading(self) -> bool:
        """Whether it was marked as a heading."""
        return self.kind.startswith("heading")

    @property
    def share_linked(self) -> float:
        """Share, in [0, 1], of its letters and digits that lie in links or are addresses."""
        whole = _letters(self.text)
        edges = [0, *(edge for span in self.linked for edge in (span.start, span.end)), len(self.text)]
        unlinked = " ".join(self.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
        return 1 - _letters(_ADDRESS.sub(" ", unlinked)) / whole if whole else 0.0


def _letters(text: str) -> int:
    return sum(map(len, _ALNUM.findall(text)))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a line looks like: nothing but links, a line of a menu, text of the article."""

    links_only: bool
    menu: bool
    body: bool


def unread_lines(lines: Sequence[Line], url: str | None = None) -> list[str | None]:
    """Reasons why lines hold no claim, ``None`` for those that are read.

    Parameters
    ----------
    lines
        Of one article, in order.
    url
        Its address: a heading that leads there is its own.
    """
    looks = [_look(line) for line in lines]
    reasons = [_by_itself(line) for line in lines]
    for i, look in enumerate(looks):
        if reasons[i] is None and (look.menu or (look.links_only and _beside_menu(looks, i))):
            reasons[i] = "navigation"
    for run in _runs(looks):
        if sum(looks[i].menu for i in run) >= MENU_LINES:
            _mark(reasons, (i for i in run if not lines[i].is_sentence))
    _mark(reasons, _teasers(lines, looks, url))
    _mark(reasons, _cards(lines))
    return reasons


def _mark(reasons: list[str | None], numbers: Iterator[int]) -> None:
    for i in numbers:
        reasons[i] = reasons[i] or "navigation"


def _by_itself(line: Line) -> str | None:
    """The reason that the markup of a line gives."""
    if line.is_heading:
        return "heading"
    if line.kind in ("code", "table"):
        return line.kind
    note = _ENDNOTE.match(line.text)
    linked_note = note is not None and any(span.start == 0 for span in (*line.linked, *line.footnotes))
    if note and note.end() < len(line.text) and (linked_note or note.group().startswith(("^", "[^"))):
        return "footnote"
    return None


def _look(line: Line) -> _Look:
    share = line.share_linked if line.linked or "://" in line.text else 0.0
    links_only = share >= LINKED
    menu = not line.is_sentence and (links_only or (share >= MOSTLY_LINKED and line.words <= BODY_WORDS))
    words = BODY_WORDS if _STOP.search(line.text[-40:]) else BODY_WORDS_OPEN
    body = line.kind == "text" and not links_only and not menu and line.words >= words
    return _Look(links_only, menu, body)


def _beside_menu(looks: Sequence[_Look], i: int) -> bool:
    """Whether a linked sentence stands next to a line of a menu: it then tells of another article."""
    return any(looks[j].menu for j in (i - 1, i + 1) if 0 <= j < len(looks))


def _runs(looks: Sequence[_Look]) -> Iterator[range]:
    """Stretches of lines between those that are text of the article."""
    start = 0
    for i, look in enumerate([*looks, _Look(False, False, True)]):
        if look.body:
            yield range(start, i)
            start = i + 1


def _teasers(lines: Sequence[Line], looks: Sequence[_Look], url: str | None) -> Iterator[int]:
    """Lines under headings that lead to other articles, where there is a list of these."""
    heads = [i for i, line in enumerate(lines) if line.is_heading]
    listed = [i for i in heads if looks[i].links_only and lines[i].links and _leads_on(lines[i], url)]
    if len(listed) < LISTED:
        return
    ends = dict(zip(heads, [*heads[1:], len(lines)], strict=True))
    for i in listed:
        under = range(i + 1, ends[i])
        if sum(lines[j].words for j in under) <= TEASER_WORDS:
            yield from under


def _cards(lines: Sequence[Line]) -> Iterator[int]:
    """Lines between a bracket and an address, each alone on its line: a link around a heading and its teaser."""
    begun: int | None = None
    for i, line in enumerate(lines):
        if line.text == "[":
            begun = i
        elif begun is not None and _CARD_END.fullmatch(line.text) and i - begun <= CARD_LINES:
            yield from range(begun, i + 1)
            begun = None


def _leads_on(heading: Line, url: str | None) -> bool:
    """Whether a heading is a link to another page."""
    return heading.kind != "heading 1" and all(link.url.split("#")[0] != url for link in heading.links)
