r"""Priors with a memory: the outcomes that a ledger counts on a day update the Beta distributions.

A prior of mean ``m`` and weight ``W`` has the shapes ``a = m W`` and ``b = (1 - m) W``. A confirmed outcome adds its
weight to ``a``, a refuted one to ``b`` (conjugate update of the beta-binomial model; Gelman et al., *Bayesian Data
Analysis*, 2.4). An outcome of age ``t`` days weighs ``w * 0.5 ** (t / h)`` if it was recorded with a half-life of ``h``
days, and ``w`` if it was recorded without one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

from scoring import resources, settings
from scoring.priors.ledger import Entry, counted
from scoring.priors.outcomes import CONFIRMED, OUTLET, SOURCE, Outcome, Subject
from scoring.priors.pooling import PriorRule, letter
from scoring.priors.tables import Priors, with_outlets
from scoring.schema import Prior, SourceType
from scoring.text.names import normalised

UNJUDGED = "F"


def today() -> date:
    """The day in UTC, since the ledger keeps its times in UTC."""
    return datetime.now(UTC).date()


def remembered(priors: Priors, ledger: Path, as_of: date | None = None) -> tuple[Priors, str]:
    """The priors of a day, and a hash of what the ledger added to them.

    Parameters
    ----------
    priors
        The priors before any outcome.
    ledger
        The ledger's file.
    as_of
        The day; today (UTC) if ``None``.

    Raises
    ------
    UsageError
        The ledger is missing or damaged, or is another program's file.
    """
    day = as_of or today()
    entries = counted(ledger, day)
    rule = settings.load(resources.config("priors.toml"), PriorRule)
    return with_entries(priors, entries, day, rule), digest(entries, day, rule)


def digest(entries: Sequence[Entry], day: date, rule: PriorRule) -> str:
    """SHA-256, hexadecimal, of the outcomes that count and their weights; empty if none counts.

    Who recorded them does not change it.
    """
    lines = sorted([*_told(e.outcome), f"{weight(e, day, rule):.9g}"] for e in entries)
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest() if lines else ""


def _told(outcome: Outcome) -> list[str]:
    return [*outcome.key, outcome.outcome, str(outcome.subject.type), outcome.day.isoformat()]


def weight(entry: Entry, day: date, rule: PriorRule) -> float:
    """Weight of an outcome on a day, in claims, > 0."""
    full = rule.outcomes["weight"]
    if entry.half_life is None:
        return full
    return full * float(0.5 ** ((day - entry.outcome.day).days / entry.half_life))


def with_entries(priors: Priors, entries: Iterable[Entry], day: date, rule: PriorRule) -> Priors:
    """The tables updated by each subject's outcomes; sources that are outlets first get their outlet's new figures."""
    ordered = sorted(entries, key=lambda e: (e.outcome.subject.kind, e.outcome.subject.key, e.id))
    groups = [list(group) for _, group in groupby(ordered, key=lambda e: e.outcome.key[:2])]
    of_kind = {kind: [g for g in groups if g[0].outcome.subject.kind == kind] for kind in (OUTLET, SOURCE)}
    outlets = {g[0].outcome.subject.key: g for g in of_kind[OUTLET]}
    known = {key: updated(_named(priors.outlet(key), key), group, day, rule) for key, group in outlets.items()}
    tables = with_outlets(priors, known) if known else priors
    sources = dict(tables.sources)
    for group in of_kind[SOURCE]:
        subject = group[0].outcome.subject
        for key, (type_, prior) in _standing(tables, subject):
            sources[key] = type_, updated(prior, group, day, rule)
    return replace(tables, sources=sources)


def _named(prior: Prior, domain: str) -> Prior:
    return prior if prior.name else replace(prior, name=domain)


def _standing(priors: Priors, subject: Subject) -> list[tuple[str, tuple[SourceType, Prior]]]:
    """A source's rows under its name and all aliases; a source that no table has starts with the prior of its kind."""
    rows = [row for row in priors.sources.items() if normalised(row[1][1].name or "") == subject.key]
    if rows or subject.type is None:
        return rows
    return [(subject.key, (subject.type, replace(priors.kind(subject.type.value), name=subject.name)))]


def updated(prior: Prior, entries: Sequence[Entry], day: date, rule: PriorRule) -> Prior:
    """A prior after outcomes, with the letter of its new mean.

    A prior of letter F keeps it until its weight reaches ``[outcomes] judged``, since two outcomes are no record.
    """
    confirmed = [e for e in entries if e.outcome.outcome == CONFIRMED]
    refuted = [e for e in entries if e.outcome.outcome != CONFIRMED]
    a = prior.mean * prior.weight + sum(weight(e, day, rule) for e in confirmed)
    b = (1 - prior.mean) * prior.weight + sum(weight(e, day, rule) for e in refuted)
    mean, total = a / (a + b), a + b
    unjudged = prior.reliability == UNJUDGED and total < rule.outcomes["judged"]
    last = max(e.outcome.day for e in entries)
    counts = f"ledger: {len(confirmed)} confirmed, {len(refuted)} refuted by {last}"
    return replace(
        prior,
        mean=mean,
        weight=total,
        reliability=UNJUDGED if unjudged else letter(round(mean, 3), rule.letters),
        reference=f"{prior.reference}; {counts}",
        known=True,
    )
