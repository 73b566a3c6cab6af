"""Public ratings → ``outlets.csv``, ``rated.csv`` and ``sources.csv`` in ``data/priors``, by ``configs/priors.toml``.

``sourcegrade dev outlet-priors`` writes them; how the raters correlate, ``sourcegrade dev rater-correlations`` prints.
Which outlets and well-known sources are listed, with name, country and kind, is a choice and stands in
``outlets_list.csv`` and ``sources_list.csv``; what is said of them is computed here, row by row. All other sites that
public ratings know go into ``rated.csv``.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from scoring import resources
from scoring.documents.domains import registrable
from scoring.errors import InputError
from scoring.priors.pooling import RATERS, Observation, PriorRule
from scoring.priors.public_ratings import Ratings, figures, read_tables, said
from scoring.priors.rated import COLUMNS as RATED_COLUMNS
from scoring.priors.tables import load_priors
from scoring.writing.files import whole_text
from scoring.writing.spreadsheets import Rows
from training.priors.rated import coded, rated_rows

COLUMNS = ("domain", "name", "country", "kind", "mean", "weight", "reliability", "reference", "raters")
SOURCE_COLUMNS = ("name", "aliases", "type", "domain", "mean", "weight", "reliability", "reference")
TABLES = ("lin2023_domain_ratings.csv", "wikipedia_rsp.jsonl", "state_media_matrix.csv", "cred1.csv")
SHRINKAGE = 50
"""Weight, in shared domains, of the mean of all pairs; a pair needs at least so many to enter that mean."""


def read_ratings(folder: Path, rule: PriorRule, say: Callable[[str], None] = lambda _: None) -> Ratings:
    """The four public lists of ``priors_sources``; see its README for origin and licence.

    Their publishers' own mistakes are said and left out.

    Raises
    ------
    InputError
        A list is missing, or is not one of the four.
    """
    read = read_tables([folder / name for name in TABLES], rule)
    for bad in read.bad:
        say(f"left out: {bad}")
    return read.ratings


def observations(domains: Sequence[str], kind: str, ratings: Ratings, rule: PriorRule) -> list[Observation]:
    """Each rater's rating of an outlet, under the first of its domains that the rater knows; else that of its kind."""
    if kind == "satire":
        return [Observation(rule.kind[kind], rule.kind["weight"], "satire: not meant to be believed")]
    none = Observation(rule.kind[kind], rule.kind["weight"], f"no public rating; kind: {kind}")
    return said(domains, ratings, rule) or [none]


@dataclass(frozen=True, slots=True)
class Correlation:
    """Of two raters: how many domains both rate, Pearson's r over these, and r drawn to the pairs' mean, in [0, 1)."""

    pair: str
    shared: int
    measured: float
    drawn: float


def correlations(ratings: Ratings, rule: PriorRule) -> list[Correlation]:
    """How the raters' means correlate, pair by pair.

    A pair's r is drawn to the mean of the pairs that share ``SHRINKAGE`` domains or more, as if it shared so many
    further domains with that r (empirical Bayes). It is at least 0: no two raters tell more together than independent
    ones.

    Raises
    ------
    InputError
        No pair shares enough domains.
    """
    means = {rater: _means(rater, ratings, rule) for rater in RATERS}
    measured = [_measured(one, other, means) for one, other in combinations(RATERS, 2)]
    firm = [r for _, shared, r in measured if shared >= SHRINKAGE]
    if not firm:
        raise InputError(f"no two raters share {SHRINKAGE} domains; give whole tables")
    centre = statistics.fmean(firm)
    return [
        Correlation(pair, shared, r, max(0.0, (shared * r + SHRINKAGE * centre) / (shared + SHRINKAGE)))
        for pair, shared, r in measured
    ]


def _means(rater: str, ratings: Ratings, rule: PriorRule) -> dict[str, float]:
    if rater == "lin":
        return dict(ratings.lin)
    means = rule.means(rater)
    return {host: statistics.fmean(means[x] for x in labels) for host, labels in ratings.labels[rater].items()}


def _measured(one: str, other: str, means: Mapping[str, Mapping[str, float]]) -> tuple[str, int, float]:
    shared = sorted(means[one].keys() & means[other].keys())
    pairs = [means[one][host] for host in shared], [means[other][host] for host in shared]
    varied = all(len(set(values)) > 1 for values in pairs)
    return f"{one}-{other}", len(shared), statistics.correlation(*pairs) if varied else 0.0


def build(listed: Path, ratings: Ratings, rule: PriorRule) -> Iterator[dict[str, str]]:
    """Rows of ``outlets.csv``, one for each domain; all domains of an outlet share its figures."""
    raters = _rows(resources.priors("raters.csv"))
    for row in _rows(listed):
        domains = row["domains"].split()
        if row["kind"] not in rule.kind:
            raise InputError(f"{listed}: {row['name']}: kind {row['kind']!r} is not in [kind] of configs/priors.toml")
        hosts = [*domains, *map(registrable, domains)]
        observed = observations(hosts, row["kind"], ratings, rule)
        shown = {"name": row["name"], "country": row["country"], "kind": row["kind"]}
        codes = coded(hosts, observed, ratings, raters)
        for domain in dict.fromkeys(map(registrable, domains)):
            yield {"domain": domain, **shown, **figures(observed, rule), "raters": codes}


def build_sources(
    listed: Path, outlets: Sequence[Mapping[str, str]], kinds: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    """Rows of ``sources.csv``, with the figures of the outlet whose domain a source has, else of its kind."""
    by_domain = {row["domain"]: row for row in outlets}
    by_kind = {row["kind"]: row for row in kinds if row["type"] == "organisation"}
    for row in _rows(listed):
        observed = by_domain.get(registrable(row["domain"])) if row["domain"] else by_kind.get(row["kind"])
        if observed is None:
            raise InputError(f"{listed}: {row['name']}: neither a listed domain nor a kind of organisation")
        cited = observed["reference"] if row["domain"] else f"kind: {row['kind']}; {observed['reference']}"
        shown = {name: observed[name] for name in ("mean", "weight", "reliability")}
        yield {**{name: row[name] for name in ("name", "aliases", "type", "domain")}, **shown, "reference": cited}


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give the folder that holds it") from error


def write_tables(ratings: Ratings, rule: PriorRule, folder: Path) -> dict[Path, int]:
    """Write the three tables into a folder; the same ratings give the same bytes.

    Returns
    -------
    dict of Path to int
        The number of rows of each file.
    """
    listed = build(resources.priors("outlets_list.csv"), ratings, rule)
    outlets = sorted(listed, key=lambda row: row["domain"])
    kinds = _rows(resources.priors("source_kinds.csv"))
    sources = list(build_sources(resources.priors("sources_list.csv"), outlets, kinds))
    known, raters = {row["domain"] for row in outlets}, _rows(resources.priors("raters.csv"))
    rated = list(rated_rows(ratings, rule, raters, load_priors().outlet_kinds, known))
    tables = {
        folder / "outlets.csv": (COLUMNS, outlets),
        folder / "rated.csv": (RATED_COLUMNS, rated),
        folder / "sources.csv": (SOURCE_COLUMNS, sources),
    }
    for path, (columns, rows) in tables.items():
        _write(path, columns, rows)
    return {path: len(rows) for path, (_, rows) in tables.items()}


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with whole_text(path) as stream:
        table = Rows(stream, guard=False)
        table.add(columns)
        table.extend([row[column] for column in columns] for row in rows)
