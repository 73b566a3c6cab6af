"""The attribution model in torch: one encoder, heads over word pieces, and a head that relates each piece to a cue.

For fine-tuning and export; the default run uses the ONNX files through ``inference``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import ModelOutput

from scoring.attribution.claim_features import FEATURES
from scoring.attribution.folders import checked
from scoring.attribution.labels import CLAIM_HEADS, HEADS, PAIR_WIDTH, POINTED
from scoring.errors import ModelError

HIDDEN = 128
"""Width of the pair head; 64 to 256 is usual for biaffine and additive scorers on encoders of this size."""
REACH = 128
"""Distances between a cue and a piece, in pieces; all longer ones, in each direction, count as equal."""


GATHERED = 4
"""Ways in which the claim head attends to the pieces of the window."""


class AttributionConfig(PretrainedConfig):
    """The encoder's own configuration, and the window length that the model was trained on, in word pieces."""

    model_type = "sourcegrade-attribution"

    def __init__(self, encoder: dict[str, Any] | None = None, window: int = 384, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder or {}
        self.window = window


class PairHead(nn.Module):
    """Scores every piece as source, content or none of a given cue, and as the first or last piece of a span.

    An additive scorer (Bahdanau et al. 2015) with a multiplicative and a relative-distance term, two layers deep.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.cue = nn.Linear(hidden, 2 * HIDDEN)
        self.piece = nn.Linear(hidden, HIDDEN)
        self.distance = nn.Embedding(2 * REACH + 1, HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, PAIR_WIDTH)

    def forward(self, states: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """Logits ``(batch, cues, pieces, outputs)`` from states ``(batch, pieces, hidden)``; cues ``(batch, cues)``."""
        rows = torch.arange(states.shape[0], device=states.device).unsqueeze(1)
        added, factor = self.cue((states[rows, first] + states[rows, last]) / 2).unsqueeze(2).chunk(2, dim=-1)
        places = torch.arange(states.shape[1], device=states.device)
        distance = (places - first.unsqueeze(2)).clamp(-REACH, REACH) + REACH
        pieces = self.piece(states).unsqueeze(1)
        mixed = nn.functional.gelu(added + pieces * (1 + factor) + self.distance(distance))
        return self.out(nn.functional.gelu(self.mix(mixed)))


class ClaimHead(nn.Module):
    """Reads a claim, given where it stands: points at the sources and cues of its chain, and answers ``CLAIM_HEADS``.

    Pieces are scored as in :class:`PairHead`, with the claim in place of the cue. What the pieces then say is gathered
    by attention (Bahdanau et al. 2015) beside the claim's own words, so that a claim's basis is told from its source.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.claim = nn.Linear(3 * hidden, 2 * HIDDEN)
        self.features = nn.Linear(len(FEATURES), 2 * HIDDEN, bias=False)  # that of ``claim`` does for both
        self.piece = nn.Linear(hidden, HIDDEN)
        self.inside = nn.Linear(1, HIDDEN)
        self.distance = nn.Embedding(2 * REACH + 1, HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.point = nn.Linear(HIDDEN, POINTED)
        self.attend = nn.Linear(HIDDEN, GATHERED)
        self.value = nn.Linear(hidden, HIDDEN)
        self.gather = nn.Linear((2 + GATHERED) * HIDDEN, 2 * HIDDEN)
        self.out = nn.Linear(2 * HIDDEN, sum(CLAIM_HEADS.values()))

    def forward(
        self,
        states: Tensor,
        member: Tensor,
        first: Tensor,
        last: Tensor,
        features: Tensor,
        *,
        mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Answers ``(batch, claims, sum(CLAIM_HEADS))`` and logits ``(batch, claims, pieces, POINTED)``.

        Parameters
        ----------
        states
            ``(batch, pieces, hidden)``.
        member
            ``(batch, claims, pieces)``, 1 for the pieces of a claim, else 0.
        first, last
            First and last piece of each claim, ``(batch, claims)``.
        features
            ``(batch, claims, FEATURES)``.
        mask
            ``(batch, pieces)``, 0 for pieces that only fill up; ``None`` if there are none.
        """
        rows = torch.arange(states.shape[0], device=states.device).unsqueeze(1)
        mean = member @ states / member.sum(-1, keepdim=True).clamp(min=1)
        claim = self.claim(torch.cat([mean, states[rows, first], states[rows, last]], -1)) + self.features(features)
        added, factor = claim.unsqueeze(2).chunk(2, dim=-1)
        places = torch.arange(states.shape[1], device=states.device)
        distance = (places - first.unsqueeze(2)).clamp(-REACH, REACH) + REACH
        pieces = self.piece(states).unsqueeze(1)
        mixed = added + pieces * (1 + factor) + self.distance(distance) + self.inside(member.unsqueeze(-1))
        mixed = nn.functional.gelu(self.mix(nn.functional.gelu(mixed)))
        weights = self.attend(mixed)
        if mask is not None:
            weights = weights.masked_fill(mask[:, None, :, None] == 0, -1e4)
        context = torch.einsum("bcpa,bph->bcah", weights.softmax(2), self.value(states)).flatten(2)
        answer = self.out(nn.functional.gelu(self.gather(torch.cat([nn.functional.gelu(claim), context], -1))))
        return answer, self.point(mixed)


class AttributionModel(PreTrainedModel):
    """Encoder with a linear layer for all ``HEADS``, a :class:`PairHead` and a :class:`ClaimHead`.

    ``forward`` takes ``input_ids`` and ``attention_mask`` of shape ``(batch, pieces)``, and ``cues`` ``(batch, cues,
    2)`` with the first and last piece of each; :mod:`training.model.losses` computes the loss.
    """

    config_class = AttributionConfig
    base_model_prefix = "encoder"

    def __init__(self, config: AttributionConfig) -> None:
        super().__init__(config)
        inner = dict(config.encoder)
        encoder = AutoConfig.for_model(inner.pop("model_type"), **inner)
        self.encoder = AutoModel.from_config(encoder, add_pooling_layer=False)
        self.dropout = nn.Dropout(encoder.hidden_dropout_prob)
        self.heads = nn.Linear(encoder.hidden_size, sum(HEADS.values()))
        self.pairs = PairHead(encoder.hidden_size)
        self.claims = ClaimHead(encoder.hidden_size)
        self.post_init()

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: Any, *args: Any, **kwargs: Any) -> Any:
        """A model from a folder, as the library loads it, but only from safetensors and never from a hub.

        Raises
        ------
        ModelError
            There is no such folder, or it holds what could run code, reach outside, or fill memory.
        """
        checked(Path(pretrained_model_name_or_path))
        kwargs |= {"local_files_only": True, "use_safetensors": True}
        return super().from_pretrained(pretrained_model_name_or_path, *args, **kwargs)

    @classmethod
    def from_folder(cls, folder: Path) -> AttributionModel:
        """A trained model from its safetensors.

        Raises
        ------
        ModelError
            The weights belong to another model, or some are missing.
        """
        try:
            model, loaded = cls.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, output_loading_info=True
            )
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{folder}: cannot be loaded: {str(error).splitlines()[0]}") from error
        if loaded["missing_keys"]:
            names = sorted(loaded["missing_keys"])
            raise ModelError(f"{folder}: its safetensors lack {len(names)} weights, such as {names[0]}")
        return cast(AttributionModel, model)

    @classmethod
    def from_encoder(cls, folder: Path, window: int, layers: int) -> AttributionModel:
        """A model with fresh heads on the lowest ``layers`` of a pretrained encoder.

        Dropout of attention weights is off: it costs a sixth of a step on a CPU, and dropout of states does the same.
        """
        try:
            encoder = AutoConfig.from_pretrained(folder, local_files_only=True)
            encoder.update({"num_hidden_layers": layers, "attention_probs_dropout_prob": 0.0})
            pretrained = AutoModel.from_pretrained(
                folder, config=encoder, add_pooling_layer=False, local_files_only=True, use_safetensors=True,
                dtype=torch.float32,
            )  # fmt: skip
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{folder}: no encoder can be loaded: {str(error).splitlines()[0]}") from error
        model = cls(AttributionConfig(encoder.to_diff_dict() | {"model_type": encoder.model_type}, window))
        model.encoder.load_state_dict(pretrained.state_dict())
        return model

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """States ``(batch, pieces, hidden)`` and outputs of all heads ``(batch, pieces, outputs)``."""
        states = self.dropout(self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state)
        return states, self.heads(states)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, cues: Tensor, claims: dict[str, Tensor] | None = None
    ) -> ModelOutput:
        """Outputs of the heads ``(batch, pieces, outputs)`` and of the pairs ``(batch, cues, pieces, outputs)``.

        With ``claims``, inputs of :class:`ClaimHead` by name, also its ``answers`` and what is ``pointed`` at.
        """
        states, heads = self.encode(input_ids, attention_mask)
        outputs = ModelOutput(heads=heads, pairs=self.pairs(states, cues[..., 0], cues[..., 1]))
        if claims is not None:
            outputs["answers"], outputs["pointed"] = self.claims(states, **claims, mask=attention_mask)
        return outputs
