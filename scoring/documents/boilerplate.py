"""Text → the stretches that hold no claim, each with its reason.

Patterns are facts and lie in ``data/lexicons/boilerplate.txt``; here is what depends on the shape of a line
and on its neighbours: headings, and lists of other posts.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring import resources
from scoring.errors import ConfigError
from scoring.schema import Skipped, Span
from scoring.word_lists import either, words

SCOPES = ("line", "notice", "list", "lead", "part")
MAX_PATTERN_LINE = 420
"""Longer lines, in code points, are paragraphs: no pattern for whole lines is tried on them."""
MAX_TITLE_WORDS = 22
MAX_SHORT_WORDS = 9
"""A line without a final stop is a heading up to so many words; the shortest such claims in news have 10 words."""
MIN_POINT_WORDS = 5
"""Shorter lines without a final stop name something; they state nothing."""
MAX_PARTS, MAX_PART_WORDS = 8, 6
"""Most parts of a line that bars or bullets divide, and most words of each; a list's points are longer."""
MAX_DECK_WORDS = 16
"""The same bound for the first line of an article, which is its headline or deck."""

MENU_LINES, TERSE_WORDS, TERSE_SHARE = 8, 3, 0.4
"""Lines of a menu, and the share of them that are a word or two; points of a list are longer."""

_STOP = re.compile(
    r"[.!?…。！？؟।:;,，、]['\"”’»)\]\s]*(?:\[\^?(?:\d{1,3}|[ivxlc]{1,7}|[a-z])\]\s?){0,9}$|[^\W\d_]{2}[.!?]['\"”’»)]?\d{1,3}$"
)
"""A final stop; the mark of a note may follow it."""
_INNER_STOP = re.compile(r"[a-z]{3}[.!?]['\"”’»)]? ")
_QUESTION = re.compile(r"[?？؟]['\"”’»)\]\s]*$")
_CUT_OFF = re.compile(r"(?:…|\.\.\.)['\"”’»)\]\s]*$")
_SPOKEN = re.compile(
    rf"[\"“”„«»]|(?<!\w)['‘][^\W\d_]|\b(?:{either('signs that somebody says it')}|(?<!be )added)\b",
    re.IGNORECASE,
)
"""Signs that somebody is quoted or cited. A line with them is read, even if it looks like a notice."""
_LABEL = re.compile(r"[\"“‘'][^\"“”‘’'\n]{1,25}[\"”’']")
"""The words on a button, as in "By clicking 'Accept all'"."""
_POSTED = re.compile(r"(?:^|\s)[@#]\w|https?://|www\.|pic\.twitter\.com")
_QUOTED = re.compile(r"^[\"“«].*[\"”»]$")
_PARTED = re.compile(r"\s{0,3}[|•·]\s{0,3}")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_SMALL = words("small words of a title")
_FIRST_LINE_TITLE = re.compile(r"(?:How|Why)\b[^.,;?]+\.$|[A-Z][\w.]*(?: \w+)?: \S.*$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A non-empty line without the white space around it."""

    span: Span
    text: str

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Reason and pattern by scope."""
    path = resources.lexicon("boilerplate.txt")
    patterns: dict[str, list[tuple[str, re.Pattern[str]]]] = {scope: [] for scope in SCOPES}
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        try:
            reason, scope, pattern = row.split("\t")
            patterns[scope].append((reason, re.compile(pattern, 0 if scope == "part" else re.IGNORECASE)))
        except (ValueError, KeyError, re.error) as error:
            message = f"{path}:{number}: found {row!r}, expected reason, scope ({', '.join(SCOPES)}) and pattern"
            raise ConfigError(message) from error
    return patterns


def find_skipped(text: str) -> tuple[Skipped, ...]:
    """Find the lines and parts of lines that can hold no claim.

    Parameters
    ----------
    text
        An article, lines separated by line feeds.

    Returns
    -------
    tuple of Skipped
        In order, disjoint, in code points. Reasons are those of ``data/lexicons/boilerplate.txt`` and ``heading``.
        ``markup`` may lie inside a sentence, the others lie between sentences.
    """
    lines = list(_lines(text))
    reasons = _line_reasons(lines)
    _skip_menus(lines, reasons)
    _skip_headings(lines, reasons)
    _skip_lists(lines, reasons)
    _keep_something(lines, reasons)
    whole = [Skipped(line.span, reason) for line, reason in zip(lines, reasons, strict=True) if reason]
    kept = [line for line, reason in zip(lines, reasons, strict=True) if not reason]
    return merge([*whole, *_parts(text, kept)])


def merge(found: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """Sort the stretches. The common part of two goes to the earlier; if they begin together, to the longer."""
    result: list[Skipped] = []
    end = 0
    for item in sorted(found, key=lambda s: (s.span.start, -s.span.end)):
        start = max(item.span.start, end)
        if start < item.span.end:
            result.append(Skipped(Span(start, item.span.end), item.reason))
            end = item.span.end
    return tuple(result)


def joined(by_markup: Iterable[Skipped], by_words: Sequence[Skipped]) -> tuple[Skipped, ...]:
    """The stretches that markup gives and those that words give, joined; a byline in a menu is called a byline."""
    telling = (item for item in by_words if item.reason != "heading")
    return merge([*telling, *by_markup, *by_words])


def _lines(text: str) -> Iterator[_Line]:
    position = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped[0])
            yield _Line(Span(start, start + len(stripped)), stripped)
        position += len(raw) + 1


def _line_reasons(lines: Sequence[_Line]) -> list[str | None]:
    """Reason of each line by the patterns for whole lines, ``list`` for one that opens a list of posts."""
    rows, notices = _patterns()["line"], _patterns()["notice"]
    openers = [pattern for _, pattern in _patterns()["list"]]
    reasons: list[str | None] = []
    for line in lines:
        if len(line.text) > MAX_PATTERN_LINE:
            reasons.append(None)
        elif any(pattern.fullmatch(line.text) for pattern in openers):
            reasons.append("list")
        else:
            tried = rows if _SPOKEN.search(_LABEL.sub("", line.text)) else [*rows, *notices]
            reasons.append(_reason(line.text, tried) or _reason_of_parts(line.text, rows))
    return reasons


def _reason(words: str, rows: Iterable[tuple[str, re.Pattern[str]]]) -> str | None:
    return next((reason for reason, pattern in rows if pattern.fullmatch(words)), None)


def _reason_of_parts(words: str, rows: Sequence[tuple[str, re.Pattern[str]]]) -> str | None:
    """The reason of a line such as "12 May | 3 min read | Ada Quill": one of its short parts has it."""
    parts = [part for part in _PARTED.split(words) if part]
    if not 2 <= len(parts) <= MAX_PARTS or any(len(part.split()) > MAX_PART_WORDS for part in parts):
        return None
    reasons = (_reason(part, rows) for part in parts)
    return next((reason for reason in reasons if reason and reason != "separator"), None)  # a number may be a figure


def _is_title_case(line: _Line, misses: int) -> bool:
    """Whether the words that a headline capitalises, two at least, have a capital, but for ``misses`` of them."""
    words = [word for word in _WORD.findall(line.text) if word.lower() not in _SMALL]
    return len(words) >= 2 and sum(not word[0].isupper() for word in words) <= misses


def _is_title(line: _Line, first: bool) -> bool:
    """Whether the line is a heading whatever stands around it."""
    if line.words > MAX_TITLE_WORDS or _POSTED.search(line.text):
        return False
    if not _STOP.search(line.text) or (_QUESTION.search(line.text) and line.words >= 3):
        return _is_title_case(line, misses=line.words // 6)
    if first and line.words >= 5 and not _QUOTED.match(line.text):
        return _is_title_case(line, misses=line.words // 10)
    return line.words <= 3 and line.text.endswith(".") and _is_title_case(line, misses=0)


def _is_short(line: _Line, first: bool) -> bool:
    """Whether the line looks like a heading for want of a final stop; a list of points looks so too."""
    if any(pattern.search(line.text) for pattern in (_STOP, _INNER_STOP, _POSTED, _QUOTED)):
        return False
    return line.words <= (MAX_DECK_WORDS if first else MAX_SHORT_WORDS)


def _skip_headings(lines: Sequence[_Line], reasons: list[str | None]) -> None:
    """Mark headings, and lines too short to be points of a list."""
    short: list[int] = []
    for i, line in enumerate(lines):
        followed_by_author = i + 1 < len(lines) and reasons[i + 1] == "embed"
        if reasons[i] or followed_by_author or len(line.text) > MAX_PATTERN_LINE:
            continue
        if _is_title(line, first=i == 0) or (i == 0 and len(lines) >= 4 and _is_headline(line)):
            reasons[i] = "heading"
        elif _is_short(line, first=i == 0):
            short.append(i)
    for i in _without_points(short, lines, reasons):
        reasons[i] = "heading"


def _skip_menus(lines: Sequence[_Line], reasons: list[str | None]) -> None:
    """Mark a long run of lines without a stop before the text or after it, many of them a word or two: a menu."""
    for numbers in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        run = list(itertools.takewhile(lambda i: reasons[i] or _is_entry(lines[i]), numbers))
        terse = sum(lines[i].words <= TERSE_WORDS for i in run)
        if MENU_LINES <= len(run) < len(lines) and terse >= len(run) * TERSE_SHARE:
            for i in run:
                reasons[i] = reasons[i] or "navigation"


def _is_entry(line: _Line) -> bool:
    """Whether a line may be an entry of a menu: short, without a stop, neither quoted nor posted by somebody."""
    states = any(pattern.search(line.text) for pattern in (_STOP, _INNER_STOP, _POSTED, _QUOTED))
    return line.words <= MAX_DECK_WORDS and not states


def _is_headline(line: _Line) -> bool:
    """Whether a first line with a final stop reads "How …" or "Poll: …"; no title case is asked for."""
    return 5 <= line.words <= 12 and bool(_FIRST_LINE_TITLE.match(line.text))


def _without_points(short: Sequence[int], lines: Sequence[_Line], reasons: Sequence[str | None]) -> list[int]:
    """Leave out points of a list: three in a row, or more than half of what is left of the text."""
    points = {i for i in short if lines[i].words >= MIN_POINT_WORDS}
    left = sum(reason is None for reason in reasons)
    if 2 * len(points) > left:
        return [i for i in short if i not in points]
    listed = {k for i in points if {i, i + 1, i + 2} <= points for k in (i, i + 1, i + 2)}
    return [i for i in short if i not in listed]


def _skip_lists(lines: Sequence[_Line], reasons: list[str | None]) -> None:
    """Mark what follows the opening line of a list of posts: all of it if no body text comes, else its teasers."""
    body = [_is_body(line) for line in lines]
    body_after = 0
    marked = teased = len(lines)  # from there on to the end, and to the next body text, all lines are marked
    for i in reversed(range(len(lines))):
        if reasons[i] == "list":
            whole = body_after <= (len(lines) - i - 1) // 10
            reasons[i] = "navigation"
            for j in range(i + 1, marked if whole else min(marked, teased)):
                reasons[j] = reasons[j] or "navigation"
            marked, teased = i if whole else marked, i
        teased = i if body[i] else teased
        body_after += body[i]


def _is_body(line: _Line) -> bool:
    """Whether a line after a list of posts belongs to the article: a full sentence, neither short nor cut off."""
    if _CUT_OFF.search(line.text):
        return False
    return line.words >= (14 if _STOP.search(line.text) else 20)


def _keep_something(lines: Sequence[_Line], reasons: list[str | None]) -> None:
    """If a text is nothing but headings, read it after all: its reader asks about just that line."""
    if all(reason is not None for reason in reasons):
        for i in range(len(lines)):
            if reasons[i] == "heading":
                reasons[i] = None


def _parts(text: str, kept: Sequence[_Line]) -> Iterator[Skipped]:
    for line in kept:
        head = line.text[:MAX_PATTERN_LINE]
        for reason, pattern in _patterns()["lead"]:
            match = pattern.match(head)
            if match and match.end() < len(line.text):
                start = line.span.start
                yield Skipped(Span(start, start + len(match.group().rstrip())), reason)
                break
    for reason, pattern in _patterns()["part"]:
        for match in pattern.finditer(text):
            yield Skipped(Span(*match.span()), reason)
