"""What became of claims: a file of outcomes → one :class:`Outcome` a row, each tied to an outlet or a source.

A row names an ``outlet`` (domain) or a ``source`` (name), the ``claim``, its ``outcome`` (confirmed or refuted) and
``when`` that was known (ISO date). A source that is not in the table of sources needs its ``type``, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from scoring.documents.domains import registrable
from scoring.documents.rows import Row, read_rows
from scoring.errors import InputError, attempt
from scoring.priors.tables import Priors
from scoring.schema import SourceType
from scoring.text.names import normalised

OUTLET, SOURCE = "outlet", "source"
"""Kinds of subject."""
CONFIRMED, REFUTED = "confirmed", "refuted"
"""Outcomes."""
NEEDED = ("claim", "outcome", "when")
LONGEST = {"claim": 2000, "source": 200, "outlet": 2000}
"""Most characters of a cell; a longer one is no claim or name but a pasted text."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An outlet or source, as ``kind`` says; ``key`` is its registrable domain or normalised name."""

    kind: str
    key: str
    name: str
    type: SourceType | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim of a subject, known on ``day``; ``where`` is ``file:row``."""

    subject: Subject
    claim: str
    outcome: str
    day: date
    where: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for the same claim of the same subject, whatever its spaces and capitals are."""
        return self.subject.kind, self.subject.key, " ".join(self.claim.casefold().split())


def iso_day(text: str) -> date | None:
    """A day written as 2026-01-31; ``None`` for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def read_outcomes(path: Path, priors: Priors, today: date) -> tuple[list[Outcome], list[str]]:
    """Outcomes of a ``.csv`` or ``.jsonl``, and its bad rows as ``file:row: what is wrong, what is right``.

    Parameters
    ----------
    path
        The file.
    priors
        They give the type and the full name of well-known sources.
    today
        The last day on which an outcome can be known.

    Raises
    ------
    InputError
        The file cannot be read, or lacks a column.
    """
    rows = read_rows(path)
    _columns(next((row.cells for row in rows if row.cells), {}), path)
    outcomes: dict[tuple[str, str, str], Outcome] = {}
    bad = []
    for row in rows:
        outcome = attempt(partial(_outcome, row, priors, today), row.where, "read")
        if isinstance(outcome, InputError):
            bad.append(str(outcome))
        elif outcome.key in outcomes:
            bad.append(f"{row.where}: the claim stands at {outcomes[outcome.key].where} already; keep one")
        else:
            outcomes[outcome.key] = outcome
    return list(outcomes.values()), bad


def _columns(first: Mapping[str, str], path: Path) -> None:
    missing = [column for column in NEEDED if column not in first]
    if not missing and not {OUTLET, SOURCE} & first.keys():
        missing = ["outlet or source"]
    if missing and first:
        raise InputError(
            f"{path}: column {missing[0]} is missing; found {', '.join(first)[:200]}; give outlet or source, claim, "
            "outcome, when"
        )


def _outcome(row: Row, priors: Priors, today: date) -> Outcome:
    if row.fault:
        raise InputError(f"{row.where}: {row.fault}")
    cells = {name: row.cells.get(name, "").strip() for name in (*NEEDED, OUTLET, SOURCE, "type")}
    for name, text in cells.items():
        _writable(name, text, row.where)
    if not cells["claim"]:
        raise InputError(f"{row.where}: claim is empty; say in words what was confirmed or refuted")
    outcome = cells["outcome"].casefold()
    if outcome not in (CONFIRMED, REFUTED):
        raise InputError(f"{row.where}: outcome {cells['outcome'][:40]!r} is not known; give confirmed or refuted")
    day = _day(cells["when"], row.where, today)
    return Outcome(_subject(cells, row.where, priors), cells["claim"], outcome, day, row.where)


def _writable(name: str, text: str, where: str) -> None:
    most = LONGEST.get(name, 100)
    if len(text) > most:
        raise InputError(f"{where}: {name} has {len(text):,} characters; give {most:,} at most")
    if re.search("[\0\ud800-\udfff]", text):
        raise InputError(f"{where}: {name} holds a NUL or half a character; give plain text in UTF-8")


def _day(text: str, where: str, today: date) -> date:
    day = iso_day(text)
    if day is None:
        raise InputError(f"{where}: when {text[:40]!r} is no date; write it as 2026-01-31")
    if day > today:
        raise InputError(f"{where}: when {text} lies ahead of {today}; give the day on which the outcome was known")
    return day


def _subject(cells: Mapping[str, str], where: str, priors: Priors) -> Subject:
    if bool(cells[OUTLET]) == bool(cells[SOURCE]):
        given = "both" if cells[OUTLET] else "neither"
        raise InputError(f"{where}: outlet and source: found {given}; fill one of the two")
    if cells[SOURCE]:
        return _source(cells[SOURCE], cells["type"].casefold(), where, priors)
    domain = registrable(cells[OUTLET])
    if not domain:
        raise InputError(f"{where}: outlet {cells[OUTLET][:60]!r} is none; write it as example.org")
    return Subject(OUTLET, domain, priors.outlet(domain).name or domain)


def _source(name: str, type_: str, where: str, priors: Priors) -> Subject:
    """A well-known source under its full name; any other under the name given, without a leading article."""
    known = priors.source_type(name)
    if type_ and type_ not in {t.value for t in SourceType}:
        raise InputError(f"{where}: type {type_!r} is not known; give one of {', '.join(SourceType)}")
    if known and type_ and type_ != known.value:
        raise InputError(f"{where}: type {type_!r}: {name} is known as {known.value}; leave type empty")
    if known:
        full = priors.source(name, known).name or name
        return Subject(SOURCE, normalised(full), full, known)
    key = normalised(name).removeprefix("the ")
    if not key:
        raise InputError(f"{where}: source {name!r} holds no word; give a name")
    if not type_:
        raise InputError(f"{where}: source {name[:60]!r} is not in the table; give its type: {', '.join(SourceType)}")
    return Subject(SOURCE, key, name, SourceType(type_))
