"""The outlets of a dossier: what each is called in other articles, and which belong to one family of publishers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring import resources
from scoring.schema import Document, Report

LEAST_SHORT = 5
"""Letters from which the last word of an outlet's name stands for it: "the Courier", not "the Post"."""
_NO_LETTER = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
_KIND = re.compile(r"\s+(?:newspaper|news agency|agency|website|blog|magazine|channel|radio|television|tv|site)$", re.I)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the dossier: its domain (or what stands for it), its name, and its family's name."""

    key: str
    name: str
    family: str


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets by article, and by what they are called, squeezed to letters and digits."""

    by_article: tuple[Outlet, ...]
    called: dict[str, str]
    by_key: dict[str, Outlet]

    def named(self, phrase: str) -> Outlet | None:
        """The outlet of the dossier that a phrase names; a phrase of one long word also by the end of a name."""
        words = _ARTICLE.sub("", phrase.strip())
        for given in (words, _KIND.sub("", words)):
            key = self.called.get(squeezed(given))
            if key:
                return self.by_key[key]
        short = squeezed(words)
        ends = {key for key in self.by_key if len(short) >= LEAST_SHORT and _label(key).endswith(short)}
        return self.by_key[ends.pop()] if len(ends) == 1 and words[:1].isupper() else None


def read_outlets(reports: Sequence[Report]) -> Outlets:
    """Outlets of rated articles; an article without one is an outlet of its own.

    A column ``publisher`` of an input row names the family, a column ``outlet_name`` the outlet.
    """
    found = tuple(_outlet(number, report) for number, report in enumerate(reports))
    called: dict[str, str] = {}
    for outlet in found:
        for name in _names(outlet):
            called.setdefault(name, outlet.key)
    return Outlets(found, called, {outlet.key: outlet for outlet in found})


def _outlet(number: int, report: Report) -> Outlet:
    document = report.document
    key = document.outlet or f"article {number + 1}: {document.id}"
    given = document.extra.get("outlet_name")
    name = given or (report.outlet_prior.name if report.outlet_prior.known else None) or key
    return Outlet(key, str(name), _family(document, key))


def _family(document: Document, key: str) -> str:
    publisher = document.extra.get("publisher")
    return str(publisher) if publisher else families().get(key, key)


def _names(outlet: Outlet) -> Iterator[str]:
    yield squeezed(_ARTICLE.sub("", outlet.name))
    label = squeezed(_label(outlet.key))
    yield label
    yield label.removeprefix("the")


def _label(key: str) -> str:
    """``harbourpost`` of ``harbourpost.example``, ``northwatch`` of ``t.me/northwatch``."""
    return _NO_LETTER.sub("", key.rpartition("/")[2].split(".")[0].casefold()) if " " not in key else key


def squeezed(name: str) -> str:
    """A name as letters and digits alone, small, with neither possessive nor the ending of a domain."""
    bare = re.sub(r"['’]s?$|\.(?:com|org|net|co\.uk)$", "", name.strip().casefold())
    return _NO_LETTER.sub("", bare)


@lru_cache(maxsize=1)
def families() -> dict[str, str]:
    """Family of publishers by registrable domain."""
    with resources.priors("families.csv").open(encoding="utf-8", newline="") as lines:
        return {row["domain"]: row["family"] for row in csv.DictReader(lines)}
