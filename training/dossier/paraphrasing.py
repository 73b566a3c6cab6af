"""Train the encoder of claims: ``sourcegrade dev claim-encoder``.

Claims of a group of :mod:`training.dossier.claim_sets` are drawn together, all others of the step pushed apart:
supervised contrast (Khosla et al. 2020). Denials and odd numbers belong to their group, since they are on its
proposition; what they are to it is told by words.
"""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer, TrainerCallback

from training.dossier.claim_sets import Matter
from training.dossier.paraphrase_graph import MeanEncoder, write_graph
from training.labels.splits import is_held_out
from training.model.device import begin, choose
from training.model.trainer import CHECKPOINTS, Task, Tensors, TrainingSettings, train

Say = Callable[[str], None]
ROWS = 16
"""A batch is filled up to a multiple of it, since every new shape is compiled anew on a CPU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParaphraseSettings(TrainingSettings):
    """``configs/paraphrase.toml``, which gives the reasons."""

    batch_matters: int
    window: int
    temperature: float
    held_out: float


@dataclass(frozen=True, slots=True)
class Claims:
    """A batch: the claims of some matters as they are read this time, and the number of each one's group."""

    texts: tuple[str, ...]
    groups: tuple[int, ...]


def contrast(vectors: Tensor, groups: Tensor, temperature: float) -> Tensor:
    """Mean over claims of minus the log-probability of their own group's members (Khosla et al. 2020, equation 2).

    Parameters
    ----------
    vectors
        Of unit length, ``(claims, width)``.
    groups
        The group of each, ``(claims,)``; claims that stand alone in theirs count as others only.
    temperature
        What cosines are divided by.
    """
    itself = torch.eye(len(groups), dtype=torch.bool, device=groups.device)
    logits = (vectors @ vectors.T / temperature).masked_fill(itself, -1e4)
    likely = logits - logits.logsumexp(dim=1, keepdim=True)
    alike = (groups[:, None] == groups[None, :]) & ~itself
    counted = alike.any(dim=1)
    return -((likely * alike).sum(dim=1)[counted] / alike.sum(dim=1)[counted]).mean()


def average_precision(model: MeanEncoder, tokenizer: Any, matters: Sequence[Matter], window: int) -> float:
    """How well the cosine tells pairs of one group from others of their matter; NaN without such pairs."""
    from sklearn.metrics import average_precision_score

    same: list[bool] = []
    near: list[float] = []
    model.eval()
    with torch.inference_mode():
        for matter in matters:
            coded = _coded([claim.text for claim in matter.claims], tokenizer, window)
            vectors = model(*(tensor.to(model.encoder.device) for tensor in coded))
            cosines = (vectors @ vectors.T).tolist()
            for i, one in enumerate(matter.claims):
                for j in range(i):
                    same.append(one.group == matter.claims[j].group)
                    near.append(cosines[i][j])
    return float(average_precision_score(same, near)) if any(same) else math.nan


class Figures(TrainerCallback):
    """Says, after each epoch of ``steps``, its mean loss and how well held-out pairs are told apart."""

    def __init__(self, steps: int, precision: Callable[[], float], say: Say) -> None:
        self.steps = steps
        self.precision = precision
        self.say = say

    def on_log(self, _: Any, state: Any, __: Any, logs: dict[str, float], **___: Any) -> None:
        """An epoch's loss is logged at its end."""
        if "loss" in logs:
            figures = f"loss {logs['loss']:.3f}, average precision held out {self.precision():.3f}"
            self.say(f"epoch {state.global_step // self.steps}: {figures}")


def train_encoder(
    matters: Sequence[Matter],
    start: Path,
    output: Path,
    chosen: ParaphraseSettings,
    say: Say = lambda _: None,
    *,
    resume: bool = False,
) -> Path:
    """Train from the folder of an encoder, say figures after each epoch, and write the graph into ``output``.

    Raises
    ------
    KeyboardInterrupt
        It was stopped by hand, and left a checkpoint to resume from.
    """
    device = choose("auto", chosen.threads, bf16=chosen.bf16)
    begin(chosen.threads, chosen.seed)
    tokenizer = AutoTokenizer.from_pretrained(start)
    model = MeanEncoder(AutoModel.from_pretrained(start, attn_implementation="eager"))
    held = [m for m in matters if is_held_out(m.name, chosen.held_out)]
    mine = [m for m in matters if not is_held_out(m.name, chosen.held_out)]
    precision = partial(average_precision, model, tokenizer, held, chosen.window)
    say(f"{len(mine)} matters, {len(held)} held out, average precision {precision():.3f} before")
    task = _task(model, tokenizer, mine, chosen)
    steps = len(task.batches) // chosen.epochs
    figures = Figures(steps, precision, say)
    done = train(task, chosen, device, output / CHECKPOINTS, resume=resume, log_every=steps, callbacks=[figures])
    if done.stopped:
        raise KeyboardInterrupt
    plain = tokenizer.backend_tokenizer
    plain.no_padding()
    plain.no_truncation()
    write_graph(model.cpu(), plain, output)
    shutil.rmtree(output / CHECKPOINTS)
    return output


def _task(model: MeanEncoder, tokenizer: Any, matters: Sequence[Matter], chosen: ParaphraseSettings) -> Task[Claims]:
    """What the trainer is to do; biases and norms do not decay."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return Task(
        model, [{"params": matrices}, {"params": others, "weight_decay": 0.0}], batches(matters, chosen),
        partial(_tensors, tokenizer=tokenizer, window=chosen.window), partial(_loss, temperature=chosen.temperature),
    )  # fmt: skip


def batches(matters: Sequence[Matter], chosen: ParaphraseSettings) -> list[Claims]:
    """The batches of all epochs in order: matters are shuffled and their claims varied anew for each epoch."""
    draw, size = random.Random(chosen.seed), chosen.batch_matters
    planned: list[Claims] = []
    for _ in range(chosen.epochs):
        order = draw.sample(matters, len(matters))
        planned += [_batch(order[first : first + size], draw) for first in range(0, len(order), size)]
    return planned


def _batch(matters: Sequence[Matter], draw: random.Random) -> Claims:
    names = [(n, claim.group) for n, matter in enumerate(matters) for claim in matter.claims]
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    texts = tuple(_varied(claim.text, draw) for matter in matters for claim in matter.claims)
    return Claims(texts, tuple(numbers[name] for name in names))


def _tensors(batch: Claims, *, tokenizer: Any, window: int) -> Tensors:
    filled = batch.texts + batch.texts[:1] * (-len(batch.texts) % ROWS)
    ids, mask = _coded(filled, tokenizer, window)
    return {"input_ids": ids, "attention_mask": mask, "groups": torch.tensor(batch.groups)}


def _loss(model: nn.Module, batch: Tensors, *, temperature: float) -> Tensor:
    """The contrast of a batch without what fills it up."""
    vectors = model(batch["input_ids"], batch["attention_mask"])
    return contrast(vectors[: len(batch["groups"])].float(), batch["groups"], temperature)


def _coded(texts: Sequence[str], tokenizer: Any, window: int) -> tuple[Tensor, Tensor]:
    coded = tokenizer(list(texts), padding="max_length", truncation=True, max_length=window, return_tensors="pt")
    return coded["input_ids"], coded["attention_mask"]


def _varied(text: str, draw: random.Random) -> str:
    """Now and then as articles have it: with "that" before it, or with a capital."""
    chance = draw.random()
    if chance < 0.15 and not text.startswith("that "):
        return f"that {text[0].lower()}{text[1:]}"
    return text[0].upper() + text[1:] if chance < 0.3 else text
