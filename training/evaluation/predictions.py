"""Predictions in the form that the yardsticks read: ``python -m training.evaluation.predictions --help``.

``attribution`` runs a finder over PolNeAR articles and writes text, gold and predictions for
``score_attribution.py``; ``claims`` rates labelled articles for ``score_claims.py``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scoring.attribution.inference import Finder
from scoring.schema import AttributionRelation, Document
from scoring.text.sentences import split
from scoring.writing.files import put
from training.labels.corpora import Example, first_annotators, read_jsonl, read_polnear


def attribution(finder: Finder, examples: Iterable[Example], output: Path) -> None:
    """Write ``text.jsonl``, ``gold.jsonl`` and ``pred.jsonl`` into ``output``."""
    rows: dict[str, list[dict[str, Any]]] = {"text": [], "gold": [], "pred": []}
    for example in examples:
        document = Document(example.id, example.text)
        found = finder(document, split(document))
        gold = [{"source": r.source, "cue": r.cue, "content": r.content} for r in example.relations]
        rows["text"].append({"doc": example.id, "text": example.text})
        rows["gold"].append({"doc": example.id, "attributions": gold})
        rows["pred"].append({"doc": example.id, "attributions": [relation_row(r) for r in found.relations]})
    output.mkdir(parents=True, exist_ok=True)
    for name, lines in rows.items():
        write_jsonl(output / f"{name}.jsonl", lines)


def relation_row(relation: AttributionRelation) -> dict[str, list[tuple[int, int]]]:
    """A relation as ``score_attribution.py`` reads it."""
    roles = {
        "source": [relation.source] if relation.source else [],
        "cue": [relation.cue] if relation.cue else [],
        "content": list(relation.contents),
    }
    return {role: [(span.start, span.end) for span in spans] for role, spans in roles.items()}


def claims(model: str | None, data: Path, output: Path) -> None:
    """Rate the labelled articles of ``data`` (outlet unknown, as they are labelled) into ``output``."""
    from scoring.documents.files import from_text
    from scoring.pipeline import load_engine, rate_document
    from scoring.report.build import to_dict

    engine = load_engine(model)
    rated = (rate_document(from_text(row["text"], id=row["id"], same_length=True), engine) for row in read_jsonl(data))
    write_jsonl(output, (to_dict(report, text=False) for report in rated))


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write objects as JSON Lines."""
    put(path, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluation.predictions", description=__doc__)
    parser.add_argument("what", choices=["attribution", "claims"])
    parser.add_argument("--data", type=Path, required=True, help="PolNeAR JSON Lines, or labelled articles")
    parser.add_argument("--model", help="model folder or 'rules'; the shipped model by default")
    parser.add_argument("--output", type=Path, required=True, help="a folder (attribution) or a file (claims)")
    options = parser.parse_args()
    if options.what == "claims":
        claims(options.model, options.data, options.output)
        return
    from scoring.pipeline import load_finder

    attribution(load_finder(options.model), first_annotators(read_polnear(options.data)), options.output)


if __name__ == "__main__":
    main()
