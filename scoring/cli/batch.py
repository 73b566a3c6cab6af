"""``sourcegrade batch``: an archive of articles into Parquet tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scoring.cli.messages import complain, moving, say
from scoring.cli.options import AsOf, Config, Ledger, Model, Outlet, Priors
from scoring.errors import UsageError

if TYPE_CHECKING:
    from scoring.archive.run import State

EVERY = 30.0
"""Seconds between two lines of progress if standard error is no terminal."""


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT", help="Files (.parquet; .jsonl, .csv, also .gz or .zst; .txt, .md, .html) and "
                       "folders of them, with the folders inside.", show_default=False),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder for the tables.", show_default=False)
    ],
    engine: Annotated[str, typer.Option(metavar="local|ray", help="Processes here, or actors of Ray.")] = "local",
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; as many as processors without.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what an interruption left.")] = False,
    batch_size: Annotated[int, typer.Option(metavar="N", help="Articles that a part of the tables holds.")] = 128,
    outlet: Outlet = None,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:  # fmt: skip
    """Rate an archive of any size into tables in Parquet: articles, claims, sources, rejects.

    What is done stays done: after an interruption of any kind --resume goes on, and ends with the same rows.
    """
    from scoring.archive.run import run
    from scoring.archive.shards import repeated
    from scoring.archive.worker import Job
    from scoring.attribution.inference import processors

    if batch_size < 1 or (workers is not None and workers < 1):
        raise UsageError("--batch-size and --workers: give a whole number from 1")
    job = Job(output, outlet, model, priors, config, ledger, as_of, batch_size)
    try:
        with _progress() as tell:
            rows = run(inputs, job, engine=engine, workers=workers or processors(), resume=resume, tell=tell)
    except KeyboardInterrupt:
        say(f"interrupted; what is done is kept in {output}, and --resume goes on")
        raise
    told = ", ".join(f"{rows[name]:,} {name}" for name in ("articles", "claims", "sources", "rejects"))
    say(f"{output}: {told}")
    if same := repeated(output):
        say(f"{same:,} articles bear an id that another one bears, too; key tells them apart")
    if rows["rejects"]:
        complain(f"{rows['rejects']:,} could not be rated; {output / 'rejects'} says which and why")
    raise typer.Exit(1 if rows["rejects"] else 0)


@dataclass(slots=True)
class Speed:
    """Times for the words on progress; ``begun`` and ``said`` are seconds of a monotonic clock."""

    begun: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)

    def words(self, state: State) -> str:
        """Articles, articles a second, and the time left, by the share of the input that this run has read."""
        seconds = time.monotonic() - self.begun
        articles = state.rows["articles"]
        if not articles or not state.now:
            return "starting"
        left = (state.total - state.before - state.now) * seconds / state.now
        hours, rest = divmod(round(left), 3600)
        return f"{articles:,} articles, {articles / seconds:.1f} a second, {hours}:{rest // 60:02}:{rest % 60:02} left"


@contextmanager
def _progress() -> Iterator[Callable[[State], None]]:
    """Show progress: a bar on a terminal, otherwise a line now and then."""
    speed = Speed()
    if not moving():
        yield lambda state: _line(speed, state)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns: tuple[Any, ...] = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, redirect_stdout=False, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda state: bar.update(
            task, total=max(1, state.total), completed=state.before + state.now, description=speed.words(state)
        )


def _line(speed: Speed, state: State) -> None:
    if time.monotonic() - speed.said >= EVERY:
        speed.said = time.monotonic()
        share = (state.before + state.now) / max(1, state.total)
        say(f"{share:.0%}, {speed.words(state)}")
