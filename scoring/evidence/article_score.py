"""How well a whole article is sourced, whatever its outlet: a sum of factors in log-odds, as for a claim.

A logistic model of features that a reader can count, fitted to editors' grades of sourcing, to reviewers' ratings of
health stories, and to articles known to be real or fake. Counts enter as ``ln(1 + n)``: the second source tells more
than the tenth. Each factor is ``weight * (amount - typical)``, so that it says by how much the article differs from a
typical one. ``data/lexicons/sourcing.csv`` lists the words that are counted.

The signs of the weights keep rule 10 of the claim definitions: what an article gains with an identified source (a
source, a claim on record, one by another than the leading source) never lowers the score, and what it loses thereby (an
opinion or hearsay of its own) never raises it. A press release counts only where no claim has another source.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import NormalDist

from scoring.evidence.weights import ScoreSettings
from scoring.probability import logistic
from scoring.schema import Basis, Claim, Factor, FactorKind, Group, Link, Matter, Rating, SourceType, Stance
from scoring.text.lexicons import is_absence, kind_patterns
from scoring.text.names import identity
from scoring.word_lists import either

TABLE = "sourcing.csv"
ON_RECORD = (SourceType.PERSON, SourceType.ORGANISATION, SourceType.DOCUMENT)
"""Sources that answer for what they say. Outlets and accounts that are relayed do not: the writer asked nobody."""
OPINIONS = (Matter.ACCUSATION, Matter.JUDGEMENT, Matter.FORECAST, Matter.UNKNOWABLE)
"""What the article's own voice says without a source is opinion if it speaks of one of these."""
REASONS = 3
"""Factors that the sentence on a score names."""
LEAST_REASON = 0.05
"""Least log-odds of a factor that is worth naming."""
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
        ``sourcing`` holds the weights, ``sourcing_typical`` the amounts of a typical article.

    Returns
    -------
    tuple of Factor
        Natural log-odds: those of a typical article, and one factor for each feature of :func:`features`.
    """
    weights, typical = settings.sourcing, settings.sourcing_typical
    scores = (
        Factor(kind, words, weights[kind.name.lower()] * (amount - typical[kind.name.lower()]))
        for kind, (amount, words) in features([rating.claim for rating in ratings], text).items()
    )
    return (Factor(FactorKind.START, "a typical article", settings.sourcing_start), *scores)


def score(factors: Sequence[Factor]) -> float:
    """The score in [0, 1]."""
    return logistic(math.fsum(factor.log_odds for factor in factors))


def interval(factors: Sequence[Factor], settings: ScoreSettings) -> tuple[float, float]:
    """Central interval of the score: what articles of equal features still differ by, in the editors' grades."""
    reach = NormalDist().inv_cdf((1 + settings.interval_level) / 2) * math.sqrt(settings.sourcing_residual)
    middle = math.fsum(factor.log_odds for factor in factors)
    return logistic(middle - reach), logistic(middle + reach)


def reasons(factors: Sequence[Factor]) -> str:
    """A sentence that names the factors that moved the score most, against a typical article."""
    moved = [f for f in factors if f.kind is not FactorKind.START and abs(f.log_odds) >= LEAST_REASON]
    chosen = sorted(moved, key=lambda factor: -abs(factor.log_odds))[:REASONS]
    parts = [
        f"{word} by {_and([factor.value for factor in chosen if (factor.log_odds > 0) == better])}"
        for word, better in (("Raised", True), ("lowered", False))
        if any((factor.log_odds > 0) == better for factor in chosen)
    ]
    said = ", ".join(parts) or "As a typical article"
    return said[0].upper() + said[1:] + "."


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def features(claims: Sequence[Claim], text: str) -> Mapping[FactorKind, tuple[float, str]]:
    """For each feature its amount, and the amount in words.

    Parameters
    ----------
    claims
        All claims of the article, at least one.
    text
        The article.
    """
    links = [link for claim in claims for link in claim.chain]
    answering = Counter(name for claim in claims if (name := _on_record(claim, text)))
    others = answering.total() - max(answering.values(), default=0)
    documents = {identity(link, text) for link in links if link.type is SourceType.DOCUMENT} - {None}
    sourced = sum(claim.group is Group.SOURCED for claim in claims)
    opinions = sum(claim.matter in OPINIONS for claim in claims if _own_voice(claim))
    accusations = sum(claim.matter is Matter.ACCUSATION for claim in claims)
    named = {identity(link, text) for link in links if _is_named(link)} - {None}
    hearsay = sum(claim.basis in (Basis.HEARSAY, Basis.SPECULATION) for claim in claims)
    heard = sum(_heard(claim, text) for claim in claims)
    figures = sum(bool(_FIGURE.search(claim.text(text))) for claim in claims)
    patterns = kind_patterns(TABLE)
    alone = bool(patterns["release"].search(text)) and not others
    return {
        FactorKind.SOURCES: _count(len(answering), "source on record", "sources on record"),
        FactorKind.OTHERS: _count(
            others, "claim by others than the leading source", "claims by others than the leading source"
        ),
        FactorKind.NAMED: _count(len(named), "person named in full", "people named in full"),
        FactorKind.ON_RECORD: _share(answering.total(), claims, "on record"),
        FactorKind.SOURCED: _share(sourced, claims, "sourced"),
        FactorKind.EXPERTS: _count(len(_experts(links, text)), "source with expertise", "sources with expertise"),
        FactorKind.INDEPENDENT: _count(
            len(patterns["independent"].findall(text)), "mention of independence", "mentions of independence"
        ),
        FactorKind.DOCUMENTS: _count(len(documents), "distinct document", "distinct documents"),
        FactorKind.FIGURES: _count(figures, "claim with a figure", "claims with a figure"),
        FactorKind.CAUTIONS: _count(
            len(patterns["caution"].findall(text)), "word of caution or dissent", "words of caution or dissent"
        ),
        FactorKind.HEARD: _count(heard, "denial or refusal to comment", "denials or refusals to comment"),
        FactorKind.OPINION: _share(opinions, claims, "the article's own opinion"),
        FactorKind.ACCUSATIONS: _share(accusations, claims, "an accusation"),
        FactorKind.HEARSAY: _share(hearsay, claims, "hearsay or a guess"),
        FactorKind.RELEASES: (float(alone), "a press release as all there is" if alone else "no press release alone"),
    }


def _on_record(claim: Claim, text: str) -> str | None:
    """Who answers for a sourced claim; ``None`` if nobody on record does."""
    link = claim.chain[-1] if claim.chain else None
    if link is None or link.type not in ON_RECORD or claim.group is not Group.SOURCED:
        return None
    return identity(link, text)


def _is_named(link: Link) -> bool:
    """Whether a source is a person whose name stands in full in the article."""
    return link.type is SourceType.PERSON and link.profile is not None and link.profile.name is not None


def _own_voice(claim: Claim) -> bool:
    return not claim.chain or claim.chain[-1].type is SourceType.AUTHOR


def _heard(claim: Claim, text: str) -> bool:
    """Whether somebody concerned is said to have denied something, or to have been asked in vain."""
    denied = bool(claim.chain) and claim.chain[-1].stance is Stance.NEGATING
    return denied or (_own_voice(claim) and is_absence(claim.text(text)))


def _count(number: int, one: str, many: str) -> tuple[float, str]:
    return math.log1p(number), f"{number or 'no'} {one if number == 1 else many}"


def _share(number: int, claims: Sequence[Claim], what: str) -> tuple[float, str]:
    return number / len(claims), f"{number or 'none'} of {len(claims)} claims {what}"


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
