"""Sentences → attributions: the one arrow from a text to who is said to have said what."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.attribution.claim_reading import ReadClaim
from scoring.attribution.continuation import continued
from scoring.attribution.inference import Finder
from scoring.attribution.parallel import pointing_apart, separated
from scoring.attribution.word_labels import NO_LABELS, WordLabels
from scoring.schema import AttributionRelation, Document, Sentence
from scoring.text.quotes import Mask, quoted


@dataclass(frozen=True, slots=True)
class Attributions:
    """What is attributed in a document.

    ``relations`` come in the order of the text, ``quoted`` marks the code points in quotation marks, ``word_labels``
    are the labels that the model gives to each word, ``claims`` what it reads as claims. The rules give no labels, and
    ``None`` for claims, which are then made of the relations.
    """

    relations: tuple[AttributionRelation, ...]
    quoted: Mask
    word_labels: WordLabels = NO_LABELS
    claims: tuple[ReadClaim, ...] | None = None


def find_attributions(document: Document, sentences: tuple[Sentence, ...], finder: Finder) -> Attributions:
    """Find who is said to have said what.

    The finder reads the sentences. Then quotations, blocks and lists that run over paragraphs are added. If two people
    are said to have said the same, each is a source.

    Parameters
    ----------
    document
        An article.
    sentences
        Its sentences, in order.
    finder
        A model, or the rules.
    """
    output = finder(document, sentences)
    mask = quoted(document.text)
    relations = separated(document.text, continued(document, output.relations, mask))
    claims = None if output.claims is None else pointing_apart(document.text, output.claims)
    return Attributions(relations, mask, output.word_labels, claims)
