"""What the claims of articles that are not ours speak of: our labels for the team's labelled articles.

A line of ``data/labels/matters.jsonl`` belongs to one article, whose text and other labels are not here: ``{"id",
"sha256", "matters"}``. ``matters`` has a value of :class:`scoring.schema.Matter` or ``null`` for each claim, in their
order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scoring import resources
from scoring.errors import InputError
from scoring.schema import Matter
from training.labels.corpora import read_jsonl
from training.labels.schema import LabelledArticle


def with_matters(articles: Iterable[LabelledArticle]) -> Iterator[LabelledArticle]:
    """The articles, with the matter of each claim where we labelled it and the article does not say.

    An article is known by its text, whatever its id.

    Raises
    ------
    InputError
        An article has another number of claims than when they were labelled.
    """
    known = {row["sha256"]: row["matters"] for row in read_jsonl(resources.matter_labels())}
    for article in articles:
        matters = known.get(hashlib.sha256(article.text.encode()).hexdigest())
        yield article if matters is None else _labelled(article, matters)


def _labelled(article: LabelledArticle, matters: list[str | None]) -> LabelledArticle:
    if len(matters) != len(article.claims):
        raise InputError(
            f"{article.where}: {article.id} has {len(article.claims)} claims, and data/labels/matters.jsonl describes "
            f"{len(matters)}; give the labels that it was made for"
        )
    told = (Matter(one) if one else None for one in matters)
    claims = (replace(claim, matter=claim.matter or one) for claim, one in zip(article.claims, told, strict=True))
    return replace(article, claims=tuple(claims))
