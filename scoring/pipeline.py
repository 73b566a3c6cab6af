"""text → Document → Sentences → Attributions → Claims → Evidence → Rating → Report, in one straight line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from scoring import resources, settings
from scoring._version import __version__
from scoring.attribution.find import find_attributions
from scoring.attribution.inference import Finder, RulesFinder, load_finder_folder, model_files
from scoring.claims.annotated import ClaimSettings, Reading
from scoring.claims.attributed import MOST_LINKS
from scoring.claims.find import find_claims
from scoring.documents.domains import registrable
from scoring.documents.files import from_text
from scoring.errors import UsageError
from scoring.evidence.rating import rate_claims, summarise
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import Priors, load_priors, priors_paths
from scoring.schema import Claim, Document, Prior, Provenance, Report, Sentence
from scoring.sources.reader import read_sources
from scoring.text.sentences import LONGEST, cut_for_length, split
from scoring.timing import timed

RULES = "rules"


@dataclass(frozen=True, slots=True)
class Engine:
    """All that rating an article needs, loaded once."""

    finder: Finder
    priors: Priors
    score: ScoreSettings
    claims: ClaimSettings
    provenance: Provenance


def rate_document(document: Document, engine: Engine) -> Report:
    """Rate every claim of a document."""
    sentences = split(document)
    attributions = find_attributions(document, sentences, engine.finder, engine.claims.carried_on)
    sources = read_sources(document, attributions, engine.priors)
    claims = find_claims(Reading(document, sentences, attributions, sources, engine.priors, engine.claims))
    outlet = engine.priors.outlet(document.outlet)
    ratings = rate_claims(claims, document.text, outlet, engine.score, engine.priors)
    summary = summarise(ratings, document.text, engine.score)
    provenance = replace(engine.provenance, warnings=warnings(document, sentences, outlet, claims))
    return Report(document, sentences, outlet, ratings, summary, provenance)


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
        Domain or address of the publisher; ``None`` if unknown, which widens the intervals.
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


def load_engine(
    model: str | None = None,
    priors: Path | None = None,
    config: Path | None = None,
    ledger: Path | None = None,
    as_of: date | None = None,
) -> Engine:
    """Load model, priors and settings; ``None`` stands for the shipped ones.

    A ledger is read again at each call, since it grows.

    Raises
    ------
    UsageError
        A folder or file is missing or wrong, or a day is given without a ledger.
    """
    if ledger is None and as_of is not None:
        raise UsageError(f"--as-of {as_of}: needs a ledger to look back in; give --ledger FILE, too")
    engine = _loaded(model, priors, config)
    if ledger is None:
        return engine
    from scoring.priors.updating import remembered

    with timed(f"ledger {ledger}"):
        known, digest = remembered(engine.priors, ledger, as_of)
    tables = engine.provenance.priors_sha256
    sha = hashlib.sha256(f"{tables}{digest}".encode()).hexdigest() if digest else tables
    return replace(engine, priors=known, provenance=replace(engine.provenance, priors_sha256=sha))


@lru_cache(maxsize=4)
def _loaded(model: str | None, priors: Path | None, config: Path | None) -> Engine:
    score = config or resources.config("score.toml")
    tables = (*priors_paths(), priors) if priors else priors_paths()
    with timed(f"model {model or resources.model()}"):
        finder = load_finder(model)
    with timed(f"settings {score}"):
        weighed = settings.load(score, ScoreSettings)
    with timed(f"priors {', '.join(map(str, tables))}"):
        known = load_priors(priors)
    weights = None if model == RULES else resources.sha256(*model_files(_folder(model)))
    provenance = Provenance(
        version=__version__,
        model=finder.name,
        model_sha256=weights,
        priors_sha256=resources.sha256(*tables),
        config_sha256=resources.sha256(score, resources.config("claims.toml")),
    )
    return Engine(finder, known, weighed, settings.load(resources.config("claims.toml"), ClaimSettings), provenance)


def load_finder(model: str | None) -> Finder:
    """The finder of a model folder, of ``"rules"``, or of the shipped model (``None``)."""
    if model == RULES:
        return RulesFinder()
    return load_finder_folder(_folder(model))


def _folder(model: str | None) -> Path:
    return Path(model) if model else resources.model()


def warnings(
    document: Document, sentences: Sequence[Sentence], outlet: Prior, claims: Sequence[Claim]
) -> tuple[str, ...]:
    """What the reader of the rating must know: what was not read, and what is not known."""
    return (*document.warnings, *_of_outlet(document, outlet), *_of_bounds(document, sentences, claims))


def _of_outlet(document: Document, outlet: Prior) -> Iterator[str]:
    if document.outlet is None:
        yield "outlet: none given; a wide, neutral prior stands in for it (--outlet DOMAIN names it)"
    elif not registrable(document.outlet):
        yield f"outlet: {document.outlet} is no domain; give one, such as example.org"
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
