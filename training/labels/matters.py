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

    Raises
    ------
    InputError
        An article of the same id has another text, or another number of claims, than the one that was labelled.
    """
    rows = {row["id"]: row for row in read_jsonl(resources.matter_labels())}
    for article in articles:
        row = rows.get(article.id)
        yield _labelled(article, row["sha256"], row["matters"]) if row else article


def _labelled(article: LabelledArticle, sha256: str, matters: list[str | None]) -> LabelledArticle:
    if hashlib.sha256(article.text.encode()).hexdigest() != sha256 or len(matters) != len(article.claims):
        raise InputError(
            f"{article.where}: {article.id} is not the article whose claims data/labels/matters.jsonl describes; "
            "give the articles that the labels were made on"
        )
    known = (Matter(one) if one else None for one in matters)
    claims = (replace(claim, matter=claim.matter or one) for claim, one in zip(article.claims, known, strict=True))
    return replace(article, claims=tuple(claims))
