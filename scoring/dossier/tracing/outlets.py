"""The outlets of a dossier: what each is called in other articles, and which belong to one family of publishers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring import resources
from scoring.schema import Document, Report
from scoring.word_lists import either

LEAST_SHORT = 5
"""Letters from which the last word of an outlet's name stands for it: "the Courier", not "the Post"."""
_NO_LETTER = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.I)
_PRESS = either("kinds of outlet around a name")
_KIND = re.compile(rf"\s+{_PRESS}$|^(?:[a-z]+ )?{_PRESS}\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the dossier: its domain (or what stands for it), its name, and its family's name."""

    key: str
    name: str
    family: str


@dataclass(frozen=True, slots=True)
class Outlets:
    """The outlets by article, by what they are called, and by how their names end, squeezed to letters and digits."""

    by_article: tuple[Outlet, ...]
    called: dict[str, str]
    ending: dict[str, str | None]
    by_key: dict[str, Outlet]

    def named(self, phrase: str) -> Outlet | None:
        """The outlet of the dossier that a phrase names; a phrase of one long word also by the end of a name."""
        words = _ARTICLE.sub("", phrase.strip())
        for given in (words, _KIND.sub("", words)):
            key = self.called.get(squeezed(given))
            if key:
                return self.by_key[key]
        key = self.ending.get(squeezed(words)) if words[:1].isupper() else None
        return self.by_key[key] if key else None


def read_outlets(reports: Sequence[Report]) -> Outlets:
    """Outlets of rated articles; an article without one is an outlet of its own.

    A column ``publisher`` of an input row names the family, a column ``outlet_name`` the outlet.
    """
    by_article = tuple(_outlet(number, report) for number, report in enumerate(reports))
    called: dict[str, str] = {}
    for outlet in by_article:
        for name in _names(outlet):
            called.setdefault(name, outlet.key)
    by_key = {outlet.key: outlet for outlet in by_article}
    return Outlets(by_article, called, _endings(by_key), by_key)


def _endings(keys: Iterable[str]) -> dict[str, str | None]:
    """The outlet that alone ends so, ``None`` for an ending that several share."""
    endings: dict[str, str | None] = {}
    for key in keys:
        label = _label(key) if " " not in key else ""
        for start in range(1, len(label) - LEAST_SHORT + 1):
            endings[label[start:]] = None if label[start:] in endings else key
    return endings


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
