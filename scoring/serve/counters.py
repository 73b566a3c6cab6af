"""What the service counts, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from scoring.schema import Report
from scoring.serve.bodies import TYPES

METHODS = frozenset({"GET", "HEAD", "POST"})
SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 120)


class Counters:
    """Counts of one application; labels have few values, whatever is asked for.

    Parameters
    ----------
    waiting
        Gives the number of places of the queue that are taken.
    """

    def __init__(self, waiting: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "sourcegrade_requests", "Requests answered", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "sourcegrade_request_seconds", "Time to answer", ("route",), buckets=SECONDS, registry=self.registry
        )
        self._articles = Counter("sourcegrade_articles", "Articles rated", registry=self.registry)
        self._claims = Counter("sourcegrade_claims", "Claims rated", registry=self.registry)
        Gauge("sourcegrade_queue_taken", "Places of the queue taken", registry=self.registry).set_function(waiting)

    def answered(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """Count an answer under the route that gave it."""
        route = getattr(scope.get("route"), "path", scope["path"] if scope["path"] in TYPES else "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def rated(self, report: Report) -> None:
        """Count an article and its claims; from any thread."""
        self._articles.inc()
        self._claims.inc(len(report.ratings))

    def text(self) -> bytes:
        """All counts now."""
        return generate_latest(self.registry)
