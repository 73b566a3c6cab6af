"""Bodies of requests, read within limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from scoring.serve.limits import Limits
from scoring.serve.refusals import Gone, Refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

TOO_LARGE = 413
LINGER = 1.0
"""Seconds in which the rest of a refused request's body is thrown away, so that its sender gets to read the answer."""
JSON = ("application/json",)
FORM = ("multipart/form-data", "application/x-www-form-urlencoded")
TYPES = {"/": FORM, "/v1/rate": JSON, "/v1/rate/batch": JSON}
"""Kinds of body by path."""


def check_type(path: str, headers: Mapping[str, str]) -> None:
    """Refuse a body of a kind that the path does not take.

    Raises
    ------
    Refusal
        415.
    """
    right = TYPES.get(path)
    given = headers.get("content-type", "").partition(";")[0].strip().lower()
    if right and given not in right:
        raise Refusal(415, f"Content-Type is {given[:80] or 'missing'}; send {' or '.join(right)}")
    coding = headers.get("content-encoding", "identity").strip().lower()
    if right and coding != "identity":
        raise Refusal(415, f"Content-Encoding is {coding[:80]}; send the body as it is")


class Incoming:
    """The messages of one request as they come, and what of its body is still to come."""

    def __init__(self, receive: Receive, headers: Mapping[str, str]) -> None:
        self._receive = receive
        self._held_back = "expect" in headers
        self._whole = False

    async def __call__(self) -> Message:
        """See ASGI."""
        self._held_back = False  # the server tells a client that asked first to send, as soon as it is to receive
        message = await self._receive()
        self._whole = message["type"] != "http.request" or not message.get("more_body")
        return message

    async def throw_away(self) -> None:
        """Take the rest of the body, for a while.

        A connection that is closed on bytes that nobody read is reset, and its client loses the answer.
        """
        if self._held_back:
            return
        try:
            async with asyncio.timeout(LINGER):
                while not self._whole:
                    await self()
        except TimeoutError:
            return


class Bodies:
    """All bodies that are held now."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.held = 0

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Room for one body, given back at the end."""
        room = Room(self)
        try:
            yield room
        finally:
            self.held -= room.size


class Room:
    """Where one body is gathered."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies = bodies
        self.size = 0

    async def read(self, method: str, headers: Mapping[str, str], receive: Receive) -> bytes:
        """The whole body.

        Raises
        ------
        Refusal
            413 for more bytes than are allowed, announced or sent; 408 when it takes too long; 429 when too much is
            held already.
        Gone
            The client left.
        """
        limits = self.bodies.limits
        most = limits.max_body if method == "POST" else 0
        announced = headers.get("content-length", "")
        try:
            if announced.isdecimal() and int(announced) > most:
                raise _too_large(most)
            async with asyncio.timeout(limits.body_seconds):
                return await self._gather(most, receive)
        except TimeoutError:
            raise Refusal(408, f"the body did not arrive within {limits.body_seconds:g} seconds") from None

    async def _gather(self, most: int, receive: Receive) -> bytes:
        parts: list[bytes] = []
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")
            self.size += len(part)
            self.bodies.held += len(part)
            parts.append(part)
            if self.size > most:
                raise _too_large(most)
            if self.bodies.held > self.bodies.limits.held_bodies:
                raise Refusal(429, "too much is being sent at once; try again", retry_after=1)
            if not message.get("more_body"):
                return b"".join(parts)


def _too_large(most: int) -> Refusal:
    if not most:
        return Refusal(TOO_LARGE, "this request takes no body")
    size = f"{most / 2**20:.3g} MB" if most >= 2**20 else f"{most / 2**10:.3g} kB"
    said = f"the request is larger than {most:,} bytes; send a smaller one"
    return Refusal(TOO_LARGE, said, page=f"The article is larger than {size}.")
