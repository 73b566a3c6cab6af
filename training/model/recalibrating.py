"""Probabilities fitted to held-out articles: those of a fine-tuned model, and those of the shipped one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scoring.attribution.folders import CONFIG
from scoring.attribution.inference import load_finder_folder
from scoring.writing.files import put
from training.evaluation.measuring import rests_on_claims
from training.evaluation.reliability import BASIS, KINDS, Stated, stated_bases, stated_probabilities
from training.labels.corpora import RELATIONS, Example, first_annotators
from training.labels.schema import LabelledArticle, example
from training.model.recipe import held_news, polnear
from training.statistics import calibration_line

Line = tuple[float, float]
"""Slope, above 0, and intercept."""


def recalibrated(folder: Path, held: Sequence[LabelledArticle], least: int) -> str:
    """Fit ``calibration`` in a folder's ``config.json`` where enough is held out; say what was done.

    Cues and relations are fitted where ``least`` relations are held out, bases where ``least`` claims with theirs are.
    """
    return f"{_fitted_relations(folder, held, least)}; those of bases {_fitted_bases(folder, held, least)}"


def _fitted_relations(folder: Path, held: Sequence[LabelledArticle], least: int) -> str:
    examples = [e for e in map(example, held) if RELATIONS in e.complete]
    number = sum(len(e.relations) for e in examples)
    if number < least:
        return _kept(f"{number} held-out relations, fewer than the {least} that a fit needs")
    lines = _lines(folder, examples)
    for kind in KINDS:
        if kind not in lines:
            return _kept(f"no {kind} found in the held-out part is right, or the surer are no more often so")
    _set_lines(folder, lines)
    return f"fitted to {number} held-out relations"


def _fitted_bases(folder: Path, held: Sequence[LabelledArticle], least: int) -> str:
    articles = [article for article in held if rests_on_claims(article)]
    number = sum(len(article.claims) for article in articles)
    if number < least:
        return _kept(f"{number} held-out claims with a basis, fewer than the {least} that a fit needs")
    line = _basis_line(folder, articles)
    if line is None:
        return _kept("no basis found in the held-out part is right, or the surer are no more often so")
    _set_lines(folder, {BASIS: line})
    return f"fitted to {number} held-out claims"


def _kept(why: str) -> str:
    return f"kept from the start model: {why}"


def calibrate_shipped(folder: Path, data: Path) -> Mapping[str, Line]:
    """Fit probabilities to the articles that the recipe holds out, and write them into the folder's ``config.json``.

    Those of cues and relations are fitted to PolNeAR's articles, those of bases to news labelled for claims.

    Returns
    -------
    mapping of str to (float, float)
        Slope and intercept by what they calibrate, as they now stand in the folder.
    """
    _set_lines(folder, _lines(folder, first_annotators(polnear(data, held=True))))
    line = _basis_line(folder, held_news(data))
    _set_lines(folder, {BASIS: line} if line else {})
    return load_finder_folder(folder).calibration


def _lines(folder: Path, examples: Sequence[Example]) -> dict[str, Line]:
    """The line of each of ``KINDS`` that can be fitted.

    The line of cues is fitted first and holds when relations are read, whose probabilities rest on those of their cues.
    """
    lines: dict[str, Line] = {}
    for kind in KINDS:
        finder = replace(load_finder_folder(folder), calibration=lines)
        line = _line(stated_probabilities(finder, examples)[kind])
        if line is None:
            return lines
        lines = {**lines, kind: line}
    return lines


def _basis_line(folder: Path, articles: Sequence[LabelledArticle]) -> Line | None:
    """The line of bases, if it can be fitted; what is stated without one is fitted to whether it was right."""
    return _line(stated_bases(replace(load_finder_folder(folder), calibration={}), articles))


def _line(case: Stated) -> Line | None:
    """The line of what was stated; ``None`` if all was right or all wrong, or if the surer was no more often right."""
    stated, right = case
    if len(set(right)) < 2:
        return None
    line = calibration_line(stated, right)
    return line if line[0] > 0 else None


def _set_lines(folder: Path, lines: Mapping[str, Line]) -> None:
    """Put lines in place of the folder's lines of the same names."""
    path = folder / CONFIG
    config = json.loads(path.read_text(encoding="utf-8"))
    put(path, json.dumps(config | {"calibration": config.get("calibration", {}) | lines}, indent=2) + "\n")
    load_finder_folder.cache_clear()
