"""Priors and ledgers: their rows, the table of them for the eye, and what is known of one outlet or source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from scoring.documents.domains import registrable
from scoring.priors.ledger import Entry, Undo
from scoring.priors.outcomes import OUTLET, SOURCE
from scoring.priors.tables import Priors
from scoring.probability import beta_interval
from scoring.report.terminal.screen import console, neutral, screen_of
from scoring.report.wording import RELIABILITY
from scoring.schema import Prior, SourceType
from scoring.text.names import normalised

LISTED = ("kind", "key", "name", "type", "mean", "weight", "reliability", "reference")
LOGGED = (
    "line", "batch", "recorded_at", "by", "why", "subject", "type", "claim", "outcome", "when", "half_life_days",
    "undone",
)  # fmt: skip
"""``line`` is the number that ``priors undo`` takes; undos have ``u`` in front and say what they undo."""
BRIEF = ("key", "mean", "weight", "reliability", "reference")
"""Columns of the table for the eye."""
LONGEST = 160
"""Characters of a text shown to the eye; csv and json have all."""
ALIKE = 80
"""A known name is offered in place of an unknown one if their edit similarity, 0 to 100, is at least this."""

Row = Mapping[str, Any]


def listed(priors: Priors) -> Iterator[Row]:
    """A row an outlet by domain, then a row a source by name."""
    for domain, prior in sorted(priors.outlets.items()):
        yield _listed(OUTLET, domain, prior, None)
    for key, (type_, prior) in sorted(priors.sources.items()):
        if key == normalised(prior.name or ""):
            yield _listed(SOURCE, key, prior, type_)


def _listed(kind: str, key: str, prior: Prior, type_: SourceType | None) -> Row:
    cells = (kind, key, prior.name, type_.value if type_ else None, round(prior.mean, 3), round(prior.weight, 1))
    return dict(zip(LISTED, (*cells, prior.reliability, prior.reference), strict=True))


def logged(entries: Sequence[Entry], undos: Sequence[Undo]) -> list[Row]:
    """A row a line of the ledger, in the order of time."""
    rows = [_entry(entry) for entry in entries] + [_undo(line) for line in undos]
    return sorted(rows, key=lambda row: str(row["recorded_at"]))


def _entry(entry: Entry) -> Row:
    outcome, subject = entry.outcome, entry.outcome.subject
    cells = (
        str(entry.id), f"b{entry.batch}", entry.recorded_at, entry.by, entry.why, subject.key,
        subject.type.value if subject.type else subject.kind, outcome.claim, outcome.outcome, outcome.day.isoformat(),
        entry.half_life, entry.undone,
    )  # fmt: skip
    return dict(zip(LOGGED, cells, strict=True))


def _undo(line: Undo) -> Row:
    what = f"undoes entry {line.entry}" if line.batch is None else f"undoes batch b{line.batch}"
    known = {"line": f"u{line.id}", "recorded_at": line.recorded_at, "by": line.by, "why": line.why, "subject": what}
    return {column: known.get(column) for column in LOGGED}


def write_table(rows: Iterable[Row], columns: Sequence[str], stream: TextIO) -> None:
    """Write rows for the eye: those of a ledger line by line, others as a table of the most telling columns."""
    if columns == LOGGED:
        stream.writelines(f"{line}\n" for row in rows for line in _lines(row, stream.encoding or "utf-8"))
    else:
        _table(rows, stream)


def _lines(row: Row, encoding: str) -> Iterator[str]:
    """A line of the ledger for the eye."""
    yield neutral(f"{row['line']}: {row['recorded_at']} {_short(row['by'])}: {_short(row['why'])}", encoding)
    fades = f", half-life {row['half_life_days']:g} days" if row["half_life_days"] else ""
    if row["claim"] is None:
        yield f"   {row['subject']}"
        return
    undone = ", undone" if row["undone"] else ""
    told = f"{_short(row['subject'])}: {row['outcome']} {row['when']}, {row['batch']}{fades}{undone}"
    yield f"   {neutral(told, encoding)}"
    yield f"   {neutral(_short(row['claim']), encoding)}"


def _table(rows: Iterable[Row], stream: TextIO) -> None:
    from rich.table import Table

    made = console(stream)
    screen = screen_of(made)
    laid_out = Table(box=screen.symbols.box, padding=(0, 1), pad_edge=False, header_style="dim")
    for column in BRIEF:
        laid_out.add_column(column, overflow="fold", no_wrap=column in ("mean", "weight"))
    for row in rows:
        laid_out.add_row(*(screen.text(_short(row[column])) for column in BRIEF))
    made.print(laid_out)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def shown(priors: Priors, asked: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Lines on what is known of an outlet or source, by domain, address or name.

    Parameters
    ----------
    priors
        The tables, with what the ledger adds to them.
    asked
        What the user named.
    entries
        Outcomes that count.
    """
    matches = list(_found(priors, asked))
    for number, (kind, key, prior, type_) in enumerate(matches):
        if number:
            yield ""
        yield f"{prior.name or key} ({key}), {f'{type_.value} as a source' if type_ else kind}"
        yield from _figures(prior)
        yield from _counted(entries, kind, key)
    if not matches:
        yield from _unknown(priors, asked)


def _found(priors: Priors, asked: str) -> Iterator[tuple[str, str, Prior, SourceType | None]]:
    domain, name = registrable(asked), normalised(asked)
    for key in dict.fromkeys((*priors.brands, domain)):  # the others have no names
        prior = priors.outlets.get(key)
        if prior and (key == domain or normalised(prior.name or "") == name):
            yield OUTLET, key, prior, None
    source = priors.sources.get(name) or priors.sources.get(name.removeprefix("the "))
    if source:
        yield SOURCE, normalised(source[1].name or ""), source[1], source[0]


def _figures(prior: Prior) -> Iterator[str]:
    low, high = beta_interval(prior.mean, prior.weight)
    yield f"  mean {prior.mean:.3f}, weight {prior.weight:.1f} claims, 90 % interval {low:.2f}–{high:.2f}"
    yield f"  reliability {prior.reliability}, {RELIABILITY[prior.reliability]}"
    for part in prior.reference.split("; "):
        yield f"  - {part}"


def _counted(entries: Sequence[Entry], kind: str, key: str) -> Iterator[str]:
    for entry in entries:
        outcome = entry.outcome
        if (outcome.subject.kind, outcome.subject.key) == (kind, key):
            fades = f", half-life {entry.half_life:g} days" if entry.half_life else ""
            yield f"    {entry.id}: {outcome.day} {outcome.outcome}{fades}: {_short(outcome.claim)}"


def _unknown(priors: Priors, asked: str) -> Iterator[str]:
    from rapidfuzz.process import extract

    if registrable(asked):
        prior = priors.outlet(asked)
        yield f"{registrable(asked)}: {prior.reference}"
        yield from _figures(prior)
        return
    names = {priors.outlets[key].name or key for key in priors.brands}
    names |= {p.name for _, p in priors.sources.values() if p.name}
    near = [name for name, *_ in extract(asked, sorted(names), limit=3, score_cutoff=ALIKE)]
    yield f"{asked}: not known; " + (f"known are {', '.join(near)}" if near else "no known name resembles it")
