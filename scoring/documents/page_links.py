"""The main text of a page with its links: what trafilatura takes out of it, and where in that text its links stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from scoring.documents.links import web_link
from scoring.documents.menus import Line, unread_lines
from scoring.documents.unmarked import Unmarked
from scoring.schema import Hyperlink, Skipped, Span

_SIGNS = ("\ua9c1\ua9c2", "\u1c3b\u1c3c", "\u0df4\u17d9")
"""Pairs of rare characters, one of which marks the ends of links while a tree becomes text; one not in it is taken."""
_LINE_END = re.compile(r"(?<![\n \t])[ \t]*\n[ \t]*(?![\n \t])")
_SAME = '//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content'


def give_whole_addresses(tree: Any, url: str | None) -> None:
    """Make the links of a page's tree absolute, as a browser would follow them; take out those that lead to no page.

    If the page's address is not given, the one that the page itself states is used.
    """
    own = url or next(iter(tree.xpath(_SAME)), None)
    base = web_link(next(iter(tree.xpath("//base/@href")), ""), own) or own
    for anchor in tree.iter("a"):
        whole = web_link(anchor.get("href") or "", base)
        if whole is None:
            anchor.attrib.pop("href", None)
        else:
            anchor.set("href", whole)


def linked_text(page: Any) -> Unmarked:
    """The text of what trafilatura took out, the same as without links, and where these stand in it."""
    from trafilatura.xml import xmltotxt

    references = list(page.body.iter("ref"))
    _join_lines(page.body)
    within = "".join(page.body.itertext())
    signs = next((pair for pair in _SIGNS if not set(pair) & set(within)), None)
    targets = [target for ref in references if signs and (target := _mark(ref, signs))]
    _without_tags(page.body)
    marked = xmltotxt(page.body, False)
    return _placed(marked, signs, targets) if signs else Unmarked(marked)


def _mark(reference: Any, signs: str) -> str | None:
    """Set signs around the words of a link; gives where it leads, or nothing where it holds no plain words."""
    words = "".join(reference.itertext())
    core = words.strip()
    target = reference.get("target")
    if not core or not target or "\n" in core or any(child.tag != "hi" for child in reference):
        return None
    for child in list(reference):
        reference.remove(child)
    lead = words[: len(words) - len(words.lstrip())]
    reference.text = f"{lead}{signs[0]}{core}{signs[1]}{words[len(lead) + len(core) :]}"
    return str(target)


def _join_lines(body: Any) -> None:
    """Make spaces of line ends in a paragraph's source, as a browser does; empty lines part what was set as text."""
    for element in body.iter():
        if element.tag != "code":
            element.text = _joined_lines(element.text)
        element.tail = _joined_lines(element.tail)


def _joined_lines(words: str | None) -> str | None:
    return _LINE_END.sub(" ", words) if words else words


def _without_tags(body: Any) -> None:
    from lxml import etree

    etree.strip_tags(body, "ref")


def _placed(marked: str, signs: str, targets: list[str]) -> Unmarked:
    """Text without the signs, its links by them, and the lines that are nothing but links."""
    pieces: list[str] = []
    spans: list[Span] = []
    at = begun = 0
    for piece in re.split(f"([{signs}])", marked):
        if piece == signs[0]:
            begun = at
        elif piece == signs[1]:
            spans.append(Span(begun, at))
        else:
            pieces.append(piece)
            at += len(piece)
    text = "".join(pieces)
    if len(spans) != len(targets):
        return Unmarked(text)
    urls = (None if _is_in_page(target) else web_link(target) for target in targets)
    links = tuple(Hyperlink(span, url) for span, url in zip(spans, urls, strict=True) if url)
    return Unmarked(text, links, tuple(_menus(text, spans)))


def _is_in_page(target: str) -> bool:
    """Whether an address is a place in the page itself, as trafilatura writes it: a host and a fragment."""
    parts = urlsplit(target)
    return bool(parts.fragment) and not parts.path


def _menus(text: str, spans: Sequence[Span]) -> Iterator[Skipped]:
    """Lines that are nothing but links, or stand in a menu of such."""
    starts = [span.start for span in spans]
    lines: list[Line] = []
    places: list[int] = []
    at = 0
    for raw in text.split("\n"):
        inside = spans[bisect_left(starts, at) : bisect_left(starts, at + len(raw))]
        bare = raw.removeprefix("- ").strip()
        if bare:
            begin = at + raw.index(bare)
            linked = tuple(Span(s.start - begin, s.end - begin) for s in inside)
            lines.append(Line(bare, "text", linked=linked))
            places.append(begin)
        at += len(raw) + 1
    for line, begin, reason in zip(lines, places, unread_lines(lines), strict=True):
        if reason:
            yield Skipped(Span(begin, begin + len(line.text)), reason)
