"""One process that rates: it loads the model once, takes batches from a pipe, and writes their parts."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.errors import SourcegradeError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from scoring.archive.batches import Batch
    from scoring.engine import Engine


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker must know; paths and names as the options give them. ``size`` is rows a batch."""

    out: Path
    outlet: str | None = None
    model: str | None = None
    priors: Path | None = None
    config: Path | None = None
    ledger: Path | None = None
    as_of: date | None = None
    size: int = 128


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded; ``provenance`` is that of its ratings."""

    provenance: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A batch is written: its number, the bytes of input that it covers, and the rows of each table."""

    number: int
    consumed: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The run cannot go on: an option is wrong, or (``writing``) the parts cannot be written."""

    message: str
    writing: bool = False


Load = Callable[[Job], "Engine"]


def load(job: Job) -> Engine:
    """The engine of a job, reading one window at a time: the other processors have workers of their own."""
    from scoring.attribution.inference import ModelFinder
    from scoring.engine import load_engine

    engine = load_engine(job.model, job.priors, job.config, job.ledger, job.as_of)
    if isinstance(engine.finder, ModelFinder):
        return replace(engine, finder=replace(engine.finder, threads=1))
    return engine


def work(pipe: Connection, job: Job, load: Load) -> None:
    """Rate batches as they come until the pipe is closed, by the parent or by its death.

    Sends ``Ready``, then for each batch the number of each row before it is rated, the number of rows before writing,
    and its ``Outcome``; ``Trouble`` at any time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends this process
    with contextlib.suppress(EOFError, ConnectionError):
        try:
            engine = load(job)
        except SourcegradeError as error:
            pipe.send(Trouble(str(error)))
            return
        about = {name: value for name, value in asdict(engine.provenance).items() if name != "warnings"}
        pipe.send(Ready(about))
        while True:
            pipe.send(_done(pipe.recv(), job, engine, about, pipe.send))


def _done(
    batch: Batch, job: Job, engine: Engine, about: Mapping[str, Any], begun: Callable[[int], None]
) -> Outcome | Trouble:
    from scoring.archive.shards import busy, unwritable, write_part
    from scoring.archive.tables import rate_batch

    tables = rate_batch(batch, engine, job.outlet, begun)
    try:
        with busy(job.out):
            begun(len(batch.rows))  # fails if the parent is dead, and then nothing is written
            write_part(job.out, batch.number, tables, about)
    except ConnectionError:
        raise
    except OSError as error:
        return Trouble(str(unwritable(job.out, error)), writing=True)
    return Outcome(batch.number, batch.consumed, {name: table.num_rows for name, table in tables.items()})
