"""The card of the shipped model: what ``sourcegrade evaluate`` prints of it, calibration, certainty, tagged spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scoring._version import __version__
from scoring.attribution.inference import load_finder_folder
from scoring.engine import RULES
from training.evaluation.measuring import Evaluation, figures
from training.evaluation.metrics import Pairs
from training.evaluation.pictures import Cases, diagram
from training.evaluation.reliability import stated_probabilities
from training.evaluation.tagged_spans import tagged_span_f1
from training.labels.corpora import first_annotators, read_polnear
from training.labels.reading import read_labelled
from training.model.card_template import write_card
from training.model.certainty import EVENTS, certainty_figures
from training.model.recipe import SENTENCES
from training.statistics import calibration_error

POLNEAR, CLAIMS = "corpora/polnear/dev.jsonl", "labelled/dev.jsonl"
MEASURED_ON = (POLNEAR, CLAIMS, EVENTS, SENTENCES)
"""Files in the folder of the corpora; the test splits are left alone."""
RELATION_FIGURES = ("source.exact", "cue.exact", "content.exact", "content.overlap", "complete", "sentence")
CLAIM_FIGURES = (
    "claim_f1", "group_f1", "basis_f1", "basis_macro_f1", "source_accuracy", "source_type_accuracy",
    "chain_depth_accuracy", "deep_chain_recall", "hedge_f1", "strength_spearman",
)  # fmt: skip
COMMAND = "sourcegrade dev card --corpora ../shared"


def write_shipped_card(
    folder: Path, data: Path, picture: Path | None = None, say: Callable[[str], None] = lambda _: None
) -> Path:
    """Measure a model folder and the rules, and write the card and ``figures.json`` into the folder.

    Parameters
    ----------
    folder
        The model folder.
    data
        The folder that holds ``corpora/`` and ``labelled/``.
    picture
        Where a reliability diagram goes, as SVG.
    say
        Told what is being measured.

    Returns
    -------
    Path
        The card.
    """
    tables: dict[str, Mapping[str, float]] = {}
    bases: list[Pairs] = []
    for name, model in (("model", str(folder)), ("rules", RULES)):
        say(f"measuring: {model}")
        relations, claims = evaluate_relations(data / POLNEAR, model), evaluate_claims(data / CLAIMS, model)
        head = f"PolNeAR dev, {len(relations.compared)} articles, first annotator, F1 ({name})"
        tables[head] = _chosen(relations, RELATION_FIGURES)
        tables[f"Labelled dev, {_size(claims)} ({name})"] = _chosen(claims, CLAIM_FIGURES)
        bases.append(claims.tally.basis)
    say("measuring: spans by paragraph, certainty, calibration")
    finder, examples = load_finder_folder(folder), first_annotators(read_polnear(data / POLNEAR))
    tables["PolNeAR dev by paragraph, BIO, exact F1 (model)"] = tagged_span_f1(finder, examples)
    tables["Certainty (model)"] = certainty_figures(finder, data)
    cases: dict[str, Cases] = dict(stated_probabilities(finder, examples))
    cases["basis"] = bases[0].stated, bases[0].true
    tables["Calibration error (model)"] = {name: calibration_error(*case) for name, case in cases.items()}
    if picture:
        diagram(picture, cases)
    return write_card(
        folder, tables, name="sourcegrade-mpnet6", version=__version__, precision="int8, weights of 7 bits",
        command=COMMAND,
    )  # fmt: skip


def evaluate_relations(path: Path, model: str | None) -> Evaluation:
    """A model on PolNeAR articles, the first annotator's copies; the figures alone, without intervals."""
    return figures(first_annotators(read_labelled([path])), model, draws=0)


def evaluate_claims(path: Path, model: str | None) -> Evaluation:
    """A model on articles labelled for claims, the outlet unknown; the figures alone, without intervals."""
    return figures(read_labelled([path]), model, draws=0)


def _chosen(evaluation: Evaluation, names: Sequence[str]) -> Mapping[str, float]:
    return {name: estimate.value for name in names if (estimate := evaluation[name])}


def _size(evaluation: Evaluation) -> str:
    claims = sum(len(item.article.claims) for item in evaluation.compared)
    return f"{len(evaluation.compared)} articles, {claims:,} claims"
