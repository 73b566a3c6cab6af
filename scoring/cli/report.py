"""``sourcegrade report``: pages that people read, with an overview of several articles, in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer

from scoring.cli import inputs
from scoring.cli.inputs import Request
from scoring.cli.messages import answer
from scoring.cli.options import Articles, AsOf, Config, Ledger, Model, Outlet, Priors, format_option
from scoring.errors import InputError, UsageError
from scoring.report.page_formats import INDEX, Overview, Page, encoded
from scoring.report.registry import format_named
from scoring.schema import Document

Folder = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar="DIR", help="Write into that folder; each file appears whole or not at all.",
        show_default=False,
    ),
]  # fmt: skip


def report(
    articles: Articles,
    *,
    output: Folder,
    outlet: Outlet = None,
    format: Annotated[str, format_option("report")] = "html",
    model: Model = None,
    priors: Priors = None,
    config: Config = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Write a page an article, and an overview of many.

    The name of the page, or of the overview, goes to standard output.
    """
    request = Request(tuple(articles), outlet, format, output, True, model, priors, config, ledger, as_of)
    raise typer.Exit(report_articles(request, output))


def report_articles(request: Request, output: Path) -> int:
    """Rate all articles and write their pages; return the exit status."""
    from scoring.report.entries import entry
    from scoring.report.output import file_name, folder, put

    chosen = format_named(request.format, "report")
    paths = list(inputs.files(request.articles))
    keep_folders(request.articles, output)
    beside = [path for path in inputs.read_beside(request) if path.resolve().parent == output.resolve()]
    index = f"{INDEX}{chosen.suffix}"
    inputs.spare(request, paths, output / index)
    engine = inputs.engine(request)
    place = folder(output)
    taken = names([*paths, *map(str, beside)])
    entries, failed = [], list[InputError]()
    with inputs.progress(paths, on_terminal=False) as watch:
        items, several = more_than_one(inputs.items(paths, request.outlet, watch.advance))
        for rated in inputs.rated(items, engine, failed, watch, warn=not chosen.has_warnings):
            name = file_name(rated.document.id, chosen.suffix, taken)
            put(place / name, encoded(chosen.write(Page(rated, several))))
            entries.append(entry(rated, name))
    if several and entries:
        name = index
        overview = Overview(entries, [without_folder(error) for error in failed])
        put(place / name, encoded(chosen.write(overview)))
    if entries:
        answer(place / name)
    return 1 if failed else 0


def more_than_one(items: Iterator[Document | InputError]) -> tuple[Iterator[Document | InputError], bool]:
    """The same items, and whether there are two or more."""
    first = list(islice(items, 2))
    return chain(first, items), len(first) > 1


def keep_folders(articles: tuple[str, ...], output: Path) -> None:
    """Refuse a folder that the articles are read from: the next run would read the pages as articles."""
    if output.is_dir() and any(Path(a).is_dir() and Path(a).samefile(output) for a in articles if a != "-"):
        raise UsageError(f"--output {output}: is one of the articles' folders; give another folder")


def names(given: Iterable[str | InputError]) -> set[str]:
    """Names, in lower case, of the files that are read and of what they link to; no page may have such a name."""
    paths = [Path(path) for path in given if isinstance(path, str)]
    return {name.lower() for path in paths for name in (path.name, path.resolve().name)}


def without_folder(error: InputError) -> str:
    """The message with the file's name only, since an overview is passed on and should not show folders."""
    where, colon, what = str(error).partition(": ")
    return f"{Path(where).name}{colon}{what}" if "/" in where or "\\" in where else str(error)
