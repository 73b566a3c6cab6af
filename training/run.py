"""Train the shipped attribution model: ``python -m training.run --help``.

The data folder holds ``corpora/polnear/train.jsonl``, ``labelled/train.jsonl`` and ``labelled/dev.jsonl``; articles of
the last are left out of the first, so that figures on them are honest.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scoring import resources, settings
from training.examples import Example, read_claims, read_jsonl, read_polnear
from training.export import export
from training.trainer import TrainingSettings, train

PREFIX = "polnear-"
"""What the ids of labelled articles begin with that come from PolNeAR."""


def training_examples(data: Path) -> list[Example]:
    """PolNeAR's training articles and the labelled ones, without those that are measured on."""
    measured = {row["id"].removeprefix(PREFIX) for row in read_jsonl(data / "labelled/dev.jsonl")}
    polnear = read_polnear(data / "corpora/polnear/train.jsonl")
    return [*(e for e in polnear if e.id not in measured), *read_claims(data / "labelled/train.jsonl")]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpora/ and labelled/")
    parser.add_argument(
        "--encoder", type=Path, required=True, help="folder of the pretrained encoder, or of our weights"
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for checkpoints and the finished model")
    parser.add_argument("--config", type=Path, default=resources.config("train.toml"))
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --output")
    options = parser.parse_args()
    examples = training_examples(options.data)
    chosen = settings.load(options.config, TrainingSettings)
    folder = train(examples, options.encoder, options.output, chosen, options.resume)
    export(folder, options.output / "export")


if __name__ == "__main__":
    main()
