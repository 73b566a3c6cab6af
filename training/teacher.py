"""A large teacher for the small model that ships: all-mpnet-base-v2 with the same two heads.

It reads the student's windows. The two encoders cut words into the same pieces and only number them differently, so the
teacher's probabilities stand piece by piece beside the student's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetModel, Trainer, get_linear_schedule_with_warmup, set_seed

from scoring.attribution.labels import BIO, IGNORE, TAG_ROLES
from scoring.attribution.modeling import PairHead
from training.alignment import LabelledWindow
from training.trainer import Collator, TrainingSettings, arguments

SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>"}
"""What the encoder calls the student's special pieces."""
TEACHER = "teacher.safetensors"


@dataclass(frozen=True, slots=True)
class TeacherSettings(TrainingSettings):
    """The table ``[teacher]`` of ``configs/distillation.toml``, which gives the reasons."""

    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9


class Teacher(nn.Module):
    """MPNet with the heads of :class:`scoring.attribution.modeling.AttributionModel`; it takes the student's ids.

    ``numbers`` of shape ``(pieces of the vocabulary,)`` holds the encoder's number of each of the student's pieces.
    """

    numbers: Tensor

    def __init__(self, encoder: MPNetModel, numbers: Tensor) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(encoder.config.hidden_dropout_prob)
        self.tags = nn.Linear(encoder.config.hidden_size, len(TAG_ROLES) * BIO)
        self.pairs = PairHead(encoder.config.hidden_size)
        self.register_buffer("numbers", numbers)

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """States ``(batch, pieces, hidden)`` and role logits ``(batch, pieces, roles, 3)``."""
        padding = torch.full_like(input_ids, self.encoder.config.pad_token_id)
        ids = torch.where(attention_mask.bool(), self.numbers[input_ids], padding)
        states = self.dropout(self.encoder(input_ids=ids, attention_mask=attention_mask).last_hidden_state)
        return states, self.tags(states).unflatten(-1, (len(TAG_ROLES), BIO))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, tag_labels: Tensor, cues: Tensor, pair_labels: Tensor
    ) -> dict[str, Tensor]:
        """The sum of both heads' losses; arguments as in ``AttributionModel.forward``."""
        states, tags = self.encode(input_ids, attention_mask)
        pairs = self.pairs(states, cues[..., 0], cues[..., 1])
        loss = nn.functional.cross_entropy
        of_tags = loss(tags.flatten(0, 2).float(), tag_labels.flatten(), ignore_index=IGNORE)
        of_pairs = loss(pairs.flatten(0, 2).float(), pair_labels.flatten(), ignore_index=IGNORE)
        return {"loss": of_tags + of_pairs}


def load_teacher(encoder: Path, tokenizer: Tokenizer) -> Teacher:
    """A teacher with fresh heads, from a folder that holds the encoder and its ``tokenizer.json``."""
    theirs = Tokenizer.from_file(str(encoder / "tokenizer.json")).get_vocab()
    ours = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    numbers = torch.tensor([theirs.get(SPECIAL.get(piece, piece), theirs["[UNK]"]) for piece, _ in ours])
    model = MPNetModel.from_pretrained(encoder, add_pooling_layer=False, local_files_only=True, dtype=torch.float32)
    return Teacher(model, numbers)


def train_teacher(
    rows: Sequence[LabelledWindow],
    encoder: Path,
    tokenizer: Tokenizer,
    output: Path,
    settings: TeacherSettings,
    *,
    resume: bool = False,
) -> Teacher:
    """Fine-tune a teacher and leave it in ``output/teacher.safetensors``; one that lies there is loaded instead."""
    torch.set_num_threads(settings.threads)
    set_seed(settings.seed)
    teacher = load_teacher(encoder, tokenizer)
    if (output / TEACHER).is_file():
        teacher.load_state_dict(load_file(output / TEACHER))
        return teacher.eval()
    steps = round(len(rows) // settings.batch_windows * settings.epochs)
    optimizer = torch.optim.AdamW(list(_groups(teacher, settings)), weight_decay=settings.weight_decay)
    schedule = get_linear_schedule_with_warmup(optimizer, round(settings.warmup * steps), steps)
    trainer = Trainer(
        model=teacher, args=arguments(settings, output / "teacher-checkpoints", steps), train_dataset=list(rows),
        data_collator=Collator(settings.window), optimizers=(optimizer, schedule),
    )  # fmt: skip
    trainer.train(resume_from_checkpoint=resume)
    save_file(teacher.state_dict(), output / TEACHER)
    return teacher.eval()


def _groups(teacher: Teacher, settings: TeacherSettings) -> Iterator[dict[str, Any]]:
    """Parameters with their rates: the heads', and for the encoder one that falls from layer to layer downwards."""
    layers = teacher.encoder.config.num_hidden_layers
    by_depth: dict[int, list[nn.Parameter]] = {}
    for name, parameter in teacher.encoder.named_parameters():
        depth = int(name.split("layer.")[1].split(".")[0]) + 1 if "encoder.layer." in name else 0
        by_depth.setdefault(layers if "relative_attention_bias" in name else depth, []).append(parameter)
    heads = [parameter for head in (teacher.tags, teacher.pairs) for parameter in head.parameters()]
    yield {"params": heads, "lr": settings.head_learning_rate}
    for depth, parameters in by_depth.items():
        yield {"params": parameters, "lr": settings.learning_rate * settings.layer_decay ** (layers - depth)}
