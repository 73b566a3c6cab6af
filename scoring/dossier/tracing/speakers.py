"""Who a source is, across articles: "the ministry", "Defence Ministry spokesman Olaf Renk" and "Renk" are one.

Compared only within a group of claims, where few sources meet; there a part of a name or a role is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.dossier.grouping.propositions import stem
from scoring.dossier.schema import OriginKind, Relation
from scoring.schema import Claim, Document, Link, Report, SourceType
from scoring.text.words import NAME_WORD, without_possessive
from scoring.word_lists import either, words

_CUT = re.compile(rf"\s*(?:,\s*)?\b{either('words that end a source')}\b.*$", re.S)
_SPEAKS = re.compile(
    rf"\b{either('voices of a body')}\b|\bspeak(?:er|ing) for\b|\brepresentatives? (?:of|for)\b|\bC\.?E\.?O\b", re.I
)
"""Who speaks for a body: what he says comes from the body."""
_SPEAKS_ALONE = re.compile(
    rf"^(?:an? |the |its |their |whose )?(?:[a-z]+ )?{either('voices without a body')}\b(?! (?:of|for|at|from) )", re.I
)
"""Somebody who speaks for a body that his phrase does not name."""
_SPEAKS_FOR = re.compile(r"\bspeaks? for (?:the )?(?P<body>[^,;.]{2,40})")
_OF = re.compile(r"^(?:the\s+)?(?P<body>[^,]{3,40}?)(?:['’]s|s['’])\s+(?:[a-z-]+,?\s+){1,3}", re.I)
"""Somebody of a body: "the water board's chemist"."""
_ITS = re.compile(r"^(?:its|their|whose)\s", re.I)
_NAMED_LAST = re.compile(r",\s+(?P<name>[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){1,2})$")
"""A role with a name behind it: "a teacher from Vorn, Edda Mink"."""
_PERSON = r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+){1,2}"
_ROLE = rf"(?:[a-z]+\s)?{either('roles in a body')}\s(?:of|for)\s[^,.;:\n]{{3,60}}"
_OWN_ROLE = (
    r"(?:the\s)?[A-Z][\w&’'-]*(?:\s[A-Z][\w&’'-]*){0,4}['’]s\s(?:[a-z]+\s)?"
    rf"{either('roles behind a name of a body')}"
)
_ROLE_NAME = re.compile(
    rf"\b(?P<role>{_ROLE}|{_OWN_ROLE}),\s(?P<last>{_PERSON})|\b(?P<first>{_PERSON}),\s(?:an?\s|the\s)?(?P<roled>{_ROLE}|{_OWN_ROLE})"
)
"""A role with a body, beside the name of who has it."""
_EMPTY = words("words that tell no source", "forms of address")
_ANY_BODY = frozenset(map(stem, words("bodies called by their kind in a dossier")))
"""Bodies that an article names once and then calls by their kind: "the company"."""
_RANKS = frozenset(map(stem, words("ranks")))
_PUBLIC = frozenset(map(stem, words("public bodies of a dossier")))
"""Words in the names of public bodies, which no company is called by."""
_SERVICES = frozenset(map(stem, words("services")))
"""What a public service is called by beside what it does: "fire service", "fire brigade"."""
_COMPANY = frozenset(map(stem, words("companies of a dossier")))
"""What only a body is called, though its name may look like a person's: "its operator, Lena Harbour"."""
_ROLES = frozenset(map(stem, words("roles that are no body")))
_TITLES = words("titles that are no name")


@dataclass(frozen=True, slots=True)
class Who:
    """A source in comparable form.

    ``shown`` is what the dossier calls it. All else are stems: ``words`` are those of everything that its phrases say
    of it, ``name`` those of a person's name, ``body`` those of the body that the person speaks for. If a body is called
    by its kind alone ("the company"), ``named_beside`` has all names in the article, among them the body's own. If the
    phrase is "its director", ``its`` has the stems of the claim, which names the body.
    """

    shown: str
    kind: OriginKind
    words: frozenset[str]
    name: tuple[str, ...] = ()
    body: frozenset[str] = frozenset()
    known: str | None = None
    named_beside: frozenset[str] = frozenset()
    its: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """What all phrases of the articles say of a name: their stems, and those of the body that it speaks for."""

    words: frozenset[str]
    body: frozenset[str]


NOBODY_KNOWN = Profile(frozenset(), frozenset())


def profiles(reports: Iterable[Report]) -> dict[str, Profile]:
    """What phrases say of sources, by the lower-case name that each source is resolved to."""
    profiles_by_name: dict[str, Profile] = {}
    for report in reports:
        for person, role in _introduced(report.document.text):
            said = frozenset(stems_of(role))
            profiles_by_name.setdefault(person.casefold(), Profile(said, _body(role, said, _name_stems(person))))
        for rating in report.ratings:
            for link in rating.claim.chain:
                name = _name_of(link, report.document)
                if name and link.source:
                    known = profiles_by_name.get(name.casefold(), NOBODY_KNOWN)
                    phrase = _phrase(link, report.document)
                    words = frozenset(stems_of(phrase))
                    body = _body(phrase, words, _person(link, name, words))
                    profiles_by_name[name.casefold()] = Profile(known.words | words, known.body or body)
    return profiles_by_name


def _introduced(text: str) -> Iterator[tuple[str, str]]:
    """Names with the role in which the text introduces them: "the spokesman of the federation, Karel Thun"."""
    for match in _ROLE_NAME.finditer(text):
        yield match["last"] or match["first"], match["role"] or match["roled"]


def who(
    link: Link,
    claim: Claim,
    document: Document,
    known_by: Mapping[str, Profile],
    before: Callable[[], Who | None] | None = None,
) -> Who | None:
    """The source of a claim's link; ``None`` where its words name nobody.

    ``before`` looks for the nearest body that the article has asked before: whom a spokesman without one speaks for.
    """
    phrase, name = _phrase(link, document), _name_of(link, document)
    words = frozenset(stems_of(phrase)) | frozenset(stems_of(name or ""))
    if not words:
        return None
    profile = known_by.get(name.casefold(), NOBODY_KNOWN) if name else NOBODY_KNOWN
    words |= profile.words
    last = _NAMED_LAST.search(phrase) if link.type is SourceType.ANONYMOUS else None
    kind = {SourceType.ANONYMOUS: OriginKind.UNNAMED, SourceType.MEDIA: OriginKind.OUTLET}.get(
        link.type, OriginKind.SOURCE
    )
    person = _name_stems(last["name"]) if last else _person(link, name or phrase, words)
    known = link.prior.name if link.prior and link.prior.known else None
    body = _body(phrase, words, person) or (profile.body if person else frozenset())
    asked = before() if before and not body and _SPEAKS_ALONE.search(phrase) else None
    if asked:
        body = asked.body or asked.words
    return Who(
        shown=known or (last["name"] if last else name) or _bare(phrase),
        kind=OriginKind.SOURCE if last else kind,
        words=words,
        name=person,
        body=body,
        known=known,
        named_beside=_names_in(document.text) if (body or words) <= _ANY_BODY else frozenset(),
        its=frozenset(stems_of(claim.text(document.text))) if _ITS.search(phrase) else frozenset(),
    )


def _name_of(link: Link, document: Document) -> str | None:
    """The name that a link goes by, without what is said of it."""
    name = link.name(document.text)
    return _bare(name).split(",")[0].strip() if name else None


def _phrase(link: Link, document: Document) -> str:
    return link.words(document.text) or link.resolved or ""


def _bare(phrase: str) -> str:
    return re.sub(r"^(?:the|an?)\s+", "", " ".join(_CUT.sub("", phrase).split()), flags=re.I)


def stems_of(phrase: str) -> Iterator[str]:
    """Stems of the words that tell a source from others."""
    for word in NAME_WORD.findall(_CUT.sub("", phrase)):
        plain = without_possessive(word).casefold()
        if plain not in _EMPTY and not plain.isdigit():
            yield stem(plain)


@lru_cache(maxsize=64)
def _names_in(text: str) -> frozenset[str]:
    """Stems of the words that a text writes with a capital."""
    return frozenset(stem(without_possessive(w)) for w in NAME_WORD.findall(text) if w[0].isupper())


def _person(link: Link, phrase: str, words: frozenset[str]) -> tuple[str, ...]:
    """Stems of a person's name, in order; empty for a body, whatever its name looks like, and for a role alone."""
    is_body = bool(words & _COMPANY) and not words & _ROLES
    return _name_stems(phrase.split(",", maxsplit=1)[0]) if link.type is SourceType.PERSON and not is_body else ()


def _name_stems(name: str) -> tuple[str, ...]:
    words = [w for w in NAME_WORD.findall(name) if w[0].isupper() and w.casefold() not in _TITLES | _EMPTY]
    return tuple(stem(without_possessive(w)) for w in words)


def _body(phrase: str, words: frozenset[str], person: Sequence[str]) -> frozenset[str]:
    """The stems of the body that a person speaks for or belongs to; empty if the phrase names none."""
    of = _OF.match(phrase) if person else None
    if of:
        return frozenset(stems_of(of["body"]))
    voice = _SPEAKS_FOR.search(phrase)
    if voice:
        return frozenset(stems_of(voice["body"]))
    if not _SPEAKS.search(phrase):
        return frozenset()
    roles = {stem(w) for match in _SPEAKS.finditer(phrase) for w in NAME_WORD.findall(match.group())}
    return words - roles - set(person)


def same(a: Who, b: Who, relation: Relation = Relation.AGREES) -> bool:
    """Whether two sources of one group of claims are one.

    Unnamed people are one with others of the same role, and with the body that their description names. Where one
    contradicts the other or has another number (``relation``), more is asked: a body seldom speaks against itself.
    """
    if a.known and b.known:
        return a.known == b.known
    if a.name and b.name and _one_name(a.name, b.name):
        return True
    of_a, of_b = (_speaks_as(one) for one in (a, b))
    by_kind = _called_by_kind(a, of_b) or _called_by_kind(b, of_a)
    if relation is not Relation.AGREES:
        return bool(of_a) and (of_a == of_b or (relation is Relation.NUMBER and by_kind))
    return by_kind or _one_voice(a, b)


def _one_voice(a: Who, b: Who) -> bool:
    """Whether two sources that agree may be one body, or somebody of it."""
    if OriginKind.UNNAMED in (a.kind, b.kind):
        return _same_unnamed(a, b)
    of_a, of_b = (_speaks_as(one) for one in (a, b))
    if of_a and of_b and of_a | of_b <= _COMPANY:
        return True
    return _within(of_a, of_b) or _says_less(a, b) or _says_less(b, a)


def _says_less(one: Who, other: Who) -> bool:
    """Whether one is a role that the other, a named person, has; or a name that is a body's, whole or in part."""
    if one.name:
        voice = other.body if other.name else other.words
        return one.name[-1] in voice and (len(one.name) == 1 or not other.name)
    return bool(other.name and one.words - _RANKS) and one.words - _RANKS <= other.words


def _same_unnamed(a: Who, b: Who) -> bool:
    if a.kind is b.kind:
        return _within(a.words, b.words)
    unnamed, other = (a, b) if a.kind is OriginKind.UNNAMED else (b, a)
    body = _speaks_as(other)
    return bool(body) and (body - _SERVICES or body) <= unnamed.words


def _speaks_as(one: Who) -> frozenset[str]:
    """The body that a source is or speaks for; empty for a person who speaks for himself.

    A single word that looks like somebody's name may be a body's: "Larkfield".
    """
    return one.body or (frozenset() if len(one.name) > 1 else one.words)


def _called_by_kind(one: Who, other: frozenset[str]) -> bool:
    """Whether "the company" may be the other, which its article names, or "its director" speaks for the other."""
    if one.kind is OriginKind.UNNAMED:
        return False
    if one.its:
        return bool(other) and other <= one.its
    kind, proper = one.body or one.words, other - _ANY_BODY
    clash = (kind & _PUBLIC and other & _COMPANY) or (kind & _COMPANY and other & _PUBLIC)
    return bool(proper) and not clash and 2 * len(proper & one.named_beside) >= len(proper)


def _within(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether one says no more than the other; "the fire service" is the body whose name has "fire" in it."""
    a, b = (one - _SERVICES if one - _SERVICES else one for one in (a, b))
    return bool(a and b) and (a <= b or b <= a)


def _one_name(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """The same last word, and no first words that differ."""
    return a[-1] == b[-1] and (len(a) == 1 or len(b) == 1 or bool(set(a[:-1]) & set(b[:-1])))
