"""Check a model folder before anything of it is loaded: nothing in it may run code, reach outside, or fill memory."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scoring.errors import ModelError

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "model.safetensors"
INDEX = "model.safetensors.index.json"
MOST_CONFIG, MOST_TOKENIZER, MOST_HEADER = 2**20, 2**27, 100_000_000
"""Most bytes of a configuration, of a tokenizer, and of the header of safetensors. Configurations have a few kB,
tokenizers some MB; the last is safetensors' own bound."""
MOST_NUMBERS = 3e9
"""Most parameters that a configuration may ask for: twenty times as many as the largest encoders used for tagging."""
FEW_NUMBERS, SHARED = 1e8, 4
"""A configuration may ask for as many parameters as the first number says, or as the second says for each byte of its
folder. A parameter takes at least a byte (int8), but encoders that share layers store fewer than they seem to have."""
BOUNDS = {
    "hidden_size": 16_384, "intermediate_size": 65_536, "num_hidden_layers": 128, "num_attention_heads": 256,
    "vocab_size": 2_000_000, "max_position_embeddings": 131_072, "relative_attention_num_buckets": 4096,
}  # fmt: skip
CODE = ("auto_map", "trust_remote_code", "custom_pipelines", "custom_object", "_target_")
"""Keys by which a configuration names code to run."""
REMOTE = (
    "_name_or_path", "name_or_path", "base_model", "base_model_name_or_path", "model_name_or_path", "pretrained",
    "pretrained_model_name_or_path", "repo_id", "repository", "tokenizer_name",
)  # fmt: skip
"""Keys by which a configuration names another model; the program's own models need no other."""
OWN = "sourcegrade-attribution"
EXTERNAL = b"\x0a\x08location\x12"
"""Bytes that say in an ONNX graph that a tensor lies in another file: the entry "location" of its external data."""
PICKLES = (b"\x80", b"PK\x03\x04", b"(", b"c")
"""First bytes of Python's pickles and torch's archives; safetensors begin with the length of their header."""


def checked(folder: Path) -> dict[str, Any]:
    """Make sure that a model folder holds nothing dangerous, and give its configuration.

    Parameters
    ----------
    folder
        Our weights or graphs, or a bare encoder's weights.

    Raises
    ------
    ModelError
        The folder lacks a file, holds a link that leads out of it or a pickle, names code or another repository, or
        asks for absurd sizes.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: is no folder; give a model folder, or 'rules' for the baseline without weights")
    _check_links(folder)
    for name, most in ((CONFIG, MOST_CONFIG), (TOKENIZER, MOST_TOKENIZER)):
        _check_file(folder, name, most)
    config = _read(folder / CONFIG)
    _check_config(config, folder / CONFIG)
    _check_weights(folder)
    for graph in sorted(folder.glob("*.onnx")):
        _check_graph(graph)
    return config


def _check_links(folder: Path) -> None:
    home = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_symlink() and not path.resolve().is_relative_to(home):
            raise ModelError(f"{path}: links out of its folder, to {path.readlink()}; put the file itself there")
        if path.name == "adapter_config.json":
            raise ModelError(f"{path}: is an adapter for another model; merge it into its model and save that")


def _check_file(folder: Path, name: str, most: int) -> None:
    path = folder / name
    if not path.is_file():
        raise ModelError(f"{folder}: has no {name}; a model folder holds {CONFIG}, {TOKENIZER} and weights")
    if path.stat().st_size > most:
        raise ModelError(f"{path}: has {path.stat().st_size:,} bytes, more than the {most:,} that any model needs")


def _read(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: is no JSON: {error}") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    if not isinstance(config, dict):
        raise ModelError(f"{path}: holds a {type(config).__name__}; a model's configuration is an object")
    return config


def _check_config(config: dict[str, Any], path: Path) -> None:
    ours = config.get("model_type") == OWN
    for key, value in _entries(config):
        if key in CODE and value:
            raise ModelError(f"{path}: {key} names code to run, {_short(value)}; no code of a model folder is run")
        if ours and key in REMOTE and value:
            raise ModelError(f"{path}: {key} names another model, {_short(value)}; a model folder stands for itself")
        if key in BOUNDS and not _is_whole(value, BOUNDS[key]):
            raise ModelError(f"{path}: {key} is {_short(value)}; give a whole number from 1 to {BOUNDS[key]:,}")
    encoder = config.get("encoder") if ours else config
    if not isinstance(encoder, dict):
        raise ModelError(f"{path}: encoder is {_short(encoder)}; give the encoder's own configuration, an object")
    numbers, held = _numbers(encoder), sum(p.stat().st_size for p in path.parent.iterdir() if p.is_file())
    if numbers > MOST_NUMBERS or numbers > max(FEW_NUMBERS, SHARED * held):
        raise ModelError(f"{path}: asks for {numbers:,.0f} parameters; its weights hold {held:,} bytes")


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, also of objects inside."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _entries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _entries(inner)


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _numbers(encoder: Mapping[str, Any]) -> float:
    # a layer has four matrices of attention and two that lead to the inner width and back
    hidden, inner = encoder.get("hidden_size", 0), encoder.get("intermediate_size", 0)
    tables = encoder.get("vocab_size", 0) + encoder.get("max_position_embeddings", 0)
    return float(encoder.get("num_hidden_layers", 0) * hidden * (4 * hidden + 2 * inner) + tables * hidden)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _check_weights(folder: Path) -> None:
    shards = sorted(folder.glob("*.safetensors"))
    for path in shards:
        _check_safetensors(path)
    if (folder / INDEX).is_file():
        _check_file(folder, INDEX, MOST_TOKENIZER)
        names = _read(folder / INDEX).get("weight_map")
        for name in sorted(set(map(str, names.values()))) if isinstance(names, dict) else [""]:
            if Path(name).name != name or not (folder / name).is_file():
                raise ModelError(f"{folder / INDEX}: names the weights {name!r}; give files of the folder")
    pickles = sorted(p for p in folder.iterdir() if p.suffix in {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"})
    if pickles and not shards and not list(folder.glob("*.onnx")):
        raise ModelError(f"{pickles[0]}: is a pickle, which can run code; give the same weights as {WEIGHTS}")


def _check_safetensors(path: Path) -> None:
    """The file must hold the length of the header, the header, and then as many bytes as the header says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        header = file.read(1)
    # the length of a sound header may begin with the same byte as a pickle
    if start.startswith(PICKLES) and (header != b"{" or length > MOST_HEADER):
        raise ModelError(f"{path}: is a pickle or an archive of pickles, not safetensors; it is not opened")
    if size < 10 or header != b"{" or length > min(MOST_HEADER, size - 8):
        raise ModelError(f"{path}: is no safetensors file, or is cut short; save the weights anew")
    _check_extent(path, size, length)


def _check_extent(path: Path, size: int, length: int) -> None:
    with path.open("rb") as file:
        file.seek(8)
        try:
            header = json.loads(file.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
            needed = 8 + length + max(ends, default=0)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise ModelError(f"{path}: is no safetensors file: its header cannot be read") from error
    if needed != size:
        raise ModelError(f"{path}: has {size:,} bytes where its header says {needed:,}; it is cut short or damaged")


def _check_graph(path: Path) -> None:
    if not path.stat().st_size:
        raise ModelError(f"{path}: is empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(EXTERNAL) >= 0:
            raise ModelError(f"{path}: keeps weights in another file; export it as one file")
