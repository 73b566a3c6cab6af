"""Arguments and options that the commands share, each typed once; and those that every command has."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from scoring.cli import messages

Command = TypeVar("Command", bound=Callable[..., Any])

HELP = {"help_option_names": ["-h", "--help"]}
"""Settings of the application; the applications below it inherit them."""


def one_of(names: tuple[str, ...]) -> Callable[[str], list[str]]:
    """Completion for a shell: the names that begin with what was typed."""

    def offered(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return offered


RATINGS = ("table", "json", "jsonl", "csv")
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
    str | None, typer.Option(metavar="DOMAIN", help="Who published the articles; a row that names its outlet keeps it.")
]
FormatName = Annotated[
    str,
    typer.Option("--format", metavar="NAME", help=f"One of {', '.join(RATINGS)}.", autocompletion=one_of(RATINGS)),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write there instead; the file appears whole or not at all."),
]
NoText = Annotated[bool, typer.Option("--no-text", help="Leave the article's text out of json and jsonl.")]
Model = Annotated[str | None, typer.Option(metavar="DIR|rules", help="A model folder, or the rules without weights.")]
Priors = Annotated[Path | None, typer.Option(metavar="FILE", help="Further outlet priors (CSV).")]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="Settings instead of the shipped score.toml.")]
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
