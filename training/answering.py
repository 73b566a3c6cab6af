"""What a model answers to labelled articles, in the form that they are labelled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from scoring.attribution.inference import Finder, Found
from scoring.documents import from_text
from scoring.pipeline import Engine, rate_document
from scoring.report.build import DIGITS
from scoring.schema import AttributionRelation, Claim, Document, Rating, Sentence, Span
from scoring.sentences import split
from training.examples import CLAIMS, Relation
from training.labelled import LabelledArticle, LabelledClaim, LabelledLink


@dataclass(frozen=True, slots=True)
class Answer:
    """Claims and relations found in a text; ``certain`` in [0, 1] is how sure each claim's basis is said to be."""

    claims: tuple[LabelledClaim, ...] = ()
    certain: tuple[float, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Overheard:
    """A finder whose findings are kept, so that no text is read twice."""

    finder: Finder
    name: str
    heard: list[Found] = field(default_factory=list)

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> Found:
        self.heard.append(self.finder(document, sentences))
        return self.heard[-1]

    def inner(self, document: Document, found: Found) -> tuple[AttributionRelation, ...]:
        return self.finder.inner(document, found)


def answers(
    articles: Sequence[LabelledArticle], engine: Engine, done: Callable[[], None] = lambda: None
) -> Iterator[Answer]:
    """What the engine finds in each article, the outlet unknown, as the articles are labelled.

    An article that is labelled for relations alone is not rated, which is quicker, and all of its text is read: no
    heading or advertisement is left out.

    Parameters
    ----------
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
    return Answer(relations=_relations(finder(document, split(document))))


def _rated(article: LabelledArticle, engine: Engine) -> Answer:
    finder = _Overheard(engine.finder, engine.finder.name)
    document = from_text(article.text.replace("\r\n", " \n"), id=article.id)
    if len(document.text) != len(article.text):  # cleaning shifted what follows
        document = Document(article.id, article.text)
    report = rate_document(document, replace(engine, finder=finder))
    certain = tuple(rating.claim.basis_probability for rating in report.ratings)
    return Answer(tuple(map(_claim, report.ratings)), certain, _relations(finder.heard[0]))


def _relations(found: Found) -> tuple[Relation, ...]:
    return tuple(
        Relation(*map(_pairs, (filter(None, [r.source]), filter(None, [r.cue]), r.contents))) for r in found.relations
    )


def _pairs(spans: Sequence[Span] | Iterator[Span]) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in spans)


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
