"""Markdown, as scrapers and editors give it → plain text with its links, its front matter, and what holds no claim.

CommonMark is parsed by markdown-it-py; here is what becomes of its tokens. A paragraph, a heading, an item and a row of
a table become lines, as those of a page do. What the parser would leave out or read otherwise than scrapers mean it
(very deep nesting, indented text, spaces in addresses) is put right in the source before.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring.documents.links import web_link
from scoring.documents.menus import Line, unread_lines
from scoring.documents.unmarked import Unmarked
from scoring.schema import Hyperlink, Skipped, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 30
"""Levels of lists and quotations that are parsed. The parser drops what lies deeper, so :func:`_mended` leaves fewer;
it takes time in proportion to them for every bracket."""
MAX_QUOTES, MAX_INDENT, MAX_MARKS = 3, 12, 3
"""Of one line: signs of quotation, columns of indent after them, and signs of lists."""
FRONT_LINES = 60
"""Lines of front matter; longer ones are no front matter but text between two rules."""

_LINK = re.compile(
    r"\]\((?:https?://|www\.)[^\s()]{1,2000}"
    r"|\[[^\[\]\n]{0,300}\]{1,2}\((?:/(?!/? )|#|mailto:|\.\.?/)[^\s()]{0,2000}",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^\s()]{1,2000}")
_DEFINITION = re.compile(
    r"^ {0,3}\[[^\[\]\n]{1,100}\]:[ \t]+<?https?://\S{1,2000}(?:[ \t]+[\"'(].{0,200})?[ \t]*$", re.MULTILINE
)
_REFERENCE = re.compile(r"\[[^\[\]\n]{1,300}\]\[[^\[\]\n]{0,100}\]")
_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_BOLD = re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,300}(?<!\s)\*\*(?![\w*])")
_EMPHASIS = re.compile(
    r"(?<![\w_])_[^\W_][^_\n]{0,200}(?<!\s)_(?![\w_])|(?<![\w*])\*[^\W_][^*\n]{0,200}(?<!\s)\*(?![\w*])"
)
_QUOTATION = re.compile(r"^> ?\S", re.MULTILINE)
_ITEM = re.compile(r"^[-*+][ \t]+\S", re.MULTILINE)
_UNDERLINE = re.compile(r"^\S.{0,300}\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)

_FRONT = re.compile(rf"\s{{0,9}}---[ \t]*\n((?:(?!---)[^\n]*\n){{1,{FRONT_LINES}}})---[ \t]*(?:\n|\Z)")
_PAIR = re.compile(r"([A-Za-z][\w .-]{0,40}?)[ \t]*:(?:[ \t]+(.*))?$")
_READER_HEAD = re.compile(r"\s{0,9}((?:(?:[A-Z][\w ]{2,30}:[^\n]*)?\n){1,12}?)Markdown Content:[ \t]*(?:\n|\Z)")
"""What a widespread reader of pages puts before its Markdown: ``Title: …``, ``URL Source: …``."""
_NAMES = {
    "title": "title", "date": "published", "published": "published", "published time": "published",
    "published_time": "published", "pubdate": "published", "url": "url", "link": "url", "source_url": "url",
    "url source": "url", "canonical": "url", "canonical_url": "url", "permalink": "url", "outlet": "outlet",
    "publisher": "outlet", "site": "outlet", "sitename": "outlet", "site_name": "outlet", "hostname": "outlet",
    "domain": "outlet",
}  # fmt: skip
"""Names that front matter gives to what an input row can state."""

_SPACED_ADDRESS = re.compile(r"\]\((https?://[^()\n<>\"]{1,2000})\)")
_WRAPPED_ADDRESS = re.compile(r"\]\((https?://[^\s()<>\"]{1,2000})\n([^\s()<>\"]{1,2000})\)")
_LEADING = re.compile(r"^[ \t>]*[\t>][ \t>]*|^ {13,}", re.MULTILINE)
_DEEP_MARKS = re.compile(
    rf"^([ >]*)(?:(?:[-*+] |\d{{1,9}}[.)] )[ \t>]{{0,4}}){{{MAX_MARKS + 1},}}(?=[^\s*+-])", re.MULTILINE
)
_NO_DEFINITION = re.compile(
    r"^([ \t>*+\-\d.)]{0,20})(?=\[[^\[\]\n]{1,100}\]:\s*+(?!<?(?:https?://|/|#|www\.|mailto:|\.\.?/)))",
    re.MULTILINE | re.IGNORECASE,
)
"""Before "[Speaker]: Yes": the parser takes any word after such brackets for an address, and drops the line."""
_FOOTNOTE = re.compile(r"\[\^?[\w*†‡]{1,8}\]|\^\w{1,8}")
_NUMBER = re.compile(r"\d{1,3}")
_BEFORE_FOOTNOTE = re.compile(r"[^\s(\[$€£]$")
_HIDDEN = re.compile(r"<(/?)(?:script|style)\b", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?h\d)\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…:;][\"'”’»)\]*_\s]*$")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """CommonMark with tables, without indented code; every address is a link, for the text around it is the same."""
    from markdown_it import MarkdownIt  # 30 ms, and most texts are no Markdown

    class Parser(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - the library's name
            """Every address is parsed as one; :func:`scoring.documents.links.web_link` says which a reader is shown."""
            return True

    parser = Parser("commonmark", {"maxNesting": MAX_NESTING})
    return parser.enable(["table", "strikethrough"]).disable(["code", "html_block"])


def looks_like_markdown(text: str) -> bool:
    """Whether a text plainly is Markdown: it holds a link in brackets, or several kinds of its signs, often enough.

    One asterisk, one bracket or one list does not make Markdown of prose, which would come out changed.
    """
    text = _with_line_feeds(text)
    if _LINK.search(text) or _IMAGE.search(text) or _front_matter(text)[0]:
        return True
    if _DEFINITION.search(text) and _REFERENCE.search(text):
        return True
    headings, bold = _count(_HEADING, text), _count(_BOLD, text)
    others = (_EMPHASIS, _QUOTATION, _ITEM, _UNDERLINE, _FENCE)
    more = sum(pattern.search(text) is not None for pattern in others)
    return headings >= 2 or bold >= 3 or (headings + bold >= 2 and headings * bold + more > 0) or headings * more > 0


def _with_line_feeds(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _count(pattern: re.Pattern[str], text: str) -> int:
    """How often a pattern occurs, up to three: more need not be told apart."""
    return sum(1 for _ in zip(range(3), pattern.finditer(text), strict=False))


def read_markdown(source: str, url: str | None = None) -> Unmarked:
    """Take the markup out of a text.

    Parameters
    ----------
    source
        Markdown. Line ends may be of any kind.
    url
        Address of the article; relative links are resolved against it, or against that of the front matter.

    Returns
    -------
    Unmarked
        A paragraph, an item, a heading a line; the title may be that of the only heading of the first level. Images
        are left out and counted.
    """
    front, body = _front_matter(_with_line_feeds(source))
    tokens = _parser().parse(_mended(body))
    base = url or front.get("url")
    lines = list(_lines(tokens, base))
    images = sum(child.type == "image" for token in tokens for child in token.children or ())
    headings = [line.text for line in lines if line.kind == "heading 1"]
    title = {"title": headings[0]} if len(headings) == 1 and "title" not in front else {}
    left_out = [f"{images} image{'s' * (images > 1)}"] if images else []
    left_out += ["front matter"] if front else []
    gone = f" ({', '.join(left_out)} left out)" if left_out else ""
    warning = f"markdown: read as text; offsets count in article.text{gone}"
    text, links, skipped = _assembled(lines, base)
    return Unmarked(text, links, skipped, MappingProxyType({**front, **title}), (warning,))


def _assembled(lines: Sequence[Line], base: str | None) -> tuple[str, tuple[Hyperlink, ...], tuple[Skipped, ...]]:
    """The lines as one text, with spans in it."""
    links: list[Hyperlink] = []
    skipped: list[Skipped] = []
    at = 0
    for line, reason in zip(lines, unread_lines(lines, base), strict=True):
        links += (Hyperlink(Span(at + link.span.start, at + link.span.end), link.url) for link in line.links)
        if reason:
            skipped.append(Skipped(Span(at, at + len(line.text)), reason))
        else:
            skipped += (Skipped(Span(at + span.start, at + span.end), "footnote") for span in line.footnotes)
        at += len(line.text) + 1
    return "\n".join(line.text for line in lines), tuple(links), tuple(skipped)


def _front_matter(source: str) -> tuple[dict[str, str], str]:
    """Values by column, and the rest of the text; no values where the text begins otherwise."""
    match = _FRONT.match(source) or _READER_HEAD.match(source)
    if not match:
        return {}, source
    pairs = [pair for line in match[1].split("\n") if (pair := _PAIR.match(line))]
    named = {pair[1].strip().lower(): (pair[2] or "").strip().strip("\"'") for pair in pairs}
    values: dict[str, str] = {}
    for name, value in named.items():
        if value and name in _NAMES:
            values.setdefault(_NAMES[name], value)
    filled = sum(bool(line.strip()) for line in match[1].split("\n"))
    if not pairs or 2 * len(pairs) < filled:
        return {}, source
    return values, source[match.end() :]


def _mended(source: str) -> str:
    """The source with bounded nesting, no text taken for code by its indent, and no space in addresses."""
    source = _DEEP_MARKS.sub(r"\1- ", _LEADING.sub(_bounded, source))
    source = _NO_DEFINITION.sub(r"\1\\", source)
    source = _WRAPPED_ADDRESS.sub(r"](\1\2)", source)
    return _SPACED_ADDRESS.sub(lambda found: f"]({found[1].strip().replace(' ', '%20')})", source)


def _bounded(leading: re.Match[str]) -> str:
    quoted, sign, indent = leading.group().rpartition(">")
    quotes = min(MAX_QUOTES, (quoted + sign).count(">"))
    return ">" * quotes + " " * min(MAX_INDENT, len(indent.expandtabs(4)))


def _lines(tokens: Sequence[Token], base: str | None) -> Iterator[Line]:
    """Each block as the lines of its text; those of a table by its rows."""
    kind, marker = "text", ""
    row: list[Line] = []
    for token in tokens:
        if token.type == "heading_open":
            kind = f"heading {token.tag[1:]}" if token.markup.startswith("#") else "underlined"
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if len(token.info) > 2 else ""  # "1986. It was …" is a sentence
        elif token.type == "heading_close":
            kind = "text"
        elif token.type in {"td_open", "th_open"}:
            kind = "cell"
        elif token.type == "tr_close":
            yield from _row(row)
            kind, row = "text", []
        elif token.type == "fence":
            yield from _code(token)
        elif token.type == "inline" and token.children is not None:
            inline = list(_inline_lines(token.children, kind, base, marker))
            marker = ""
            if kind == "cell":
                row += inline
            else:
                yield from map(_heading_unless_sentence, inline) if kind == "underlined" else inline


def _heading_unless_sentence(line: Line) -> Line:
    """A line with ``---`` under it: a heading, or a sentence after which somebody drew a rule."""
    return replace(line, kind="text" if line.is_sentence else "heading 2")


def _code(fence: Token) -> Iterator[Line]:
    """Lines between fences; where the second one is missing, the rest of the text came under it, which is read."""
    content = fence.content.removesuffix("\n").split("\n")
    begin, end = fence.map or [0, 0]
    closed = end - begin > len(content) + 1
    yield from (Line(line.strip(), "code" if closed else "text") for line in (fence.info, *content) if line.strip())


def _row(cells: Sequence[Line]) -> Iterator[Line]:
    """Cells that hold sentences as lines of their own, others as one line of a table, which states nothing."""
    if len(cells) == 1 or any(cell.is_sentence for cell in cells):
        yield from (Line(cell.text, "text", cell.links, cell.footnotes) for cell in cells)
    elif cells:
        links: list[Hyperlink] = []
        at = 0
        for cell in cells:
            links += (Hyperlink(Span(at + x.span.start, at + x.span.end), x.url) for x in cell.links)
            at += len(cell.text) + len(" | ")
        yield Line(" | ".join(cell.text for cell in cells), "table", tuple(links))


def _inline_lines(children: Sequence[Token], kind: str, base: str | None, marker: str) -> Iterator[Line]:
    """The lines of a block, each with its links; white space around them is taken off."""
    text, links, soft = _inline(children, marker)
    if any(_goes_on(text, at) for at in soft):
        text = "".join(" " if at in soft else char for at, char in enumerate(text))
    starts, ends = [span.start for span, _ in links], [span.end for span, _ in links]
    start = 0
    for raw in text.split("\n"):
        line = Span(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()))
        start += len(raw) + 1
        if line.start < line.end:
            inside = links[bisect_right(ends, line.start) : bisect_left(starts, line.end)]
            linked = [(span, web_link(url, base)) for whole, url in inside if (span := _within(whole, line))]
            marks = (span for span, _ in inside if _is_footnote(text, span))
            notes = tuple(part for mark in marks if (part := _within(mark, line)))
            kept = tuple(Hyperlink(span, url) for span, url in linked if url)
            yield Line(line.of(text), kind, kept, notes, tuple(span for span, _ in linked))


def _within(span: Span, line: Span) -> Span | None:
    """The part of a span that lies in a line, counted from its beginning."""
    start, end = max(span.start, line.start), min(span.end, line.end)
    return Span(start - line.start, end - line.start) if start < end else None


def _inline(children: Sequence[Token], marker: str) -> tuple[str, list[tuple[Span, str]], frozenset[int]]:
    """Text of inline tokens, its links, and where its lines end for no reason but the width of the source."""
    pieces, at = [marker], len(marker)
    links: list[tuple[Span, str]] = []
    soft: set[int] = set()
    begun: tuple[int, str] | None = None
    hidden = False
    for token in children:
        piece = ""
        if token.type in ("text", "code_inline", "text_special"):
            piece = "" if hidden else token.content
        elif token.type in ("softbreak", "hardbreak"):
            soft |= {at} if token.type == "softbreak" else set()
            piece = "\n"
        elif token.type == "link_open":
            begun = (at, str(token.attrs.get("href", "")))
        elif token.type == "link_close" and begun:
            links.append((Span(begun[0], at), begun[1]))
        elif token.type == "html_inline":
            tag = _HIDDEN.match(token.content)
            hidden = not tag[1] if tag else hidden
            piece = "\n" if _BREAK.match(token.content) else ""
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces), links, frozenset(soft)


def _goes_on(text: str, at: int) -> bool:
    """Whether a line ends in mid-sentence: without a stop, and the next one begins with a small letter."""
    after = text[at + 1 : at + 20].lstrip()
    return after[:1].islower() and not _STOP.search(text[max(0, at - 20) : at])


def _is_footnote(text: str, span: Span) -> bool:
    """Whether linked words are the mark of a note: ``[lx]``, or a bare number close behind what is before it."""
    words = span.of(text)
    if _FOOTNOTE.fullmatch(words):
        return True
    return bool(_NUMBER.fullmatch(words) and _BEFORE_FOOTNOTE.search(text[max(0, span.start - 1) : span.start]))
