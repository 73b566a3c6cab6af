"""What each mention of a group rests on: sources it names, mentions of other articles, or its outlet's own word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scoring.dossier.grouping.likeness import relation
from scoring.dossier.grouping.propositions import Proposition
from scoring.dossier.schema import OriginKind, Place, Relation, Via
from scoring.dossier.tracing.copies import Copies
from scoring.dossier.tracing.outlets import Outlet, Outlets
from scoring.dossier.tracing.speakers import Profile, Who, stems_of, who
from scoring.schema import Basis, Claim, Document, Link, Report, SourceType, Span, when
from scoring.word_lists import either

LOOKED_BACK = 30
"""Claims before one among which the body is looked for that "it" or "a spokesman" stands for."""
_AND = re.compile(r"\s+and\s+(?:the\s+)?|,\s*")
_OUTLET = r"(?:[Tt]he )?(?:[a-z]+ )?[A-Z][\w&’-]*(?: [A-Z][\w&’-]*){0,4}"
_CITES = re.compile(
    rf"(?P<before>{_OUTLET})(?:, [^,.]{{3,60}},)? "
    rf"{either('verbs behind an outlet')}\b"
    rf"|\b(?:according to|citing|quoting|first reported by|as reported by) (?P<after>{_OUTLET})"
)
_GOES_ON = re.compile(r"\s[A-Z]\w+")
"""A word with a capital behind a source: the rest of its name."""
_BODY_FIRST = re.compile(
    r"(?:that\s)?(?:[Tt]he\s)?(?P<body>(?:[a-z]+\s){0,3}[A-Z][\w&’'-]*(?:\s[A-Z][\w&’'-]*){0,4}"
    rf"|(?:[a-z]+\s){{1,3}})\s?(?:{either('verbs behind a body')}|[a-z]+ed|[a-z]+s)\b"
)
"""A body that a sentence begins with, and its verb."""
_TAIL = re.compile(rf",[”\"’]?\s+(?:it|he|she|they)\s+{either('verbs behind it')}\b")
"""An attribution within the claim's own words: "…, it said in a statement"."""
_FIRST_HAND = re.compile(
    r"\b[Oo]ur (?:own )?(?:reporters?|correspondents?|team)\b|\bcorrespondents? (?:saw|heard|counted)\b"
    rf"|\b[Ww]e {either('verbs of witnesses')}\b"
    r"|\b(?:has|have) (?:learn(?:ed|t)|found out|established)\b|\bseen by (?:us|the)\b"
    r"|\b(?:by|on) (?:our|this (?:news)?paper['’]s) (?:own )?count\b"
    r"|\b(?:reporters?|correspondents?|photographers?) (?:of|for|from) (?:this|the) \w+ (?:saw|heard|counted)\b",
)
"""Words by which an outlet says that it was there itself."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known of the whole dossier, for following its chains.

    ``passages`` give for an article the spans that it shares with others, with the number of their cluster.
    """

    reports: Sequence[Report]
    outlets: Outlets
    copies: Copies
    profiles: dict[str, Profile]
    passages: dict[int, list[tuple[Span, int]]]


@dataclass(frozen=True, slots=True)
class Rest:
    """What one mention rests on: sources it names, mentions that it has its claim from, or its outlet's own word."""

    sources: tuple[Who, ...] = ()
    heirs_of: tuple[tuple[int, Via], ...] = ()
    own: bool = False
    first_hand: bool = False


def shared_passages(copies: Copies) -> dict[int, list[tuple[Span, int]]]:
    """By article the passages that others have, too."""
    passages: dict[int, list[tuple[Span, int]]] = {}
    for number, members in enumerate(copies.same):
        for passage in members:
            passages.setdefault(passage.article, []).append((passage.span, number))
    return passages


def read_rests(places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> list[Rest]:
    """What every mention of a group rests on.

    Parameters
    ----------
    places
        The mentions, in any order.
    said
        What each says; one passes on only what it agrees with.
    sources
        The dossier's articles and what is known of them.
    """
    rests = [_rest(i, places, said, sources) for i in range(len(places))]
    return [_unless_repeated(i, rests, said) for i in range(len(places))]


def _rest(i: int, places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> Rest:
    """What mention ``i`` rests on, by copying, by its chain, or by a credit line."""
    copied = [(j, Via.COPIED) for j in _copied_from(i, places, sources)]
    if copied:
        return Rest(heirs_of=tuple(copied[:1]))
    claim = sources.reports[places[i].article].ratings[places[i].claim].claim
    if claim.chain:
        return _by_chain(i, claim, places, said, sources)
    cited = _outlets_cited(places[i], sources)
    if cited:
        return _by_outlets(i, cited, places, said, sources)
    words = claim.text(sources.reports[places[i].article].document.text)
    if _TAIL.search(words):
        subject = _opening(words) or _before(places[i], sources)
        return Rest(sources=(subject,) if subject else ())
    if claim.basis is not Basis.ASSERTION:
        return Rest()
    first_hand = bool(_FIRST_HAND.search(_sentence(places[i], sources)))
    return Rest(own=True, first_hand=True) if first_hand else _by_credit(i, places, said, sources)


def _copied_from(i: int, places: Sequence[Place], sources: Sources) -> Iterator[int]:
    """Mentions in a passage that is one with this mention's, in an article that had it first or is credited."""
    cluster = _cluster(places[i], sources)
    if cluster is None:
        return
    from_whom = sources.copies.had_from[cluster].get(places[i].article, ())
    for j, other in enumerate(places):
        if other.article in from_whom and _cluster(other, sources) == cluster:
            yield j


def _cluster(place: Place, sources: Sources) -> int | None:
    span = sources.reports[place.article].ratings[place.claim].claim.spans[0]
    shared = sources.passages.get(place.article, ())
    return next((number for passage, number in shared if passage.overlaps(span)), None)


def _by_chain(i: int, claim: Claim, places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> Rest:
    """By the innermost link: an outlet of the dossier, the article's own, or a source."""
    link, document = claim.chain[-1], sources.reports[places[i].article].document
    named = _outlets_named(link, document.text, sources.outlets)
    if named:
        return _by_outlets(i, named, places, said, sources)
    if link.type is SourceType.AUTHOR or _was_there(link, places[i], sources):
        return Rest(own=True, first_hand=True)
    if link.type is SourceType.GENERIC:
        return Rest()
    source = who(link, claim, document, sources.profiles, lambda: _before(places[i], sources))
    if source is None:
        cited = _outlets_cited(places[i], sources)
        if cited:
            return _by_outlets(i, cited, places, said, sources)
        unnamed = link.type is SourceType.ANONYMOUS
        source = _subject(link, claim, document) or _before(places[i], sources, unnamed=unnamed)
    relayed = [o for outer in claim.chain[:-1] for o in _outlets_named(outer, document.text, sources.outlets)]
    through = tuple((j, Via.CITED) for o in relayed for j in _mentions_of(o, i, places, said, sources))
    theirs = through and source and source.kind is OriginKind.UNNAMED  # the same people, described again
    return Rest(sources=(source,) if source and not theirs else (), heirs_of=through)


def _was_there(link: Link, place: Place, sources: Sources) -> bool:
    """Whether the source is the outlet's own people, who saw it."""
    document = sources.reports[place.article].document
    ours = link.source and _FIRST_HAND.search(link.source.of(document.text))
    return bool(ours and _FIRST_HAND.search(_sentence(place, sources)))


def _by_outlets(
    i: int, named: Sequence[Outlet], places: Sequence[Place], said: Sequence[Proposition], sources: Sources
) -> Rest:
    """By outlets of the dossier that are cited: by their mentions, or by their word where they have none here."""
    rest = Rest()
    own = sources.outlets.by_article[places[i].article]
    for outlet in named:
        mentions = _mentions_of(outlet, i, places, said, sources)
        if mentions:
            rest = replace(rest, heirs_of=(*rest.heirs_of, *((j, Via.CITED) for j in mentions)))
        elif outlet.key == own.key:
            rest = replace(rest, own=True, first_hand=True)
        else:
            rest = replace(rest, sources=(*rest.sources, as_source(outlet)))
    return rest


def _by_credit(i: int, places: Sequence[Place], said: Sequence[Proposition], sources: Sources) -> Rest:
    """The article's own word, or that of whom its credit line names."""
    own = sources.outlets.by_article[places[i].article]
    for name in sources.copies.credits[places[i].article]:
        outlet = sources.outlets.named(name)
        if outlet and outlet.key != own.key:
            mentions = _mentions_of(outlet, i, places, said, sources)
            credited = tuple((j, Via.CREDITED) for j in mentions)
            return Rest(heirs_of=credited) if credited else Rest(sources=(as_source(outlet),))
        if not outlet and " " not in own.key:
            return Rest(sources=(Who(name, OriginKind.OUTLET, frozenset({name.casefold()})),))
    return Rest(own=True)


def _outlets_cited(place: Place, sources: Sources) -> list[Outlet]:
    """Outlets of the dossier that the sentence cites, for claims whose source was not read."""
    cited = []
    for match in _CITES.finditer(_sentence(place, sources)):
        outlet = sources.outlets.named(match["before"] or match["after"])
        if outlet:
            cited.append(outlet)
    return list(dict.fromkeys(cited))


def _outlets_named(link: Link, text: str, outlets: Outlets) -> list[Outlet]:
    phrases = [link.words(text), link.resolved or ""]
    further = _GOES_ON.match(text, link.source.end) if link.source else None
    if further:
        phrases.insert(1, phrases[0] + further.group())
    for phrase in phrases:
        named = [o for part in (phrase, *_AND.split(phrase)) if part and (o := outlets.named(part))]
        if named:
            return list(dict.fromkeys(named))
    return []


def _mentions_of(
    outlet: Outlet, i: int, places: Sequence[Place], said: Sequence[Proposition], sources: Sources
) -> list[int]:
    """The outlet's mentions that agree with mention ``i``, the earlier ones if there are any.

    If the outlet is that of mention ``i`` itself, only earlier ones count.
    """
    mentions = []
    for j, place in enumerate(places):
        is_theirs = j != i and sources.outlets.by_article[place.article].key == outlet.key
        if not is_theirs or relation(said[i], said[j]) is not Relation.AGREES:
            continue
        own = sources.outlets.by_article[places[i].article].key == outlet.key
        if place.article != places[i].article and (not own or _earlier(place, places[i], sources)):
            mentions.append(j)
    return [j for j in mentions if _earlier(places[j], places[i], sources)] or mentions


def _earlier(a: Place, b: Place, sources: Sources) -> bool:
    return when(sources.reports[a.article].document) < when(sources.reports[b.article].document)


def as_source(outlet: Outlet) -> Who:
    """An outlet as the source of others."""
    return Who(outlet.name, OriginKind.OUTLET, frozenset({outlet.key}), known=outlet.name)


def _before(place: Place, sources: Sources, *, unnamed: bool = False) -> Who | None:
    """The nearest body asked before, or unnamed people: for "it" or "one of them" where nothing else tells."""
    report = sources.reports[place.article]
    for rating in reversed(report.ratings[max(0, place.claim - LOOKED_BACK) : place.claim]):
        candidates = (
            who(rating.claim.chain[-1], rating.claim, report.document, sources.profiles) if rating.claim.chain else None
        )
        if candidates and unnamed and candidates.kind is OriginKind.UNNAMED:
            return candidates
        if (
            unnamed
            or candidates is None
            or candidates.kind is not OriginKind.SOURCE
            or sources.outlets.named(candidates.shown)
        ):
            continue
        if not candidates.name:
            return candidates
        if candidates.body:
            return Who(candidates.shown, OriginKind.SOURCE, candidates.body, body=candidates.body)
    return None


def _subject(link: Link, claim: Claim, document: Document) -> Who | None:
    """The body that a claim begins with, for an "it" behind it: "Larkfield is calling back its jars, it announced"."""
    if not link.source or link.source.of(document.text).casefold() not in ("it", "they"):
        return None
    return _opening(claim.text(document.text)) if claim.spans[0].start < link.source.start else None


def _opening(words: str) -> Who | None:
    """The body that words begin with."""
    named = _BODY_FIRST.match(words)
    stems = frozenset(stems_of(named["body"])) if named else frozenset()
    return Who(named["body"].strip(), OriginKind.SOURCE, stems) if named and stems else None


def _sentence(place: Place, sources: Sources) -> str:
    """The words around a claim, to the ends of its line."""
    report = sources.reports[place.article]
    text, spans = report.document.text, report.ratings[place.claim].claim.spans
    start = max(text.rfind("\n", 0, spans[0].start), text.rfind(". ", 0, spans[0].start)) + 1
    end = min(
        (e for e in (text.find("\n", spans[-1].end), text.find(". ", spans[-1].end)) if e >= 0), default=len(text)
    )
    return text[start:end]


def _unless_repeated(i: int, rests: Sequence[Rest], said: Sequence[Proposition]) -> Rest:
    """An outlet's bare word, where somebody in the group is on record for the same, is a repeat without credit."""
    rest = rests[i]
    if not rest.own or rest.first_hand:
        return rest
    on_record = (j for j, other in enumerate(rests) if j != i and other.sources)
    repeated = any(relation(said[i], said[j]) is Relation.AGREES for j in on_record)
    return replace(rest, own=False) if repeated else rest
