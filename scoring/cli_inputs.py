"""What the commands on articles share: finding the inputs, rating them one by one, and saying what happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.errors import InputError, UsageError, attempt
from scoring.schema import Document, Report

if TYPE_CHECKING:
    from scoring.pipeline import Engine

INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 + SIGINT."""
Say = Callable[[str], None]
"""Puts a message on standard error."""
Advance = Callable[[], None]
"""Notes that one more input is done."""


@dataclass(frozen=True, slots=True)
class Request:
    """The options that the commands share."""

    articles: tuple[str, ...]
    outlet: str | None
    format: str
    output: Path | None
    text: bool
    model: str | None
    priors: Path | None
    config: Path | None
    ledger: Path | None
    as_of: date | None


def engine(request: Request) -> Engine:
    """What rates articles as the options say."""
    from scoring.pipeline import load_engine

    return load_engine(request.model, request.priors, request.config, request.ledger, request.as_of)


def files(articles: Iterable[str]) -> Iterator[str | InputError]:
    """The articles as given, folders as the supported files in them by name.

    Raises
    ------
    UsageError
        A name is empty, which would be the current folder's.
    """
    from scoring.documents import EMPTY_NAME, KINDS

    for article in articles:
        if not article:
            raise UsageError(EMPTY_NAME)
        try:
            if article == "-" or not Path(article).is_dir():
                yield article
                continue
            found = [str(p) for p in sorted(Path(article).iterdir()) if p.is_file() and p.suffix.lower() in KINDS]
        except OSError as error:
            yield InputError(
                f"{article[:80]}: cannot be read ({error.strerror}); give a file or folder that may be read"
            )
            continue
        yield from found
        if not found:
            yield InputError(f"{article}: holds no article; give a folder with {', '.join(KINDS)} files")


def keep_inputs(paths: Iterable[str | InputError], output: Path | None) -> None:
    """Refuse an output that is one of the inputs."""
    if output and output.exists() and any(isinstance(p, str) and p != "-" and _same(Path(p), output) for p in paths):
        raise UsageError(f"--output {output}: is one of the articles; give another file")


def _same(path: Path, other: Path) -> bool:
    return path.exists() and path.samefile(other)


def items(
    paths: Iterable[str | InputError], outlet: str | None, advance: Advance = lambda: None
) -> Iterator[Document | InputError]:
    """The documents of the files, or why there is none."""
    from scoring.documents import read

    for path in paths:
        for item in [path] if isinstance(path, InputError) else read(path, outlet=outlet):
            yield item
            advance()


def only(items: Iterator[Document | InputError], path: str) -> Iterator[Document | InputError]:
    """The one article of an input."""
    first = next(items, None)
    if next(items, None) is not None:
        raise UsageError(f"{path}: holds more than one article; explain takes a file with one")
    if first is not None:
        yield first


def rated(
    items: Iterable[Document | InputError], engine: Engine, failed: list[InputError], say: Say, *, warn: bool
) -> Iterator[Report]:
    """Rate what can be rated; say what cannot, and go on."""
    for item in items:
        report = item if isinstance(item, InputError) else _rated(item, engine)
        if isinstance(report, InputError):
            failed.append(report)
            say(str(report))
            continue
        for warning in report.provenance.warnings if warn else ():
            say(f"{report.document.id}: {warning}")
        yield report


def _rated(document: Document, engine: Engine) -> Report | InputError:
    from scoring.pipeline import rate_document

    return attempt(lambda: rate_document(document, engine), document.where or document.id, "rated")


def say(message: str) -> None:
    """Put a message on standard error, harmless to a terminal."""
    from scoring.report.terminal import neutral

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(f"sourcegrade: {neutral(message, encoding)}", file=sys.stderr, flush=True)


@contextmanager
def progress(paths: Sequence[str | InputError], on_terminal: bool) -> Iterator[tuple[Say, Advance]]:
    """A progress bar for several articles, unless the results themselves go to the terminal.

    How many rows a file holds is not known beforehand: the bar then only counts.
    """
    from scoring.documents import ROWS

    counted = not any(Path(str(path)).suffix.lower() in ROWS for path in paths)
    if (counted and len(paths) < 2) or on_terminal or not sys.stderr.isatty():
        yield say, lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress("rating", *columns, console=console, redirect_stdout=False, transient=True) as bar:
        task = bar.add_task("rating", total=len(paths) if counted else None)
        yield say, lambda: bar.advance(task)
