"""Labelled texts that only the shipped model is trained on: short ones of our own in single kinds of wording."""

from __future__ import annotations

from scoring import resources
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle


def kinds(*, held: bool) -> list[LabelledArticle]:
    """Our own texts in single kinds of wording that are trained on, or those held out."""
    return read_labelled([resources.labelled_kinds("held" if held else "train")])
