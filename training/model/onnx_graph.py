"""The encoder as it is exported: the function of :mod:`scoring.attribution.modeling`, in operations that run fast.

Four things differ from the library's module, none in the result (measured on one core with int8 weights, the
share of the time before; reports/evaluation/speed.md):

- query, key and value come of one product, and attention reads its heads where they lie, without copies;
- softmax is written out, for it is the one operation whose sums ONNX Runtime takes in another order where there is
  AVX-512: the next rounding to 8 bits made whole steps of the last digit, and other claims of the steps
  (reports/evaluation/processors.md);
- a layer norm is written as products with a vector of ``1/n``, which vectorise, where the runtime's own operator does
  not (18 % of the time);
- the relative position bias is looked up once in a table; there is no mask, for nothing is padded.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.onnx.ops import symbolic
from transformers import MPNetModel
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder, MPNetLayer

from scoring.attribution.inference import MOST_PIECES
from scoring.attribution.modeling import AttributionModel

MOST_SCORE = 80.0
"""Scores of attention above are cut: their exponentials would leave the range of float32 (e to the 88). In 230 windows
of the labelled dev articles the shipped model has none above 18."""
LEAST_SUM = 1e-30
"""Keeps the division from a sum of noughts; the greatest score of a row was never below -3 there."""


class PlainGraph(nn.Module):
    """Any encoder, as the library has it; ids ``(1, pieces)`` → states and outputs."""

    def __init__(self, model: AttributionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        """States ``(1, pieces, hidden)`` and outputs of the heads ``(1, pieces, outputs)``."""
        return self.model.encode(input_ids, torch.ones_like(input_ids))


class MPNetGraph(nn.Module):
    """MPNet (Song et al. 2020) with the heads; ids ``(1, pieces)``, at most ``MOST_PIECES``."""

    def __init__(self, model: AttributionModel) -> None:
        super().__init__()
        encoder = model.encoder
        assert isinstance(encoder, MPNetModel)
        embeddings, stack = encoder.embeddings, encoder.encoder
        self.words = embeddings.word_embeddings
        first = embeddings.padding_idx + 1
        self.register_buffer("positions", embeddings.position_embeddings.weight[first : first + MOST_PIECES].detach())
        self.norm = _Norm(embeddings.LayerNorm)
        places = torch.arange(MOST_PIECES)
        buckets = MPNetEncoder.relative_position_bucket(
            torch.arange(1 - MOST_PIECES, MOST_PIECES), num_buckets=encoder.config.relative_attention_num_buckets
        )
        self.register_buffer("bias", stack.relative_attention_bias(buckets).detach())
        self.register_buffer("gap", places[None, :] - places[:, None] + MOST_PIECES - 1)
        self.layers = nn.ModuleList(_Layer(layer) for layer in stack.layer)
        self.heads = model.heads

    def forward(self, input_ids: Tensor) -> tuple[Tensor, Tensor]:
        """States ``(1, pieces, hidden)`` and outputs of the heads ``(1, pieces, outputs)``."""
        pieces = input_ids.shape[1]
        states = self.norm(self.words(input_ids) + self.positions[:pieces])
        bias = self.bias[self.gap[:pieces, :pieces]].permute(2, 0, 1)
        for layer in self.layers:
            states = layer(states, bias)
        return states, self.heads(states)


class _Layer(nn.Module):
    def __init__(self, layer: MPNetLayer) -> None:
        super().__init__()
        attention = layer.attention.attn
        parts = (attention.q, attention.k, attention.v)
        self.number = attention.num_attention_heads
        self.scale = attention.attention_head_size**-0.5
        self.qkv = nn.Linear(attention.all_head_size, 3 * attention.all_head_size)
        self.qkv.weight = nn.Parameter(torch.cat([part.weight for part in parts]))
        self.qkv.bias = nn.Parameter(torch.cat([part.bias for part in parts]))
        self.out = attention.o
        self.after_attention = _Norm(layer.attention.LayerNorm)
        self.widen, self.narrow = layer.intermediate.dense, layer.output.dense
        self.after = _Norm(layer.output.LayerNorm)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        states = self.after_attention(states + self.out(self._attended(states, bias)))
        wide = states @ self.widen.weight.T
        active = symbolic(
            "com.microsoft::BiasGelu", (wide, self.widen.bias), dtype=torch.float32, shape=wide.shape, version=1
        )
        return self.after(states + self.narrow(active))

    def _attended(self, states: Tensor, bias: Tensor) -> Tensor:
        """Attention whose sums have the same order on every processor; ``(1, pieces, hidden)``."""
        pieces, heads = states.shape[1], self.number
        query, key, value = self.qkv(states).view(pieces, 3 * heads, -1).chunk(3, dim=1)
        scores = _product(query, key, (heads, pieces, pieces), transBatchA=1, transBatchB=1, transB=1, alpha=self.scale)
        weights = torch.exp(torch.clamp(scores + bias, max=MOST_SCORE))
        context = _product(weights, value, (heads, pieces, value.shape[2]), transBatchB=1)
        even = context / (weights.sum(-1, keepdim=True) + LEAST_SUM)
        return even.transpose(0, 1).reshape(1, pieces, -1)


def _product(left: Tensor, right: Tensor, shape: tuple[int, ...], **how: float) -> Tensor:
    """ONNX Runtime's matrix product, which reads heads where they lie and needs no copies in another order."""
    product: Tensor = symbolic(
        "com.microsoft::FusedMatMul", (left, right), attrs=how, dtype=torch.float32, shape=shape, version=1
    )
    return product


class _Norm(nn.Module):
    """Layer norm by products with a vector of 1/n."""

    mean: Tensor

    def __init__(self, norm: nn.LayerNorm) -> None:
        super().__init__()
        self.norm = norm
        size = math.prod(norm.normalized_shape)
        self.register_buffer("mean", torch.full((size, 1), 1 / size))

    def forward(self, states: Tensor) -> Tensor:
        centred = states - states @ self.mean
        spread = (centred * centred) @ self.mean
        return centred * torch.rsqrt(spread + self.norm.eps) * self.norm.weight + self.norm.bias
