"""Train the encoder of claims: ``sourcegrade dev claim-encoder``.

Claims of a group of :mod:`training.dossier.claim_sets` are drawn together, all others of the step pushed apart:
supervised contrast (Khosla et al. 2020). Denials and odd numbers belong to their group, since they are on its
proposition; what they are to it is told by words.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.dossier.claim_sets import Matter
from training.dossier.paraphrase_graph import MeanEncoder, write_graph

ROWS = 16
"""A batch is filled up to a multiple of it, since every new shape is compiled anew on a CPU."""


@dataclass(frozen=True, slots=True)
class ParaphraseSettings:
    """``configs/paraphrase.toml``."""

    learning_rate: float
    epochs: int
    matters: int
    temperature: float
    pieces: int
    warmup: float
    weight_decay: float
    held_out: float
    seed: int
    threads: int
    bf16: bool


def is_held_out(matter: Matter, share: float) -> bool:
    """Whether a matter is among the ``share`` held out: decided by its name alone."""
    return int(hashlib.sha256(matter.name.encode()).hexdigest()[:8], 16) < share * 2**32


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
    itself = torch.eye(len(groups), dtype=torch.bool)
    logits = (vectors @ vectors.T / temperature).masked_fill(itself, -1e4)
    likely = logits - logits.logsumexp(dim=1, keepdim=True)
    alike = (groups[:, None] == groups[None, :]) & ~itself
    counted = alike.any(dim=1)
    return -((likely * alike).sum(dim=1)[counted] / alike.sum(dim=1)[counted]).mean()


def average_precision(model: MeanEncoder, tokenizer: Any, matters: Sequence[Matter], pieces: int) -> float:
    """How well the cosine tells pairs of one group from others of their matter; NaN without such pairs."""
    from sklearn.metrics import average_precision_score

    same: list[bool] = []
    near: list[float] = []
    model.eval()
    with torch.inference_mode():
        for matter in matters:
            vectors = model(*_coded([claim.text for claim in matter.claims], tokenizer, pieces))
            cosines = (vectors @ vectors.T).tolist()
            for i, one in enumerate(matter.claims):
                for j in range(i):
                    same.append(one.group == matter.claims[j].group)
                    near.append(cosines[i][j])
    return float(average_precision_score(same, near)) if any(same) else math.nan


def train_encoder(
    matters: Sequence[Matter], start: Path, output: Path, chosen: ParaphraseSettings,
    say: Callable[[str], None] = lambda _: None,
) -> Path:  # fmt: skip
    """Train from the folder of an encoder, say figures after each epoch, and write the graph into ``output``."""
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    draw = random.Random(chosen.seed)
    tokenizer = AutoTokenizer.from_pretrained(start)
    model = MeanEncoder(AutoModel.from_pretrained(start, attn_implementation="eager"))
    held = [m for m in matters if is_held_out(m, chosen.held_out)]
    mine = [m for m in matters if not is_held_out(m, chosen.held_out)]
    steps = chosen.epochs * -(-len(mine) // chosen.matters)
    optimizer, rate = _optimizer(model, steps, chosen)
    before = average_precision(model, tokenizer, held, chosen.pieces)
    say(f"{len(mine)} matters, {len(held)} held out, average precision {before:.3f} before")
    for epoch in range(chosen.epochs):
        model.train()
        for step in _steps(mine, chosen.matters, draw):
            loss = _loss(model, tokenizer, step, chosen, draw)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rate.step()
        figure = average_precision(model, tokenizer, held, chosen.pieces)
        say(f"epoch {epoch + 1}: loss {loss.item():.3f}, average precision held out {figure:.3f}")
    plain = tokenizer.backend_tokenizer
    plain.no_padding()
    plain.no_truncation()
    return write_graph(model, plain, output)


def _optimizer(model: nn.Module, steps: int, chosen: ParaphraseSettings) -> tuple[Any, Any]:
    """AdamW without decay of biases and norms; the rate rises, then falls straight to nothing."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": matrices, "weight_decay": chosen.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=chosen.learning_rate)

    def share(step: int) -> float:
        rising = (step + 1) / max(1.0, chosen.warmup * steps)
        return min(1.0, rising) * max(0.0, 1 - step / steps)

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def _steps(matters: Sequence[Matter], size: int, draw: random.Random) -> Iterator[list[Matter]]:
    shuffled = draw.sample(matters, len(matters))
    for start in range(0, len(shuffled), size):
        yield shuffled[start : start + size]


def _loss(
    model: MeanEncoder, tokenizer: Any, step: Sequence[Matter], chosen: ParaphraseSettings, draw: random.Random
) -> Tensor:
    texts = [_varied(claim.text, draw) for matter in step for claim in matter.claims]
    names = [(n, claim.group) for n, matter in enumerate(step) for claim in matter.claims]
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    groups = torch.tensor([numbers[name] for name in names])
    filled = texts + [texts[0]] * (-len(texts) % ROWS)
    with torch.autocast("cpu", torch.bfloat16, enabled=chosen.bf16):
        vectors = model(*_coded(filled, tokenizer, chosen.pieces))
    return contrast(vectors[: len(texts)].float(), groups, chosen.temperature)


def _coded(texts: Sequence[str], tokenizer: Any, pieces: int) -> tuple[Tensor, Tensor]:
    coded = tokenizer(list(texts), padding="max_length", truncation=True, max_length=pieces, return_tensors="pt")
    return coded["input_ids"], coded["attention_mask"]


def _varied(text: str, draw: random.Random) -> str:
    """Now and then as articles have it: with "that" before it, or with a capital."""
    chance = draw.random()
    if chance < 0.15 and not text.startswith("that "):
        return f"that {text[0].lower()}{text[1:]}"
    return text[0].upper() + text[1:] if chance < 0.3 else text
