"""The attribution model in torch: one encoder, role layers, and a head that reads a text from a cue.

For fine-tuning and export; the default run uses the ONNX files through ``inference``.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import ModelOutput

from scoring.attribution.labels import BIO, IGNORE, PAIR_LABELS, TAG_ROLES

PAIR_WIDTH = 128
"""Width of the pair head; 64 to 256 is usual for biaffine and additive scorers on encoders of this size."""
REACH = 96
"""Distances between a cue and a piece are told apart up to this many pieces either way."""


class AttributionConfig(BertConfig):
    """BERT's configuration with the window length that the model was trained on, in word pieces."""

    model_type = "sourcegrade-attribution"

    def __init__(self, window: int = 256, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.window = window


class PairHead(nn.Module):
    """Scores every piece as source, content or nothing of a given cue.

    An additive scorer (Bahdanau et al. 2015) with a relative-distance term, two layers deep.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.cue = nn.Linear(hidden, PAIR_WIDTH)
        self.piece = nn.Linear(hidden, PAIR_WIDTH)
        self.distance = nn.Embedding(2 * REACH + 1, PAIR_WIDTH)
        self.mix = nn.Linear(PAIR_WIDTH, PAIR_WIDTH)
        self.out = nn.Linear(PAIR_WIDTH, len(PAIR_LABELS))

    def forward(self, states: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Logits ``(batch, cues, pieces, labels)`` from states ``(batch, pieces, hidden)``; cues ``(batch, cues)``."""
        rows = torch.arange(states.shape[0], device=states.device).unsqueeze(1)
        cue = self.cue((states[rows, first] + states[rows, last]) / 2).unsqueeze(2)
        places = torch.arange(states.shape[1], device=states.device)
        distance = (places - first.unsqueeze(2)).clamp(-REACH, REACH) + REACH
        mixed = nn.functional.gelu(cue + self.piece(states).unsqueeze(1) + self.distance(distance))
        return self.out(nn.functional.gelu(self.mix(mixed)))


class AttributionModel(BertPreTrainedModel):
    """Encoder with a BIO layer for each role and a :class:`PairHead`.

    ``forward`` takes ``input_ids`` and ``attention_mask`` of shape ``(batch, pieces)``; in training also
    ``tag_labels`` ``(batch, pieces, roles)``, ``cues`` ``(batch, cues, 2)`` with the first and last piece of each
    cue, and ``pair_labels`` ``(batch, cues, pieces)``; ``-100`` marks what carries no label.
    """

    config_class = AttributionConfig

    def __init__(self, config: AttributionConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.tags = nn.Linear(config.hidden_size, len(TAG_ROLES) * BIO)
        self.pairs = PairHead(config.hidden_size)
        self.post_init()

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """States ``(batch, pieces, hidden)`` and role logits ``(batch, pieces, roles, 3)``."""
        states = self.dropout(self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state)
        return states, self.tags(states).unflatten(-1, (len(TAG_ROLES), BIO))

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        tag_labels: Tensor | None = None,
        cues: Tensor | None = None,
        pair_labels: Tensor | None = None,
    ) -> ModelOutput:
        """Losses where labels are given, logits else."""
        states, tag_logits = self.encode(input_ids, attention_mask)
        if tag_labels is None or cues is None or pair_labels is None:
            return ModelOutput(states=states, tag_logits=tag_logits)
        pair_logits = self.pairs(states, cues[..., 0], cues[..., 1])
        cross_entropy = nn.functional.cross_entropy
        tag_loss = cross_entropy(tag_logits.flatten(0, 2).float(), tag_labels.flatten(), ignore_index=IGNORE)
        pair_loss = cross_entropy(pair_logits.flatten(0, 2).float(), pair_labels.flatten(), ignore_index=IGNORE)
        return ModelOutput(loss=tag_loss + pair_loss, tag_loss=tag_loss.detach(), pair_loss=pair_loss.detach())
