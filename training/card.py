"""Measure the model with the team's yardsticks and write its card: ``python -m training.card --help``."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from types import ModuleType

from scoring import resources
from scoring._version import __version__
from scoring.attribution.inference import Finder
from scoring.attribution.model_card import write_card
from scoring.documents import from_text
from scoring.pipeline import RULES, load_engine, rate_document
from scoring.report.build import to_dict
from scoring.schema import Document
from scoring.sentences import split
from training.evaluation import relation_row
from training.examples import first_annotators, read_jsonl, read_polnear

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
    for example in first_annotators(read_polnear(data)):
        gold = [{"source": r.source, "cue": r.cue, "content": r.content} for r in example.relations]
        document = Document(example.id, example.text)
        found = [relation_row(r) for r in finder(document, split(document))]
        counts.append(yardstick.count(yardstick.Doc(example.text), gold, found))
    total = yardstick.add(counts)
    return {name: float(yardstick.prf(total[name])[2]) for name in ATTRIBUTION}


def claim_figures(model: str | None, data: Path, yardstick: ModuleType) -> dict[str, float]:
    """Figures of rated claims against labelled ones, outlet unknown."""
    engine, articles = load_engine(model), []
    for row in read_jsonl(data):
        rated = to_dict(rate_document(from_text(row["text"], id=row["id"]), engine))
        articles.append((row["text"], row["claims"], rated["claims"]))
    measured = yardstick.measure(articles)
    return {name: float(measured[name]) for name in CLAIMS}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.card", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpora/, labelled/ and tools/")
    parser.add_argument("--model", type=Path, default=resources.model(), help="model folder; its card is written")
    options = parser.parse_args()
    tools = {name: load_tool(options.data / "tools" / f"{name}.py") for name in ("score_attribution", "score_claims")}
    polnear, labelled = options.data / "corpora/polnear/dev.jsonl", options.data / "labelled/dev.jsonl"
    figures: dict[str, dict[str, float]] = {}
    for name, model in (("model", str(options.model)), ("rules", RULES)):
        found = attribution_figures(load_engine(model).finder, polnear, tools["score_attribution"])
        figures[f"PolNeAR dev, 84 articles, first annotator, F1 ({name})"] = found
        figures[f"Labelled dev, 46 articles, 660 claims ({name})"] = claim_figures(
            model, labelled, tools["score_claims"]
        )
    write_card(
        options.model, figures, name="sourcegrade-minilm", version=__version__, precision="dynamic int8",
        command="python -m training.card --data ../shared",
    )  # fmt: skip


if __name__ == "__main__":
    main()
