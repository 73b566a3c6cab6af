"""Around every request: who asks, how much, how long; what the answer must carry; and a line of a log without texts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp

from scoring.serve.answers import HEADERS, answer
from scoring.serve.bodies import TOO_LARGE, Bodies, Incoming, Message, Receive, check_type
from scoring.serve.counters import Counters
from scoring.serve.limits import Limits
from scoring.serve.refusals import Gone, Refusal, mistake_of_ours
from scoring.serve.same_site import Hosts, check_host, check_origin

Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Say = Callable[[str], None]

PIECE = 65_536
"""Bytes of an answer that are sent at once; the next wait until most of them are taken."""
STOPS = 5
"""Seconds after which clients are asked to try again when this process stops: another may have taken its place."""
GONE = 499
"""Status in log and metrics of a request whose client left before the answer, as nginx counts them."""


@dataclass(slots=True)
class Exchange:
    """One request and what is answered."""

    scope: Scope
    send: Send
    headers: Mapping[str, str]
    status: int = GONE
    begun: float = field(default_factory=time.monotonic)
    started: bool = False
    refused: bool = False

    async def answer(self, message: Message) -> None:
        """Send on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self.refused:
                headers["connection"] = "close"
        body = message.get("body", b"")
        rest = max(0, len(body) - 1) // PIECE * PIECE
        for start in range(0, rest, PIECE):
            await self.send({**message, "body": body[start : start + PIECE], "more_body": True})
        await self.send({**message, "body": body[rest:]} if rest else message)


class Guard:
    """The application as it meets the world."""

    def __init__(self, app: ASGIApp, hosts: Hosts, limits: Limits, counters: Counters, say: Say) -> None:
        self.app = app
        self.hosts = hosts
        self.limits = limits
        self.bodies = Bodies(limits)
        self.counters = counters
        self.say = say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        exchange = Exchange(scope, send, headers)
        try:
            await self._answered(exchange, receive)
        finally:
            self._note(exchange)

    async def _answered(self, exchange: Exchange, receive: Receive) -> None:
        try:
            await self._read_to_the_end(exchange, Incoming(receive, exchange.headers))
        except Gone:
            return
        except Refusal as refusal:
            await self._refuse(exchange, receive, refusal)
        except Exception as error:
            await self._refuse(exchange, receive, mistake_of_ours(error, self.say))
        except asyncio.CancelledError:  # uvicorn's way to end what is not done when the time to stop is over
            await self._refuse(exchange, receive, Refusal(503, "the service stops; send this again", retry_after=STOPS))

    async def _read_to_the_end(self, exchange: Exchange, incoming: Incoming) -> None:
        """Read the body to its end whatever goes wrong; a client whose body is half read would lose the answer."""
        try:
            await self._checked(exchange, incoming)
        except Exception:
            await incoming.throw_away()
            raise

    async def _checked(self, exchange: Exchange, incoming: Incoming) -> None:
        scope, headers = exchange.scope, exchange.headers
        check_host(headers, self.hosts)
        if scope["method"] == "POST":
            check_origin(headers, scope["scheme"], self.hosts)
            check_type(scope["path"], headers)
        with self.bodies.room() as room:
            try:
                body = await room.read(scope["method"], headers, incoming)
            except Refusal as refusal:
                if refusal.status != TOO_LARGE or scope["method"] == "POST":
                    raise
                await incoming.throw_away()  # it means nothing, and the route says which method is right
                body, exchange.refused = b"", True
            await self._watched(exchange, body, incoming)

    async def _watched(self, exchange: Exchange, body: bytes, receive: Receive) -> None:
        """Let the application answer, as long as somebody waits for it and not too long."""
        work = asyncio.create_task(self._work(exchange, body))
        left = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({work, left}, timeout=self.limits.request_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and left.done():
                await asyncio.wait({work}, timeout=0)  # an answer just sent looks like a client that left
        finally:
            done = work.done()
            for task in (work, left):
                task.cancel()
            await asyncio.wait({work, left})
        if done:
            work.result()
        elif not left.cancelled():
            raise Gone
        else:
            wait = self.limits.request_seconds
            raise Refusal(503, f"not done within {wait:g} seconds; send less, or try again later", retry_after=wait)

    async def _work(self, exchange: Exchange, body: bytes) -> None:
        await self.app(exchange.scope, _replayed(body), exchange.answer)

    async def _refuse(self, exchange: Exchange, receive: Receive, refusal: Refusal) -> None:
        if not exchange.started:
            exchange.refused = True
            response = answer(exchange.scope["path"], exchange.headers, refusal)
            await response(exchange.scope, receive, exchange.answer)

    def _note(self, exchange: Exchange) -> None:
        seconds = time.monotonic() - exchange.begun
        scope = exchange.scope
        self.counters.answered(scope, exchange.status, seconds)
        path = scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0]
        self.say(f"{scope['method'][:20]} {path[:200]} {exchange.status} {seconds:.3f} s")


def _replayed(body: bytes) -> Receive:
    """What the application receives: the whole body in one message, and nothing after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
