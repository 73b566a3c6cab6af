"""How sure a model was of cues, relations and bases, and whether each was right: what its probabilities are fitted to.

The definitions are those of the yardsticks. A cue is right if it shares a word with a labelled one; a relation, if
source and content each share half of their words with those of one labelled relation, and either both have a source or
neither; a basis, if its claim is paired with a labelled claim that has the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scoring.attribution.inference import Finder, ModelFinder
from scoring.engine import RULES, load_engine
from scoring.schema import Document
from scoring.text.sentences import split
from scoring.text.spans import jaccard
from training.evaluation.answers import answers, as_labelled
from training.evaluation.claim_counts import pairs_of
from training.evaluation.plain_sentences import plain
from training.evaluation.relation_counts import Parts, parts_of
from training.labels.corpora import Example
from training.labels.pairing import LEAST
from training.labels.schema import LabelledArticle

KINDS = ("cue", "relation")
"""What relations are read from; each has a line of calibration."""
BASIS = "basis"
"""The name of the line of calibration for the bases of claims."""
Stated = tuple[list[float], list[bool]]
"""Probabilities in [0, 1], and whether what each stands for was right."""


def stated_probabilities(finder: ModelFinder, examples: Iterable[Example]) -> dict[str, Stated]:
    """The probabilities that the model states for the cues and relations which it finds, by kind.

    Parameters
    ----------
    finder
        Its calibration is applied.
    examples
        Texts that are labelled for relations throughout.
    """
    stated: dict[str, Stated] = {kind: ([], []) for kind in KINDS}
    for example in examples:
        document = Document(example.id, example.text)
        reading = finder(document, split(document))
        words = plain(example.text)
        labelled = [parts_of(relation, words) for relation in example.relations]
        for relation in reading.relations:
            parts = parts_of(as_labelled(relation), words)
            no_cue = reading.word_labels.probabilities("cue", [relation.cue] if relation.cue else [])
            if no_cue is not None:
                stated["cue"][0].append(finder.calibrated("cue", float(1 - no_cue[0])))
                stated["cue"][1].append(_meets_a_cue(parts, labelled))
            stated["relation"][0].append(relation.probability)
            stated["relation"][1].append(any(_alike(parts, other) for other in labelled))
    return stated


def stated_bases(finder: Finder, articles: Sequence[LabelledArticle]) -> Stated:
    """The probabilities stated for the bases of the claims that are found; a claim that nobody labelled is wrong.

    Parameters
    ----------
    finder
        Its calibration is applied.
    articles
        All of their claims are labelled, with their bases.
    """
    stated: Stated = ([], [])
    engine = replace(load_engine(RULES), finder=finder)
    for article, answer in zip(articles, answers(articles, engine), strict=True):
        labelled = {j: article.claims[i].basis for i, j in pairs_of(article, answer)}
        stated[0].extend(answer.basis_probabilities)
        stated[1].extend(labelled.get(j) is claim.basis for j, claim in enumerate(answer.claims))
    return stated


def _meets_a_cue(relation: Parts, labelled: Sequence[Parts]) -> bool:
    cues = [other["cue"].words for other in labelled if "cue" in other]
    return "cue" in relation and any(relation["cue"].words & words for words in cues)


def _alike(relation: Parts, other: Parts) -> bool:
    roles = ("source", "content")
    if any((role in relation) != (role in other) for role in roles):
        return False
    return all(jaccard(relation[role].words, other[role].words) >= LEAST for role in roles if role in relation)
