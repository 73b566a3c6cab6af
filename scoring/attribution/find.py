"""Sentences → attributions: the one arrow from a text to who is said to have said what."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.attribution.claim_reading import ReadClaim
from scoring.attribution.continuation import carried_on, continued
from scoring.attribution.inference import Finder
from scoring.attribution.parallel import separated
from scoring.attribution.word_labels import NO_LABELS, WordLabels
from scoring.schema import AttributionRelation, Document, Sentence
from scoring.text.quotes import Mask, quoted


@dataclass(frozen=True, slots=True)
class Attributions:
    """What is attributed in a document.

    ``relations`` come in the order of the text, ``quoted`` marks the code points in quotation marks, ``word_labels``
    are the labels that the model gives to each word (none if the rules read the text), ``claims`` what it reads as
    claims (``None`` if it reads none, as the rules do).
    """

    relations: tuple[AttributionRelation, ...]
    quoted: Mask
    word_labels: WordLabels = NO_LABELS
    claims: tuple[ReadClaim, ...] | None = None


def find_attributions(
    document: Document, sentences: tuple[Sentence, ...], finder: Finder, least_carried: float
) -> Attributions:
    """Find who is said to have said what.

    The finder reads the sentences, and then the contents that it found again, for attributions inside them. Then
    quotations, blocks and lists that run over paragraphs are added, and sentences that continue the account of the
    source before them. If two people are said to have said the same, each is a source.

    Parameters
    ----------
    document
        An article.
    sentences
        Its sentences, in order.
    finder
        A model, or the rules.
    least_carried
        Probability in [0, 1] from which a sentence without a cue continues the source before it.
    """
    output = finder(document, sentences)
    relations = [*output.relations, *finder.inner(document, output)]
    mask = quoted(document.text)
    over_paragraphs = continued(document, relations, mask)
    whole = carried_on(over_paragraphs, sentences, output.word_labels, least_carried)
    return Attributions(separated(document.text, whole), mask, output.word_labels, output.claims)
