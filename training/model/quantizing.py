"""A float graph → an int8 graph that gives the same answers with AVX2 alone and with AVX-512 and VNNI; and back.

Two things made the numbers depend on the machine (measured in reports/evaluation/processors.md):

- *Saturation.* Where a processor has AVX2 but no VNNI, ONNX Runtime multiplies unsigned by signed bytes with an
  instruction that adds two products in 16 bits and clips the sum (microsoft/onnxruntime, issues 6004 and 14642).
  Weights of 7 bits cannot reach the clip: ``2 * 255 * 63 < 2**15``.
- *The order of a sum.* Integer products are exact, but a last digit that differs between two float kernels may move a
  value over the edge between two steps of 8 bits, and the steps move answers. Of the operations that our graphs use,
  one sums in another order where there is AVX-512: softmax. It is written out, in operations that do not.

What is multiplied with weights is rounded to 256 steps from the least to the greatest of it. A few columns of what a
layer norm gives are ten times as large as all others and make the steps coarse; they are divided, and their weights
multiplied, by the same number (Xiao et al. 2023, "SmoothQuant").

:mod:`training.requantizing` writes folders of older versions anew with it; nothing is trained.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, helper, numpy_helper

EVEN = "_even"
"""Ends the name of what the columns of a product's values are multiplied by beforehand."""
SHARE = 0.5
"""How much of a column's size goes over to its weights: alpha of SmoothQuant, eq. 4."""
LEAST = 1e-3
"""Below this size a column or its weights count as having it, so that nothing is divided by almost nothing."""
QUANTIZED = "_quantized"
"""Ends the name of an int8 matrix; ``_scale`` and ``_zero_point`` those of what turns it back."""


def quantize(
    graph: Path,
    output: Path,
    *,
    spared: Iterable[str] = (),
    evened: Iterable[str] = (),
    feeds: Sequence[Mapping[str, np.ndarray]] = (),
) -> None:
    """Write a graph with its matrices and embeddings in int8: 7 bits, signed, a scale for each column.

    Parameters
    ----------
    graph, output
        ONNX files, the first in float.
    spared
        Names of matrices that stay in float.
    evened
        Names of matrices, what is multiplied with which has columns of very different size.
    feeds
        Inputs of the graph by which the sizes are measured.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(graph))
    _even_out(model, set(evened), feeds)
    write_out_softmax(model.graph)
    matrices = {tensor.name for tensor in model.graph.initializer if is_matrix(tensor)} - set(spared)
    apart = [n.name for n in model.graph.node if n.op_type == "MatMul" and n.input[1] not in matrices]
    with tempfile.TemporaryDirectory() as scratch:
        ordered = Path(scratch) / "ordered.onnx"
        onnx.save(model, str(ordered))
        quantize_dynamic(
            str(ordered), str(output), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            nodes_to_exclude=apart,
        )  # fmt: skip


def _even_out(model: onnx.ModelProto, names: set[str], feeds: Sequence[Mapping[str, np.ndarray]]) -> None:
    """Move size from columns of values to their weights, in place; the float graph computes what it did."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes: list[NodeProto] = []
    sizes = _sizes(
        model, {n.input[0] for n in model.graph.node if n.op_type == "MatMul" and n.input[1] in names}, feeds
    )
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in names:
            values, name = node.input
            weights = numpy_helper.to_array(stored[name])
            column = np.maximum(sizes[values], LEAST) ** SHARE
            even = np.maximum(np.abs(weights).max(axis=1), LEAST) ** (1 - SHARE) / column
            even = (even / np.median(even)).astype(np.float32)
            stored[name].CopyFrom(numpy_helper.from_array(weights / even[:, np.newaxis], name))
            model.graph.initializer.append(numpy_helper.from_array(even, f"{name}{EVEN}"))
            evened = f"{name}/values"
            nodes.append(helper.make_node("Mul", [values, f"{name}{EVEN}"], [evened], name=evened))
            node.input[0] = evened
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _sizes(model: onnx.ModelProto, names: set[str], feeds: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The greatest absolute value of each column ``(columns,)`` of the graph's values of these names."""
    import onnxruntime

    if not names:
        return {}
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in sorted(names))
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    sizes: dict[str, np.ndarray] = {}
    for feed in feeds:
        for name, values in zip(sorted(names), session.run(sorted(names), dict(feed)), strict=True):
            columns = np.abs(values.reshape(-1, values.shape[-1])).max(axis=0)
            sizes[name] = np.maximum(sizes.get(name, columns), columns)
    return sizes


def is_matrix(tensor: onnx.TensorProto) -> bool:
    """Whether a tensor is a matrix of weights, rather than the vector that a layer norm takes its mean by."""
    return len(tensor.dims) == 2 and tensor.dims[1] > 1


def write_out_softmax(graph: GraphProto) -> None:
    """Put ``exp(x - max x) / sum`` for each softmax over the last axis, in place."""
    nodes: list[NodeProto] = []
    for node in graph.node:
        axis = next((a.i for a in node.attribute if a.name == "axis"), -1)
        nodes += _softmax(node) if node.op_type == "Softmax" and axis == -1 else [node]
    if len(nodes) == len(graph.node):
        return
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "softmax_axis"))
    del graph.node[:]
    graph.node.extend(nodes)


def _softmax(node: NodeProto) -> list[NodeProto]:
    values, result = node.input[0], node.output[0]
    most, less, power, total = (f"{result}/{part}" for part in ("most", "less", "power", "total"))
    return [
        helper.make_node("ReduceMax", [values, "softmax_axis"], [most], name=most, keepdims=1),
        helper.make_node("Sub", [values, most], [less], name=less),
        helper.make_node("Exp", [less], [power], name=power),
        helper.make_node("ReduceSum", [power, "softmax_axis"], [total], name=total, keepdims=1),
        helper.make_node("Div", [power, total], [result], name=result),
    ]


def floated(model: onnx.ModelProto) -> onnx.ModelProto:
    """The float graph that an int8 graph of ONNX Runtime's dynamic quantization stands for.

    Its weights are ``scale * (int8 - zero)``; what is multiplied with them is no longer rounded. Embeddings must pass
    something else, such as a norm, before a product, as those of all encoders do.
    """
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    plain = {
        name.removesuffix(QUANTIZED): _turned_back(stored, name.removesuffix(QUANTIZED))
        for name in stored
        if name.endswith(QUANTIZED)
    }
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.initializer[:]
    spent = {f"{name}{part}" for name in plain for part in (QUANTIZED, "_scale", "_zero_point")}
    result.graph.initializer.extend(t for t in model.graph.initializer if t.name not in spent)
    result.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in plain.items())
    del result.graph.node[:]
    result.graph.node.extend(_float_nodes(model.graph))
    return result


def _turned_back(stored: dict[str, np.ndarray], name: str) -> np.ndarray:
    scale, zero = stored[f"{name}_scale"].astype(np.float32), stored[f"{name}_zero_point"].astype(np.float32)
    weights: np.ndarray = (stored[f"{name}{QUANTIZED}"].astype(np.float32) - zero) * scale
    return weights


def _float_nodes(graph: GraphProto) -> list[NodeProto]:
    """The nodes with a plain product for each quantized one, and a plain look-up for each quantized table."""
    users = {name: node for node in graph.node for name in node.input}
    makers = {name: node for node in graph.node for name in node.output}
    nodes: list[NodeProto] = []
    replaced: set[str] = set()
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            cast = users[node.output[0]]
            scaled = users[cast.output[0]]  # times both scales, whose product has a node of its own
            taken = [makers[node.input[0]].input[0], node.input[1].removesuffix(QUANTIZED)]
            nodes.append(helper.make_node("MatMul", taken, scaled.output, name=scaled.output[0]))
            replaced |= {node.output[0], cast.output[0], scaled.output[0], *scaled.input}
        elif node.op_type == "Gather" and users[node.output[0]].op_type == "DequantizeLinear":
            result = users[node.output[0]].output
            taken = [node.input[0].removesuffix(QUANTIZED), node.input[1]]
            nodes.append(helper.make_node("Gather", taken, result, name=result[0], axis=0))
            replaced |= {node.output[0], result[0]}
    plain = {node.output[0]: node for node in nodes}
    kept = [n for n in graph.node if n.op_type != "DynamicQuantizeLinear"]
    return [
        plain.get(node.output[0], node) for node in kept if node.output[0] in plain or node.output[0] not in replaced
    ]
