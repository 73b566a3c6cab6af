"""What the commands on articles share: they find the inputs, rate them one by one, and show what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scoring import resources
from scoring.cli.messages import Advance, bar, complain, say, waiting
from scoring.errors import InputError, UsageError, attempt
from scoring.schema import Document, Report
from scoring.timing import timed

if TYPE_CHECKING:
    from scoring.engine import Engine


@dataclass(frozen=True, slots=True)
class Watch:
    """How progress is shown: ``advance`` is called after each article, ``rating`` while one is read or rated."""

    advance: Advance = lambda: None
    rating: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext()


ALONE = Watch(rating=waiting)
"""For a single article, or if the results go to the terminal, too: progress is shown only while one is rated."""


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
    """The engine that the options ask for."""
    from scoring.engine import load_engine

    with waiting("loading"):
        return load_engine(request.model, request.priors, request.config, request.ledger, request.as_of)


def files(articles: Iterable[str]) -> Iterator[str | InputError]:
    """The articles as given; a folder stands for the supported files in it, in the order of their names.

    Raises
    ------
    UsageError
        A name is empty; it would mean the current folder.
    """
    from scoring.documents.files import EMPTY_NAME, KINDS

    for article in articles:
        if not article:
            raise UsageError(EMPTY_NAME)
        try:
            if article == "-" or not Path(article).is_dir():
                yield article
                continue
            paths = [str(p) for p in sorted(Path(article).iterdir()) if p.is_file() and p.suffix.lower() in KINDS]
        except OSError as error:
            yield InputError(
                f"{article[:80]}: cannot be read ({error.strerror}); give a file or folder that may be read"
            )
            continue
        yield from paths
        if not paths:
            yield InputError(f"{article}: holds no article; give a folder with {', '.join(KINDS)} files")


def spare(request: Request, paths: Iterable[str | InputError], *written: Path | None, folders: bool = False) -> None:
    """Refuse to write over an article or anything else that the same command reads.

    ``folders`` is passed on to :func:`scoring.writing.files.spare`.

    Raises
    ------
    UsageError
        A file to write is also read.
    """
    from scoring.writing.files import spare

    articles = (path for path in paths if isinstance(path, str))
    spare([*map(as_file, articles), *read_beside(request)], *(path for path in written if path), folders=folders)


def as_file(article: str) -> Path:
    """The file of an article; ``-`` is that of standard input."""
    return Path("/dev/stdin" if article == "-" else article)


def read_beside(request: Request) -> list[Path]:
    """What is read besides articles: model, priors, settings and ledger, as given or as shipped."""
    from scoring.priors.tables import priors_paths

    folder = Path(request.model) if request.model else resources.model()
    model = sorted(folder.iterdir()) if folder.is_dir() else []
    given = (request.priors, request.config or resources.config("score.toml"), request.ledger)
    return [*model, *priors_paths(), *(path for path in given if path)]


def items(
    paths: Iterable[str | InputError], outlet: str | None, advance: Advance = lambda: None
) -> Iterator[Document | InputError]:
    """The documents of the files, or the error in place of one."""
    from scoring.documents.files import read

    for path in paths:
        for item in [path] if isinstance(path, InputError) else read(path, outlet=outlet):
            yield item
            advance()


def only(items: Iterator[Document | InputError], path: str) -> Iterator[Document | InputError]:
    """The one article of an input; an error if there are more."""
    first = next(items, None)
    if next(items, None) is not None:
        raise UsageError(f"{path}: holds more than one article; explain takes a file with one")
    if first is not None:
        yield first


def rated(
    items: Iterable[Document | InputError], engine: Engine, failed: list[InputError], watch: Watch, *, warn: bool
) -> Iterator[Report]:
    """Rate what can be rated; say what cannot, and go on."""
    remaining = iter(items)
    while (item := _next(remaining, watch)) is not None:
        report = item if isinstance(item, InputError) else _rated(item, engine, watch)
        if isinstance(report, InputError):
            failed.append(report)
            complain(str(report))
            continue
        for warning in report.provenance.warnings if warn else ():
            say(f"{report.document.id}: {warning}")
        yield report


def _next(items: Iterator[Document | InputError], watch: Watch) -> Document | InputError | None:
    """The next article; a large page takes a while to read."""
    with watch.rating("reading"):
        return next(items, None)


def _rated(document: Document, engine: Engine, watch: Watch) -> Report | InputError:
    from scoring.pipeline import rate_document

    size = f"{document.id}, {len(document.text):,} characters"
    with watch.rating(f"rating {size}"), timed(f"rated {size}"):
        return attempt(lambda: rate_document(document, engine), document.where or document.id, "rated")


@contextmanager
def progress(paths: Sequence[str | InputError], on_terminal: bool) -> Iterator[Watch]:
    """A progress bar for several articles; for one, or if the results go to the terminal, what is being rated.

    How many rows a file holds is not known beforehand; the bar then only counts.
    """
    from scoring.documents.files import ROWS

    counted = not any(Path(str(path)).suffix.lower() in ROWS for path in paths)
    if (counted and len(paths) < 2) or on_terminal:
        yield ALONE
        return
    with bar("rating", len(paths) if counted else None) as advance:
        yield Watch(advance)
