"""Modal verbs that permit, and so are no hedge: "Under the new rules, pupils may not use telephones"."""

from __future__ import annotations

import re

from scoring.schema import Span
from scoring.word_lists import either

_MODAL = re.compile(r"(?:may|may not|might not)$", re.I)
_RULE = re.compile(
    rf"\b(?:under|by|according to|in)\s(?:[\w’'-]+\s){{1,4}}?{either('words for a rule')}\b"
    rf"|\b{either('words for a rule')}\s(?:says?|said|states?|provides?|lays? down)\b",
    re.I,
)
_ANYONE = re.compile(
    r"(?:^|[.,;“\"]\s?|\bthat\s)(?:only\s|no\s|each\s|every\s|any\s|the\s)?(?:[\w’'-]+\s)?"
    rf"{either('people who are permitted')}(?:\s(?:of|with|in|over|under|aged)(?:\s[\w’'-]+){{1,4}})?\s$"
    r"|\b(?:each|every|any|no|only)\s(?:[\w’'-]+\s){1,3}$"
    r"|\b(?:anyone|anybody|nobody|no one|everyone|everybody)\s(?:[\w’'-]+\s){0,4}$",
    re.I,
)
_BEFALLS = re.compile(
    rf"\s(?:also\s|still\s|even\s|soon\s|yet\s|well\s|then\s)?{either('verbs of what befalls people')}\b", re.I
)
_SURELY = re.compile(r"\s(?:only|legally|lawfully|freely|at any time|no longer)\b", re.I)


def permits(text: str, sentence: Span, hedge: Span) -> bool:
    """Whether a "may" permits something or forbids it: a rule is named, or it is said of anybody of a kind.

    What befalls people is never permitted: "visitors may see delays" is a guess.
    """
    if not _MODAL.match(hedge.of(text)) or _BEFALLS.match(text, hedge.end, sentence.end):
        return False
    before = text[sentence.start : hedge.start]
    ruled = _RULE.search(sentence.of(text)) or _SURELY.match(text, hedge.end, sentence.end)
    return bool(ruled or _ANYONE.search(before))
