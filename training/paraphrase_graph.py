"""A trained encoder of claims → the ONNX graph that ships, int8."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from scoring.attribution.folders import TOKENIZER
from scoring.dossier.paraphrase import GRAPH, INPUTS

OPSET = 18


class MeanEncoder(nn.Module):
    """An encoder whose mean over the pieces, of unit length, is a claim's vector (Reimers & Gurevych 2019)."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Vectors ``(claims, width)`` of ids and mask, both ``(claims, pieces)``."""
        states = self.encoder(input_ids, attention_mask=attention_mask).last_hidden_state.float()
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)


def write_graph(model: MeanEncoder, tokenizer: Any, output: Path) -> Path:
    """Write ``paraphrase.onnx`` with int8 weights and ``tokenizer.json`` into a folder."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    output.mkdir(parents=True, exist_ok=True)
    example = tuple(torch.ones(3, 24, dtype=torch.int64) for _ in INPUTS)
    claims, pieces = torch.export.Dim("claims"), torch.export.Dim("pieces", max=512)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / GRAPH
        torch.onnx.export(
            model.eval(), example, str(plain), dynamo=True, external_data=False, opset_version=OPSET,
            input_names=list(INPUTS), output_names=["vectors"], verbose=False,
            dynamic_shapes=tuple({0: claims, 1: pieces} for _ in INPUTS),
        )  # fmt: skip
        quantize_dynamic(str(plain), str(output / GRAPH), per_channel=True, weight_type=QuantType.QInt8)
    tokenizer.save(str(output / TOKENIZER))
    return output
