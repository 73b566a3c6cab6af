"""A headline that stands alone names its source in few words: "Dam cracked: report", "Police: driver was asleep".

The network knows such lines as headings of articles, which claim nothing. "Firm to open store" announces, and is as
bare a statement as any.
"""

from __future__ import annotations

import re

from scoring.claims.annotated import Reading, Statement
from scoring.claims.attributed import basis_of
from scoring.schema import Basis, Form, SourceType, Span, Stance
from scoring.text.lexicons import cue_stance
from scoring.text.names import governments, looks_like_person
from scoring.text.source_nouns import source_noun_type
from scoring.text.spans import trimmed
from scoring.text.words import count_words
from scoring.word_lists import either

LEAST_WORDS = 3
"""Least words of what a headline attributes, and of a quotation in it that is more than a name or a single word."""
MOST_WORDS = 30
"""Most words of a headline; a longer line is a sentence of an article."""
_SOURCE = r"(?P<source>[\w&’'.-]+(?:\s[\w&’'.-]+){0,4}?)"
_SAYS = rf"(?P<cue>{either('verbs in a headline')})"
_FORMS = (
    re.compile(rf"^{_SOURCE}(?P<cue>:)\s(?P<said>.+)$"),
    re.compile(rf"^(?P<said>.+?),\s(?P<cue>according to)\s{_SOURCE}$", re.I),
    re.compile(rf"^(?P<said>.+?)(?:,|\s[–—-])\s{_SAYS}\s{_SOURCE}$", re.I),
    re.compile(rf"^(?P<said>.+?)(?:,|\s[–—-])\s{_SOURCE}\s{_SAYS}$", re.I),
    re.compile(rf"^(?P<said>.+)(?P<cue>:|\s[–—-])\s{_SOURCE}$"),
)
_QUOTED = re.compile(r"(?:“[^”]+”|‘[^’]+’|\"[^\"]+\"|(?<!\w)'[^']+'(?!\w))")


def attributed_headline(reading: Reading) -> Statement | None:
    """What a text of one line says that somebody said; ``None`` if it names nobody and quotes nothing."""
    text = reading.document.text
    line = trimmed(text, reading.sentences[0].span)
    if line is None or "\n" in line.of(text) or count_words(text, [line]) > MOST_WORDS:
        return None
    words = line.of(text).rstrip(".!")
    for pattern in _FORMS:
        match = pattern.match(words)
        kind = (_kind(match["source"], text) or _likely(match)) if match else None
        said = match and trimmed(text, Span(line.start + match.start("said"), line.start + match.end("said")))
        if match and kind and said and count_words(text, [said]) >= LEAST_WORDS:
            return _statement(reading, match, line.start, said, kind)
    quotation = _QUOTED.search(words)
    if quotation and count_words(words, [Span(*quotation.span())]) >= LEAST_WORDS:
        return Statement((line,), Basis.HEARSAY, reading.basis_probability(Basis.HEARSAY))
    return None


def _statement(reading: Reading, match: re.Match[str], start: int, said: Span, kind: SourceType) -> Statement:
    text = reading.document.text
    source = Span(start + match.start("source"), start + match.end("source"))
    cue = Span(start + match.start("cue"), start + match.end("cue"))
    quoted = bool(_QUOTED.fullmatch(said.of(text)))
    stance = cue_stance(match["cue"]) if match["cue"].strip().isalpha() else Stance.NEUTRAL
    form = Form.DIRECT if quoted else Form.INDIRECT
    basis = basis_of(kind, quoted=quoted) or Basis.ASSERTION
    link = reading.link(source, kind, stance, form, cue)
    return Statement((said,), basis, reading.basis_probability(basis), (link,))


def _likely(match: re.Match[str]) -> SourceType | None:
    """The type of a source of which no word tells it; ``None`` behind or before a mere colon or dash."""
    if not match["cue"].strip()[0].isalpha():
        return None
    return SourceType.ORGANISATION if match["source"][0].isupper() else SourceType.ANONYMOUS


def _kind(source: str, text: str) -> SourceType | None:
    """The type of a source; ``None`` for words that name none, such as the topic before a colon."""
    if re.fullmatch(either("talk of nobody in particular"), source, re.I):
        return SourceType.GENERIC
    noun = source_noun_type(source) or source_noun_type(source.casefold())
    if noun and noun is not SourceType.AUTHOR:
        return noun
    if source.casefold() in governments():
        return SourceType.ORGANISATION
    return SourceType.PERSON if looks_like_person(source, text) else None
