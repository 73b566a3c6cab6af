"""What the attribution model is trained to lose: the losses of its heads, and batches of labelled windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from scoring.attribution.claim_features import FEATURES
from scoring.attribution.labels import (
    BASES,
    BOUNDARIES,
    CHAIN_ROLES,
    CLAIM_HEADS,
    CLASSES,
    EDGES,
    IGNORE,
    LINKS,
    PAIR_LABELS,
    SHARES,
    TAG_ROLES,
    claim_columns,
    columns,
)
from training.model.alignment import NUMBERS, LabelledWindow

SHAPE = 32
"""Batches are padded to multiples of this many pieces: every new shape costs a compilation on CPUs."""
CUES = 4
"""And of this many cues."""
WEIGHTS = {
    "tags": 1.0,        # source, cue and content together
    "pairs": 1.0,
    "boundaries": 5.0,  # a mean over pieces of which hardly any is a boundary: small numbers
    "type": 0.2,
    "stance": 0.1,
    "basis": 0.3,
    "share": 0.3,
    "hedge": 0.3,
    "uncertain": 0.2,
    "factuality": 0.2,
    "factuality_uds": 0.1,
    "edges": 12.0,       # of boundaries there are few among all pieces, as above
    "roles": 20.0,
    "claim basis": 0.6,
    "claim type": 0.3,
    "claim stance": 0.1,
    "claim depth": 0.3,
    "claim place": 0.2,
    "claim polarity": 0.2,
    "claim grade": 0.3,
    "claim matter": 0.3,
}  # fmt: skip
"""Share of each loss in the sum. Attribution comes first; the side tasks have few labels and learn early."""


LEAST = 1e-6
"""Kept off the logarithm of a share."""


def collate(batch: Sequence[LabelledWindow], padding: int) -> dict[str, Tensor]:
    """Padded tensors of a batch; ``padding`` is the number of the piece that fills up."""
    pieces = _up(max(len(row.window.ids) for row in batch), SHAPE)
    cues = _up(max((len(row.cues) for row in batch), default=0), CUES)
    sentences, passages = (
        max(1, *(len(n) for n in c), 0) for c in ([r.uncertain for r in batch], [r.shares for r in batch])
    )
    size = len(batch)
    claims = _up(max((len(row.members) for row in batch), default=0), CUES)
    arrays = {
        "input_ids": np.full((size, pieces), padding, dtype=np.int64),
        "attention_mask": np.zeros((size, pieces), dtype=np.int64),
        "classes": np.full((size, pieces, len(CLASSES)), IGNORE),
        "numbers": np.full((size, pieces, len(NUMBERS)), np.nan, dtype=np.float32),
        "sentences": np.full((size, pieces), -1),
        "uncertain": np.full((size, sentences), np.nan, dtype=np.float32),
        "passages": np.full((size, pieces), -1),
        "shares": np.full((size, passages), np.nan, dtype=np.float32),
        "cues": np.zeros((size, cues, 2), dtype=np.int64),
        "pairs": np.full((size, cues, pieces), IGNORE),
        "boundaries": np.zeros((size, cues, pieces, len(BOUNDARIES)), dtype=np.float32),
        "edges": np.full((size, pieces, len(EDGES)), np.nan, dtype=np.float32),
        "members": np.zeros((size, claims, pieces), dtype=np.float32),
        "answers": np.full((size, claims, len(CLAIM_HEADS)), IGNORE),
        "features": np.zeros((size, claims, len(FEATURES)), dtype=np.float32),
        "roles": np.full((size, claims, LINKS, pieces), IGNORE),
    }
    for i, row in enumerate(batch):
        n, c = len(row.window.ids), len(row.cues)
        arrays["input_ids"][i, :n] = row.window.ids
        arrays["attention_mask"][i, :n] = 1
        for name in ("classes", "numbers", "sentences", "passages", "edges"):
            arrays[name][i, :n] = getattr(row, name)
        for name in ("uncertain", "shares"):
            arrays[name][i, : len(getattr(row, name))] = getattr(row, name)
        arrays["cues"][i, :c] = row.cues
        arrays["pairs"][i, :c, :n] = row.pairs
        arrays["boundaries"][i, :c, :n] = row.boundaries
        m = len(row.members)
        arrays["members"][i, :m, :n] = row.members
        arrays["answers"][i, :m] = row.answers
        arrays["features"][i, :m] = row.features
        arrays["roles"][i, :m, :, :n] = row.roles
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def claim_inputs(batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What the claim head is asked about in a batch."""
    members = batch["members"]
    last = members.shape[-1] - 1 - members.flip(-1).argmax(-1)
    return {"member": members, "first": members.argmax(-1), "last": last, "features": batch["features"]}


def _up(number: int, step: int) -> int:
    return max(step, -(-number // step) * step)


def losses(heads: Tensor, pairs: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean loss of each task over what a batch has labels for; zero where it has none.

    Parameters
    ----------
    heads
        Outputs ``(batch, pieces, outputs)``.
    pairs
        Outputs ``(batch, cues, pieces, outputs)``.
    batch
        Tensors of :func:`collate`.
    """
    heads, pairs = heads.float(), pairs.float()
    terms: dict[str, Tensor] = {"tags": heads.new_zeros(())}
    for i, name in enumerate(CLASSES):
        loss = _cross_entropy(heads[..., columns(name)], batch["classes"][..., i])
        if name in TAG_ROLES:
            terms["tags"] = terms["tags"] + loss / len(TAG_ROLES)
        else:
            terms[name] = loss
    for i, name in enumerate(NUMBERS):
        terms[name] = _distance(heads[..., columns(name)].squeeze(-1), batch["numbers"][..., i])
    terms["uncertain"] = _binary(
        sentence_scores(heads[..., columns("uncertain")].squeeze(-1), batch["sentences"], batch["uncertain"].shape[1]),
        batch["uncertain"],
    )
    terms["share"] = _shared(heads[..., columns("basis")], batch["passages"], batch["shares"])
    terms["pairs"] = _cross_entropy(pairs[..., : len(PAIR_LABELS)], batch["pairs"])
    known = (batch["pairs"] != IGNORE).unsqueeze(-1).expand_as(batch["boundaries"])
    terms["boundaries"] = _binary(pairs[..., len(PAIR_LABELS) :], torch.where(known, batch["boundaries"], torch.nan))
    terms["edges"] = _binary(heads[..., columns("edges")], batch["edges"])
    return terms


def claim_losses(answers: Tensor, pointed: Tensor, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean loss of each question to the claim head, and of the links that it points at.

    Parameters
    ----------
    answers, pointed
        Outputs ``(batch, claims, sum(CLAIM_HEADS))`` and ``(batch, claims, pieces, POINTED)``.
    batch
        Tensors of :func:`collate`.
    """
    answers, pointed = answers.float(), pointed.float()
    terms = {
        f"claim {question}": _cross_entropy(answers[..., claim_columns(question)], batch["answers"][..., i])
        for i, question in enumerate(CLAIM_HEADS)
    }
    logits = pointed.unflatten(-1, (LINKS, len(CHAIN_ROLES))).transpose(2, 3)
    terms["roles"] = _cross_entropy(logits, batch["roles"]) * 2
    return terms


def total(found: Mapping[str, Tensor]) -> Tensor:
    """The weighted sum of all losses."""
    return torch.stack([WEIGHTS[name] * loss for name, loss in found.items()]).sum()


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    summed = nn.functional.cross_entropy(logits.flatten(0, -2), labels.flatten(), ignore_index=IGNORE, reduction="sum")
    return summed / (labels != IGNORE).sum().clamp(min=1)


def _distance(values: Tensor, labels: Tensor) -> Tensor:
    known = ~labels.isnan()
    gap = nn.functional.smooth_l1_loss(values, labels.nan_to_num(), reduction="none", beta=0.5)
    return (gap * known).sum() / known.sum().clamp(min=1)


def _binary(logits: Tensor, labels: Tensor) -> Tensor:
    known = ~labels.isnan()
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, labels.nan_to_num(), reduction="none")
    return (entropy * known).sum() / known.sum().clamp(min=1)


def _shared(logits: Tensor, passages: Tensor, shares: Tensor) -> Tensor:
    """The mean loss of spans known as a whole: −log of what they rest on as a share of all that is claimed in them.

    The bases of a group are taken together; words that the model gives to no claim ("she said") hardly count.
    """
    claimed = logits.softmax(-1)[..., 1:]
    member = (passages.unsqueeze(1) == torch.arange(shares.shape[1], device=logits.device).unsqueeze(1)).float()
    by_span = member @ claimed
    of = torch.tensor([[one in (basis, basis.group) for basis in BASES] for one in SHARES], device=logits.device)
    known = ~shares.isnan()
    mass = (by_span * of[shares.nan_to_num().long()]).sum(-1)
    gap = (by_span.sum(-1) + LEAST).log() - (mass + LEAST).log()
    return (gap * known).sum() / known.sum().clamp(min=1)


def sentence_scores(logits: Tensor, sentences: Tensor, count: int) -> Tensor:
    """Log-odds ``(batch, count)`` that a sentence is uncertain: those of its most uncertain pieces, softly.

    The logarithm of the summed exponentials over ``logits`` ``(batch, pieces)``, where ``sentences`` numbers them: one
    uncertain word makes a sentence uncertain, and shows which word it was.
    """
    member = sentences.unsqueeze(1) == torch.arange(count, device=logits.device).unsqueeze(1)
    return torch.where(member, logits.unsqueeze(1), -30.0).logsumexp(-1)
