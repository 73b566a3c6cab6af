"""A claim and what is known beforehand → named factors in natural log-odds.

Each factor stands for one thing that a reader could check, with the words it comes from. Constants are in
``configs/score.toml``. The signs keep the directional rules: an outer link, a hedge or a booster never
raises, a better outlet or source never lowers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.priors import log_odds as prior_log_odds
from scoring.schema import (
    Basis,
    Claim,
    Evidence,
    Factor,
    Group,
    Hedge,
    Link,
    Prior,
    SourceType,
    Stance,
)
from scoring.strength import Calibration

HEARSAY_SIGNS = (Basis.HEARSAY, Basis.SPECULATION)


@dataclass(frozen=True, slots=True)
class OutletWeights:
    """Shares of the outlet prior's log-odds."""

    own_voice: float
    hearsay: float
    relaying: float


@dataclass(frozen=True, slots=True)
class SourceWeights:
    """Share of the source prior's log-odds; log-odds of hearsay from nobody, and of a verbatim document."""

    share: float
    nobody: float
    quoted_document: float


@dataclass(frozen=True, slots=True)
class HedgeWeights:
    """Multipliers of ln(certainty) by kind, and the floor of their sum (log-odds, negative)."""

    evidential: float
    epistemic: float
    booster: float
    approximator: float
    floor: float


@dataclass(frozen=True, slots=True)
class ChainWeights:
    """Log-odds that an outer link of no reliability costs, and the share of its cue's stance that it passes on."""

    link: float
    stance: float


@dataclass(frozen=True, slots=True)
class OriginWeights:
    """Log-odds of a second and of each further independent origin, up to ``most`` origins."""

    second: float
    further: float
    most: int


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """``configs/score.toml``."""

    start: float
    interval_level: float
    residual_variance: float
    outlet: OutletWeights
    basis: dict[str, float]
    source: SourceWeights
    stance: dict[str, float]
    hedges: HedgeWeights
    chain: ChainWeights
    origins: OriginWeights
    calibration: Calibration

    def __post_init__(self) -> None:
        """Check ranges and that every basis and stance has its weight; ``settings.load`` adds the file's name."""
        for name, table, kinds in (("basis", self.basis, Basis), ("stance", self.stance, Stance)):
            if set(table) != {kind.value for kind in kinds}:
                raise ValueError(f"[{name}] holds {', '.join(table)}; give exactly {', '.join(kinds)}")
        if not 0 < self.interval_level < 1:
            raise ValueError(f"interval_level {self.interval_level} lies outside (0, 1)")
        if self.residual_variance < 0:
            raise ValueError(f"residual_variance {self.residual_variance} is below 0")
        if self.calibration.slope <= 0:
            raise ValueError(f"calibration: slope {self.calibration.slope} must be above 0, to change no order")


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
    mean, variance = prior_log_odds(outlet)
    factors = [
        Factor("start", "before any evidence", settings.start),
        Factor("outlet", outlet.name or "unknown outlet", share * mean),
        Factor("basis", claim.basis.value, settings.basis[claim.basis.value]),
    ]
    spread = settings.residual_variance + share**2 * variance
    if innermost and innermost.prior:
        source_mean, source_variance = prior_log_odds(innermost.prior)
        log_odds = settings.source.share * source_mean
        factors.append(Factor("source", _source_value(innermost), log_odds, innermost.source))
        factors += _link_factors(claim, innermost, settings)
        spread += settings.source.share**2 * source_variance
    elif claim.basis is Basis.HEARSAY:
        factors.append(Factor("source", "nobody named", settings.source.nobody))
    factors += _outer_links(claim.chain[:-1], settings)
    factors += _hedges(claim, settings.hedges)
    factors += _origins(origins, settings.origins)
    sourced = claim.basis.group is not Group.UNSOURCED
    return Evidence(
        factors=tuple(factors),
        variance=spread,
        source_reliability=innermost.prior.reliability if sourced and innermost and innermost.prior else None,
        outlet_reliability=outlet.reliability,
        origins=origins,
        hedged=claim.basis in HEARSAY_SIGNS,
    )


def _outlet_share(claim: Claim, weights: OutletWeights) -> float:
    if claim.basis is Basis.HEARSAY:
        return weights.hearsay
    by_others = claim.chain and claim.chain[-1].type is not SourceType.AUTHOR
    return weights.relaying if by_others else weights.own_voice


def _source_value(link: Link) -> str:
    name = link.prior.name if link.prior and link.prior.known and link.prior.name else link.resolved
    return f"{link.type.value}: {name}" if name else link.type.value


def _link_factors(claim: Claim, link: Link, settings: ScoreSettings) -> Iterator[Factor]:
    if claim.basis is not Basis.HEARSAY or link.stance in (Stance.DISTANCING, Stance.INFERENTIAL):
        yield Factor("stance", link.stance.value, settings.stance[link.stance.value], link.cue)
    if link.type is SourceType.DOCUMENT and claim.basis is Basis.DIRECT_QUOTE:
        yield Factor("form", "verbatim document", settings.source.quoted_document, link.source)


def _outer_links(links: Sequence[Link], settings: ScoreSettings) -> Iterator[Factor]:
    """What is lost on the way: by each link's own unreliability, and where it is itself kept at a distance."""
    for link in links:
        reliability = link.prior.mean if link.prior else 0.0
        cost = -settings.chain.link * (1 - reliability)
        yield Factor("chain", f"through {_source_value(link)}", cost, link.source)
        distance = settings.chain.stance * min(0.0, settings.stance[link.stance.value])
        if distance:
            yield Factor("chain stance", link.stance.value, distance, link.cue)


def _hedges(claim: Claim, weights: HedgeWeights) -> Iterator[Factor]:
    """One factor a hedge; the strongest first, until the floor is reached.

    The hedge that makes a claim hearsay or speculation is in the basis already and is not counted twice.
    """
    counted = sorted(claim.hedges, key=lambda hedge: _cost(hedge, weights))
    if claim.basis in HEARSAY_SIGNS:
        counted = counted[1:]
    left = weights.floor
    for hedge in counted:
        cost = max(_cost(hedge, weights), left)
        if cost < 0:
            left -= cost
            yield Factor("hedge", hedge.kind.value, cost, hedge.span)


def _cost(hedge: Hedge, weights: HedgeWeights) -> float:
    """Log-odds of one hedge, never above 0."""
    multiplier: float = getattr(weights, hedge.kind.value)
    return min(0.0, multiplier * math.log(max(hedge.certainty, 0.01)))


def _origins(origins: int, weights: OriginWeights) -> Iterator[Factor]:
    more = min(origins, weights.most) - 1
    if more > 0:
        yield Factor("origins", f"{origins} independent", weights.second + (more - 1) * weights.further)
