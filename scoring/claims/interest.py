"""What a claim speaks of, if this makes it more or less credible: its source itself, an opponent, its own disadvantage.

People know their own acts and plans, have a reason to speak ill of an opponent, and none to speak ill of themselves
(the old rule of evidence on declarations against interest). ``data/lexicons/interest.csv`` lists the words that show
it; no name, nationality or topic is among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from scoring.schema import Form, Link, Matter, SourceType, Span, Stance
from scoring.text.lexicons import is_absence, kind_patterns
from scoring.text.source_nouns import head_noun
from scoring.text.words import WORD, without_possessive
from scoring.word_lists import either

BODIES = (SourceType.ORGANISATION, SourceType.SOCIAL)
TABLE = "interest.csv"
NEAR = 60
"""Code points after the words by which a source names itself, in which a fault counts as its own."""
OF_ITSELF = (Matter.OWN, Matter.AGAINST_INTEREST)
"""Matters of which words tell: "we", "its own missile", "she will"."""
TOLD_OF_ITSELF, TOLD, UNTOLD = 4.0, 2.0, -6.0
"""Log-odds by which the words of the table count beside the network's probabilities: for a matter of the source itself
that they tell, for another that they tell, and for one of the source itself that they do not. On 133 held-out articles
strength follows the grades at rho 0.740 without words, 0.737 with them; and 23 more of 306 minimal pairs hold."""
OPENING = 6
"""Number of first words of a content in which its subject is looked for."""
_WE = re.compile(
    r"\b(?:we|our|ours|us)\b(?!\s+(?:all|as a society)\b)"
    r"|\bI\b(?!\s+(?:do not |don['’]t |really |also |just )?"
    rf"{either('verbs of an opinion after I')}\b)"
    r"|\bI['’](?:m|ve|ll|d)\b|\bmy\b",
    re.IGNORECASE,
)
_THIRD = re.compile(
    rf"^\W*(?:that\s+|on\s+)?(?P<who>{either('pronouns for the source')})\b"
    rf"(?!\s+(?:is|was|seems|appears)\s+(?:\w+\s+)?{either('words behind an empty it')}\b)"
    rf"(?!\s+{either('verbs of an opinion')}\b)",
    re.IGNORECASE,
)
_PASSIVE = re.compile(rf"\b{either('auxiliaries of the passive')}\s(?:\w+ly\s)?$")
_BY = re.compile(r"(?:\W+\w+){0,3}\W+by\b")


def matter(chain: Sequence[Link], spans: Sequence[Span], text: str) -> tuple[Matter, Span | None]:
    """What the innermost source of a claim speaks about, and the words that show it.

    Parameters
    ----------
    chain
        The innermost link decides; without a chain the matter is ``FACT``.
    spans
        The words of the claim.
    text
        The article.

    Returns
    -------
    tuple of Matter and Span or None
        A denial is ``FACT``, since those who deny have an interest in it. So is anything said by media, documents,
        nobody in particular, or the outlet itself.
    """
    link = chain[-1] if chain else None
    if link is None or not link.type.acts or link.stance is Stance.NEGATING or _absent(link, text):
        return Matter.FACT, None
    patterns = kind_patterns(TABLE)
    admitted = _found(patterns["admission"], link.cue, text) if link.cue else None
    if admitted:
        return Matter.AGAINST_INTEREST, admitted
    opponent = _found(patterns["opponent"], _opening(spans[0], text), text)
    if opponent:
        return Matter.ACCUSATION, opponent
    own = _own(spans, link, text)
    if own:
        against = _against(spans, link, own, text)
        return (Matter.AGAINST_INTEREST, against) if against else (Matter.OWN, own)
    rival = _rival(spans, link, text)
    return (Matter.ACCUSATION, rival) if rival else (Matter.FACT, None)


def judged(probabilities: Mapping[Matter, float], told: Matter, telling: Span | None) -> tuple[Matter, Span | None]:
    """What a claim speaks of by the network's probabilities and by the words that :func:`matter` found.

    Parameters
    ----------
    probabilities
        Of each matter, in [0, 1].
    told, telling
        What :func:`matter` gave.
    """
    scores = {one: math.log(max(share, 1e-6)) for one, share in probabilities.items()}
    if telling:
        scores[told] += TOLD_OF_ITSELF if told in OF_ITSELF else TOLD
    if told not in OF_ITSELF:
        for one in OF_ITSELF:
            scores[one] += UNTOLD
    likeliest = max(scores, key=lambda one: scores[one])
    return likeliest, telling if likeliest is told else None


def _against(spans: Sequence[Span], link: Link, own: Span, text: str) -> Span | None:
    """Words for a fault of the source itself, or a cue by which it acknowledges one."""
    patterns = kind_patterns(TABLE)
    near = Span(own.end, min(own.end + NEAR, spans[-1].end))
    if link.stance is Stance.INTENTIONAL:
        return None
    return _found(patterns["fault"], near, text) or (link.cue and _found(patterns["acknowledgement"], link.cue, text))


def _rival(spans: Sequence[Span], link: Link, text: str) -> Span | None:
    """Words that show that a source with an interest speaks about an opponent."""
    patterns, phrase = kind_patterns(TABLE), _phrase(link, text)
    if patterns["disinterested"].search(phrase):
        return None
    stake = link.source and _found(patterns["stake"], link.source, text)
    party = link.type is SourceType.ORGANISATION or patterns["party"].search(phrase)
    return stake or (next(_accusations(spans, text), None) if party else None)


def _phrase(link: Link, text: str) -> str:
    return f"{link.words(text)} {link.resolved or ''}"


def _absent(link: Link, text: str) -> bool:
    return bool(link.cue and is_absence(link.cue.of(text)))


def _own(spans: Sequence[Span], link: Link, text: str) -> Span | None:
    """Words that show that the source speaks about itself: a cue of plans, "we", "he" or its name as the subject."""
    if link.stance is Stance.INTENTIONAL and link.cue:
        return link.cue
    first = spans[0]
    if link.form is not Form.INDIRECT:
        return next((telling for span in spans if (telling := _found(_WE, span, text))), None)
    third = _THIRD.match(first.of(text))
    if third and _may_be(link, third["who"].lower(), text):
        return Span(first.start + third.start("who"), first.start + third.end("who"))
    return _named(link, first, text)


def _may_be(link: Link, pronoun: str, text: str) -> bool:
    """Whether a pronoun fits the source; "it" also fits a single word without a first name, which may be a company."""
    if pronoun in ("they", "their", "its"):
        return True
    person = link.type is SourceType.PERSON
    bare = person and link.resolved is None and link.source is not None and " " not in link.source.of(text)
    return (pronoun in ("he", "she", "his", "her")) == person or (bare and pronoun == "it")


def _named(link: Link, span: Span, text: str) -> Span | None:
    """The source's own name among the first words of what it says, as their subject.

    It is the head of the source's name ("the port" said by the port), or, for an organisation, any name in it with a
    possessive ("Velm's forces").
    """
    said = (link.words(text), link.resolved or "")
    heads = {head_noun(phrase) for phrase in said} - {""}
    names = {word for phrase in said for word in WORD.findall(phrase) if word[0].isupper()}
    owners = names if link.type in BODIES else set()
    for word in WORD.finditer(text, span.start, _opening(span, text).end):
        bare = without_possessive(word.group())
        if head_noun(bare) in heads or (bare in owners and bare != word.group()):
            return Span(*word.span())
    return None


def _opening(span: Span, text: str) -> Span:
    """The first words of what is said, in which the subject is looked for."""
    words = list(WORD.finditer(text, span.start, span.end))[:OPENING]
    return Span(span.start, words[-1].end() if words else span.end)


def _accusations(spans: Sequence[Span], text: str) -> Iterator[Span]:
    """Words that accuse somebody; a passive that names nobody ("was killed") accuses nobody."""
    for span in spans:
        for match in kind_patterns(TABLE)["accusation"].finditer(text, span.start, span.end):
            passive = _PASSIVE.search(text, max(0, match.start() - 24), match.start())
            if not passive or _BY.match(text, match.end()):
                yield Span(*match.span())


def _found(pattern: re.Pattern[str], span: Span, text: str) -> Span | None:
    match = pattern.search(text, span.start, span.end)
    return Span(*match.span()) if match else None
