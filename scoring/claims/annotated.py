"""An article with all that was read from it so far; the steps between relations and claims work on this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.attribution.find import Attributions
from scoring.attribution.labels import BASES
from scoring.attribution.word_labels import WordLabels
from scoring.priors.tables import Priors
from scoring.probability import logistic, logit
from scoring.schema import AttributionRelation, Basis, Document, Link, Polarity, Sentence, Span
from scoring.sources.reader import Source
from scoring.text.quotes import Mask
from scoring.text.spans import sentences_of

ATTRIBUTED = [BASES.index(basis) + 1 for basis in Basis if basis not in (Basis.SPECULATION, Basis.ASSERTION)]
"""Labels of the bases that come with an attribution."""
MOST_ODDS = 6.0
"""Largest natural log-odds, positive or negative; beyond them the model is surer than it should be."""
NO_CLAIM = 0
"""The label of words that belong to no claim; it stands before those of the bases."""


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Thresholds of ``configs/claims.toml``, which gives the reason for each.

    ``*_words`` count words; ``rule_weight`` is in natural log-odds; ``least_*``, ``carried_on``,
    ``no_claim``, ``sure_quote`` and ``quoted_share`` lie in [0, 1]; ``precision`` holds, for each basis, the share of
    claims that the rules gave it rightly, as measured; ``basis_odds`` are the weights of :func:`basis_evidence`.
    """

    least_probability: float
    least_support: float
    least_unknown: float
    least_hedge: float
    content_words: int
    own_words: int
    joined_words: int
    rest_words: int
    sentence_words: int
    quoted_share: float
    precision: dict[str, float]
    carried_on: float
    rule_weight: float
    no_claim: float
    sure_quote: float
    basis_odds: dict[str, float]


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

    def support(self, relation: AttributionRelation) -> float:
        """How sure the model is, in [0, 1], that something is attributed: the mean of two probabilities.

        One is that of the relation, the other that its content rests on a source or on hearsay. 1 without a model.
        """
        bases = self.word_labels.probabilities("basis", relation.contents)
        return 1.0 if bases is None else (relation.probability + float(bases[ATTRIBUTED].sum())) / 2

    def is_no_claim(self, spans: Sequence[Span]) -> bool:
        """Whether the model finds it likely that the words claim nothing.

        The answer is always no in a text of one sentence, such as a headline, since the model reads it as a heading.
        """
        if len(self.sentences) == 1:
            return False
        bases = self.word_labels.probabilities("basis", spans)
        return bases is not None and float(bases[NO_CLAIM]) > self.settings.no_claim

    def basis_probability(self, basis: Basis, spans: Sequence[Span], relation: float | None = None) -> float:
        """Probability in [0, 1] that ``basis`` is right for a claim, by the model if it has read the words.

        ``relation`` is the probability of the attribution that makes the claim, ``None`` in the article's own voice.
        """
        evidence = basis_evidence(self.word_labels, basis, spans, relation)
        if evidence is None:
            known = self.settings.precision.get(basis.value, 1.0)
            return known if relation is None else relation * known
        weights = self.settings.basis_odds
        parts = zip(("share", "relation", "attributed"), evidence, strict=True)
        return logistic(weights["start"] + sum(weights[name] * part for name, part in parts))

    def hedging(self, span: Span) -> float:
        """Probability in [0, 1] that the words hedge; 1 if no model has read them."""
        probabilities = self.word_labels.probabilities("hedge", [span])
        return 1.0 if probabilities is None else float(probabilities[1])

    def sentence_numbers(self, spans: Sequence[Span]) -> tuple[int, ...]:
        """Indices of the sentences that the spans touch."""
        return tuple(sorted({i for span in spans for i in sentences_of(self.sentences, span)}))


def basis_evidence(
    word_labels: WordLabels, basis: Basis, spans: Sequence[Span], relation: float | None
) -> tuple[float, float, float] | None:
    """Evidence for a claim's basis: log-odds of its share among the bases, log-odds of the relation, 1 if there is one.

    ``None`` if no model has read the words. Log-odds are kept between -``MOST_ODDS`` and ``MOST_ODDS``.
    """
    bases = word_labels.probabilities("basis", spans)
    if bases is None:
        return None
    claimed = float(bases[NO_CLAIM + 1 :].sum())
    share = float(bases[BASES.index(basis) + 1]) / claimed if claimed else 0.0
    return _log_odds(share), 0.0 if relation is None else _log_odds(relation), float(relation is not None)


def _log_odds(probability: float) -> float:
    return min(max(logit(probability), -MOST_ODDS), MOST_ODDS)


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that claim something, with what they rest on: a claim before it gets its number and hedges."""

    spans: tuple[Span, ...]
    basis: Basis
    basis_probability: float
    chain: tuple[Link, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
    grade: float | None = None
