"""How long each step took: it is logged, and ``--verbose`` shows it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Log at the level DEBUG, to ``scoring.timing``, what was done and how many seconds it took."""
    begun = time.perf_counter()
    yield
    _log.debug("%s: %.2f s", what, time.perf_counter() - begun)
