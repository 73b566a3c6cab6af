"""What kind of source a phrase names, and whom "he", "the group" or "the channel" refers to.

Rules, read from left to right: names are collected as they come up, and a pronoun or description is
given to the nearest fitting one before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scoring import resources
from scoring.lexicons import source_noun_type
from scoring.priors import Priors
from scoring.schema import Document, SourceType, Span

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
    DOCUMENT: (DOCUMENT, MEDIA),
}
"""What a definite description of a type may refer back to, best first."""

_PARTICLE = r"(?:al-|el-|de |del |della |di |da |du |van |von |bin |ibn |la |le |Mc|Mac|O['’])?"
_WORD = r"[A-ZÀ-ÞŁŠŽ][\w'’&.-]*"
_NAME = re.compile(rf"\b{_PARTICLE}{_WORD}(?:\s+(?:(?:al|el|de|del|di|da|van|von|bin|ibn|of|and|for|the|&)\s+)?{_PARTICLE}{_WORD})*")
_PERSON_NAME = re.compile(rf"\b{_WORD}(?:\s+(?:[A-Z]\.|{_PARTICLE}{_WORD})){{1,3}}\b")
_DEFINITE = re.compile(r"(?:the|this|that|these|those|his|her|its|their)\b", re.I)
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z&.-]{1,9})\)")
_POSSESSIVE = re.compile(r"['’]s?$")
_HANDLE = re.compile(r"@\w{2,}")
_TITLE = re.compile(
    r"^(?:the\s+)?(?:[\w.-]+\s+){0,4}?(?:mr|mrs|ms|dr|sir|lord|lady|sen|rep|gov|gen|col|lt|maj|sgt|capt|adm|rev|prof|judge|justice|president|"
    r"prime minister|premier|minister|chancellor|king|queen|prince|princess|pope|ambassador|secretary|senator|governor|mayor|"
    r"director|chairman|chairwoman|chief|ceo|spokesman|spokeswoman|spokesperson|professor|doctor|analyst|leader|commander|"
    r"candidate|lawyer|attorney|author|editor|actor|actress|singer|director general|representative|congressman|congresswoman)\b\.?",
    re.I,
)
_BODY = re.compile(
    r"\b(?:ministry|department|office|agency|bureau|council|committee|commission|party|army|forces?|police|government|embassy|university|"
    r"institute|institution|center|centre|foundation|association|union|organi[sz]ation|company|corp|inc|ltd|group|bank|court|"
    r"fund|service|administration|authority|board|college|hospital|campaign|watch|laborator(?:y|ies)|brigade|movement|alliance|coalition|team)\b",
    re.I,
)
_PRESS = re.compile(
    r"\b(?:news|newspapers?|times|post|herald|tribune|gazette|journal|guardian|telegraph|mirror|magazine|radio|tv|television|"
    r"broadcast\w*|weekly|daily|press|website|web site|news ?site|site|outlets?|media|channel \d+|mail|standard|observer|chronicle)\b",
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


@lru_cache(maxsize=1)
def _governments() -> frozenset[str]:
    lines = resources.lexicon("governments.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def read_sources(document: Document, spans: Iterable[Span], priors: Priors) -> dict[Span, Source]:
    """Type every source phrase, and resolve pronouns and descriptions to names before them."""
    reader = _Reader(document.text, priors)
    return {span: reader.read(span) for span in sorted(set(spans))}


class _Reader:
    """Reads the sources of one text in order, remembering what was named so far."""

    def __init__(self, text: str, priors: Priors) -> None:
        self.text = text
        self.priors = priors
        self.full_names = list(_full_names(text))
        self.expansions = _expansions(text)
        self.seen: list[_Mention] = []

    def read(self, span: Span) -> Source:
        """Type and resolve one phrase; it joins what later ones can refer to."""
        phrase = " ".join(span.of(self.text).split())
        source = self._pronoun(span, phrase) or self._description(span, phrase) or self._named(span, phrase)
        name = source.resolved or _ARTICLE.sub("", phrase)
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
        if found is None and PERSON in fitting[:1]:
            return Source(span, PERSON, self._nearest_person(span.start))
        return Source(span, found.type if found else fitting[0], found.name if found else None)

    def _description(self, span: Span, phrase: str) -> Source | None:
        """A definite description without a name of its own, as 'the group' or 'the HaN leader'."""
        kind = source_noun_type(phrase)
        bare = _ARTICLE.sub("", phrase)
        if kind is None or not _DEFINITE.match(phrase) or _is_name(bare):
            return None
        if kind not in _FITTING:
            return Source(span, kind)
        described = self._described(span.start, bare) if kind is PERSON else None
        if described:
            return Source(span, PERSON, described)
        short = len(bare.split()) <= 2
        found = self._before(span.start, _FITTING[kind]) if short else None
        return Source(span, found.type if found else kind, found.name if found else None)

    def _named(self, span: Span, phrase: str) -> Source:
        bare = _POSSESSIVE.sub("", _ARTICLE.sub("", phrase))
        known = self.priors.source_type(bare)
        if known:
            return Source(span, known, self.expansions.get(bare))
        expanded = self.expansions.get(bare)
        full = expanded or self._full_name(bare)
        kind = PERSON if full and not expanded else self._type(phrase, bare)
        if expanded and kind in (PERSON, GENERIC):
            kind = ORGANISATION
        return Source(span, kind, full if full != bare else None)

    def _type(self, phrase: str, bare: str) -> SourceType:
        noun = source_noun_type(phrase)
        head = re.split(r",|\s(?:of|from|who|at|in|for|with)\s", bare)[0]
        if _HANDLE.search(bare):
            return SOCIAL
        if bare.casefold() in _governments() or head.casefold() in _governments():
            return ORGANISATION
        if noun in (DOCUMENT, SOCIAL, GENERIC, AUTHOR) and not _is_name(head):
            return noun
        if not re.search(r"[A-ZÀ-Þ]", bare):
            return noun or ANONYMOUS
        if noun is ANONYMOUS and not _PERSON_NAME.search(_without_body(bare)):
            return ANONYMOUS
        if _PERSON_NAME.search(bare) and (_TITLE.match(bare) or "," in bare) and not _BODY.search(_last_name(head)):
            return PERSON
        if _PRESS.search(head):
            return MEDIA
        if noun is not None and noun is not PERSON:
            return noun
        if _BODY.search(head):
            return ORGANISATION
        return self._by_shape(head, noun)

    def _by_shape(self, head: str, noun: SourceType | None) -> SourceType:
        words = head.split()
        if noun is PERSON or len(words) >= 2:
            return PERSON
        if head.isupper() and len(head) > 1:
            return ORGANISATION
        return ORGANISATION if re.search(r"\d|[a-z][A-Z]", head) else PERSON

    def _before(self, position: int, fitting: tuple[SourceType, ...]) -> _Mention | None:
        """The nearest mention of a fitting type; among those in reach the best-fitting type counts first."""
        earlier = [m for m in self.seen if m.position < position and m.type in fitting]
        return earlier[-1] if earlier else None

    def _nearest_person(self, position: int) -> str | None:
        names = [name for start, name, _ in self.full_names if start < position and self._may_be_person(name)]
        return names[-1] if names else None

    def _may_be_person(self, name: str) -> bool:
        return not (_BODY.search(name) or _PRESS.search(name) or self.priors.source_type(name) or name.casefold() in _governments())

    def _full_name(self, bare: str) -> str | None:
        """The full name that a surname alone stands for."""
        if " " in bare:
            surname = re.sub(r"^(?:Mr|Mrs|Ms|Dr|Sir|Sen|Rep|Gov|Gen|President|Senator|Sheikh)\.?\s+", "", bare)
            if surname == bare or " " in surname:
                return None
            bare = surname
        full = [name for _, name, _ in self.full_names if name.split()[-1] == bare and self._may_be_person(name)]
        return full[0] if full else None

    def _described(self, position: int, bare: str) -> str | None:
        """The person whose apposition shares the description's words: 'Akram Kaabi, the leader of … (HaN)'."""
        wanted = {w.casefold() for w in re.findall(r"\w{3,}", bare)}
        scored = [
            (len(wanted & around), start, name)
            for start, name, around in self.full_names
            if start < position and self._may_be_person(name)
        ]
        best = max(scored, default=(0, 0, ""))
        return best[2] if best[0] >= min(2, len(wanted)) and best[0] else None


def _full_names(text: str) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Names of two to four words with their start and the words of the 160 characters around them."""
    for match in _PERSON_NAME.finditer(text):
        name = _POSSESSIVE.sub("", " ".join(match.group().split())).rstrip(".")
        name = re.sub(r"^(?:The|In|On|At|But|And|As|For|When|While|If|Former|President|Senator|Minister|Mr|Mrs|Ms|Dr)\.?\s+", "", name)
        if " " in name:
            around = text[max(0, match.start() - 60) : match.end() + 120]
            yield match.start(), name, frozenset(w.casefold() for w in re.findall(r"\w{3,}", around))


def _expansions(text: str) -> dict[str, str]:
    """Acronyms in brackets with the name before them: 'Institute for the Study of War (ISW)'."""
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        names = list(_NAME.finditer(text, max(0, match.start() - 90), match.start()))
        if names and not text[names[-1].end() : match.start()].strip():
            words = _ARTICLE.sub("", " ".join(names[-1].group().split()))
            found.setdefault(match.group(1), _initials_of(words, match.group(1)))
    return found


def _initials_of(words: str, acronym: str) -> str:
    """The tail of ``words`` that the acronym abbreviates, all of them when none fits."""
    tokens = words.split()
    for i in range(len(tokens) - 1, -1, -1):
        initials = "".join(p[0] for t in tokens[i:] for p in re.split(r"[-–]", t) if p and p[0].isupper())
        if initials.casefold() == re.sub(r"\W", "", acronym).casefold():
            return " ".join(tokens[i:])
    return words


def _is_name(phrase: str) -> bool:
    """Whether the phrase itself holds a name rather than common nouns only."""
    return bool(re.search(r"(?:^|\s)[A-ZÀ-Þ]", phrase)) and not phrase.rsplit(maxsplit=1)[-1].islower()


def _without_body(phrase: str) -> str:
    """The phrase without what follows 'of', 'at', 'from', where a body's name stands."""
    return re.split(r"\s(?:of|at|from|in|with|for)\s", phrase)[0]


def _last_name(head: str) -> str:
    return head.rsplit(maxsplit=1)[-1] if head.split() else ""
