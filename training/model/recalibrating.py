"""Probabilities fitted to held-out articles: those of a fine-tuned model, and those of the shipped one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scoring.attribution.folders import CONFIG
from scoring.attribution.inference import ModelFinder, load_finder_folder
from scoring.claims.annotated import basis_evidence
from scoring.documents.files import from_text
from scoring.engine import RULES, Engine, load_engine
from scoring.pipeline import rate_document
from scoring.text.sentences import split
from scoring.writing.files import put
from training.evaluation.reliability import KINDS, stated_probabilities
from training.labels.corpora import RELATIONS, Example, first_annotators
from training.labels.pairing import paired
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle, example
from training.model.recipe import labelled, polnear
from training.statistics import calibration_line

Lines = dict[str, tuple[float, float]]
"""Slope and intercept by what they calibrate, ``cue`` and ``relation``."""


def recalibrated(folder: Path, held: Sequence[LabelledArticle], least: int) -> str:
    """Fit ``calibration`` in a folder's ``config.json`` where ``least`` relations are held out; say what was done."""
    examples = [e for e in map(example, held) if RELATIONS in e.complete]
    number = sum(len(e.relations) for e in examples)
    if number < least:
        return f"kept from the start model: {number} held-out relations, fewer than the {least} that a fit needs"
    lines = _lines(folder, examples)
    for kind in KINDS:
        if kind not in lines:
            return f"kept from the start model: no {kind} found in the held-out part is right, or none is wrong"
    _set_lines(folder, lines)
    return f"fitted to {number} held-out relations"


def calibrate_shipped(folder: Path, data: Path) -> dict[str, float]:
    """Fit probabilities to the articles that the recipe holds out: of cues and relations, in the folder, and of bases.

    Returns
    -------
    dict of str to float
        The table ``[basis_odds]`` of ``configs/claims.toml``.
    """
    _set_lines(folder, _lines(folder, first_annotators(polnear(data, held=True))))
    return _basis_odds(load_finder_folder(folder), data)


def _lines(folder: Path, examples: Sequence[Example]) -> Lines:
    """The line of each kind, where some of what was found is right and some is wrong.

    The line of cues is fitted first and holds when relations are read, whose probabilities rest on those of their cues.
    """
    lines: Lines = {}
    for kind in KINDS:
        stated, right = stated_probabilities(replace(load_finder_folder(folder), calibration=lines), examples)[kind]
        if len(set(right)) < 2:
            return lines
        lines = {**lines, kind: calibration_line(stated, right)}
    return lines


def _set_lines(folder: Path, lines: Lines) -> None:
    path = folder / CONFIG
    config = json.loads(path.read_text(encoding="utf-8")) | {"calibration": lines}
    put(path, json.dumps(config, indent=2) + "\n")
    load_finder_folder.cache_clear()


def _basis_odds(finder: ModelFinder, data: Path) -> dict[str, float]:
    """Weights of what speaks for a basis, fitted to whether it is the labelled one."""
    from sklearn.linear_model import LogisticRegression

    engine = replace(load_engine(RULES), finder=finder)
    held = {article.id for article in labelled(data, held=True)}
    articles = [a for a in read_labelled([data / "labelled/train.jsonl"]) if a.id in held]
    cases = [case for article in articles for case in _basis_cases(article, engine)]
    model = LogisticRegression(C=1.0).fit([evidence for evidence, _ in cases], [right for _, right in cases])
    names = ("share", "relation", "attributed")
    return {"start": float(model.intercept_[0]), **dict(zip(names, map(float, model.coef_[0]), strict=True))}


def _basis_cases(article: LabelledArticle, engine: Engine) -> list[tuple[tuple[float, float, float], bool]]:
    """What speaks for the basis of each claim that meets a labelled one, and whether the basis is right."""
    report = rate_document(from_text(article.text, id=article.id, same_length=True), engine)
    word_labels = engine.finder(report.document, split(report.document)).word_labels
    claims = [rating.claim for rating in report.ratings]
    pairs = paired(article.text, [claim.spans for claim in article.claims], [claim.spans for claim in claims])
    cases = []
    for i, j in pairs:
        probability = claims[j].chain[-1].probability if claims[j].chain else None
        evidence = basis_evidence(word_labels, claims[j].basis, claims[j].spans, probability)
        if evidence:
            cases.append((evidence, article.claims[i].basis == claims[j].basis))
    return cases
