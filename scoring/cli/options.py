"""Arguments and options that commands share, each typed once; and those that every command has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from scoring.cli import messages
from scoring.errors import UsageError
from scoring.report.registry import formats_of, names_of

Command = TypeVar("Command", bound=Callable[..., Any])

HELP = {"help_option_names": ["-h", "--help"]}
"""Settings of the application; the applications below it inherit them."""


def format_option(command: str, without: str = "", default: str | bool = True) -> Any:
    """``--format`` of a command, by the table of formats: its help, and what a shell offers when a name is begun.

    Parameters
    ----------
    command
        Its formats must have been imported.
    without
        What happens without the option, for the help.
    default
        What the help calls the default, where it is not the parameter's own.
    """

    def offered(incomplete: str) -> list[tuple[str, str]]:
        return [(known.name, known.help) for known in formats_of(command) if known.name.startswith(incomplete)]

    return typer.Option(
        "--format", metavar="NAME", help=f"One of {names_of(command)}{without}.", show_default=default,
        autocompletion=offered,
    )  # fmt: skip


def day(text: str) -> date:
    """The day that --as-of names.

    Raises
    ------
    UsageError
        It is no ISO date.
    """
    from scoring.priors.outcomes import iso_day

    if (parsed := iso_day(text)) is None:
        raise UsageError(f"--as-of: {text[:40]!r} is no date; write it as 2026-01-31")
    return parsed


Articles = Annotated[
    list[str],
    typer.Argument(
        metavar="ARTICLE",
        help="Files (.txt .md .html: an article each; .jsonl .csv .parquet: an article a row), folders, or - for "
        "standard input.",
        show_default=False,
    ),
]
Article = Annotated[str, typer.Argument(metavar="ARTICLE", help="A file with one article, or -.", show_default=False)]
Outlet = Annotated[
    str | None,
    typer.Option(
        metavar="DOMAIN", help="Who published the articles, by domain or name; a row that names its outlet keeps it."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write there instead; the file appears whole or not at all."),
]
NoText = Annotated[bool, typer.Option("--no-text", help="Leave the article's text out of json and jsonl.")]
Model = Annotated[str | None, typer.Option(metavar="DIR|rules", help="A model folder, or the rules without weights.")]
Priors = Annotated[Path | None, typer.Option(metavar="FILE", help="Further outlet priors (CSV).")]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="Settings instead of the shipped score.toml.")]
Ledger = Annotated[Path | None, typer.Option(metavar="FILE", help="Outcomes kept by priors update, to count in.")]
TheLedger = Annotated[Path, typer.Option("--ledger", metavar="FILE", help="The ledger.", show_default=False)]
AsOf = Annotated[
    date | None, typer.Option("--as-of", metavar="DATE", parser=day, help="The ledger as it was that day.")
]
ClaimId = Annotated[
    str | None, typer.Option(metavar="ID", help="The claim's id, such as c3; the sourcing score is explained without.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over an output that exists.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out and count them, instead of refusing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors on standard error.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say, too, what is loaded, from where, and how long it took.")
]


def command(app: typer.Typer, name: str | None = None) -> Callable[[Command], Command]:
    """Register the decorated function as a command, with the options that every command has.

    Parameters
    ----------
    app
        The application that it belongs to.
    name
        The command's name; the function's name if ``None``.
    """

    def register(function: Command) -> Command:
        app.command(name)(_with_messages(function))
        return function

    return register


def _with_messages(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command with ``--quiet`` and ``--verbose``, which are dealt with here and not passed on to it."""

    @wraps(function)
    def run(*given: Any, quiet: bool, verbose: bool, **options: Any) -> Any:
        if quiet and verbose:
            raise typer.BadParameter("--quiet and --verbose: give one of the two")
        if quiet:
            messages.be_quiet()
        if verbose:
            messages.be_verbose()
        return function(*given, **options)

    kinds = {"quiet": Quiet, "verbose": Verbose}
    signature = inspect.signature(function, eval_str=True)
    more = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=k) for n, k in kinds.items()]
    parameters = [*signature.parameters.values(), *more]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def empty_path(app: typer.Typer, words: Sequence[str]) -> str | None:
    """The option or argument that has an empty name as its path, which would mean the current folder.

    Parameters
    ----------
    app
        The application.
    words
        The words of the command line, without the program.
    """
    if not any(word == "" or word.endswith("=") for word in words):
        return None
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    options = {
        option: any(word in (parameter.metavar or "") for word in ("FILE", "DIR"))
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("-")
    }
    articles = any(p.metavar in {"ARTICLE", "INPUT"} for p in command.params)  # reading them reports it
    for before, word in zip(["", *rest], rest, strict=False):
        name, given, value = word.partition("=")
        if given and not value and options.get(name):
            return name
        if word == "" and options.get(before):
            return before
        if word == "" and before not in options and not articles:
            return "an argument"
    return None
