"""Training of the attribution model on transformers' Trainer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import Trainer, TrainingArguments, set_seed
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from transformers.utils import logging

from scoring.attribution.folders import OWN, TOKENIZER, WEIGHTS, checked
from scoring.attribution.inference import LEAST_PIECES
from scoring.attribution.modeling import AttributionModel
from scoring.attribution.windows import Window
from training.labels.corpora import Example
from training.model.alignment import label_windows
from training.model.device import keep_memory
from training.model.losses import SHAPE, collate, losses, total
from training.model.pruning import narrowed
from training.model.restoring import restored


class Row(Protocol):
    """Anything that stands on one window of word pieces."""

    @property
    def window(self) -> Window:
        """The word pieces."""
        ...


R = TypeVar("R", bound=Row)
SAVE_STEPS = 200
"""Steps between checkpoints: some four minutes on two cores."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a training run is made of; ``configs/train.toml`` gives the reasons for the values.

    ``layers`` counts the encoder's lowest layers that are kept, where the run starts from a bare encoder; rates are of
    the top layer and of the heads, and each layer below has ``layer_decay`` times the rate of the one above.
    """

    layers: int = 6
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9
    epochs: int = 4
    batch_pieces: int = 2304
    window: int = 384
    warmup: float = 0.08
    last_rate: float = 0.0
    width: int = 3072
    weight_decay: float = 0.01
    freeze_embeddings: bool = True
    seed: int = 13
    threads: int = 1
    bf16: bool = True

    def __post_init__(self) -> None:
        for name, least in (("layers", 1), ("epochs", 1), ("window", LEAST_PIECES), ("batch_pieces", LEAST_PIECES)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} or more")
        for name in ("learning_rate", "head_learning_rate", "layer_decay"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give a number above 0")
        for name in ("warmup", "last_rate", "weight_decay"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give a share from 0 to 1")


def load(folder: Path, chosen: TrainingSettings) -> tuple[AttributionModel, Tokenizer]:
    """A model and tokenizer from a folder that holds our weights, our graphs, or a bare encoder's weights."""
    logging.set_verbosity_error()  # that upper layers and poolers are left unused is meant so
    logging.disable_progress_bar()  # of reading and writing weights: a second
    config = checked(folder)
    if config.get("model_type") != OWN:
        model = AttributionModel.from_encoder(folder, chosen.window, chosen.layers)
    elif (folder / WEIGHTS).is_file():
        model = AttributionModel.from_folder(folder)
    else:
        model = restored(folder)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return model, tokenizer


def batches(rows: Sequence[R], chosen: TrainingSettings) -> list[list[R]]:
    """The batches of all epochs in order: windows of like length together, shuffled anew for each epoch."""
    rng = random.Random(chosen.seed)
    found: list[list[R]] = []
    for _ in range(chosen.epochs):
        order = sorted(rows, key=lambda row: (-(-len(row.window.ids) // SHAPE), rng.random()))
        epoch = list(_filled(order, chosen.batch_pieces))
        rng.shuffle(epoch)
        found += epoch
    return found


def _filled(rows: Sequence[R], limit: int) -> Iterator[list[R]]:
    batch: list[R] = []
    for row in rows:
        width = -(-len(row.window.ids) // SHAPE) * SHAPE
        if batch and width * (len(batch) + 1) > limit:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


class AttributionTrainer(Trainer):
    """The library's trainer on batches that are made already, with the losses of all heads."""

    padding: int = 0

    def get_train_dataloader(self) -> DataLoader[Any]:
        """The batches in their order."""
        return DataLoader(self.train_dataset, batch_size=1, shuffle=False, collate_fn=self._tensors)

    def _tensors(self, batches: list[list[Any]]) -> dict[str, Tensor]:
        return collate(batches[0], self.padding)

    def compute_loss(self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any) -> Tensor:
        """The weighted loss of one batch."""
        outputs = model(inputs["input_ids"], inputs["attention_mask"], inputs["cues"])
        return total(losses(outputs["heads"], outputs["pairs"], inputs))


class Bar(ProgressCallback):
    """The library's bar with time left, on standard error; losses stand beside it, and are not printed."""

    def on_log(self, *_: Any, logs: dict[str, float] | None = None, **__: Any) -> None:
        """Put the losses beside the bar."""
        shown = {"loss": "training", "eval_loss": "held out"}
        found = {label: f"{logs[name]:.3f}" for name, label in shown.items() if logs and name in logs}
        if found and self.training_bar is not None:
            self.training_bar.set_postfix(found)

    def on_prediction_step(self, *_: Any, **__: Any) -> None:
        """No bar of its own for the held-out part, which is small."""


def without_printing(trainer: Trainer) -> None:
    """Take off what the library prints its losses with, which goes to standard output."""
    for printing in (ProgressCallback, PrinterCallback):
        trainer.remove_callback(printing)


def parameter_groups(model: AttributionModel, chosen: TrainingSettings) -> Iterator[dict[str, Any]]:
    """Parameters with their rates, which fall from layer to layer downwards (Howard & Ruder 2018)."""
    layers = len(model.encoder.encoder.layer)
    groups: dict[int, list[nn.Parameter]] = {}
    for name, parameter in model.encoder.named_parameters():
        if chosen.freeze_embeddings and "word_embeddings" in name:
            parameter.requires_grad = False
        if not parameter.requires_grad:
            continue
        depth = int(name.split("layer.")[1].split(".")[0]) + 1 if ".layer." in name else 0
        groups.setdefault(layers if "relative_attention_bias" in name else depth, []).append(parameter)
    heads = [parameter for head in (model.heads, model.pairs) for parameter in head.parameters()]
    yield {"params": heads, "lr": chosen.head_learning_rate}
    for depth, parameters in groups.items():
        yield {"params": parameters, "lr": chosen.learning_rate * chosen.layer_decay ** (layers - depth)}


def train(
    examples: Sequence[Example], start: Path, output: Path, chosen: TrainingSettings, resume: bool = False
) -> Path:
    """Train from the weights in ``start`` and write safetensors, config and tokenizer to ``output``.

    Checkpoints go to ``output/checkpoints``; ``resume`` goes on from the last.
    """
    keep_memory()
    torch.set_num_threads(chosen.threads)
    set_seed(chosen.seed)
    model, tokenizer = load(start, chosen)
    rows = [w for e in examples for w in label_windows(e, tokenizer, chosen.window, chosen.seed)]
    planned = batches(rows, chosen)
    model = narrowed(model, planned, chosen.width, bf16=chosen.bf16)
    optimizer = torch.optim.AdamW(list(parameter_groups(model, chosen)), weight_decay=chosen.weight_decay, fused=True)
    falling = partial(rate, round(chosen.warmup * len(planned)), len(planned), chosen.last_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, falling)
    trainer = AttributionTrainer(
        model=model, args=_arguments(chosen, output / "checkpoints", len(planned)), train_dataset=planned,
        optimizers=(optimizer, schedule),
    )  # fmt: skip
    without_printing(trainer)
    trainer.add_callback(Bar())
    trainer.padding = model.encoder.config.pad_token_id
    trainer.train(resume_from_checkpoint=resume)
    model.save_pretrained(output)
    tokenizer.save(str(output / TOKENIZER))
    return output


def rate(warmup: int, steps: int, last: float, step: int) -> float:
    """Share of the full rate at a step: a straight rise, then a straight fall to ``last``."""
    if step < warmup:
        return step / warmup
    return last + (1 - last) * max(0, steps - step) / max(1, steps - warmup)


def _arguments(chosen: TrainingSettings, checkpoints: Path, steps: int) -> TrainingArguments:
    """What the library's trainer is told; checkpoints let a run that was killed go on."""
    return TrainingArguments(
        output_dir=str(checkpoints),
        max_steps=steps,
        per_device_train_batch_size=1,
        max_grad_norm=1.0,
        bf16=chosen.bf16,
        use_cpu=not (torch.cuda.is_available() or torch.backends.mps.is_available()),
        seed=chosen.seed,
        save_strategy="steps",
        save_steps=SAVE_STEPS,
        save_total_limit=1,
        logging_steps=20,
        report_to=[],
        disable_tqdm=False,  # the bar is wanted even where warnings are not
        remove_unused_columns=False,
    )
