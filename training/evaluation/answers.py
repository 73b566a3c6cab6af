"""What a model answers to labelled articles, in the form that they are labelled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from scoring.attribution.inference import Finder, FinderOutput
from scoring.documents.files import from_text
from scoring.engine import Engine
from scoring.pipeline import rate_document
from scoring.report.build import DIGITS
from scoring.schema import AttributionRelation, Claim, Document, Rating, Sentence, Span
from scoring.text.sentences import split
from training.labels.corpora import CLAIMS, Relation, Spans
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims and relations found in a text, and how sure of them the model is.

    ``basis_probabilities`` are those stated for the bases of the claims, ``relation_probabilities`` those stated for
    the relations, in [0, 1].
    """

    claims: tuple[LabelledClaim, ...] = ()
    basis_probabilities: tuple[float, ...] = ()
    relations: tuple[Relation, ...] = ()
    relation_probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Remembering:
    """A finder that remembers what it gave, so that no text is read twice."""

    finder: Finder
    name: str
    readings: list[FinderOutput] = field(default_factory=list)

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> FinderOutput:
        self.readings.append(self.finder(document, sentences))
        return self.readings[-1]


def answers(
    articles: Sequence[LabelledArticle], engine: Engine, done: Callable[[], None] = lambda: None
) -> Iterator[Answer]:
    """What the engine finds in each article, the outlet unknown, as the articles are labelled.

    An article that is labelled for relations alone is not rated, which is quicker, and all of its text is read: no
    heading or advertisement is left out.

    Parameters
    ----------
    articles
        With their labels.
    engine
        Whose model, priors and settings rate.
    done
        Called after each article.

    Raises
    ------
    InputError
        A text is empty.
    """
    for article in articles:
        yield _rated(article, engine) if _needs_rating(article) else _read(article, engine.finder)
        done()


def _needs_rating(article: LabelledArticle) -> bool:
    return CLAIMS in article.complete or any(claim.group or claim.basis for claim in article.claims)


def _read(article: LabelledArticle, finder: Finder) -> Answer:
    document = Document(article.id, article.text)
    return _with_relations(Answer(), finder(document, split(document)))


def _rated(article: LabelledArticle, engine: Engine) -> Answer:
    finder = _Remembering(engine.finder, engine.finder.name)
    document = from_text(article.text, id=article.id, same_length=True)
    report = rate_document(document, replace(engine, finder=finder))
    probabilities = tuple(rating.claim.basis_probability for rating in report.ratings)
    return _with_relations(Answer(tuple(map(_claim, report.ratings)), probabilities), finder.readings[0])


def _with_relations(answer: Answer, reading: FinderOutput) -> Answer:
    relations = tuple(map(as_labelled, reading.relations))
    probabilities = tuple(relation.probability for relation in reading.relations)
    return replace(answer, relations=relations, relation_probabilities=probabilities)


def as_labelled(relation: AttributionRelation) -> Relation:
    """A relation that a finder gave, in the form that relations are labelled in."""
    return Relation(_ends([relation.source]), _ends([relation.cue]), _ends(relation.contents))


def _ends(spans: Iterable[Span | None]) -> Spans:
    return tuple((span.start, span.end) for span in spans if span)


def _claim(rating: Rating) -> LabelledClaim:
    claim = rating.claim
    return LabelledClaim(
        claim.id,
        claim.spans,
        claim.basis,
        claim.basis.group,
        tuple(_links(claim)),
        tuple(hedge.span for hedge in claim.hedges),
        round(rating.strength.probability, DIGITS),
    )


def _links(claim: Claim) -> Iterator[LabelledLink]:
    for link in claim.chain:
        yield LabelledLink(link.source, link.cue, link.type.value, link.stance.value, link.resolved)
