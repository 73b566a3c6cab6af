"""The command that serves: ``sourcegrade serve``; it needs the extra "serve"."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from scoring import resources
from scoring.cli.messages import say
from scoring.cli.options import AsOf, Config, Ledger, Model, Priors
from scoring.errors import UsageError


def serve(
    *,
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen; 0.0.0.0 lets other machines in.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 8000,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name that the service is reached by; repeatable.")
    ] = None,
    allow_fetch: Annotated[
        bool, typer.Option("--allow-fetch", help="Fetch a page by its address when asked to; public ones only.")
    ] = False,
    max_body: Annotated[
        int | None, typer.Option(metavar="BYTES", min=1, help="Largest request; 4 MiB without.")
    ] = None,
    queue: Annotated[int | None, typer.Option(metavar="N", min=1, help="Requests that may wait; 32 without.")] = None,
) -> None:
    """Serve a page to try the rating on, and the same for programs; needs the extra "serve".

    Models, priors and the ledger are read once, at the start. Each request is a line on standard error, unless --quiet.
    """
    try:
        from scoring.serve.limits import shipped
        from scoring.serve.server import run
    except ImportError as error:
        raise UsageError(f"serve: needs {error.name}; {resources.installing('serve')}") from error
    from scoring.engine import load_engine

    given = {"max_body": max_body, "queue": queue}
    limits = replace(shipped(), **{name: value for name, value in given.items() if value is not None})
    run(
        lambda: load_engine(model, priors, config, ledger, as_of),
        limits,
        host=host,
        port=port,
        hosts=tuple(allow_host or ()),
        fetch=allow_fetch,
        say=say,
        log=True,
    )
