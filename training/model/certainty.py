"""How well the model says how sure a text is: event factuality on UW, uncertain sentences on WikiWeasel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import logsumexp

from scoring.attribution.inference import ModelFinder
from scoring.attribution.word_labels import WordLabels
from scoring.schema import Span
from training.labels.corpora import Example, gathered, read_factuality
from training.model.recipe import wikiweasel

EVENTS = "corpora/uw/dev.jsonl"


def certainty_figures(finder: ModelFinder, data: Path) -> dict[str, float]:
    """Pearson's r and mean absolute error on the events of UW's dev split; F1 of uncertain sentences held out."""
    events = gathered(read_factuality(data / EVENTS, "factuality"))
    judged = np.array([pair for text in events for pair in _values(finder.label_words(text.text), text)])
    sentences = gathered(wikiweasel(data, held=True))
    decided = np.array([pair for text in sentences for pair in _decisions(finder.label_words(text.text), text)])
    hits = float((decided[:, 0] * decided[:, 1]).sum())
    return {
        "factuality r": float(np.corrcoef(judged.T)[0, 1]),
        "factuality mae": float(np.abs(judged[:, 0] - judged[:, 1]).mean()),
        "uncertain f1": 2 * hits / max(1.0, float(decided.sum())),
    }


def _values(judged: WordLabels, text: Example) -> list[tuple[float, float]]:
    """Labelled and judged factuality of each event."""
    rows = ((mark.value, judged.of("factuality", [Span(mark.start, mark.end)])) for mark in text.marks)
    return [(value, float(np.clip(row[0, 0], -3, 3))) for value, row in rows if len(row)]


def _decisions(judged: WordLabels, text: Example) -> list[tuple[float, float]]:
    """Whether each sentence is labelled uncertain, and whether it is judged so."""
    rows = ((mark.value, judged.of("uncertain", [Span(mark.start, mark.end)])) for mark in text.marks)
    return [(value, float(logsumexp(row.astype(float)) > 0)) for value, row in rows if len(row)]
