"""The card of a fine-tuned model: what it was made of, by which command, and its figures before and after."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scoring import resources
from scoring._version import __version__
from scoring.attribution.model_card import CARD, FIGURES
from training.labelled import LabelledArticle
from training.measures import Figure
from training.splits import Parts
from training.tuning import Tuned

LIBRARIES = ("torch", "transformers", "accelerate", "tokenizers", "onnx", "onnxruntime", "numpy")
Table = Mapping[str, tuple[Figure | None, Figure]]
"""By measure: before, which a bare encoder has none of, and after."""

_TEXT = """# {name}

A model of sourcegrade {version}: attribution relations in English news text, and what each claim rests on.
Fine-tuned from {start} on one's own labels.

## Data

{data}

## Training

{training}

Command:

    {command}

Versions: Python {python}, {versions}.

## Figures, before and after

90 % bootstrap intervals by article in brackets. {missing}

{tables}

## Limits

- Figures on the held-out part flatter: it decided when to stop. Those on other articles of yours (`--dev`) do not.
- What the start model cannot do, this one most likely cannot either: see the start model's card.
- Probabilities: {calibration}.
"""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says beside the figures; ``ours`` if training began with a model rather than a bare encoder."""

    start: Path
    ours: bool
    files: tuple[Path, ...]
    command: str
    how: str


def write(
    folder: Path, facts: CardFacts, parts: Parts, done: Tuned, tables: Mapping[str, Table], calibration: str
) -> Path:
    """Write ``README.md`` and ``figures.json`` into a model folder."""
    rows = {name: {measure: _row(*pair) for measure, pair in table.items()} for name, table in tables.items()}
    (folder / FIGURES).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    text = _TEXT.format(
        name=folder.resolve().parent.name, version=__version__, start=_start(facts.start),
        data=_data(facts.files, parts), training="\n".join(f"- {line}" for line in (facts.how, _course(done))),
        command=facts.command, python=platform.python_version(), calibration=calibration,
        versions=", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        missing="" if facts.ours else "A bare encoder has no figures before.",
        tables="\n\n".join(markdown(name, table) for name, table in tables.items()),
    )  # fmt: skip
    (folder / CARD).write_text(text, encoding="utf-8")
    return folder / CARD


def _course(done: Tuned) -> str:
    course = f"{done.steps} steps of {done.planned} at most"
    if done.best_step is None:
        return f"{course}; nothing was held out to stop by"
    return (
        f"{course}, the weights of step {done.best_step} kept: held-out loss {done.first_loss:.3f} at the first look, "
        f"{done.best_loss:.3f} there"
    )


def _start(start: Path) -> str:
    weights = next((p for n in ("model.safetensors", "encoder.onnx") if (p := start / n).is_file()), None)
    return f"`{start.resolve().name}`" + (
        f" (`{weights.name}`, sha256 `{resources.sha256(weights)}`)" if weights else ""
    )


def _data(files: Sequence[Path], parts: Parts) -> str:
    lines = [f"- `{path.name}`, sha256 `{resources.sha256(path)}`" for path in files if path.is_file()]
    lines += [
        f"- `{path.name}/`, {sum(1 for p in path.rglob('*') if p.is_file())} files" for path in files if path.is_dir()
    ]
    for name, part in (("trained on", parts.train), ("held out to stop by", parts.held)):
        lines.append(f"- {name}: {len(part)} articles, {counts(part)}")
    return "\n".join([*lines, *(f"- {note}" for note in parts.notes)])


def counts(articles: Sequence[LabelledArticle]) -> str:
    """Claims by basis, or by group where that is all that is known."""
    claims = [claim for article in articles for claim in article.claims]
    kinds = Counter(str(claim.basis or claim.group or "without a basis") for claim in claims)
    return f"{len(claims)} claims" + (f" ({', '.join(f'{k} {n}' for k, n in kinds.most_common())})" if claims else "")


def _row(before: Figure | None, after: Figure) -> dict[str, list[float] | None]:
    return {
        "before": [before.value, before.low, before.high] if before else None,
        "after": [after.value, after.low, after.high],
    }


def markdown(name: str, table: Table) -> str:
    """A table of figures before and after."""
    head = f"### {name}\n\n| measure | before | after |\n|---|---|---|\n"
    return head + "\n".join(f"| {measure} | {before or '–'} | {after} |" for measure, (before, after) in table.items())
