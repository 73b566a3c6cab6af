"""What somebody makes of talk that goes round: "dismissed reports that", "there is no truth in the claim that".

By such words a claim is denied or upheld, and whoever upholds or denies it is its source, not the talk. Each statement
is read again by them, whatever has read it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from scoring.attribution.grammar import before_verb, read_line, subject_ending_at
from scoring.claims.annotated import Reading, Statement
from scoring.claims.attributed import basis_of
from scoring.schema import Form, Link, Polarity, SourceType, Span, Stance
from scoring.text.lexicons import cue_stance, cue_table
from scoring.text.names import looks_like_person
from scoring.text.quotes import share
from scoring.text.source_nouns import source_noun_type
from scoring.text.spans import trimmed
from scoring.word_lists import either

_TALK = rf"(?:[\w’'-]+\s){{0,3}}?{either('talk that is denied')}"
_OPENS = r"(?:\s(?:that|of|about))?\s*"
_FALSE, _TRUE = either("words for what is false"), either("words for what is correct")
_BE = r"(?:is|are|was|were|['’]s)"
_VERDICT = rf"(?:(?P<false>(?:\w+ly\s)?{_FALSE})|(?P<true>(?:\w+ly\s)?{_TRUE}))"
_NO_TRUTH = re.compile(
    rf"\bthere\s?{_BE}\s(?P<much>(?:\w+\s){{0,3}}?)(?:truth|substance|basis|foundation|merit)\s(?:\w+\s)?"
    rf"(?:in|to|for|behind)\s{_TALK}{_OPENS}",
    re.I,
)
_IT_IS_FALSE = re.compile(
    rf"\b(?:it\s?{_BE}|(?:call|calls|called)\sit)\s(?:\w+ly\s)?(?:not\s(?:true|the case|correct|right|so)"
    rf"|(?!{either('words that blame as well')}\sthat\b){_FALSE})"
    r"(?:\sto\s\w+)?\sthat\s*",
    re.I,
)
_DENIAL = re.compile(rf"\b{either('nouns of a denial')}\s(?:that|of)(?:\s{_TALK}{_OPENS})?\s*$", re.I)
_JUDGED_TALK = re.compile(
    rf"\b(?P<cue>{either('verbs of judging talk')})\s(?:as\s(?P<before>[\w-]+)\s)?{_TALK}{_OPENS}$", re.I
)
_TALK_IS = re.compile(rf"^(?:the\s)?{_TALK}\sthat\s(?P<said>.+?)\s{_BE}\s(?:\w+ly\s)?{_VERDICT}\W*$", re.I)
_TAIL = re.compile(rf"[\s,]+(?:as\s|to be\s)?{_VERDICT}\W*$", re.I)
_BEHIND = re.compile(rf"[\s,]*(?:as\s|to be\s)?{_VERDICT}\b", re.I)
_NOT = re.compile(r"(?:\b(?:not|never|nor|declin\w+ to|refus\w+ to)|n['’]t)\s(?:\w+\s)?$", re.I)
_NONE = re.compile(r"\b(?:no|not|little|never)\b", re.I)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is upheld or denied, the words left of its first stretch, and the cue by which that is done."""

    denied: bool
    span: Span
    cue: Span | None = None


def by_verdict(reading: Reading, statement: Statement) -> Statement:
    """The statement with the polarity, source and basis that the words around it give, if they give any."""
    verdict = _verdict(reading, statement)
    if verdict is None:
        return statement
    polarity = Polarity.NEGATIVE if verdict.denied else Polarity.POSITIVE
    chain = _chain(reading, statement, verdict)
    basis = (basis_of(chain[-1].type, quoted=False) if chain != statement.chain and chain else None) or statement.basis
    return replace(statement, spans=(verdict.span, *statement.spans[1:]), polarity=polarity, chain=chain, basis=basis)


def _verdict(reading: Reading, statement: Statement) -> Verdict | None:
    text, first = reading.document.text, statement.spans[0]
    if share(text, reading.quoted, statement.spans) > reading.settings.quoted_share:
        return None
    numbers = reading.sentence_numbers((first,))
    start, end = (reading.sentences[numbers[0]].span.start, reading.sentences[numbers[-1]].span.end) if numbers else (
        first.start, first.end
    )  # fmt: skip
    return next(_verdicts(text, Span(start, end), first), None)


def _verdicts(text: str, sentence: Span, first: Span) -> Iterator[Verdict]:
    """What the words of a sentence say of the stretch ``first`` of it, the plainest sign first."""
    lead, words = text[sentence.start : first.start], first.of(text)
    for pattern in (_NO_TRUTH, _IT_IS_FALSE):
        inside, before = pattern.match(words), pattern.search(lead)
        match = inside or (before if before and before.end() == len(lead) else None)
        if match:
            rest = Span(first.start + (inside.end() if inside else 0), first.end)
            yield Verdict(pattern is _IT_IS_FALSE or bool(_NONE.search(match["much"])), rest)
    whole = _TALK_IS.match(words)
    if whole:
        yield Verdict(bool(whole["false"]), Span(first.start + whole.start("said"), first.start + whole.end("said")))
    if _DENIAL.search(lead):
        yield Verdict(True, first)
    judged = _JUDGED_TALK.search(lead)
    if judged:
        yield from _judged(text, sentence, first, judged)
    verb = _verbs().search(lead)
    if verb and not _NOT.search(lead, 0, verb.start()):
        cue = Span(sentence.start + verb.start("cue"), sentence.start + verb.end("cue"))
        yield Verdict(cue_stance(verb["cue"]) is Stance.NEGATING or bool(verb["denies"]), first, cue)


def _judged(text: str, sentence: Span, first: Span, judged: re.Match[str]) -> Iterator[Verdict]:
    """Verdicts such as "called the report that … false", by the word behind the claim or at its end."""
    cue = Span(sentence.start + judged.start("cue"), sentence.start + judged.end("cue"))
    tail = _TAIL.search(first.of(text))
    behind = None if tail else _BEHIND.match(text, first.end, sentence.end)
    found = tail or behind
    if found:
        end = first.start + tail.start() if tail else first.end
        yield Verdict(bool(found["false"]), trimmed(text, Span(first.start, end)) or first, cue)


@lru_cache(maxsize=1)
def _verbs() -> re.Pattern[str]:
    """A verb that denies or upholds, and behind it talk, at the end of what stands before a claim."""
    denying = {
        form for cue in cue_table() if cue.kind == "verb" and cue.stance is Stance.NEGATING for form in cue.forms
    }
    listed = "|".join(sorted(map(re.escape, denying), key=lambda form: (-len(form), form)))
    return re.compile(
        rf"\b(?P<cue>{listed}|(?P<denies>{either('verbs of denying talk')})|{either('verbs of upholding talk')})\s"
        rf"(?:(?:as|to be)\s[\w-]+\s)?{_TALK}{_OPENS}$",
        re.I,
    )


def _chain(reading: Reading, statement: Statement, verdict: Verdict) -> tuple[Link, ...]:
    """The chain without the talk at its end, which is no source of what somebody else denies or upholds."""
    chain = statement.chain
    if chain and chain[-1].type is SourceType.GENERIC:
        source = _denier(reading, verdict.cue) if len(chain) == 1 and verdict.cue else None
        chain = chain[:-1] or ((source,) if source else chain)
    if not chain or (verdict.cue is None and not verdict.denied):
        return chain
    cue = verdict.cue or chain[-1].cue
    told = cue_stance(cue.of(reading.document.text)) if cue else Stance.NEUTRAL
    stance = Stance.NEGATING if verdict.denied else Stance.FACTIVE if told is Stance.FACTIVE else Stance.NEUTRAL
    return (*chain[:-1], replace(chain[-1], stance=stance, cue=cue))


def _denier(reading: Reading, cue: Span) -> Link | None:
    """The subject of a verb that denies or upholds, as a link."""
    text = reading.document.text
    sentence = reading.sentences[reading.sentence_numbers((cue,))[0]].span
    line = read_line(text, sentence, sentence, reading.quoted)
    verb = next((i for i, token in enumerate(line.tokens) if token.start == cue.start), None)
    phrase = subject_ending_at(line, before_verb(line, verb)) if verb else None
    if phrase is None:
        return None
    span = Span(line.tokens[phrase[0]].start, line.tokens[phrase[1] - 1].end)
    known = next((s for s in reading.sources.values() if s.span.overlaps(span)), None)
    if known and known.type is not SourceType.GENERIC:
        return reading.link(known.span, known.type, Stance.NEUTRAL, Form.INDIRECT, cue)
    words = span.of(text)
    guess = SourceType.PERSON if looks_like_person(words, text) else SourceType.ORGANISATION
    return reading.link(span, source_noun_type(words) or guess, Stance.NEUTRAL, Form.INDIRECT, cue)
