"""A float graph, its int8 graph, and the float graph that this one stands for; needs the extra ``train``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.train
onnx = pytest.importorskip("onnx")
pytest.importorskip("torch")

WIDTH, MOST = 32, 64


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Embeddings, a product by ``inner``, softmax, a product by ``outer``; one column of what ``inner`` takes is large."""
    draw = np.random.default_rng(3)
    table = draw.normal(size=(50, WIDTH)).astype(np.float32)
    spread = np.ones(WIDTH, np.float32)
    spread[4] = 40
    arrays = {
        "table": table, "spread": spread, "inner": (draw.normal(size=(WIDTH, 16)) / spread[:, None]).astype(np.float32),
        "outer": draw.normal(size=(16, 8)).astype(np.float32),
    }  # fmt: skip
    helper, kind = onnx.helper, onnx.TensorProto
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"], name="look"),
        helper.make_node("Mul", ["rows", "spread"], ["states"], name="spread_out"),
        helper.make_node("MatMul", ["states", "inner"], ["scores"], name="first"),
        helper.make_node("Softmax", ["scores"], ["shares"], name="softmax", axis=-1),
        helper.make_node("MatMul", ["shares", "outer"], ["result"], name="second"),
    ]
    made = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("ids", kind.INT64, ["pieces"])],
        [helper.make_tensor_value_info("result", kind.FLOAT, ["pieces", 8])],
        [onnx.numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )  # fmt: skip
    path = tmp_path / "float.onnx"
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), str(path))
    return path


FEED = {"ids": np.arange(40, dtype=np.int64)}


def result(path: Path) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, FEED)[0]


def weights(path: Path) -> dict[str, Any]:
    stored = onnx.load(str(path)).graph.initializer
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in stored}


def test_int8_graph_is_near_and_turns_back(graph: Path, tmp_path: Path) -> None:
    from training.model.quantizing import floated, quantize

    int8, again = tmp_path / "int8.onnx", tmp_path / "again.onnx"
    quantize(graph, int8)
    kinds = [node.op_type for node in onnx.load(str(int8)).graph.node]
    assert kinds.count("MatMulInteger") == 2 and "Softmax" not in kinds and "Exp" in kinds
    assert max(np.abs(weights(int8)[f"{name}_quantized"].astype(int)).max() for name in ("inner", "outer")) <= MOST
    onnx.save(floated(onnx.load(str(int8))), str(again))
    kinds = [node.op_type for node in onnx.load(str(again)).graph.node]
    assert kinds.count("MatMul") == 2 and not {"MatMulInteger", "DynamicQuantizeLinear", "DequantizeLinear"} & set(
        kinds
    )
    for name in ("table", "inner", "outer"):
        step = np.abs(weights(graph)[name]).max() / 63
        difference = np.abs(weights(again)[name] - weights(graph)[name]).max()
        assert 0 < difference <= step, name
    assert np.linalg.norm(result(again) - result(graph)) < 0.15 * np.linalg.norm(result(graph))


def test_softmax_written_out_is_the_same(graph: Path, tmp_path: Path) -> None:
    from training.model.quantizing import write_out_softmax

    model = onnx.load(str(graph))
    write_out_softmax(model.graph)
    onnx.save(model, str(tmp_path / "written.onnx"))
    assert np.allclose(result(tmp_path / "written.onnx"), result(graph), atol=1e-6)


def test_evened_out_columns_leave_less_rounding(graph: Path, tmp_path: Path) -> None:
    from training.model.quantizing import EVEN, quantize

    plain, evened = tmp_path / "plain.onnx", tmp_path / "evened.onnx"
    quantize(graph, plain)
    quantize(graph, evened, evened=["inner"], feeds=[FEED])
    even = weights(evened)[f"inner{EVEN}"]
    assert even.shape == (WIDTH,) and even.argmin() == 4 and np.median(even) == pytest.approx(1)
    spread = [float(np.abs(result(path) - result(graph)).mean()) for path in (plain, evened)]
    assert spread[1] < 0.8 * spread[0]


def test_spared_matrices_stay_as_they_are(graph: Path, tmp_path: Path) -> None:
    from training.model.quantizing import quantize

    quantize(graph, tmp_path / "spared.onnx", spared=["outer"])
    assert np.array_equal(weights(tmp_path / "spared.onnx")["outer"], weights(graph)["outer"])
