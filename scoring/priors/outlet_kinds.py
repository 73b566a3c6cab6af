"""What is known of an outlet that nobody has rated, by its address alone: a government, a university, a hosting site.

``data/priors/outlet_kinds.csv`` has a row a rule with its reason. ``match`` is a site with all its parts (``un.org``),
an ending of addresses (``.mil``), or one in any country that has it (``.gov.*``: ``.gov.uk``, ``.gov.in``). A
country has it if the list of public suffixes says so: under ``gov.de``, which it lacks, anybody might write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.documents.domains import host, registrable
from scoring.schema import Prior

HOSTING = "hosting"
"""The kind of a site where the account is the outlet: ratings of the site say nothing of one account."""


@dataclass(frozen=True, slots=True)
class OutletKind:
    """A row of the table; ``name`` is empty for an ending."""

    match: str
    name: str
    kind: str
    prior: Prior


@dataclass(frozen=True, slots=True)
class OutletKinds:
    """The rules, by what they match; of two that fit, the one with more parts counts."""

    rows: Mapping[str, OutletKind] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Sequence[OutletKind]) -> OutletKinds:
        """The rules of a table's rows."""
        return cls({row.match: row for row in rows})

    def of(self, address: str) -> OutletKind | None:
        """The kind of the outlet at an address or domain, ``None`` if no rule tells it."""
        return next((self.rows[match] for match in _matches(host(address)) if match in self.rows), None)


def _matches(site: str) -> Iterator[str]:
    """What a row may match at a host, more parts first, such as ``a.gov.uk``, ``.gov.uk``, ``.gov.*``, ``.uk``."""
    parts = site.split(".") if site else []
    for first in range(len(parts)):
        tail = ".".join(parts[first:])
        yield tail
        yield f".{tail}"
        if len(parts) - first == 2 and len(parts[-1]) == 2 and not registrable(tail):
            yield f".{parts[first]}.*"
