"""Which articles repeat passages of others, and who had them first.

Sentences are compared by MinHash over shingles of words (Broder 1997; banded for look-up as by Leskovec et al., *Mining of
Massive Datasets*, ch. 3). Articles are taken by date: a sentence that is none yet known stands for all that repeat it, so
that time grows with the number of sentences alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.dossier.outlets import Outlets
from scoring.dossier.schema import Copy
from scoring.dossier.settings import CopySettings
from scoring.schema import Document, Span
from scoring.sentences import split

SEED = 7
_WORD = re.compile(r"\w+")
_AGENCY = re.compile(
    r"^[^\n]{0,60}?\((?P<dateline>[A-Z][\w&.’' -]{1,40})\)\s*[-–—:]"
    r"|^\(?(?P<opening>[A-Z][\w&.’' ]{1,40})\)\s*[-–—:]"
    r"|^\W*(?:Source|Via|Credit|H/T|Originally published (?:by|on|in)|First published (?:by|on|in))\s*:?\s+(?P<source>[A-Z][^\n.;]{1,60})"
    r"|\((?P<end>[A-Z][\w&.’' -]{1,40})\)\s*$"
    r"|\b(?:[Ff]irst|[Oo]riginally) (?:reported|published) (?:by|in|on) (?P<first>(?:[Tt]he )?[A-Z][\w&.’'-]*(?: [A-Z][\w&.’'-]*){0,4})"
    r"|\btakes? (?:its|their) reports? [^\n.]{0,40}?\bfrom (?:the )?(?:\w+ )?(?:agency )?(?P<taken>[A-Z][\w&.’'-]*)",
    re.M,
)
"""Lines that say whose report it is: "VARN (Northwire) -", "Source: The Daily Vane", "first reported by …"."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of an article that is long enough to be copied."""

    article: int
    span: Span


@dataclass(frozen=True, slots=True)
class Copies:
    """Articles that repeat others, passages that are one, and the outlets or agencies that articles credit."""

    copies: tuple[Copy, ...]
    same: tuple[tuple[Passage, ...], ...]
    credits: tuple[tuple[str, ...], ...]


def find_copies(documents: Sequence[Document], outlets: Outlets, settings: CopySettings) -> Copies:
    """Find passages that articles share.

    Parameters
    ----------
    documents
        In any order; dates and times decide who was first, where nobody gives credit.
    outlets
        Those of the documents.
    settings
        ``[copies]`` of ``configs/dossier.toml``.
    """
    credits = tuple(tuple(dict.fromkeys(_credits(d.text))) for d in documents)
    order = sorted(range(len(documents)), key=lambda i: (*when(documents[i]), i))
    passages = [p for i in order for p in _passages(documents[i], i, settings.words)]
    clusters = _clusters(passages, documents, settings)
    return Copies(tuple(_copies(documents, outlets, clusters, credits, passages, settings)), clusters, credits)


def when(document: Document) -> tuple[str, str]:
    """Date and time for sorting; what is not known comes last."""
    return document.published or "9999", document.time or "99"


def _credits(text: str) -> Iterator[str]:
    for match in _AGENCY.finditer(text):
        yield next(name for name in match.groups() if name).strip()


def _passages(document: Document, article: int, words: int) -> Iterator[Passage]:
    for sentence in split(document):
        if len(_WORD.findall(sentence.span.of(document.text))) >= words:
            yield Passage(article, sentence.span)


def _clusters(
    passages: Sequence[Passage], documents: Sequence[Document], settings: CopySettings
) -> tuple[tuple[Passage, ...], ...]:
    """Passages that are one, the first of each before the others; only those of two articles or more."""
    import rensa

    shingles = [_shingles(p.span.of(documents[p.article].text), settings.shingle) for p in passages]
    hashes = rensa.RMinHash.from_token_sets(shingles, settings.permutations, SEED) if passages else []
    index = rensa.RMinHashLSH(settings.least, settings.permutations, settings.bands)
    found: dict[int, list[int]] = {}
    for number, hashed in enumerate(hashes):
        leader = _leader(index, hashed, shingles, number, settings)
        if leader is None:
            index.insert(number, hashed)
            found[number] = [number]
        else:
            found[leader].append(number)
    several = (m for m in found.values() if len({passages[n].article for n in m}) > 1)
    return tuple(tuple(passages[n] for n in members) for members in several)


def _leader(index: Any, hashed: Any, shingles: list[list[str]], number: int, settings: CopySettings) -> int | None:
    """The likest passage known so far, if it is one with this."""
    ours = set(shingles[number])
    alike = [(_jaccard(ours, set(shingles[other])), -other) for other in index.query(hashed)]
    best = max(alike, default=(0.0, 0))
    return -best[1] if best[0] >= settings.least else None


def _shingles(text: str, size: int) -> list[str]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return [" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))]


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _copies(
    documents: Sequence[Document],
    outlets: Outlets,
    clusters: Sequence[Sequence[Passage]],
    credits: Sequence[Sequence[str]],
    passages: Sequence[Passage],
    settings: CopySettings,
) -> Iterator[Copy]:
    """For each article the one that it repeats most, if that is a large share of its passages."""
    total = Counter(p.article for p in passages)
    credited = credited_outlets(outlets, credits)
    shared: dict[int, Counter[int]] = {}
    for members in clusters:
        articles = list(dict.fromkeys(p.article for p in members))
        for article in articles:
            for original in originals(article, articles, outlets, credited):
                shared.setdefault(article, Counter())[original] += 1
    for article, counted in sorted(shared.items()):
        original, number = max(
            counted.items(),
            key=lambda item: (outlets.by_article[item[0]].key in credited[article], item[1], -item[0]),
        )
        if number / total[article] >= settings.share:
            yield _copy(article, original, number / total[article], documents, outlets, credits)


def credited_outlets(outlets: Outlets, credits: Sequence[Sequence[str]]) -> list[set[str]]:
    """For each article the outlets of the dossier that its credit lines name."""
    return [{outlet.key for name in names if (outlet := outlets.named(name))} for names in credits]


def originals(article: int, articles: Sequence[int], outlets: Outlets, credited: Sequence[set[str]]) -> Iterator[int]:
    """Whom an article has a passage from, of those that share it in the order of dates: whom it credits, or the first.

    An article that others credit for the passage has it from nobody.
    """
    key = outlets.by_article[article].key
    if any(key in credited[other] for other in articles if other != article):
        return
    theirs = [o for o in articles if o != article and outlets.by_article[o].key in credited[article]]
    yield from theirs or (articles[:1] if articles[0] != article else ())


def _copy(
    article: int,
    original: int,
    share: float,
    documents: Sequence[Document],
    outlets: Outlets,
    credits: Sequence[Sequence[str]],
) -> Copy:
    key = outlets.by_article[original].key
    credit = next((name for name in credits[article] if (o := outlets.named(name)) and o.key == key), None)
    dated = all(documents[i].published for i in (article, original)) and when(documents[article]) != when(
        documents[original]
    )
    return Copy(article, original, round(share, 4), "credit" if credit else "date" if dated else None, credit)
