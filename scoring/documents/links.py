"""Links of an article: addresses that stand in its text, and which of them belong to which claim."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from scoring.schema import Document, Hyperlink, Sentence, Span

BARE = re.compile(r"\bhttps?://[^\s<>\"“”«»‹›|\\^`{}]{3,2000}", re.IGNORECASE)
"""An address in running text. What closes a sentence around it is taken off by :func:`bare_links`."""
MAX_NOTED = 9
"""Addresses that are kept of the notes of one mark."""
_AFTER_ADDRESS = ".,;:!?'’‘…*_~"
_NOTE = re.compile(
    r"^[ \t]*\[\^?(\w{1,8})\][.:]?[ \t]+((?=[^\n]{0,2000}https?://)[^\n]+)", re.MULTILINE | re.IGNORECASE
)
_MARK = re.compile(r"\[\^?(\w{1,8})\]")
_BRACKETS = {")": "(", "]": "["}


def web_link(url: str, base: str | None = None) -> str | None:
    """The address that a reader can open, made absolute, or ``None``.

    Parameters
    ----------
    url
        As it stands in the article.
    base
        Address of the article, against which a relative one is resolved.

    Returns
    -------
    str or None
        An address with ``http`` or ``https`` and a host, without white space and controls. Whatever else an address
        can be (``javascript:``, ``data:``, a place in the same page) is ``None``.
    """
    plain = url.strip()
    if not plain or plain.startswith("#"):
        return None
    try:
        whole = urljoin(base, plain) if base else plain
        parts = urlsplit(whole)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and "%" not in (parts.hostname or "")
    except ValueError:
        return None
    sound = sound and whole.isprintable() and not any(map(str.isspace, whole))
    return parts.scheme + whole[len(parts.scheme) :] if sound else None


def bare_links(text: str) -> Iterator[Hyperlink]:
    """Addresses that stand in the text as such, in order, without the stops and brackets that follow them."""
    for match in BARE.finditer(text):
        address = _without_tail(match.group())
        url = web_link(address)
        if url:
            yield Hyperlink(Span(match.start(), match.start() + len(address)), url)


def _without_tail(address: str) -> str:
    """The address without the sentence's marks at its end; a bracket that the address itself opened stays."""
    end = len(address)
    while end:
        last = address[end - 1]
        opened = _BRACKETS.get(last)
        closes = opened is not None and address.count(last, 0, end) > address.count(opened, 0, end)
        if last not in _AFTER_ADDRESS and not closes:
            break
        end -= 1
    return address[:end]


def noted_links(text: str) -> Iterator[Hyperlink]:
    """Marks of notes in the text, as in "… near Orm.[12]", with the addresses that the note of that mark gives."""
    addresses: dict[str, list[str]] = {}
    notes = list(_NOTE.finditer(text))
    for note in notes:
        known = addresses.setdefault(note[1].lower(), [])
        known += itertools.islice((link.url for link in bare_links(note[2])), MAX_NOTED - len(known))
    own = {note.start(1) for note in notes}
    for mark in _MARK.finditer(text) if addresses else ():
        if mark.start(1) not in own:
            yield from (Hyperlink(Span(*mark.span()), url) for url in addresses.get(mark[1].lower(), ()))


def merged(links: Iterable[Hyperlink]) -> tuple[Hyperlink, ...]:
    """Links in order; of two that overlap, the earlier stays (of equals the longer). The same words may lead to two."""
    kept: list[Hyperlink] = []
    for link in sorted(dict.fromkeys(links), key=lambda link: (link.span.start, -link.span.end)):
        if not kept or kept[-1].span.end <= link.span.start or kept[-1].span == link.span:
            kept.append(link)
    return tuple(kept)


def links_by_sentence(document: Document, sentences: Sequence[Sentence]) -> list[tuple[Hyperlink, ...]]:
    """The links of each sentence; empty where the document has none.

    A link between two sentences of a line, as the mark of a note is, belongs to the one before it.
    """
    if not document.links:
        return []
    starts = [link.span.start for link in document.links]
    by_sentence: list[tuple[Hyperlink, ...]] = []
    for number in range(len(sentences)):
        reach = _reach(number, document.text, sentences)
        first = max(0, bisect_left(starts, reach.start) - 1)  # one may have begun before
        near = document.links[first : bisect_left(starts, reach.end)]
        by_sentence.append(tuple(link for link in near if link.span.overlaps(reach)))
    return by_sentence


def _reach(i: int, text: str, sentences: Sequence[Sentence]) -> Span:
    """A sentence with what follows it up to the next one, or to the end of its line."""
    span = sentences[i].span
    following = sentences[i + 1].span.start if i + 1 < len(sentences) else len(text)
    line_end = text.find("\n", span.end, following)
    return Span(span.start, max(span.end, following if line_end < 0 else line_end))
