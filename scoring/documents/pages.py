"""A page as HTML → its main text and what it says of itself, in time that grows with its size and no faster."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scoring import resources, settings
from scoring.documents.page_links import give_whole_addresses, linked_text
from scoring.documents.unmarked import Unmarked
from scoring.errors import InputError

_ATTRIBUTE = r"""(?:[^\s/>=]++|=[^\s/>=]*+)(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_INSIDE = rf"(?:[\s/]++|{_ATTRIBUTE})*+>?"
_TAGS = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(script|style|title|textarea)\b{_INSIDE}.*?(?:(?=</\1)|\Z)|(?P<tag><[a-z]{_INSIDE})",
    re.IGNORECASE | re.DOTALL,
)
"""Tags as the standard of HTML cuts them. Possessive throughout: what is left open runs to the end, never back."""

_APART = (
    "aside", "audio", "button", "canvas", "datalist", "dialog", "fieldset", "figure", "footer",
    "head", "iframe", "input", "label", "math", "menu", "nav", "noframes", "noscript", "object", "option", "picture",
    "progress", "script", "select", "style", "svg", "template", "textarea", "video",
)  # fmt: skip
"""Elements that hold no running text of an article, in a page that is read without trafilatura. A form may hold all."""
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
"""Elements that go on with the line; all others begin one."""
_DATA = "//script[@type='application/ld+json' or @type='application/settings+json'][text()]"
_BODIES = frozenset({"articleBody", "reviewBody", "description", "text"})
"""Keys of JSON-LD whose values are texts."""
NOTHING = Unmarked("")
MARKED = 20
"""At most so many parts that are marked as the main one are looked at; each takes time in proportion to the page."""
ALL_FIELDS = 10
"""All fields of a page's description together may be so many times as long as one may be."""


@dataclass(frozen=True, slots=True)
class PageSettings:
    """Bounds of ``configs/pages.toml``, which gives the reason for each; all but the share are counts."""

    compared_elements: int
    extracted_elements: int
    elements: int
    characters: int
    levels: int
    attributes: int
    field: int
    menu_share: float


@dataclass(frozen=True, slots=True)
class Page:
    """The main text, a paragraph a line, with its links, and what the page says of itself, ``None`` where nothing.

    A page that is read without trafilatura keeps no links.
    """

    main: Unmarked
    title: str | None = None
    url: str | None = None
    date: str | None = None
    hostname: str | None = None
    sitename: str | None = None
    warnings: tuple[str, ...] = ("page: only its main text was read, not navigation, comments and asides",)

    @property
    def text(self) -> str:
        """The main text."""
        return self.main.text

    @property
    def outlet(self) -> str | None:
        """The page's address, or a name of the site that is a domain."""
        if self.url:
            return self.url
        names = (self.hostname, self.sitename)
        return next((name for name in names if name and "." in name.strip(".") and " " not in name), None)


@lru_cache(maxsize=1)
def shipped() -> PageSettings:
    """The settings of ``configs/pages.toml``."""
    return settings.load(resources.config("pages.toml"), PageSettings)


def read_page(html: str, where: str, url: str | None = None) -> Page:
    """Take the main text out of a page.

    Parameters
    ----------
    html
        The page, decoded.
    where
        Names it in errors.
    url
        Its address, where it is known.

    Returns
    -------
    Page
        By trafilatura; where that fails, or the page has more elements than it reads in time, by what elements are for.

    Raises
    ------
    InputError
        The page cannot be parsed or not in time, or holds no text.
    """
    limits = shipped()
    tree = _parsed(html, where, limits)
    elements, page, reason = int(tree.xpath("count(//*)")), None, "is damaged"
    if elements > limits.elements:
        raise InputError(
            f"{where}: the page has {elements:,} elements, over {limits.elements:,}; give its text as .txt"
        )
    brief = _is_described_in_brief(tree, limits.field)
    if elements > limits.extracted_elements:
        reason = f"has {elements:,} elements"
    elif (characters := _characters(tree)) > limits.characters:
        reason = f"has {characters:,} characters"
    elif (levels := _levels(tree)) > limits.levels:
        reason = f"is nested {levels:,} deep"
    else:
        page = _extracted(tree, url, brief, fast=elements > limits.compared_elements)
    if page is None:
        page = _plain_page(tree, url, brief, limits.menu_share)
        said = f"page: it {reason}; read paragraph by paragraph, some of them perhaps from around its main text"
        page = replace(page, warnings=(said,))
    if not page.text.strip():
        raise InputError(f"{where}: no article found in the page; give its text as .txt")
    return page


def _parsed(html: str, where: str, limits: PageSettings) -> Any:
    """The tree of the page; attributes are counted before, since the parser takes their square in time."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura.utils import repair_faulty_html

    if any(_attributes(tag["tag"]) > limits.attributes for tag in _TAGS.finditer(html)):
        raise InputError(
            f"{where}: a tag of the page has more than {limits.attributes} attributes; give its text as .txt"
        )
    if "<body" not in html.lower():
        html = f"<html><body><article>{html}</article></body></html>"
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False,
        huge_tree=True,  # 2,048 levels in place of 256, below which the rest of the page would be left out
    )  # fmt: skip
    try:
        tree = document_fromstring(repair_faulty_html(html, html[:50].lower()).encode(), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        raise InputError(f"{where}: the page cannot be parsed; give its text as .txt") from None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise InputError(f"{where}: the page is nested too deep, and would be read in part; give its text as .txt")
    for value in tree.xpath(f"//@*[string-length() > {limits.field}]"):
        del value.getparent().attrib[value.attrname]  # a picture or a program, which would be searched time and again
    return tree


def _attributes(tag: str | None) -> int:
    return sum(1 for _ in _ATTRIBUTES.finditer(tag)) if tag else 0


def _is_described_in_brief(tree: Any, most: int) -> bool:
    """Whether no field of what the page says of itself is so long that patterns for names would be slow on it.

    Long data that are no JSON are left out of the tree, since they would be searched by patterns in place of reading.
    """
    fields = [*tree.xpath("//meta/@content"), *tree.xpath("//title/text()")]

    def note(pairs: list[tuple[str, Any]]) -> None:
        values = (value for key, value in pairs if key not in _BODIES)
        fields.extend(part for value in values for part in (value if isinstance(value, list) else [value]))

    damaged = 0
    for script in tree.xpath(_DATA):
        try:
            json.loads(script.text, strict=False, object_pairs_hook=note)
        except (ValueError, RecursionError):
            damaged += len(script.text)
            script.text = "" if damaged > most else script.text
    lengths = [len(field) for field in fields if isinstance(field, str)]
    return max(lengths, default=0) <= most and sum(lengths) <= ALL_FIELDS * most


def _characters(tree: Any) -> int:
    """The number of characters of text, not counting programs and styles."""
    return int(tree.xpath("string-length()")) - sum(len(part.text or "") for part in tree.iter("script", "style"))


def _levels(tree: Any) -> int:
    """How deep the tree is nested."""
    from lxml.etree import iterwalk

    level = deepest = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _extracted(tree: Any, url: str | None, brief: bool, *, fast: bool) -> Page | None:
    """What trafilatura makes of the tree, which it copies; ``None`` where it fails on it."""
    import trafilatura

    try:
        give_whole_addresses(tree, url)
        page: Any = trafilatura.bare_extraction(
            tree, url=url, include_comments=False, include_links=True, with_metadata=brief, fast=fast
        )
        return Page(NOTHING) if page is None else _page(page, linked_text(page))
    except Exception:  # whatever it is: trafilatura and what it stands on assume much of a page
        return None


def _page(described: Any, main: Unmarked) -> Page:
    title, address, date = described.title or None, described.url or None, described.date or None
    return Page(main, title, address, date, described.hostname or None, described.sitename or None)


def _plain_page(tree: Any, url: str | None, brief: bool, menu_share: float) -> Page:
    """What its head says of the page by trafilatura, if it can; its paragraphs by what elements are for."""
    from lxml.etree import strip_elements
    from lxml.html import Element
    from trafilatura import extract_metadata

    page, head = Page(NOTHING), tree.find("head")
    if brief and head is not None:
        alone = Element("html")
        alone.append(copy.deepcopy(head))
        with contextlib.suppress(Exception):  # as in _extracted
            page = _page(extract_metadata(alone, url, extensive=False), NOTHING)
    strip_elements(tree, *_APART, with_tail=False)
    return replace(page, main=Unmarked("\n".join(_paragraphs(_main_part(tree), menu_share))))


def _main_part(tree: Any) -> Any:
    """The first part that is marked as the main one and has more than half of the text, or else all."""
    half = len(tree.xpath("string()")) / 2
    marked = tree.xpath(f"(//article | //main | //*[@role='main'])[position() <= {MARKED}]")
    return next((part for part in marked if len(part.xpath("string()")) > half), tree)


def _paragraphs(root: Any, menu_share: float) -> Iterator[str]:
    """Paragraphs that are no menu, each on one line."""
    pieces: list[str] = []
    linked = links = 0
    for tag, begins, text in _pieces(root):
        if tag == "a":
            links += 1 if begins else -1
        elif tag not in _INLINE:
            paragraph = " ".join("".join(pieces).split())
            if paragraph and linked < menu_share * sum(map(len, pieces)):
                yield paragraph
            pieces, linked = [], 0
        pieces.append(text)
        linked += len(text) if links else 0


def _pieces(root: Any) -> Iterator[tuple[str, bool, str]]:
    """The text after each tag in order, with the tag and whether it begins an element."""
    from lxml.etree import iterwalk

    for event, element in iterwalk(root, events=("start", "end")):
        begins = event == "start"
        yield str(element.tag), begins, (element.text if begins else element.tail if element is not root else "") or ""
