"""A trained model → what ships: half-precision safetensors, and two ONNX graphs in float or int8."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch import Tensor, nn

from scoring.attribution.inference import ENCODER, PAIRS, TOKENIZER
from scoring.attribution.modeling import AttributionModel

OPSET = 18


class _Encoder(nn.Module):
    def __init__(self, model: AttributionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.encode(input_ids, attention_mask)


def export(folder: Path, output: Path, int8: bool = True) -> Path:
    """Write ``encoder.onnx``, ``pairs.onnx``, half-precision ``model.safetensors``, config and tokenizer.

    With ``int8`` the encoder's matrix products and embeddings are quantized dynamically, per channel.
    """
    output.mkdir(parents=True, exist_ok=True)
    model = AttributionModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
    with tempfile.TemporaryDirectory() as scratch:
        graph = Path(scratch) / ENCODER
        _export_encoder(model, graph)
        _quantize(graph, output / ENCODER) if int8 else graph.replace(output / ENCODER)
    _export_pairs(model, output / PAIRS)
    model.half().save_pretrained(output)
    (output / TOKENIZER).write_bytes((folder / TOKENIZER).read_bytes())
    return output


def _export_encoder(model: AttributionModel, path: Path) -> None:
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("pieces")}
    ids = torch.ones(2, 48, dtype=torch.int64)
    torch.onnx.export(
        _Encoder(model), (ids, torch.ones_like(ids)), str(path), dynamo=True, external_data=False, opset_version=OPSET,
        input_names=["input_ids", "attention_mask"], output_names=["states", "tags"],
        dynamic_shapes={"input_ids": sizes, "attention_mask": sizes}, verbose=False,
    )  # fmt: skip


def _export_pairs(model: AttributionModel, path: Path) -> None:
    batch, pieces, cues = (torch.export.Dim(name) for name in ("batch", "pieces", "cues"))
    first, last = torch.ones(2, 5, dtype=torch.int64), torch.full((2, 5), 2)  # one tensor twice would become one input
    torch.onnx.export(
        model.pairs, (torch.randn(2, 48, model.config.hidden_size), first, last), str(path), dynamo=True,
        external_data=False, opset_version=OPSET, input_names=["states", "first", "last"], output_names=["logits"],
        dynamic_shapes={"states": {0: batch, 1: pieces}, "first": {0: batch, 1: cues}, "last": {0: batch, 1: cues}},
        verbose=False,
    )  # fmt: skip


def _quantize(graph: Path, output: Path) -> None:
    from onnxruntime.quantization import QuantType, quant_pre_process, quantize_dynamic

    prepared = graph.with_suffix(".prepared.onnx")
    quant_pre_process(str(graph), str(prepared), skip_symbolic_shape=True)
    quantize_dynamic(str(prepared), str(output), per_channel=True, weight_type=QuantType.QInt8)
