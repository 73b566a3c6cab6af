"""A rating as a page: one HTML file that needs nothing else, and works without a script.

The text of an article never reaches the page but through the template's escaping and :func:`wording.visible`. Style and
script stand in the page; the policy in its head allows them by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scoring import resources
from scoring.evidence.strength import LEVELS, word
from scoring.report import counts
from scoring.report.html import charts
from scoring.report.html.chain_path import chain_path
from scoring.report.html.marks import paragraphs
from scoring.report.relays import through, with_group
from scoring.report.terminal.explain import steps, surroundings
from scoring.report.wording import (
    BASES,
    CREDIBILITY,
    HEDGES,
    RELIABILITY,
    REMINDER,
    STANCES,
    counted,
    factor_words,
    letter_words,
    links_shown,
    outlet_standing,
    signed,
    skipped_words,
    verdict,
    visible,
    web_address,
)
from scoring.schema import Factor, FactorKind, Rating, Report, Sentence

STYLES, SCRIPT = ("page.css", "drawings.css"), "page.js"
FAVOURED = 3
"""Claims named as the best and the least supported."""


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor as its row shows it: name, value, the words that it comes from, log-odds in words, and its bar."""

    name: str
    value: str
    words: str | None
    log_odds: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class Panel:
    """A claim in detail; ``links`` are words and addresses, ``before`` and ``after`` the ids of its neighbours."""

    rating: Rating
    sentence: tuple[tuple[str, bool], ...]
    chain: Markup
    bar: Markup
    factors: tuple[FactorRow, ...]
    total: str
    links: tuple[tuple[str, str], ...]
    before: str | None
    after: str | None


def article_page(report: Report, *, home: tuple[str, str] | None = None) -> str:
    """Render a report as a page.

    Parameters
    ----------
    report
        A rated article.
    home
        Where a link at the top leads, and its words: to the overview, or to a form. A path or ``#…``; not checked.

    Returns
    -------
    str
        HTML of one file without anything from elsewhere. Its Content-Security-Policy is :func:`policy`.
    """
    return environment().get_template("article.html").render(_context(report), home=home)


def _context(report: Report) -> dict[str, Any]:
    ratings = report.ratings
    ranked = sorted(ratings, key=lambda rating: -rating.strength.probability)
    sources = counts.sources(report)
    rates = counts.rates(report)
    return {
        "report": report,
        "document": report.document,
        "headline": counts.headline(report.document),
        "verdict": verdict(report.summary),
        "words": counts.words_read(report),
        "address": web_address(report.document.url),
        "bases": counts.bases(report),
        "shares": charts.shares(counts.bases(report)) if ratings else None,
        "strip": charts.strip(report) if ratings else None,
        "thirds": _thirds(report),
        "paragraphs": paragraphs(report),
        "firsts": {source.first for source in sources},
        "panels": _panels(report),
        "strongest": ranked[:FAVOURED],
        "weakest": ranked[::-1][:FAVOURED] if len(ranked) > FAVOURED else [],
        "sources": sources,
        "article_factors": _rows(report.summary.sourcing_factors, report.document.text),
        "article_total": signed(math.fsum(factor.log_odds for factor in report.summary.sourcing_factors)),
        "rates": [(rate, charts.rate_bar(rate.rate, _usual(rate), _most(rates))) for rate in rates],
        "skipped": counts.skipped(report),
        "warnings": counts.warnings(report),
    }


def _usual(rate: counts.Rate) -> tuple[float, float, float]:
    return rate.usual.low, rate.usual.mean, rate.usual.high


def _most(rates: list[counts.Rate]) -> float:
    """The right end of the scale that all rates share."""
    return max(1.0, *(max(rate.rate, rate.usual.high) for rate in rates))


def _thirds(report: Report) -> list[str]:
    """Mean strength in each third of the text, in words; a third without claims says so."""
    size = max(1, len(report.document.text)) / 3
    said = []
    for number, name in enumerate(("first", "middle", "last")):
        inside = [
            rating.strength.probability
            for rating in report.ratings
            if number == min(2, int(rating.claim.spans[0].start / size))
        ]
        said.append(
            f"{math.fsum(inside) / len(inside):.2f} in the {name} third" if inside else f"no claim in the {name}"
        )
    return said


def _panels(report: Report) -> list[Panel]:
    ids = [None, *(rating.claim.id for rating in report.ratings), None]
    sentences = report.sentences
    return [
        _panel(rating, report, _in_sentence(rating, report.document.text, sentences), (ids[i], ids[i + 2]))
        for i, rating in enumerate(report.ratings)
    ]


def _panel(
    rating: Rating, report: Report, sentence: Iterable[tuple[str, bool]], around: tuple[str | None, str | None]
) -> Panel:
    factors = [factor for factor in steps(rating) if factor.kind is not FactorKind.START or factor.log_odds]
    return Panel(
        rating=rating,
        sentence=tuple(sentence),
        chain=chain_path(rating.claim, report.document, report.outlet_prior),
        bar=charts.strength_bar(rating.strength),
        factors=_rows(factors, report.document.text),
        total=signed(math.fsum(factor.log_odds for factor in factors)),
        links=tuple(links_shown(rating.claim, report.document.text)),
        before=around[0],
        after=around[1],
    )


def _rows(factors: Sequence[Factor], text: str) -> tuple[FactorRow, ...]:
    scale = max([1.0, *(abs(factor.log_odds) for factor in factors)])
    return tuple(_row(factor, text, scale) for factor in factors)


def _row(factor: Factor, text: str, scale: float) -> FactorRow:
    value, words = factor_words(factor, text)
    return FactorRow(
        factor.kind.value, value, words, signed(factor.log_odds), charts.factor_bar(factor.log_odds, scale)
    )


def _in_sentence(rating: Rating, text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[str, bool]]:
    """The sentences that a claim stands in, as stretches of its own words (true) and of others."""
    whole = surroundings(rating.claim, sentences)
    position = whole.start
    for span in sorted(rating.claim.spans):
        yield text[position : span.start], False
        yield span.of(text), True
        position = span.end
    yield text[position : whole.end], False


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; every value is made visible and escaped, unless it is markup of our own making."""
    made = Environment(
        loader=FileSystemLoader(resources.template("")),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "style": Markup(style()),
        "script": Markup(script()),
        "policy": policy(),
        "BASES": BASES,
        "HEDGES": HEDGES,
        "STANCES": STANCES,
        "RELIABILITY": RELIABILITY,
        "letter_words": letter_words,
        "outlet_standing": outlet_standing,
        "through": through,
        "with_group": with_group,
        "CREDIBILITY": CREDIBILITY,
        "REMINDER": REMINDER,
    }
    made.filters |= {
        "signed": signed,
        "counted": counted,
        "host": lambda url: urlsplit(url).hostname,
        "skipped_words": skipped_words,
        "level": lambda value: word(value, LEVELS),
        "sha256": lambda text: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    }
    return made


def _finalized(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet that pages hold, without comments and needless white space."""
    rules = "".join(resources.template(name).read_text(encoding="utf-8") for name in STYLES)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)).strip()


@lru_cache(maxsize=1)
def script() -> str:
    """The script that pages hold, without its indents; they work without it."""
    return re.sub(r"^\s+", "", resources.template(SCRIPT).read_text(encoding="utf-8"), flags=re.MULTILINE)


def style_sha256() -> str:
    """The style sheet's hash as a policy states it: ``sha256-…``."""
    return _source_hash(style())


def script_sha256() -> str:
    """The script's hash as a policy states it: ``sha256-…``."""
    return _source_hash(script())


def policy() -> str:
    """The Content-Security-Policy of the pages: their own style and script, and nothing else."""
    return (
        f"default-src 'none'; style-src '{style_sha256()}'; script-src '{script_sha256()}'; "
        "base-uri 'none'; form-action 'self'"
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
