"""What an article says of a source: its full name, its title, and its standing, each with the place.

Standing is why the source is in a position to know ("who was on the call"), or why it is not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.schema import NO_PROFILE, Detail, Profile, SourceType, Span
from scoring.sources.bodies import Bodies
from scoring.sources.patterns import BODY
from scoring.sources.people import People
from scoring.sources.roles import DETERMINER, NOBODY, head_of, is_lay, is_role, relative
from scoring.text.lexicons import knows_cue
from scoring.text.names import NAME, UPPER, governments
from scoring.text.spans import trimmed
from scoring.word_lists import either, words

OCCURRENCES = 8
"""Number of places of a name that are searched for a title and a standing."""
LEFT, RIGHT = 120, 260
"""Code points in front of a name and behind it in which it is introduced."""
NAMED_BACK = 5000
"""Code points before a source in which its name is looked for."""
_FUNCTION = words("function words", "words before a name", "weekdays", "modal verbs") - words("words beside a title")
_BESIDE = words("words beside a title")
_SMALL = frozenset({"of", "for", "and", "&", "the"})
_PUNCTUATION = ',;:!?()“”"—–'
_ABBREVIATED = words("titles with a full stop")
_NO_STOP = "".join(rf"(?<!\b{title.capitalize()})" for title in sorted(_ABBREVIATED))
_END = re.compile(
    rf",(?=[\s”\"’])|[;:!?“”\"—()]|\n\s*\n|\n(?=[A-Z“])|\s[–-]\s|{_NO_STOP}(?<![.\s(][A-Z])\.(?=[\s’)]|$)"
)
_PUT_IN = re.compile(
    r"(?:,? (?:aged )?\d{1,3}(?=[,.]))?(?: \([^()\n]{1,40}\)|, [A-Z]-[A-Z]\w+(?: \w+)?(?=,))?"
    r"(?P<opening>,\s|\s[—–-]\s|\s(?=who(?:se)?\s)|\s(?:is|was)\s(?=(?:the|an?|one of)\s)"
    r"|\s(?=(?:of|from|with|at)\s[A-Zt]))"
)
"""Age, party and district behind a name, and what opens its description."""
_AFFILIATION = re.compile(rf"(?:of|from|with|at)\s(?:the\s)?(?P<body>{NAME.pattern})")
_WHO = re.compile(r"(?:who|whose|whom)\s", re.I)
_KNOWS = re.compile(
    rf"(?:who|whose|{either('signs of access')}|speaking|granted|{either('reasons for no name')})\b", re.I
)
_REASON = re.compile(rf"\b{either('reasons for no name')}\b", re.I)
_DESCRIBES = re.compile(r"(?:which|whose|an?|the|part of|one of)\s")
_WHICH = re.compile(r"(?:which|whose)\s")
_THEIR_ROLE = re.compile(rf"(?:\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)|[{UPPER}]\w+[’']s)\s")
_BREAK = re.compile(r"[.;:!?\n“”\"]")
_AS = re.compile(r"as (?=(?:the|an?)\s)")
_PART_OF = re.compile(
    r"(?:(?:[\w-]+\s+){1,2}of\s+(?:the\s+|those\s+)?|(?:the|an?|two|three|four|five|several|some|other)\s+)+"
)
_WRITTEN_BY = re.compile(rf"(?:\w+ )?{either('what people post')} (?:by|from) (?P<writer>{NAME.pattern})")
_MAKER = re.compile(rf"\s(?:by|from|of)\s(?:the\s)?(?={NAME.pattern})")
_REST = re.compile(
    rf"\s*[,(—–]|\s(?:{'|'.join(sorted(words('words behind the head of a description')))}|released|filed)\b"
)


class Profiles:
    """The profiles of the sources of one text; a person's is read once, whatever the number of claims."""

    def __init__(self, text: str, people: People) -> None:
        self.text = text
        self.people = people
        self.bodies = Bodies(text, people.sequences)
        self._of_people: dict[str, Profile] = {}
        self._of_phrases: dict[str, Profile] = {}
        self._unnamed_by_noun: dict[str, Profile] = {}

    def of(self, span: Span, kind: SourceType, name: str | None) -> Profile:
        """The profile of a source: ``name`` is what its phrase was resolved to, or the phrase."""
        if kind is SourceType.PERSON:
            return self._person(span, name)
        if kind is SourceType.ANONYMOUS:
            return self._unnamed(span, name)
        if kind in (SourceType.ORGANISATION, SourceType.MEDIA, SourceType.SOCIAL):
            return self._body(span, name)
        return self._document(span) if kind is SourceType.DOCUMENT else NO_PROFILE

    def _person(self, span: Span, name: str | None) -> Profile:
        if name is None or not name[:1].isupper():
            return self._unnamed(span, name)
        if name not in self._of_people:
            places = self.people.mentions(name)[:OCCURRENCES]
            inside = self.text.find(name, span.start, span.end)
            if not places and inside >= 0:
                places = [Span(inside, inside + len(name))]
            self._of_people[name] = self._introduced(places)
        return self._of_people[name]

    def _introduced(self, places: list[Span]) -> Profile:
        """The profile of a person by the words in front of the name and behind it, at its first places."""
        title: Span | None = None
        standing: Span | None = None
        role: Span | None = None
        for place in places:
            for office, span in self._in_front(place.start):
                title, role = (title or span, role) if office else (title, role or span)
            for office, span in self._behind(place.end):
                title, standing = (title or span, standing) if office else (title, standing or span)
            if title and standing:
                break
        standing = standing or role
        return Profile(self._detail(places[0]) if places else None, self._detail(title), self._detail(standing))

    def _in_front(self, begin: int) -> Iterator[tuple[bool, Span]]:
        """The role in front of a name, with whether it is an office: "city manager Mara Quist"."""
        text = self.text
        start = self._title_before(begin)
        if start < begin:
            yield not is_lay(text[start:begin].split()[-1]), Span(start, begin - 1)
        elif text.endswith(", ", 0, begin):
            found = self._role_before_comma(begin - 2)
            if found:
                yield not is_lay(head_of(found.of(text)).split()[-1]), found

    def _title_before(self, begin: int) -> int:
        """Where the title begins that stands right in front of a name; ``begin`` if there is none."""
        position = start = begin
        small = 0
        if not self.text.endswith(" ", 0, begin):
            return begin
        for whole in reversed(self.text[max(0, begin - LEFT) : begin].split(" ")[:-1]):
            position -= len(whole) + 1
            line = max(whole.rfind(mark) for mark in '\n“"(‘') + 1
            word = whole[line:]
            plain, lower = word.casefold().rstrip("."), word[:1].islower()
            if (
                not word
                or word[-1] in _PUNCTUATION
                or (word[-1] == "." and plain not in _ABBREVIATED and len(plain) > 1)
            ):
                break
            if start == begin:
                if not is_role(word):
                    break
            elif word in _SMALL:
                continue
            elif plain in _FUNCTION or (lower and not self._modifies(plain)):
                break
            small += lower
            start = position + line
            if line or small > 4 or word.endswith(("’s", "'s", "s’")):
                break
        return start

    @staticmethod
    def _modifies(word: str) -> bool:
        return word in _BESIDE or not (word.endswith(("ed", "ing", "ly", "’s", "'s")) or knows_cue(word))

    def _role_before_comma(self, end: int) -> Span | None:
        """The role that ends before a comma and a name: "a spokeswoman for the trust, Mara Quist"."""
        first = max(0, end - LEFT)
        breaks = [match.end() for match in _BREAK.finditer(self.text, first, end)]
        left = breaks[-1] if breaks else first
        for match in reversed(list(_THEIR_ROLE.finditer(self.text, left, end))):
            phrase = self.text[match.start() : end]
            head = head_of(self.text[match.end() : end]).split()
            if "," not in phrase and head and is_role(head[-1]):
                return Span(match.start() if phrase[0].isupper() and "’s " in match.group() else match.end(), end)
        return None

    def _behind(self, end: int) -> Iterator[tuple[bool, Span]]:
        """What a name is followed by: offices and reasons to know, in order; each with whether it is an office."""
        opening = _PUT_IN.match(self.text, end)
        if opening is None:
            return
        position = opening.end()
        if not opening["opening"].strip():
            body = _AFFILIATION.match(self.text, position)
            if (
                body
                and (BODY.search(body["body"]) or " " in body["body"])
                and body["body"].casefold() not in governments()
            ):
                yield True, Span(*body.span("body"))
            elif _WHO.match(self.text, position):
                yield False, self._stretch(position)
            return
        told = False
        for _ in range(3):
            piece = self._stretch(position)
            parts = list(self._described(piece, told))
            yield from parts
            told = told or bool(parts)
            if not parts or not self.text.startswith(", ", piece.end):
                return
            position = piece.end + 2

    def _stretch(self, start: int) -> Span:
        """From a place to the end of its clause."""
        most = min(len(self.text), start + RIGHT)
        end = _END.search(self.text, start, most)
        return Span(start, end.start() if end else most)

    def _described(self, piece: Span, told: bool) -> Iterator[tuple[bool, Span]]:
        """The office and the reason to know that one piece behind a name states."""
        phrase = piece.of(self.text)
        if (as_ := _AS.match(phrase)) is not None:
            piece, phrase = Span(piece.start + as_.end(), piece.end), phrase[as_.end() :]
        if _KNOWS.match(phrase):
            yield False, piece
            return
        head = head_of(phrase).split()
        if not head or head[0].casefold() in _FUNCTION or knows_cue(head[0].casefold()):
            return
        opening = DETERMINER.match(phrase)
        if is_lay(head[-1]):
            yield False, piece
        elif is_role(head[-1], by_ending=_tells_role(opening, head)) or is_role(head[0], by_ending=False):
            cut = relative(phrase)
            yield True, Span(piece.start + (opening.end() if opening else 0), piece.start + cut)
            if cut < len(phrase):
                yield False, Span(piece.start + cut + 1, piece.end)
        elif told and _tells_of_body(phrase):
            yield False, piece

    def _unnamed(self, span: Span, name: str | None) -> Profile:
        """Role and standing of somebody who is not named; those of the earlier words if it points back at some."""
        text = self.text
        phrase = span.of(text)
        knows = _KNOWS.search(text, span.start, span.end)
        if knows:
            standing: Span | None = self._clause(Span(knows.start(), span.end))
        else:
            standing = self._told_behind(span.end)
        head = text[span.start : knows.start() if knows else span.end]
        noun = _PART_OF.sub("", " ".join(head.split()).casefold())
        if standing is None and (earlier := self._earlier(phrase, noun, name)):
            return earlier
        profile = Profile(None, self._detail(self._role(span.start, head)), self._detail(standing))
        if standing:
            self._of_phrases.setdefault(name or " ".join(phrase.split()), profile)
            self._unnamed_by_noun[noun] = self._unnamed_by_noun["them"] = profile
        return profile

    def _earlier(self, phrase: str, noun: str, name: str | None) -> Profile | None:
        """The profile of the unnamed people that a phrase goes back to: "the officials", "two of the people"."""
        if name in self._of_phrases and name is not None:
            return self._of_phrases[name]
        back = _PART_OF.match(phrase.casefold()) or phrase[:4].casefold() == "the "
        return self._unnamed_by_noun.get(noun) if back else None

    def _clause(self, clause: Span) -> Span:
        """A clause of a source's phrase, with what goes on behind the phrase."""
        after = self._stretch(clause.end)
        goes_on = self.text.startswith(" ", clause.end) and after.end > after.start + 1
        begins = self.text[after.start + 1 : after.end].split(" ", 1)[0] if goes_on else ""
        return Span(clause.start, after.end) if begins and begins.casefold() in ("because", "for", "as") else clause

    def _told_behind(self, end: int) -> Span | None:
        """Why the source behind whose phrase we stand knows or is not named: in the same sentence, or the next."""
        opening = 2 if self.text.startswith(", ", end) else 1 if self.text.startswith(" ", end) else 0
        if opening and _KNOWS.match(self.text, end + opening):
            return self._stretch(end + opening)
        reason = _REASON.search(self.text, end, min(len(self.text), end + RIGHT))
        if reason is None or "\n" in self.text[end : reason.start()]:
            return None
        return self._around(reason.start(), end)

    def _around(self, place: int, least: int) -> Span:
        """The clause that holds a place, from behind the last break to its end."""
        start = max((m.end() for m in _END.finditer(self.text, least, place)), default=least)
        return Span(start, self._stretch(place).end)

    def _role(self, start: int, head: str) -> Span | None:
        """The role in the head of a phrase that speaks of one unnamed person: "a bank official" → "bank official"."""
        opening = DETERMINER.match(head)
        role = head[opening.end() if opening else 0 :].rstrip(" ,")
        noun = head_of(role).rstrip(" ,").split()
        if not noun or not is_role(noun[-1]) or noun[-1].endswith("s") or noun[-1].casefold() in NOBODY:
            return None
        if is_lay(noun[-1]):
            return None
        first = start + (opening.end() if opening else 0)
        return Span(first, first + len(role))

    def _body(self, span: Span, name: str | None) -> Profile:
        written = _WRITTEN_BY.match(name or "")
        writer = self.people.name_in(written["writer"]) if written else None
        if writer:
            return self._person(span, writer)
        short = self.bodies.name_in(name or "")
        known = self._of_phrases.get(short)
        if known is None:
            place = self._named(span, self.bodies.in_full(short)) or self._named(span, short)
            about = (self._about(p) for p in (place and place.end, self._behind_phrase(span, short)) if p)
            standing = next((piece for piece in about if piece), None)
            known = Profile(self._detail(place), None, self._detail(standing)) if place else NO_PROFILE
            self._of_phrases[short] = known
        return known

    def _behind_phrase(self, span: Span, name: str) -> int | None:
        """The end of a name in a source's phrase, or of the phrase."""
        place = self.text.find(name, span.start, span.end)
        return place + len(name) if place >= 0 else None

    def _about(self, end: int) -> Span | None:
        """What a body is, behind its name and a comma: ", a charity that counts birds,"."""
        closing = end + 1 if self.text.startswith(")", end) else end
        if not self.text.startswith(", ", closing) or not _DESCRIBES.match(self.text, closing + 2):
            return None
        piece = self._stretch(closing + 2)
        return piece if _tells_of_body(piece.of(self.text)) else None

    def _named(self, span: Span, name: str | None) -> Span | None:
        """Where the name of a source stands: in its phrase, or before it."""
        if not name or not any(map(str.isupper, name)):
            return None
        place = self.text.find(name, span.start, span.end)
        if place < 0:
            place = self.text.rfind(name, max(0, span.start - NAMED_BACK), span.start)
        if place < 0:
            place = self.text.find(name, span.end, span.end + NAMED_BACK)
        return Span(place, place + len(name)) if place >= 0 else None

    def _document(self, span: Span) -> Profile:
        """A document's kind and maker: "the lawsuit", "a 2021 report by the Office of Roads"."""
        phrase = span.of(self.text)
        opening = DETERMINER.match(phrase)
        start = opening.end() if opening else 0
        maker = _MAKER.search(phrase, start)
        rest = _REST.search(phrase, start)
        end = rest.start() if rest else len(phrase)
        if maker and maker.start() <= end and (made := NAME.match(phrase, maker.end())):
            end = made.end()
        place = trimmed(self.text, Span(span.start + start, span.start + end))
        return Profile(self._detail(place), None, None)

    def _detail(self, span: Span | None) -> Detail | None:
        place = trimmed(self.text, span) if span and span.start < span.end else None
        return Detail(place.of(self.text), place) if place else None


def _tells_of_body(phrase: str) -> bool:
    """Whether words behind a comma describe the body before it: "a charity that counts birds"."""
    if not _DESCRIBES.match(phrase):
        return False
    cut = relative(phrase)
    return cut == 0 or cut < len(phrase) or bool(BODY.search(head_of(phrase))) or bool(_WHICH.match(phrase))


def _tells_role(opening: re.Match[str] | None, head: list[str]) -> bool:
    """Whether a determiner lets an unlisted noun be a role by its ending: "a glazier", but not "the laughter"."""
    return opening is not None and (len(head) > 1 or opening.group().strip() != "the")
