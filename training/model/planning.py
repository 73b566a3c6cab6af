"""What is decided before a model is fine-tuned: the parts of the data, how deep, and on what device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.attribution.folders import OWN, checked
from scoring.errors import UsageError
from training.labels.schema import LabelledArticle
from training.labels.splits import Parts, parts
from training.model.attribution import AttributionSettings
from training.model.device import Device, choose
from training.progress import Progress, unseen

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class FinetuningSettings:
    """``configs/finetune.toml``, which gives the reasons.

    ``light`` holds for fewer than ``full_from`` labelled claims, with the lowest ``frozen`` layers as they are,
    ``full`` from there on; ``held_out`` is a share of the claims, ``keep`` the weight of the start model's own view,
    ``patience`` a number of looks at the held-out part, ``calibrate_from`` a number of held-out relations, or claims.
    """

    light: AttributionSettings
    full: AttributionSettings
    full_from: int
    frozen: int
    held_out: float
    keep: float
    patience: int
    calibrate_from: int
    device: str = "auto"

    def __post_init__(self) -> None:
        if not 0 <= self.held_out <= 0.5:
            raise ValueError(f"held_out is {self.held_out}; give a share from 0 to 0.5")
        if self.keep < 0:
            raise ValueError(f"keep is {self.keep}; give 0 or more")
        for name, least in (("frozen", 0), ("full_from", 0), ("patience", 1), ("calibrate_from", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} or more")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided before anything is trained."""

    parts: Parts
    training: AttributionSettings
    frozen: int
    device: Device
    start: Path
    output: Path
    ours: bool


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``sourcegrade train``; ``command`` is what was typed, ``progress`` shows how far it is."""

    data: tuple[Path, ...]
    output: Path
    start: Path
    config: Path
    dev: Path | None = None
    resume: bool = False
    command: str = ""
    progress: Progress = unseen


def plan(articles: Sequence[LabelledArticle], request: Request, chosen: FinetuningSettings, say: Say) -> Plan:
    """Decide on parts, depth and device, and say so.

    Raises
    ------
    UsageError
        Nothing is labelled, or a setting cannot be.
    """
    claims = sum(len(a.claims) for a in articles)
    if not claims:
        raise UsageError(f"{request.data[0]}: holds no labelled claim to train on")
    ours = checked(request.start).get("model_type") == OWN
    split = parts(articles, chosen.held_out)
    if not any(a.claims for a in split.train):
        raise UsageError(f"{request.data[0]}: all labelled claims are held out; none is left to train on")
    light = ours and claims < chosen.full_from
    training = chosen.light if light else chosen.full
    device = choose(chosen.device, training.threads, bf16=training.bf16)
    say(
        f"{len(articles)} articles, {claims} claims: {len(split.train)} to train on, {len(split.held)} held out to "
        f"stop by ({'; '.join(split.notes)})"
    )
    if not ours:
        why = "all layers are trained, for the heads begin at random on a bare encoder"
    elif light:
        why = f"light: fewer than {chosen.full_from} labelled claims, so the lowest {chosen.frozen} layers stay"
    else:
        why = f"full: {chosen.full_from} labelled claims or more, so all layers are trained"
    say(f"{why}; {device.why}")
    return Plan(split, training, chosen.frozen if light else 0, device, request.start, request.output, ours)
