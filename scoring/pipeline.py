"""text → Document → Sentences → Attributions → Sources → Claims → Evidence → Rating → Report, in one straight line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from scoring.attribution.find import find_attributions
from scoring.claims.annotated import Reading
from scoring.claims.attributed import MOST_LINKS
from scoring.claims.find import find_claims
from scoring.claims.unclaimed import with_unclaimed
from scoring.documents.domains import registrable
from scoring.documents.files import from_text
from scoring.engine import Engine, load_engine
from scoring.evidence.rating import rate_claims, summarise
from scoring.priors.tables import UNKNOWN
from scoring.schema import Claim, Document, Prior, Report, Sentence
from scoring.sources.reader import read_sources
from scoring.text.sentences import LONGEST, cut_for_length, split


def rate_document(document: Document, engine: Engine) -> Report:
    """Rate every claim of a document."""
    document = _at_domain(document, engine)
    sentences = split(document)
    attributions = find_attributions(document, sentences, engine.finder)
    sources = read_sources(document, attributions, engine.priors)
    claims = find_claims(Reading(document, sentences, attributions, sources, engine.priors, engine.claims))
    outlet = engine.priors.outlet(document.outlet)
    ratings = rate_claims(claims, document.text, outlet, engine.score, engine.priors, sentences=sentences)
    summary = summarise(ratings, document.text, engine.score)
    provenance = replace(engine.provenance, warnings=warnings(document, sentences, outlet, claims))
    return Report(with_unclaimed(document, sentences, claims), sentences, outlet, ratings, summary, provenance)


def rate(
    text: str,
    *,
    outlet: str | None = None,
    title: str | None = None,
    url: str | None = None,
    published: str | None = None,
    model: str | None = None,
    priors: Path | None = None,
    config: Path | None = None,
    ledger: Path | None = None,
    as_of: date | None = None,
) -> Report:
    """Rate the claims of an article given as text.

    Parameters
    ----------
    text
        The article; paragraphs are lines.
    outlet
        Domain, address or exact name of the publisher; ``None`` if unknown, which widens the intervals.
    title, url, published
        Passed on to the report; ``published`` as an ISO date.
    model
        A model folder, ``"rules"`` for the baseline without weights, or ``None`` for the shipped model.
    priors, config
        Files used in place of the shipped rows of ``outlets.csv`` and the shipped ``score.toml``.
    ledger, as_of
        A ledger of outcomes that update the priors, and the day up to which outcomes count; today (UTC) if ``None``.

    Raises
    ------
    SourcegradeError
        The text is empty, or a file is missing or wrong; the message says which and how to mend it.
    """
    document = from_text(text, outlet=outlet, title=title, url=url, published=published)
    return rate_document(document, load_engine(model, priors, config, ledger, as_of))


def _at_domain(document: Document, engine: Engine) -> Document:
    """The document under its outlet's domain, where the outlet is given by a name that is exactly one outlet's."""
    domain = engine.priors.domain_of(document.outlet, document.url)
    if domain is None:
        return document
    read_as = f"outlet: {document.outlet} was read as {domain}"
    return replace(document, outlet=domain, warnings=(*document.warnings, read_as))


def warnings(
    document: Document, sentences: Sequence[Sentence], outlet: Prior, claims: Sequence[Claim]
) -> tuple[str, ...]:
    """What the reader of the rating must know: what was not read, and what is not known."""
    return (*document.warnings, *_of_outlet(document, outlet), *_of_bounds(document, sentences, claims))


def _of_outlet(document: Document, outlet: Prior) -> Iterator[str]:
    if document.outlet is None:
        yield "outlet: none given; a wide, neutral prior stands in for it (--outlet DOMAIN names it)"
    elif not registrable(document.outlet) and outlet == UNKNOWN:
        read_as = "is no domain and no known outlet's exact name; give a domain, such as example.org"
        yield f"outlet: {document.outlet} {read_as}"
    elif not outlet.known:
        yield f"outlet: {document.outlet} is not among the known outlets ({outlet.reference})"


def _of_bounds(document: Document, sentences: Sequence[Sentence], claims: Sequence[Claim]) -> Iterator[str]:
    """Say which sentences and chains were too long, and were therefore read in pieces or in part."""
    # a sentence that was cut leaves a piece of about LONGEST / 2 or more; without one, the document is not cut again
    cut = cut_for_length(document) if any(s.span.end - s.span.start >= LONGEST // 2 for s in sentences) else 0
    if cut:
        yield f"sentences: {cut} longer than {LONGEST:,} characters; read in pieces"
    deep = sum(len(claim.chain) >= MOST_LINKS for claim in claims)
    if deep:
        yield f"chains: {deep} with {MOST_LINKS} sources or more behind one another; the {MOST_LINKS} nearest count"
