"""Public rating tables, as their publishers give them → how each rater rates a domain.

Four tables are read and recognised by their columns: Lin et al. (``domain``, ``pc1``), Wikipedia's perennial sources
(``domain``, ``status``), State Media Monitor (``URL``, ``Typology``), CRED-1 (``domain``, ``category``).
``configs/priors.toml`` says what their labels mean; :mod:`scoring.priors.pooling` combines them.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from scoring.documents.domains import registrable
from scoring.documents.rows import Row, read_rows
from scoring.errors import InputError, attempt
from scoring.priors.pooling import RATERS, Observation, PriorRule, letter, pool

STATUS = {
    "gr": "generally reliable",
    "nc": "no consensus",
    "gu": "generally unreliable",
    "d": "deprecated",
    "m": "by topic",
}
CITED = {
    "lin": "Lin et al. 2023",
    "wikipedia": "Wikipedia perennial sources",
    "state_media": "State Media Monitor",
    "cred1": "CRED-1",
}
"""Names of the raters in a prior's reference."""
COLUMNS = {
    "lin": ("domain", "pc1"),
    "wikipedia": ("domain", "status"),
    "state_media": ("URL", "Typology"),
    "cred1": ("domain", "category"),
}
"""Columns by which a rater's table is recognised: one for the address, one for the label."""
_USES = re.compile(r"WP:RSPUSES\|([^}]*)")
_LAST = re.compile(r"WP:RSPLAST\|(\d{4})")
_HOST = re.compile(r"\w[\w.–-]*")
_SCHEME = re.compile(r"^https?://", re.I)
_CHANNEL = re.compile(r"^t\.me/\w+$")


@dataclass(slots=True)
class Ratings:
    """Each rater's scores or labels, by host in lower case, as the rater writes them.

    Parameters
    ----------
    discussed
        The year in which Wikipedia's editors last discussed a host, where their list says so.
    """

    lin: dict[str, float] = field(default_factory=dict)
    labels: dict[str, dict[str, list[str]]] = field(default_factory=lambda: {rater: {} for rater in RATERS[1:]})
    discussed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableCount:
    """One file: its rater, its rows, how many of them are bad, and how many do not rate a whole site."""

    path: Path
    rater: str
    rows: int
    bad: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read: ratings, counts for each file, and every bad row as ``file:row: what is wrong, what is right``."""

    ratings: Ratings
    counts: tuple[TableCount, ...]
    bad: tuple[str, ...]


def read_tables(paths: Sequence[Path], rule: PriorRule) -> Tables:
    """Read rating tables of any of the four kinds.

    A rater counts once for each domain, however many files and entries it has: equal labels count once, different ones
    with their mean. Rows without an address or a label, and rows on one section of a site, are left out and counted.

    Raises
    ------
    InputError
        A file cannot be read, or its columns fit no known rater.
    """
    ratings, counts, bad = Ratings(), [], []
    places: dict[str, str] = {}
    for path in paths:
        rows = read_rows(path)
        rater = _rater(rows, path)
        faults, left_out = [], 0
        for row in rows:
            taken = attempt(partial(_take, row, rater, ratings, rule, places), row.where, "read")
            if isinstance(taken, InputError):
                faults.append(str(taken))
            else:
                left_out += not taken
        counts.append(TableCount(path, rater, len(rows), len(faults), left_out))
        bad += faults
    return Tables(ratings, tuple(counts), tuple(bad))


def _rater(rows: Sequence[Row], path: Path) -> str:
    """The one rater whose columns the first whole row has."""
    columns: set[str] = next((set(row.cells) for row in rows if row.cells), set())
    raters = [rater for rater, needed in COLUMNS.items() if columns >= set(needed)]
    if len(raters) == 1:
        return raters[0]
    known = "; ".join(f"{CITED[rater]}: {', '.join(needed)}" for rater, needed in COLUMNS.items())
    shown = ", ".join(sorted(columns)[:12]) or "none"
    fit = "several raters" if raters else "no rater"
    raise InputError(f"{path}: its columns fit {fit} ({shown}); known are {known}")


def _take(row: Row, rater: str, ratings: Ratings, rule: PriorRule, places: dict[str, str]) -> bool:
    """Enter a row's label for each of its hosts; return whether there was anything to enter."""
    if row.fault:
        raise InputError(f"{row.where}: {row.fault}")
    column = COLUMNS[rater][1]
    if column not in row.cells:
        raise InputError(f"{row.where}: {column!r} is missing; give it as in the first row, empty if there is none")
    label = row.cells[column].strip().removesuffix("?").strip()
    hosts = list(_hosts(row, rater))
    if not label or not hosts:
        return False
    if rater == "lin":
        _take_score(row, hosts[0], _score(row, label), ratings, places)
    elif label == "weight" or label not in rule.means(rater):
        known = ", ".join(name for name in rule.means(rater) if name != "weight")
        raise InputError(f"{row.where}: {column} {label[:40]!r} is not known; give one of {known}")
    else:
        last = _LAST.search(row.cells.get("alltext", "")) if rater == "wikipedia" else None
        for host in hosts:
            labels = ratings.labels[rater].setdefault(host, [])
            labels += [] if label in labels else [label]
            if last:
                ratings.discussed[host] = max(int(last.group(1)), ratings.discussed.get(host, 0))
    return True


def _score(row: Row, label: str) -> float:
    try:
        score = float(label)
    except ValueError:
        raise InputError(f"{row.where}: pc1 {label[:40]!r} is no number; give one from 0 to 1") from None
    if not 0 <= score <= 1:
        raise InputError(f"{row.where}: pc1 {label[:40]} lies outside [0, 1]")
    return score


def _take_score(row: Row, host: str, score: float, ratings: Ratings, places: dict[str, str]) -> None:
    if ratings.lin.setdefault(host, score) != score:
        raise InputError(f"{row.where}: domain {host} stands at {places[host]} with another pc1; keep one of the two")
    places.setdefault(host, row.where)


def _hosts(row: Row, rater: str) -> Iterator[str]:
    """Hosts that a row rates; a section of a site ("site.org/blog") is left out, since it is not the site."""
    if rater == "state_media":  # the address of a front page, whatever its path
        addresses = [registrable(row.cells.get("URL", "")) or row.cells.get("URL", "")]
    else:
        named = _USES.search(row.cells.get("alltext", "")) if rater == "wikipedia" else None
        parameters = named.group(1).split("|") if named else []
        addresses = [p for p in parameters if "." in p] if named else [row.cells.get("domain", "")]
    for address in addresses:
        bare = _SCHEME.sub("", address.strip().lower()).rstrip("/")
        if bare and ("/" not in bare or _CHANNEL.match(bare)) and _one_site(bare, row):
            yield bare


def _one_site(host: str, row: Row) -> bool:
    """Whether a host is somebody's site, not a suffix under which anybody can have one; a malformed one is an error."""
    if not _CHANNEL.match(host) and not ("." in host and _HOST.fullmatch(host)):
        raise InputError(f"{row.where}: address {host[:60]!r} is none; write it as example.org")
    return bool(registrable(host))


def said(domains: Sequence[str], ratings: Ratings, rule: PriorRule) -> list[Observation]:
    """Each rater's rating of an outlet, under the first of its domains that the rater knows.

    Several labels by one rater count as their mean. The neutral start is not among the observations.
    """
    phrases = []
    lin = next((ratings.lin[domain] for domain in domains if domain in ratings.lin), None)
    if lin is not None:
        phrases.append(Observation(lin, rule.lin["weight"], f"{CITED['lin']}: {lin:.2f}", "lin"))
    for rater in RATERS[1:]:
        known, means = ratings.labels[rater], rule.means(rater)
        labels = next((known[d] for d in domains if d in known), [])
        if labels:
            words = " and ".join(STATUS.get(label, label) if rater == "wikipedia" else label for label in labels)
            mean = statistics.fmean(means[label] for label in labels)
            phrases.append(Observation(mean, means["weight"], f"{CITED[rater]}: {words}", rater))
    return phrases


def by_domain(ratings: Ratings) -> dict[str, list[str]]:
    """Hosts by registrable domain, the domain itself first, so that :func:`said` prefers it to a part of the site."""
    hosts = set(ratings.lin).union(*ratings.labels.values())
    listed: dict[str, list[str]] = {}
    for host in sorted(hosts, key=lambda host: (host != registrable(host), len(host), host)):
        listed.setdefault(registrable(host), []).append(host)
    return listed


def rows_of(ratings: Ratings, names: Mapping[str, str | None], rule: PriorRule) -> Iterator[tuple[dict[str, str], int]]:
    """Rows of a priors file in the order of domains, each with its number of raters.

    Parameters
    ----------
    ratings
        The ratings that were read.
    names
        Names of outlets by domain; an outlet without one is named by its domain.
    rule
        The weights, and what labels mean.
    """
    for domain, hosts in sorted(by_domain(ratings).items()):
        phrases = said(hosts, ratings, rule)
        yield {"domain": domain, "name": names.get(domain) or domain, **figures(phrases, rule)}, len(phrases)


def figures(found: Sequence[Observation], rule: PriorRule) -> dict[str, str]:
    """Mean, weight, letter and reference of a row, rounded as the file has them."""
    mean, weight = pool(found, rule)
    cited = "; ".join(o.reference for o in found)
    reliability = letter(round(mean, 3), rule.letters)
    return {"mean": f"{mean:.3f}", "weight": f"{round(weight, 1):g}", "reliability": reliability, "reference": cited}
