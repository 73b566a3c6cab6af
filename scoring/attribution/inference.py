"""Running the trained attribution model: ONNX Runtime by default, torch for a folder with safetensors only."""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from scoring.attribution.labels import BIO, TAG_ROLES, bio_decode
from scoring.attribution.linking import Words, apart, relation, tidied, unread
from scoring.attribution.rules import find_relations
from scoring.attribution.windows import NO_WORD, Window, windows
from scoring.errors import ModelError
from scoring.schema import AttributionRelation, Document, Sentence, Span

ENCODER, PAIRS, WEIGHTS = "encoder.onnx", "pairs.onnx", "model.safetensors"
TOKENIZER, CONFIG = "tokenizer.json", "config.json"
SOURCE, CUE = TAG_ROLES.index("source"), TAG_ROLES.index("cue")


LEAST_PIECES, MOST_PIECES = 16, 512
"""Bounds of a window in word pieces: below, no sentence fits; above, BERT's encoders have no positions."""
LEAST_NESTED = 0.85
"""Least probability of an attribution found inside a content that was read on its own: out of its context the model
sees more than there is (0.6 loses 3 points of complete F1 on PolNeAR dev, 0.85 one; deep chains found rise by half)."""


class Finder(Protocol):
    """Anything that finds attribution relations: the rules, or a model."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> tuple[AttributionRelation, ...]:
        """Relations of the document, in the order of their cues."""
        ...


class Scorer(Protocol):
    """The network behind a :class:`ModelFinder`; arrays as float32, one window at a time."""

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """States ``(pieces, hidden)`` and role logits ``(pieces, roles, 3)`` of ids ``(pieces,)``."""
        ...

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        """Logits ``(cues, pieces, 3)`` for cues ``(cues, 2)`` given by their first and last piece."""
        ...


@dataclass(frozen=True, slots=True)
class RulesFinder:
    """The baseline without weights, as a :class:`Finder`."""

    name: str = "rules"

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> tuple[AttributionRelation, ...]:
        """See :class:`Finder`."""
        return find_relations(document, sentences)


@dataclass(frozen=True, slots=True)
class OnnxScorer:
    """The two ONNX graphs of a model folder."""

    encoder: Any
    pairs: Any

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Scorer`."""
        batch = ids[np.newaxis].astype(np.int64)
        states, tags = self.encoder.run(None, {"input_ids": batch, "attention_mask": np.ones_like(batch)})
        return states[0], tags[0]

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        """See :class:`Scorer`."""
        feed = {"states": states[np.newaxis], "first": cues[np.newaxis, :, 0], "last": cues[np.newaxis, :, 1]}
        logits: np.ndarray = self.pairs.run(None, feed)[0][0]
        return logits


@dataclass(frozen=True, slots=True)
class TorchScorer:
    """The same through torch, for a freshly trained folder; needs the extra ``train``."""

    model: Any

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Scorer`."""
        import torch

        with torch.inference_mode():
            batch = torch.from_numpy(ids[np.newaxis].astype(np.int64))
            states, tags = self.model.encode(batch, torch.ones_like(batch))
        return states[0].numpy(), tags[0].numpy()

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        """See :class:`Scorer`."""
        import torch

        with torch.inference_mode():
            places = torch.from_numpy(cues[np.newaxis])
            logits = self.model.pairs(torch.from_numpy(states[np.newaxis]), places[..., 0], places[..., 1])
        array: np.ndarray = logits[0].numpy()
        return array


@dataclass(frozen=True, slots=True)
class ModelFinder:
    """Finds relations with a trained model; a document is read window by window, nothing is cut."""

    name: str
    scorer: Scorer
    tokenizer: Any
    window: int

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> tuple[AttributionRelation, ...]:
        """See :class:`Finder`."""
        readable = _blank(document) if sentences else ""
        found = self._read_all(windows(readable, self.tokenizer, self.window))
        tidy = apart([t for r in found if (t := tidied(r, sentences, document.text))], sentences)
        return tuple(sorted([*tidy, *self._nested(readable, tidy)], key=lambda r: (r.cue or r.contents[0]).start))

    def _nested(self, text: str, found: Sequence[AttributionRelation]) -> Iterator[AttributionRelation]:
        """Attributions inside contents, each of which is read again on its own where a cue may stand in it unfound."""
        contents = unread(text, found)
        if not contents:
            return
        for inner in self._read_all(windows(text, self.tokenizer, self.window, contents)):
            if inner.source and inner.probability >= LEAST_NESTED and _lies_in(inner, contents):
                yield inner

    def _read_all(self, found: Sequence[Window]) -> Iterator[AttributionRelation]:
        """Relations of all windows in order; windows are read side by side, each on one processor.

        Two windows on two processors take half as long as two processors on one window, or less.
        """
        with ThreadPoolExecutor(max_workers=max(1, min(len(found), processors()))) as pool:
            for relations in pool.map(lambda window: list(self._read(window)), found):
                yield from relations

    def _read(self, window: Window) -> Iterator[AttributionRelation]:
        states, tags = self.scorer.tag(window.ids)
        inside = window.words != NO_WORD
        first = np.flatnonzero(inside & (np.diff(window.words, prepend=NO_WORD - 1) != 0))
        last = np.flatnonzero(inside & (np.diff(window.words, append=NO_WORD - 1) != 0))
        words = Words(window.starts[first], window.ends[last], np.cumsum(~inside)[first])
        cue_logits = _by_word(tags[:, CUE], first, last)
        probabilities = softmax(cue_logits)
        cues = bio_decode(probabilities.argmax(axis=1).tolist())
        if not cues:
            return
        sources = bio_decode(_by_word(tags[:, SOURCE], first, last).argmax(axis=1).tolist())
        places = np.array([(first[s], last[e - 1]) for s, e in cues], dtype=np.int64)
        pairs = self.scorer.pair(states, places)
        for (start, end), logits in zip(cues, pairs, strict=True):
            certainty = float(1 - probabilities[start:end, 0].min())
            found = relation(words, (start, end), certainty, softmax(_by_word(logits, first, last)), sources)
            if found:
                yield found


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lies_in(relation: AttributionRelation, stretches: Sequence[tuple[int, int]]) -> bool:
    """Whether the whole relation stands in one of the stretches, which are in order and disjoint."""
    parts = [part for part in (relation.source, relation.cue, *relation.contents) if part]
    start, end = min(part.start for part in parts), max(part.end for part in parts)
    place = bisect_right(stretches, start, key=lambda stretch: stretch[0]) - 1
    return place >= 0 and end <= stretches[place][1]


def _by_word(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Means of ``values`` ``(pieces, n)`` over the pieces of each word, ``(words, n)``."""
    total = np.concatenate([np.zeros((1, values.shape[1]), values.dtype), values.cumsum(axis=0)])
    means: np.ndarray = (total[last + 1] - total[first]) / (last + 1 - first)[:, np.newaxis]
    return means


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: np.ndarray = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def _blank(document: Document) -> str:
    """The text with skipped stretches as spaces, offsets unchanged: they cost no reading and mislead no one."""
    text = document.text
    for skipped in document.skipped:
        span = skipped.span
        text = text[: span.start] + _spaces(span, text) + text[span.end :]
    return text


def _spaces(span: Span, text: str) -> str:
    return "".join("\n" if c == "\n" else " " for c in span.of(text))


@lru_cache(maxsize=4)
def load_finder_folder(folder: Path) -> ModelFinder:
    """Load a model folder: ``config.json``, ``tokenizer.json`` and ONNX graphs, or safetensors.

    Raises
    ------
    ModelError
        The folder or one of its files is missing or damaged.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: is no folder; give a model folder, or 'rules' for the baseline without weights")
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelError(f"{folder}: has no {name}; a model folder holds {CONFIG}, {TOKENIZER} and weights")
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        return ModelFinder(folder.name, _scorer(folder), _tokenizer(folder), _window(config, folder))
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(f"{folder}: cannot be loaded: {str(error).splitlines()[0]}") from error


def _window(config: Any, folder: Path) -> int:
    """The length that the model was trained on, in word pieces."""
    if not isinstance(config, dict):
        raise ModelError(f"{folder / CONFIG}: holds a {type(config).__name__}; a model's configuration is an object")
    most = config.get("max_position_embeddings", MOST_PIECES)
    window = config.get("window", 256)
    if not isinstance(window, int) or not isinstance(most, int) or not LEAST_PIECES <= window <= most:
        raise ModelError(f"{folder / CONFIG}: window is {window!r}; give a whole number from {LEAST_PIECES} to {most}")
    return window


def model_files(folder: Path) -> tuple[Path, ...]:
    """The files of a model folder that decide its output, in a fixed order."""
    names = (CONFIG, TOKENIZER, ENCODER, PAIRS) if (folder / ENCODER).is_file() else (CONFIG, TOKENIZER, WEIGHTS)
    return tuple(folder / name for name in names)


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{folder / TOKENIZER}: is no tokenizer: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _scorer(folder: Path) -> Scorer:
    if (folder / ENCODER).is_file() and (folder / PAIRS).is_file():
        inputs = ({"input_ids", "attention_mask"}, {"states", "first", "last"})
        encoder, pairs = (_session(folder / n, i) for n, i in zip((ENCODER, PAIRS), inputs, strict=True))
        return OnnxScorer(encoder, pairs)
    if (folder / WEIGHTS).is_file():
        return _torch_scorer(folder)
    raise ModelError(f"{folder}: has no weights; expected {ENCODER} and {PAIRS}, or {WEIGHTS}")


def _session(path: Path, inputs: set[str]) -> Any:
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # windows run side by side instead, see ModelFinder
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base below Exception
        raise ModelError(f"{path}: is no ONNX model that can be run: {str(error).splitlines()[0]}") from error
    found = {one.name for one in session.get_inputs()}
    if found != inputs:
        raise ModelError(f"{path}: takes {', '.join(sorted(found))}; expected {', '.join(sorted(inputs))}")
    return session


def _torch_scorer(folder: Path) -> Scorer:
    try:
        import torch

        from scoring.attribution.modeling import AttributionModel
    except ImportError as error:
        raise ModelError(
            f"{folder}: holds {WEIGHTS} only, which need torch; pip install 'sourcegrade[train]', or export it to ONNX"
        ) from error
    model = AttributionModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    return TorchScorer(model.eval())


assert BIO == 3  # the layout that ``tag`` returns
