"""The weights of evidence: ``configs/score.toml`` as settings, checked once."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.schema import Basis, Matter, Stance


@dataclass(frozen=True, slots=True)
class OutletWeights:
    """Shares of the outlet prior's log-odds."""

    own_voice: float
    hearsay: float
    relaying: float


@dataclass(frozen=True, slots=True)
class SourceWeights:
    """Share of the source prior's log-odds; log-odds of hearsay without a source, and of a document quoted verbatim."""

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
    """Noisy channels: the least fidelity of a link, the shares of it that cues keep, the probability of inventions."""

    least: float
    distancing: float
    inferential: float
    invented: float

    def kept(self, stance: Stance) -> float:
        """Share of a link's fidelity that its cue leaves, in [0, 1]."""
        return {Stance.DISTANCING: self.distancing, Stance.INFERENTIAL: self.inferential}.get(stance, 1.0)


@dataclass(frozen=True, slots=True)
class OriginWeights:
    """Log-odds of a second and of each further independent origin, up to ``most`` origins."""

    second: float
    further: float
    most: int


FEATURES = (
    "sources", "others", "named", "on_record", "sourced", "experts", "independent", "documents", "figures", "cautions",
    "heard", "opinion", "accusations", "hearsay", "releases",
)  # fmt: skip
"""What :mod:`scoring.evidence.article_score` counts."""
LOWERING = ("opinion", "accusations", "hearsay", "releases")
"""Those of the features whose weights are at most 0; all others are at least 0."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line in log-odds; ``slope`` > 0."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """``configs/score.toml``; the ``sourcing`` tables have a weight and a typical amount for each of ``FEATURES``."""

    start: float
    interval_level: float
    residual_variance: float
    outlet: OutletWeights
    basis: dict[str, float]
    source: SourceWeights
    condition: float
    stance: dict[str, float]
    matter: dict[str, float]
    matter_unsourced: dict[str, float]
    hedges: HedgeWeights
    chain: ChainWeights
    origins: OriginWeights
    calibration: Calibration
    sourcing_start: float
    sourcing_residual: float
    sourcing: dict[str, float]
    sourcing_typical: dict[str, float]

    def __post_init__(self) -> None:
        """Check ranges, and that every kind has its weight; ``settings.load`` adds the file's name to the message."""
        tables = (
            ("basis", self.basis, Basis), ("stance", self.stance, Stance), ("matter", self.matter, Matter),
            ("matter_unsourced", self.matter_unsourced, Matter),
        )  # fmt: skip
        for name, table, kinds in tables:
            if set(table) != {kind.value for kind in kinds}:
                raise ValueError(f"[{name}] holds {', '.join(table)}; give exactly {', '.join(kinds)}")
        for name, table in (("sourcing", self.sourcing), ("sourcing_typical", self.sourcing_typical)):
            if set(table) != set(FEATURES):
                raise ValueError(f"[{name}] holds {', '.join(table)}; give exactly {', '.join(FEATURES)}")
        wrong = [key for key, value in self.sourcing.items() if value * (-1 if key in LOWERING else 1) < 0]
        if wrong:
            raise ValueError(f"[sourcing] {wrong[0]} {self.sourcing[wrong[0]]} has the wrong sign (rule 10)")
        if self.condition > 0:
            raise ValueError(f"condition {self.condition} is above 0; a condition never raises")
        if self.sourcing_residual < 0:
            raise ValueError(f"sourcing_residual {self.sourcing_residual} is below 0")
        if not 0 < self.interval_level < 1:
            raise ValueError(f"interval_level {self.interval_level} lies outside (0, 1)")
        if self.residual_variance < 0:
            raise ValueError(f"residual_variance {self.residual_variance} is below 0")
        if self.calibration.slope <= 0:
            raise ValueError(f"calibration: slope {self.calibration.slope} must be above 0, to change no order")
        for name in ("least", "distancing", "inferential", "invented"):
            if not 0 <= getattr(self.chain, name) <= 1:
                raise ValueError(f"[chain] {name} {getattr(self.chain, name)} lies outside [0, 1]")
