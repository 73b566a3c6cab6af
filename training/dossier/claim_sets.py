"""Claims in several wordings, by matter: what the encoder of :mod:`scoring.dossier.grouping.paraphrase` is trained on.

A line of ``data/examples/claim_sets.jsonl`` is one matter as several outlets report it: ``{"matter": name, "claims":
[[group, relation, claim], …]}``. Claims of a group hold one proposition in other words (``a``), contradict it (``c``),
or give another number for the same thing (``n``); groups of a matter lie close to one another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scoring.errors import UsageError

RELATIONS = frozenset("acn")


@dataclass(frozen=True, slots=True)
class Wording:
    """A claim of a matter; ``relation`` to its group is ``a``, ``c`` or ``n``."""

    group: int
    relation: str
    text: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter in the words of several outlets."""

    name: str
    claims: tuple[Wording, ...]


def read_claim_sets(path: Path) -> list[Matter]:
    """The matters of a file.

    Raises
    ------
    UsageError
        A line is no matter; the message says where and what would be right.
    """
    return [_matter(line, f"{path}:{n}") for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)]


def _matter(line: str, where: str) -> Matter:
    wanted = '{"matter": name, "claims": [[1, "a", "words"], …]} with relations a, c or n'
    try:
        row = json.loads(line)
        claims = tuple(Wording(int(group), relation, " ".join(text.split())) for group, relation, text in row["claims"])
        name = str(row["matter"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(f"{where}: is no matter ({error}); give {wanted}") from error
    if not claims or not all(claim.text and claim.relation in RELATIONS for claim in claims):
        raise UsageError(f"{where}: has an empty claim or an unknown relation; give {wanted}")
    return Matter(name, claims)
