"""What a report counts: sources and how often each is relied on, hedges against their usual rate, parts not read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.priors.tables import UNKNOWN
from scoring.schema import Basis, Document, HedgeKind, Link, Report, Skipped
from scoring.text.lexicons import find_hedges
from scoring.text.names import identity
from scoring.text.words import WORD
from scoring.word_lists import read_table

TABLE = "usual_rates.csv"
LEFT_OUT = "left out: "
"""The beginning of the warning that counts the parts that were not read, by reason."""


NAMES_OUTLET = (" (--outlet DOMAIN names it)", "; name the outlet to narrow the intervals")
"""The end of the warning of a missing outlet: first as the command line has it, then as a page has it."""
SAID_AT_THE_TOP = f" is not among the known outlets ({UNKNOWN.reference})"
"""The end of the warning of an unknown outlet, of which a page says so beside its name."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the article: the claims with it in their chains, those that end with it, its first words."""

    name: str
    kind: str
    reliability: str
    known: bool
    claims: tuple[str, ...]
    origin: int
    first: int | None


@dataclass(frozen=True, slots=True)
class Usual:
    """Hedges per 1,000 words of news text: the mean, and the bounds between which eight articles in ten lie."""

    kind: HedgeKind
    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Rate:
    """How often an article hedges: the number, the rate per 1,000 words, and what to say of it."""

    usual: Usual
    number: int
    rate: float
    said: str


def headline(document: Document) -> str:
    """The title; without one the heading that the text begins with; without that the id."""
    first = document.skipped[0] if document.skipped else None
    if document.title or first is None or first.reason != "heading":
        return document.title or document.id
    begins = not document.text[: first.span.start].strip()
    return " ".join(first.span.of(document.text).split()) if begins else document.id


def bases(report: Report) -> dict[Basis, int]:
    """Claims by basis, in the order of the bases; those without claims are left out."""
    counted = Counter(rating.claim.basis for rating in report.ratings)
    return {basis: counted[basis] for basis in Basis if counted[basis]}


def sources(report: Report) -> list[Source]:
    """The sources of an article, the most relied on first, then in the order of their first mention."""
    document = report.document
    uses: dict[str, list[tuple[str, Link, bool]]] = defaultdict(list)
    for rating in report.ratings:
        for link in rating.claim.chain:
            key = identity(link, document.text) or f"({link.type.value})"
            uses[key].append((rating.claim.id, link, link is rating.claim.chain[-1]))
    counted = [_source(same, report) for same in uses.values()]
    return sorted(counted, key=lambda s: (-len(s.claims), s.first if s.first is not None else len(document.text)))


def _source(uses: Sequence[tuple[str, Link, bool]], report: Report) -> Source:
    link = next((link for _, link, _ in uses if link.resolved), uses[0][1])
    starts = [link.source.start for _, link, _ in uses if link.source]
    prior = link.prior
    return Source(
        name=link.label(report.document.text),
        kind=link.type.value,
        reliability=prior.reliability if prior else "F",
        known=bool(prior and prior.known),
        claims=tuple(dict.fromkeys(claim for claim, _, _ in uses)),
        origin=sum(last for _, _, last in uses),
        first=min(starts, default=None),
    )


def words_read(report: Report) -> int:
    """Words in the parts of the article that were read."""
    text = report.document.text
    return sum(1 for s in report.sentences for _ in WORD.finditer(text, s.span.start, s.span.end))


def rates(report: Report) -> list[Rate]:
    """Hedges of each kind in the parts that were read, against the usual rate."""
    text, total = report.document.text, words_read(report)
    counted = Counter(h.kind for s in report.sentences for h in find_hedges(text, s.span.start, s.span.end))
    return [_rate(usual, counted[usual.kind], total) for usual in usual_rates()]


def _rate(usual: Usual, number: int, words: int) -> Rate:
    """The rate of hedges. It counts as unusual only if it would still be so with one hedge more or less."""
    a_hedge = 1000 / words if words else 0.0
    rate = number * a_hedge
    more, fewer = rate - a_hedge > usual.high, rate + a_hedge < usual.low
    return Rate(usual, number, rate, "more than usual" if more else "fewer than usual" if fewer else "not unusual")


@lru_cache(maxsize=1)
def usual_rates() -> tuple[Usual, ...]:
    """The rates of ``data/lexicons/usual_rates.csv``."""
    columns = ("low", "mean", "high")
    return read_table(TABLE, lambda row: Usual(HedgeKind(row["kind"]), *(float(row[name]) for name in columns)))


def skipped(report: Report) -> list[tuple[str, int, str]]:
    """What was not read: the reason, how many parts, and the beginning of the first."""
    parts: dict[str, list[Skipped]] = defaultdict(list)
    for part in report.document.skipped:
        parts[part.reason].append(part)
    text = report.document.text
    return [(reason, len(same), _beginning(same[0].span.of(text))) for reason, same in parts.items()]


def warnings(report: Report) -> list[str]:
    """What the reader must know, but for what a page says elsewhere: parts left out, an outlet that is not known.

    Who reads a page has no command line, so a warning that names an option is worded differently here.
    """
    given = report.provenance.warnings
    kept = (one for one in given if not one.startswith(LEFT_OUT) and not one.endswith(SAID_AT_THE_TOP))
    return [warning.replace(*NAMES_OUTLET) for warning in kept]


def _beginning(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"
