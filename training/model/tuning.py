"""The loop of fine-tuning on transformers' Trainer: stops when the held-out part gets no better, and can be stopped."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import TrainerCallback, TrainingArguments, set_seed

from scoring.attribution.modeling import AttributionModel
from scoring.errors import UsageError
from training.model.device import Device
from training.model.freezing import PreparedWindow, collated, kept
from training.model.losses import losses, total
from training.model.trainer import (
    AttributionTrainer,
    Bar,
    TrainingSettings,
    batches,
    parameter_groups,
    rate,
    without_printing,
)
from training.progress import Progress, unseen

STATE = "trainer_state.json"
"""What the library writes last of a checkpoint, so that one without it is not whole."""
CHECK_STEPS = 100
"""Steps from one look at the held-out part to the next, each with a checkpoint, where an epoch has more: minutes."""
LEAST_GAIN = 1e-4
"""A smaller fall of the held-out loss is none."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """How a run ended: steps done and planned, the step and held-out loss of the weights kept, that before, and whether
    it was stopped by hand.
    """

    steps: int
    planned: int
    best_step: int | None
    best_loss: float | None
    start_loss: float | None
    stopped: bool

    @property
    def gained(self) -> bool:
        """Whether the held-out loss fell below the start model's; true where nothing was held out."""
        return self.start_loss is None or self.best_loss is None or self.best_loss < self.start_loss - LEAST_GAIN


class TuningTrainer(AttributionTrainer):
    """Batches of prepared windows; what the data do not label is held to the start model by ``keep``."""

    keep: float = 0.0

    def _tensors(self, batches: list[list[Any]]) -> dict[str, Tensor]:
        return collated(batches[0], self.padding)

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        """The held-out batches in their order."""
        return DataLoader(eval_dataset or self.eval_dataset, batch_size=1, shuffle=False, collate_fn=self._tensors)

    def compute_loss(self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any) -> Tensor:
        """The weighted loss of one batch; the held-out part has no teacher."""
        if "states" in inputs:
            self.model.encoder.embeddings.states = inputs["states"]
        outputs = model(inputs["input_ids"], inputs["attention_mask"], inputs["cues"])
        loss = total(losses(outputs["heads"], outputs["pairs"], inputs))
        return loss + self.keep * kept(outputs["heads"], inputs) if model.training and "teacher" in inputs else loss

    def prediction_step(
        self, model: nn.Module, inputs: dict[str, Any], *_: Any, **__: Any
    ) -> tuple[Tensor, None, None]:
        """The loss alone."""
        with torch.no_grad():
            return self.compute_loss(model, self._prepare_inputs(inputs)).detach(), None, None


class Patience(TrainerCallback):
    """Ends a run once ``looks`` looks in a row brought no gain; it reads the log, so that a resumed run counts on."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def on_evaluate(self, _: Any, state: Any, control: Any, **__: Any) -> None:
        """Count the looks since the last gain."""
        best, since = float("inf"), 0
        for loss in (row["eval_loss"] for row in state.log_history if "eval_loss" in row):
            best, since = (loss, 0) if loss < best - LEAST_GAIN else (best, since + 1)
        if since >= self.looks:
            control.should_training_stop = True


class Interruption(TrainerCallback):
    """Ctrl-C ends a run after its step, with a checkpoint; a second one at once."""

    def __init__(self) -> None:
        self.asked = False
        self.before: Any = None

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Listen, where this is the main thread."""
        try:
            self.before = signal.signal(signal.SIGINT, self._ask)
        except ValueError:
            self.before = None

    def _ask(self, _: int, __: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def on_step_end(self, _: Any, __: Any, control: Any, **___: Any) -> None:
        """Save and stop if asked to."""
        if self.asked:
            control.should_save = control.should_training_stop = True

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Listen no more."""
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)


def last_checkpoint(folder: Path) -> Path | None:
    """The latest checkpoint that is whole; those that a kill left in pieces are removed."""
    found: dict[int, Path] = {}
    for path in folder.glob("checkpoint-*"):
        try:
            found[json.loads((path / STATE).read_text(encoding="utf-8"))["global_step"]] = path
        except (OSError, ValueError, KeyError):
            shutil.rmtree(path, ignore_errors=True)
    return found[max(found)] if found else None


def tune(
    model: AttributionModel,
    rows: Sequence[PreparedWindow],
    held: Sequence[PreparedWindow],
    output: Path,
    *,
    chosen: TrainingSettings,
    device: Device,
    keep: float = 0.0,
    patience: int = 3,
    resume: bool = False,
    progress: Progress = unseen,
) -> Tuned:
    """Train ``model`` in place, the weights of the best look at the held-out part kept; checkpoints go to ``output``.

    Without a held-out part it trains for all epochs. Where progress is to be seen, the library's own bar shows it.
    """
    planned = batches(rows, chosen)
    if not planned:
        raise UsageError("no text is left to train on")
    every = max(1, min(CHECK_STEPS, len(planned) // chosen.epochs))
    set_seed(chosen.seed)
    optimizer = torch.optim.AdamW(
        list(parameter_groups(model, chosen)), weight_decay=chosen.weight_decay, fused=device.kind != "mps"
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, partial(rate, round(chosen.warmup * len(planned)), len(planned), chosen.last_rate)
    )
    interruption = Interruption()
    trainer = TuningTrainer(
        model=model, args=_arguments(chosen, output, len(planned), every, device, looks=bool(held)),
        train_dataset=planned, eval_dataset=_once(held, chosen) if held else None, optimizers=(optimizer, schedule),
        callbacks=[interruption, *([Patience(patience)] if held else [])],
    )  # fmt: skip
    without_printing(trainer)
    if progress is not unseen:
        trainer.add_callback(Bar())
    trainer.padding, trainer.keep = model.encoder.config.pad_token_id, keep
    before = None
    if held:  # the model is the start model until a checkpoint is read
        with progress("measuring the start model", None):
            before = trainer.evaluate()["eval_loss"]
    last = last_checkpoint(output) if resume else None
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    state = trainer.state
    losses = [row["eval_loss"] for row in state.log_history if "eval_loss" in row]
    return Tuned(
        state.global_step, len(planned), state.best_global_step or None, min(losses, default=None),
        before, interruption.asked,
    )  # fmt: skip


def _once(held: Sequence[PreparedWindow], chosen: TrainingSettings) -> list[list[PreparedWindow]]:
    return batches(held, replace(chosen, epochs=1))


def _arguments(
    chosen: TrainingSettings, output: Path, steps: int, every: int, device: Device, *, looks: bool
) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(output),
        max_steps=steps,
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        max_grad_norm=1.0,
        bf16=device.bf16,
        use_cpu=device.kind == "cpu",
        seed=chosen.seed,
        eval_strategy="steps" if looks else "no",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,  # the best and the last; with 1 the library drops the last of a run that ends
        load_best_model_at_end=looks,
        metric_for_best_model="eval_loss" if looks else None,
        greater_is_better=False,
        logging_steps=max(1, min(20, every)),
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=False,
    )
