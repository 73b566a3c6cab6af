"""Connections that cost nobody else anything: uvicorn's, with deadlines for what it waits for without end.

uvicorn has no setting for three of the limits, and no ASGI application sees a connection before its request is read or
can cut one off: ``header_seconds`` (it waits without end for a first request, or for the rest of a head),
``write_seconds`` (it holds an answer that is not taken without end), and ``connections`` (its ``limit_concurrency``
refuses the next request where idle connections fill the house). A proxy in front, such as nginx with
``client_header_timeout``, ``send_timeout`` and ``limit_conn``, keeps all three; without one this class does.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from scoring.serve.answers import HEADERS
from scoring.serve.limits import Limits


def _closing(status: str, body: str = "") -> bytes:
    """An answer to what never became a request; the connection is closed after it."""
    own = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body.encode())),
        "connection": "close",
    }
    lines = (f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in (own | HEADERS).items()), "", body)
    return "\r\n".join(lines).encode()


LATE = _closing("408 Request Timeout")


class Connection(H11Protocol):
    """Cuts off a client whose request does not come or who does not take the answer.

    uvicorn itself bounds only the time between two requests. When too many connections are open, the one that has
    waited longest without a request goes; when none waits, the new one does.
    """

    limits: Limits

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    @property
    def waits_until(self) -> float | None:
        """When the time for a request that has not come is over; ``None`` while one is being answered."""
        timer = self._deadline or self.timeout_keep_alive_task
        return timer.when() if timer else None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._make_room()
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._deadline is None and not self.transport.is_closing():
            self._expect()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP. uvicorn's own answer lacks the headers that all answers here have."""
        self.transport.write(_closing("400 Bad Request", msg))
        self.transport.close()

    def pause_writing(self) -> None:
        """The client takes the answer more slowly than it is written; give it a limited time."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """See asyncio."""
        super().resume_writing()
        if self._taking:
            self._taking.cancel()
            self._taking = None

    def timeout_keep_alive_handler(self) -> None:
        """Close the idle connection; what its client has not taken is thrown away a little later."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(self.limits.write_seconds, self.transport.abort)

    def _expect(self) -> None:
        self._deadline = self.loop.call_later(self.limits.header_seconds, self._late)

    def _stop_waiting(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.write(LATE)
            self.transport.close()
            self.loop.call_later(1, self.transport.abort)

    def _make_room(self) -> None:
        waiting = [c for c in self.connections if isinstance(c, Connection) and c.waits_until is not None]
        least = min(waiting, key=lambda connection: connection.waits_until or 0, default=self)
        self.connections.discard(least)
        least.transport.abort()


def connection_class(given: Limits) -> type[Connection]:
    """Connections with these limits; uvicorn makes them by class."""

    class Limited(Connection):
        limits = given

    return Limited
