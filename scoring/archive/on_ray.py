"""Ray Data as the engine: one task reads and cuts, actors rate. Ray schedules, holds back the reading, and restarts.

Each actor has one process of its own as the local engine has, so that a row that ends a process is found and rejected
in the same way.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from scoring import resources
from scoring.archive.batches import Batch, Batches
from scoring.archive.processes import Crew, crew
from scoring.archive.worker import Job, Load, Outcome, Trouble
from scoring.errors import OutputError, SourcegradeError, UsageError

NEEDS = f"--engine ray: needs Ray; {resources.installing('scale')}"


@dataclass(frozen=True, slots=True)
class Actors:
    """The same as :class:`scoring.archive.processes.Crew`, with actors of Ray."""

    job: Job
    workers: int
    load: Load

    def provenance(self) -> dict[str, Any]:
        """What makes the ratings; loaded once here to find out."""
        with crew(self.job, 1, self.load) as made:
            return made.provenance()

    def rate(self, batches: Batches) -> Iterator[Outcome]:
        """Rate and write batches; outcomes in the order in which they come.

        Raises
        ------
        OutputError, UsageError
            The same as those of the local engine, from any actor.
        """
        import ray.data

        source = ray.data.from_items([{"it": pickle.dumps((self.job, self.load, batches))}])
        cut = source.map_batches(_cut, batch_size=None, batch_format="pyarrow", num_cpus=0)
        pool = ray.data.ActorPoolStrategy(size=self.workers)
        rated = cut.map_batches(Rater, batch_size=1, batch_format="pyarrow", num_cpus=1, compute=pool)
        for row in rated.iter_rows():
            outcome = pickle.loads(row["it"])
            if isinstance(outcome, Trouble):
                raise (OutputError if outcome.writing else UsageError)(outcome.message)
            yield outcome


def _cut(table: Any) -> Iterator[Any]:
    for pickled in table.column("it").to_pylist():
        job, load, batches = pickle.loads(pickled)
        for batch in batches:
            yield _block((job, load, batch))


def _block(it: Any) -> Any:
    import pyarrow as pa

    return pa.table({"it": pa.array([pickle.dumps(it)], pa.large_binary())})


class Rater:
    """An actor: the model loaded once, with the first batch; a batch in, its outcome out."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._crew: Crew | None = None

    def __call__(self, table: Any) -> Iterator[Any]:
        """Rate the batches of a block; trouble travels as a value, since Ray would try an error again."""
        for pickled in table.column("it").to_pylist():
            yield _block(self._outcome(*pickle.loads(pickled)))

    def _outcome(self, job: Job, load: Load, batch: Batch) -> Outcome | Trouble:
        try:
            if self._crew is None:
                self._crew = self._open.enter_context(crew(job, 1, load))
                self._crew.provenance()
            (outcome,) = self._crew.rate([batch])
        except SourcegradeError as error:
            return Trouble(str(error), writing=isinstance(error, OutputError))
        return outcome


@contextmanager
def actors(job: Job, workers: int, load: Load) -> Iterator[Actors]:
    """Ray, started here unless ``RAY_ADDRESS`` names a cluster.

    Parameters
    ----------
    job
        What each actor needs to know.
    workers
        Actors, one processor each.
    load
        Makes the engine in each of them; a function of a module.

    Raises
    ------
    UsageError
        Ray is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(NEEDS) from error
    here = "RAY_ADDRESS" not in os.environ
    local: dict[str, Any] = {"num_cpus": workers, "include_dashboard": False} if here else {}
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.init(log_to_driver=False, logging_level=logging.ERROR, **local)
    context = ray.data.DataContext.get_current()
    context.target_max_block_size = 1  # a block a batch: actors begin as soon as one is cut
    context.enable_progress_bars = False
    try:
        yield Actors(job, workers, load)
    finally:
        ray.shutdown()
