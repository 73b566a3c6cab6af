"""The application: routes, answers to what goes wrong, and the guard around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from scoring.engine import Engine
from scoring.serve import api, pages
from scoring.serve.answers import answer
from scoring.serve.articles import mistakes
from scoring.serve.counters import Counters
from scoring.serve.fetching import Fetcher
from scoring.serve.guard import Guard
from scoring.serve.limits import Limits
from scoring.serve.rating_queue import RatingQueue
from scoring.serve.refusals import Refusal
from scoring.serve.same_site import allowed_hosts
from scoring.serve.service import Service

SAID = {
    404: "there is nothing here; / is the form, /docs describes the rest",
    405: "this is not done here; /docs says what is",
    400: "the request cannot be read",
}
"""Messages for what goes wrong before a route is found or its body is read, by status."""
UNREAD: dict[type[Exception], str] = {
    UnicodeError: "the body cannot be read as UTF-8; send JSON in that encoding",
    RecursionError: "the body cannot be read: it is nested too deep",
    ValueError: "the body cannot be read: a number in it has too many digits",
}
"""What goes wrong in reading JSON, by what FastAPI's error was caused by."""


def make_app(
    engine: Engine,
    limits: Limits,
    *,
    hosts: Iterable[str] = (),
    bound: str = "127.0.0.1",
    fetcher: Fetcher | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Guard:
    """Put the service together.

    Parameters
    ----------
    engine
        Loaded once, used by all requests.
    limits
        The limits of requests, queue and time.
    hosts, bound
        Names that the service answers for beside loopback's, and the host that it listens on.
    fetcher
        Fetches pages by their address; ``None``: no address is ever fetched.
    say
        Takes a line a request, without texts and queries.

    Returns
    -------
    Guard
        An ASGI application; its ``app`` is FastAPI's.
    """
    queue = RatingQueue(limits.queue, limits.together)
    counters = Counters(lambda: queue.taken)
    service = Service(engine, limits, queue, counters, fetcher, say)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.ready = False
        queue.close()
        if fetcher:
            fetcher.close()

    app = FastAPI(title="sourcegrade", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.router.redirect_slashes = False
    app.state.service = service
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unknown)
    app.add_exception_handler(Exception, _refused)
    return Guard(app, allowed_hosts(bound, hosts), limits, counters, say)


def _answer(request: Request, refusal: Refusal) -> Response:
    return answer(request.url.path, request.headers, refusal)


async def _refused(request: Request, error: Exception) -> Response:
    return _answer(
        request, error if isinstance(error, Refusal) else Refusal(500, "something went wrong here; the log says where")
    )


async def _invalid(request: Request, error: Exception) -> Response:
    errors = error.errors() if isinstance(error, RequestValidationError) else ()
    return _answer(request, Refusal(422, mistakes(errors)))


async def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    why = next((said for kind, said in UNREAD.items() if isinstance(error.__cause__, kind)), SAID.get(status))
    response = _answer(request, Refusal(status, why or SAID[400]))
    response.headers.update(getattr(error, "headers", None) or {})
    return response
