"""Report → the dictionary that ``templates/rating.schema.json`` describes.

Probabilities, priors' figures and scores are rounded to ``DIGITS``. Log-odds are not, so that they still sum exactly.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from scoring.probability import beta_interval
from scoring.report.relays import called, relay_place
from scoring.schema import (
    SCHEMA,
    Change,
    Claim,
    Detail,
    Document,
    Factor,
    Hedge,
    Link,
    Prior,
    Rating,
    Report,
    Skipped,
    Span,
    Strength,
    Summary,
)

DIGITS = 4
"""Digits after the point; the interval of the best known claim is wider than 10⁻²."""


def to_dict(report: Report, *, text: bool = True) -> dict[str, Any]:
    """Lay out a report as published.

    Parameters
    ----------
    report
        A rated article.
    text
        Whether ``article.text`` and the words of skipped parts are given; without it the keys are left out. The words
        of the claims stay.

    Returns
    -------
    dict
        Of strings, numbers, booleans, ``None``, lists and dictionaries only. What is not known is ``None``.
        ``extra`` is there when the input row had columns of its own.
    """
    whole = report.document.as_given
    laid_out = {
        "schema": SCHEMA,
        "id": report.document.id,
        "article": _article(report.document, report.outlet_prior, text),
        "outlet_prior": _outlet_prior(report.outlet_prior),
        "claims": [_claim(rating, whole) for rating in report.ratings],
        "skipped": [_skipped(part, whole, text) for part in report.document.skipped],
        "summary": _summary(report.summary),
        "provenance": asdict(report.provenance) | {"warnings": list(report.provenance.warnings)},
    }
    extra = {str(key): _plain(value) for key, value in report.document.extra.items()}
    return laid_out | ({"extra": extra} if extra else {})


def _article(document: Document, prior: Prior, text: bool) -> dict[str, Any]:
    return {
        "title": document.title,
        "outlet": document.outlet,
        "outlet_name": prior.name if prior.known else None,
        "url": document.url,
        "published": document.published,
        "language": document.language,
        "characters": len(document.text),
        "sha256": hashlib.sha256(document.as_given.encode("utf-8", "surrogatepass")).hexdigest(),
    } | ({"text": document.as_given} if text else {})


def _skipped(part: Skipped, whole: str, text: bool) -> dict[str, Any]:
    words = {"text": part.span.of(whole)} if text else {}
    return {"start": part.span.start, "end": part.span.end, **words, "reason": part.reason}


def _outlet_prior(prior: Prior) -> dict[str, Any]:
    return {
        "mean": _round(prior.mean),
        "weight": _round(prior.weight),
        "interval": _rounded(beta_interval(prior.mean, prior.weight)),
        "reliability": prior.reliability,
        "reference": prior.reference,
        "known": prior.known,
    }


def _claim(rating: Rating, text: str) -> dict[str, Any]:
    claim, strength = rating.claim, rating.strength
    return {
        "id": claim.id,
        "spans": [_span(span) for span in claim.spans],
        "text": claim.text(text),
        "sentences": list(claim.sentences),
        "basis": claim.basis.value,
        "group": claim.group.value,
        "relayed": _relayed(claim, text),
        "basis_probability": _round(claim.basis_probability),
        "chain": [_link(link, text) for link in claim.chain],
        "hedges": [_hedge(hedge, text) for hedge in claim.hedges],
        "links": [_words_of(link.span, text) | {"url": link.url} for link in claim.links],
        "polarity": claim.polarity.value,
        "matter": claim.matter.value,
        "certainty": _round(claim.certainty),
        "strength": _strength(strength),
        "admiralty": {
            "source_reliability": rating.evidence.source_reliability,
            "outlet_reliability": rating.evidence.outlet_reliability,
            "information_credibility": strength.credibility,
            "code": strength.code,
        },
        "icd203": strength.icd203,
        "confidence": strength.confidence,
        "factors": [_factor(factor) for factor in rating.evidence.factors],
        "would_raise": _changes(rating.would_raise),
        "would_lower": _changes(rating.would_lower),
    }


def _relayed(claim: Claim, text: str) -> dict[str, Any] | None:
    """The link that decides the group by its place in the chain, with its type and the words that outputs call it."""
    place, link = relay_place(claim), claim.relayed
    return {"link": place, "type": link.type.value, "words": called(link, text)} if link else None


def _strength(strength: Strength) -> dict[str, Any]:
    return {
        "probability": _round(strength.probability),
        "interval": _rounded(strength.interval),
        "level": strength.level,
    }


def _link(link: Link, text: str) -> dict[str, Any]:
    return {
        "source": _words(link.source, text),
        "resolved": link.resolved,
        "name": _detail(link.profile.name),
        "title": _detail(link.profile.title),
        "standing": _detail(link.profile.standing),
        "type": link.type.value,
        "cue": _words(link.cue, text),
        "stance": link.stance.value,
        "form": link.form.value,
        "probability": _round(link.probability),
        "prior": _source_prior(link.prior) if link.prior else None,
    }


def _detail(detail: Detail | None) -> dict[str, Any] | None:
    return _span(detail.span) | {"text": detail.text} if detail else None


def _source_prior(prior: Prior) -> dict[str, Any]:
    return {
        "mean": _round(prior.mean),
        "weight": _round(prior.weight),
        "reliability": prior.reliability,
        "reference": prior.reference,
    }


def _hedge(hedge: Hedge, text: str) -> dict[str, Any]:
    return _words_of(hedge.span, text) | {"kind": hedge.kind.value, "certainty": _round(hedge.certainty)}


def _factor(factor: Factor) -> dict[str, Any]:
    span = _span(factor.span) if factor.span else None
    return {"name": factor.kind.value, "value": factor.value, "log_odds": factor.log_odds, "span": span}


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [{"change": change.change, "probability": _round(change.probability)} for change in changes]


def _summary(summary: Summary) -> dict[str, Any]:
    mean, score = summary.mean_strength, summary.sourcing_score
    return asdict(summary) | {
        "mean_strength": None if mean is None else _round(mean),
        "sourcing_score": None if score is None else _round(score),
        "sourcing_factors": [_factor(factor) for factor in summary.sourcing_factors],
        "sourcing_interval": summary.sourcing_interval and _rounded(summary.sourcing_interval),
    }


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _words(span: Span | None, text: str) -> dict[str, Any] | None:
    return _words_of(span, text) if span else None


def _words_of(span: Span, text: str) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.of(text)}


def _round(value: float) -> float:
    return round(float(value), DIGITS)


def _rounded(values: tuple[float, float]) -> list[float]:
    return [_round(value) for value in values]


def _plain(value: Any) -> Any:
    """The value of an input row in a form that JSON can hold: NaN, dates and numpy types are converted."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
