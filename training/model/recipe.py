"""Train the shipped attribution model: ``sourcegrade train --help``.

The data folder holds ``corpora/`` and ``labelled/``, and the files that labelled excerpts are cut from. Articles of
``labelled/dev.jsonl`` and held excerpts are left out of PolNeAR's, so that figures on them are honest, and a part of
each training set is held out, to choose by. Our own labelled articles that ship are all trained on, those of
``dev.jsonl`` too: they are too even to measure a model by, and figures on them say how well it learned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scoring import resources, settings
from scoring.attribution.folders import WEIGHTS
from scoring.errors import UsageError
from training.labels.corpora import (
    RELATIONS,
    Example,
    gathered,
    read_factuality,
    read_jsonl,
    read_polnear,
    read_uncertainty,
)
from training.labels.excerpts import CORPORA, POLNEAR, excerpts, held_excerpts, kinds
from training.labels.matters import with_matters
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle, example
from training.labels.splits import is_held_out
from training.model.alignment import label_windows
from training.model.attribution import AttributionSettings, batches, load, save, task
from training.model.device import begin, choose
from training.model.export import export
from training.model.freezing import PreparedWindow
from training.model.pruning import narrowed
from training.model.trainer import CHECKPOINTS, Bar, train

PREFIX = "polnear-"
"""What the ids of labelled articles begin with that come from PolNeAR."""
HELD_OUT = {"polnear": 0.05, "labelled": 0.1, "wikiweasel": 0.15}
"""Share of the training articles or sentences that is never trained on."""
LABELLED_OFTEN = 3
"""Labelled articles are few, and closest to what is measured: each stands in the training set this often."""
SENTENCES = "corpora/wikiweasel/train.jsonl"
UDS_SHARE = 0.35
"""Share of UDS-IH2 that is read: its labels are noisier than UW's, for which it is a help."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """``configs/train.toml``: the training proper, and what follows where inner layers are narrowed.

    ``window`` is how many pieces the exported model reads at a time.
    """

    training: AttributionSettings
    narrowing: AttributionSettings | None = None
    window: int = 256


def polnear(data: Path, *, held: bool = False) -> list[Example]:
    """PolNeAR's training articles that are trained on, or those held out."""
    measured = {_own_id(row["id"]) for row in read_jsonl(data / "labelled/dev.jsonl")} | set(
        map(_own_id, held_excerpts())
    )
    rows = (e for e in read_polnear(data / POLNEAR) if e.id not in measured)
    return [e for e in rows if is_held_out(e.id, HELD_OUT["polnear"]) == held]


def labelled(data: Path, *, held: bool = False) -> list[Example]:
    """The labelled articles that are trained on, or those held out."""
    articles = with_matters(read_labelled([data / "labelled/train.jsonl"]))
    return _kept(map(example, articles), HELD_OUT["labelled"], held)


def wikiweasel(data: Path, *, held: bool = False) -> list[Example]:
    """WikiWeasel's sentences that are trained on, or those held out."""
    return _kept(read_uncertainty(data / SENTENCES), HELD_OUT["wikiweasel"], held)


def news(data: Path) -> list[Example]:
    """News labelled for claims, whole or in excerpts, less what is held out of PolNeAR's articles."""
    held = {e.id for e in polnear(data, held=True)}
    articles = [*labelled(data) * LABELLED_OFTEN, *map(example, excerpts(data, held=False))]
    return [e for e in articles if _own_id(e.id) not in held]


def held_news(data: Path) -> list[LabelledArticle]:
    """News labelled for claims that is held out, whole or in excerpts."""
    articles = with_matters(read_labelled([data / "labelled/train.jsonl"]))
    whole = [a for a in articles if is_held_out(a.id.removeprefix(PREFIX), HELD_OUT["labelled"])]
    return [*whole, *excerpts(data, held=True)]


def ours() -> list[Example]:
    """What we wrote ourselves: labelled articles, and short texts in single kinds of wording."""
    articles = read_labelled([resources.labelled_examples(part) for part in ("train", "dev")])
    return list(map(example, (*articles, *kinds(held=False))))


def _own_id(id: str) -> str:
    """The id that PolNeAR itself gives an article."""
    return id.removeprefix(PREFIX).removeprefix(CORPORA[POLNEAR].prefix)


def _kept(examples: Iterable[Example], share: float, held: bool) -> list[Example]:
    return [e for e in examples if is_held_out(e.id.removeprefix(PREFIX), share) == held]


def training_examples(data: Path) -> list[Example]:
    """All that the model is trained on."""
    corpora = data / "corpora"
    uds = read_factuality(corpora / "uds_ih2/train.jsonl", "factuality_uds")
    return [
        *polnear(data),
        *map(claims_only, (*news(data), *ours())),
        *gathered(read_factuality(corpora / "uw/train.jsonl", "factuality")),
        *gathered([e for e in uds if is_held_out(e.id, UDS_SHARE)]),
        *gathered(wikiweasel(data)),
    ]


def claims_only(labelled: Example) -> Example:
    """The example without its relations, whose spans follow other habits than PolNeAR's: with them attribution was lost
    (complete relations on PolNeAR dev 79.4 → 74.1).
    """
    return replace(labelled, relations=(), complete=labelled.complete - {RELATIONS})


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
    for folder, needed in ((data, "labelled/train.jsonl"), *((data, file) for file in CORPORA), (start, "config.json")):
        if not (folder / needed).is_file():
            raise UsageError(f"{folder}: holds no {needed}")
    chosen = settings.load(config, RunSettings)
    examples = training_examples(data)
    folder = trained(examples, start, output, chosen.training, resume=resume)
    if chosen.narrowing:
        folder = trained(examples, folder, output / "narrow", chosen.narrowing, resume=resume)
    return export(folder, output / "export", window=chosen.window)


def trained(
    examples: Sequence[Example], start: Path, output: Path, chosen: AttributionSettings, *, resume: bool = False
) -> Path:
    """Train from the weights in ``start`` and write safetensors, config and tokenizer to ``output``.

    Raises
    ------
    KeyboardInterrupt
        It was stopped by hand, and left a checkpoint to resume from.
    """
    if resume and (output / WEIGHTS).is_file():
        return output
    device = choose("auto", chosen.threads, bf16=chosen.bf16)
    begin(chosen.threads, chosen.seed)
    model, tokenizer = load(start, chosen)
    rows = [PreparedWindow(w) for e in examples for w in label_windows(e, tokenizer, chosen.window, chosen.seed)]
    planned = batches(rows, chosen)
    model = narrowed(model, planned, chosen.width, device)
    done = train(
        task(model, planned, chosen), chosen, device, output / CHECKPOINTS, resume=resume, callbacks=[Bar()]
    )  # fmt: skip
    if done.stopped:
        raise KeyboardInterrupt
    save(model, tokenizer, output)
    return output
