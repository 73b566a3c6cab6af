"""Labelled texts that the shipped model is trained on: excerpts of news that is not ours, and short texts of our own.

A line of ``data/labels/news.jsonl`` is an excerpt without its text: ``{"id", "corpus", "sha256", "held", "claims"}``.
The text is cut anew from the article in the corpus; it is the one that was labelled if it has the line's SHA-256.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring import resources
from scoring.errors import InputError
from training.labels.corpora import read_jsonl
from training.labels.formats.own import article_of
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle

ENOUGH, MOST, LONGEST, SHORTENED = 330, 520, 560, 450
"""Words of an excerpt: from which no paragraph is added, up to which one is, above which one is cut, and to how many.

They are part of the labels: with others, no text is the one that was labelled.
"""
SPACES, BLANK_LINES = re.compile(r"[ \t]+"), re.compile(r"\n\s*\n+")
SENTENCE_END = re.compile(r"[.!?][\"”]?\s")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where a corpus keeps its articles: the columns of id and text; ids of excerpts begin otherwise than its own."""

    id: str
    text: str
    prefix: str
    dropped: str = ""

    def name(self, row: Mapping[str, Any]) -> str:
        """The id of the excerpt of an article."""
        return self.prefix + str(row[self.id]).removeprefix(self.dropped)


POLNEAR = "corpora/polnear/train.jsonl"
CORPORA = {
    "articles/news_2014_2015.csv": Corpus("Body ID", "articleBody", "news-"),
    POLNEAR: Corpus("id", "text", "pol-"),
    "outcomes/healthstory_dev.jsonl": Corpus("id", "text", "hst-", "story_reviews_"),
    "outcomes/articles_dev.jsonl": Corpus("id", "text", "oth-"),
}
"""The corpora that excerpts are cut from, by their files."""


def kinds(*, held: bool) -> list[LabelledArticle]:
    """Our own texts in single kinds of wording that are trained on, or those held out."""
    return read_labelled([resources.labelled_kinds("held" if held else "train")])


def held_excerpts() -> list[str]:
    """The ids of excerpts that are kept from training."""
    return [row["id"] for row in read_jsonl(resources.excerpt_labels()) if row["held"]]


def excerpts(data: Path, *, held: bool) -> list[LabelledArticle]:
    """The excerpts of news that are trained on, or those held out.

    Parameters
    ----------
    data
        The folder that holds the corpora.
    held
        Whether those that are kept from training are wanted.

    Raises
    ------
    InputError
        A corpus is missing, lacks an article or has another text of it than the one that was labelled.
    """
    place = resources.excerpt_labels()
    rows = {f"{place}:{n}": row for n, row in enumerate(read_jsonl(place), start=1) if row["held"] == held}
    texts: dict[str, str] = {}
    for file in {row["corpus"]: None for row in rows.values()}:
        texts |= _texts(data, file, {row["id"] for row in rows.values()})
    return [article for where, row in rows.items() for article in _articles(row, where, data, texts)]


def cut(text: str) -> str:
    """The beginning of an article that was labelled: whole paragraphs, or whole sentences of a long one."""
    excerpt = ""
    for paragraph in BLANK_LINES.sub("\n\n", SPACES.sub(" ", text.strip())).split("\n\n"):
        if _words(excerpt) >= ENOUGH or (excerpt and _words(excerpt + paragraph) > MOST):
            break
        excerpt += ("\n\n" if excerpt else "") + paragraph.strip()
    if _words(excerpt) <= LONGEST:
        return excerpt
    ends = (match.end() for match in SENTENCE_END.finditer(excerpt))
    return excerpt[: max((end for end in ends if _words(excerpt[:end]) <= SHORTENED), default=0)].rstrip()


def _words(text: str) -> int:
    return len(text.split())


def _texts(data: Path, file: str, wanted: Iterable[str]) -> dict[str, str]:
    """The excerpts of a corpus by their ids."""
    if not (data / file).is_file():
        raise InputError(
            f"{data}: holds no {file}, from which labelled excerpts are cut; give the folder of the corpora"
        )
    corpus = CORPORA[file]
    return {id: cut(row[corpus.text]) for row in _rows(data / file) if (id := corpus.name(row)) in wanted}


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.suffix != ".csv":
        yield from read_jsonl(path)
        return
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _articles(row: Mapping[str, Any], where: str, data: Path, texts: Mapping[str, str]) -> Iterator[LabelledArticle]:
    """The article of a line with its text."""
    id, corpus = row["id"], data / row["corpus"]
    if id not in texts:
        raise InputError(f"{where}: {corpus} holds no article for {id}; give the corpus that the labels were made on")
    if hashlib.sha256(texts[id].encode()).hexdigest() != row["sha256"]:
        told = f"the text of {id} in {corpus} is not the one that was labelled: its sha256 is not {row['sha256'][:12]}…"
        raise InputError(f"{where}: {told}; give the corpus that the labels were made on")
    for item in article_of({"id": id, "text": texts[id], "claims": row["claims"]}, where):
        if isinstance(item, LabelledArticle):
            yield item
        elif not item.note:
            raise InputError(str(item))
