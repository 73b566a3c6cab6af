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
from scoring.writing.files import put
from training.evaluation.measuring import Difference, compare, figures
from training.labels.schema import LabelledArticle
from training.labels.splits import Parts
from training.model.card_template import CARD, FIGURES
from training.model.trainer import Trained
from training.statistics import Estimate

LIBRARIES = ("torch", "transformers", "accelerate", "tokenizers", "onnx", "onnxruntime", "numpy")
SHOWN = (
    "claim_f1", "basis_f1", "basis_macro_f1", "group_f1", "group_label_macro_f1", "source_accuracy",
    "source_type_accuracy", "hedge_f1", "complete", "strength_spearman",
)  # fmt: skip
"""Measures of ``evaluation.metrics.NAMES`` that a card shows, where something of their kind is labelled."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before, which a bare encoder has none of, and after."""

    before: Estimate | None
    after: Estimate
    difference: Difference | None

    def __str__(self) -> str:
        """As it stands on the screen."""
        before = f"{self.before} → " if self.before else ""
        return f"{before}{self.after}" + (f"  ({self.difference})" if self.difference else "")


Table = Mapping[str, Change]


def changes(before: Path | None, after: Path, articles: Sequence[LabelledArticle]) -> Table:
    """Figures of two model folders on labelled articles, by measure."""
    new = figures(articles, after)
    old = figures(articles, before) if before else None
    differences = compare(old, new) if old else {}
    pairs = ((name, new[name]) for name in SHOWN)
    return {n: Change(old[n] if old else None, value, differences.get(n)) for n, value in pairs if value}


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

95 % bootstrap intervals by article in brackets; p of a randomisation test by article. {missing}

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
    folder: Path, facts: CardFacts, parts: Parts, done: Trained, *, tables: Mapping[str, Table], calibration: str
) -> Path:
    """Write ``README.md`` and ``figures.json`` into a model folder."""
    rows = {name: {measure: _row(change) for measure, change in table.items()} for name, table in tables.items()}
    put(folder / FIGURES, json.dumps(rows, indent=1) + "\n")
    text = _TEXT.format(
        name=folder.resolve().parent.name, version=__version__, start=_start(facts.start),
        data=_data(facts.files, parts), training="\n".join(f"- {line}" for line in (facts.how, _course(done))),
        command=facts.command, python=platform.python_version(), calibration=calibration,
        versions=", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        missing="" if facts.ours else "A bare encoder has no figures before.",
        tables="\n\n".join(markdown(name, table) for name, table in tables.items()),
    )  # fmt: skip
    put(folder / CARD, text)
    return folder / CARD


def _course(done: Trained) -> str:
    course = f"{done.steps} steps of {done.planned} at most"
    if done.best_step is None:
        return f"{course}; nothing was held out to stop by"
    return (
        f"{course}, the weights of step {done.best_step} kept: held-out loss {done.start_loss:.3f} before, "
        f"{done.best_loss:.3f} there"
        + ("" if done.gained else "; training gained nothing there, and the model is almost the start model")
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


def _row(change: Change) -> dict[str, object]:
    parts = {"before": change.before, "after": change.after, "difference": change.difference}
    return {name: [part.value, part.low, part.high] if part else None for name, part in parts.items()}


def markdown(name: str, table: Table) -> str:
    """A table of figures before and after."""
    head = f"### {name}\n\n| measure | before | after | difference |\n|---|---|---|---|\n"
    return head + "\n".join(
        f"| {measure} | {c.before or '–'} | {c.after} | {c.difference or '–'} |" for measure, c in table.items()
    )
