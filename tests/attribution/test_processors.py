"""The graphs give the same numbers on every processor; a graph that does not is refused.

Emulated tests run under ``qemu-x86_64 -cpu Haswell`` (Debian's ``qemu-user``): a processor with AVX2 and without VNNI.
"""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.inference import ENCODER, load_finder_folder
from scoring.attribution.known_answers import ANSWERS, read_answer
from scoring.attribution.opening import open_graph
from scoring.dossier.grouping.paraphrase import GRAPH, INPUTS
from scoring.errors import ModelError

GRAPHS = [(resources.model(), ENCODER, {"input_ids"}), (resources.paraphrase_model(), GRAPH, set(INPUTS))]
MOST_WEIGHT = 64
"""Of 7 bits, signed."""
EMULATOR = shutil.which("qemu-x86_64")
emulated = [
    pytest.mark.emulated,
    pytest.mark.slow,
    pytest.mark.skipif(
        not EMULATOR or platform.machine() != "x86_64",
        reason="needs qemu-x86_64 (apt-get install qemu-user) on an x86-64 machine",
    ),
]
ASKED = """
import json, sys
from pathlib import Path
from scoring.attribution.opening import open_graph
from scoring.attribution.known_answers import read_answer
for folder, graph, inputs in json.loads(sys.argv[1]):
    answer = read_answer(Path(folder), graph)
    print(answer.distance(open_graph(Path(folder) / graph, set(inputs), answer)))
"""
MULTIPLIED = """
import sys
from pathlib import Path
import numpy as np
import onnxruntime
from scoring.attribution.opening import open_graph
path = Path(sys.argv[1])
feed = {"values": np.load(sys.argv[2])}
plain = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, feed)[0]
np.savez(sys.argv[3], plain=plain, ours=open_graph(path, {"values"}).run(None, feed)[0])
"""


def on_haswell(code: str, *arguments: str) -> str:
    command = [str(EMULATOR), "-cpu", "Haswell", sys.executable, "-c", code, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def distances() -> list[float]:
    answers = [(read_answer(folder, graph), folder / graph, inputs) for folder, graph, inputs in GRAPHS]
    return [answer.distance(open_graph(path, inputs, answer)) for answer, path, inputs in answers if answer]


def test_the_graphs_know_the_answers_of_their_float_models() -> None:
    assert all(0.01 < distance < 0.15 for distance in distances()), "neither the float model itself nor far from it"
    assert len(distances()) == len(GRAPHS)


@pytest.mark.parametrize(("folder", "graph"), [row[:2] for row in GRAPHS])
def test_no_product_can_saturate(folder: Path, graph: str) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(folder / graph)).graph
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.initializer}
    weights = [stored[node.input[1]] for node in model.node if node.op_type == "MatMulInteger"]
    assert len(weights) >= 24
    for matrix in weights:
        assert matrix.dtype == np.int8 and np.abs(matrix.astype(int)).max() <= MOST_WEIGHT
    assert not any(node.op_type in {"Softmax", "MultiHeadAttention"} for node in model.node), "sums in another order"


def product(path: Path, most: int) -> None:
    """A graph of one product with int8 weights up to ``most``, quantized as older versions did."""
    onnx = pytest.importorskip("onnx")
    draw = np.random.default_rng(5)
    weights = draw.integers(most // 2, most, (256, 16)).astype(np.int8)
    helper, kind = onnx.helper, onnx.TensorProto
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["values"], ["whole", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["whole", "weights", "zero"], ["sums"]),
        helper.make_node("Cast", ["sums"], ["numbers"], to=kind.FLOAT),
        helper.make_node("Mul", ["numbers", "scale"], ["products"]),
    ]
    graph = helper.make_graph(
        nodes, "product", [helper.make_tensor_value_info("values", kind.FLOAT, [8, 256])],
        [helper.make_tensor_value_info("products", kind.FLOAT, [8, 16])],
        [onnx.numpy_helper.from_array(weights, "weights")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(path))


class TestEmulated:
    pytestmark = emulated

    def test_a_processor_without_vnni_gives_the_same_answers(self) -> None:
        asked = json.dumps([(str(folder), graph, sorted(inputs)) for folder, graph, inputs in GRAPHS])
        there = [float(line) for line in on_haswell(ASKED, asked).split()]
        assert there == pytest.approx(distances(), abs=1e-5)

    @pytest.mark.parametrize(("most", "saturates"), [(127, True), (MOST_WEIGHT, False)])
    def test_the_emulator_saturates_where_the_processor_does(self, tmp_path: Path, most: int, saturates: bool) -> None:
        graph, values, found = tmp_path / "product.onnx", tmp_path / "values.npy", tmp_path / "found.npz"
        product(graph, most)
        np.save(values, np.random.default_rng(6).uniform(0.5, 1, (8, 256)).astype(np.float32))
        here = open_graph(graph, {"values"}).run(None, {"values": np.load(values)})[0]
        on_haswell(MULTIPLIED, str(graph), str(values), str(found))
        there = np.load(found)
        assert np.allclose(there["plain"], here, rtol=1e-4) is not saturates, "as ONNX Runtime multiplies by itself"
        assert np.allclose(there["ours"], here, rtol=1e-4), "as graphs without a known answer are opened"

    @pytest.mark.slow
    def test_the_demo_prints_the_same(self) -> None:
        example = str(resources.example("channel_relay.txt"))
        command = [sys.executable, "-m", "scoring", "score", example, "--outlet", "rivermail.example", "-q"]
        here = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
        emulator = [str(EMULATOR), "-cpu", "Haswell"]
        there = subprocess.run([*emulator, *command], capture_output=True, text=True, timeout=600, check=True).stdout
        assert "16 claims" in here and there == here


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The shipped model's folder as one of a user's, with a list of its own."""
    folder = tmp_path / "mine"
    names = ["config.json", "tokenizer.json", "encoder.onnx", "pairs.onnx", "claims.onnx", ANSWERS]
    folder.mkdir()
    for name in names:
        shutil.copy(resources.model() / name, folder)
    lines = [f"{resources.sha256(folder / name)}  {name}\n" for name in names if name != ANSWERS]
    (folder / resources.SUMS).write_text("".join(lines))
    return folder


def test_a_sound_copy_is_loaded(copied: Path) -> None:
    assert load_finder_folder(copied).name == "mine"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["encoder.onnx", "pairs.onnx", "claims.onnx", "tokenizer.json"])
def test_one_flipped_bit_is_seen(copied: Path, name: str) -> None:
    flip(copied / name)
    with pytest.raises(ModelError, match=rf"{name}: is not the file that .* lists"):
        load_finder_folder(copied)


def answered(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        rows = json.loads((folder / ANSWERS).read_text())
        change(rows[ENCODER])
        (folder / ANSWERS).write_text(json.dumps(rows))

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (answered(lambda row: row.update(input_ids=[7] * 24)), "computes wrongly"),
        (answered(lambda row: row.update(values=[[0.0]])), "holds no known answer"),
        (answered(lambda row: row.update(tolerance=float("nan"))), "holds no known answer"),
        (answered(lambda row: row.pop("text")), "holds no known answer"),
        (lambda folder: (folder / ANSWERS).write_bytes(b"\xff{"), "holds no known answer"),
    ],
)
def test_a_wrong_answer_is_refused_in_a_line(copied: Path, change: Callable[[Path], None], said: str) -> None:
    change(copied)
    with pytest.raises(ModelError, match=said) as refusal:
        load_finder_folder(copied)
    assert "\n" not in str(refusal.value)


def doctor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scoring", "doctor", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_doctor_finds_nothing_wrong_here() -> None:
    run = doctor()
    assert run.returncode == 0, run.stdout
    for words in ("Python 3", "onnxruntime 1", "as SHA256SUMS lists them", "known answer, encoder.onnx: off by"):
        assert words in run.stdout
    assert "WRONG" not in run.stdout


@pytest.mark.slow
def test_doctor_says_what_is_wrong_with_a_folder(copied: Path) -> None:
    flip(copied / "pairs.onnx")
    run = doctor("--model", str(copied), "--format", "json")
    wrong = [row for row in json.loads(run.stdout) if row["advice"]]
    assert run.returncode == 1 and [row["name"] for row in wrong] == ["model"]
    assert "pairs.onnx: is not the file" in wrong[0]["state"] and "another folder" in wrong[0]["advice"]
    flip(copied / "pairs.onnx")
    sound = doctor("--model", str(copied), "--format", "json")
    assert sound.returncode == 0 and any("off by" in row["state"] for row in json.loads(sound.stdout))
    (copied / ANSWERS).unlink()
    assert "holds none, as those of older versions" in doctor("--model", str(copied)).stdout
