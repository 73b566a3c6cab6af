"""``sourcegrade compare``: which claims articles share, where each starts, and who copied whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scoring.cli import inputs
from scoring.cli.inputs import Request
from scoring.cli.messages import answer, say, waiting
from scoring.cli.options import Articles, AsOf, Config, Ledger, Model, Outlet, Priors, format_option
from scoring.dossier.output.formats import STEM
from scoring.errors import InputError, UsageError
from scoring.report.registry import format_named, formats_of
from scoring.schema import Report

if TYPE_CHECKING:
    from scoring.engine import Engine

Folder = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR",
        help="Write dossier.html, .json and .prov.jsonld into that folder, or the one that --format names.",
        show_default=False,
    ),
]  # fmt: skip


def compare(
    articles: Articles,
    *,
    output: Folder = None,
    outlet: Outlet = None,
    format: Annotated[str | None, format_option("compare", default="table")] = None,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Compare the claims of two or more articles: which say the same, and how many independent origins each has.

    Outlets and dates tell who was first: rows of .jsonl, .csv and .parquet can give them.
    """
    request = Request(tuple(articles), outlet, format or "", output, True, model, priors, config, ledger, as_of)
    raise typer.Exit(compare_articles(request, output))


def compare_articles(request: Request, output: Path | None) -> int:
    """Rate all articles, compare them and write the dossier; return the exit status."""
    from scoring.dossier.compare import compare_reports
    from scoring.report.output import folder, opened, put
    from scoring.report.page_formats import encoded

    asked = [format_named(request.format, "compare")] if request.format else []
    whole = [known for known in formats_of("compare") if known.for_machines]
    files = {output / f"{STEM}{chosen.suffix}": chosen for chosen in (asked or whole) if output}
    paths = list(inputs.files(request.articles))
    inputs.spare(request, paths, *files)
    engine = inputs.engine(request)
    if output:
        folder(output)
    reports, failed = _rated(request, paths, engine)
    if len(reports) < 2:
        raise UsageError(f"compare: found {len(reports)} article(s) that can be read; give two or more")
    with waiting(f"comparing {len(reports)} articles"):
        dossier = compare_reports(reports, engine.score)
    for warning in dossier.warnings:
        say(warning)
    if not files:
        with opened(None) as stream:
            stream.write(format_named(request.format or "table", "compare").write(dossier))
    for place, chosen in files.items():
        put(place, encoded(chosen.write(dossier)))
        answer(place)
    return 1 if failed else 0


def _rated(request: Request, paths: list[str | InputError], engine: Engine) -> tuple[list[Report], list[InputError]]:
    """The articles that could be rated, and why others could not."""
    failed: list[InputError] = []
    with inputs.progress(paths, on_terminal=False) as watch:
        items = inputs.items(paths, request.outlet, watch.advance)
        return list(inputs.rated(items, engine, failed, watch, warn=False)), failed
