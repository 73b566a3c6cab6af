"""Claims with their priors → ratings, what would move them, and the article in figures."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.evidence import ScoreSettings, weigh
from scoring.priors import Priors, normalised
from scoring.schema import (
    Basis,
    Change,
    Claim,
    Form,
    Group,
    Link,
    Polarity,
    Prior,
    Rating,
    SourceType,
    Stance,
    Summary,
)
from scoring.strength import logistic, strength, total

MOST_CHANGES = 3
"""Changes shown each way; more are noise to a reader."""
LEAST_CHANGE = 0.02
"""Changes that move the probability by less are not worth a reader's time."""


def with_priors(claims: Sequence[Claim], text: str, priors: Priors) -> tuple[Claim, ...]:
    """The claims, each link with the prior of its source: by name where known, by kind else."""
    return tuple(replace(claim, chain=tuple(_chain_with_priors(claim, text, priors))) for claim in claims)


def _chain_with_priors(claim: Claim, text: str, priors: Priors) -> Iterator[Link]:
    content = " ".join(span.of(text) for span in claim.spans)
    for link in claim.chain:
        said = content if link is claim.chain[-1] else ""
        yield replace(link, prior=_prior(link, text, said, priors))


def _prior(link: Link, text: str, content: str, priors: Priors) -> Prior:
    if link.type is SourceType.AUTHOR:  # the outlet itself, whose prior counts already
        return priors.kind(link.type.value)
    phrase = link.source.of(text) if link.source else ""
    for name in (link.resolved, phrase):
        if name and (prior := priors.source(name, link.type)).known:
            return prior
    named = link.type in (SourceType.PERSON, SourceType.ORGANISATION)
    if named and link.stance is Stance.INTENTIONAL:
        return priors.kind("official_own_acts")
    return priors.described(link.type, f"{phrase} {link.resolved or ''}", content)


def rate_claim(claim: Claim, outlet: Prior, origins: int, settings: ScoreSettings, priors: Priors) -> Rating:
    """Rate a claim, and rate it again with its evidence changed for ``would_raise`` and ``would_lower``."""
    evidence = weigh(claim, outlet, origins, settings)
    now = strength(evidence, settings.calibration, settings.interval_level)

    def probability(changed: Claim, by: Prior, number: int) -> float:
        return strength(weigh(changed, by, number, settings), settings.calibration, settings.interval_level).probability

    moved = [Change(what, probability(*to)) for what, to in _alternatives(claim, outlet, origins, priors)]
    raised = sorted((c for c in moved if c.probability >= now.probability + LEAST_CHANGE), key=lambda c: -c.probability)
    lowered = sorted((c for c in moved if c.probability <= now.probability - LEAST_CHANGE), key=lambda c: c.probability)
    return Rating(claim, evidence, now, tuple(raised[:MOST_CHANGES]), tuple(lowered[:MOST_CHANGES]))


def _alternatives(
    claim: Claim, outlet: Prior, origins: int, priors: Priors
) -> Iterator[tuple[str, tuple[Claim, Prior, int]]]:
    """Changed evidence in words, and as what is to be rated."""
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
    if claim.hedges:
        yield "no hedge", (_plain(claim), outlet, origins)
    if claim.basis is Basis.ASSERTION:
        yield "'reportedly' added", (_unsourced(claim), outlet, 1)


def _link(kind: str, type_: SourceType, priors: Priors) -> Link:
    return Link(None, type_, Stance.NEUTRAL, Form.INDIRECT, prior=priors.kind(kind))


def _unsourced(claim: Claim) -> Claim:
    return replace(claim, basis=Basis.HEARSAY, chain=(), polarity=Polarity.POSITIVE)


def _named(claim: Claim, priors: Priors) -> Claim:
    return replace(claim, basis=Basis.PARAPHRASE, chain=(_link("official_own_acts", SourceType.PERSON, priors),))


def _quoted(claim: Claim, priors: Priors) -> Claim:
    if claim.basis is Basis.ANONYMOUS:
        claim = _named(claim, priors)
    return replace(claim, basis=Basis.DIRECT_QUOTE)


def _documented(claim: Claim, priors: Priors) -> Claim:
    return replace(claim, basis=Basis.DOCUMENT, chain=(_link("document", SourceType.DOCUMENT, priors),))


def _distanced(claim: Claim) -> Claim:
    return replace(claim, chain=(*claim.chain[:-1], replace(claim.chain[-1], stance=Stance.DISTANCING)))


def _plain(claim: Claim) -> Claim:
    """Without hedges; hearsay and speculation without a source become bare statements."""
    bare = claim.basis in (Basis.HEARSAY, Basis.SPECULATION) and not claim.chain
    return replace(claim, hedges=(), certainty=1.0, basis=Basis.ASSERTION if bare else claim.basis)


def summarise(ratings: Sequence[Rating], text: str, settings: ScoreSettings) -> Summary:
    """The article in figures.

    ``sourcing_score`` is the mean strength of its claims with the outlet left out of account.
    """
    groups = [rating.claim.basis.group for rating in ratings]
    names = {_source_name(link, text) for rating in ratings for link in rating.claim.chain}
    return Summary(
        claims=len(ratings),
        sourced=groups.count(Group.SOURCED),
        weakly_sourced=groups.count(Group.WEAKLY_SOURCED),
        unsourced=groups.count(Group.UNSOURCED),
        mean_strength=statistics.fmean(r.strength.probability for r in ratings) if ratings else None,
        distinct_sources=len(names - {None}),
        sourcing_score=statistics.fmean(_without_outlet(r, settings) for r in ratings) if ratings else None,
    )


def _without_outlet(rating: Rating, settings: ScoreSettings) -> float:
    outlet = sum(factor.log_odds for factor in rating.evidence.factors if factor.name == "outlet")
    line = settings.calibration
    return logistic(line.slope * (total(rating.evidence) - outlet) + line.intercept)


def _source_name(link: Link, text: str) -> str | None:
    known = link.prior.name if link.prior and link.prior.known else None
    name = known or link.resolved or (link.source.of(text) if link.source else None)
    return normalised(name).removeprefix("the ") if name else None
