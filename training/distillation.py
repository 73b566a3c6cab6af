"""Teach the small model that ships: ``python -m training.distillation --help``.

A teacher is fine-tuned on the labelled articles; it says what it thinks of each word piece there and in news that
nobody has labelled; the small model, trained on the labels before, learns these probabilities beside the labels
(Hinton, Vinyals & Dean 2015). Each step leaves its result in ``--output`` and is not done again.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import Trainer, set_seed

from scoring import resources, settings
from scoring.attribution.labels import IGNORE, PAIR_LABELS, TAG_ROLES, bio_decode
from scoring.attribution.windows import NO_WORD
from training.alignment import DECOYS, MAX_CUES, LabelledWindow, label_windows
from training.examples import Example, read_jsonl
from training.export import export
from training.run import training_examples
from training.teacher import Teacher, TeacherSettings, train_teacher
from training.trainer import Collator, TrainingSettings, arguments, load

CUE = TAG_ROLES.index("cue")
LEAST_PIECES = 60
"""Shorter windows of unlabelled text are scraps of pages."""
LEAST_CHARACTERS = 400
"""Shorter articles are."""
SOFT = "soft.safetensors"


@dataclass(frozen=True, slots=True)
class DistillationSettings(TrainingSettings):
    """``configs/distillation.toml``, which gives the reasons; ``labels`` in [0, 1]."""

    labels: float = 0.35
    unlabelled_windows: int = 900
    teacher: TeacherSettings = field(default_factory=TeacherSettings)


@dataclass(frozen=True, slots=True)
class SoftWindow:
    """A window with what the teacher thinks of it.

    ``tags`` ``(pieces, roles, 3)`` and ``pairs`` ``(cues, pieces, 3)``, for ``cues`` ``(cues, 2)``, are probabilities.
    """

    labelled: LabelledWindow
    has_labels: bool
    tags: np.ndarray
    cues: np.ndarray
    pairs: np.ndarray


def unlabelled(data: Path, tokenizer: Tokenizer, chosen: DistillationSettings) -> list[LabelledWindow]:
    """Windows of news that nobody has labelled, without the articles that are measured on."""
    measured = {row["text"][:200] for row in read_jsonl(data / "labelled/dev.jsonl")}
    csv.field_size_limit(sys.maxsize)
    with (data / "articles/news_2014_2015.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["articleBody"] for row in csv.DictReader(file)]
    texts = [text for text in texts if len(text) > LEAST_CHARACTERS and text[:200] not in measured]
    random.Random(chosen.seed).shuffle(texts)
    found: list[LabelledWindow] = []
    for number, text in enumerate(texts):
        if len(found) >= chosen.unlabelled_windows:
            break
        rows = label_windows(Example(f"news-{number}", text, ()), tokenizer, chosen.window, chosen.seed)
        found += [row for row in rows if len(row.window.ids) > LEAST_PIECES]
    return found[: chosen.unlabelled_windows]


def soft_labels(
    teacher: Teacher, labelled: Sequence[LabelledWindow], others: Sequence[LabelledWindow], window: int
) -> list[SoftWindow]:
    """What the teacher thinks of each window; of the ``others`` also which words are cues."""
    found = []
    for row, has_labels in [*((row, True) for row in labelled), *((row, False) for row in others)]:
        batch = Collator(window)([row])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            states, logits = teacher.encode(batch["input_ids"], batch["attention_mask"])
            tags = logits[0, : len(row.window.ids)].float().softmax(-1)
            cues = torch.from_numpy(row.cues if has_labels else _cues(tags, row))
            pairs = teacher.pairs(states, cues[None, :, 0], cues[None, :, 1])[0, :, : len(row.window.ids)]
        arrays = (tags.half().numpy(), cues.numpy(), pairs.float().softmax(-1).half().numpy())
        found.append(SoftWindow(row, has_labels, *arrays))
    return found


def _cues(tags: Tensor, row: LabelledWindow) -> np.ndarray:
    """The teacher's own cues, with the decoys of the window."""
    spans = bio_decode(tags[:, CUE].argmax(-1).tolist())[: MAX_CUES - DECOYS]
    return np.array([*((start, end - 1) for start, end in spans), *row.cues[:DECOYS]], dtype=np.int64).reshape(-1, 2)


def stored(path: Path, rows: Sequence[SoftWindow]) -> None:
    """Write soft labels as one safetensors file."""
    arrays = {f"{i}.{name}": getattr(row, name) for i, row in enumerate(rows) for name in ("tags", "cues", "pairs")}
    save_file(arrays, path)


def restored(path: Path, labelled: Sequence[LabelledWindow], others: Sequence[LabelledWindow]) -> list[SoftWindow]:
    """Soft labels of the same windows from a file."""
    arrays = load_file(path)
    windows = [*labelled, *others]
    return [
        SoftWindow(row, i < len(labelled), arrays[f"{i}.tags"], arrays[f"{i}.cues"], arrays[f"{i}.pairs"])
        for i, row in enumerate(windows)
    ]


@dataclass(frozen=True, slots=True)
class SoftCollator:
    """Pads windows and soft labels to one shape; weights are 0 on what is no word or no cue."""

    window: int

    def __call__(self, batch: Sequence[SoftWindow]) -> dict[str, Tensor]:
        """Tensors as :class:`Distiller` takes them."""
        hard = Collator(self.window)([row.labelled for row in batch])
        labels = torch.tensor([row.has_labels for row in batch])
        for name in ("tag_labels", "pair_labels"):
            hard[name][~labels] = IGNORE
        classes = len(PAIR_LABELS)
        soft = {
            "soft_tags": torch.zeros(len(batch), self.window, len(TAG_ROLES), classes),
            "tag_weights": torch.zeros(len(batch), self.window, len(TAG_ROLES)),
            "soft_pairs": torch.zeros(len(batch), MAX_CUES, self.window, classes),
            "pair_weights": torch.zeros(len(batch), MAX_CUES, self.window),
        }
        for i, row in enumerate(batch):
            pieces, cues = len(row.tags), len(row.cues)
            words = torch.from_numpy(row.labelled.window.words != NO_WORD).float()
            soft["soft_tags"][i, :pieces] = torch.from_numpy(row.tags).float()
            soft["tag_weights"][i, :pieces] = words[:, None]
            hard["cues"][i, :cues] = torch.from_numpy(row.cues)
            if cues:
                soft["soft_pairs"][i, :cues, :pieces] = torch.from_numpy(row.pairs).float()
                soft["pair_weights"][i, :cues, :pieces] = words
        return hard | soft


class Distiller(Trainer):
    """The library's trainer with the teacher's probabilities as a second set of labels.

    The loss is ``labels`` times the cross entropy with the annotators' labels, and ``1 - labels`` times that with the
    teacher's probabilities, each summed over the two heads.
    """

    labels: float

    def compute_loss(self, model: nn.Module, inputs: dict[str, Tensor], *_: Any, **__: Any) -> Tensor:
        """The loss of a batch of :class:`SoftCollator`."""
        states, tags = model.encode(inputs["input_ids"], inputs["attention_mask"])
        pairs = model.pairs(states, inputs["cues"][..., 0], inputs["cues"][..., 1])
        soft = _soft(tags, inputs["soft_tags"], inputs["tag_weights"])
        soft = soft + _soft(pairs, inputs["soft_pairs"], inputs["pair_weights"])
        hard = _hard(tags, inputs["tag_labels"]) + _hard(pairs, inputs["pair_labels"])
        return self.labels * hard + (1 - self.labels) * soft


def _soft(logits: Tensor, probabilities: Tensor, weights: Tensor) -> Tensor:
    entropy = -(probabilities * logits.float().log_softmax(-1)).sum(-1)
    return (entropy * weights).sum() / weights.sum().clamp(min=1)


def _hard(logits: Tensor, labels: Tensor) -> Tensor:
    total = nn.functional.cross_entropy(
        logits.flatten(0, 2).float(), labels.flatten(), ignore_index=IGNORE, reduction="sum"
    )
    return total / (labels != IGNORE).sum().clamp(min=1)


def distil(
    rows: Sequence[SoftWindow], start: Path, output: Path, chosen: DistillationSettings, *, resume: bool = False
) -> Path:
    """Train the model in ``start`` on soft labels; write safetensors, config and tokenizer to ``output``."""
    torch.set_num_threads(chosen.threads)
    set_seed(chosen.seed)
    model, tokenizer = load(start, chosen.window)
    trainer = Distiller(
        model=model, args=arguments(chosen, output / "checkpoints"), train_dataset=list(rows),
        data_collator=SoftCollator(chosen.window),
    )  # fmt: skip
    trainer.labels = chosen.labels
    trainer.train(resume_from_checkpoint=resume)
    model.save_pretrained(output)
    tokenizer.save(str(output / "tokenizer.json"))
    return output


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.distillation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpora/, labelled/ and articles/")
    parser.add_argument("--teacher", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--start", type=Path, default=resources.model(), help="model folder that is taught")
    parser.add_argument("--output", type=Path, required=True, help="folder for teacher, soft labels and model")
    parser.add_argument("--config", type=Path, default=resources.config("distillation.toml"))
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint of a step cut off")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    chosen = settings.load(options.config, DistillationSettings)
    _, tokenizer = load(options.start, chosen.window)
    examples = training_examples(options.data)
    labelled = [row for e in examples for row in label_windows(e, tokenizer, chosen.window, chosen.seed)]
    others = unlabelled(options.data, tokenizer, chosen)
    if not (options.output / SOFT).is_file():
        teacher = train_teacher(
            labelled, options.teacher, tokenizer, options.output, chosen.teacher, resume=options.resume
        )
        stored(options.output / SOFT, soft_labels(teacher, labelled, others, chosen.window))
    rows = restored(options.output / SOFT, labelled, others)
    export(distil(rows, options.start, options.output, chosen, resume=options.resume), options.output / "export")


if __name__ == "__main__":
    main()
