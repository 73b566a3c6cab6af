"""The commands ``sourcegrade dev ...``: figures, tables and models of sourcegrade itself, measured and made anew.

Exit status: 0 done, 2 wrong usage or a file that cannot be used, and nothing is written. Results go to standard output,
what is done to standard error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from scoring import resources
from scoring.cli.messages import Advance, answer, bar, say, waiting
from scoring.cli.options import Model, command
from scoring.errors import UsageError
from scoring.writing.files import spare

T = TypeVar("T")
dev = typer.Typer(
    name="dev",
    help="For those who work on sourcegrade itself: measure it, and make its tables and models anew.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
STORIES = Path("tests/cases/stories.jsonl")
Corpora = Annotated[
    Path, typer.Option("--corpora", metavar="DIR", help="Holds corpora/ and labelled/.", show_default=False)
]
Ratings = Annotated[Path, typer.Option("--ratings", metavar="DIR", help="Holds priors_sources/.", show_default=False)]
Cases = Annotated[
    Path,
    typer.Option(
        metavar="FILE", help="Labelled stories, an article a line; by default those of a checkout, from its folder."
    ),
]
Labelled = Annotated[
    list[Path],
    typer.Option(
        "--data", metavar="FILE", help="Labelled articles, in any format; repeatable.", show_default=False
    ),
]  # fmt: skip


@command(dev)
def card(
    *,
    data: Corpora,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder that gets the card; the shipped one without.")
    ] = None,
    diagram: Annotated[Path | None, typer.Option(metavar="FILE", help="A reliability diagram, as SVG.")] = None,
) -> None:
    """Measure a model as evaluate does and write its card, README.md and figures.json; needs the extra "train".

    Takes some five minutes. The corpora are those that data/model/README.md names; their test splits are left alone.
    """
    with _training("dev card"):
        from scoring.attribution.inference import load_finder_folder
        from training.model.shipped_card import MEASURED_ON, write_shipped_card

        folder, files = model or resources.model(), _held(data, *MEASURED_ON)
        load_finder_folder(folder)  # a wrong folder is said before minutes pass
        spare([*files, *folder.iterdir()], *([diagram] if diagram else ()), name="--diagram")
        answer(write_shipped_card(folder, data, diagram, say))


@command(dev)
def fit_probabilities(
    *,
    data: Corpora,
    model: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder whose config.json is set.", show_default=False)
    ],
) -> None:
    """Fit a model's probabilities to held-out articles; needs the extra "train".

    Slope and intercept for cues, relations and the bases of claims are printed, and go into the model folder.
    """
    with _training("dev fit-probabilities"):
        from training.labels.excerpts import CORPORA, POLNEAR
        from training.model.recalibrating import calibrate_shipped

        _held(data, POLNEAR, "labelled/train.jsonl", "labelled/dev.jsonl", *CORPORA)
        with waiting("reading"):
            lines = calibrate_shipped(model, data)
    for name, (slope, intercept) in lines.items():
        answer(f"{name}: slope {slope:.2f}, intercept {intercept:.2f}")


@command(dev)
def predict_relations(
    *,
    data: Labelled,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Gets text.jsonl, gold.jsonl, pred.jsonl.")
    ],
    model: Model = None,
) -> None:
    """Write the relations that a model finds beside the labelled ones, for other scorers; needs the extra "train".

    Of copies of an article by several annotators the first is taken.
    """
    with _training("dev predict-relations"):
        from scoring.engine import load_finder
        from training.evaluation.predictions import RELATION_FILES, write_relations
        from training.labels.corpora import first_annotators
        from training.labels.reading import read_labelled

        _there(*data)
        spare(data, *(output / name for name in RELATION_FILES))
        with waiting("reading"):
            write_relations(load_finder(model), first_annotators(read_labelled(data)), output)
    say(f"written: {output}")


@command(dev)
def predict_claims(
    *,
    data: Labelled,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write (JSON Lines).")],
    model: Model = None,
) -> None:
    """Rate labelled articles as they stand, the outlet unknown, for other scorers; needs the extra "train"."""
    with _training("dev predict-claims"):
        from scoring.engine import load_engine
        from training.evaluation.predictions import write_claims
        from training.labels.reading import read_labelled

        _there(*data)
        spare(data, output)
        with waiting("rating"):
            write_claims(load_engine(model), read_labelled(data), output)
    say(f"written: {output}")


@command(dev)
def requantize(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The folder of a model, or of the encoder of claims.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The folder to write.")],
) -> None:
    """Write the graphs of an older model anew: weights of 7 bits, a known answer; needs the extra "train"."""
    with _training("dev requantize"):
        from training.requantizing import requantize as run

        _there(old)
        spare([old], new, name="", folders=True)
        with waiting("writing graphs"):
            run(old, new)
    say(f"written: {new}")


@command(dev)
def outlet_priors(
    *,
    data: Ratings,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Gets outlets.csv, rated.csv and sources.csv; "
                                  "data/priors without.")
    ] = None,
) -> None:  # fmt: skip
    """Make the priors of outlets and well-known sources from public ratings, by configs/priors.toml."""
    from scoring import settings
    from scoring.priors.pooling import PriorRule
    from training.priors.outlets import read_ratings, write_tables

    rule = settings.load(resources.config("priors.toml"), PriorRule)
    ratings = read_ratings(data / "priors_sources", rule, say)
    for path, rows in write_tables(ratings, rule, output or resources.priors(".")).items():
        say(f"{rows} rows: {path}")


@command(dev)
def rater_correlations(*, data: Ratings) -> None:
    """Print how the raters of outlets correlate, as lines of [correlation] in configs/priors.toml."""
    from scoring import settings
    from scoring.priors.pooling import PriorRule
    from training.priors.outlets import correlations, read_ratings

    rule = settings.load(resources.config("priors.toml"), PriorRule)
    for pair in correlations(read_ratings(data / "priors_sources", rule, say), rule):
        answer(f"{pair.pair} = {pair.drawn:.2f}  # {pair.measured:.2f} over {pair.shared} domains")


@command(dev)
def hedge_rates(
    *,
    texts: Annotated[Path, typer.Option(metavar="FILE", help="News texts, one a row (CSV).", show_default=False)],
    column: Annotated[str, typer.Option(metavar="NAME", help="Their column.")] = "text",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The table; the shipped usual_rates.csv without."),
    ] = None,
) -> None:
    """Count how often news text hedges, after a change of hedges.csv; writes figures, no word of a text."""
    from scoring.report.counts import TABLE
    from training.priors.hedge_rates import count, write
    from training.priors.hedge_rates import texts as column_of

    _there(texts)
    target = output or resources.lexicon(TABLE)
    spare([texts], target)
    with bar("counting", None) as done:
        write(_each(filter(None, map(count, column_of(texts, column))), done), target)
    say(f"written: {target}")


@command(dev)
def dossier_figures(*, cases: Cases = STORIES) -> None:
    """Measure how articles are compared, on labelled stories; thresholds are chosen on the development half only."""
    from scoring.engine import load_engine
    from training.dossier.benchmark import figure_lines

    _there(cases)
    for line in figure_lines(cases, load_engine()):
        answer(line)


@command(dev)
def pair_weights(*, cases: Cases = STORIES) -> None:
    """Fit the weights of what two claims share, as lines of configs/dossier.toml; needs the extra "train"."""
    with _training("dev pair-weights"):
        from scoring.engine import load_engine
        from training.dossier.pair_weights import weight_lines

        _there(cases)
        for line in weight_lines(cases, load_engine()):
            answer(line)


@command(dev)
def claim_encoder(
    *,
    start: Annotated[Path, typer.Option(metavar="DIR", help="The encoder all-MiniLM-L6-v2.", show_default=False)],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Gets what data/paraphrase/ holds.", show_default=False),
    ],
    data: Annotated[Path | None, typer.Option(metavar="FILE", help="Claim sets; the shipped ones without.")] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings; the shipped paraphrase.toml without.")
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint in the output.")] = False,
) -> None:
    """Train the encoder that tells which claims lie near one another; needs the extra "train"."""
    with _training("dev claim-encoder"):
        from scoring import settings
        from training.dossier.claim_sets import read_claim_sets
        from training.dossier.paraphrasing import ParaphraseSettings, train_encoder

        _held(start, "config.json")
        sets = data or resources.example("claim_sets.jsonl")
        _there(sets)
        spare([start, sets, *([config] if config else ())], output, folders=True)
        chosen = settings.load(config or resources.config("paraphrase.toml"), ParaphraseSettings)
        answer(train_encoder(read_claim_sets(sets), start, output, chosen, say, resume=resume))


def _each(items: Iterable[T], done: Advance) -> Iterator[T]:
    for item in items:
        done()
        yield item


@contextmanager
def _training(name: str) -> Iterator[None]:
    """Say how the extra "train" is installed where something of it is missing."""
    try:
        yield
    except ImportError as error:
        raise UsageError(f"{name}: needs {error.name}; {resources.installing('train')}") from error


def _there(*paths: Path) -> None:
    missing = next((path for path in paths if not path.exists()), None)
    if missing is not None:
        raise UsageError(f"{missing}: is not there; give another")


def _held(folder: Path, *names: str) -> list[Path]:
    """The files that a folder must hold."""
    missing = next((name for name in names if not (folder / name).is_file()), None)
    if missing is not None:
        raise UsageError(f"{folder}: holds no {missing}")
    return [folder / name for name in names]
