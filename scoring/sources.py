"""What kind of source a phrase names, and whom "he", "the group" or "the channel" refers to.

Rules, read from left to right: names are collected as they come up, and a pronoun or description is
given to the nearest fitting one before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from scoring.names import (
    NAME,
    NO_PERSON,
    PERSON_NAME,
    UPPER,
    bare_name,
    expansions,
    full_names,
    given_names,
    governments,
    looks_like_person,
)
from scoring.priors import Priors
from scoring.schema import Document, SourceType, Span
from scoring.source_nouns import source_noun_type

PERSON, ORGANISATION, MEDIA, SOCIAL = SourceType.PERSON, SourceType.ORGANISATION, SourceType.MEDIA, SourceType.SOCIAL
DOCUMENT, ANONYMOUS, GENERIC, AUTHOR = (
    SourceType.DOCUMENT,
    SourceType.ANONYMOUS,
    SourceType.GENERIC,
    SourceType.AUTHOR,
)

_PRONOUNS: dict[str, tuple[SourceType, ...]] = {
    **dict.fromkeys(("he", "him", "his", "she", "her", "who"), (PERSON, ANONYMOUS, SOCIAL)),
    **dict.fromkeys(("they", "them", "their"), (ANONYMOUS, ORGANISATION, GENERIC, MEDIA, PERSON)),
    **dict.fromkeys(("it", "its", "which", "that", "this"), (DOCUMENT, MEDIA, ORGANISATION, SOCIAL)),
}
_FIRST_PERSON = frozenset({"i", "we", "me", "us", "our", "my"})
_FITTING: dict[SourceType, tuple[SourceType, ...]] = {
    PERSON: (PERSON,),
    ANONYMOUS: (PERSON, ANONYMOUS),
    ORGANISATION: (ORGANISATION,),
    MEDIA: (MEDIA, SOCIAL),
    SOCIAL: (SOCIAL, MEDIA),
    DOCUMENT: (DOCUMENT,),
}
"""What a definite description of a type may refer back to, best first."""

MOST_DESCRIBED = 2
"""Longer descriptions tell of what they are themselves rather than point back."""
_DEFINITE = re.compile(r"(?:the|this|that|these|those|his|her|its|their)\b", re.I)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
_DETERMINER = re.compile(r"^(?:the|a|an|this|that|these|those|his|her|its|their)\s+", re.I)
_ASIDE = re.compile(r",\s*(?:meanwhile|however|too|also|though|for (?:his|her|its) part),?$")
_STORY = re.compile(r"\b(?:reports?|articles?|story|stories|piece|scoop|column)\b", re.I)
_BRAND = re.compile(r"^(?:[a-z]*\d\w*|\w+\.(?:com|org|net|co|fr|de|ru|uk|io))$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_POSSESSIVE = re.compile(r"['’]s?$")
_OWNED = re.compile(r"['’]s?\s")
_HANDLE = re.compile(r"@\w{2,}")
_TITLE = re.compile(
    r"^(?:the\s+)?(?:[\w.-]+\s+){0,4}?"
    r"(?:mr|mrs|ms|dr|sir|lord|lady|sen|rep|gov|gen|col|lt|maj|sgt|capt|adm|rev|prof|judge|justice|president|premier|"
    r"prime minister|minister|chancellor|king|queen|prince|princess|pope|ambassador|secretary|senator|governor|mayor|"
    r"director|chairman|chairwoman|chief|ceo|spokesman|spokeswoman|spokesperson|professor|doctor|analyst|leader|"
    r"commander|candidate|lawyer|attorney|author|editor|actor|actress|singer|representative|congressman|"
    r"congresswoman)\b\.?",
    re.I,
)
_HEAD = re.compile(
    r"\s*[,(]|\s(?:of|from|who|at|in|for|with|between|published|issued|released|posted|filed|written|compiled|obtained|seen"
    r"|by|to)\s"
)
"""Where the head of a phrase ends and what is said of it begins."""
_COLLEAGUES = re.compile(
    rf"^(?:Dr\.? )?[{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+)* and (?:\w+ )?(?:colleagues|co-\w+|team)\b"
)
_MASTHEAD = re.compile(
    r"^(?:[Tt]he )(?:[A-Z][\w.’'-]* )+(?:Sun|Star|Globe|Examiner|Courier|Echo|Dispatch|Reporter|Review|Argus|Register"
    r"|Sentinel|Inquirer|Bee|Online|Insider|Circuit|Pilot)$"
)
_ROLE_AND_NAME = re.compile(
    r"^(?:\S+ ){0,3}(?:named|called|[a-z-]+(?:er|or|ist|ian|ant|man|woman|veteran|expert|star|official))"
    rf" [{UPPER}][\w’'-]+(?: [{UPPER}][\w.’'-]+){{1,3}}$"
)
"""A role in lower case before a name: "screenwriter Mara Quist", "an eyewitness named Tan Lee"."""
_KIND_OF_PRESS = re.compile(
    r"\b(?:newspaper|broadcaster|agency|website|magazine|station|daily|weekly|tabloid|outlet|network|publication) "
    r"(?=[A-Z])"
)
_STAFF = re.compile(
    r"^(?:the )?(?:folks|writers|people|editors|reporters|team|guys|journalists) (?:at|from|over at) ", re.I
)
_THE_OUTLET = re.compile(
    r"^the (?:paper|publication|site|outlet|newspaper|website|magazine|network|broadcaster)$", re.I
)
_SPOKEN_FOR = re.compile(r"\b(?:spokes(?:man|woman|person|people)|representatives?)\b", re.I)
_COMPANIES = frozenset({"company", "firm", "maker", "manufacturer", "retailer", "carrier", "airline", "carmaker"})
_PUBLIC_BODY = re.compile(
    r"\b(?:union|ministry|department|council|committee|commission|party|army|forces?|police|government|embassy"
    r"|university|institute|authority|court|board)\b"
)
"""What no company is."""
_BODY = re.compile(
    r"\b(?:ministry|department|office|agency|bureau|council|committee|commission|party|army|forces?|police|government|"
    r"embassy|university|institute|institution|center|centre|foundation|association|union|organi[sz]ation|company|corp|"
    r"inc|ltd|group|bank|court|fund|service|administration|authority|board|college|hospital|campaign|watch|"
    r"laborator(?:y|ies)|brigade|movement|alliance|coalition|team)\b",
    re.I,
)
_PRESS = re.compile(
    r"\b(?:news|newspapers?|times|post|herald|tribune|gazette|journal|guardian|telegraph|mirror|magazine|radio|tv|"
    r"television|broadcast\w*|weekly|daily|press|website|web site|news ?site|site|outlets?|media|channel \d+|mail|"
    r"standard|observer|chronicle)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A source phrase read: its type, and the name it stands for where that is another than the words themselves."""

    span: Span
    type: SourceType
    resolved: str | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    position: int
    name: str
    type: SourceType
    about: str


def read_sources(document: Document, spans: Iterable[Span], priors: Priors) -> dict[Span, Source]:
    """Type every source phrase, and resolve pronouns and descriptions to names before them."""
    reader = _Reader(document, priors)
    return {span: reader.read(span) for span in sorted(set(spans))}


class _Reader:
    """Reads the sources of one text in order, remembering what was named so far."""

    def __init__(self, document: Document, priors: Priors) -> None:
        self.text = document.text
        self.priors = priors
        self.full_names = [n for n in full_names(document) if self._may_be_person(n.name)]
        self.by_last_name = {n.name.split()[-1]: n.name for n in reversed(self.full_names)}
        self.surnames = {n.name.split()[-1] for n in self.full_names if n.name.split()[0].casefold() in given_names()}
        self.people = self._people()
        self.expansions = expansions(document.text)
        self.seen: list[_Mention] = []

    def read(self, span: Span) -> Source:
        """Type and resolve one phrase; it joins what later ones can refer to."""
        phrase = " ".join(span.of(self.text).split())
        source = self._pronoun(span, phrase) or self._description(span, phrase) or self._named(span, phrase)
        name = source.resolved or _ARTICLE.sub("", phrase)
        if _LETTERS.search(name):
            self.seen.append(_Mention(span.start, name, source.type, phrase.casefold()))
        return source

    def _pronoun(self, span: Span, phrase: str) -> Source | None:
        word = phrase.casefold()
        if word in _FIRST_PERSON:
            return Source(span, AUTHOR)
        fitting = _PRONOUNS.get(word)
        if not fitting:
            return None
        found = self._before(span.start, fitting)
        if fitting[0] is PERSON and (found is None or found.type is not PERSON):
            named = self._nearest_person(span.start)
            if named and (found is None or found.position < named[0]):
                return Source(span, PERSON, named[1])
        return Source(span, found.type if found else fitting[0], found.name if found else None)

    def _description(self, span: Span, phrase: str) -> Source | None:
        """A definite description without a name of its own, as 'the group' or 'the HaN leader'."""
        kind = source_noun_type(phrase)
        outlet = self._before(span.start, (MEDIA, DOCUMENT)) if _THE_OUTLET.match(phrase) else None
        if outlet:
            return Source(span, outlet.type, outlet.name)
        bare = _DETERMINER.sub("", phrase)
        if kind is DOCUMENT and _STORY.search(bare):
            kind = self._story(span, phrase)
        if kind is None or not _DEFINITE.match(phrase) or _is_name(bare):
            return Source(span, kind) if kind is MEDIA else None
        if kind not in _FITTING:
            return Source(span, kind)
        described = self._described(span.start, bare) if kind is PERSON else None
        if described:
            return Source(span, PERSON, described)
        found = self._meant(span.start, bare, _FITTING[kind])
        return Source(span, found.type if found else kind, found.name if found else None)

    def _meant(self, position: int, bare: str, fitting: tuple[SourceType, ...]) -> _Mention | None:
        """What a description stands for: the nearest mention that shares a word with it; for one word, the nearest.

        A description with an owner of its own ("the group's statement") stands for itself.
        """
        if _OWNED.search(bare) or len(bare.split()) > MOST_DESCRIBED:
            return None
        wanted = {word.casefold() for word in bare.split()}
        earlier = [m for m in self.seen if m.position < position and m.type in fitting]
        if bare.casefold() in _COMPANIES:
            earlier = [m for m in earlier if not _PUBLIC_BODY.search(m.about)]
        alike = [m for m in earlier if wanted & set(m.about.split())]
        found = alike or (earlier if " " not in bare else [])
        return found[-1] if found else None

    def _story(self, span: Span, phrase: str) -> SourceType:
        """A report, article or story is an outlet's when it names one or one was named before; else a document."""
        inside = any(self.priors.source_type(m.group()) is MEDIA for m in NAME.finditer(phrase))
        return MEDIA if inside or _PRESS.search(phrase) or self._before(span.start, (MEDIA,)) else DOCUMENT

    def _named(self, span: Span, phrase: str) -> Source:
        staff = _STAFF.match(phrase)
        if staff and self.priors.source_type(phrase[staff.end() :]) is MEDIA:
            return Source(span, MEDIA, phrase[staff.end() :])
        bare = _POSSESSIVE.sub("", _ASIDE.sub("", _ARTICLE.sub("", phrase)))
        known = self.priors.source_type(_ASIDE.sub("", phrase)) or (
            ORGANISATION if bare.casefold() in governments() else None
        )
        if known and (" " in bare or not self._is_surname(bare)):
            return Source(span, known, self.expansions.get(bare))
        expanded = self.expansions.get(bare)
        full = expanded or self._full_name(_HEAD.split(bare)[0])
        kind = PERSON if full and not expanded and " " not in bare else self._type(phrase, bare)
        if expanded and kind in (PERSON, GENERIC):
            kind = ORGANISATION
        if kind is DOCUMENT:
            full = self._expanded(bare)
        elif kind is PERSON and not full:
            named = PERSON_NAME.search(bare)
            full = bare_name(named.group()) if named else None
        elif kind in (ORGANISATION, MEDIA, SOCIAL) and not full and "," in bare:
            full = re.sub(r"\s*\([^)]*\)", "", _HEAD.split(bare)[0])
        return Source(span, kind, full if full != bare else None)

    def _expanded(self, bare: str) -> str | None:
        """A document's phrase with the acronym of its issuer written out: "the ISW's Key Takeaways"."""
        owner = re.match(r"([A-Z][A-Za-z]+)(?=['’]s\s)", bare)
        name = self.expansions.get(owner.group()) if owner else None
        return name + bare[len(owner.group()) :] if owner and name else None

    def _type(self, phrase: str, bare: str) -> SourceType:
        """The first sign that decides: handle, government, common noun, title, press name, body, shape of the name."""
        head = _HEAD.split(bare)[0]
        owned = _OWNED.search(head)
        noun = source_noun_type(phrase) or (source_noun_type(head[owned.end() :].lower()) if owned else None)
        governs = {bare.casefold(), head.casefold()} & governments()
        named = PERSON_NAME.search(_without_body(bare) if _SPOKEN_FOR.search(head) else bare)
        titled = named and (_TITLE.match(bare) or "," in bare) and not _BODY.search(_last_name(head))
        signs = (
            (bool(_HANDLE.search(bare)), SOCIAL),
            (bool(_COLLEAGUES.match(bare)), PERSON),
            (bool(_MASTHEAD.match(phrase) or _KIND_OF_PRESS.search(head)), MEDIA),
            (bool(governs), ORGANISATION),
            (noun is DOCUMENT and bool(owned), DOCUMENT),
            (noun is ANONYMOUS and _last_name(head).islower(), ANONYMOUS),
            (bool(_ROLE_AND_NAME.match(head)) and not _BODY.search(head) and noun in (None, PERSON, ANONYMOUS), PERSON),
            (noun in (DOCUMENT, SOCIAL, GENERIC, AUTHOR) and not _is_name(head), noun),
            (bool(_BRAND.match(bare)), MEDIA),
            (not any(map(str.isupper, bare)), noun or ANONYMOUS),
            (bool(_SPOKEN_FOR.search(head)) and not named, ORGANISATION),
            (noun is PERSON and bool(PERSON_NAME.search(head)), PERSON),
            (noun is ANONYMOUS and not PERSON_NAME.search(_without_body(bare)), ANONYMOUS),
            (bool(titled), PERSON),
            (bool(_PRESS.search(head)), MEDIA),
            (noun in (ORGANISATION, MEDIA), noun),
            (noun in (DOCUMENT, SOCIAL, GENERIC) and not PERSON_NAME.search(head), noun),
            (bool(_BODY.search(head)), ORGANISATION),
        )
        found = next((kind for holds, kind in signs if holds and kind), None)
        return found or self._by_shape(head, noun)

    def _by_shape(self, head: str, noun: SourceType | None) -> SourceType:
        words = head.split()
        plural = noun is PERSON and words[-1].islower() and words[-1].endswith("s")
        if noun is PERSON:
            return ANONYMOUS if plural else PERSON
        alone = head.casefold() in given_names() or self._is_surname(head)
        return PERSON if alone or looks_like_person(head, self.text) else ORGANISATION

    def _before(self, position: int, fitting: tuple[SourceType, ...]) -> _Mention | None:
        """The nearest mention of a fitting type; among those in reach the best-fitting type counts first."""
        earlier = [m for m in self.seen if m.position < position and m.type in fitting]
        return earlier[-1] if earlier else None

    def _nearest_person(self, position: int) -> tuple[int, str] | None:
        """Where a person was last named before the position, in full or by surname, and the full name."""
        place = bisect_left(self.people, (position, ""))
        return self.people[place - 1] if place else None

    def _people(self) -> list[tuple[int, str]]:
        """Every place where a person who was named in full before is named, in full or by surname, in order."""
        first: dict[str, int] = {}
        for named in self.full_names:
            first.setdefault(named.name, named.start)
        surnames = {name.split()[-1]: name for name in first if looks_like_person(name, self.text)}
        if not surnames:
            return []
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, surnames))})\b")
        found = ((m.start(), surnames[m.group()]) for m in pattern.finditer(self.text))
        return [(place, name) for place, name in found if place >= first[name]]

    def _may_be_person(self, name: str) -> bool:
        known = self.priors.source_type(name) or name.casefold() in governments()
        known = known or any(word.casefold() in NO_PERSON for word in name.split())
        return not (known or _BODY.search(name) or _PRESS.search(name))

    def _full_name(self, bare: str) -> str | None:
        """The full name that a surname alone stands for."""
        if " " in bare:
            surname = re.sub(r"^(?:Mr|Mrs|Ms|Dr|Sir|Sen|Rep|Gov|Gen|President|Senator|Sheikh)\.?\s+", "", bare)
            if surname == bare or " " in surname:
                return None
            bare = surname
        return self.by_last_name.get(bare)

    def _is_surname(self, word: str) -> bool:
        """Whether somebody with a common given name and this surname is named in the text."""
        return word in self.surnames

    def _described(self, position: int, bare: str) -> str | None:
        """The person whose apposition shares the description's words: 'Akram Kaabi, the leader of … (HaN)'."""
        wanted = {w.casefold() for w in re.findall(r"\w{3,}", bare)}
        scored = [(len(wanted & n.around), n.start, n.name) for n in self.full_names if n.start < position]
        best = max(scored, default=(0, 0, ""))
        return best[2] if best[0] >= min(2, len(wanted)) and best[0] else None


def _is_name(phrase: str) -> bool:
    """Whether the phrase itself holds a name rather than common nouns only."""
    return any(word[0].isupper() for word in phrase.split()) and not phrase.rsplit(maxsplit=1)[-1].islower()


def _without_body(phrase: str) -> str:
    """The phrase without what follows 'of', 'at', 'from', where a body's name stands."""
    return re.split(r"\s(?:of|at|from|in|with|for)\s", phrase)[0]


def _last_name(head: str) -> str:
    return head.rsplit(maxsplit=1)[-1] if head.split() else ""
