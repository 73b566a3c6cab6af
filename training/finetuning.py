"""Fine-tune a model on one's own labels: ``sourcegrade train --data FILE --output DIR``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from scoring import resources, settings
from scoring.attribution.inference import ENCODER, MOST_PIECES, TOKENIZER, WEIGHTS, load_finder_folder
from scoring.attribution.modeling import AttributionModel
from scoring.errors import UsageError
from training.alignment import LabelledWindow, label_windows
from training.allocation import keep_memory
from training.device import Device, choose, fits, memory_needed, set_threads
from training.examples import Example
from training.freezing import PreparedWindow, cut, joined, prepared
from training.labelled import LabelledArticle, example
from training.splits import Parts, parts
from training.teaching import completed
from training.trainer import TrainingSettings, load
from training.tuning import Tuned, tune

Say = Callable[[str], None]
RUN = "run.json"
"""What a run is made of, so that it is resumed with nothing else."""


@dataclass(frozen=True, slots=True)
class FinetuningSettings:
    """``configs/finetune.toml``, which gives the reasons.

    ``light`` holds for fewer than ``full_from`` labelled claims, with the lowest ``frozen`` layers as they are, ``full``
    from there on; ``held_out`` is a share of the claims, ``keep`` the weight of the start model's own view, ``patience``
    a number of looks at the held-out part, ``calibrate_from`` a number of held-out relations.
    """

    light: TrainingSettings
    full: TrainingSettings
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
    training: TrainingSettings
    frozen: int
    device: Device
    start: Path
    output: Path
    ours: bool


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``sourcegrade train``; ``command`` is what was typed."""

    data: tuple[Path, ...]
    output: Path
    start: Path
    config: Path
    dev: Path | None = None
    resume: bool = False
    command: str = ""


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
    ours = _is_ours(request.start)
    split = parts(articles, chosen.held_out)
    if not any(a.claims for a in split.train):
        raise UsageError(f"{request.data[0]}: all labelled claims are held out; none is left to train on")
    light = ours and claims < chosen.full_from
    training = chosen.light if light else chosen.full
    device = choose(chosen.device, training.threads)
    device = replace(device, bf16=device.bf16 and training.bf16)
    say(
        f"{len(articles)} articles, {claims} claims: {len(split.train)} to train on, {len(split.held)} held out to stop "
        f"by ({'; '.join(split.notes)})"
    )
    if not ours:
        why = "all layers are trained, for the heads begin at random on a bare encoder"
    elif light:
        why = f"light: fewer than {chosen.full_from} labelled claims, so the lowest {chosen.frozen} layers stay as they are"
    else:
        why = f"full: {chosen.full_from} labelled claims or more, so all layers are trained"
    say(f"{why}; {device.why}")
    return Plan(split, training, chosen.frozen if light else 0, device, request.start, request.output, ours)


def _is_ours(folder: Path) -> bool:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return bool(config.get("model_type") == "sourcegrade-attribution")


def fit(plan: Plan, chosen: FinetuningSettings, say: Say, *, resume: bool = False) -> Tuned:
    """Train as planned and write safetensors, config and tokenizer to the output.

    Raises
    ------
    UsageError
        Memory is too little, or a setting does not fit the model.
    """
    training = plan.training
    keep_memory()
    set_threads(training.threads)
    torch.manual_seed(training.seed)
    model, tokenizer = load(plan.start, training)
    _check_model(model, plan)
    rows = _labelled(plan.parts.train, plan, tokenizer)
    held = _labelled(plan.parts.held, plan, tokenizer)
    teach = plan.ours and chosen.keep > 0
    _freeze(model, plan)
    say(f"{sum(len(r.window.ids) for r in rows):,} word pieces; " + fits(_memory(model, plan, rows, held), plan.device))
    lower = None
    below = plan.frozen or None
    model.to(plan.device.kind)
    train_rows = prepared(model, rows, below, teacher=teach)
    held_rows = prepared(model, held, below, teacher=False)
    if below:
        lower = cut(model, below)
    try:
        done = tune(
            model, train_rows, held_rows, plan.output / "checkpoints", training, plan.device,
            keep=chosen.keep if teach else 0.0, patience=chosen.patience, resume=resume,
        )  # fmt: skip
    finally:
        whole = joined(model, lower) if lower else model
    target = plan.output / "stopped" if done.stopped else plan.output
    whole.cpu().save_pretrained(target)
    tokenizer.save(str(target / TOKENIZER))
    return done


def _labelled(articles: Sequence[LabelledArticle], plan: Plan, tokenizer: Any) -> list[LabelledWindow]:
    examples: Sequence[Example] = [example(a) for a in articles]
    if plan.ours:
        examples = completed(examples, load_finder_folder(plan.start))
    return [w for e in examples for w in label_windows(e, tokenizer, plan.training.window, plan.training.seed)]


def _freeze(model: AttributionModel, plan: Plan) -> None:
    if plan.frozen:
        for part in (model.encoder.embeddings, *model.encoder.encoder.layer[: plan.frozen]):
            part.requires_grad_(False)


def _check_model(model: AttributionModel, plan: Plan) -> None:
    config = model.encoder.config
    most = min(MOST_PIECES, config.max_position_embeddings)
    if plan.training.window > most:
        raise UsageError(
            f"window is {plan.training.window}, and the model reads {most} pieces at most; give a smaller one"
        )
    if plan.frozen >= config.num_hidden_layers:
        raise UsageError(
            f"frozen is {plan.frozen}, and the model has {config.num_hidden_layers} layers; leave at least one to train"
        )


def _memory(
    model: AttributionModel, plan: Plan, rows: Sequence[LabelledWindow], held: Sequence[LabelledWindow]
) -> float:
    pieces = sum(len(r.window.ids) for r in (*rows, *held))
    width = model.heads.out_features + (model.config.encoder["hidden_size"] if plan.frozen else 0)
    return memory_needed(
        model, layers=model.encoder.config.num_hidden_layers - plan.frozen, copies=4 * pieces * width,
        pieces=plan.training.batch_pieces, window=plan.training.window,
    )  # fmt: skip
