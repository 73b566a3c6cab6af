"""Which articles repeat passages of others, and who had them first.

Sentences are compared by MinHash over shingles of words (Broder 1997; banded for look-up as by Leskovec et al., *Mining
of Massive Datasets*, ch. 3). Articles are taken by date: a sentence that nobody had before stands for all that repeat
it, so that time grows only with the number of sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.dossier.schema import Copy
from scoring.dossier.settings import CopySettings
from scoring.dossier.tracing.outlets import Outlets
from scoring.schema import Document, Report, Span, when
from scoring.text.spans import jaccard
from scoring.text.words import RUN

SEED = 7
_AGENCY = re.compile(
    r"^[^\n]{0,60}?\((?P<dateline>[A-Z][\w&.’' -]{1,40})\)\s*[-–—:]"
    r"|^\(?(?P<opening>[A-Z][\w&.’' ]{1,40})\)\s*[-–—:]"
    r"|^\W*(?:Source|Via|Credit|H/T|Originally published (?:by|on|in)|First published (?:by|on|in))\s*:?\s+"
    r"(?P<source>[A-Z][^\n.;]{1,60})"
    r"|\((?P<end>[A-Z][\w&.’' -]{1,40})\)\s*$"
    r"|\b(?:[Ff]irst|[Oo]riginally) (?:reported|published) (?:by|in|on) "
    r"(?P<first>(?:[Tt]he )?[A-Z][\w&.’'-]*(?: [A-Z][\w&.’'-]*){0,4})",
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
    """Articles that repeat others, passages that are one, and the outlets or agencies that articles credit.

    ``had_from`` tells for each of ``same`` which article had the passage from which.
    """

    copies: tuple[Copy, ...]
    same: tuple[tuple[Passage, ...], ...]
    credits: tuple[tuple[str, ...], ...]
    had_from: tuple[Mapping[int, tuple[int, ...]], ...]


def find_copies(reports: Sequence[Report], outlets: Outlets, settings: CopySettings) -> Copies:
    """Find passages that articles share.

    Parameters
    ----------
    reports
        In any order; dates and times of their documents decide who was first, where nobody gives credit.
    outlets
        Those of the articles.
    settings
        ``[copies]`` of ``configs/dossier.toml``.
    """
    documents = [report.document for report in reports]
    credits = tuple(tuple(dict.fromkeys(_credits(d.text))) for d in documents)
    order = sorted(range(len(documents)), key=lambda i: (*when(documents[i]), i))
    passages = [p for i in order for p in _passages(reports[i], i, settings.words)]
    clusters = _clusters(passages, documents, settings)
    credited = [{outlet.key for name in names if (outlet := outlets.named(name))} for names in credits]
    had_from = tuple(_had_from(members, outlets, credited) for members in clusters)
    total = Counter(p.article for p in passages)
    copies = (
        Copy(article, original, round(share, 4), *_decided(article, original, documents, outlets, credits))
        for article, original, share in _mostly(had_from, total, outlets, credited)
        if share >= settings.share
    )
    return Copies(tuple(copies), clusters, credits, had_from)


def _credits(text: str) -> Iterator[str]:
    for match in _AGENCY.finditer(text):
        yield next(name for name in match.groups() if name).strip()


def _passages(report: Report, article: int, words: int) -> Iterator[Passage]:
    for sentence in report.sentences:
        if len(RUN.findall(sentence.span.of(report.document.text))) >= words:
            yield Passage(article, sentence.span)


def _clusters(
    passages: Sequence[Passage], documents: Sequence[Document], settings: CopySettings
) -> tuple[tuple[Passage, ...], ...]:
    """Passages that are one, the first of each before the others; only those of two articles or more."""
    import rensa

    shingles = [_shingles(p.span.of(documents[p.article].text), settings.shingle) for p in passages]
    hashes = rensa.RMinHash.from_token_sets(shingles, settings.permutations, SEED) if passages else []
    index = rensa.RMinHashLSH(settings.least, settings.permutations, settings.bands)
    clusters: dict[int, list[int]] = {}
    for number, hashed in enumerate(hashes):
        leader = _leader(index, hashed, shingles, number, settings)
        if leader is None:
            index.insert(number, hashed)
            clusters[number] = [number]
        else:
            clusters[leader].append(number)
    several = (m for m in clusters.values() if len({passages[n].article for n in m}) > 1)
    return tuple(tuple(passages[n] for n in members) for members in several)


def _leader(index: Any, hashed: Any, shingles: list[list[str]], number: int, settings: CopySettings) -> int | None:
    """The known passage that is most like this one, if they are alike enough to be one."""
    ours = set(shingles[number])
    alike = [(jaccard(ours, set(shingles[other])), -other) for other in index.query(hashed)]
    best = max(alike, default=(0.0, 0))
    return -best[1] if best[0] >= settings.least else None


def _shingles(text: str, size: int) -> list[str]:
    words = [word.casefold() for word in RUN.findall(text)]
    return [" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))]


def _had_from(members: Sequence[Passage], outlets: Outlets, credited: Sequence[set[str]]) -> dict[int, tuple[int, ...]]:
    """Whom each article has a passage from: whom it credits, or who had it first.

    An article that others credit has it from nobody.
    """
    articles = list(dict.fromkeys(passage.article for passage in members))
    first_of = {outlets.by_article[article].key: article for article in reversed(articles)}
    named = Counter(key for article in articles for key in credited[article])
    origins = {}
    for article in articles:
        key = outlets.by_article[article].key
        if named[key] > (key in credited[article]):
            continue
        theirs = [first_of[k] for k in sorted(credited[article]) if k in first_of and first_of[k] != article]
        origins[article] = tuple(theirs or [other for other in articles[:1] if other != article])
    return origins


def _mostly(
    had_from: Sequence[Mapping[int, tuple[int, ...]]],
    total: Mapping[int, int],
    outlets: Outlets,
    credited: Sequence[set[str]],
) -> Iterator[tuple[int, int, float]]:
    """For each article the one that it repeats most, credited ones before others, and the share of its passages."""
    shared: dict[int, Counter[int]] = {}
    for passage in had_from:
        for article, originals in passage.items():
            shared.setdefault(article, Counter()).update(originals)
    for article, counted in sorted(shared.items()):
        if counted:
            names = credited[article]
            original = max(counted, key=lambda o: (outlets.by_article[o].key in names, counted[o], -o))
            yield article, original, counted[original] / total[article]


def _decided(
    article: int,
    original: int,
    documents: Sequence[Document],
    outlets: Outlets,
    credits: Sequence[Sequence[str]],
) -> tuple[str | None, str | None]:
    """How it was decided who came first (credit or date), and the name that the credit line gives."""
    key = outlets.by_article[original].key
    credit = next((name for name in credits[article] if (o := outlets.named(name)) and o.key == key), None)
    dated = all(documents[i].published for i in (article, original))
    earlier = dated and when(documents[article]) != when(documents[original])
    return "credit" if credit else "date" if earlier else None, credit
