"""Train the shipped attribution model: ``sourcegrade train --help``.

The data folder holds ``corpora/`` and ``labelled/``; articles of ``labelled/dev.jsonl`` are left out of PolNeAR's, so
that figures on them are honest, and a part of each training set is held out, to choose by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring import settings
from scoring.attribution.folders import WEIGHTS
from scoring.errors import UsageError
from training.labels.corpora import Example, gathered, read_factuality, read_jsonl, read_polnear, read_uncertainty
from training.labels.reading import read_labelled
from training.labels.schema import example
from training.model.export import export
from training.model.trainer import TrainingSettings, train

PREFIX = "polnear-"
"""What the ids of labelled articles begin with that come from PolNeAR."""
HELD_OUT = {"polnear": 0.05, "labelled": 0.1, "wikiweasel": 0.15}
"""Share of the training articles or sentences that is never trained on."""
LABELLED_TWICE = 2
"""Labelled articles are few, and closest to what is measured: each stands in the training set this often."""
SENTENCES = "corpora/wikiweasel/train.jsonl"
UDS_SHARE = 0.35
"""Share of UDS-IH2 that is read: its labels are noisier than UW's, for which it is a help."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """``configs/train.toml``: the training proper, and what follows where inner layers are narrowed.

    ``window`` is how many pieces the exported model reads at a time.
    """

    training: TrainingSettings
    narrowing: TrainingSettings | None = None
    window: int = 256


def held_out(id: str, share: float) -> bool:
    """Whether an article or sentence is among the ``share`` held out: decided by its name alone."""
    return int(hashlib.sha256(id.encode()).hexdigest()[:8], 16) < share * 2**32


def polnear(data: Path, *, held: bool = False) -> list[Example]:
    """PolNeAR's training articles that are trained on, or those held out."""
    measured = {row["id"].removeprefix(PREFIX) for row in read_jsonl(data / "labelled/dev.jsonl")}
    rows = (e for e in read_polnear(data / "corpora/polnear/train.jsonl") if e.id not in measured)
    return [e for e in rows if held_out(e.id, HELD_OUT["polnear"]) == held]


def labelled(data: Path, *, held: bool = False) -> list[Example]:
    """The labelled articles that are trained on, or those held out."""
    return _kept(map(example, read_labelled([data / "labelled/train.jsonl"])), HELD_OUT["labelled"], held)


def wikiweasel(data: Path, *, held: bool = False) -> list[Example]:
    """WikiWeasel's sentences that are trained on, or those held out."""
    return _kept(read_uncertainty(data / SENTENCES), HELD_OUT["wikiweasel"], held)


def _kept(examples: Iterable[Example], share: float, held: bool) -> list[Example]:
    return [e for e in examples if held_out(e.id.removeprefix(PREFIX), share) == held]


def training_examples(data: Path) -> list[Example]:
    """All that the model is trained on."""
    corpora = data / "corpora"
    articles, held = labelled(data), {e.id for e in polnear(data, held=True)}
    news = [e for e in articles if e.id.removeprefix(PREFIX) not in held]
    uds = [e for e in read_factuality(corpora / "uds_ih2/train.jsonl", "factuality_uds") if held_out(e.id, UDS_SHARE)]
    return [
        *polnear(data),
        *news * LABELLED_TWICE,
        *gathered(read_factuality(corpora / "uw/train.jsonl", "factuality")),
        *gathered(uds),
        *gathered(wikiweasel(data)),
    ]


def is_recipe(data: Sequence[Path]) -> bool:
    """Whether the data are the one folder that the shipped model is trained on."""
    return len(data) == 1 and (data[0] / "corpora").is_dir() and (data[0] / "labelled").is_dir()


def run(data: Path, start: Path, output: Path, config: Path, *, resume: bool = False) -> Path:
    """Train from an encoder or our weights, narrow the model where the settings ask for it, and export it.

    Every step leaves its result in ``output`` and is not done again when the run is resumed.

    Raises
    ------
    UsageError
        A folder or a setting is missing or wrong.
    """
    for folder, needed in (
        (data, "labelled/train.jsonl"),
        (data, "corpora/polnear/train.jsonl"),
        (start, "config.json"),
    ):
        if not (folder / needed).is_file():
            raise UsageError(f"{folder}: holds no {needed}")
    chosen = settings.load(config, RunSettings)
    examples = training_examples(data)
    trained = _trained(examples, start, output, chosen.training, resume=resume)
    if chosen.narrowing:
        trained = _trained(examples, trained, output / "narrow", chosen.narrowing, resume=resume)
    return export(trained, output / "export", window=chosen.window)


def _trained(examples: Sequence[Example], start: Path, output: Path, chosen: TrainingSettings, *, resume: bool) -> Path:
    if resume and (output / WEIGHTS).is_file():
        return output
    return train(examples, start, output, chosen, resume=resume and any(output.glob("checkpoints/checkpoint-*")))
