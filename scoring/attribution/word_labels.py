"""The model's labels for each word of a text: kinds of sources, stances, bases, hedges, certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.attribution.labels import HEADS, columns
from scoring.schema import Span


@dataclass(frozen=True, slots=True)
class WordLabels:
    """Outputs of the model's heads by word, in the order of the text.

    Parameters
    ----------
    starts, ends
        Code-point offsets of the words, ``(words,)``.
    outputs
        Means over the pieces of each word, ``(words, outputs)``; ``labels.HEADS`` says which are logits.
    """

    starts: np.ndarray
    ends: np.ndarray
    outputs: np.ndarray

    def probabilities(self, head: str, spans: Sequence[Span]) -> np.ndarray | None:
        """Mean probabilities ``(labels,)`` of a head over the words of the spans; ``None`` if no word was read."""
        logits = self.of(head, spans)
        if not len(logits):
            return None
        mean: np.ndarray = softmax(logits).mean(axis=0)
        return mean

    def of(self, head: str, spans: Sequence[Span]) -> np.ndarray:
        """Outputs ``(words, outputs)`` of a head for the words that the spans touch."""
        places = [self._place(span) for span in spans]
        rows = [self.outputs[first:last, columns(head)] for first, last in places]
        return np.concatenate(rows) if rows else np.empty((0, HEADS[head]), dtype=np.float32)

    def likely(self, head: str, spans: Sequence[Span]) -> list[Span]:
        """Words of the spans for which a head of two labels finds the second label more likely."""
        words = []
        for first, last in map(self._place, spans):
            logits = self.outputs[first:last, columns(head)]
            places = np.flatnonzero(logits[:, 1] > logits[:, 0]) + first
            words += [Span(int(self.starts[i]), int(self.ends[i])) for i in places]
        return words

    def _place(self, span: Span) -> tuple[int, int]:
        return int(self.ends.searchsorted(span.start, "right")), int(self.starts.searchsorted(span.end, "left"))


NO_LABELS = WordLabels(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, sum(HEADS.values())), np.float32))
"""The labels of a text that no model has read: none."""


def together(parts: Sequence[WordLabels]) -> WordLabels:
    """The word labels of consecutive stretches, joined into one."""
    if not parts:
        return NO_LABELS
    return WordLabels(*(np.concatenate([getattr(part, name) for part in parts]) for name in WordLabels.__slots__))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: np.ndarray = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities
