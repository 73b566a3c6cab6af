"""What an overview keeps of each article, and what it makes of many: outlets, sources in common, periods."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.report.counts import bases, headline
from scoring.schema import Basis, Group, Link, Report
from scoring.text.names import identity

FEWEST = 5
"""A mean over at least so many articles gets an interval; fewer say too little about how much they vary."""
RESAMPLES, LEVEL, SEED = 2000, 0.90, 17
"""The bootstrap's number of draws, its central share, and the seed that makes its result repeatable."""
DAYS_SHOWN = 62
"""Articles over at most so many days are grouped by day, others by month."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A source as one article relies on it; ``key`` is its normalised name."""

    key: str
    name: str
    kind: str
    reliability: str
    claims: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in figures; ``file`` is the name of its page. Strengths in [0, 1] are those of its claims."""

    file: str
    id: str
    title: str
    outlet: str | None
    published: str | None
    bases: tuple[tuple[Basis, int], ...]
    groups: tuple[tuple[Group, int], ...]
    strengths: tuple[float, ...]
    mean: float | None
    score: float | None
    sources: tuple[Mention, ...]

    @property
    def claims(self) -> int:
        """Number of claims."""
        return len(self.strengths)

    def of_group(self, group: Group) -> int:
        """Claims of a group."""
        return dict(self.groups)[group]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over articles with its interval, which is ``None`` with fewer than ``FEWEST`` articles."""

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Articles of one outlet or one period: how many, their mean strength and their mean sourcing score."""

    name: str
    articles: int
    claims: int
    strength: Mean
    score: Mean


@dataclass(frozen=True, slots=True)
class Shared:
    """A source that several articles rely on."""

    name: str
    kind: str
    reliability: str
    articles: int
    claims: int


def entry(report: Report, file: str) -> Entry:
    """What an overview keeps of a report."""
    document, summary = report.document, report.summary
    return Entry(
        file=file,
        id=document.id,
        title=headline(document),
        outlet=document.outlet,
        published=document.published,
        bases=tuple(bases(report).items()),
        groups=tuple(zip(Group, (summary.sourced, summary.weakly_sourced, summary.unsourced), strict=True)),
        strengths=tuple(rating.strength.probability for rating in report.ratings),
        mean=summary.mean_strength,
        score=summary.sourcing_score,
        sources=tuple(_mentions(report)),
    )


def _mentions(report: Report) -> Iterable[Mention]:
    text = report.document.text
    claims: dict[str, set[str]] = defaultdict(set)
    links: dict[str, Link] = {}
    for rating in report.ratings:
        for link in rating.claim.chain:
            key = identity(link, text)
            named = link.resolved or (link.prior and link.prior.known)
            if key and named:  # "officials" here and there are different people
                claims[key].add(rating.claim.id)
                links.setdefault(key, link)
    for key, link in links.items():
        reliability = link.prior.reliability if link.prior else "F"
        yield Mention(key, link.label(report.document.text), link.type.value, reliability, len(claims[key]))


def outlets(entries: Sequence[Entry]) -> list[Gathered]:
    """Articles with claims by outlet, the outlet with most articles first."""
    grouped = _grouped(entries, lambda entry: entry.outlet)
    return sorted((_gathered(*group) for group in grouped.items()), key=lambda g: (-g.articles, g.name))


def periods(entries: Sequence[Entry]) -> list[Gathered]:
    """Dated articles with claims by day, or by month where they lie further apart, in the order of time."""
    days = {entry.published[:10] for entry in entries if entry.published and entry.mean is not None}
    size = 10 if len(days) <= DAYS_SHOWN and len({day[:7] for day in days}) <= 2 else 7
    grouped = _grouped(entries, lambda entry: entry.published[:size] if entry.published else None)
    return [_gathered(name, grouped[name]) for name in sorted(grouped)]


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], str | None]) -> dict[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        name = key(one)
        if name and one.mean is not None:
            grouped[name].append(one)
    return grouped


def _gathered(name: str, entries: Sequence[Entry]) -> Gathered:
    strengths = [entry.mean for entry in entries if entry.mean is not None]
    scores = [entry.score for entry in entries if entry.score is not None]
    return Gathered(name, len(entries), sum(entry.claims for entry in entries), mean(strengths), mean(scores))


def mean(values: Sequence[float]) -> Mean:
    """The mean of at least one value, with a percentile bootstrap interval (Efron 1979) over the values."""
    drawn = np.asarray(values, dtype=float)
    middle = float(drawn.mean())
    if len(values) < FEWEST:
        return Mean(middle, None)
    chosen = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(drawn[chosen].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Mean(middle, (float(low), float(high)))


def shared(entries: Iterable[Entry]) -> list[Shared]:
    """Named sources that two or more articles rely on, the most widely relied on first."""
    first: dict[str, Mention] = {}
    articles: Counter[str] = Counter()
    claims: Counter[str] = Counter()
    for mention in (mention for one in entries for mention in one.sources):
        first.setdefault(mention.key, mention)
        articles[mention.key] += 1
        claims[mention.key] += mention.claims
    mentions = (
        Shared(m.name, m.kind, m.reliability, articles[key], claims[key])
        for key, m in first.items()
        if articles[key] > 1
    )
    return sorted(mentions, key=lambda source: (-source.articles, -source.claims, source.name))
