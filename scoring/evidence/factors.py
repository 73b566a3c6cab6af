"""A claim and what is known beforehand → named factors in natural log-odds.

Each factor stands for one thing that a reader could check, with the words that it comes from. Constants are in
``configs/score.toml``; :mod:`scoring.evidence.strength` states the model. The signs keep the directional rules: an
outer link, a hedge or a booster never raises the rating, a better outlet or source never lowers it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scoring.evidence.channel import fidelity, passed_on
from scoring.evidence.weights import ChainWeights, HedgeWeights, OriginWeights, OutletWeights, ScoreSettings
from scoring.probability import centre
from scoring.schema import (
    Basis,
    Channel,
    Claim,
    Evidence,
    Factor,
    FactorKind,
    Group,
    Hedge,
    Link,
    Matter,
    Prior,
    SourceType,
    Stance,
    Term,
)

HEARSAY_SIGNS = (Basis.HEARSAY, Basis.SPECULATION)
MATTERS = {
    Matter.AGAINST_INTEREST: "speaks against its own interest",
    Matter.OWN: "speaks of its own acts or plans",
    Matter.WITNESSED: "what was seen or lived through",
    Matter.FINDING: "an examined or measured result",
    Matter.ACCUSATION: "speaks ill of another",
    Matter.SELF_PRAISE: "speaks well of itself",
    Matter.FORECAST: "a forecast, which nobody can know yet",
    Matter.JUDGEMENT: "a judgement",
    Matter.UNKNOWABLE: "what others hardly can know, such as motives",
}
"""What a factor says of the matter of a claim, but for a plain fact, which has none."""
OWN_WORD = {
    SourceType.PERSON: Basis.PARAPHRASE,
    SourceType.ORGANISATION: Basis.PARAPHRASE,
    SourceType.MEDIA: Basis.PARAPHRASE,
    SourceType.SOCIAL: Basis.PARAPHRASE,
    SourceType.DOCUMENT: Basis.DOCUMENT,
    SourceType.ANONYMOUS: Basis.ANONYMOUS,
    SourceType.GENERIC: Basis.HEARSAY,
    SourceType.AUTHOR: Basis.ASSERTION,
}
"""The basis of what a link of the chain says itself, in the article's words."""
NOBODY = Prior(0.0, 1.0, "F", "a link of which nothing is known", known=False)
"""Stands for an outer link without a prior."""


def weigh(claim: Claim, outlet: Prior, origins: int, settings: ScoreSettings) -> Evidence:
    """Factors of one claim.

    Parameters
    ----------
    claim
        Its links carry their priors.
    outlet
        Prior of the publishing outlet.
    origins
        Independent origins of this proposition inside the article, at least 1.
    settings
        The weights.
    """
    innermost = claim.chain[-1] if claim.chain else None
    share = _outlet_share(claim, settings.outlet)
    terms = [Term(share, outlet)]
    factors = [
        Factor(FactorKind.START, "before any evidence", settings.start),
        Factor(FactorKind.OUTLET, outlet.name or "unknown outlet", share * centre(outlet.mean)),
        Factor(FactorKind.BASIS, claim.basis.value, settings.basis[claim.basis.value]),
    ]
    if innermost and innermost.prior:
        terms.append(Term(settings.source.share, innermost.prior))
        log_odds = settings.source.share * centre(innermost.prior.mean)
        factors.append(Factor(FactorKind.SOURCE, _source_value(innermost), log_odds, innermost.source))
        factors += _link_factors(claim, innermost, settings)
    elif claim.basis is Basis.HEARSAY:
        factors.append(Factor(FactorKind.SOURCE, "nobody named", settings.source.nobody))
    if claim.matter is not Matter.FACT:
        weights = settings.matter if claim.basis.group is not Group.UNSOURCED else settings.matter_unsourced
        told = MATTERS[claim.matter]
        factors.append(Factor(FactorKind.MATTER, told, weights[claim.matter.value], claim.matter_span))
    factors += _hedges(claim, settings.hedges)
    if claim.conditions and claim.basis not in HEARSAY_SIGNS:
        factors.append(Factor(FactorKind.CONDITION, "holds under a condition", settings.condition, claim.conditions[0]))
    lost, channels = _outer_links(math.fsum(f.log_odds for f in factors), claim.chain[:-1], settings.chain)
    lost += _relayed(claim, math.fsum(f.log_odds for f in (*factors, *lost)), outlet, settings)
    sourced = claim.basis.group is not Group.UNSOURCED
    return Evidence(
        factors=(*factors, *lost, *_origins(origins, settings.origins)),
        source_reliability=_worst(claim.chain) if sourced else None,
        outlet_reliability=outlet.reliability,
        terms=tuple(terms),
        channels=tuple(channels),
        residual=settings.residual_variance,
        invented=settings.chain.invented,
        origins=origins,
        hedged=claim.basis in HEARSAY_SIGNS,
    )


def _outlet_share(claim: Claim, weights: OutletWeights) -> float:
    if claim.basis is Basis.HEARSAY:
        return weights.hearsay
    by_others = claim.chain and claim.chain[-1].type is not SourceType.AUTHOR
    return weights.relaying if by_others else weights.own_voice


def _source_value(link: Link) -> str:
    name = link.known_name or link.resolved
    return f"{link.type.value}: {name}" if name else link.type.value


def _link_factors(claim: Claim, link: Link, settings: ScoreSettings) -> Iterator[Factor]:
    if claim.basis is not Basis.HEARSAY or link.stance in (Stance.DISTANCING, Stance.INFERENTIAL):
        yield Factor(FactorKind.STANCE, link.stance.value, settings.stance[link.stance.value], link.cue)
    if link.type is SourceType.DOCUMENT and claim.basis is Basis.DIRECT_QUOTE:
        yield Factor(FactorKind.FORM, "verbatim document", settings.source.quoted_document, link.source)


def _outer_links(log_odds: float, links: Sequence[Link], weights: ChainWeights) -> tuple[list[Factor], list[Channel]]:
    """What each outer link loses, from the innermost outwards; a link whose cue keeps its distance loses more."""
    factors, channels = [], []
    for link in reversed(links):
        channel = Channel(link.prior or NOBODY, weights.least, weights.kept(link.stance))
        for kind, value, span, kept in (
            (FactorKind.CHAIN, f"through {_source_value(link)}", link.source, replace(channel, kept=1.0)),
            (FactorKind.CHAIN_STANCE, link.stance.value, link.cue, replace(channel, least=1.0)),
        ):
            behind = passed_on(log_odds, fidelity(kept, channel.prior.mean), weights.invented)
            if kind is FactorKind.CHAIN or behind < log_odds:
                factors.append(Factor(kind, value, behind - log_odds, span))
            log_odds = behind
        channels.append(channel)
    return factors, channels


def _relayed(claim: Claim, log_odds: float, outlet: Prior, settings: ScoreSettings) -> Iterator[Factor]:
    """What a claim loses for being stronger than the own word of one who passes it on (rule 9).

    The own word is what that link would say of a matter of its own knowledge, in the article's words and with the same
    hedges, through the links around it.
    """
    for number, link in enumerate(claim.chain[:-1], start=1):
        about = Matter.OWN if link.type.acts else Matter.FACT
        own = replace(claim, chain=claim.chain[:number], basis=OWN_WORD[link.type], matter=about)
        most = math.fsum(factor.log_odds for factor in weigh(own, outlet, 1, settings).factors)
        if most < log_odds:
            whose = link.known_name or link.resolved or "whoever passes it on"
            told = f"no stronger than the own word of {whose}"
            yield Factor(FactorKind.RELAYED, told, most - log_odds, link.source)
            log_odds = most


def _worst(chain: Sequence[Link]) -> str | None:
    """The worst letter of a chain; F, which nobody can judge, comes after E."""
    return max((link.prior.reliability for link in chain if link.prior), default=None)


def _hedges(claim: Claim, weights: HedgeWeights) -> Iterator[Factor]:
    """One factor for each hedge, the strongest first, until the floor is reached.

    The hedge that makes a claim hearsay or speculation counts in the basis already, and is not counted twice.
    """
    counted = sorted(claim.hedges, key=lambda hedge: _cost(hedge, weights))
    if claim.basis in HEARSAY_SIGNS:
        counted = counted[1:]
    left = weights.floor
    for hedge in counted:
        cost = max(_cost(hedge, weights), left)
        if cost < 0:
            left -= cost
            yield Factor(FactorKind.HEDGE, hedge.kind.value, cost, hedge.span)


def _cost(hedge: Hedge, weights: HedgeWeights) -> float:
    """Log-odds of one hedge, never above 0."""
    multiplier: float = getattr(weights, hedge.kind.value)
    return min(0.0, multiplier * math.log(max(hedge.certainty, 0.01)))


def _origins(origins: int, weights: OriginWeights) -> Iterator[Factor]:
    more = min(origins, weights.most) - 1
    if more > 0:
        yield Factor(FactorKind.ORIGINS, f"{origins} independent", weights.second + (more - 1) * weights.further)
