"""The one trainer: transformers' ``Trainer`` on batches that are planned beforehand.

The library has the loop, the checkpoints, early stopping, and goes on from a checkpoint as if nothing had been. What is
ours is what it does not know: batches are bounded by word pieces and drawn before the first step, so that a run that
was killed meets the same ones; the loss is a function; Ctrl-C leaves a checkpoint; and a model leaves as it came.
"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback, ProgressCallback

from scoring.errors import UsageError
from training.model.device import Device
from training.progress import Progress, unseen

Batch = TypeVar("Batch")
Tensors = dict[str, Tensor]

CHECKPOINTS = "checkpoints"
"""The folder of an output for them."""
STATE = "trainer_state.json"
"""What the library writes last of a checkpoint, so that one without it is not whole."""
CHECK_STEPS = 100
"""Steps from one checkpoint to the next, each with a look at the held-out part, where an epoch has more: minutes."""
LOG_STEPS = 20
"""Steps whose mean loss stands beside the bar."""
LEAST_GAIN = 1e-4
"""A smaller fall of the held-out loss is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """What every run is made of; ``configs/train.toml`` gives the reasons for the values.

    ``warmup`` is a share of the steps, ``last_rate`` of the rate; ``threads`` may be 0 for all processors, and ``bf16``
    holds where the processor has it.
    """

    learning_rate: float = 1e-4
    epochs: int = 4
    warmup: float = 0.08
    last_rate: float = 0.0
    weight_decay: float = 0.01
    seed: int = 13
    threads: int = 1
    bf16: bool = True

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise ValueError(f"epochs is {self.epochs}; give 1 or more")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}; give a number above 0")
        for name in ("warmup", "last_rate", "weight_decay"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give a share from 0 to 1")


@dataclass(frozen=True, slots=True)
class Task(Generic[Batch]):
    """What is trained, and on what.

    Parameters
    ----------
    model
        Is trained in place.
    groups
        Its parameters as AdamW takes them; a group without ``lr`` or ``weight_decay`` has those of the settings.
    batches
        Of all epochs, in their order.
    collate
        The tensors of a batch.
    loss
        Of the model on such tensors.
    held
        Batches that say when to stop, if any.
    """

    model: nn.Module
    groups: Sequence[dict[str, Any]]
    batches: Sequence[Batch]
    collate: Callable[[Batch], Tensors]
    loss: Callable[[Any, Tensors], Tensor]
    held: Sequence[Batch] = ()


@dataclass(frozen=True, slots=True)
class Trained:
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


class PlannedTrainer(Trainer):
    """The library's trainer on the batches and with the loss of a task; prints nothing of its own."""

    def __init__(self, task: Task[Any], **given: Any) -> None:
        super().__init__(model=task.model, train_dataset=task.batches, eval_dataset=task.held or None, **given)
        self.task = task
        for printing in (ProgressCallback, PrinterCallback):  # losses, to standard output
            self.remove_callback(printing)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """The batches in their order."""
        return self._loader(self.task.batches)

    def get_eval_dataloader(self, _: Any = None) -> DataLoader[Any]:
        """The held-out batches in their order."""
        return self._loader(self.task.held)

    def _loader(self, batches: Sequence[Any]) -> DataLoader[Any]:
        return DataLoader(batches, batch_size=1, shuffle=False, collate_fn=lambda single: self.task.collate(single[0]))

    def compute_loss(self, model: nn.Module, inputs: Tensors, *_: Any, **__: Any) -> Tensor:
        """The loss of one batch."""
        return self.task.loss(model, inputs)

    def prediction_step(self, model: nn.Module, inputs: Tensors, *_: Any, **__: Any) -> tuple[Tensor, None, None]:
        """The loss alone."""
        with torch.no_grad():
            return self.compute_loss(model, self._prepare_inputs(inputs)).detach(), None, None


class Bar(ProgressCallback):
    """The library's bar with time left, on standard error; losses stand beside it, and are not printed."""

    def on_log(self, *_: Any, logs: dict[str, float] | None = None, **__: Any) -> None:
        """Put the losses beside the bar."""
        shown = {"loss": "training", "eval_loss": "held out"}
        beside = {label: f"{logs[name]:.3f}" for name, label in shown.items() if logs and name in logs}
        if beside and self.training_bar is not None:
            self.training_bar.set_postfix(beside)

    def on_prediction_step(self, *_: Any, **__: Any) -> None:
        """No bar of its own for the held-out part, which is small."""


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


def train(
    task: Task[Any],
    chosen: TrainingSettings,
    device: Device,
    checkpoints: Path,
    *,
    patience: int = 3,
    resume: bool = False,
    log_every: int = 0,
    callbacks: Sequence[TrainerCallback] = (),
    progress: Progress = unseen,
) -> Trained:
    """Train a model in place, and keep the weights of the best look at the held-out part.

    Without a held-out part it trains for all epochs, else until ``patience`` looks brought no gain. ``resume`` goes on
    from the last checkpoint, where there is one. Losses are logged every ``log_every`` steps, as callbacks need it.
    """
    steps = len(task.batches)
    if not steps:
        raise UsageError("no text is left to train on")
    interruption = Interruption()
    looks = [EarlyStoppingCallback(patience, LEAST_GAIN)] if task.held else []
    trainer = PlannedTrainer(
        task, args=_arguments(task, chosen, device, checkpoints, log_every),
        optimizers=_optimizer(task.groups, chosen, device, steps), callbacks=[interruption, *looks, *callbacks],
    )  # fmt: skip
    before = None
    if looks:  # the model is the start model until a checkpoint is read
        with progress("measuring the start model", None):
            before = trainer.evaluate()["eval_loss"]
    last = last_checkpoint(checkpoints) if resume else None
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    trainer.accelerator.unwrap_model(task.model, keep_fp32_wrapper=False)  # of the bfloat16 put around its forward
    state = trainer.state
    losses = [row["eval_loss"] for row in state.log_history if "eval_loss" in row]
    return Trained(
        state.global_step, steps, state.best_global_step or None, min(losses, default=None), before, interruption.asked
    )


def last_checkpoint(folder: Path) -> Path | None:
    """The latest checkpoint that is whole; those that a kill left in pieces are removed."""
    whole: dict[int, Path] = {}
    for path in folder.glob("checkpoint-*"):
        try:
            whole[json.loads((path / STATE).read_text(encoding="utf-8"))["global_step"]] = path
        except (OSError, ValueError, KeyError):
            shutil.rmtree(path, ignore_errors=True)
    return whole[max(whole)] if whole else None


def _optimizer(
    groups: Sequence[dict[str, Any]], chosen: TrainingSettings, device: Device, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    optimizer = torch.optim.AdamW(
        list(groups), lr=chosen.learning_rate, weight_decay=chosen.weight_decay, fused=device.kind != "mps"
    )
    share = partial(rate_share, round(chosen.warmup * steps), steps, chosen.last_rate)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def rate_share(warmup: int, steps: int, last: float, step: int) -> float:
    """Share of the full rate at a step: a straight rise, then a straight fall to ``last``."""
    if step < warmup:
        return step / warmup
    return last + (1 - last) * max(0, steps - step) / max(1, steps - warmup)


def _arguments(
    task: Task[Any], chosen: TrainingSettings, device: Device, checkpoints: Path, log_every: int
) -> TrainingArguments:
    """What the library's trainer is told."""
    looks = bool(task.held)
    every = max(1, min(CHECK_STEPS, len(task.batches) // chosen.epochs))
    return TrainingArguments(
        output_dir=str(checkpoints),
        max_steps=len(task.batches),
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        bf16=device.bf16,
        use_cpu=device.kind == "cpu",
        seed=chosen.seed,
        eval_strategy="steps" if looks else "no",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1 + looks,  # the last and the best: with 1 the library drops the last of a run that ends
        load_best_model_at_end=looks,  # of the least held-out loss
        restore_callback_states_from_checkpoint=True,  # looks without gain are counted on
        logging_steps=log_every or min(LOG_STEPS, every),
        report_to=[],
        remove_unused_columns=False,
        disable_tqdm=False,  # the bar is wanted even where warnings are not
    )
