"""What kind of source a phrase names, and whom "he", "the group" or "the channel" refers to.

Rules read the text from left to right: they collect names, and give a pronoun or description the nearest name before
it that fits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scoring.attribution.find import Attributions
from scoring.attribution.labels import TYPES
from scoring.attribution.named_beside import sources_named
from scoring.priors.tables import Priors
from scoring.schema import NO_PROFILE, Document, Profile, SourceType, Span
from scoring.sources.bodies import is_body
from scoring.sources.mentions import Mention, Mentions
from scoring.sources.patterns import (
    ANY_BODY,
    ARTICLE,
    ASIDE,
    BODY,
    BRAND,
    COLLEAGUES,
    COMPANIES,
    DEFINITE,
    DETERMINER,
    HANDLE,
    HEAD,
    INDEFINITE,
    KIND_OF_PRESS,
    LETTERS,
    MASTHEAD,
    NAME_AFTER_ROLE,
    NAMED_LAST,
    OWN_STAFF,
    OWNED,
    PRESS,
    ROLE_AND_NAME,
    SPOKEN_FOR,
    STAFF,
    STORY,
    THE_OUTLET,
    TITLE,
    last_name,
    named_bodies,
    without_body,
)
from scoring.sources.people import People
from scoring.sources.profile import Profiles
from scoring.text.names import (
    NAME,
    NO_PERSON,
    PERSON_NAME,
    bare_name,
    expansions,
    given_names,
    governments,
    looks_like_person,
    normalised,
)
from scoring.text.source_nouns import source_noun_type
from scoring.text.words import without_possessive
from scoring.word_lists import either, words

PERSON, ORGANISATION, MEDIA, SOCIAL = SourceType.PERSON, SourceType.ORGANISATION, SourceType.MEDIA, SourceType.SOCIAL
DOCUMENT, ANONYMOUS, GENERIC = SourceType.DOCUMENT, SourceType.ANONYMOUS, SourceType.GENERIC
AUTHOR = SourceType.AUTHOR

_PRONOUNS: dict[str, tuple[SourceType, ...]] = {
    **dict.fromkeys(words("pronouns for a person"), (PERSON, ANONYMOUS, SOCIAL)),
    **dict.fromkeys(words("pronouns for several"), (ANONYMOUS, ORGANISATION, GENERIC, MEDIA, PERSON)),
    **dict.fromkeys(words("pronouns for a thing"), (DOCUMENT, MEDIA, ORGANISATION, SOCIAL)),
}
_FIRST_PERSON = words("pronouns of the author")
_TITLE = re.compile(rf"^{either('titles before a surname', capital=True)}\.?\s+")
_OPENS_HEADING = re.compile(r"[A-Z][a-z]{3,}ing ")
"""A form of a verb that a heading or sentence begins with: "Representing Larkfield"."""
_FITTING: dict[SourceType, tuple[SourceType, ...]] = {
    PERSON: (PERSON,),
    ANONYMOUS: (PERSON, ANONYMOUS),
    ORGANISATION: (ORGANISATION,),
    MEDIA: (MEDIA, SOCIAL),
    SOCIAL: (SOCIAL, MEDIA),
    DOCUMENT: (DOCUMENT,),
}
"""Types that a definite description of a type may refer back to, best first."""

RULE_WEIGHT = 3.0
"""Natural log-odds that the rules' type gets beside the model's probabilities: alone the rules are as good as the
model, and better on types that are rare in its training."""
MOST_DESCRIBED = 2
"""Most words of a description that points back; longer ones say themselves who is meant."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source phrase with its type, and the name that it stands for if that is not the phrase itself."""

    span: Span
    type: SourceType
    resolved: str | None = None
    profile: Profile = NO_PROFILE


def read_sources(document: Document, attributions: Attributions, priors: Priors) -> dict[Span, Source]:
    """Give every phrase that names a source its type, and resolve pronouns and descriptions to names before them.

    If a model has labelled the words, its probabilities and the rules decide the type together.
    """
    phrases = set(sources_named(document.text, attributions.relations))
    pointed = [link for claim in attributions.claims or () for link in claim.links if link.source]
    phrases |= {phrase for link in pointed for phrase in (link.source, *link.also) if phrase}
    reader = _Reader(document, priors, attributions, _told(document.text, attributions))
    return {phrase: reader.read(phrase) for phrase in sorted(phrases)}


def _told(text: str, attributions: Attributions) -> dict[Span, SourceType]:
    """The types that the network gives to the innermost sources of claims; "the Harbour Post" is no account."""
    told: dict[Span, SourceType] = {}
    for claim in attributions.claims or ():
        kind, source = claim.likeliest()[1], claim.links[0].source
        if kind is not None and source:
            outlet = TYPES[kind] is SOCIAL and _is_paper(source.of(text))
            told.setdefault(source, MEDIA if outlet else TYPES[kind])
    return told


def _is_paper(phrase: str) -> bool:
    """Whether a phrase is the name of a newspaper: "the Harbour Post"."""
    name = ARTICLE.sub("", phrase)
    return bool(MASTHEAD.match(phrase) or (name.istitle() and " " in name and PRESS.search(name.rsplit(" ", 1)[-1])))


class _Reader:
    """Reads the sources of one text in order, remembering what was named so far."""

    def __init__(
        self, document: Document, priors: Priors, attributions: Attributions, told: Mapping[Span, SourceType]
    ) -> None:
        self.text = document.text
        self.priors = priors
        self.word_labels = attributions.word_labels
        self.quoted = attributions.quoted
        self.told = told
        self.people = People(document, self._may_be_person)
        self.publisher = normalised(priors.outlet(document.outlet).name or "")
        self.domain = (document.outlet or "").partition(".")[0].casefold()
        self.expansions = expansions(document.text)
        self.seen = Mentions()
        self.heard: list[tuple[int, str]] = []
        self.bodies: dict[str, list[tuple[int, str]]] = {}
        self.profiles = Profiles(document.text, self.people)

    def read(self, span: Span) -> Source:
        """Type and resolve one phrase, and remember it, since later phrases may refer to it."""
        phrase = " ".join(span.of(self.text).split())
        if self._is_publisher(phrase) or OWN_STAFF.match(phrase):
            return Source(span, AUTHOR)
        source = self._judged(
            self._pronoun(span, phrase) or self._description(span, phrase) or self._named(span, phrase)
        )
        name = source.resolved or ARTICLE.sub("", phrase)
        if LETTERS.search(name) and (source.resolved or phrase.casefold() not in _PRONOUNS):
            self.seen.add(span.start, name, source.type, phrase.casefold())
            if source.type is PERSON and name[0].isupper():
                self.heard.append((span.start, name))
        return replace(source, profile=self.profiles.of(span, source.type, source.resolved or ARTICLE.sub("", phrase)))

    def _judged(self, source: Source) -> Source:
        """The source with the type that the network gives it, else that is likely by rules and word labels together."""
        if source.span in self.told:
            return Source(source.span, self.told[source.span], source.resolved)
        probabilities = self.word_labels.probabilities("type", [source.span])
        name = source.resolved
        unnamed = name[0].islower() if name else INDEFINITE.match(source.span.of(self.text))
        if probabilities is None or source.type is SOCIAL or (source.type is ANONYMOUS and unnamed):
            return source  # only 18 of the 911 labelled sources are accounts, too few for the model to learn from
        scores = np.log(probabilities.clip(1e-6))
        scores[TYPES.index(source.type)] += RULE_WEIGHT
        kind = TYPES[int(scores.argmax())]
        return source if kind is source.type else Source(source.span, kind, source.resolved)

    def _pronoun(self, span: Span, phrase: str) -> Source | None:
        word = phrase.casefold()
        if word in _FIRST_PERSON:
            return Source(span, AUTHOR)
        fitting = _PRONOUNS.get(word)
        if not fitting:
            return None
        mention = self.seen.nearest(span.start, fitting)
        if fitting[0] is PERSON:
            name = self.people.meant(span.start, word, self.heard, self.quoted)
            unnamed = mention and mention.type is not PERSON
            if name and not (unnamed and mention and mention.position > self.people.last_place(span.start)):
                return Source(span, PERSON, name)
        return Source(span, mention.type if mention else fitting[0], mention.name if mention else None)

    def _description(self, span: Span, phrase: str) -> Source | None:
        """A definite description that is no name, such as 'the group' or 'the HaN leader'."""
        kind = source_noun_type(phrase)
        outlet = self.seen.nearest(span.start, (MEDIA, DOCUMENT)) if THE_OUTLET.match(phrase) else None
        if outlet:
            return Source(span, outlet.type, outlet.name)
        bare = DETERMINER.sub("", phrase)
        if kind is DOCUMENT and STORY.search(bare):
            kind = self._story(span, phrase)
        if kind is None or not DEFINITE.match(phrase) or _is_name(bare):
            return Source(span, kind) if kind is MEDIA else None
        if kind not in _FITTING:
            return Source(span, kind)
        described = self.people.described(span.start, bare) if kind is PERSON else None
        if described:
            return Source(span, PERSON, described)
        body = self._body_named_before(span.start, bare.casefold()) if kind is ORGANISATION else None
        if body:
            return Source(span, kind, body)
        mention = self._meant(span.start, bare, _FITTING[kind])
        return Source(span, mention.type if mention else kind, mention.name if mention else None)

    def _meant(self, position: int, bare: str, fitting: tuple[SourceType, ...]) -> Mention | None:
        """What a description stands for: the nearest mention that shares a word with it; for "the group", the nearest.

        A description that names an owner ("the group's statement") stands for itself.
        """
        if OWNED.search(bare) or len(bare.split()) > MOST_DESCRIBED:
            return None
        private = bare.casefold() in COMPANIES
        alike = self.seen.nearest(position, fitting, {word.casefold() for word in bare.split()}, private=private)
        if alike is None and (" " in bare or (ORGANISATION in fitting and bare.casefold() not in ANY_BODY)):
            return None
        return alike or self.seen.nearest(position, fitting, private=private)

    def _body_named_before(self, position: int, noun: str) -> str | None:
        """The nearest name before the position that holds the noun; the text is searched once for each noun."""
        if noun not in self.bodies:
            self.bodies[noun] = named_bodies(self.text, noun)
        place = bisect_right(self.bodies[noun], position, key=lambda one: one[0])
        return self.bodies[noun][place - 1][1] if place else None

    def _story(self, span: Span, phrase: str) -> SourceType:
        """``MEDIA`` for a report, article or story that names an outlet or follows one; otherwise ``DOCUMENT``."""
        inside = any(self.priors.source_type(m.group()) is MEDIA for m in NAME.finditer(phrase))
        return MEDIA if inside or PRESS.search(phrase) or self.seen.nearest(span.start, (MEDIA,)) else DOCUMENT

    def _is_publisher(self, phrase: str) -> bool:
        """Whether the phrase is the name of the outlet that publishes this article: "the BBC has learned"."""
        name = normalised(phrase).removeprefix("the ")
        if self.domain and name.replace(" ", "") == self.domain:
            return True
        return (
            bool(self.publisher)
            and self.priors.source_type(phrase) is MEDIA
            and (self.publisher.removeprefix("the ").startswith(name) or name.startswith(self.publisher))
        )

    def _named(self, span: Span, phrase: str) -> Source:
        staff = STAFF.match(phrase)
        if staff and self.priors.source_type(phrase[staff.end() :]) is MEDIA:
            return Source(span, MEDIA, phrase[staff.end() :])
        bare = without_possessive(ASIDE.sub("", ARTICLE.sub("", phrase)).rstrip(", "))
        known = self.priors.source_type(ASIDE.sub("", phrase)) or (
            ORGANISATION if bare.casefold() in governments() else None
        )
        if self.told.get(span) is PERSON and (named := self._person_in(bare)):
            return Source(span, PERSON, named if named != bare else None)
        if known and (" " in bare or not self._is_surname(bare)):
            return Source(span, known, self.expansions.get(bare))
        expanded = self.expansions.get(bare)
        full = expanded or self._full_name(HEAD.split(bare)[0])
        kind = PERSON if full and not expanded and " " not in bare else self._type(phrase, bare)
        if expanded and kind in (PERSON, GENERIC):
            kind = ORGANISATION
        if kind is DOCUMENT:
            full = self._expanded(bare)
        elif kind is PERSON and not full:
            full = self._person_in(bare)
        elif kind in (ORGANISATION, MEDIA, SOCIAL) and not full and "," in bare:
            full = re.sub(r"\s*\([^)]*\)", "", HEAD.split(bare)[0])
        return Source(span, kind, full if full != bare else None)

    def _person_in(self, bare: str) -> str | None:
        """The name of the person in a phrase: "Harbour Trust director Ines Toll" is no name of a trust."""
        name = self.people.name_in(bare)
        if name is None:
            head = HEAD.split(bare, maxsplit=1)[0]
            named = NAME_AFTER_ROLE.search(head)
            last = NAMED_LAST.search(bare) or PERSON_NAME.search(head)
            match = named["name"] if named else last.group().lstrip(", ") if last else None
            name = bare_name(match) if match else None
        return name

    def _expanded(self, bare: str) -> str | None:
        """A document's phrase with the acronym of its issuer written out: "the ISW's Key Takeaways"."""
        owner = re.match(r"([A-Z][A-Za-z]+)(?=['’]s\s)", bare)
        name = self.expansions.get(owner.group()) if owner else None
        return name + bare[len(owner.group()) :] if owner and name else None

    def _type(self, phrase: str, bare: str) -> SourceType:
        """Type by the first sign that fits: handle, government, common noun, title, press, body, shape of the name."""
        head = HEAD.split(bare)[0]
        owned = OWNED.search(head)
        noun = source_noun_type(phrase) or (source_noun_type(head[owned.end() :].lower()) if owned else None)
        governs = {bare.casefold(), head.casefold()} & governments()
        named = PERSON_NAME.search(without_body(bare) if SPOKEN_FOR.search(head) else bare)
        named = None if named and is_body(bare_name(named.group())) else named
        titled = named and (TITLE.match(bare) or "," in bare) and not BODY.search(last_name(head))
        signs = (
            (bool(HANDLE.search(bare)), SOCIAL),
            (bool(COLLEAGUES.match(bare)), PERSON),
            (bool(MASTHEAD.match(phrase) or KIND_OF_PRESS.search(head)), MEDIA),
            (bool(governs), ORGANISATION),
            (noun is DOCUMENT and bool(owned), DOCUMENT),
            (noun is ANONYMOUS and last_name(head).islower(), ANONYMOUS),
            (bool(ROLE_AND_NAME.match(head)) and not BODY.search(head) and noun in (None, PERSON, ANONYMOUS), PERSON),
            (noun in (DOCUMENT, SOCIAL, GENERIC, AUTHOR) and not _is_name(head), noun),
            (bool(BRAND.match(bare)), MEDIA),
            (not any(map(str.isupper, bare)), noun or ANONYMOUS),
            (bool(SPOKEN_FOR.search(head)) and bool(NAMED_LAST.search(bare)), PERSON),
            (bool(SPOKEN_FOR.search(head)) and not named, ORGANISATION),
            (noun is PERSON and bool(PERSON_NAME.search(head)), PERSON),
            (noun is ANONYMOUS and not PERSON_NAME.search(without_body(bare)), ANONYMOUS),
            (bool(titled), PERSON),
            (bool(PRESS.search(head)), MEDIA),
            (noun in (ORGANISATION, MEDIA), noun),
            (noun in (DOCUMENT, SOCIAL, GENERIC) and not PERSON_NAME.search(head), noun),
            (bool(BODY.search(head)), ORGANISATION),
        )
        kind_told = next((kind for holds, kind in signs if holds and kind), None)
        return kind_told or self._by_shape(head, noun)

    def _by_shape(self, head: str, noun: SourceType | None) -> SourceType:
        words = head.split()
        plural = noun is PERSON and words[-1].islower() and words[-1].endswith("s")
        if noun is PERSON:
            return ANONYMOUS if plural else PERSON
        if is_body(head):
            return ORGANISATION
        alone = head.casefold() in given_names() or self._is_surname(head)
        return PERSON if alone or looks_like_person(head, self.text) else ORGANISATION

    def _may_be_person(self, name: str) -> bool:
        known = bool(self.priors.source_type(name)) or name.casefold() in governments()
        known = known or any(word.casefold() in NO_PERSON for word in name.split())
        known = known or bool(_OPENS_HEADING.match(name) and name.partition(" ")[0].casefold() not in given_names())
        return not (known or is_body(name) or PRESS.search(name))

    def _full_name(self, bare: str) -> str | None:
        """The full name that a surname alone stands for."""
        if " " in bare:
            surname = _TITLE.sub("", bare)
            if surname == bare or " " in surname:
                return None
            bare = surname
        return self.people.by_last_name.get(bare)

    def _is_surname(self, word: str) -> bool:
        """Whether somebody with a common given name and this surname is named in the text."""
        return word in self.people.surnames


def _is_name(phrase: str) -> bool:
    """Whether the phrase holds a name and not only common nouns."""
    return any(word[0].isupper() for word in phrase.split()) and not phrase.rsplit(maxsplit=1)[-1].islower()
