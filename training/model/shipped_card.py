"""Measure the model with the team's yardsticks and write its card: ``python -m training.model.shipped_card --help``."""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from scoring import resources
from scoring._version import __version__
from scoring.attribution.folders import CONFIG
from scoring.attribution.inference import Finder, ModelFinder, load_finder_folder
from scoring.attribution.labels import BEGIN, TAG_ROLES, bio_decode, bio_encode
from scoring.attribution.word_labels import WordLabels
from scoring.claims.annotated import basis_evidence
from scoring.documents.files import from_text
from scoring.pipeline import RULES, Engine, load_engine, rate_document
from scoring.report.build import to_dict
from scoring.schema import Document
from scoring.text.sentences import paragraphs, split
from scoring.writing.files import put
from training.evaluation.pictures import diagram
from training.evaluation.predictions import relation_row
from training.labels.corpora import Example, Spans, first_annotators, read_jsonl, read_polnear
from training.labels.pairing import normal
from training.model.card_template import write_card
from training.model.certainty import certainty_figures
from training.model.recipe import labelled, polnear
from training.statistics import calibration_error, fitted

SAME = 0.5
"""Jaccard index of words from which two spans are the same (the yardstick's "complete")."""

ATTRIBUTION = ("source.exact", "cue.exact", "content.exact", "content.overlap", "complete", "sentence")
CLAIMS = (
    "claim_f1", "group_f1", "basis_f1", "basis_macro_f1", "source_accuracy", "source_type_accuracy",
    "chain_depth_accuracy", "deep_chain_recall", "hedge_f1", "strength_spearman",
)  # fmt: skip


def load_tool(path: Path) -> ModuleType:
    """A yardstick as a module, from its file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def attribution_figures(finder: Finder, data: Path, yardstick: ModuleType) -> dict[str, float]:
    """F1 by measure on PolNeAR articles, whole, first annotator."""
    counts = []
    for example in data_examples(data):
        gold = [{"source": r.source, "cue": r.cue, "content": r.content} for r in example.relations]
        document = Document(example.id, example.text)
        found = [relation_row(r) for r in finder(document, split(document)).relations]
        counts.append(yardstick.count(yardstick.Doc(example.text), gold, found))
    total = yardstick.add(counts)
    return {name: float(yardstick.prf(total[name])[2]) for name in ATTRIBUTION}


def bio_figures(finder: ModelFinder, data: Path) -> dict[str, float]:
    """Exact F1 of spans as a BIO tagger by paragraph is measured, as CofeNet was (Wang et al., COLING 2022).

    Spans end with their paragraph; of two that overlap, the longer counts. The model reads the whole article, and its
    spans are those of the relations that it finds.
    """
    counts = {role: [0, 0, 0] for role in TAG_ROLES}
    for example in data_examples(data):
        document = Document(example.id, example.text)
        read = finder(document, split(document))
        lines = np.array([start for start, _ in paragraphs(example.text)])
        home = lines.searchsorted(read.word_labels.starts, "right")
        mine = [relation_row(relation) for relation in read.relations]
        for role in TAG_ROLES:
            theirs = [s for relation in example.relations for s in getattr(relation, role)]
            gold, found = (
                _by_paragraph(_placed(read.word_labels, _normal(spans, example.text)), home)
                for spans in (theirs, [s for row in mine for s in row[role]])
            )
            for i, number in enumerate((len(gold & found), len(gold), len(found))):
                counts[role][i] += number
    return {role: 2 * hits / max(1, gold + found) for role, (hits, gold, found) in counts.items()}


def _normal(spans: list[tuple[int, int]], text: str) -> Spans:
    """The spans without marks at their ends, each for itself."""
    return tuple(one for span in spans for one in normal((span,), text))


def _placed(judged: WordLabels, spans: Spans) -> list[int]:
    places = [(int(judged.ends.searchsorted(s, "right")), int(judged.starts.searchsorted(e, "left"))) for s, e in spans]
    return bio_encode(len(judged.starts), sorted(set(places), key=lambda p: (p[0] - p[1], p)))


def _by_paragraph(labels: list[int], home: np.ndarray) -> set[tuple[int, int]]:
    cut = [BEGIN if label and i and home[i] != home[i - 1] else label for i, label in enumerate(labels)]
    return set(bio_decode(cut))


def calibration_cases(
    finder: ModelFinder, examples: Iterable[Example], yardstick: ModuleType
) -> dict[str, tuple[list[float], list[bool]]]:
    """Stated probabilities and whether they came true, for cues and whole relations of PolNeAR articles.

    A cue is right if it shares a word with one of the annotator's; a relation, if source and content each share half of
    their words with those of one relation of the annotator's, and either both have a source or neither.
    """
    cases: dict[str, tuple[list[float], list[bool]]] = {"cue": ([], []), "relation": ([], [])}
    for example in examples:
        document = Document(example.id, example.text)
        found = finder(document, split(document))
        measured = yardstick.Doc(example.text)
        gold = measured.items([{"source": r.source, "cue": r.cue, "content": r.content} for r in example.relations])
        mine = measured.items([relation_row(r) for r in found.relations])
        for relation, item in zip(found.relations, mine, strict=True):
            stated = found.word_labels.probabilities("cue", [relation.cue] if relation.cue else [])
            if stated is not None:
                cases["cue"][0].append(finder.calibrated("cue", float(1 - stated[0])))
                cases["cue"][1].append(
                    any(g["cue"] and item["cue"] and yardstick.OVER(g["cue"], item["cue"]) for g in gold)
                )
            cases["relation"][0].append(relation.probability)
            cases["relation"][1].append(any(_same(item, g, yardstick) for g in gold))
    return cases


def _same(mine: dict[str, Any], gold: dict[str, Any], yardstick: ModuleType) -> bool:
    roles = ("source", "content")
    if any(bool(mine[role]) != bool(gold[role]) for role in roles):
        return False
    return all(yardstick.jac(mine[role][1], gold[role][1]) >= SAME for role in roles if mine[role])


def basis_cases(
    engine: Engine, rows: Iterable[dict[str, Any]], yardstick: ModuleType
) -> tuple[list[float], list[bool]]:
    """Stated probabilities of bases and whether they were the annotator's, for claims that meet one of his."""
    stated: list[float] = []
    right: list[bool] = []
    for row in rows:
        rated = to_dict(rate_document(from_text(row["text"], id=row["id"], same_length=True), engine))["claims"]
        for i, j in yardstick.pair(row["text"], row["claims"], rated):
            stated.append(rated[j]["basis_probability"])
            right.append(row["claims"][i]["basis"] == rated[j]["basis"])
    return stated, right


def calibrate(folder: Path, data: Path, tools: Mapping[str, ModuleType]) -> dict[str, float]:
    """Fit probabilities to held-out articles: of cues and relations, which the folder is given, and of bases.

    Returns
    -------
    dict of str to float
        The table ``[basis_odds]`` of ``configs/claims.toml``.
    """
    path = folder / CONFIG
    config = json.loads(path.read_text(encoding="utf-8"))
    lines: dict[str, tuple[float, float]] = {}
    for what in ("cue", "relation"):
        finder = replace(load_finder_folder(folder), calibration=lines)
        cases = calibration_cases(finder, first_annotators(polnear(data, held=True)), tools["score_attribution"])
        lines = {**lines, what: fitted(*cases[what])}
    put(path, json.dumps({**config, "calibration": lines}, indent=2) + "\n")
    load_finder_folder.cache_clear()
    return _basis_odds(load_finder_folder(folder), data, tools["score_claims"])


def _basis_odds(finder: ModelFinder, data: Path, yardstick: ModuleType) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    engine = replace(load_engine(RULES), finder=finder)
    held = {example.id for example in labelled(data, held=True)}
    rows: list[tuple[float, float, float]] = []
    right: list[bool] = []
    for row in read_jsonl(data / "labelled/train.jsonl"):
        if row["id"] not in held:
            continue
        report = rate_document(from_text(row["text"], id=row["id"], same_length=True), engine)
        word_labels = finder(report.document, split(report.document)).word_labels
        for i, j in yardstick.pair(row["text"], row["claims"], to_dict(report)["claims"]):
            claim = report.ratings[j].claim
            relation = claim.chain[-1].probability if claim.chain else None
            evidence = basis_evidence(word_labels, claim.basis, claim.spans, relation)
            if evidence:
                rows.append(evidence)
                right.append(row["claims"][i]["basis"] == claim.basis)
    model = LogisticRegression(C=1.0).fit(rows, right)
    names = ("share", "relation", "attributed")
    return {"start": float(model.intercept_[0]), **dict(zip(names, map(float, model.coef_[0]), strict=True))}


def data_examples(data: Path) -> list[Example]:
    """PolNeAR articles, first annotator's copy."""
    return first_annotators(read_polnear(data))


def claim_figures(model: str | None, data: Path, yardstick: ModuleType) -> dict[str, float]:
    """Figures of rated claims against labelled ones, outlet unknown."""
    engine, articles = load_engine(model), []
    for row in read_jsonl(data):
        rated = to_dict(rate_document(from_text(row["text"], id=row["id"], same_length=True), engine))
        articles.append((row["text"], row["claims"], rated["claims"]))
    measured = yardstick.measure(articles)
    return {name: float(measured[name]) for name in CLAIMS}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.model.shipped_card", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpora/, labelled/ and tools/")
    parser.add_argument("--model", type=Path, default=resources.model(), help="model folder; its card is written")
    parser.add_argument("--calibrate", action="store_true", help="fit probabilities to held-out articles; no card")
    parser.add_argument("--diagram", type=Path, help="SVG file for a reliability diagram")
    options = parser.parse_args()
    tools = {name: load_tool(options.data / "tools" / f"{name}.py") for name in ("score_attribution", "score_claims")}
    if options.calibrate:
        print("basis_odds:", calibrate(options.model, options.data, tools))
        return
    dev, claims = options.data / "corpora/polnear/dev.jsonl", options.data / "labelled/dev.jsonl"
    rows = list(read_jsonl(claims))
    size = f"{len(rows)} articles, {sum(len(row['claims']) for row in rows):,} claims"
    figures: dict[str, dict[str, float]] = {}
    for name, model in (("model", str(options.model)), ("rules", RULES)):
        found = attribution_figures(load_engine(model).finder, dev, tools["score_attribution"])
        figures[f"PolNeAR dev, 84 articles, first annotator, F1 ({name})"] = found
        figures[f"Labelled dev, {size} ({name})"] = claim_figures(model, claims, tools["score_claims"])
    finder = load_finder_folder(options.model)
    figures["PolNeAR dev by paragraph, BIO, exact F1 (model)"] = bio_figures(finder, dev)
    figures["Certainty (model)"] = certainty_figures(finder, options.data)
    cases = calibration_cases(finder, data_examples(dev), tools["score_attribution"])
    cases["basis"] = basis_cases(load_engine(str(options.model)), rows, tools["score_claims"])
    figures["Calibration error (model)"] = {name: calibration_error(*case) for name, case in cases.items()}
    if options.diagram:
        diagram(options.diagram, cases)
    write_card(
        options.model, figures, name="sourcegrade-mpnet6", version=__version__, precision="int8, weights of 7 bits",
        command="python -m training.model.shipped_card --data ../shared",
    )  # fmt: skip


if __name__ == "__main__":
    main()
