"""A trained encoder of claims → the ONNX graph that ships, int8."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from scoring.attribution.folders import TOKENIZER
from scoring.attribution.known_answers import TOLERANCE, KnownAnswer, write_answer
from scoring.attribution.opening import open_graph, open_tokenizer
from scoring.dossier.grouping.paraphrase import GRAPH, INPUTS
from training.model.quantizing import quantize

OPSET = 18
QUESTION = "nobody on the quay was hurt when the old crane fell"
"""Of our own invention."""


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
    """Write ``paraphrase.onnx`` with int8 weights, ``tokenizer.json`` and a known answer into a folder."""
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
        tokenizer.save(str(output / TOKENIZER))
        write_int8(plain, output)
    return output


def write_int8(plain: Path, output: Path) -> None:
    """Quantize a float graph into a folder that holds its tokenizer, and leave a known answer beside it."""
    quantize(plain, output / GRAPH)
    encoded = open_tokenizer(output).encode(QUESTION)
    ids = tuple(encoded.ids)
    session = open_graph(plain, set(INPUTS))
    row = np.array([ids], dtype=np.int64)
    values = session.run(None, dict(zip(INPUTS, (row, np.ones_like(row)), strict=True)))[0]
    answer = KnownAnswer(GRAPH, QUESTION, ids, 0, values, TOLERANCE)
    answer.check(open_graph(output / GRAPH, set(INPUTS)), output / GRAPH)
    write_answer(output, answer)
