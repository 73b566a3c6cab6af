"""Narrow the wide inner layers of a trained model to the units that matter: less work for nearly the same answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from scoring.attribution.modeling import AttributionModel
from training.model.device import Device
from training.model.freezing import PreparedWindow, collated
from training.model.losses import losses, total

BATCHES = 25
"""Batches that importance is measured on; some 55,000 pieces."""


def narrowed(
    model: AttributionModel, batches: Sequence[Sequence[PreparedWindow]], width: int, device: Device
) -> AttributionModel:
    """The model with the ``width`` most important units of each inner layer; in place.

    Importance of a unit is the first-order estimate of what the loss would change by without it, the absolute sum of
    activation times gradient over a batch, summed over batches (Molchanov et al. 2019, "Importance Estimation for
    Neural Network Pruning", eq. 8). The model is to be trained on afterwards, for an epoch at a low rate.
    """
    if model.encoder.config.intermediate_size <= width:
        return model
    importance = _importance(model.to(device.kind), batches[:BATCHES], device)
    for layer, scores in zip(model.encoder.encoder.layer, importance, strict=True):
        kept = scores.topk(width).indices.sort().values
        _keep(layer.intermediate.dense, kept, 0)
        _keep(layer.output.dense, kept, 1)
    model.encoder.config.intermediate_size = width
    model.config.encoder["intermediate_size"] = width
    return model


def _importance(model: AttributionModel, batches: Sequence[Sequence[PreparedWindow]], device: Device) -> list[Tensor]:
    layers = model.encoder.encoder.layer
    importance = [torch.zeros(model.encoder.config.intermediate_size, device=device.kind) for _ in layers]
    hooks = [
        layer.intermediate.register_forward_hook(_watching(scores))
        for layer, scores in zip(layers, importance, strict=True)
    ]
    model.eval()
    for batch in batches:
        tensors = {name: t.to(device.kind) for name, t in collated(batch, model.encoder.config.pad_token_id).items()}
        with torch.autocast(device.kind, dtype=torch.bfloat16, enabled=device.bf16):
            outputs = model(tensors["input_ids"], tensors["attention_mask"], tensors["cues"])
        total(losses(outputs["heads"], outputs["pairs"], tensors)).backward()
        model.zero_grad()
    for hook in hooks:
        hook.remove()
    return importance


def _watching(importance: Tensor) -> Callable[[nn.Module, object, Tensor], None]:
    """A hook that adds to ``importance`` once the gradient of a layer's output is known."""

    def watch(_: nn.Module, __: object, output: Tensor) -> None:
        def add(gradient: Tensor) -> None:
            importance.add_((output * gradient).detach().float().sum((0, 1)).abs())

        output.register_hook(add)

    return watch


def _keep(linear: nn.Linear, kept: Tensor, dimension: int) -> None:
    linear.weight = nn.Parameter(linear.weight.detach().index_select(dimension, kept).clone())
    if dimension == 0:
        linear.bias = nn.Parameter(linear.bias.detach()[kept].clone())
        linear.out_features = len(kept)
    else:
        linear.in_features = len(kept)
