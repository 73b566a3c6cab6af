"""The attribution model as a task of the trainer: where it starts, its settings, batches, rates and loss."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers.utils import logging

from scoring.attribution.folders import OWN, TOKENIZER, WEIGHTS, checked
from scoring.attribution.inference import LEAST_PIECES
from scoring.attribution.modeling import AttributionModel
from training.model.freezing import PreparedWindow, collated, kept
from training.model.losses import SHAPE, claim_inputs, claim_losses, losses, total
from training.model.restoring import restored
from training.model.trainer import Task, Tensors, TrainingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionSettings(TrainingSettings):
    """``configs/train.toml`` and ``configs/finetune.toml``.

    ``layers`` counts the encoder's lowest layers that are kept, where the run starts from a bare encoder; rates are of
    the top layer and of the heads, and each layer below has ``layer_decay`` times the rate of the one above. ``window``
    and ``batch_pieces`` count word pieces, ``width`` the units of an inner layer.
    """

    layers: int = 6
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9
    batch_pieces: int = 2304
    window: int = 384
    width: int = 3072
    freeze_embeddings: bool = True

    def __post_init__(self) -> None:
        TrainingSettings.__post_init__(self)  # a class with slots has no super()
        for name, least in (("layers", 1), ("window", LEAST_PIECES), ("batch_pieces", LEAST_PIECES)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} or more")
        for name in ("head_learning_rate", "layer_decay"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give a number above 0")


def load(folder: Path, chosen: AttributionSettings) -> tuple[AttributionModel, Tokenizer]:
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


def save(model: AttributionModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write safetensors, config and tokenizer."""
    model.cpu().save_pretrained(folder)
    tokenizer.save(str(folder / TOKENIZER))


def task(
    model: AttributionModel,
    planned: Sequence[list[PreparedWindow]],
    chosen: AttributionSettings,
    *,
    held: Sequence[list[PreparedWindow]] = (),
    keep: float = 0.0,
) -> Task[list[PreparedWindow]]:
    """What the trainer is to do; what the data do not label is held to the start model by ``keep``."""
    collate = partial(collated, padding=model.encoder.config.pad_token_id)
    return Task(model, list(parameter_groups(model, chosen)), planned, collate, partial(loss, keep=keep), held)


def loss(model: AttributionModel, batch: Tensors, *, keep: float = 0.0) -> Tensor:
    """The weighted loss of one batch; the held-out part has no teacher."""
    if "states" in batch:
        model.encoder.embeddings.states = batch["states"]
    outputs = model(batch["input_ids"], batch["attention_mask"], batch["cues"], claim_inputs(batch))
    terms = losses(outputs["heads"], outputs["pairs"], batch)
    labelled = total(terms | claim_losses(outputs["answers"], outputs["pointed"], batch))
    return labelled + keep * kept(outputs["heads"], batch) if model.training and "teacher" in batch else labelled


def batches(rows: Sequence[PreparedWindow], chosen: AttributionSettings) -> list[list[PreparedWindow]]:
    """The batches of all epochs in order: windows of like length together, shuffled anew for each epoch."""
    rng = random.Random(chosen.seed)
    planned: list[list[PreparedWindow]] = []
    for _ in range(chosen.epochs):
        order = sorted(rows, key=lambda row: (-(-len(row.window.ids) // SHAPE), rng.random()))
        epoch = list(_filled(order, chosen.batch_pieces))
        rng.shuffle(epoch)
        planned += epoch
    return planned


def _filled(rows: Sequence[PreparedWindow], limit: int) -> Iterator[list[PreparedWindow]]:
    batch: list[PreparedWindow] = []
    for row in rows:
        width = -(-len(row.window.ids) // SHAPE) * SHAPE
        if batch and width * (len(batch) + 1) > limit:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def parameter_groups(model: AttributionModel, chosen: AttributionSettings) -> Iterator[dict[str, Any]]:
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
    heads = [parameter for head in (model.heads, model.pairs, model.claims) for parameter in head.parameters()]
    yield {"params": heads, "lr": chosen.head_learning_rate}
    for depth, parameters in groups.items():
        yield {"params": parameters, "lr": chosen.learning_rate * chosen.layer_decay ** (layers - depth)}
