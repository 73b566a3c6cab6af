"""What a model answers, as files that other scorers read: of relations, and of claims.

Those of relations go by the name of each text, ``{"doc", "text"}`` and ``{"doc", "attributions": [{"source": [[start,
end], …], "cue": …, "content": …}]}``; those of claims are ratings as ``sourcegrade score --format jsonl`` gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring.attribution.inference import Finder
from scoring.documents.files import from_text
from scoring.engine import Engine
from scoring.pipeline import rate_document
from scoring.report.build import to_dict
from scoring.schema import Document
from scoring.text.sentences import split
from scoring.writing.files import put
from training.evaluation.answers import as_labelled
from training.labels.corpora import Relation
from training.labels.schema import LabelledArticle, example

RELATION_FILES = ("text.jsonl", "gold.jsonl", "pred.jsonl")


def write_relations(finder: Finder, articles: Sequence[LabelledArticle], output: Path) -> None:
    """Write texts, labelled relations and found ones into the folder ``output``, as ``RELATION_FILES``."""
    texts: list[dict[str, Any]] = []
    labelled: list[dict[str, Any]] = []
    answered: list[dict[str, Any]] = []
    for article in articles:
        document = Document(article.id, article.text)
        relations = map(as_labelled, finder(document, split(document)).relations)
        texts.append({"doc": article.id, "text": article.text})
        labelled.append({"doc": article.id, "attributions": list(map(_row, example(article).relations))})
        answered.append({"doc": article.id, "attributions": list(map(_row, relations))})
    output.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(RELATION_FILES, (texts, labelled, answered), strict=True):
        _write(output / name, rows)


def _row(relation: Relation) -> dict[str, Any]:
    return {"source": relation.source, "cue": relation.cue, "content": relation.content}


def write_claims(engine: Engine, articles: Iterable[LabelledArticle], output: Path) -> None:
    """Rate the articles, the outlet unknown and every offset as in the text, into the file ``output``."""
    documents = (from_text(article.text, id=article.id, same_length=True) for article in articles)
    _write(output, (to_dict(rate_document(document, engine), text=False) for document in documents))


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    put(path, (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
