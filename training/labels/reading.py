"""Read labelled articles from files of any format; convert them to and from :class:`datasets.Dataset`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.errors import InputError, SourcegradeError, unforeseen
from training.labels.formats.catalogue import Fault, Item, reader_of
from training.labels.formats.own import article_of, row_of
from training.labels.schema import LabelledArticle

if TYPE_CHECKING:
    from datasets import Dataset, Features

MOST_SHOWN = 3
"""Mistakes named in one message; ``sourcegrade data check`` names all."""


def items_of(path: Path, format: str | None = None) -> Iterator[Item]:
    """Articles and faults of a file, or of a folder of brat's; if nothing of it can be read, that is a fault, too.

    Raises
    ------
    UsageError
        ``format`` is no format.
    """
    try:
        yield from reader_of(path, format)[1](path)
    except InputError as error:
        yield Fault(str(path), str(error).removeprefix(f"{path}: "))
    except SourcegradeError:
        raise
    except Exception as error:
        yield Fault(str(path), str(unforeseen(error, str(path), "read")).removeprefix(f"{path}: "))


def read_labelled(paths: Sequence[Path], *, format: str | None = None) -> list[LabelledArticle]:
    """All labelled articles of the files; a mistake in any of them is an error.

    Parameters
    ----------
    paths
        Files, or folders with brat's ``.ann`` and ``.txt``.
    format
        Name of their format; recognised from content and ending if ``None``.

    Raises
    ------
    SourcegradeError
        A file or row is wrong, or there is no article; the message names ``file:row``, what was found, what is right.
    """
    items = [item for path in paths for item in items_of(path, format)]
    wrong = [item for item in items if isinstance(item, Fault) and not item.note]
    if wrong:
        shown = "; ".join(str(fault) for fault in wrong[:MOST_SHOWN])
        more = len(wrong) - MOST_SHOWN
        rest = f"; and {more:,} more" if more > 0 else ""
        raise InputError(f"{shown}{rest} (sourcegrade data check names every mistake)")
    articles = [item for item in items if isinstance(item, LabelledArticle)]
    if not articles:
        raise InputError(f"{', '.join(map(str, paths))}: no labelled article; give a file with at least one")
    return articles


def as_dataset(articles: Sequence[LabelledArticle]) -> Dataset:
    """A dataset with a row for each article, in the form of :mod:`training.labels.formats.own`, and its ``where``."""
    from datasets import Dataset

    rows = [_even(article) for article in articles]
    return Dataset.from_list(rows, features=_features())


def from_dataset(dataset: Dataset) -> list[LabelledArticle]:
    """The articles of a dataset.

    Parameters
    ----------
    dataset
        It has the columns ``id``, ``text`` and ``claims``, and may have ``annotator``, ``split``, ``outlet``,
        ``complete`` and ``where``.

    Raises
    ------
    InputError
        A row is wrong.
    """
    articles = []
    for number, row in enumerate(dataset, start=1):
        for item in article_of(row, str(row.get("where") or f"dataset:{number}")):
            if isinstance(item, LabelledArticle):
                articles.append(item)
            elif not item.note:
                raise InputError(str(item))
    return articles


def _even(article: LabelledArticle) -> dict[str, Any]:
    """The row of an article with every key, since each row of a dataset needs the same keys."""
    row = {"annotator": None, "split": None, "outlet": None, "where": article.where, **row_of(article)}
    claims = [{"group": None, "polarity": None, "matter": None, **claim} for claim in row["claims"]]
    return row | {"complete": sorted(article.complete), "claims": claims}


def _features() -> Features:
    from datasets import Features, Value

    word = Value("string")
    span = {"start": Value("int64"), "end": Value("int64")}
    link = {"source": span, "resolved": word, "type": word, "cue": span, "stance": word}
    claim = {
        "id": word, "spans": [span], "basis": word, "group": word, "chain": [link], "hedges": [span], "polarity": word,
        "matter": word, "strength": Value("float64"),
    }  # fmt: skip
    texts = dict.fromkeys(("id", "text", "annotator", "split", "outlet", "where"), word)
    return Features({**texts, "complete": [word], "claims": [claim]})
