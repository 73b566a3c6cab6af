"""A model's spans measured as those of a BIO tagger by paragraph, as CofeNet's were (Wang et al., COLING 2022)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scoring.attribution.inference import ModelFinder
from scoring.attribution.labels import BEGIN, TAG_ROLES, bio_decode, bio_encode
from scoring.attribution.word_labels import WordLabels
from scoring.schema import Document
from scoring.text.sentences import paragraphs, split
from training.evaluation.answers import as_labelled
from training.labels.corpora import Example, Relation, Spans
from training.labels.pairing import normal


def tagged_span_f1(finder: ModelFinder, examples: Iterable[Example]) -> dict[str, float]:
    """Exact F1 of the spans of each role.

    Spans end with their paragraph; of two that overlap, the longer counts. The model reads the whole article, and its
    spans are those of the relations that it finds.
    """
    matched, total = dict.fromkeys(TAG_ROLES, 0), dict.fromkeys(TAG_ROLES, 0)
    for example in examples:
        document = Document(example.id, example.text)
        reading = finder(document, split(document))
        relations = [as_labelled(relation) for relation in reading.relations]
        paragraph = _paragraph_of(reading.word_labels, example.text)
        for role in TAG_ROLES:
            labelled, answered = (
                _by_paragraph(_tags(reading.word_labels, _spans(side, role, example.text)), paragraph)
                for side in (example.relations, relations)
            )
            matched[role] += len(labelled & answered)
            total[role] += len(labelled) + len(answered)
    return {role: 2 * matched[role] / max(1, total[role]) for role in TAG_ROLES}


def _paragraph_of(word_labels: WordLabels, text: str) -> NDArray[np.int64]:
    """The number of the paragraph of each word."""
    starts = np.array([start for start, _ in paragraphs(text)])
    numbers: NDArray[np.int64] = starts.searchsorted(word_labels.starts, "right")
    return numbers


def _spans(relations: Iterable[Relation], role: str, text: str) -> Spans:
    """The spans of a role, each by itself, without marks at their ends."""
    return tuple(part for relation in relations for span in getattr(relation, role) for part in normal((span,), text))


def _tags(word_labels: WordLabels, spans: Spans) -> list[int]:
    """The tag of each word, where longer spans are laid down first."""
    places = {
        (int(word_labels.ends.searchsorted(start, "right")), int(word_labels.starts.searchsorted(end, "left")))
        for start, end in spans
    }
    return bio_encode(len(word_labels.starts), sorted(places, key=lambda place: (place[0] - place[1], place)))


def _by_paragraph(tags: list[int], paragraph: NDArray[np.int64]) -> set[tuple[int, int]]:
    """The spans of words that the tags stand for; one that goes on over the end of a paragraph is two."""
    cut = [BEGIN if tag and i and paragraph[i] != paragraph[i - 1] else tag for i, tag in enumerate(tags)]
    return set(bio_decode(cut))
