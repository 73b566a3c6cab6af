"""The graphs that ship → a model in torch, to be fine-tuned: int8 weights turned back into numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from scoring.attribution.inference import CLAIMS, ENCODER, MOST_PIECES, PAIRS, check_claims
from scoring.attribution.modeling import AttributionConfig, AttributionModel
from scoring.errors import ModelError
from training.model.quantizing import EVEN, QUANTIZED


def restored(folder: Path) -> AttributionModel:
    """The model of a folder that :func:`training.model.export.export` wrote for an MPNet encoder.

    A matrix ``W`` comes back as ``scale * (W_int8 - zero)``, by channel: off by half a step of the scale at most.

    Raises
    ------
    ModelError
        The graphs are another encoder's, read no claims, or lack a weight.
    """
    check_claims(folder)
    config = AttributionConfig.from_pretrained(folder)
    if config.encoder.get("model_type") != "mpnet":
        raise ModelError(
            f"{folder}: only graphs of an MPNet encoder can be turned back; give a folder with safetensors"
        )
    model = AttributionModel(config)
    graph, pairs, claims = (_tensors(folder / name) for name in (ENCODER, PAIRS, CLAIMS))
    try:
        with torch.no_grad():
            _fill(model, graph)
            model.pairs.load_state_dict({name: _oriented(pairs[name], name) for name in model.pairs.state_dict()})
            model.claims.load_state_dict({name: _oriented(claims[name], name) for name in model.claims.state_dict()})
    except KeyError as error:
        raise ModelError(f"{folder}: its graphs lack the weights {error}") from error
    except (RuntimeError, StopIteration) as error:  # of another shape
        raise ModelError(f"{folder}: its graphs are of another shape than its configuration says") from error
    return model


def _fill(model: AttributionModel, graph: dict[str, Tensor]) -> None:
    embeddings, stack = model.encoder.embeddings, model.encoder.encoder
    embeddings.word_embeddings.weight.copy_(graph["words.weight"])
    first = embeddings.padding_idx + 1
    embeddings.position_embeddings.weight.zero_()
    embeddings.position_embeddings.weight[first : first + MOST_PIECES] = graph["positions"]
    _norm(embeddings.LayerNorm, graph, "norm.norm")
    gaps = torch.arange(1 - MOST_PIECES, MOST_PIECES)
    buckets = MPNetEncoder.relative_position_bucket(
        gaps, num_buckets=model.encoder.config.relative_attention_num_buckets
    )
    table = next(t for t in graph.values() if t.shape == (len(gaps), stack.n_heads))  # folded: it has lost its name
    stack.relative_attention_bias.weight[buckets] = table
    for i, layer in enumerate(stack.layer):
        name, attention = f"layers.{i}", layer.attention.attn
        weights, biases = graph[f"{name}.qkv.weight"].T.chunk(3), graph[f"{name}.qkv.bias"].chunk(3)
        for part, weight, bias in zip((attention.q, attention.k, attention.v), weights, biases, strict=True):
            part.weight.copy_(weight)
            part.bias.copy_(bias)
        parts = {"out": attention.o, "widen": layer.intermediate.dense, "narrow": layer.output.dense}
        for part_name, linear in parts.items():
            linear.weight.copy_(graph[f"{name}.{part_name}.weight"].T)
            linear.bias.copy_(graph[f"{name}.{part_name}.bias"])
        _norm(layer.attention.LayerNorm, graph, f"{name}.after_attention.norm")
        _norm(layer.output.LayerNorm, graph, f"{name}.after.norm")
    model.heads.weight.copy_(graph["heads.weight"].T)
    model.heads.bias.copy_(graph["heads.bias"])


def _norm(norm: torch.nn.LayerNorm, graph: dict[str, Tensor], name: str) -> None:
    norm.weight.copy_(graph[f"{name}.weight"])
    norm.bias.copy_(graph[f"{name}.bias"])


def _oriented(tensor: Tensor, name: str) -> Tensor:
    """A matrix of a product as a linear layer has it; an embedding as it is."""
    return tensor.T if name.endswith("weight") and not name.startswith("distance") else tensor


def _tensors(path: Path) -> dict[str, Tensor]:
    """The graph's tensors by name, quantized ones as the numbers that they stand for."""
    model = onnx.load(str(path))
    arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    # the exporter keeps one of several weights that are equal (training.model.export)
    arrays |= {entry.key: arrays[entry.value] for entry in model.metadata_props if entry.value in arrays}
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    for name in [name for name in arrays if name.endswith(QUANTIZED)]:
        plain = name.removesuffix(QUANTIZED)
        scale, zero = arrays[f"{plain}_scale"], arrays[f"{plain}_zero_point"]
        numbers = (arrays[name].astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)
        if f"{plain}{EVEN}" in arrays:
            numbers = numbers * arrays[f"{plain}{EVEN}"][:, np.newaxis]
        tensors[plain] = torch.from_numpy(numbers)
    return tensors
