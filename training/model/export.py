"""A trained model → what ships: two ONNX graphs in int8 or float, config and tokenizer.

The matrices of the graphs carry the names of the model's own, so that fine-tuning can turn them back
(:mod:`training.model.restoring`).
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from scoring import resources
from scoring.attribution.claim_features import FEATURES
from scoring.attribution.folders import TOKENIZER
from scoring.attribution.inference import CLAIMS, ENCODER, MOST_PIECES, PAIRS
from scoring.attribution.known_answers import ANSWERS, TOLERANCE, KnownAnswer, write_answer
from scoring.attribution.modeling import AttributionModel
from scoring.attribution.opening import open_graph, open_tokenizer
from scoring.writing.files import put
from training.model.onnx_graph import MPNetGraph, PlainGraph
from training.model.quantizing import is_matrix, quantize

OPSET = 18
LAYER = ("qkv", "out", "widen", "narrow")
"""Matrices of a layer of :class:`training.model.onnx_graph.MPNetGraph`, in the order in which they are used."""
EVENED = ("qkv", "widen")
SAMPLES, SAMPLED = 40, 200
"""Texts, and word pieces of each, by which the sizes of columns are measured."""
PAIR_HEAD = ("cue", "piece", "mix", "out")
HEADS = "heads.weight"
HEADS_OUTPUT = 1
"""Its place among the encoder's outputs."""
QUESTION = "The harbour master said on Monday that two ships may have left Old Belmar, according to a letter."
"""Of our own invention; it has a source, cues, contents and a hedge, so that each head has something to say."""


def export(folder: Path, output: Path, *, int8: bool = True, window: int | None = None) -> Path:
    """Write ``encoder.onnx``, ``pairs.onnx``, ``config.json``, ``tokenizer.json``, a known answer and ``SHA256SUMS``.

    With ``int8`` the encoder's matrices and embeddings are quantized: weights beforehand, by channel, what is
    multiplied with them as it comes. The heads' matrix is not: it is small and decides. ``window``, in pieces, is what
    the model is to read at a time, where that is another length than it was trained on.
    """
    output.mkdir(parents=True, exist_ok=True)
    model = AttributionModel.from_folder(folder).eval()
    model.config.window = window or model.config.window
    with tempfile.TemporaryDirectory() as scratch:
        graph = Path(scratch) / ENCODER
        _export_encoder(model, graph)
        if int8:
            tokenizer = open_tokenizer(folder)
            quantize(graph, output / ENCODER, spared=[HEADS], evened=_after_norms(model), feeds=_samples(tokenizer))
            _answered(graph, output / ENCODER, tokenizer)
        else:
            shutil.copy(graph, output / ENCODER)
    _export_pairs(model, output / PAIRS)
    _export_claims(model, output / CLAIMS)
    model.config.save_pretrained(output)
    shutil.copy(folder / TOKENIZER, output)
    _write_sums(output)
    return output


def _export_encoder(model: AttributionModel, path: Path) -> None:
    fast = model.config.encoder["model_type"] == "mpnet"
    graph = (MPNetGraph if fast else PlainGraph)(model).eval()
    torch.onnx.export(
        graph, (torch.full((1, 48), 5),), str(path), dynamo=True, external_data=False, opset_version=OPSET,
        input_names=["input_ids"], output_names=["states", "heads"],
        dynamic_shapes={"input_ids": {1: torch.export.Dim("pieces", max=MOST_PIECES)}}, verbose=False,
    )  # fmt: skip
    if fast:
        layers = range(model.encoder.config.num_hidden_layers)
        _name_matrices(path, [*(f"layers.{i}.{part}.weight" for i in layers for part in LAYER), HEADS])


def _export_pairs(model: AttributionModel, path: Path) -> None:
    batch, pieces, cues = (torch.export.Dim(name) for name in ("batch", "pieces", "cues"))
    first, last = torch.ones(2, 5, dtype=torch.int64), torch.full((2, 5), 2)  # one tensor twice would become one input
    hidden = model.encoder.config.hidden_size
    torch.onnx.export(
        model.pairs, (torch.randn(2, 48, hidden), first, last), str(path), dynamo=True,
        external_data=False, opset_version=OPSET, input_names=["states", "first", "last"], output_names=["logits"],
        dynamic_shapes={"states": {0: batch, 1: pieces}, "first": {0: batch, 1: cues}, "last": {0: batch, 1: cues}},
        verbose=False,
    )  # fmt: skip
    _name_matrices(path, [f"{part}.weight" for part in PAIR_HEAD])


def _export_claims(model: AttributionModel, path: Path) -> None:
    batch, pieces, claims = (torch.export.Dim(name) for name in ("batch", "pieces", "claims"))
    hidden = model.encoder.config.hidden_size
    member = torch.zeros(2, 5, 48)
    member[:, :, 3:9] = 1
    first, last = torch.full((2, 5), 3), torch.full((2, 5), 8)
    torch.onnx.export(
        model.claims, (torch.randn(2, 48, hidden), member, first, last, torch.zeros(2, 5, len(FEATURES))), str(path),
        dynamo=True, external_data=False, opset_version=OPSET, output_names=["answers", "pointed"], verbose=False,
        input_names=["states", "member", "first", "last", "features"],
        dynamic_shapes={
            "states": {0: batch, 1: pieces}, "member": {0: batch, 1: claims, 2: pieces},
            "first": {0: batch, 1: claims}, "last": {0: batch, 1: claims}, "features": {0: batch, 1: claims},
        },
    )  # fmt: skip
    _name_by_value(path, model.claims)


def _name_by_value(path: Path, module: torch.nn.Module) -> None:
    """Give the weights of a graph, of which the exporter turned matrices round, the names of those that they equal.

    The exporter keeps one of several that are equal, as biases before training are; the graph's properties say of the
    others which they equal.
    """
    model = onnx.load(str(path))
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    renamed: dict[str, str] = {}
    for name, parameter in module.named_parameters():
        values = parameter.detach().numpy()
        turned = values.T if name.endswith("weight") and not name.startswith("distance") else values
        place = next(k for k, v in stored.items() if v.shape == turned.shape and np.array_equal(v, turned))
        if renamed.setdefault(place, name) != name:
            model.metadata_props.add(key=name, value=renamed[place])
    for tensor in model.graph.initializer:
        tensor.name = renamed.get(tensor.name, tensor.name)
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = renamed.get(name, name)
    onnx.save(model, str(path))


def _name_matrices(path: Path, names: Sequence[str]) -> None:
    """Give the matrices of a graph, in the order of use, their names in the model."""
    model = onnx.load(str(path))
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    products = [n for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in stored]
    products = [n for n in products if is_matrix(stored[n.input[1]])]
    for node, name in zip(products, names, strict=True):
        stored[node.input[1]].name = name
        node.input[1] = name
    onnx.save(model, str(path))


def _after_norms(model: AttributionModel) -> list[str]:
    """Names of the matrices that take what a layer norm gives."""
    if model.config.encoder["model_type"] != "mpnet":
        return []
    return [f"layers.{i}.{part}.weight" for i in range(model.encoder.config.num_hidden_layers) for part in EVENED]


def _samples(tokenizer: Any) -> list[dict[str, np.ndarray]]:
    """The beginnings of labelled articles that ship, as inputs of the encoder."""
    with resources.labelled_examples("train").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, SAMPLES)]
    return [{"input_ids": np.array([tokenizer.encode(text).ids[:SAMPLED]], dtype=np.int64)} for text in texts]


def _answered(graph: Path, int8: Path, tokenizer: Any) -> None:
    """Ask the float graph a sentence, and leave the answer beside the int8 graph, to be checked when it is loaded.

    Raises
    ------
    ModelError
        The int8 graph gives another answer at once.
    """
    ids = tuple(tokenizer.encode(QUESTION).ids)
    session = open_graph(graph, {"input_ids"})
    values = session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})[HEADS_OUTPUT][0]
    answer = KnownAnswer(ENCODER, QUESTION, ids, HEADS_OUTPUT, values, TOLERANCE)
    answer.check(open_graph(int8, {"input_ids"}), int8)
    write_answer(int8.parent, answer)


def _write_sums(folder: Path) -> None:
    """List the digests of what no one changes by hand: the configuration may be calibrated later."""
    names = [name for name in (TOKENIZER, ENCODER, PAIRS, CLAIMS, ANSWERS) if (folder / name).is_file()]
    lines = [f"{resources.sha256(folder / name)}  {name}\n" for name in names]
    put(folder / resources.SUMS, "".join(lines))
