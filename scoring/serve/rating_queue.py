"""The queue before the model: bounded, a few articles at a time side by side, nothing done for who has left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from scoring.serve.refusals import Refusal

T = TypeVar("T")

FORGETS = 0.9
"""The share of the old mean that is kept when a further duration is counted, so that the last ten or so decide."""
LONGEST_WAIT = 60.0
"""Most seconds that a refused client is asked to wait."""


class RatingQueue:
    """Places for requests, and threads that rate.

    Requests are batched by being taken together and read side by side, window by window, each on a processor; not in
    one tensor, since the shipped graph takes one window at a time (its first dimension is 1). A thread cannot be
    stopped: long articles have one of their own, where they wait for each other, and nobody else for them.

    Parameters
    ----------
    places
        Requests that may wait or be worked on; one more is refused.
    together
        Short articles that are rated at the same time.
    """

    def __init__(self, places: int, together: int) -> None:
        self.places = places
        self.together = together
        self.taken = 0
        self._seconds = 0.5
        self._short = ThreadPoolExecutor(together, thread_name_prefix="short")
        self._long = ThreadPoolExecutor(1, thread_name_prefix="long")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place for a request.

        Raises
        ------
        Refusal
            429 when all are taken, with the time after which one is likely free.
        """
        if self.taken >= self.places:
            wait = min(LONGEST_WAIT, self._seconds * self.taken / self.together)
            raise Refusal(429, f"all {self.places} places of the queue are taken; try again later", retry_after=wait)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def run(self, work: Callable[[], T], *, long: bool = False) -> T:
        """Do ``work`` in a thread when its turn comes; when the caller is cancelled before, it is never begun."""
        pool, done = (self._long, work) if long else (self._short, lambda: self._timed(work))
        return await asyncio.get_running_loop().run_in_executor(pool, done)

    def _timed(self, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            return work()
        finally:
            self._seconds = FORGETS * self._seconds + (1 - FORGETS) * (time.monotonic() - begun)

    def close(self) -> None:
        """Begin nothing more."""
        for pool in (self._short, self._long):
            pool.shutdown(wait=False, cancel_futures=True)
