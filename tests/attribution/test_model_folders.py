"""Model folders that are hostile or broken: one clear line, and nothing of them is run."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring import resources
from scoring.attribution.folders import checked
from scoring.attribution.inference import load_finder_folder
from scoring.errors import ModelError

OWN = {"model_type": "sourcegrade-attribution", "window": 128}
BARE = {"model_type": "mpnet", "hidden_size": 32, "num_hidden_layers": 2, "vocab_size": 100, "num_attention_heads": 2}


def safetensors(path: Path, header: object = None, more: bytes = b"") -> None:
    text = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}} if header is None else header)
    path.write_bytes(len(text).to_bytes(8, "little") + text.encode() + bytes(4) + more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "model"
    made.mkdir()
    (made / "config.json").write_text(json.dumps(OWN | {"encoder": BARE}))
    (made / "tokenizer.json").write_text("{}")
    safetensors(made / "model.safetensors")
    return made


def configured(**changed: object) -> Callable[[Path], object]:
    return lambda folder: (folder / "config.json").write_text(json.dumps(OWN | {"encoder": BARE} | changed))


def bare(**changed: object) -> Callable[[Path], object]:
    return lambda folder: (folder / "config.json").write_text(json.dumps(BARE | changed))


class Opened:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("the pickle was opened",))


def linked(name: str) -> Callable[[Path], object]:
    def link(folder: Path) -> None:
        outside = folder.parent / "outside"
        outside.write_text("{}")
        (folder / name).unlink()
        (folder / name).symlink_to(Path("..") / "outside")

    return link


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pickle": (lambda f: (f / "model.safetensors").write_bytes(pickle.dumps(Opened())), "is a pickle"),
    "torch's archive": (lambda f: (f / "model.safetensors").write_bytes(b"PK\x03\x04" + bytes(200)), "is a pickle"),
    "cut short": (lambda f: (f / "model.safetensors").write_bytes(b"\x40"), "cut short"),
    "too long": (lambda f: safetensors(f / "model.safetensors", more=b"x"), "where its header says"),
    "a long header": (lambda f: (f / "model.safetensors").write_bytes(b"\xff" * 8 + b"{}"), "no safetensors"),
    "a header of nonsense": (lambda f: safetensors(f / "model.safetensors", {"w": 1}), "header cannot be read"),
    "auto_map": (configured(auto_map={"AutoModel": "evil--x.Model"}), "auto_map names code"),
    "auto_map within": (configured(encoder=BARE | {"auto_map": {"AutoConfig": "x.C"}}), "auto_map names code"),
    "trust": (configured(trust_remote_code=True), "trust_remote_code names code"),
    "auto_map of a bare encoder": (bare(auto_map={"AutoModel": "x.M"}), "auto_map names code"),
    "a repository": (configured(encoder="somebody/model"), "encoder is 'somebody/model'"),
    "a repository within": (configured(encoder=BARE | {"_name_or_path": "some/one"}), "names another model, 'some/one'"),
    "a base model": (configured(base_model_name_or_path="../../other"), "names another model"),
    "a wide encoder": (configured(encoder=BARE | {"hidden_size": 10**9}), "hidden_size is 1000000000"),
    "many layers": (bare(num_hidden_layers=10**6), "num_hidden_layers is 1000000"),
    "no layers": (bare(num_hidden_layers=-1), "num_hidden_layers is -1"),
    "large in all": (bare(hidden_size=16_000, intermediate_size=60_000, num_hidden_layers=100), "parameters"),
    "more than it holds": (bare(hidden_size=2000, num_hidden_layers=12), "its weights hold"),
    "not an object": (lambda f: (f / "config.json").write_text("[]"), "an object"),
    "no JSON": (lambda f: (f / "config.json").write_text("{"), "is no JSON"),
    "deep": (lambda f: (f / "config.json").write_text("[" * 100_000), "is no JSON"),
    "large config": (lambda f: (f / "config.json").write_text(" " * 2_000_000), "more than"),
    "a link for weights": (linked("model.safetensors"), "links out of its folder"),
    "a link for a tokenizer": (linked("tokenizer.json"), "links out of its folder"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer.json"),
    "no config": (lambda f: (f / "config.json").unlink(), "has no config.json"),
    "an adapter": (lambda f: (f / "adapter_config.json").write_text("{}"), "is an adapter"),
    "shards elsewhere": (
        lambda f: (f / "model.safetensors.index.json").write_text('{"weight_map": {"w": "../x.safetensors"}}'),
        "names the weights '../x.safetensors'",
    ),
    "a graph with weights elsewhere": (
        lambda f: (f / "encoder.onnx").write_bytes(b"..\x0a\x08location\x12\x0b../../x.bin"), "in another file"
    ),
    "an empty graph": (lambda f: (f / "encoder.onnx").touch(), "is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_hostile_folders_are_refused(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, said = CASES[name]
    assert checked(folder)["window"] == 128, "it was sound before"
    spoil(folder)
    for load in (checked, load_finder_folder):
        with pytest.raises(ModelError, match=r".") as error:
            load(folder)
        assert said in str(error.value) and "\n" not in str(error.value)
    assert "opened" not in capsys.readouterr().out


def test_a_pickle_alone_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Opened()))
    with pytest.raises(ModelError, match=r"pytorch_model\.bin: is a pickle, which can run code"):
        checked(folder)


def test_links_within_the_folder_are_fine(folder: Path) -> None:
    (folder / "blob").write_bytes((folder / "model.safetensors").read_bytes())
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to("blob")
    assert checked(folder)["window"] == 128
    (folder / "config.json").write_text(json.dumps(BARE | {"_name_or_path": "where/it/came/from"}))
    assert checked(folder)["vocab_size"] == 100, "a bare encoder may say where it came from"


def test_the_shipped_model_passes() -> None:
    assert checked(resources.model())["window"] == 256


def test_the_command_says_one_line(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(pickle.dumps(Opened()))
    article = folder.parent / "a.txt"
    shutil.copy(resources.model() / "README.md", article)
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "score", str(article), "--model", str(folder)],
        capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False,
    )  # fmt: skip
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "not safetensors" in done.stderr


@pytest.mark.slow
@pytest.mark.train
def test_from_pretrained_refuses_as_the_command_does(folder: Path) -> None:
    pytest.importorskip("torch")
    from scoring.attribution.modeling import AttributionModel

    (folder / "model.safetensors").write_bytes(pickle.dumps(Opened()))
    with pytest.raises(ModelError, match="is a pickle"):
        AttributionModel.from_pretrained(folder)
    with pytest.raises(ModelError, match="is no folder"):
        AttributionModel.from_pretrained("someone/model")
