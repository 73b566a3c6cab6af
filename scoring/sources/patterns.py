"""What source phrases look like: expressions that recognise titles, staff, organisations and the press."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring.text.names import UPPER
from scoring.word_lists import either, words

DEFINITE = re.compile(rf"{either('definite determiners')}\b", re.I)
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
DETERMINER = re.compile(rf"^(?:an?|{either('definite determiners')})\s+", re.I)
ASIDE = re.compile(rf",\s*(?:{either('asides')}|for (?:his|her|its) part),?$")
STORY = re.compile(rf"\b{either('stories')}\b", re.I)
BRAND = re.compile(rf"^(?:[a-z]*\d\w*|\w+\.{either('domain endings of an outlet')})$")
LETTERS = re.compile(r"[^\W\d_]{2}")
OWNED = re.compile(r"['’]s?\s")
HANDLE = re.compile(r"@\w{2,}")
TITLE = re.compile(rf"^(?:the\s+)?(?:[\w.-]+\s+){{0,4}}?{either('titles of people')}\b\.?", re.I)
HEAD = re.compile(rf"\s*[,(]|\s{either('words behind a head')}\s")
"""Where the head of a phrase ends and what describes it begins."""
COLLEAGUES = re.compile(
    rf"^(?:Dr\.? )?[{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+)* and (?:\w+ )?(?:colleagues|co-\w+|team)\b"
)
MASTHEAD = re.compile(rf"^(?:[Tt]he )(?:[A-Z][\w.’'-]* )+{either('last words of newspapers')}$")
ROLE_AND_NAME = re.compile(
    rf"^(?:\S+ ){{0,3}}(?:named|called|[a-z-]+{either('endings of roles')})"
    rf" [{UPPER}][\w’'-]+(?: [{UPPER}][\w.’'-]+){{1,3}}$"
)
"""A role in lower case before a name: "screenwriter Mara Quist", "an eyewitness named Tan Lee"."""
KIND_OF_PRESS = re.compile(rf"\b{either('kinds of press')} (?=[A-Z])")
STAFF = re.compile(rf"^(?:the )?{either('people of an outlet')} (?:at|from|over at) ", re.I)
OWN_STAFF = re.compile(
    r"(?:our|this (?:news)?(?:paper|site|agency)['’]s) (?:own )?(?:reporters?|correspondents?|photographers?)\b", re.I
)
"""People of the outlet that publishes the article."""
THE_OUTLET = re.compile(rf"^the {either('what an outlet is called')}$", re.I)
SPOKEN_FOR = re.compile(rf"\b(?:{either('spokespeople')}|representatives?)\b", re.I)
COMPANIES = words("companies")
ANY_BODY = COMPANIES | words("bodies called by their kind")
"""Words such as "the company" for an organisation whose name need not hold them; the name of "the ministry" does."""
PUBLIC_BODY = re.compile(rf"\b{either('public bodies')}\b")
"""Words for what is never a company."""
BODY = re.compile(rf"\b{either('bodies')}\b", re.I)
NAMED_LAST = re.compile(r",\s+(?:[A-Z][\w’'-]+\s+){1,2}[A-Z][\w’'-]+$")
"""A name after a role that may hold the name of an organisation: "the chief executive of Alder Health, Martin Oyle"."""
NAME_AFTER_ROLE = re.compile(rf"\b[a-z][\w’'-]* (?P<name>[{UPPER}][\w’'-]+(?: [{UPPER}][\w.’'-]+){{1,3}})$")
"""The name that ends "Harbour Trust director Ines Toll", of a phrase that is known to name a person."""
OPENING = re.compile(rf"{either('words that open no name')}\b", re.I)
"""Words that begin a sentence but no name."""
_NAME_WORD = r"[A-Z][\w&’'-]{0,99}+"
PRESS = re.compile(rf"\b(?:{either('press')}|channel \d+)\b", re.I)
INDEFINITE = re.compile(rf"{either('indefinite determiners')}\s", re.I)
_BEHIND = re.compile(rf"\s{either('prepositions before a body')}\s")


@lru_cache(maxsize=256)
def _named_body(noun: str) -> re.Pattern[str]:
    either = f"[{noun[0].upper()}{noun[0]}]{re.escape(noun[1:])}"
    last = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,3}} {either}\b(?! (?:of|for) )"
    first = rf"\b{noun.capitalize()} (?:of|for) (?:the )?{_NAME_WORD}(?: (?:and |of )?{_NAME_WORD}){{0,3}}"
    behind = rf"\b{re.escape(noun)} (?P<behind>{_NAME_WORD}(?: {_NAME_WORD}){{0,3}})"
    return re.compile(rf"{last}|{first}|{behind}")


def named_bodies(text: str, noun: str) -> list[tuple[int, str]]:
    """Names of organisations with the noun, each with its end, in order: "Food Safety Office", "the office Densit".

    Words that have a capital only because they begin a sentence are not read as names.
    """
    bodies = []
    for match in _named_body(noun).finditer(text) if noun.isalpha() else ():
        name = match["behind"] or ARTICLE.sub("", match.group())
        if (match["behind"] or " " in name) and not OPENING.match(name):
            bodies.append((match.end(), name))
    return bodies


def without_body(phrase: str) -> str:
    """The phrase without what follows 'of', 'at' or 'from', which may be an organisation's name."""
    return _BEHIND.split(phrase, maxsplit=1)[0]


def last_name(head: str) -> str:
    """The last word of a phrase; empty if the phrase is empty."""
    return head.rsplit(maxsplit=1)[-1] if head.split() else ""
