"""News texts → ``data/lexicons/usual_rates.csv``: how often news text hedges; reports compare an article with it.

``sourcegrade dev hedge-rates --texts news.csv --column articleBody`` does it, after a change of ``hedges.csv``. It
writes figures, no word of a text.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.documents.files import from_text
from scoring.errors import InputError
from scoring.schema import HedgeKind
from scoring.text.lexicons import find_hedges
from scoring.text.sentences import split
from scoring.text.words import WORD
from scoring.writing.files import whole_text
from scoring.writing.spreadsheets import Rows

KINDS = (HedgeKind.EVIDENTIAL, HedgeKind.EPISTEMIC, HedgeKind.BOOSTER)
"""Approximators are missing, since the lexicon does not record them."""
FEWEST = 200
"""Least words of a text whose own rate says something; shorter texts only count in the mean."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of words that are read of a text, and its hedges by kind."""

    words: int
    hedges: Counter[HedgeKind]


def count(text: str) -> Counted | None:
    """Words and hedges of a text, as reports count them; ``None`` if it is empty or not English."""
    try:
        document = from_text(text)
    except InputError:
        return None
    if document.language != "en":
        return None
    spans = [sentence.span for sentence in split(document)]
    words = sum(1 for span in spans for _ in WORD.finditer(document.text, span.start, span.end))
    kinds = (hedge.kind for span in spans for hedge in find_hedges(document.text, span.start, span.end))
    return Counted(words, Counter(kinds))


def rows(counted: Sequence[Counted]) -> Iterator[tuple[str, ...]]:
    """A row a kind, per 1,000 words: the mean over all, 10th and 90th percentile of the longer texts (two at least)."""
    words = sum(text.words for text in counted)
    for kind in KINDS:
        number = sum(text.hedges[kind] for text in counted)
        each = [1000 * text.hedges[kind] / text.words for text in counted if text.words >= FEWEST]
        if len(each) < 2:
            raise InputError(f"{len(each)} texts in English of {FEWEST} words and more; give two at least")
        tenths = statistics.quantiles(each, n=10)
        figures = (1000 * number / words, tenths[0], tenths[-1])
        yield kind.value, *(f"{figure:.2f}" for figure in figures), f"{number} in {words} words"


def texts(path: Path, column: str) -> Iterator[str]:
    """The column of a CSV file, each text once.

    Raises
    ------
    InputError
        The file has no such column.
    """
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        if column not in (table.fieldnames or ()):
            raise InputError(f"{path}: has no column {column!r}; give one of {', '.join(table.fieldnames or ())}")
        yield from dict.fromkeys(row[column] for row in table)


def write(counted: Iterable[Counted], path: Path) -> None:
    """Write the table, after all is counted."""
    made = list(rows(list(counted)))
    with whole_text(path) as stream:
        table = Rows(stream, guard=False)
        table.add(("kind", "mean", "low", "high", "note"))
        table.extend(made)
