"""What does not change during a run is computed once: the states below the layers that are trained, and the start
model's own view of the texts, which is what a run is held to where its data say nothing (:func:`kept`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from scoring.attribution.labels import CLASSES, IGNORE, columns
from scoring.attribution.modeling import AttributionModel
from scoring.attribution.windows import Window
from training.model.alignment import NUMBERS, LabelledWindow
from training.model.losses import WEIGHTS, collate
from training.progress import Advance

BATCH = 16
"""Windows that are read beforehand at a time."""


@dataclass(frozen=True, slots=True)
class PreparedWindow:
    """A labelled window with what was computed of it beforehand; ``None`` where that is not wanted.

    Parameters
    ----------
    states
        What enters the lowest trained layer, ``(pieces, hidden)``.
    teacher
        The start model's outputs, ``(pieces, outputs)``.
    """

    labels: LabelledWindow
    states: np.ndarray | None = None
    teacher: np.ndarray | None = None

    @property
    def window(self) -> Window:
        """The word pieces."""
        return self.labels.window


class Stored(nn.Module):
    """Stands for embeddings and lower layers: gives back the states that were computed, whatever it is asked."""

    states: Tensor

    def forward(self, *_: object, **__: object) -> Tensor:
        """States ``(batch, pieces, hidden)``."""
        return self.states


def freeze(model: AttributionModel, frozen: int) -> None:
    """Train neither embeddings nor the lowest ``frozen`` layers, nor what these share with those above."""
    lower = set(model.encoder.encoder.layer[:frozen].parameters())
    for name, parameter in model.encoder.named_parameters():
        if ".layer." not in name or parameter in lower:
            parameter.requires_grad = False


@contextmanager
def cut(model: AttributionModel, frozen: int) -> Iterator[None]:
    """Take embeddings and the lowest ``frozen`` layers off a model for a while, in place."""
    encoder, stack = model.encoder, model.encoder.encoder
    embeddings, layers = encoder.embeddings, stack.layer
    encoder.embeddings, stack.layer = Stored(), layers[frozen:]
    try:
        yield
    finally:
        encoder.embeddings, stack.layer = embeddings, layers


def prepared(
    model: AttributionModel, rows: Sequence[LabelledWindow], frozen: int | None, *, teacher: bool,
    advance: Advance = lambda: None,
) -> list[PreparedWindow]:  # fmt: skip
    """Windows with the states below layer ``frozen`` and the model's outputs, where they are wanted; in float.

    ``advance`` is called after each window.
    """
    if frozen is None and not teacher:
        return [PreparedWindow(row) for row in rows]
    model.eval()
    device = next(model.parameters()).device
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].window.ids))
    windows: dict[int, PreparedWindow] = {}
    for first in range(0, len(order), BATCH):
        numbers = order[first : first + BATCH]
        batch = collate([rows[i] for i in numbers], model.encoder.config.pad_token_id)
        with torch.inference_mode():
            read = model.encoder(
                input_ids=batch["input_ids"].to(device), attention_mask=batch["attention_mask"].to(device),
                output_hidden_states=True,
            )  # fmt: skip
            outputs = model.heads(read.last_hidden_state).cpu().numpy()
        for place, i in enumerate(numbers):
            n = len(rows[i].window.ids)
            states = None if frozen is None else read.hidden_states[frozen][place, :n].cpu().numpy().copy()
            windows[i] = PreparedWindow(rows[i], states, outputs[place, :n].copy() if teacher else None)
            advance()
    return [windows[i] for i in range(len(rows))]


def collated(batch: Sequence[PreparedWindow], padding: int) -> dict[str, Tensor]:
    """Padded tensors of a batch: those of :func:`training.model.losses.collate`, ``states`` and ``teacher``."""
    tensors = collate([row.labels for row in batch], padding)
    for name in ("states", "teacher"):
        arrays = [getattr(row, name) for row in batch]
        if arrays[0] is not None:
            padded = np.zeros((*tensors["input_ids"].shape, arrays[0].shape[1]), dtype=np.float32)
            for place, array in enumerate(arrays):
                padded[place, : len(array)] = array
            tensors[name] = torch.from_numpy(padded)
    return tensors


def kept(heads: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """How far the outputs left those of the start model, on pieces and heads without labels; each head as it weighs.

    Divergence of Kullback and Leibler for classes, as in learning without forgetting (Li & Hoiem 2016); a smooth
    distance for numbers.
    """
    teacher, there = batch["teacher"], batch["attention_mask"].bool()
    total = heads.new_zeros((), dtype=torch.float32)
    for i, name in enumerate(CLASSES):
        free = there & (batch["classes"][..., i] == IGNORE)
        if name == "basis":
            free = free & (batch["passages"] < 0)
        now, then = (outputs[..., columns(name)].float().log_softmax(-1) for outputs in (heads, teacher))
        gap = nn.functional.kl_div(now, then, reduction="none", log_target=True).sum(-1)
        total = total + WEIGHTS.get(name, WEIGHTS["tags"] / 3) * _mean(gap, free)
    for name in (*NUMBERS, "uncertain"):
        now, then = (outputs[..., columns(name)].float().squeeze(-1) for outputs in (heads, teacher))
        gap = nn.functional.smooth_l1_loss(now, then, reduction="none", beta=0.5)
        total = total + WEIGHTS[name] * _mean(gap, there)
    return total


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    return (values * chosen).sum() / chosen.sum().clamp(min=1)
