"""Listening: one process, one event loop, the model loaded before the first request is taken."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

import uvicorn

from scoring.documents.files import from_text
from scoring.engine import Engine
from scoring.errors import UsageError
from scoring.pipeline import rate_document
from scoring.report.html.page import article_page
from scoring.serve.app import make_app
from scoring.serve.connections import connection_class
from scoring.serve.fetching import Fetcher
from scoring.serve.guard import Guard
from scoring.serve.limits import Limits

BACKLOG = 128
"""Connections that the system holds until they are taken."""
INTERRUPTED = 130
"""Status of a program that was ended by Ctrl-C."""
LAST_SECONDS = 0.5
"""The seconds that idle threads have to end."""
WARMING = "The keeper said on Monday that the lamp was sold. Officials reportedly knew."


def listening(host: str, port: int) -> socket.socket:
    """Take the address before anything is loaded, so that a mistake shows at once.

    Raises
    ------
    UsageError
        It is in use, or not this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        taken = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError) as error:
        raise UsageError(f"--host {host}: cannot be listened on ({_reason(error)}); give an address of here") from error
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(BACKLOG)
    except OSError as error:
        taken.close()
        raise UsageError(f"{host}:{port}: cannot be listened on ({_reason(error)}); give another --port") from error
    return taken


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def warm(engine: Engine) -> None:
    """Rate and show a short text, so that the first reader does not wait for what is loaded on first use."""
    article_page(rate_document(from_text(WARMING, outlet="example.org"), engine))


def server(app: Guard, limits: Limits) -> uvicorn.Server:
    """The server of an application, not yet running."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # the guard says what is to be said
    config = uvicorn.Config(
        app,
        http=connection_class(limits),
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=max(1, round(limits.idle_seconds)),
        timeout_graceful_shutdown=max(1, limits.stop_seconds - 1),  # the rest is for what follows
    )
    return uvicorn.Server(config)


def run(
    load: Callable[[], Engine],
    limits: Limits,
    *,
    host: str,
    port: int,
    hosts: tuple[str, ...],
    fetch: bool,
    say: Callable[[str], None],
    log: bool,
) -> None:
    """Serve until SIGTERM or SIGINT; running requests are ended first.

    Raises
    ------
    UsageError
        The address cannot be listened on, or the model cannot be loaded.
    """
    with listening(host, port) as taken:
        signal.signal(signal.SIGTERM, _stop)  # uvicorn stops gently by it, and raises it again afterwards
        engine = load()
        warm(engine)
        fetcher = Fetcher(limits) if fetch else None
        app = make_app(engine, limits, hosts=hosts, bound=host, fetcher=fetcher, say=say if log else lambda _: None)
        shown, at = f"[{host}]" if ":" in host else host, taken.getsockname()[1]
        if not _is_loopback(taken):
            say(f"{host} lets other machines in; nobody is asked for a password")
        say(f"ready at http://{shown}:{at} (stop with Ctrl-C)")
        status = 0
        try:
            server(app, limits).run(sockets=[taken])
        except KeyboardInterrupt:
            status = INTERRUPTED
            raise
        finally:
            say("stopped")
            _leave_threads(status)


def _leave_threads(status: int) -> None:
    """End the process at once when a thread is still at work: its request has been refused, and it cannot be stopped.

    Python itself would wait for it, however long it takes to read a page or to look up a name.
    """
    until = time.monotonic() + LAST_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                sys.stderr.flush()
                os._exit(status)


def _is_loopback(taken: socket.socket) -> bool:
    return ipaddress.ip_address(taken.getsockname()[0].partition("%")[0]).is_loopback


def _stop(*_: object) -> None:
    raise SystemExit(0)
