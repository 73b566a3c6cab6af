"""Articles → stories: those that are on one matter, so that claims need comparing within a story alone.

An article is the few words of its claims that weigh most (tf-idf, names twice). It is followed along each word to the
articles next by date that have it, too: the number of pairs grows with that of articles, however common a word is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from scoring.dossier.grouping.clusters import linked
from scoring.dossier.grouping.propositions import Proposition
from scoring.dossier.settings import StorySettings
from scoring.schema import Document, when

NAME = 2.0
"""Weight of a name beside another word: names tell stories apart."""

Vector = dict[str, float]


def find_stories(
    documents: Sequence[Document], said: Sequence[Sequence[Proposition]], settings: StorySettings
) -> list[list[int]]:
    """Stories as lists of articles; each article is in one.

    Parameters
    ----------
    documents
        The articles.
    said
        The propositions of each.
    settings
        ``[stories]`` of ``configs/dossier.toml``; as few articles as ``few`` are one story.
    """
    if len(documents) <= settings.few:
        return [list(range(len(documents)))]
    vectors = _vectors(said, settings.terms)
    order = sorted(range(len(documents)), key=lambda i: (*when(documents[i]), i))

    def alike(i: int, j: int) -> float:
        return _cosine(vectors[i], vectors[j])

    stories = linked(len(documents), _near(order, vectors, documents, settings), alike, settings.least)
    by_date = {article: place for place, article in enumerate(order)}
    return [part for story in stories for part in _cut(sorted(story, key=by_date.__getitem__), settings.most)]


def _vectors(said: Sequence[Sequence[Proposition]], terms: int) -> list[Vector]:
    """The heaviest words of each article, of unit length."""
    counts = [Counter(stem for one in claims for stem in one.stems) for claims in said]
    names = [{name for one in claims for name in one.names} for claims in said]
    df = Counter(stem for count in counts for stem in count)
    return [_vector(count, name, df, len(said), terms) for count, name in zip(counts, names, strict=True)]


def _vector(count: Mapping[str, int], names: set[str], df: Mapping[str, int], articles: int, terms: int) -> Vector:
    weight = {
        s: (1 + math.log(n)) * math.log(1 + articles / df[s]) * (NAME if s in names else 1.0) for s, n in count.items()
    }
    heaviest = sorted(weight, key=lambda s: (-weight[s], s))[:terms]
    length = math.sqrt(math.fsum(weight[s] ** 2 for s in heaviest)) or 1.0
    return {s: weight[s] / length for s in heaviest}


def _near(
    order: Sequence[int], vectors: Sequence[Vector], documents: Sequence[Document], settings: StorySettings
) -> Iterator[tuple[int, int]]:
    """Pairs of articles that share a heavy word and lie close in time, each once."""
    having: dict[str, list[int]] = {}
    for i in order:
        for stem in vectors[i]:
            having.setdefault(stem, []).append(i)
    days = [_day(document) for document in documents]
    met = set()
    for articles in having.values():
        for place, i in enumerate(articles):
            for j in articles[place + 1 : place + 1 + settings.neighbours]:
                if (i, j) not in met and _close(days[i], days[j], settings.days):
                    met.add((i, j))
                    yield i, j


def _day(document: Document) -> int | None:
    return date.fromisoformat(document.published).toordinal() if document.published else None


def _close(a: int | None, b: int | None, days: int) -> bool:
    return a is None or b is None or abs(a - b) <= days


def _cosine(a: Vector, b: Vector) -> float:
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    return math.fsum(weight * large[stem] for stem, weight in small.items() if stem in large)


def _cut(story: list[int], most: int) -> Iterator[list[int]]:
    """A story in parts of at most ``most`` articles, by date."""
    for start in range(0, len(story), most):
        yield story[start : start + most]
