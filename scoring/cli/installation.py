"""Whether an installation computes what it should: versions, processor, files, known answers, extras."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from scoring import resources
from scoring._version import __version__
from scoring.attribution.inference import ENCODER, OnnxScorer, load_finder_folder, model_files
from scoring.attribution.known_answers import read_answer
from scoring.dossier.grouping.paraphrase import GRAPH, load_claim_encoder
from scoring.errors import SourcegradeError

LIBRARIES = ("onnxruntime", "tokenizers", "numpy", "pyarrow", "trafilatura")
"""Libraries whose versions decide what is read and computed."""
EXTRAS = {
    "serve": ("fastapi", "uvicorn", "prometheus_client"), "pdf": ("weasyprint",), "scale": ("ray",),
    "train": ("torch", "transformers", "datasets", "onnx", "sklearn", "scipy"),
}  # fmt: skip
"""Modules by which an extra counts as installed; without them its commands say that it is missing."""
WIDE = {"X86_V3": "AVX2", "AVX2": "AVX2", "X86_V4": "AVX-512", "AVX512_SKX": "AVX-512", "AVX512_ICL": "AVX-512 VNNI",
        "NEON": "NEON", "ASIMD": "NEON", "ASIMDDP": "NEON dot products"}  # fmt: skip
"""Numpy's names of the instructions that a processor has, and the usual names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; ``advice`` says what to do if something is wrong with it, else it is ``None``."""

    name: str
    state: str
    advice: str | None = None


def examine(model: Path | None = None) -> Iterator[Finding]:
    """Check what a rating depends on, one finding after the other.

    Parameters
    ----------
    model
        A model folder to check in place of the shipped one.
    """
    yield Finding("version", f"sourcegrade {__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield Finding("processor", f"{platform.machine()}, {', '.join(_features()) or 'none of the wide instructions'}")
    yield Finding("libraries", ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES))
    yield _shipped_files()
    yield from _model(model or resources.model())
    yield from _claim_encoder()
    for extra, modules in EXTRAS.items():
        yield _extra(extra, modules)


def _features() -> list[str]:
    """Instructions that numpy found in the processor, by their usual names."""
    import numpy as np

    config: Any = np.show_config(mode="dicts")  # type: ignore[call-overload,func-returns-value,unused-ignore]
    extensions = config.get("SIMD Extensions", {})
    names = [*extensions.get("baseline", ()), *extensions.get("found", ())]
    return list(dict.fromkeys(WIDE[name] for name in names if name in WIDE))


def _shipped_files() -> Finding:
    """Compare all that ships under ``data/`` with its list."""
    place = resources.sums()
    if not place.is_file():
        return Finding("files", f"{place} is missing", "install sourcegrade anew")
    digests = resources.listed_sums(place)
    wrong = [name for name, digest in digests.items() if not _is(place.parent / name, digest)]
    if wrong:
        names = ", ".join(wrong[:5]) + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        return Finding("files", f"{names}: not as {place} lists", "install sourcegrade anew, or run make sums")
    return Finding("files", f"all {len(digests)} of {place.parent} are as {resources.SUMS} lists them")


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and resources.sha256(path) == digest


def _model(folder: Path) -> Iterator[Finding]:
    try:
        begun = time.perf_counter()
        finder = load_finder_folder(folder.resolve())
        took = time.perf_counter() - begun
    except SourcegradeError as error:
        yield Finding("model", str(error), "give another folder, or install sourcegrade anew")
        return
    digests = ", ".join(f"{path.name} {resources.sha256(path)[:12]}" for path in model_files(folder) if path.is_file())
    yield Finding("model", f"{finder.name} from {folder}, loaded in {took:.1f} s; sha256 {digests}")
    if isinstance(finder.scorer, OnnxScorer):
        yield _answer(folder, ENCODER, finder.scorer.encoder)


def _claim_encoder() -> Iterator[Finding]:
    folder = resources.paraphrase_model()
    try:
        encoder = load_claim_encoder()
    except SourcegradeError as error:
        yield Finding("claim encoder", str(error), "install sourcegrade anew")
        return
    yield Finding("claim encoder", f"{GRAPH} {resources.sha256(folder / GRAPH)[:12]} from {folder}")
    yield _answer(folder, GRAPH, encoder.session)


def _answer(folder: Path, graph: str, session: Any) -> Finding:
    """How far the answer of a loaded graph lies from its float model's, and how long the graph took."""
    name, answer = f"known answer, {graph}", read_answer(folder, graph)
    if answer is None:
        state = f"{folder} holds none, as those of older versions; its products are taken in a slower, exact way"
        return Finding(name, state, f"write it anew: sourcegrade dev requantize {folder} NEW")
    begun = time.perf_counter()
    distance = answer.distance(session)
    took = 1000 * (time.perf_counter() - begun)
    state = f"off by {distance:.2%} of the float model's, at most {answer.tolerance:.0%} is right; {took:.0f} ms"
    return Finding(name, state)


def _extra(extra: str, modules: tuple[str, ...]) -> Finding:
    missing = [name for name in modules if util.find_spec(name) is None]
    if not missing:
        return Finding(f"extra {extra}", "installed")
    return Finding(f"extra {extra}", f"not installed; {resources.installing(extra)} brings it")
