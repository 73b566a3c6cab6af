"""Who confirms in other words what somebody has just said: "Her deputy confirmed it", "The log bears him out".

What is confirmed stands there as a pro-form or not at all, so that no likeness of wording shows it. The lists of words
are in ``data/lexicons/news_words.csv``. What is not found counts for nothing: a missed confirmation leaves a claim with
the origins that it had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.schema import Claim, Link, Polarity, Sentence, SourceType, Span
from scoring.text.lexicons import cue_forms
from scoring.text.names import identity, normalised
from scoring.text.source_nouns import head_noun, source_noun_type
from scoring.text.words import WORD
from scoring.word_lists import either

REACH = 2
"""Sentences between a claim and its confirmation, at most; the two stand in one paragraph or in neighbouring ones."""
NEAR = 4
"""Words before a verb, behind the last comma, among which a "not", a "will" or an "if" bears on it."""
_BE = "(?:is|was|are|were|(?:has|have|had) been)"
_THEN = either("words behind a confirmation")
_MARK = '.;:!?,–—”"’)('
_END = rf"(?=\W*$|\s*[{_MARK}]|\s(?:{_THEN})\b)"
_STOP = rf"(?=\W*$|\s*[{_MARK}]|\s(?:too|as well|to)\b)"
_DONE = r"(?=\W*$|[.;!]|,?\s(?:too|as well)\b|,\s(?:and|but|saying|adding)\b)"
_ACCOUNT = (
    rf"(?:(?:{either('determiners of an account')}|[\w’']+['’]s?)\s(?:\w+\s){{0,2}}?{either('what somebody has said')})"
)
_PRO = rf"(?:(?:exactly|just|precisely)\s)?(?:(?:it|this|as much|the same|{_ACCOUNT}){_END}|that{_STOP})"
_WHOM = r"(?:him|her|them|(?:the\s)?[\w’'-]+)"
_TO_WHOM = r"(?:(?:us|me|him|her|them|much|exactly|just|reporters|police|investigators|[\w]+ly|on)\s){0,2}?"
_SAME = _TO_WHOM + r"(?:the|an?)\s(?:very\s|much the\s)?(?:same|similar|identical|matching)"
_RIGHT = rf"(?:\w+\s){{0,2}}?{either('words for what is true')}"
_ACTIVE = re.compile(
    rf"\b(?:(?:{either('verbs of confirming')}|{either('verbs of showing')})\s{_PRO}"
    rf"|{either('verbs of confirming')}\s(?:the|this|that|these|those)\s[\w-]+(?:\s[\w-]+)?(?=\W*$|[,;])"
    rf"|{either('verbs of backing')}\s(?:{_ACCOUNT}|what\s(?:he|she|they)\s\w+){_END}"
    rf"|(?:agree[sd]?|concur(?:s|red)?|side[sd]?)\swith\s{_WHOM}{_END}"
    rf"|(?:bears?|bore|backs?|backed)\s{_WHOM}(?:\s\w+)?\s(?:out|up)\b"
    rf"|{either('words that confirm alone')}{_DONE}"
    rf"|{either('verbs of saying the same')}\s{_SAME}(?:\s{either('what is the same')})?{_END}"
    rf"|(?:tells?|told)\s(?:\w+\s){{1,3}}?the same(?:\s{either('what is the same')})?{_END}"
    rf"|(?:said|says?|shows?|showed|suggests?|suggested)\sas much{_END}"
    rf"|also\s{either('verbs of witnessing')}\s(?:it|this|that|the same)\b"
    rf"|{either('verbs of witnessing')}\s(?:(?:it|this|that)(?:\s\w+)?\s(?:too|as well|likewise|similarly|the same way)"
    rf"|the same(?:\sthing)?{_END})"
    rf"|{either('verbs of granting')}\s(?:that\s)?(?:it|this|that|he|she|they|{_ACCOUNT})\s(?:is|was|were|are|had been)"
    rf"\s{_RIGHT}{_END}"
    r"|(?:did|does|do|has|had)\s(?:so\s)?(?:too|likewise)\b)",
    re.I,
)
_UNDENIED = re.compile(
    rf"\b(?:(?:did|do|does|has|have|had|would|could)(?:\s+not|n['’]t)|never|no longer)\s(?:\w+ly\s)?"
    rf"{either('verbs of denying')}(?:\s{_PRO}|{_END})",
    re.I,
)
_PASSIVE = re.compile(
    rf"(?:^|[,;]\s(?:and\s|but\s)?)(?:{_ACCOUNT}|it|this|that|which|what\s(?:he|she|they)\s\w+)\s{_BE}\s(?:\w+\s)?"
    rf"(?:{either('participles of confirming')})\s(?:\w+\s){{0,3}}?by\s(?P<source>.+)",
    re.I,
)
_MATCHES = re.compile(
    rf"(?:^|[,;]\s(?:and\s|but\s)?)(?:{either('determiners of an account')}\s{either('what somebody has said')}"
    rf"|it|this|that|which)\s(?:also\s)?{either('verbs of matching')}"
    r"\s(?:with\s)?(?:what\s)?(?P<source>.+)",
    re.I,
)
_SO_DID = re.compile(
    r"(?:^(?:and\s|but\s)?so(?:,?\stoo,?)?|,\s(?:and\s)?(?:so|as))\s(?:did|do|does|has|have)\s(?P<source>.+)", re.I
)
_NOR = re.compile(
    rf"^(?:nor|neither)\s(?:did|do|does|has|have|had|would)\s(?P<source>.+?)\s{either('verbs of denying')}\s{_PRO}",
    re.I,
)
_ASKED = re.compile(
    rf"\basked\s(?:\w+\s){{0,2}}?(?:if|whether)\s(?:it|this|that|{_ACCOUNT})\s{_BE}\s{_RIGHT},\s(?P<source>.+?)\s"
    r"(?:nodded|(?:said|says|answered|replied)(?::|,)?\s[“\"]?(?:that\s)?(?:yes|it (?:is|was)|(?:he|she|they) did))\b",
    re.I,
)
_QUOTED = re.compile(
    rf"^[“\"‘'](?:yes,\s)?(?:that|this|it|he|she|they|{_ACCOUNT})(?:['’]s|\s{_BE})\s{_RIGHT}[,.]?[”\"’']\s"
    r"(?:said|says|added)?\s?(?P<source>.+)",
    re.I,
)
_ALONE = re.compile(either("words that confirm alone"), re.I)
_THAT = re.compile(r"(\w+)\sthat\b")
_CLAUSE = re.compile(
    r"[;:–—]\s|(?<=\ssaid)\sand\s|,\s(?:and|but|while|though|yet|which|as)\s|\s(?:and|but|while)\s(?=(?:an?|the|his|her|their|its|one|two)\s|[A-Z])"
)
_HELD_BACK = re.compile(rf"\b{either('words that hold a confirmation back')}\b|n['’]t\b", re.I)
_SAME_AGAIN = re.compile(
    rf"(?:^|[,;]\s|\b(?:and|but)\s){either('pronouns of the same source')}\s(?:\w+\s){{0,2}}$"
    rf"|^(?:(?:and|but|later|then)\s)*{either('pronouns of the same source')}\b",
    re.I,
)
_ANOTHER = re.compile(r"\b(?:another|other|others|second|third|two|three|four|several|fellow)\b", re.I)
_OWN_VOICE = re.compile(rf"^(?:his|her|its|their|the|an?)\s(?:\w+\s)?{either('spokespeople')}\b", re.I)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The words for a source that confirms something, and where the clause begins that says so."""

    source: str
    start: int


def confirming(claims: Sequence[Claim], sentences: Sequence[Sentence], text: str) -> list[frozenset[str]]:
    """For each claim the names of the other sources that confirm it in other words, :func:`normalised`.

    A confirmation belongs to the nearest claim before it that another source makes; where no source makes one, to the
    nearest one in the article's own voice. It belongs to no denial: whether that or the claim denied is meant is open.
    """
    names: list[set[str]] = [set() for _ in claims]
    ending: dict[int, list[int]] = {}
    for i, claim in enumerate(claims):
        ending.setdefault(claim.sentences[-1] if claim.sentences else -1, []).append(i)
    for number, sentence in enumerate(sentences):
        for found in _confirmations(sentence.span, text):
            near = [
                i
                for before in range(max(0, number - REACH), number + 1)
                if sentence.paragraph - sentences[before].paragraph <= 1
                for i in ending.get(before, ())
                if claims[i].spans[0].start < found.start
            ]
            meant = _meant(claims, near, found.source, text)
            if meant is not None:
                names[meant].add(_name(found.source))
    return [frozenset(found) for found in names]


def _confirmations(span: Span, text: str) -> Iterator[Confirmation]:
    """The confirmations in a sentence."""
    words = span.of(text)
    if words.rstrip(' \n"”’)').endswith("?"):
        return
    for pattern in (_PASSIVE, _MATCHES, _SO_DID, _NOR, _ASKED, _QUOTED):
        match = pattern.search(words)
        if match and not _unfit(match["source"]):
            yield Confirmation(match["source"], span.start + match.start())
            return
    undenied = _UNDENIED.search(words)
    match = undenied or _ACTIVE.search(words)
    if not match:
        return
    starts = [cut.end() for cut in _CLAUSE.finditer(words, 0, match.start())]
    start = starts[-1] if starts else 0
    source = words[start : match.start()]
    if source.rpartition(",")[1] and source.rpartition(",")[2].strip() and _ALONE.fullmatch(match.group()):
        return  # "The driver had stopped, the firm later confirmed": it confirms what stands in its own sentence
    near = " ".join(WORD.findall(source.rpartition(",")[2])[-NEAR:])
    if (undenied or not _HELD_BACK.search(near)) and not _unfit(source):
        yield Confirmation(source, span.start + start)


def _unfit(source: str) -> bool:
    """Whether the words name nobody who could confirm: no source, the one before again, or nobody in particular."""
    words = source.strip()
    if any(verb.casefold() in cue_forms() for verb in _THAT.findall(words)) or words.casefold().startswith("what "):
        return True  # "Two guards denied that she had said so" tells of a confirmation, and not that it is one
    generic = source_noun_type(_head(words)) is SourceType.GENERIC
    return not WORD.search(words) or generic or bool(_SAME_AGAIN.search(source) or _OWN_VOICE.match(words))


def _meant(claims: Sequence[Claim], near: Sequence[int], source: str, text: str) -> int | None:
    """Which of the claims ``near``, in order, another source confirms; ``None`` if it is a denial or its own claim."""
    attributed = [i for i in near if claims[i].chain]
    if not near:
        return None
    nearest = (attributed or near)[-1]
    again = any(_same(link, source, text) for link in claims[nearest].chain)
    return None if again or claims[nearest].polarity is Polarity.NEGATIVE else nearest


def _head(source: str) -> str:
    """The source up to its apposition or relative clause: "Her first mate, Jonas Birk" → "Her first mate"."""
    return re.split(r",|\swho\b|\swhich\b", source.strip(" .“”\"'’"), maxsplit=1)[0]


def _name(source: str) -> str:
    return normalised(_head(source)).removeprefix("the ")


def _same(link: Link, source: str, text: str) -> bool:
    """Whether a source that confirms is one of the claim itself, by its last name or, without a name, by its role."""
    named = identity(link, text)
    if not named:
        return False
    if _name(source) == named:
        return True
    shown = link.name(text) or ""
    last = shown.split(",")[0].split()[-1:]
    if last and last[0][0].isupper():
        return re.search(rf"\b{re.escape(last[0])}\b(?!['’]s)", source) is not None
    return head_noun(shown) == head_noun(_head(source)) and not _ANOTHER.search(source)
