"""What a fine-tuning run leaves: the folder to use, its card, and figures before and after."""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from scoring import resources
from scoring.attribution.folders import WEIGHTS
from scoring.attribution.inference import load_finder_folder
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle
from training.labels.splits import Parts, unseen
from training.model.card import CardFacts, Table, changes, write
from training.model.export import export
from training.model.recalibrating import recalibrated
from training.model.trainer import Trained

Say = Callable[[str], None]
EXPORT = "export"
"""The folder of the output that ``--model`` and ``from_pretrained`` take."""
OUR_DEV = "Our own texts (data/examples/kinds/held.jsonl)"
HELD, GIVEN = "Your held-out part", "Your articles of --dev"


def exported(output: Path) -> Path:
    """Write ONNX graphs, config, tokenizer and safetensors to one folder, without the exporter's chatter."""
    noisy = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "root")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            folder = export(output, output / EXPORT)
    finally:
        for logger, level in zip(noisy, levels, strict=True):
            logger.setLevel(level)
    (folder / WEIGHTS).unlink(missing_ok=True)
    try:
        (folder / WEIGHTS).hardlink_to(output / WEIGHTS)
    except OSError:  # a file system without
        shutil.copyfile(output / WEIGHTS, folder / WEIGHTS)
    return folder


def our_dev(say: Say) -> list[LabelledArticle]:
    """The labelled articles that ship to be measured on; none, with a word, where they are absent."""
    path = resources.labelled_kinds("held")
    if path.is_file():
        return read_labelled([path])
    say(f"{path}: is not there, so figures on our own articles are left out")
    return []


def finish(
    output: Path,
    facts: CardFacts,
    parts: Parts,
    done: Trained,
    *,
    dev: Sequence[LabelledArticle],
    least: int,
    say: Say,
) -> Path:
    """Export, calibrate, measure and describe a trained model; return its folder."""
    folder = exported(output)
    load_finder_folder.cache_clear()
    calibration = recalibrated(folder, parts.held, least)
    say(f"calibration: {calibration}")
    tables: dict[str, Table] = {}
    for kind, articles in ((GIVEN, dev), (HELD, parts.held), (OUR_DEV, our_dev(say))):
        name = kind
        fresh = articles if kind == HELD else unseen(articles, (*parts.train, *parts.held))
        if len(fresh) < len(articles):
            name += f", {len(articles) - len(fresh)} left out that the training data hold, too"
        if any(a.claims for a in fresh):
            say(f"measuring: {name}; {len(fresh)} articles")
            tables[name] = changes(facts.start if facts.ours else None, folder, fresh)
        elif articles:
            say(f"not measured: {name}")
    if not done.gained:
        say("training gained nothing on the held-out part: the model is almost the start model; more labels may help")
    write(folder, facts, parts, done, tables=tables, calibration=calibration)
    for name, table in tables.items():
        say(name)
        for measure, change in table.items():
            say(f"  {measure:22}{change}")
    return folder
