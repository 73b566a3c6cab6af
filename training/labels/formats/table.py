"""A plain table, the simplest format: ``sentence,label``; labels are sourced, weakly_sourced, unsourced, or a basis.

``text`` may stand for ``sentence``, ``basis`` or ``group`` for ``label``; ``id``, ``outlet``, ``split``, ``annotator``
are optional, other columns are ignored. Each row is a separate article with one claim that covers all of it. A row says
nothing about sources, cues and hedges, so these may still be there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring.documents.records import csv_table
from scoring.errors import InputError
from scoring.schema import Basis, Group, Span
from scoring.writing.files import whole_text
from scoring.writing.spreadsheets import Rows, unguarded
from training.labels.formats.bounded import lines_of
from training.labels.formats.catalogue import Fault, Item, reads, writes
from training.labels.formats.own import OPTIONAL
from training.labels.formats.placing import sound
from training.labels.formats.vocabulary import CLAIM, VALUES, named_value
from training.labels.schema import LabelledArticle, LabelledClaim

WORDS, LABELS = ("sentence", "text"), ("label", "basis", "group")
COLUMNS = ("id", "sentence", "label", *OPTIONAL)


def known(path: Path, head: str) -> bool:
    """Whether the first line of a table names a column of sentences and one of labels."""
    names = {cell.strip().strip('"').casefold() for cell in re.split("[,;\t]", head.partition("\n")[0])}
    return path.suffix.lower() in (".csv", ".tsv") and bool(names & {*WORDS}) and bool(names & {*LABELS})


@reads("csv", known)
def read(path: Path) -> Iterator[Item]:
    """An article a row."""
    names, rows = csv_table(_lines(path), str(path))
    header = [name.casefold() for name in names]
    words, label = (next((n for n in names if n in header), None) for names in (WORDS, LABELS))
    if words is None or label is None:
        found = ", ".join(header)[:120]
        raise InputError(f"{path}: has the columns {found}; give sentence and label, and id, outlet, split if known")
    for number, cells in enumerate(rows, start=1):
        where = f"{path}:{number}"
        if isinstance(cells, InputError):
            yield Fault(where, str(cells))
        elif len(cells) != len(header):
            yield Fault(where, f"has {len(cells)} cells, the header {len(header)}; quote cells that hold a comma")
        else:
            row = dict(zip(header, cells, strict=True))
            yield _article(row, row[words], row[label], where)


def _lines(path: Path) -> Iterator[str | InputError]:
    """The lines; of one that cannot be read only what is wrong, for a record is numbered otherwise."""
    for number, line in lines_of(path, ends=True):
        wrong = isinstance(line, InputError)
        yield InputError(str(line).removeprefix(f"{path}:{number}: ")) if wrong else line


def _article(row: Mapping[str, str], text: str, label: str, where: str) -> Item:
    text = unguarded(text)
    if wrong := sound(text):
        return Fault(where, wrong)
    known = named_value(CLAIM, label)
    if known is None:
        right = ", ".join((*VALUES["group"], *VALUES["basis"]))
        return Fault(where, f"the label {label[:40]!r} is not known; give one of {right}")
    key, value = known
    basis = Basis(value) if key == "basis" else None
    claim = LabelledClaim("c1", (_whole(text),), basis, basis.group if basis else Group(value))
    extra: dict[str, Any] = {key: row[key].strip() for key in OPTIONAL if row.get(key, "").strip()}
    return LabelledArticle(row.get("id") or where.rpartition("/")[2], text, (claim,), frozenset(), where, **extra)


def _whole(text: str) -> Span:
    return Span(len(text) - len(text.lstrip()), len(text.rstrip()))


@writes("csv")
def write(articles: Sequence[LabelledArticle], path: Path) -> Counter[str]:
    """Write a row for each claim with a basis or group; the text around it and all other labels are lost."""
    lost: Counter[str] = Counter()
    with whole_text(path) as stream:
        rows = Rows(stream)
        rows.add(COLUMNS)
        for article in articles:
            lost["articles without a claim"] += not article.claims
            for claim in article.claims:
                _count(article, claim, lost)
                if label := claim.basis or claim.group:
                    id = article.id if len(article.claims) == 1 else f"{article.id}#{claim.id}"
                    words = " … ".join(span.of(article.text) for span in claim.spans)
                    extra = [getattr(article, key) or "" for key in OPTIONAL]
                    rows.add((id, words, label.value, *extra))
    return lost


def _count(article: LabelledArticle, claim: LabelledClaim, lost: Counter[str]) -> None:
    lost["places in a text"] += claim.spans != (_whole(article.text),)
    lost["links of chains"] += len(claim.chain)
    lost["hedges"] += len(claim.hedges)
    lost["grades"] += claim.strength is not None
    lost["claims without a basis or group"] += not (claim.basis or claim.group)
