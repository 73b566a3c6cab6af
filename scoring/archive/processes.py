"""Several processes on one machine that rate batches, each with one batch in hand.

A process that dies or hangs is replaced and its batch tried again; a row at which that happens twice is rejected, and
the others of its batch are rated. ``concurrent.futures`` and its like give up all batches at hand when one process
dies, and cannot tell which row it was.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from typing import Any

from scoring.archive.batches import Batch
from scoring.archive.worker import Job, Load, Outcome, Ready, Trouble, load, work
from scoring.errors import OutputError, UsageError

SECONDS_A_ROW = 300.0
"""A process that takes longer for one row hangs; an article takes a tenth of a second, a book a minute."""
SECONDS_TO_LOAD = 300.0
"""The same bound for loading, which takes a second or two."""
TRIES = 2
"""Times that a row may end the process that rates it before it is rejected."""
MOST_DEATHS = 20
"""If more rows of one batch end their process, the fault is not in the rows, and the run ends."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(slots=True)
class Worker:
    """A process, this end of its pipe, the batch and row in hand, and since when (seconds, monotonic)."""

    process: Any
    pipe: connection.Connection
    ready: bool = False
    batch: Batch | None = None
    row: int | None = None
    since: float = field(default_factory=time.monotonic)


@dataclass(slots=True)
class Crew:
    """The processes; ``deaths`` counts those that a row of a batch has ended, by batch and row."""

    job: Job
    load: Load
    patience: float
    workers: list[Worker] = field(default_factory=list)
    deaths: Counter[tuple[int, int]] = field(default_factory=Counter)

    def provenance(self) -> dict[str, Any]:
        """What makes the ratings, as soon as one process has loaded it.

        Raises
        ------
        UsageError
            A model, table or configuration is wrong.
        """
        while True:
            for message in self._messages():
                if isinstance(message, Ready):
                    return dict(message.provenance)

    def rate(self, batches: Iterable[Batch]) -> Iterator[Outcome]:
        """Rate and write batches, in the order in which they are done; none is taken before a process is free for it.

        A batch without rows has an outcome without rows.

        Raises
        ------
        OutputError
            Parts cannot be written.
        UsageError
            Processes die whatever the row.
        """
        left = iter(batches)
        while True:
            for worker in self.workers:
                while worker.ready and worker.batch is None and (batch := next(left, None)) is not None:
                    if batch.rows:
                        self._give(worker, batch)
                    else:
                        yield Outcome(batch.number, batch.consumed, {})
            if all(worker.batch is None for worker in self.workers) and any(w.ready for w in self.workers):
                return
            yield from (message for message in self._messages() if isinstance(message, Outcome))

    def _give(self, worker: Worker, batch: Batch) -> None:
        worker.batch, worker.row, worker.since = batch, None, time.monotonic()
        try:
            worker.pipe.send(batch)
        except ConnectionError:
            return  # it is dead, and the next look at its pipe says so

    def _messages(self) -> Iterator[Ready | Outcome]:
        """Messages of the workers, within a second. A worker that is silent for too long is ended."""
        pipes = {worker.pipe: worker for worker in self.workers}
        for pipe in connection.wait(list(pipes), timeout=1.0):
            worker = pipes[pipe]  # type: ignore[index]
            try:
                message = worker.pipe.recv()
            except (EOFError, ConnectionError):
                self._replace(worker, "died")
                continue
            worker.since = time.monotonic()
            if isinstance(message, Trouble):
                raise (OutputError if message.writing else UsageError)(message.message)
            if isinstance(message, int):
                worker.row = message
                continue
            worker.ready = True
            if isinstance(message, Outcome):
                worker.batch = None
            yield message
        for worker in self.workers:
            patience = self.patience if worker.ready else SECONDS_TO_LOAD
            if (worker.batch or not worker.ready) and time.monotonic() - worker.since > patience:
                worker.process.kill()
                self._replace(worker, f"did not end within {patience:g} seconds")

    def _replace(self, worker: Worker, what: str) -> None:
        worker.process.join(5)
        code = worker.process.exitcode
        how = what if what != "died" else f"died ({f'signal {-code}' if code and code < 0 else f'exit {code}'})"
        worker.pipe.close()
        if not worker.ready:
            raise UsageError(f"a worker process {how} before it was ready; give fewer --workers if memory is short")
        fresh = _start(self.job, self.load)
        self.workers[self.workers.index(worker)] = fresh
        if worker.batch:
            self._give(fresh, self._after(worker.batch, worker.row, how))

    def _after(self, batch: Batch, row: int | None, how: str) -> Batch:
        """The batch to try again, without the row that has ended its process too often."""
        at = -1 if row is None else row
        self.deaths[batch.number, at] += 1
        if self.deaths[batch.number, at] < TRIES:
            return batch
        lost = sum(number == batch.number for number, _ in self.deaths)
        if not 0 <= at < len(batch.rows) or lost > MOST_DEATHS:
            raise UsageError(
                f"worker processes die whatever the row (the last one {how}); is memory or the disk short?"
            )
        fault = f"the process that rated it {how}, {TRIES} times; look at the article, or report it"
        rejected = replace(batch.rows[at], data=None, fault=fault)
        return replace(batch, rows=(*batch.rows[:at], rejected, *batch.rows[at + 1 :]))


@contextmanager
def crew(job: Job, workers: int, load: Load = load, patience: float = SECONDS_A_ROW) -> Iterator[Crew]:
    """Start processes, and end them whatever happens.

    Parameters
    ----------
    job
        What they need to know.
    workers
        How many, at least 1.
    load
        Makes the engine in each of them; a function of a module.
    patience
        Seconds that a row may take.
    """
    made = Crew(job, load, patience)
    try:
        made.workers += [_start(job, load) for _ in range(workers)]
        yield made
    finally:
        _end(made.workers)


def _start(job: Job, load: Load) -> Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, job, load), daemon=True)
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        process.start()
    finally:
        theirs.close()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return Worker(process, ours)


def _end(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.pipe.close()
        worker.process.kill()
    for worker in workers:
        worker.process.join()
