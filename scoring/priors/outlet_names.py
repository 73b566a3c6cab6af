"""Outlets by the names that people type: "Reuters", "the BBC", "new york times".

A name finds a domain only if it is exactly one outlet's, apart from case, signs and the article. Where two outlets bear
it, or none quite does, the candidates are given to choose from; nothing is guessed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scoring.schema import Prior
from scoring.text.names import normalised

ALIKE = 82
"""A known name is offered for another one if their edit similarity, 0 to 100, is at least this ("Reutrs": 92)."""
MOST_OFFERED = 3
_ARTICLE = re.compile(r"^(?:the|a|an) ")
_ENDING = re.compile(r"\.(?:com|org|net)$")


@dataclass(frozen=True, slots=True)
class Named:
    """An outlet with its main domain."""

    name: str
    domain: str

    def __str__(self) -> str:
        """The outlet as a message names it."""
        return f"{self.name} ({self.domain})" if self.name != self.domain else self.domain


class OutletNames:
    """Names of outlets, read when one is first asked for.

    Parameters
    ----------
    listed
        ``outlets_list.csv``: domains (the main one first) and name.
    aliases
        ``sources.csv``: name, aliases and domain of sources that are outlets.
    sites
        Further outlets, such as hosting sites.
    own
        The user's own outlets by domain; the names of the others come from the tables.
    known
        All outlets by domain; a name without its ending ("nytimes") is looked for there.
    """

    def __init__(
        self, listed: Path, aliases: Path, sites: Iterable[Named], own: Mapping[str, Prior], known: Mapping[str, Prior]
    ) -> None:
        self._listed, self._aliases, self._sites, self._own, self._known = listed, aliases, tuple(sites), own, known

    def named(self, name: str) -> list[Named]:
        """Outlets that have exactly this name: with the article if one is given, else without, else as an alias."""
        key = normalised(name)
        bare = _ARTICLE.sub("", key)
        with_article = self._by_name.get(key) if bare != key else None
        return with_article or self._by_bare_name.get(bare) or self._by_alias.get(bare) or []

    def near(self, name: str) -> list[Named]:
        """Outlets whose name or domain resembles a name, the nearest first."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extract

        key = _ARTICLE.sub("", normalised(name))
        domains = (f"{key.replace(' ', '')}.{ending}" for ending in ("com", "org", "net"))
        called = [Named(self._known[domain].name or domain, domain) for domain in domains if domain in self._known]
        tables = {**self._by_alias, **self._by_bare_name}
        alike = extract(key, list(tables), scorer=ratio, limit=MOST_OFFERED, score_cutoff=ALIKE)
        offered = [*called, *(outlet for name, *_ in alike for outlet in tables[name])]
        return list({outlet.domain: outlet for outlet in offered}.values())[:MOST_OFFERED]

    @cached_property
    def _by_name(self) -> dict[str, list[Named]]:
        return _grouped((normalised(outlet.name), outlet) for outlet in self._all())

    @cached_property
    def _by_bare_name(self) -> dict[str, list[Named]]:
        return _grouped((_ARTICLE.sub("", normalised(outlet.name)), outlet) for outlet in self._all())

    @cached_property
    def _by_alias(self) -> dict[str, list[Named]]:
        return _grouped(
            (_ARTICLE.sub("", normalised(name)), Named(row["name"], row["domain"]))
            for row in _rows(self._aliases)
            if row["domain"]
            for name in (row["name"], *row["aliases"].split("|"))
        )

    def _all(self) -> Iterator[Named]:
        listed = set()
        for row in _rows(self._listed):
            domains = row["domains"].split()
            listed.update(domains)
            yield Named(row["name"], domains[0])
        yield from self._sites
        yield from (Named(prior.name, key) for key, prior in self._own.items() if prior.name and key not in listed)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _grouped(pairs: Iterable[tuple[str, Named]]) -> dict[str, list[Named]]:
    """Outlets by key, each domain once."""
    grouped: dict[str, list[Named]] = {}
    for key, outlet in pairs:
        there = grouped.setdefault(key, [])
        there += [] if not key or outlet.domain in {one.domain for one in there} else [outlet]
    return {key: outlets for key, outlets in grouped.items() if outlets}
