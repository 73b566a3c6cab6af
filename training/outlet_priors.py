"""Public ratings → ``data/priors/outlets.csv`` and ``sources.csv``, by the rule in ``configs/priors.toml``.

Run ``python -m training.outlet_priors --data DIR`` with the folder that holds ``priors_sources/``. Which outlets and
well-known sources are listed is a choice and stands in ``data/priors/outlets_list.csv`` and ``sources_list.csv``; what
is said of them is computed here, row by row.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scoring import resources, settings
from scoring.domains import registrable
from scoring.errors import InputError

COLUMNS = ("domain", "name", "country", "kind", "mean", "weight", "reliability", "reference")
SOURCE_COLUMNS = ("name", "aliases", "type", "domain", "mean", "weight", "reliability", "reference")
STATUS = {
    "gr": "generally reliable",
    "nc": "no consensus",
    "gu": "generally unreliable",
    "d": "deprecated",
    "m": "by topic",
}
_USES = re.compile(r"WP:RSPUSES\|([^}]*)")


@dataclass(frozen=True, slots=True)
class Observation:
    """One rating: a mean in [0, 1], a weight in claims, and what is cited."""

    mean: float
    weight: float
    reference: str


@dataclass(frozen=True, slots=True)
class PriorRule:
    """``configs/priors.toml``: means in [0, 1] by label, weights in claims."""

    neutral: dict[str, float]
    lin: dict[str, float]
    wikipedia: dict[str, float]
    state_media: dict[str, float]
    cred1: dict[str, float]
    kind: dict[str, float]
    letters: dict[str, float]


@dataclass(slots=True)
class Ratings:
    """What each rater says, by domain."""

    lin: dict[str, float] = field(default_factory=dict)
    labels: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def read_ratings(folder: Path) -> Ratings:
    """The four public lists of ``priors_sources``; see its README for origin and licence."""
    ratings = Ratings({row["domain"]: float(row["pc1"]) for row in _rows(folder / "lin2023_domain_ratings.csv")})
    ratings.labels["wikipedia"] = _gathered(_wikipedia(folder / "wikipedia_rsp.jsonl"))
    ratings.labels["state_media"] = _gathered(_state_media(folder / "state_media_matrix.csv"))
    ratings.labels["cred1"] = _gathered((row["domain"], row["category"]) for row in _rows(folder / "cred1.csv"))
    return ratings


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Every different label of a domain: Wikipedia has several entries for some, by subject or section."""
    found: dict[str, list[str]] = {}
    for domain, label in pairs:
        if label not in found.setdefault(domain, []):
            found[domain].append(label)
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give the folder that holds it") from error


def _wikipedia(path: Path) -> Iterator[tuple[str, str]]:
    """Every domain that an entry names; an entry on one section of a site ("site.org/blog") speaks of that alone."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        named = _USES.search(row["alltext"])
        for address in named.group(1).split("|") if named else [row.get("domain") or ""]:
            if "." in address and "/" not in address.strip("/"):
                yield address.strip().lower(), row["status"]


def _state_media(path: Path) -> Iterator[tuple[str, str]]:
    for row in _rows(path):
        label = row["Typology"].strip("? ")
        host = registrable(row["URL"]) if row["URL"] else ""
        if host and label:
            yield host, label


def observations(domains: Sequence[str], kind: str, ratings: Ratings, rule: PriorRule) -> list[Observation]:
    """Each rater's word on an outlet, under the first of its domains that the rater knows; its kind if there is none.

    Several labels by one rater count as their mean. The neutral start is not among the observations.
    """
    if kind == "satire":
        return [Observation(rule.kind[kind], rule.kind["weight"], "satire: not meant to be believed")]
    found = []
    lin = next((ratings.lin[domain] for domain in domains if domain in ratings.lin), None)
    if lin is not None:
        found.append(Observation(lin, rule.lin["weight"], f"Lin et al. 2023: {lin:.2f}"))
    for rater, means, cite in (
        ("wikipedia", rule.wikipedia, "Wikipedia perennial sources: {}"),
        ("state_media", rule.state_media, "State Media Monitor: {}"),
        ("cred1", rule.cred1, "CRED-1: {}"),
    ):
        labels = next((ratings.labels[rater][d] for d in domains if d in ratings.labels[rater]), [])
        if labels:
            words = " and ".join(STATUS.get(label, label) if rater == "wikipedia" else label for label in labels)
            mean = statistics.fmean(means[label] for label in labels)
            found.append(Observation(mean, means["weight"], cite.format(words)))
    return found or [Observation(rule.kind[kind], rule.kind["weight"], f"no public rating; kind: {kind}")]


def pool(found: Sequence[Observation], rule: PriorRule) -> tuple[float, float]:
    """Mean and weight of the Beta prior: the weighted mean of all observations and the neutral start."""
    start = Observation(rule.neutral["mean"], rule.neutral["weight"], "")
    weight = sum(o.weight for o in (start, *found))
    return sum(o.weight * o.mean for o in (start, *found)) / weight, weight


def letter(mean: float, letters: Mapping[str, float]) -> str:
    """Admiralty reliability of a mean."""
    return next((name for name, least in sorted(letters.items()) if mean >= least), "E")


def build(listed: Path, ratings: Ratings, rule: PriorRule) -> Iterator[dict[str, str]]:
    """Rows of ``outlets.csv``, one a domain; all domains of an outlet share its figures."""
    for row in _rows(listed):
        domains = row["domains"].split()
        if row["kind"] not in rule.kind:
            raise InputError(f"{listed}: {row['name']}: kind {row['kind']!r} is not in [kind] of configs/priors.toml")
        found = observations([*domains, *map(registrable, domains)], row["kind"], ratings, rule)
        mean, weight = pool(found, rule)
        shown = {"name": row["name"], "country": row["country"], "kind": row["kind"]}
        figures = {"mean": f"{mean:.3f}", "weight": f"{weight:g}", "reliability": letter(round(mean, 3), rule.letters)}
        for domain in dict.fromkeys(map(registrable, domains)):
            yield {"domain": domain, **shown, **figures, "reference": "; ".join(o.reference for o in found)}


def build_sources(
    listed: Path, outlets: Sequence[Mapping[str, str]], kinds: Sequence[Mapping[str, str]]
) -> Iterator[dict[str, str]]:
    """Rows of ``sources.csv``: figures of the outlet whose domain a source has, else of its kind."""
    by_domain = {row["domain"]: row for row in outlets}
    by_kind = {row["kind"]: row for row in kinds if row["type"] == "organisation"}
    for row in _rows(listed):
        figures = by_domain.get(registrable(row["domain"])) if row["domain"] else by_kind.get(row["kind"])
        if figures is None:
            raise InputError(f"{listed}: {row['name']}: neither a listed domain nor a kind of organisation")
        cited = figures["reference"] if row["domain"] else f"kind: {row['kind']}; {figures['reference']}"
        shown = {name: figures[name] for name in ("mean", "weight", "reliability")}
        yield {**{name: row[name] for name in ("name", "aliases", "type", "domain")}, **shown, "reference": cited}


def write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write a table; the same rows give the same bytes."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} rows → {path}")


def main() -> None:
    """Write both tables anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds priors_sources/")
    parser.add_argument("--output", type=Path, default=resources.priors("."), help="folder of the tables")
    arguments = parser.parse_args()
    rule = settings.load(resources.config("priors.toml"), PriorRule)
    listed = build(resources.priors("outlets_list.csv"), read_ratings(arguments.data / "priors_sources"), rule)
    outlets = sorted(listed, key=lambda row: row["domain"])
    sources = build_sources(resources.priors("sources_list.csv"), outlets, _rows(resources.priors("source_kinds.csv")))
    write(arguments.output / "outlets.csv", COLUMNS, outlets)
    write(arguments.output / "sources.csv", SOURCE_COLUMNS, list(sources))


if __name__ == "__main__":
    main()
