"""Claims with their priors → ratings, the changes that would move them, and the article in figures."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.evidence.article_score import sourcing
from scoring.evidence.factors import weigh
from scoring.evidence.origins import count_origins
from scoring.evidence.strength import probability, strength
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import Priors
from scoring.probability import logistic
from scoring.schema import (
    Basis,
    Change,
    Claim,
    Form,
    Group,
    Link,
    Polarity,
    Matter,
    Prior,
    Rating,
    SourceType,
    Stance,
    Summary,
)
from scoring.text.names import identity

MOST_CHANGES = 3
"""Most changes shown in each direction; more are noise to a reader."""
LEAST_CHANGE = 0.02
"""Least change of the probability that is shown; smaller ones are not worth a reader's time."""


def rate_claims(
    claims: Sequence[Claim], text: str, outlet: Prior, settings: ScoreSettings, priors: Priors
) -> tuple[Rating, ...]:
    """Rate the claims of an article, in their order.

    Parameters
    ----------
    claims
        All claims of the article, since the same proposition by different sources has independent origins.
    text
        The article.
    outlet
        Prior of the publishing outlet.
    settings
        The weights.
    priors
        They give the sources in ``would_raise`` and ``would_lower`` their priors.
    """
    origins = count_origins(claims, text)
    return tuple(rate_claim(c, outlet, number, settings, priors) for c, number in zip(claims, origins, strict=True))


def rate_claim(claim: Claim, outlet: Prior, origins: int, settings: ScoreSettings, priors: Priors) -> Rating:
    """Rate a claim, and rate it again with its evidence changed for ``would_raise`` and ``would_lower``."""
    evidence = weigh(claim, outlet, origins, settings)
    now = strength(evidence, settings.calibration, settings.interval_level)

    def changed(claim: Claim, by: Prior, number: int) -> float:
        return probability(weigh(claim, by, number, settings), settings.calibration)

    moved = [Change(what, changed(*to)) for what, to in _alternatives(claim, outlet, origins, priors)]
    raised = sorted((c for c in moved if c.probability >= now.probability + LEAST_CHANGE), key=lambda c: -c.probability)
    lowered = sorted((c for c in moved if c.probability <= now.probability - LEAST_CHANGE), key=lambda c: c.probability)
    return Rating(claim, evidence, now, tuple(raised[:MOST_CHANGES]), tuple(lowered[:MOST_CHANGES]))


def _alternatives(
    claim: Claim, outlet: Prior, origins: int, priors: Priors
) -> Iterator[tuple[str, tuple[Claim, Prior, int]]]:
    """Each change of the evidence: in words, and as the claim, outlet and number of origins to be rated."""
    if claim.basis.group is Group.SOURCED or claim.basis is Basis.ANONYMOUS:
        yield "a second source independent of the first", (claim, outlet, origins + 1)
        yield "no source named, 'reportedly' in its place", (_unsourced(claim), outlet, 1)
    if claim.basis in (Basis.PARAPHRASE, Basis.ANONYMOUS):
        yield "the named source's own words in quotation marks", (_quoted(claim, priors), outlet, origins)
    if claim.basis.group is not Group.SOURCED:
        yield "a named source in a position to know", (_named(claim, priors), outlet, origins)
    if claim.basis is not Basis.DOCUMENT and not (claim.chain and claim.chain[-1].type is SourceType.DOCUMENT):
        yield "a document that can be inspected", (_documented(claim, priors), outlet, origins)
    if len(claim.chain) > 1:
        yield "the innermost source reached directly", (replace(claim, chain=claim.chain[-1:]), outlet, origins)
    if claim.chain and claim.chain[-1].stance is not Stance.DISTANCING:
        yield "a cue that keeps its distance, as 'claimed'", (_distanced(claim), outlet, origins)
    if claim.chain and claim.matter is Matter.ACCUSATION:
        yield "a source without a stake in it", (_placed(claim, Matter.FACT), outlet, origins)
    if claim.hedges:
        yield "no hedge", (_plain(claim), outlet, origins)
    if claim.basis is Basis.ASSERTION:
        yield "'reportedly' added", (_unsourced(claim), outlet, 1)


def _link(kind: str, type_: SourceType, priors: Priors) -> Link:
    return Link(None, type_, Stance.NEUTRAL, Form.INDIRECT, prior=priors.kind(kind))


def _unsourced(claim: Claim) -> Claim:
    return replace(claim, basis=Basis.HEARSAY, chain=(), polarity=Polarity.POSITIVE)


def _named(claim: Claim, priors: Priors) -> Claim:
    named = replace(claim, basis=Basis.PARAPHRASE, chain=(_link("person", SourceType.PERSON, priors),))
    return _placed(named, Matter.OWN)


def _placed(claim: Claim, about: Matter) -> Claim:
    return replace(claim, matter=about, matter_span=None)


def _quoted(claim: Claim, priors: Priors) -> Claim:
    if claim.basis is Basis.ANONYMOUS:
        claim = _named(claim, priors)
    return replace(claim, basis=Basis.DIRECT_QUOTE)


def _documented(claim: Claim, priors: Priors) -> Claim:
    documented = replace(claim, basis=Basis.DOCUMENT, chain=(_link("document", SourceType.DOCUMENT, priors),))
    return _placed(documented, Matter.FACT)


def _distanced(claim: Claim) -> Claim:
    return replace(claim, chain=(*claim.chain[:-1], replace(claim.chain[-1], stance=Stance.DISTANCING)))


def _plain(claim: Claim) -> Claim:
    """The claim without hedges; hearsay and speculation without a source become bare assertions."""
    bare = claim.basis in (Basis.HEARSAY, Basis.SPECULATION) and not claim.chain
    return replace(claim, hedges=(), certainty=1.0, basis=Basis.ASSERTION if bare else claim.basis)


def summarise(ratings: Sequence[Rating], text: str, settings: ScoreSettings) -> Summary:
    """The article in figures; :mod:`scoring.evidence.article_score` explains its score."""
    groups = [rating.claim.group for rating in ratings]
    names = {identity(link, text) for rating in ratings for link in rating.claim.chain}
    factors = sourcing(ratings, text, settings) if ratings else ()
    return Summary(
        claims=len(ratings),
        sourced=groups.count(Group.SOURCED),
        weakly_sourced=groups.count(Group.WEAKLY_SOURCED),
        unsourced=groups.count(Group.UNSOURCED),
        mean_strength=statistics.fmean(r.strength.probability for r in ratings) if ratings else None,
        distinct_sources=len(names - {None}),
        sourcing_score=logistic(math.fsum(f.log_odds for f in factors)) if ratings else None,
        sourcing_factors=factors,
    )
