"""An article as far as it is read: what the steps between relations and claims need."""

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
"""Natural log-odds, either way; what the model holds for surer is not."""
NO_CLAIM = 0
"""The label of words that belong to no claim, beside the bases."""


@dataclass(frozen=True, slots=True)
class ClaimSettings:
    """Thresholds of ``configs/claims.toml``, which gives the reason for each.

    ``*_words`` count words; ``rule_weight`` is in natural log-odds; ``least_*``, ``carried_on``,
    ``no_claim``, ``sure_quote`` and ``quoted_share`` lie in [0, 1]; ``precision`` is the measured share of right bases
    by basis, for the rules; ``basis_odds`` are the weights of :func:`basis_evidence`.
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
    """An article as far as it is read: what every step here needs."""

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
        """What the model gives to each word."""
        return self.attributions.word_labels

    def with_relations(self, relations: Iterable[AttributionRelation]) -> Reading:
        """The same article with other relations."""
        return replace(self, attributions=replace(self.attributions, relations=tuple(relations)))

    def support(self, relation: AttributionRelation) -> float:
        """How far the model holds, in [0, 1], that something is attributed: the mean of two views of it.

        One is the relation's probability, the other that the content rests on a source or on hearsay.
        """
        bases = self.word_labels.probabilities("basis", relation.contents)
        return 1.0 if bases is None else (relation.probability + float(bases[ATTRIBUTED].sum())) / 2

    def is_no_claim(self, spans: Sequence[Span]) -> bool:
        """Whether the model finds it likely that the words put nothing forward.

        Never in a text of one sentence: that is a headline or a claim by itself, which the model takes for a heading.
        """
        if len(self.sentences) == 1:
            return False
        bases = self.word_labels.probabilities("basis", spans)
        return bases is not None and float(bases[NO_CLAIM]) > self.settings.no_claim

    def basis_probability(self, basis: Basis, spans: Sequence[Span], relation: float | None = None) -> float:
        """Probability in [0, 1] that a claim rests on what it was found to, by the model where one has read the words.

        ``relation`` is the probability of the attribution that it comes from, ``None`` in the article's own voice.
        """
        evidence = basis_evidence(self.word_labels, basis, spans, relation)
        if evidence is None:
            known = self.settings.precision.get(basis.value, 1.0)
            return known if relation is None else relation * known
        weights = self.settings.basis_odds
        parts = zip(("share", "relation", "attributed"), evidence, strict=True)
        return logistic(weights["start"] + sum(weights[name] * part for name, part in parts))

    def hedging(self, span: Span) -> float:
        """Probability in [0, 1] that the words hedge; 1 where no model has read them."""
        found = self.word_labels.probabilities("hedge", [span])
        return 1.0 if found is None else float(found[1])

    def sentence_numbers(self, spans: Sequence[Span]) -> tuple[int, ...]:
        """Indices of the sentences that the spans touch."""
        return tuple(sorted({i for span in spans for i in sentences_of(self.sentences, span)}))


def basis_evidence(
    word_labels: WordLabels, basis: Basis, spans: Sequence[Span], relation: float | None
) -> tuple[float, float, float] | None:
    """What speaks for a claim's basis: log-odds of its share among all, log-odds of its relation, whether it has one.

    ``None`` where no model has read the words. Log-odds are kept within ``MOST_ODDS`` either way.
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
    """Words that put something forward, with what they rest on: a claim, before it is seen beside the others."""

    spans: tuple[Span, ...]
    basis: Basis
    basis_probability: float
    chain: tuple[Link, ...] = ()
    polarity: Polarity = Polarity.POSITIVE
