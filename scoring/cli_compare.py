"""``sourcegrade compare``: which claims articles share, where each starts, and who copied whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scoring import cli_inputs as inputs
from scoring.cli_inputs import Request
from scoring.cli_options import Articles, Config, Model, Outlet, Priors
from scoring.cli_priors import AsOf, Ledger, day
from scoring.errors import InputError, UsageError
from scoring.schema import Report

Folder = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR",
        help="Write dossier.html, .json and .prov.jsonld into that folder, or the one that --format names.",
        show_default=False,
    ),
]  # fmt: skip
DossierFormatName = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="One of table, html, json, prov.", show_default="table"),
]


def compare(
    articles: Articles,
    *,
    output: Folder = None,
    outlet: Outlet = None,
    format: DossierFormatName = None,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Compare the claims of two or more articles: which say the same, and how many independent origins each has.

    Outlets and dates tell who was first: rows of .jsonl, .csv and .parquet can give them.
    """
    request = Request(tuple(articles), outlet, format or "", output, True, model, priors, config, ledger, day(as_of))
    raise typer.Exit(compare_articles(request, output))


def compare_articles(request: Request, output: Path | None) -> int:
    """Rate all articles, compare them and write the dossier; return the exit status."""
    from scoring.dossier.compare import compare_reports
    from scoring.dossier.formats import FORMATS, STEM, dossier_format
    from scoring.report.output import folder, opened, put
    from scoring.report.page_formats import encoded

    asked = [dossier_format(request.format)] if request.format else []
    engine = inputs.engine(request)
    place = folder(output) if output else None
    reports, failed = _rated(request)
    if len(reports) < 2:
        raise UsageError(f"compare: found {len(reports)} article(s) that can be read; give two or more")
    dossier = compare_reports(reports, engine.score)
    for warning in dossier.warnings:
        inputs.say(warning)
    if place is None:
        with opened(None) as stream:
            stream.write((asked or [FORMATS["table"]])[0].write(dossier))
        return 1 if failed else 0
    for chosen in asked or [one for one in FORMATS.values() if one.in_folder]:
        put(place / f"{STEM}{chosen.suffix}", encoded(chosen.write(dossier)))
        typer.echo(place / f"{STEM}{chosen.suffix}")
    return 1 if failed else 0


def _rated(request: Request) -> tuple[list[Report], list[InputError]]:
    """The articles that could be rated, and why others could not."""
    paths = list(inputs.files(request.articles))
    failed: list[InputError] = []
    with inputs.progress(paths, on_terminal=False) as (say, advance):
        items = inputs.items(paths, request.outlet, advance)
        return list(inputs.rated(items, inputs.engine(request), failed, say, warn=False)), failed
