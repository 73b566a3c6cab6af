"""Words that put a claim under a condition: "The plant will close if the vote passes", "Should the river rise, …".

What holds only under a condition is supported less than the same without it. A question that somebody asks or knows
the answer of ("asked if", "to see if") is none, nor is a comparison ("as if") or a concession ("even if").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.schema import Span
from scoring.word_lists import either

ASKED = 40
"""Code points before an "if" in which a verb of asking or knowing makes it a question."""
_CONDITION = re.compile(
    rf"\b{either('words of a condition')}\b"
    rf"|\bif\b(?!\s{either('words behind an if of no condition')}\b)"
    r"|\bas long as\b(?!\s(?:\d|an?\b|two\b|three\b|several\b|many\b))"
    r"|(?:(?<=,\s)|(?<=[“\"])|^)(?:provided|providing|assuming|supposing|subject to|contingent on)\b"
    rf"|(?:(?:(?<=[“\"])|^)(?:should|were|had)|(?<=,\s)should)\s"
    rf"(?=(?:{either('determiners', 'pronouns as subjects')})\b|(?-i:[A-Z]))"
    r"(?=[^.?!]*,)",
    re.I,
)
_NO_CONDITION = re.compile(
    rf"(?:\b{either('verbs before an indirect question')}(?:\s(?:[\w’']+)){{0,3}}"
    rf"|\b{either('words before an if of no condition')})[\s,“\"]*$",
    re.I,
)


def conditions(text: str, sentence: Span) -> Iterator[Span]:
    """The words of each condition in a sentence, as offsets into the text."""
    words = sentence.of(text)
    if words.rstrip(' \n"”’)').endswith("?"):
        return
    for match in _CONDITION.finditer(words):
        before = words[max(0, match.start() - ASKED) : match.start()]
        if match.group().casefold() != "if" or not _NO_CONDITION.search(before):
            start = sentence.start + match.start()
            yield Span(start, start + len(match.group().rstrip()))
