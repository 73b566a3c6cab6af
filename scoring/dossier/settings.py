"""Choices of the comparison: ``configs/dossier.toml`` as settings, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scoring import resources, settings


@dataclass(frozen=True, slots=True)
class CopySettings:
    """Near-duplicate passages: MinHash permutations and bands, words a shingle, and shares in [0, 1]."""

    permutations: int
    bands: int
    shingle: int
    least: float
    words: int
    share: float


@dataclass(frozen=True, slots=True)
class StorySettings:
    """Which articles are on one matter; ``least`` is a cosine in [0, 1]."""

    terms: int
    neighbours: int
    least: float
    days: int
    few: int
    most: int


@dataclass(frozen=True, slots=True)
class LikenessSettings:
    """When two claims say the same: ``least`` is a probability, ``near`` a cosine, the next five lie in [0, 1], too.

    From ``bias`` on they are natural log-odds.
    """

    least: float
    near: float
    neighbours: int
    article: float
    name: float
    speaker: float
    single: float
    names: float
    bias: float
    meaning: float
    words: float
    years: float
    days: float
    same_figure: float
    other_figures: float
    other_speakers: float
    length: float


@dataclass(frozen=True, slots=True)
class CorroborationSettings:
    """Natural log-odds, at most 0, of origins against a claim; ``most`` of them count."""

    contradiction: float
    further: float
    number: float
    most: int


@dataclass(frozen=True, slots=True)
class DossierSettings:
    """``configs/dossier.toml``."""

    copies: CopySettings
    stories: StorySettings
    likeness: LikenessSettings
    corroboration: CorroborationSettings

    def __post_init__(self) -> None:
        """Check ranges; ``settings.load`` adds the file's name."""
        if self.copies.permutations % self.copies.bands:
            raise ValueError(
                f"[copies] bands {self.copies.bands} do not divide permutations {self.copies.permutations}"
            )
        for table, names in (
            (self.copies, ("least", "share")),
            (self.stories, ("least",)),
            (self.likeness, ("least", "near", "article", "name", "speaker", "single", "names")),
        ):
            for name in names:
                if not 0 <= getattr(table, name) <= 1:
                    raise ValueError(f"{name} {getattr(table, name)} lies outside [0, 1]")
        against = self.corroboration
        if max(against.contradiction, against.further, against.number) > 0:
            raise ValueError("[corroboration] holds a weight above 0; what contradicts a claim never raises it")
        if against.contradiction > against.number:
            raise ValueError("[corroboration] number weighs more than contradiction; a differing number is the milder")


@lru_cache(maxsize=4)
def load(path: Path | None = None) -> DossierSettings:
    """The shipped settings, or those of a file.

    Raises
    ------
    ConfigError
        The file is missing or wrong; the message says which key.
    """
    return settings.load(path or resources.config("dossier.toml"), DossierSettings)
