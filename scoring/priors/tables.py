"""What is known beforehand of outlets, of kinds of source, and of well-known sources.

The tables lie in ``data/priors``. Outlets are looked up in the user's own file, then among those listed by hand
(``outlets.csv``), those that public ratings know (``rated.csv``), and kinds that addresses tell (``outlet_kinds.csv``).
An outlet or source that no table has gets a wide, neutral prior, not a bad one. Shipped tables are trusted: tests hold
that each row is whole. A user's file is checked row by row.
"""

from __future__ import annotations

import csv
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from scoring import resources
from scoring.documents.domains import imitated, is_address, registrable
from scoring.errors import ConfigError, UsageError
from scoring.priors.outlet_kinds import HOSTING, OutletKind, OutletKinds
from scoring.priors.outlet_names import Named, OutletNames
from scoring.priors.rated import RatedOutlets
from scoring.schema import Prior, SourceType
from scoring.text.names import normalised
from scoring.writing.spreadsheets import unguarded

__all__ = ["Priors", "load_priors", "priors_paths", "registrable"]

LETTERS = frozenset("ABCDEF")
UNKNOWN = Prior(0.5, 2.0, "F", "not known: neutral and wide", known=False)
"""Mean one half with the weight of two observations: the uniform distribution (Bayes–Laplace)."""
LEAST_WEIGHT, MOST_WEIGHT = 0.01, 1e6
"""Bounds of a prior's weight in observations; beyond them the arithmetic of Beta distributions says nothing new."""
LONGEST = 120
"""Characters of a cell that a message shows."""
LONGEST_CELL = 1 << 17
"""Most characters of a cell. The limit holds for the whole process, so every reader sets its own."""
OUTLETS, SOURCES = "outlets.csv", "sources.csv"
BESIDE = ("rated.csv", "raters.csv", "outlet_kinds.csv", "outlets_list.csv")
"""Tables of outlets that are not listed by hand, and the names of those that are."""
OUTLET_COLUMNS = ("domain", "name", "mean", "weight", "reliability", "reference")


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of ``source_kinds.csv``.

    Parameters
    ----------
    words
        Looked for in the phrase that names the source; ``None`` for the kind that stands for its whole type.
    """

    name: str
    type: SourceType
    prior: Prior
    words: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Priors:
    """The tables, ready for look-up.

    Parameters
    ----------
    outlets
        By registrable domain, or ``t.me/name`` for a channel.
    kinds
        Kinds of source, the more special ones of a type first.
    sources
        By normalised name or alias, with the type.
    outlet_kinds
        What an outlet's address alone tells, where nothing else is known of it.
    brands
        Domains whose names others imitate: the outlets listed by hand and the user's own.
    names
        Outlets by name; ``None`` where only domains are known.
    """

    outlets: Mapping[str, Prior]
    kinds: Sequence[Kind]
    sources: Mapping[str, tuple[SourceType, Prior]]
    outlet_kinds: OutletKinds = field(default_factory=OutletKinds)
    brands: tuple[str, ...] = ()
    names: OutletNames | None = None

    def outlet(self, domain: str | None) -> Prior:
        """Prior of a publishing outlet by domain or address; an unknown one has a wide, neutral one of letter F.

        Where only the kind of the outlet is known, ``known`` is false and the reference says so. What is no domain is
        not known, either: names are for :meth:`domain_of`, and the reference offers outlets of such a name.
        """
        if not domain:
            return UNKNOWN
        key = registrable(domain)
        kind = self.outlet_kinds.of(domain)
        part = kind is not None and kind.kind == HOSTING and len(kind.match) > len(key)  # sites.google.com
        if key in self.outlets and not part:
            return self.outlets[key]
        if kind and kind.kind != HOSTING:
            return kind.prior
        prior = kind.prior if kind else UNKNOWN
        if not key:
            return prior if kind else self._offered(domain)
        model = imitated(key, self.brands)
        if not model:
            return prior
        standing = prior.reference if kind else "not known"
        return replace(prior, reference=f"{standing}; its name resembles {model}, whose standing it does not share")

    def domain_of(self, outlet: str | None, url: str | None = None) -> str | None:
        """The domain of an outlet that is given by its name, ``None`` if it is not exactly one outlet's.

        Parameters
        ----------
        outlet
            What was given; a domain or address is no name.
        url
            The article's address, if it is known: a page elsewhere that bears an outlet's name is not that outlet's.
        """
        if not outlet or self.names is None or is_address(outlet):
            return None
        named = self.names.named(outlet)
        place = registrable(url) if url else ""
        if len(named) != 1 or (place and self.outlet(place).name != self.outlet(named[0].domain).name):
            return None
        return named[0].domain

    def _offered(self, name: str) -> Prior:
        """The neutral prior, with outlets in its reference that are called like this or nearly so."""
        offered = (self.names.named(name) or self.names.near(name)) if self.names else []
        if not offered:
            return UNKNOWN
        return replace(UNKNOWN, reference=f"did you mean {' or '.join(map(str, offered))}?")

    def source_type(self, name: str) -> SourceType | None:
        """Type of a well-known source by name or alias, ``None`` if it is not in the table."""
        known = self._known(name)
        return known[0] if known else None

    def source(self, name: str | None, type_: SourceType) -> Prior:
        """Prior of a source by name or alias; by its type if the name is not known."""
        known = self._known(name) if name else None
        return known[1] if known else self.kind(type_.value)

    def of_source(self, type_: SourceType, resolved: str | None, words: str) -> Prior:
        """Prior of a source by its name if that is known, else by its kind.

        Parameters
        ----------
        type_
            The author always has the prior of the kind, since the outlet's own prior counts already.
        resolved
            The name that the source stands for, if it differs from the words.
        words
            The article's words for it.
        """
        if type_ is SourceType.AUTHOR:
            return self.kind(type_.value)
        for name in (resolved, words):
            if name and (prior := self.source(name, type_)).known:
                return prior
        return self.described(type_, f"{words} {resolved or ''}")

    def kind(self, kind: str) -> Prior:
        """Prior of a kind of source; ``known`` is false, since nothing is known of the source itself."""
        return next(k.prior for k in self.kinds if k.name == kind)

    def described(self, type_: SourceType, phrase: str) -> Prior:
        """Prior of the first kind of this type whose words stand in the phrase that names the source."""
        return next(k.prior for k in self.kinds if k.type is type_ and (not k.words or k.words.search(phrase)))

    def _known(self, name: str) -> tuple[SourceType, Prior] | None:
        """Look up a name, which must have a capital or a sign: "an economist" is not The Economist.

        An article of the text may be missing in the table, but not the other way round: "Hill" is not The Hill.
        """
        if name == name.lower() and not _SIGN.search(name):
            return None
        key = normalised(name)
        return self.sources.get(key) or self.sources.get(_ARTICLE.sub("", key))


_ARTICLE = re.compile(r"^(?:the|a|an) ")
_SIGN = re.compile(r"[\d.@/]")


def check_as_of(ledger: Path | None, as_of: date | None) -> None:
    """Make sure that there is a ledger where priors of an earlier day are asked for.

    Raises
    ------
    UsageError
        A day is given without a ledger.
    """
    if ledger is None and as_of is not None:
        raise UsageError(f"--as-of {as_of}: needs a ledger to look back in; give --ledger FILE, too")


def priors_paths() -> tuple[Path, ...]:
    """The shipped tables, in a fixed order."""
    return tuple(map(resources.priors, (OUTLETS, "source_kinds.csv", SOURCES, *BESIDE)))


@lru_cache(maxsize=4)
def load_priors(path: Path | None = None) -> Priors:
    """The shipped tables; the outlets of a CSV file, if one is given, are added or replace shipped ones.

    Parameters
    ----------
    path
        A CSV with the columns of ``data/priors/outlets.csv``: domain, name, mean, weight, reliability, reference.

    Raises
    ------
    ConfigError
        The file cannot be read, lacks a column, or a row holds a value out of range; the message names file and row.
    """
    outlets_path, kinds_path, sources_path, rated_path, raters_path, sites_path, listed_path = priors_paths()
    own = dict(_outlets(path)) if path else {}
    listed = {row["domain"]: _prior(row, where) for where, row in _rows(outlets_path, OUTLET_COLUMNS)}
    outlets = _layers(own, listed, RatedOutlets(rated_path, raters_path))
    sites = tuple(_sites(sites_path))
    named = {site.name: Named(site.name, site.match) for site in reversed(sites) if site.name}
    return Priors(
        outlets,
        tuple(_kinds(kinds_path)),
        dict(_sources(sources_path, outlets)),
        OutletKinds.of_rows(sites),
        tuple(dict.fromkeys((*listed, *own))),
        OutletNames(listed_path, sources_path, named.values(), own, outlets),
    )


def with_outlets(priors: Priors, changed: Mapping[str, Prior]) -> Priors:
    """The same tables with outlets added or replaced, by registrable domain; sources that are outlets change, too."""
    outlets = _layers(changed, priors.outlets)
    sources = dict(_sources(resources.priors(SOURCES), outlets))
    brands = tuple(dict.fromkeys((*priors.brands, *changed)))
    return replace(priors, outlets=outlets, sources=sources, brands=brands)


def _layers(*tables: Mapping[str, Prior]) -> Mapping[str, Prior]:
    """Several tables as one, the first ones before the others, without reading them."""
    return ChainMap(*tables)  # type: ignore[arg-type]  # nothing is ever written to it


def mistakes(path: Path, letter_of: Callable[[float], str]) -> Iterator[str]:
    """Every bad row of a file of outlets as ``file:row: what is wrong, what is right``.

    Parameters
    ----------
    path
        A CSV as for :func:`load_priors`.
    letter_of
        Gives the letter of a mean; F fits any mean, since it says that nobody can judge.

    Raises
    ------
    ConfigError
        The file cannot be read, or lacks a column.
    """
    seen: dict[str, str] = {}
    for where, row in _rows(path, OUTLET_COLUMNS):
        try:
            _unseen(row, where, seen)
        except ConfigError as error:
            yield str(error)
        try:
            prior = _prior(row, where)
        except ConfigError as error:
            yield str(error)
            continue
        right = letter_of(round(prior.mean, 3))
        if prior.reliability not in ("F", right):
            yield f"{where}: reliability {prior.reliability} does not fit the mean {prior.mean:g}; give {right}, or F"


def _kinds(path: Path) -> Iterator[Kind]:
    for where, row in _rows(path, ("kind", "type", "words")):
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, row['words'].split('|')))})\b", re.I)
        prior = replace(_prior(row, where), known=False)
        yield Kind(row["kind"], SourceType(row["type"]), prior, words if row["words"] else None)


def _sites(path: Path) -> Iterator[OutletKind]:
    for where, row in _rows(path, ("match", "kind", "reason")):
        reference = f"only the kind is known, {row['kind']}: {row['reason']}"
        prior = replace(_prior({**row, "reference": reference}, where), known=False)
        yield OutletKind(row["match"], row["name"], row["kind"], prior)


def _outlets(path: Path) -> Iterator[tuple[str, Prior]]:
    seen: dict[str, str] = {}
    for where, row in _rows(path, OUTLET_COLUMNS):
        yield _unseen(row, where, seen), _prior(row, where)


def _unseen(row: Mapping[str, str], where: str, seen: dict[str, str]) -> str:
    """A row's registrable domain; a second row of a domain is an error."""
    key = registrable(row["domain"])
    if not key:
        raise ConfigError(f"{where}: domain {row['domain'][:LONGEST]!r} is none; write it as example.org")
    if key in seen:
        raise ConfigError(f"{where}: domain {key} stands at {seen[key]} already; keep one of the two")
    seen[key] = where
    return key


def _sources(path: Path, outlets: Mapping[str, Prior]) -> Iterator[tuple[str, tuple[SourceType, Prior]]]:
    """Every name and alias; a source that is an outlet has that outlet's figures, also those of a user's file."""
    for where, row in _rows(path, ("name", "aliases", "type", "domain")):
        known = outlets.get(row["domain"]) if row["domain"] else None
        prior = replace(known, name=row["name"]) if known else _prior(row, where)
        for name in (row["name"], *row["aliases"].split("|")):
            if name.strip():
                yield normalised(name), (SourceType(row["type"]), prior)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows, each with ``file:row`` for messages."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            csv.field_size_limit(LONGEST_CELL)
            reader = csv.DictReader(lines)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                columns_there = ", ".join(" ".join(name.split()) for name in reader.fieldnames or ()) or "none"
                raise ConfigError(f"{path}: column {missing[0]!r} is missing; found {columns_there[:LONGEST]}")
            shipped = path in priors_paths()  # our own tables have no guarded cells, and no row of another length
            for number, row in enumerate(reader, start=1):
                cells = row if shipped else {key: unguarded(value or "") for key, value in row.items() if key}
                yield f"{path}:{number}", cells
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read as a CSV in UTF-8: {error}") from error


def _prior(row: Mapping[str, str], where: str) -> Prior:
    mean, weight = _number(row, "mean", where), _number(row, "weight", where)
    if not 0 <= mean <= 1:
        raise ConfigError(f"{where}: mean {mean} lies outside [0, 1]")
    if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:
        raise ConfigError(f"{where}: weight {weight} must be above 0: from {LEAST_WEIGHT} to {MOST_WEIGHT:,.0f} claims")
    if row["reliability"] not in LETTERS:
        raise ConfigError(f"{where}: reliability {row['reliability'][:LONGEST]!r} is none of A, B, C, D, E, F")
    return Prior(mean, weight, row["reliability"], row["reference"], name=row.get("name") or None)


def _number(row: Mapping[str, str], column: str, where: str) -> float:
    try:
        return float(row[column])
    except (ValueError, TypeError):
        raise ConfigError(f"{where}: {column} {row[column][:LONGEST]!r} is no number") from None
