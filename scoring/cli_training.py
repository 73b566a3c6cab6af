"""The commands that fit: ``sourcegrade train`` and ``calibrate``; they need the extra "train"."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scoring import resources
from scoring.cli_inputs import say
from scoring.cli_options import Config, Model, Priors
from scoring.errors import UsageError


def train(
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder with corpora/ and labelled/.", show_default=False)],
    start: Annotated[
        Path, typer.Option(metavar="DIR", help="A pretrained encoder, or a trained model.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option(metavar="DIR", help="Where checkpoints and the model go.", show_default=False)
    ],
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings; the shipped train.toml else.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the output.")] = False,
) -> None:
    """Train the attribution model; needs the extra "train".

    The model to use with --model lies in export/ of the output in the end.
    """
    try:
        from training.run import run
    except ImportError as error:
        raise UsageError(f"train: needs {error.name}; pip install 'sourcegrade[train]'") from error
    run(data, start, output, config or resources.config("train.toml"), resume=resume)


def calibrate(
    *,
    outcomes: Annotated[
        list[Path], typer.Option(metavar="FILE", help="Claims with outcomes or grades, or rated stories; repeatable.")
    ],
    output: Annotated[Path, typer.Option(metavar="FILE", help="The config to write; a report goes beside it.")],
    config: Config = None,
    priors: Priors = None,
    model: Model = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out, and count them.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over an output that exists.")] = False,
) -> None:
    """Fit the weights of evidence to outcomes, under the directional rules; needs the extra "train"."""
    from scoring.pipeline import load_engine

    try:
        from training.weighing import calibrate as run
    except ImportError as error:
        raise UsageError(f"calibrate: needs {error.name}; pip install 'sourcegrade[train]'") from error
    engine = load_engine(model, priors, config)
    shipped = config or resources.config("score.toml")
    say(f"report: {run(outcomes, output, engine, shipped, skip_bad=skip_bad, force=force)}")
