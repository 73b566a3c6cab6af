"""An article as far as it is read: what the steps between relations and claims need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.attribution.quotes import Mask
from scoring.schema import AttributionRelation, Document, Sentence, Span
from scoring.sources import Source
from scoring.spans import sentences_of


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Thresholds of ``configs/claims.toml``, which gives the reason for each.

    ``*_words`` count words; ``least_probability`` and ``quoted_share`` lie in [0, 1]; ``precision`` is the measured
    share of right bases, by basis.
    """

    least_probability: float
    content_words: int
    own_words: int
    joined_words: int
    rest_words: int
    sentence_words: int
    quoted_share: float
    precision: dict[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as far as it is read: what every step here needs."""

    document: Document
    sentences: tuple[Sentence, ...]
    relations: tuple[AttributionRelation, ...]
    sources: Mapping[Span, Source]
    quoted: Mask
    settings: ClaimSettings

    def sentence_numbers(self, spans: Sequence[Span]) -> tuple[int, ...]:
        """Indices of the sentences that the spans touch."""
        return tuple(sorted({i for span in spans for i in sentences_of(self.sentences, span)}))
