"""An archive from beginning to end: find the input, begin or go on, rate what is not done, note that all is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scoring import resources
from scoring.archive import shards
from scoring.archive.batches import Batches
from scoring.archive.inputs import find
from scoring.archive.processes import Crew, crew
from scoring.archive.worker import Job, Load, load
from scoring.errors import UsageError
from scoring.timing import timed
from scoring.writing.files import spare

ENGINES = ("local", "ray")


@dataclass(frozen=True, slots=True)
class State:
    """How far the run is: bytes of input in all, done before and done now, and rows of each table done now."""

    total: int
    before: int
    now: int
    rows: Counter[str]


Tell = Callable[[State], None]


def run(
    given: Sequence[str],
    job: Job,
    *,
    engine: str = "local",
    workers: int = 1,
    resume: bool = False,
    tell: Tell = lambda _: None,
    load: Load = load,
) -> dict[str, int]:
    """Rate all articles of files and folders into the folder ``job.out``.

    A script that calls this does so under ``if __name__ == "__main__"``, since its processes import it anew.

    Parameters
    ----------
    given
        Files and folders, as :func:`scoring.archive.inputs.find` takes them.
    job
        The folder and how to rate.
    engine
        ``local``: processes of this machine. ``ray``: actors of Ray Data, here or on the cluster that ``RAY_ADDRESS``
        names, all of which must see the files and the folder under the same names.
    workers
        Processes or actors, at least 1.
    resume
        Go on with what an interruption left.
    tell
        Told at the beginning and after each batch.
    load
        Makes the engine in each process.

    Returns
    -------
    dict
        Rows of each table, of all batches.

    Raises
    ------
    SourcegradeError
        An option or input is wrong, or the folder cannot be written to; what is done is kept.
    """
    if engine not in ENGINES:
        raise UsageError(f"--engine: {engine!r} is not known; give one of {', '.join(ENGINES)}")
    files = find(given, job.out)
    beside = (job.model, job.priors, job.config, job.ledger)
    spare([Path(path) for path in (*given, *files, *beside) if path], job.out, folders=True)
    with shards.held(job.out, resume):
        job = _dated(job)
        try:
            shards.tidy(job.out)
            with _started(engine, job, workers, load) as made:
                with timed(f"{workers} processes, model {job.model or resources.model()}"):
                    provenance = made.provenance()
                shards.begin(job.out, _settings(job, provenance), files)
                _rate(made, Batches(tuple(files), job.size, frozenset(shards.done(job.out))), tell)
            counts = shards.rows(job.out)
            shards.finish(job.out, counts)
        except OSError as error:
            raise shards.unwritable(job.out, error) from error
        finally:
            with suppress(OSError):
                shards.tidy(job.out)
    return counts


def _started(engine: str, job: Job, workers: int, load: Load) -> Any:
    if engine == "local":
        return crew(job, workers, load)
    from scoring.archive.on_ray import actors

    return actors(job, workers, load)


def _rate(made: Crew, batches: Batches, tell: Tell) -> None:
    total = batches.total
    before = now = 0
    rows: Counter[str] = Counter()
    tell(State(total, before, now, rows))
    for outcome in made.rate(batches):
        if outcome.rows:
            now += outcome.consumed
            rows.update(outcome.rows)
        else:
            before += outcome.consumed
        tell(State(total, before, now, rows))


def _dated(job: Job) -> Job:
    """A job with a fixed day for its ledger: since a ledger grows, the day on which the archive was begun counts."""
    if job.ledger is None or job.as_of is not None:
        return job
    known = shards.manifest(job.out)
    begun = known["settings"].get("as_of") if known else None
    return replace(job, as_of=date.fromisoformat(begun) if begun else datetime.now(UTC).date())


def _settings(job: Job, provenance: dict[str, Any]) -> dict[str, Any]:
    """All that decides the rows and how they fall into batches."""
    return provenance | {
        "batch_size": job.size, "outlet": job.outlet, "as_of": job.as_of.isoformat() if job.as_of else None,
    }  # fmt: skip
