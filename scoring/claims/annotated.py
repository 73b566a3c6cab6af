"""An article with all that was read from it so far; the steps that end in claims work on this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.attribution.find import Attributions
from scoring.attribution.word_labels import WordLabels
from scoring.priors.tables import Priors
from scoring.schema import (
    NO_PROFILE,
    AttributionRelation,
    Basis,
    Document,
    Form,
    Link,
    Matter,
    Polarity,
    Sentence,
    SourceType,
    Span,
    Stance,
)
from scoring.sources.reader import Source
from scoring.text.quotes import Mask
from scoring.text.spans import sentences_of


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Thresholds of ``configs/claims.toml``, which gives the reason for each.

    ``*_words`` count words; ``least_hedge`` and ``quoted_share`` lie in [0, 1]; ``precision`` holds, for each basis,
    the share of claims that the rules gave it rightly, as measured.
    """

    least_hedge: float
    content_words: int
    own_words: int
    joined_words: int
    rest_words: int
    sentence_words: int
    quoted_share: float
    precision: dict[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with its sentences, attributions and sources, and the settings that every step needs."""

    document: Document
    sentences: tuple[Sentence, ...]
    attributions: Attributions
    sources: Mapping[Span, Source]
    priors: Priors
    settings: ClaimSettings

    @property
    def relations(self) -> tuple[AttributionRelation, ...]:
        """The attribution relations, in the order of the text."""
        return self.attributions.relations

    @property
    def quoted(self) -> Mask:
        """Where the text stands in quotation marks."""
        return self.attributions.quoted

    @property
    def word_labels(self) -> WordLabels:
        """The labels that the model gives to each word."""
        return self.attributions.word_labels

    def with_relations(self, relations: Iterable[AttributionRelation]) -> Reading:
        """The same article with other relations."""
        return replace(self, attributions=replace(self.attributions, relations=tuple(relations)))

    def basis_probability(self, basis: Basis) -> float:
        """Probability in [0, 1] that a basis which the rules give to a claim is right."""
        return self.settings.precision[basis.value]

    def hedging(self, span: Span) -> float:
        """Probability in [0, 1] that the words hedge; 1 if no model has read them."""
        probabilities = self.word_labels.probabilities("hedge", [span])
        return 1.0 if probabilities is None else float(probabilities[1])

    def link(
        self,
        span: Span | None,
        kind: SourceType,
        stance: Stance,
        how: Form,
        cue: Span | None,
        *,
        probability: float = 1.0,
    ) -> Link:
        """A link whose source stands at ``span``, or nowhere, with its name, profile and prior as far as read."""
        source = self.sources.get(span) if span else None
        name, profile = (source.resolved, source.profile) if source else (None, NO_PROFILE)
        prior = self.priors.of_source(kind, name, span.of(self.document.text) if span else "")
        return Link(span, kind, stance, how, cue, name, probability, prior, profile)

    def sentence_numbers(self, spans: Sequence[Span]) -> tuple[int, ...]:
        """Indices of the sentences that the spans touch."""
        return tuple(sorted({i for span in spans for i in sentences_of(self.sentences, span)}))


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that claim something, with what they rest on: a claim before it gets its number and hedges.

    ``matters`` are the network's probabilities of what it speaks of; ``None`` where rules have read it.
    """

    spans: tuple[Span, ...]
    basis: Basis
    basis_probability: float
    chain: tuple[Link, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
    matters: Mapping[Matter, float] | None = None
