"""The commands that fit: ``sourcegrade train`` and ``calibrate``; they need the extra "train"."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from scoring import resources
from scoring.cli import inputs
from scoring.cli.inputs import Request
from scoring.cli.messages import INTERRUPTED, bar, moving, say, waiting
from scoring.cli.options import Config, Force, Model, Priors, SkipBad
from scoring.errors import UsageError
from scoring.timing import timed
from scoring.writing.files import spare


def train(
    *,
    data: Annotated[
        list[Path],
        typer.Option(
            metavar="FILE|DIR", show_default=False,
            help="Labelled examples, any format that data check reads; repeatable. Or one folder with corpora/ and "
            "labelled/: the recipe of the shipped model.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Where checkpoints and the model go.", show_default=False),
    ],
    start: Annotated[
        Path | None,
        typer.Option("--from", "--start", metavar="DIR", help="A model or a bare encoder; the shipped model else."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Settings; the shipped finetune.toml, or train.toml for a folder, else."),
    ] = None,
    dev: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Labelled examples that figures before and after are shown on.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint in the output.")] = False,
) -> None:  # fmt: skip
    """Fine-tune the model on your own labels; needs the extra "train".

    The model to use with --model lies in export/ of the output in the end, with its card. Ctrl-C leaves a checkpoint.
    """
    try:
        with waiting("loading torch"), timed("torch and transformers"):
            from training.model.finetune import run as finetune
            from training.model.planning import Request as Training
            from training.model.recipe import is_recipe, run
            from training.progress import unseen
    except ImportError as error:
        raise UsageError(f"train: needs {error.name}; {resources.installing('train')}") from error
    if str(start) == "rules":
        raise UsageError("--from rules: the rules have no weights to train; give a model folder")
    spare([*data, *(path for path in (start, config, dev) if path)], output, folders=True)
    if is_recipe(data):
        if start is None:
            raise UsageError(
                "--from is missing; the recipe of the shipped model begins with an encoder, all-mpnet-base-v2"
            )
        run(data[0], start, output, config or resources.config("train.toml"), resume=resume)
        return
    given = {"--output": output, "--from": start, "--config": config, "--dev": dev}
    words = [("--data", path) for path in data] + [(name, path) for name, path in given.items() if path]
    command = shlex.join(["sourcegrade", "train", *(str(word) for pair in words for word in pair)])
    settings = config or resources.config("finetune.toml")
    request = Training(
        tuple(data), output, start or resources.model(), settings, dev, resume, command, bar if moving() else unseen
    )
    folder = finetune(request, say)
    if folder is None:
        raise typer.Exit(INTERRUPTED)
    say(f"model: {folder}")


def calibrate(
    *,
    outcomes: Annotated[
        list[Path], typer.Option(metavar="FILE", help="Claims with outcomes or grades, or rated stories; repeatable.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The config to write; a report goes beside it.")
    ],
    config: Config = None,
    priors: Priors = None,
    model: Model = None,
    skip_bad: SkipBad = False,
    force: Force = False,
) -> None:
    """Fit the weights of evidence to outcomes, under the directional rules; needs the extra "train"."""
    from scoring.engine import load_engine

    try:
        from training.evidence.calibrate import calibrate as run
        from training.progress import unseen
    except ImportError as error:
        raise UsageError(f"calibrate: needs {error.name}; {resources.installing('train')}") from error
    given = Request(tuple(map(str, outcomes)), None, "", output, True, model, priors, config, None, None)
    inputs.spare(given, given.articles, output, output.with_suffix(".md"))
    with waiting("loading"):
        engine = load_engine(model, priors, config)
    shipped = config or resources.config("score.toml")
    report = run(
        outcomes, output, engine, shipped, skip_bad=skip_bad, force=force, progress=bar if moving() else unseen
    )
    say(f"report: {report}")
