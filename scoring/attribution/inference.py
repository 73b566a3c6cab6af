"""Running the trained attribution model: ONNX Runtime by default, torch for a folder with safetensors only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from scoring import resources
from scoring.attribution.claim_features import claim_features
from scoring.attribution.claim_reading import ReadClaim, read_claim
from scoring.attribution.folders import CONFIG, TOKENIZER, WEIGHTS, checked
from scoring.attribution.known_answers import ANSWERS, read_answer
from scoring.attribution.labels import PAIR_LABELS, bio_decode, columns
from scoring.attribution.linking import Words, relation
from scoring.attribution.opening import open_graph, open_tokenizer
from scoring.attribution.rules import find_relations
from scoring.attribution.segments import Segment, segments
from scoring.attribution.windows import NO_WORD, Window, windows
from scoring.attribution.word_labels import NO_LABELS, WordLabels, softmax, together
from scoring.errors import ModelError
from scoring.probability import logistic, logit
from scoring.schema import AttributionRelation, Document, Sentence
from scoring.text.quotes import Mask, quoted, with_marks

ENCODER, PAIRS, CLAIMS = "encoder.onnx", "pairs.onnx", "claims.onnx"

CLAIM_INPUTS = {"states", "member", "first", "last", "features"}

LEAST_PIECES, MOST_PIECES = 16, 512
"""Bounds of a window in word pieces: no sentence fits into less, and BERT's encoders have no positions for more."""


@dataclass(frozen=True, slots=True)
class FinderOutput:
    """What a finder gives for a document: relations in the order of their cues, and the labels of the words."""

    relations: tuple[AttributionRelation, ...]
    word_labels: WordLabels = NO_LABELS
    claims: tuple[ReadClaim, ...] | None = None
    """What the network reads as claims, in order; ``None`` from the rules, which read none."""


class Finder(Protocol):
    """Anything that finds attribution relations: the rules, or a model."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> FinderOutput:
        """Read the document."""
        ...


class Scorer(Protocol):
    """The network behind a :class:`ModelFinder`; arrays as float32, one window at a time."""

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """States ``(pieces, hidden)`` and outputs of the heads ``(pieces, outputs)`` of ids ``(pieces,)``."""
        ...

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        """Outputs ``(cues, pieces, PAIR_WIDTH)`` for cues ``(cues, 2)`` given by their first and last piece."""
        ...

    def claims(self, states: np.ndarray, members: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Answers ``(claims, sum(CLAIM_HEADS))`` and pointers ``(claims, pieces, POINTED)``.

        ``members`` ``(claims, pieces)`` is 1 for the pieces of a claim, ``features`` are those of ``claim_features``.
        """
        ...


@dataclass(frozen=True, slots=True)
class RulesFinder:
    """The baseline without weights, as a :class:`Finder`."""

    name: str = "rules"

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> FinderOutput:
        """See :class:`Finder`."""
        return FinderOutput(find_relations(document, sentences))


@dataclass(frozen=True, slots=True)
class OnnxScorer:
    """The three ONNX graphs of a model folder."""

    encoder: Any
    pairs: Any
    claim_head: Any

    def tag(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Scorer`."""
        batch = ids[np.newaxis].astype(np.int64)
        states, outputs = self.encoder.run(None, {"input_ids": batch})
        return states[0], outputs[0]

    def pair(self, states: np.ndarray, cues: np.ndarray) -> np.ndarray:
        """See :class:`Scorer`."""
        feed = {"states": states[np.newaxis], "first": cues[np.newaxis, :, 0], "last": cues[np.newaxis, :, 1]}
        logits: np.ndarray = self.pairs.run(None, feed)[0][0]
        return logits

    def claims(self, states: np.ndarray, members: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Scorer`."""
        first, last = ends_of(members)
        feed = {"states": states, "member": members, "first": first, "last": last, "features": features}
        answers, pointed = self.claim_head.run(None, {name: array[np.newaxis] for name, array in feed.items()})
        return answers[0], pointed[0]


@dataclass(frozen=True, slots=True)
class TorchScorer:
    """The same model run by torch, for a folder that was just trained; needs the extra ``train``."""

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

    def claims(self, states: np.ndarray, members: np.ndarray, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Scorer`."""
        import torch

        first, last = ends_of(members)
        given = (torch.from_numpy(array[np.newaxis]) for array in (states, members, first, last, features))
        with torch.inference_mode():
            answers, pointed = self.model.claims(*given)
        return answers[0].numpy(), pointed[0].numpy()


@dataclass(frozen=True, slots=True)
class _Read:
    """A window with what the encoder gave for it; ``first`` and ``last`` are the pieces of each word."""

    window: Window
    words: Words
    first: np.ndarray
    last: np.ndarray
    states: np.ndarray
    outputs: np.ndarray
    by_word: np.ndarray


@dataclass(frozen=True, slots=True)
class ModelFinder:
    """Finds relations with a trained model, which reads a document window by window; no text is left out."""

    name: str
    scorer: Scorer
    tokenizer: Any
    window: int
    calibration: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Slope and intercept that correct the log-odds of a ``cue``, a whole ``relation`` and a claim's ``basis``."""
    threads: int | None = None
    """How many windows are read side by side: ``None`` for one a processor; 1 where processes share the processors."""

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> FinderOutput:
        """See :class:`Finder`."""
        readable = _blank(document) if sentences else ""
        parts = windows(readable, self.tokenizer, self.window)
        relations, word_labels, claims = self._read_all(parts, document.text, quoted(document.text))
        marked = (replace(r, contents=tuple(with_marks(document.text, c) for c in r.contents)) for r in relations)
        ordered = tuple(sorted(marked, key=lambda r: (r.cue or r.contents[0]).start))
        return FinderOutput(ordered, word_labels, claims)

    def label_words(self, text: str) -> WordLabels:
        """The labels that the model gives to each word of a text."""
        return self._read_all(windows(text, self.tokenizer, self.window))[1]

    def calibrated(self, what: str, probability: float) -> float:
        """Correct the probability of a ``cue``, ``relation`` or ``basis``: of held-out ones, that share was right."""
        slope, intercept = self.calibration.get(what, (1.0, 0.0))
        return logistic(slope * logit(probability) + intercept)

    def _read_all(
        self, parts: Sequence[Window], text: str = "", mask: Mask | None = None
    ) -> tuple[list[AttributionRelation], WordLabels, tuple[ReadClaim, ...]]:
        """Relations, word labels and claims of all windows in order; the windows are read side by side, each on one
        processor.

        Claims are read only where the text is given, with its ``mask`` of quotation marks.

        Two processors that read a window each need half the time, or less, of two that share each window.
        """
        with ThreadPoolExecutor(max_workers=max(1, min(len(parts), self.threads or processors()))) as pool:
            read = list(pool.map(lambda part: self._read(part, text, mask), parts))
        relations = [relation for relations, _, _ in read for relation in relations]
        return relations, together([judged for _, judged, _ in read]), tuple(c for _, _, claims in read for c in claims)

    def _read(
        self, window: Window, text: str, mask: Mask | None
    ) -> tuple[list[AttributionRelation], WordLabels, list[ReadClaim]]:
        states, outputs = self.scorer.tag(window.ids)
        inside = window.words != NO_WORD
        # a word begins or ends where the next piece has another number of a word
        first = np.flatnonzero(inside & (np.diff(window.words, prepend=NO_WORD - 1) != 0))
        last = np.flatnonzero(inside & (np.diff(window.words, append=NO_WORD - 1) != 0))
        # a special token stands before each paragraph, so that their count numbers the paragraphs
        words = Words(window.starts[first], window.ends[last], np.cumsum(~inside)[first])
        by_word = _by_word(outputs, first, last)
        judged = WordLabels(words.starts, words.ends, by_word)
        probabilities = softmax(by_word[:, columns("cue")])
        cues = bio_decode(probabilities.argmax(axis=1).tolist())
        sources = bio_decode(by_word[:, columns("source")].argmax(axis=1).tolist())
        claims = []
        if mask is not None:
            read = _Read(window, words, first, last, states, outputs, by_word)
            claims = self._claims(read, text, mask, cues, sources)
        if not cues:
            return [], judged, claims
        places = np.array([(first[s], last[e - 1]) for s, e in cues], dtype=np.int64)
        relations = []
        for (start, end), logits in zip(cues, self.scorer.pair(states, places), strict=True):
            certainty = self.calibrated("cue", float(1 - probabilities[start:end, 0].mean()))
            attributed = relation(words, (start, end), certainty, _pair_scores(logits, first, last), sources)
            if attributed:
                relations.append(replace(attributed, probability=self.calibrated("relation", attributed.probability)))
        return relations, judged, claims

    def _claims(
        self, read: _Read, text: str, mask: Mask, cues: Sequence[Segment], sources: Sequence[Segment]
    ) -> list[ReadClaim]:
        """The claims of a window, from its edges and what the claim head makes of the stretches between them."""
        unclaimed = softmax(read.by_word[:, columns("basis")])[:, 0]
        inside = np.log((1 - unclaimed).clip(1e-6) / unclaimed.clip(1e-6))
        edges = read.outputs[:, columns("edges")]
        edges = np.column_stack([edges[read.first][:, :2], edges[read.last][:, 2]])
        barred = np.diff(read.words.paragraphs, prepend=-1) != 0
        found = segments(inside, edges, barred)
        if not found:
            return []
        members = np.zeros((len(found), len(read.window.ids)), dtype=np.float32)
        for row, stretches in zip(members, found, strict=True):
            for start, end in stretches:
                row[read.first[start] : read.last[end - 1] + 1] = 1
        spans = [tuple(read.words.span(*stretch) for stretch in stretches) for stretches in found]
        features = np.array([claim_features(text, mask, claim) for claim in spans], dtype=np.float32)
        answers, pointed = self.scorer.claims(read.states, members, features)
        tagged = {"source": sources, "cue": cues}
        by_word = (_by_word(logits, read.first, read.last) for logits in pointed)
        claims = (
            read_claim(read.words, stretches, 1 - unclaimed, answer, roles, tagged=tagged)
            for stretches, answer, roles in zip(found, answers, by_word, strict=True)
        )
        return [replace(claim, certainty=self.calibrated("basis", claim.certainty)) for claim in claims]


def ends_of(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last piece of each claim, ``(claims,)``, of members ``(claims, pieces)``."""
    return members.argmax(axis=1), members.shape[1] - 1 - members[:, ::-1].argmax(axis=1)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pair_scores(logits: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Outputs of the pair head by word ``(words, PAIR_WIDTH)``, the labels as probabilities.

    Whether a span begins at a word is read from the word's first piece, whether it ends there from the last.
    """
    edges = logits[:, len(PAIR_LABELS) :]
    roles = softmax(_by_word(logits[:, : len(PAIR_LABELS)], first, last))
    begins, ends = edges[first][:, [0, 2]], edges[last][:, [1, 3]]
    return np.column_stack([roles, begins[:, 0], ends[:, 0], begins[:, 1], ends[:, 1]])


def _by_word(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Means of ``values`` ``(pieces, n)`` over the pieces of each word, ``(words, n)``."""
    total = np.concatenate([np.zeros((1, values.shape[1]), values.dtype), values.cumsum(axis=0)])
    means: np.ndarray = (total[last + 1] - total[first]) / (last + 1 - first)[:, np.newaxis]
    return means


def _blank(document: Document) -> str:
    """The text with spaces in place of skipped stretches, which then cost no time and mislead no reader."""
    pieces, at = [], 0
    for span in sorted(skipped.span for skipped in document.skipped):
        start = max(at, span.start)
        pieces += [document.text[at:start], re.sub(r"[^\n]", " ", document.text[start : span.end])]
        at = max(at, span.end)
    return "".join([*pieces, document.text[at:]])


@lru_cache(maxsize=4)
def load_finder_folder(folder: Path) -> ModelFinder:
    """Load a model folder: ``config.json``, ``tokenizer.json`` and ONNX graphs, or safetensors.

    Raises
    ------
    ModelError
        The folder or one of its files is missing or damaged, reads no claims, or computes wrongly on this processor.
    """
    config = checked(folder)
    resources.check_sums(folder, CONFIG, TOKENIZER, ENCODER, PAIRS, CLAIMS, WEIGHTS, ANSWERS)
    try:
        window = _window(config, folder)
        return ModelFinder(folder.name, _scorer(folder), open_tokenizer(folder), window, _calibration(config, folder))
    except (ValueError, RuntimeError, OSError) as error:
        raise ModelError(f"{folder}: cannot be loaded: {str(error).splitlines()[0]}") from error


def _window(config: dict[str, Any], folder: Path) -> int:
    """The length that the model was trained on, in word pieces."""
    encoder = config.get("encoder")
    positions = encoder.get("max_position_embeddings") if isinstance(encoder, dict) else None
    most = min(positions, MOST_PIECES) if isinstance(positions, int) else MOST_PIECES
    window = config.get("window", MOST_PIECES)
    if not isinstance(window, int) or not LEAST_PIECES <= window <= most:
        raise ModelError(f"{folder / CONFIG}: window is {window!r}; give a whole number from {LEAST_PIECES} to {most}")
    return window


def _calibration(config: dict[str, Any], folder: Path) -> dict[str, tuple[float, float]]:
    """Slope and intercept by name; empty if the model was not calibrated."""
    given = config.get("calibration", {})
    lines = list(given.values()) if isinstance(given, dict) else [None]
    for line in lines:
        pair = line if isinstance(line, list) and len(line) == 2 else [0, 0]
        if not all(isinstance(n, int | float) for n in pair) or pair[0] <= 0:
            raise ModelError(f"{folder / CONFIG}: calibration holds {line!r}; give a slope above 0 and an intercept")
    return {name: (float(slope), float(intercept)) for name, (slope, intercept) in given.items()}


def model_files(folder: Path) -> tuple[Path, ...]:
    """The files of a model folder that decide its output, in a fixed order."""
    weights = (ENCODER, PAIRS, CLAIMS) if (folder / ENCODER).is_file() else (WEIGHTS,)
    return tuple(folder / name for name in (CONFIG, TOKENIZER, *weights))


def _scorer(folder: Path) -> Scorer:
    if (folder / ENCODER).is_file() and (folder / PAIRS).is_file():
        check_claims(folder)
        encoder = open_graph(folder / ENCODER, {"input_ids"}, read_answer(folder, ENCODER))
        pairs = open_graph(folder / PAIRS, {"states", "first", "last"})
        return OnnxScorer(encoder, pairs, open_graph(folder / CLAIMS, CLAIM_INPUTS))
    if (folder / WEIGHTS).is_file():
        return _torch_scorer(folder)
    raise ModelError(f"{folder}: has no weights; expected {ENCODER}, {PAIRS} and {CLAIMS}, or {WEIGHTS}")


def check_claims(folder: Path) -> None:
    """Raise a ``ModelError`` for a folder of graphs none of which reads claims."""
    if not (folder / CLAIMS).is_file():
        raise ModelError(f"{folder}: has no {CLAIMS}; it was made before models read claims: train it again")


def _torch_scorer(folder: Path) -> Scorer:
    try:
        from scoring.attribution.modeling import AttributionModel
    except ImportError as error:
        raise ModelError(
            f"{folder}: holds {WEIGHTS} only, which need torch; export it to ONNX, or {resources.installing('train')}"
        ) from error
    return TorchScorer(AttributionModel.from_folder(folder).eval())
