"""The commands ``sourcegrade priors ...``: what is known of outlets and sources, and what became of claims.

Exit status: 0 done, 1 a checked file holds mistakes, 2 wrong usage or bad rows, and nothing is written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from scoring import resources
from scoring.cli.messages import answer, complain, say
from scoring.cli.messages import show as show_lines
from scoring.cli.options import AsOf, Force, Ledger, Priors, SkipBad, TheLedger, command, format_option
from scoring.errors import UsageError
from scoring.report.registry import format_named, output_format
from scoring.writing.files import spare

if TYPE_CHECKING:
    from scoring.priors.ledger import Entry, Note
    from scoring.priors.pooling import PriorRule
    from scoring.priors.tables import Priors as Tables
    from scoring.report.terminal.prior_tables import Row

app = typer.Typer(
    name="priors",
    help="What is known beforehand of outlets and sources, and what became of their claims.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

By = Annotated[str | None, typer.Option(metavar="NAME", help="Who does this; the login name without.")]


@output_format("table", "priors list", "priors log", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(rows: Iterable[Row], columns: Sequence[str], stream: TextIO) -> None:
    """The most telling columns, or a ledger line by line."""
    from scoring.report.terminal.prior_tables import write_table

    write_table(rows, columns, stream)


@output_format("csv", "priors list", "priors log", help="all columns", suffix=".csv")
def write_csv(rows: Iterable[Row], columns: Sequence[str], stream: TextIO) -> None:
    """All columns; no cell of which a spreadsheet runs."""
    from scoring.writing.spreadsheets import Rows

    table = Rows(stream)
    table.add(columns)
    table.extend([row[column] for column in columns] for row in rows)


@output_format("json", "priors list", "priors log", help="an array with an object a row", suffix=".json")
def write_json(rows: Iterable[Row], _columns: Sequence[str], stream: TextIO) -> None:
    """All columns, in ASCII."""
    stream.write(json.dumps(list(rows), indent=2, ensure_ascii=True) + "\n")


@command(app, "import")
def import_(
    tables: Annotated[
        list[Path],
        typer.Argument(
            metavar="TABLE",
            help="Rating tables as published: Lin et al. 2023, Wikipedia's perennial sources, State Media Monitor, "
            "CRED-1; known by their columns.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The priors file to write.", show_default=False)
    ],
    skip_bad: SkipBad = False,
    force: Force = False,
    rule: Annotated[Path | None, typer.Option(metavar="FILE", help="Rule instead of the shipped priors.toml.")] = None,
) -> None:
    """Make a priors file of your own, for --priors, from public rating tables."""
    from scoring.priors.public_ratings import CITED, read_tables, rows_of
    from scoring.priors.tables import load_priors
    from scoring.report.wording import counted

    _spared(output, [*tables, rule or resources.config("priors.toml")], force)
    chosen = _rule(rule)
    read = read_tables(tables, chosen)
    _refuse(read.bad, skip_bad)
    names = {domain: prior.name for domain, prior in load_priors().outlets.items()}
    rows = list(rows_of(read.ratings, names, chosen))
    _write_outlets(output, [row for row, _ in rows])
    for count in read.counts:
        left = f"{count.left_out:,} without a label or a site of their own, {count.bad:,} bad"
        answer(f"{CITED[count.rater]}: {counted(count.rows, 'row')} read, {left} ({count.path.name})")
    several = sum(raters > 1 for _, raters in rows)
    answer(f"{counted(len(rows), 'domain')} written, {several:,} with two or more raters: {output}")


@command(app, "list")
def list_(
    *,
    priors: Priors = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
    format: Annotated[str, format_option("priors list")] = "table",
) -> None:
    """List every outlet and source with its prior; the table has those alone that have a name."""
    from scoring.report.output import opened
    from scoring.report.terminal import prior_tables as tables

    chosen = format_named(format, "priors list")
    known, _ = _known(priors, ledger, as_of)
    rows = list(tables.listed(known))
    shown = rows if chosen.for_machines else [row for row in rows if row["name"]]
    with opened(None, utf8=chosen.for_machines) as stream:
        chosen.write(shown, tables.LISTED, stream)
    if len(shown) < len(rows):
        say(f"{len(rows) - len(shown):,} rated sites without a name are not shown; --format csv has them, too")


@command(app)
def show(
    asked: Annotated[str, typer.Argument(metavar="NAME|DOMAIN", help="An outlet or source.", show_default=False)],
    *,
    priors: Priors = None,
    ledger: Ledger = None,
    as_of: AsOf = None,
) -> None:
    """Say what is known of an outlet or source: mean, weight, interval, each rater, outcomes that count."""
    from scoring.report.terminal.prior_tables import shown

    known, entries = _known(priors, ledger, as_of)
    show_lines(shown(known, asked, entries))


@command(app)
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A priors file of your own.", show_default=False)],
) -> None:
    """Name every mistake of a priors file by row."""
    from scoring.priors.pooling import letter
    from scoring.priors.tables import load_priors, mistakes

    letters = _rule(None).letters
    mistaken = list(mistakes(file, lambda mean: letter(mean, letters)))
    show_lines(mistaken)
    if mistaken:
        raise typer.Exit(1)
    answer(f"{file}: no mistakes; with the shipped ones {len(load_priors(file).outlets):,} outlets are known")


@command(app)
def update(
    outcomes: Annotated[
        Path,
        typer.Argument(
            metavar="OUTCOMES",
            help="A .csv or .jsonl with outlet or source, claim, outcome (confirmed, refuted), when (a date); type for "
            "a source that is not known.",
            show_default=False,
        ),
    ],
    *,
    ledger: TheLedger,
    half_life: Annotated[
        float | None, typer.Option(metavar="DAYS", help="After so many days an outcome counts half; never without.")
    ] = None,
    by: By = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; the file's name without.")] = None,
    skip_bad: SkipBad = False,
) -> None:
    """Record what became of claims; all of a file or nothing."""
    from scoring.priors.ledger import record
    from scoring.priors.outcomes import read_outcomes
    from scoring.priors.tables import load_priors
    from scoring.priors.updating import today
    from scoring.report.wording import counted

    if half_life is not None and not (half_life > 0 and math.isfinite(half_life)):
        raise UsageError(f"--half-life {half_life:g}: must be a number of days above 0")
    spare([outcomes], ledger, name="--ledger")
    note = _note(by, why or f"outcomes of {outcomes.name}")
    read, bad = read_outcomes(outcomes, load_priors(), today())
    _refuse(bad, skip_bad)
    if not read:
        raise UsageError(f"{outcomes}: holds no outcome that could be recorded; nothing is written")
    recorded = record(ledger, read, note, half_life, skip_bad=skip_bad)
    _refuse(recorded.bad, skip_bad)
    skipped = counted(len(bad) + len(recorded.bad), "bad row")
    batch = f" as batch b{recorded.batch}" if recorded.batch else ""
    answer(f"{counted(recorded.entries, 'outcome')} recorded{batch}, {skipped} left out: {ledger}")


@command(app)
def log(*, ledger: TheLedger, format: Annotated[str, format_option("priors log")] = "table") -> None:
    """List every line of a ledger."""
    from scoring.priors import ledger as book
    from scoring.report.output import opened
    from scoring.report.terminal import prior_tables as tables

    chosen = format_named(format, "priors log")
    rows = tables.logged(*book.log(ledger))
    with opened(None, utf8=chosen.for_machines) as stream:
        chosen.write(rows, tables.LOGGED, stream)


@command(app)
def undo(
    line: Annotated[
        str, typer.Argument(metavar="ID", help="An entry such as 7, or a batch such as b3.", show_default=False)
    ],
    *,
    ledger: TheLedger,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why it is taken back.", show_default=False)],
    by: By = None,
) -> None:
    """Take back an entry or a batch, by a further line."""
    from scoring.priors.ledger import undo as take_back
    from scoring.report.wording import counted

    count = take_back(ledger, line, _note(by, why))
    answer(f"{counted(count, 'outcome')} taken back from now on: {ledger}")


def _known(priors: Path | None, ledger: Path | None, as_of: date | None) -> tuple[Tables, Sequence[Entry]]:
    """The priors of a day, and the outcomes in them."""
    from scoring.priors.tables import check_as_of, load_priors

    check_as_of(ledger, as_of)
    known = load_priors(priors)
    if ledger is None:
        return known, ()
    from scoring.priors.ledger import counted
    from scoring.priors.updating import today, with_entries

    then = as_of or today()
    entries = counted(ledger, then)
    return with_entries(known, entries, then, _rule(None)), entries


def _rule(path: Path | None) -> PriorRule:
    from scoring import settings
    from scoring.priors.pooling import PriorRule

    return settings.load(path or resources.config("priors.toml"), PriorRule)


def _note(by: str | None, why: str) -> Note:
    from getpass import getuser

    from scoring.priors.ledger import Note

    try:
        name = getuser() if by is None else by
    except (OSError, KeyError, ImportError):
        raise UsageError("--by: this system knows no login name; give --by NAME") from None
    for option, text in (("--by", name), ("--why", why)):
        if not text.strip() or len(text) > 1000:
            raise UsageError(f"{option}: holds {len(text):,} characters; give from 1 to 1,000 that say something")
    return Note(name, why)


def _refuse(bad: Sequence[str], skip: bool) -> None:
    """Name every bad row; leave with status 2 unless they are to be skipped."""
    for row in bad:
        complain(row)
    if bad and not skip:
        from scoring.report.wording import counted

        raise UsageError(
            f"{counted(len(bad), 'bad row')}, nothing is written; mend the file, or leave bad rows out: --skip-bad"
        )


def _spared(output: Path, inputs: Sequence[Path], force: bool) -> None:
    """Refuse an output that is an input or a shipped table, or that exists and may not be written over."""
    if not output.exists():
        return
    shipped = [resources.priors("."), *resources.priors(".").iterdir()]
    if any(other.exists() and output.samefile(other) for other in shipped):
        raise UsageError(f"--output {output}: is a shipped table; give a file of your own")
    spare(inputs, output)
    if not force:
        raise UsageError(f"--output {output}: is there already; give another file, or --force to write over it")


def _write_outlets(path: Path, rows: Sequence[dict[str, str]]) -> None:
    from scoring.priors.tables import OUTLET_COLUMNS
    from scoring.report.output import opened
    from scoring.writing.spreadsheets import Rows

    with opened(path) as stream:
        table = Rows(stream)
        table.add(OUTLET_COLUMNS)
        table.extend([row[column] for column in OUTLET_COLUMNS] for row in rows)
