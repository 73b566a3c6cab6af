"""The command line: results to standard output, progress and messages to standard error.

Exit status: 0 all rated, 1 some inputs failed and the others are rated, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from scoring import (
    cli_batch,
    cli_compare,
    cli_evaluate,
    cli_labels,
    cli_outlets,
    cli_report,
    cli_serve,
    cli_training,
    resources,
)
from scoring import cli_inputs as inputs
from scoring._version import __version__
from scoring.cli_inputs import Request
from scoring.cli_options import Article, Articles, ClaimId, Config, FormatName, Model, NoText, Outlet, Output, Priors
from scoring.cli_priors import AsOf, Ledger, day
from scoring.cli_priors import app as priors_app
from scoring.errors import InputError, SourcegradeError

app = typer.Typer(
    name="sourcegrade",
    help="Find every claim of a news article with the chain of sources behind it, and rate how well it is supported.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(priors_app)
app.add_typer(cli_labels.data)
app.add_typer(cli_labels.label)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if version:
        typer.echo(f"sourcegrade {__version__}")
        raise typer.Exit


@app.command()
def score(
    articles: Articles,
    *,
    outlet: Outlet = None,
    format: FormatName = "table",
    output: Output = None,
    no_text: NoText = False,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Rate every claim of the articles.

    Cells of csv that a spreadsheet would take for a formula begin with an apostrophe.
    """
    request = Request(tuple(articles), outlet, format, output, not no_text, model, priors, config, ledger, day(as_of))
    raise typer.Exit(score_articles(request))


@app.command()
def explain(
    article: Article,
    *,
    claim: ClaimId = None,
    outlet: Outlet = None,
    format: FormatName = "table",
    output: Output = None,
    no_text: NoText = False,
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Say why a claim, or the article as a whole, is rated so; json, jsonl and csv give that alone."""
    request = Request((article,), outlet, format, output, not no_text, model, priors, config, ledger, day(as_of))
    raise typer.Exit(explain_claim(request, claim))


@app.command()
def schema(*, dossier: Annotated[bool, typer.Option("--dossier", help="That of compare instead.")] = False) -> None:
    """Print the JSON Schema of the output."""
    name = "dossier.schema.json" if dossier else "rating.schema.json"
    typer.echo(resources.template(name).read_text(encoding="utf-8"), nl=False)


app.command()(cli_report.report)
app.command()(cli_compare.compare)
app.command()(cli_batch.batch)
app.command()(cli_outlets.outlets)
app.command()(cli_training.train)
app.command()(cli_training.calibrate)
app.command()(cli_evaluate.evaluate)
app.command()(cli_serve.serve)


def score_articles(request: Request) -> int:
    """Rate and write all articles; return the exit status."""
    from scoring.report.formats import Sink, get_format
    from scoring.report.output import opened

    chosen = get_format(request.format)
    paths = list(inputs.files(request.articles))
    inputs.keep_inputs(paths, request.output)
    failed: list[InputError] = []
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = inputs.engine(request)
        with inputs.progress(paths, stream.isatty()) as (say, advance):
            items = inputs.items(paths, request.outlet, advance)
            rated = inputs.rated(items, engine, failed, say, warn=not chosen.has_warnings)
            chosen.write(rated, Sink(stream, request.text, failed))
    return 1 if failed else 0


def explain_claim(request: Request, claim: str | None) -> int:
    """Write the reasons for a claim's rating, or for the article's sourcing score; return the exit status."""
    from scoring.report import explain, formats, terminal
    from scoring.report.output import opened

    chosen = formats.get_format(request.format)
    paths = list(inputs.files(request.articles))
    inputs.keep_inputs(paths, request.output)
    with opened(request.output, utf8=chosen.for_machines) as stream:
        engine = inputs.engine(request)
        items = inputs.items(paths, request.outlet)
        failed: list[InputError] = []
        report = next(
            inputs.rated(
                inputs.only(items, request.articles[0]), engine, failed, inputs.say, warn=not chosen.has_warnings
            ),
            None,
        )
        if report is None:
            return 1
        if chosen.for_machines:
            shown = (explain.find(report, claim),) if claim else ()
            chosen.write([replace(report, ratings=shown)], formats.Sink(stream, request.text))
        else:
            made = terminal.console(stream)
            screen = terminal.screen_of(made)
            made.print(
                explain.explain(report, claim, screen=screen)
                if claim
                else explain.explain_article(report, screen=screen)
            )
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors that the user can mend become one line.

    Parameters
    ----------
    arguments
        Those of the process without.

    Raises
    ------
    SystemExit
        Always, with the exit status.
    """
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="sourcegrade")
    except SourcegradeError as error:
        inputs.say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(inputs.INTERRUPTED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        inputs.say(f"{where}{error.strerror or error}")
        sys.exit(2)
