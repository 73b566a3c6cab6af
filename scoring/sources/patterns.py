"""What source phrases look like: the expressions by which ``sources`` tells titles, staff, bodies and the press."""

from __future__ import annotations

import re
from functools import lru_cache

from scoring.text.names import UPPER

DEFINITE = re.compile(r"(?:the|this|that|these|those|his|her|its|their)\b", re.I)
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
DETERMINER = re.compile(r"^(?:the|a|an|this|that|these|those|his|her|its|their)\s+", re.I)
ASIDE = re.compile(r",\s*(?:meanwhile|however|too|also|though|for (?:his|her|its) part),?$")
STORY = re.compile(r"\b(?:reports?|articles?|story|stories|piece|scoop|column)\b", re.I)
BRAND = re.compile(r"^(?:[a-z]*\d\w*|\w+\.(?:com|org|net|co|fr|de|ru|uk|io))$")
LETTERS = re.compile(r"[^\W\d_]{2}")
OWNED = re.compile(r"['’]s?\s")
HANDLE = re.compile(r"@\w{2,}")
TITLE = re.compile(
    r"^(?:the\s+)?(?:[\w.-]+\s+){0,4}?"
    r"(?:mr|mrs|ms|dr|sir|lord|lady|sen|rep|gov|gen|col|lt|maj|sgt|capt|adm|rev|prof|judge|justice|president|premier|"
    r"prime minister|minister|chancellor|king|queen|prince|princess|pope|ambassador|secretary|senator|governor|mayor|"
    r"director|chairman|chairwoman|chief|ceo|spokesman|spokeswoman|spokesperson|professor|doctor|analyst|leader|"
    r"commander|candidate|lawyer|attorney|author|editor|actor|actress|singer|representative|congressman|"
    r"congresswoman)\b\.?",
    re.I,
)
HEAD = re.compile(
    r"\s*[,(]|\s(?:of|from|who|at|in|for|with|between|published|issued|released|posted|filed|written|compiled|obtained|seen"
    r"|by|to)\s"
)
"""Where the head of a phrase ends and what is said of it begins."""
COLLEAGUES = re.compile(
    rf"^(?:Dr\.? )?[{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+)* and (?:\w+ )?(?:colleagues|co-\w+|team)\b"
)
MASTHEAD = re.compile(
    r"^(?:[Tt]he )(?:[A-Z][\w.’'-]* )+(?:Sun|Star|Globe|Examiner|Courier|Echo|Dispatch|Reporter|Review|Argus|Register"
    r"|Sentinel|Inquirer|Bee|Online|Insider|Circuit|Pilot)$"
)
ROLE_AND_NAME = re.compile(
    r"^(?:\S+ ){0,3}(?:named|called|[a-z-]+(?:er|or|ist|ian|ant|man|woman|veteran|expert|star|official))"
    rf" [{UPPER}][\w’'-]+(?: [{UPPER}][\w.’'-]+){{1,3}}$"
)
"""A role in lower case before a name: "screenwriter Mara Quist", "an eyewitness named Tan Lee"."""
KIND_OF_PRESS = re.compile(
    r"\b(?:newspaper|broadcaster|agency|website|magazine|station|daily|weekly|tabloid|outlet|network|publication) "
    r"(?=[A-Z])"
)
STAFF = re.compile(
    r"^(?:the )?(?:folks|writers|people|editors|reporters|team|guys|journalists) (?:at|from|over at) ", re.I
)
OWN_STAFF = re.compile(
    r"(?:our|this (?:news)?(?:paper|site|agency)['’]s) (?:own )?(?:reporters?|correspondents?|photographers?)\b", re.I
)
"""People of the outlet whose article it is."""
THE_OUTLET = re.compile(r"^the (?:paper|publication|site|outlet|newspaper|website|magazine|network|broadcaster)$", re.I)
SPOKEN_FOR = re.compile(r"\b(?:spokes(?:man|woman|person|people)|representatives?)\b", re.I)
COMPANIES = frozenset({"company", "firm", "maker", "manufacturer", "retailer", "carrier", "airline", "carmaker"})
ANY_BODY = COMPANIES | frozenset(
    """association body brand chain charity club developer faction foundation gang group lobby movement operator
    organisation organization owner party start-up startup supplier team utility watchdog""".split()  # noqa: SIM905
)
"""Kinds by which a text goes on to call a body whose name does not say them; "the ministry" has a name that does."""
PUBLIC_BODY = re.compile(
    r"\b(?:union|ministry|department|council|committee|commission|party|army|forces?|police|government|embassy"
    r"|university|institute|authority|court|board|museum|laboratory|clinic|hospital|school|church|club|office)\b"
)
"""What no company is."""
BODY = re.compile(
    r"\b(?:ministry|department|office|agency|bureau|council|committee|commission|party|army|forces?|police|government|"
    r"embassy|university|institute|institution|center|centre|foundation|association|union|organi[sz]ation|company|corp|"
    r"inc|ltd|group|bank|court|fund|service|administration|authority|board|college|hospital|campaign|watch|"
    r"laborator(?:y|ies)|brigade|movement|alliance|coalition|team)\b",
    re.I,
)
NAMED_LAST = re.compile(r",\s+(?:[A-Z][\w’'-]+\s+){1,2}[A-Z][\w’'-]+$")
"""A name behind a role that may name a body: "the chief executive of Alder Health, Martin Oyle"."""
OPENING = re.compile(
    r"(?:in|on|at|but|and|for|when|while|after|before|as|if|this|that|his|her|its|their|our|no|some|most|all|every|last|"
    r"only|both|one|two|three|four|five|another|any|many|more|under|with|by|to|from|since|until)\b",
    re.I,
)
"""Words that a sentence begins with and no name does."""
_NAME_WORD = r"[A-Z][\w&’'-]{0,99}+"
PRESS = re.compile(
    r"\b(?:news|newspapers?|times|post|herald|tribune|gazette|journal|guardian|telegraph|mirror|magazine|radio|tv|"
    r"television|broadcast\w*|weekly|daily|press|website|web site|news ?site|site|outlets?|media|channel \d+|mail|"
    r"standard|observer|chronicle|ledger|courier|inquirer|enquirer|sentinel|bulletin|argus|examiner|dispatch)\b",
    re.I,
)
INDEFINITE = re.compile(r"(?:an?|one|another|some|several|many|two|three|four|five|six|a few|a number of)\s", re.I)


@lru_cache(maxsize=256)
def _named_body(noun: str) -> re.Pattern[str]:
    either = f"[{noun[0].upper()}{noun[0]}]{re.escape(noun[1:])}"
    last = rf"{_NAME_WORD}(?: {_NAME_WORD}){{0,3}} {either}\b(?! (?:of|for) )"
    first = rf"\b{noun.capitalize()} (?:of|for) (?:the )?{_NAME_WORD}(?: (?:and |of )?{_NAME_WORD}){{0,3}}"
    behind = rf"\b{re.escape(noun)} (?P<behind>{_NAME_WORD}(?: {_NAME_WORD}){{0,3}})"
    return re.compile(rf"{last}|{first}|{behind}")


def named_bodies(text: str, noun: str) -> list[tuple[int, str]]:
    """Names that say what body it is, each with where it ends, in order: "Food Safety Office", "the office Densit".

    Words that only a sentence's beginning writes with a capital are taken for no names.
    """
    found = []
    for match in _named_body(noun).finditer(text) if noun.isalpha() else ():
        name = match["behind"] or ARTICLE.sub("", match.group())
        if (match["behind"] or " " in name) and not OPENING.match(name):
            found.append((match.end(), name))
    return found


def without_body(phrase: str) -> str:
    """The phrase without what follows 'of', 'at', 'from', where a body's name stands."""
    return re.split(r"\s(?:of|at|from|in|with|for)\s", phrase)[0]


def last_name(head: str) -> str:
    """The last word of a phrase; empty for none."""
    return head.rsplit(maxsplit=1)[-1] if head.split() else ""
