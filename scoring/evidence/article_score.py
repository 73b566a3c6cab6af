"""How well a whole article is sourced, whatever its outlet: a sum of factors in log-odds, as for a claim.

A logistic model of features that a reader can count, fitted to expert reviewers' ratings of news stories. Counts enter
as ``ln(1 + n)``: the second source tells more than the tenth. ``data/lexicons/sourcing.csv`` lists the words that are
counted.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence

from scoring.evidence.strength import total
from scoring.evidence.weights import ScoreSettings
from scoring.probability import logistic, logit
from scoring.schema import Factor, FactorKind, Link, Rating, SourceType
from scoring.text.lexicons import kind_patterns
from scoring.text.names import identity
from scoring.word_lists import either

TABLE = "sourcing.csv"
_TITLED = re.compile(
    rf"\b{either('titles of learning', capital=True)}\b\.?\s(?:[A-Z][\w'’.-]{{0,99}}\s){{0,2}}?([A-Z][\w'’-]{{1,99}})\b"
    r"|\b([A-Z][\w'’-]{1,99}),\sM\.?D\b"
)
_FIGURE = re.compile(r"\d")


def sourcing(ratings: Sequence[Rating], text: str, settings: ScoreSettings) -> tuple[Factor, ...]:
    """The factors of an article's score, which is the logistic of their sum.

    Parameters
    ----------
    ratings
        Ratings of all its claims, at least one.
    text
        The article.
    settings
        ``sourcing`` holds the weights.

    Returns
    -------
    tuple of Factor
        Natural log-odds: the starting point, and one factor for each feature of :func:`features`.
    """
    weights = settings.sourcing
    scores = (
        Factor(kind, value, getattr(weights, kind.value) * amount)
        for kind, (amount, value) in features(ratings, text, settings).items()
    )
    return (Factor(FactorKind.START, "an article of which nothing is counted", weights.start), *scores)


def features(ratings: Sequence[Rating], text: str, settings: ScoreSettings) -> Mapping[FactorKind, tuple[float, str]]:
    """For each feature its amount, and the amount in words."""
    links = [link for rating in ratings for link in rating.claim.chain]
    names = {name for link in links if (name := identity(link, text))}
    documents = {identity(link, text) for link in links if link.type is SourceType.DOCUMENT} - {None}
    patterns = kind_patterns(TABLE)
    figures = sum(bool(_FIGURE.search(rating.claim.text(text))) for rating in ratings)
    hedges = sum(len(rating.claim.hedges) for rating in ratings)
    released = bool(patterns["release"].search(text))
    mean = statistics.fmean(_without_outlet(rating, settings) for rating in ratings)
    return {
        FactorKind.SOURCES: _count(len(names), "distinct source"),
        FactorKind.EXPERTS: _count(len(_experts(links, text)), "source with expertise"),
        FactorKind.INDEPENDENT: _count(len(patterns["independent"].findall(text)), "mention of independence"),
        FactorKind.DOCUMENTS: _count(len(documents), "distinct document"),
        FactorKind.FIGURES: _count(figures, "claim with a figure"),
        FactorKind.CAUTIONS: _count(len(patterns["caution"].findall(text)), "word of caution or dissent"),
        FactorKind.RELEASES: (float(released), "rests on a press release" if released else "no press release"),
        FactorKind.HEDGES: _count(hedges, "hedge"),
        FactorKind.STRENGTH: (logit(mean), f"mean strength {mean:.2f} without the outlet"),
    }


def _count(number: int, noun: str) -> tuple[float, str]:
    first, _, rest = noun.partition(" of ") if " of " in noun else noun.partition(" with ")
    joint = " of " if " of " in noun else " with "
    plural = first if number == 1 else f"{first}s"
    return math.log1p(number), f"{number} {plural}{joint + rest if rest else ''}"


def _experts(links: Sequence[Link], text: str) -> set[str | None]:
    """Sources whose description, or whose title anywhere in the article, shows expertise."""
    expert = kind_patterns(TABLE)["expert"]
    titled = {name.casefold() for pair in _TITLED.findall(text) for name in pair if name}
    names = set()
    for link in links:
        phrase = f"{link.words(text)} {link.resolved or ''}"
        name = identity(link, text)
        if expert.search(phrase) or (name and name.rsplit(" ", 1)[-1] in titled):
            names.add(name)
    return names - {None}


def _without_outlet(rating: Rating, settings: ScoreSettings) -> float:
    outlet = sum(factor.log_odds for factor in rating.evidence.factors if factor.kind is FactorKind.OUTLET)
    line = settings.calibration
    return logistic(line.slope * (total(rating.evidence) - outlet) + line.intercept)
