"""Labelled claims → claims with their evidence, as the labels read the article and not as the model does.

Weights fitted to these are weights of evidence alone: no error of reading enters.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoring.claims.hedging import UNLISTED
from scoring.claims.interest import matter
from scoring.evidence.origins import count_origins
from scoring.priors.tables import Priors
from scoring.schema import Claim, Form, Hedge, HedgeKind, Link, Polarity, SourceType, Span, Stance
from scoring.text.lexicons import find_hedges
from scoring.text.quotes import Mask, form, quoted
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink


def evidence(article: LabelledArticle, priors: Priors) -> Iterator[tuple[LabelledClaim, Claim, int]]:
    """Each claim whose basis is labelled, as labelled and as the pipeline has claims, and its independent origins.

    Parameters
    ----------
    article
        A link without a type counts as a person's word, one without a stance as neutral; what a claim speaks of is told
        by the words where it is not labelled.
    priors
        They give the sources their priors.
    """
    text, mask = article.text, quoted(article.text)
    labelled = [claim for claim in article.claims if claim.basis]
    claims = [_claim(f"c{number}", one, text, mask, priors) for number, one in enumerate(labelled, start=1)]
    yield from zip(labelled, claims, count_origins(claims, text), strict=True)


def _claim(id: str, labelled: LabelledClaim, text: str, mask: Mask, priors: Priors) -> Claim:
    assert labelled.basis is not None
    how = form(text, mask, labelled.spans)
    chain = tuple(_link(link, how, text, priors) for link in labelled.chain)
    told, telling = matter(chain, labelled.spans, text)
    about = labelled.matter or told
    denied = labelled.polarity is None and bool(chain) and chain[-1].stance is Stance.NEGATING
    return Claim(
        id, labelled.spans, (), labelled.basis, 1.0, chain, tuple(_hedge(text, hedge) for hedge in labelled.hedges),
        Polarity.NEGATIVE if denied else labelled.polarity or Polarity.POSITIVE,
        matter=about, matter_span=telling if about is told else None,
    )  # fmt: skip


def _link(labelled: LabelledLink, how: Form, text: str, priors: Priors) -> Link:
    kind = SourceType(labelled.type or SourceType.PERSON)
    prior = priors.of_source(kind, labelled.resolved, _words(labelled, text))
    stance = Stance(labelled.stance or Stance.NEUTRAL)
    return Link(labelled.source, kind, stance, how, labelled.cue, labelled.resolved, prior=prior)


def _words(link: LabelledLink, text: str) -> str:
    return link.source.of(text) if link.source else ""


def _hedge(text: str, span: Span) -> Hedge:
    listed = find_hedges(text, span.start, span.end)
    return Hedge(span, listed[0].kind, listed[0].certainty) if listed else Hedge(span, HedgeKind.EPISTEMIC, UNLISTED)
