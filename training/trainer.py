"""Training of the attribution model on transformers' Trainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import Trainer, TrainingArguments, set_seed

from scoring.attribution.labels import IGNORE
from scoring.attribution.modeling import AttributionConfig, AttributionModel
from training.alignment import MAX_CUES, LabelledWindow, label_windows
from training.examples import Example


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a training run is made of; ``configs/train.toml`` gives the reasons for the values."""

    learning_rate: float = 2e-4
    epochs: float = 4
    batch_windows: int = 8
    window: int = 256
    warmup: float = 0.1
    weight_decay: float = 0.01
    seed: int = 13
    threads: int = 1
    bf16: bool = True


@dataclass(frozen=True, slots=True)
class Collator:
    """Pads windows to one shape: every new shape costs a compilation on CPUs."""

    window: int

    def __call__(self, batch: Sequence[LabelledWindow]) -> dict[str, torch.Tensor]:
        """Tensors as :meth:`AttributionModel.forward` takes them."""
        arrays = {
            "input_ids": np.zeros((len(batch), self.window), dtype=np.int64),
            "attention_mask": np.zeros((len(batch), self.window), dtype=np.int64),
            "tag_labels": np.full((len(batch), self.window, batch[0].tags.shape[1]), IGNORE),
            "cues": np.zeros((len(batch), MAX_CUES, 2), dtype=np.int64),
            "pair_labels": np.full((len(batch), MAX_CUES, self.window), IGNORE),
        }
        for i, item in enumerate(batch):
            pieces, cues = len(item.window.ids), len(item.cues)
            arrays["input_ids"][i, :pieces] = item.window.ids
            arrays["attention_mask"][i, :pieces] = 1
            arrays["tag_labels"][i, :pieces] = item.tags
            arrays["cues"][i, :cues] = item.cues
            arrays["pair_labels"][i, :cues, :pieces] = item.pairs
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def load(folder: Path, window: int) -> tuple[AttributionModel, Tokenizer]:
    """A model and tokenizer from a folder that holds our weights or a bare encoder's."""
    config = AttributionConfig.from_pretrained(folder, window=window)
    model = AttributionModel.from_pretrained(folder, config=config, local_files_only=True, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return model, tokenizer


def arguments(settings: TrainingSettings, checkpoints: Path, steps: int = -1) -> TrainingArguments:
    """What the library's trainer is told: a run of ``settings.epochs``, or of so many ``steps`` where given.

    A checkpoint is left every 100 steps, so that a run that was killed goes on.
    """
    return TrainingArguments(
        output_dir=str(checkpoints),
        learning_rate=settings.learning_rate,
        num_train_epochs=settings.epochs,
        max_steps=steps,
        per_device_train_batch_size=settings.batch_windows,
        warmup_steps=settings.warmup,
        weight_decay=settings.weight_decay,
        lr_scheduler_type="linear",
        bf16=settings.bf16,
        use_cpu=not (torch.cuda.is_available() or torch.backends.mps.is_available()),
        seed=settings.seed,
        save_strategy="steps",
        save_steps=100,
        save_total_limit=1,
        logging_steps=20,
        report_to=[],
        remove_unused_columns=False,
        dataloader_drop_last=True,
    )


def train(
    examples: Sequence[Example], start: Path, output: Path, settings: TrainingSettings, resume: bool = False
) -> Path:
    """Train from the weights in ``start`` and write safetensors, config and tokenizer to ``output``.

    Checkpoints go to ``output/checkpoints``; ``resume`` goes on from the last.
    """
    torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    model, tokenizer = load(start, settings.window)
    rows = [w for e in examples for w in label_windows(e, tokenizer, settings.window, settings.seed)]
    chosen = arguments(settings, output / "checkpoints")
    trainer = Trainer(model=model, args=chosen, train_dataset=rows, data_collator=Collator(settings.window))
    trainer.train(resume_from_checkpoint=resume)
    model.save_pretrained(output)
    tokenizer.save(str(output / "tokenizer.json"))
    return output
