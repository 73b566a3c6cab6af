"""Dossier → the dictionary that ``report/templates/dossier.schema.json`` describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoring._version import __version__
from scoring.dossier.schema import SCHEMA, ClaimGroup, Dossier, Mention, Origin, Place, Step
from scoring.report.build import DIGITS


def to_dict(dossier: Dossier) -> dict[str, Any]:
    """Lay out a dossier as published: strings, numbers, booleans, ``None``, lists and dictionaries only.

    Articles are named by their place in ``articles``, claims by their ids; texts are left out, but for the words of the
    claims that are shared.
    """
    return {
        "schema": SCHEMA,
        "articles": [_article(i, dossier) for i in range(len(dossier.reports))],
        "groups": [_group(id, group, dossier) for id, group in dossier.numbered],
        "copies": [
            {
                "copy": copy.copy,
                "original": copy.original,
                "share": copy.share,
                "decided_by": copy.decided_by,
                "credit": copy.credit,
            }
            for copy in dossier.copies
        ],
        "outlets": [
            {
                "outlet": one.outlet,
                "name": one.name,
                "articles": one.articles,
                "claims": one.claims,
                "own": one.own,
                "copied": one.copied,
                "share": None if one.share is None else round(one.share, DIGITS),
            }
            for one in dossier.outlets
        ],
        "version": __version__,
        "warnings": list(dossier.warnings),
    }


def _article(number: int, dossier: Dossier) -> dict[str, Any]:
    document = dossier.reports[number].document
    return {
        "article": number,
        "id": document.id,
        "outlet": document.outlet,
        "title": document.title,
        "url": document.url,
        "published": document.published,
        "time": document.time,
        "claims": len({rating.claim.id for rating in dossier.reports[number].ratings}),
        "warnings": list(dossier.reports[number].provenance.warnings),
    }


def _group(id: str, group: ClaimGroup, dossier: Dossier) -> dict[str, Any]:
    strength = group.corroborated.strength
    return {
        "id": id,
        "text": dossier.text_as_given(group.lead),
        "lead": _place(group.lead, dossier),
        "mentions": [_mention(mention, dossier) for mention in group.mentions],
        "origins": [_origin(number, origin) for number, origin in enumerate(group.origins)],
        "independent_origins": {
            "agree": list(group.supporting),
            "contradict": list(group.opposing),
            "other_number": list(group.differing),
        },
        "inherited": [
            {"heir": _place(one.heir, dossier), "of": _place(one.of, dossier), "via": one.via.value}
            for one in group.inherited
        ],
        "circles": [
            {"outlets": list(circle.outlets), "mentions": [_place(place, dossier) for place in circle.places]}
            for circle in group.circles
        ],
        "hardening": [_step(step, dossier) for step in group.steps],
        "strength": {
            "probability": strength.probability,
            "interval": list(strength.interval),
            "level": strength.level,
            "icd203": strength.icd203,
            "confidence": strength.confidence,
            "code": strength.code,
            "information_credibility": strength.credibility,
            "of": _place(group.corroborated.best, dossier),
        },
        "factors": [{"name": n, "value": v, "log_odds": x} for n, v, x in group.corroborated.factors],
        "would_settle": [{"change": what, "probability": p} for what, p in group.corroborated.would_settle],
    }


def _mention(mention: Mention, dossier: Dossier) -> dict[str, Any]:
    claim, document = dossier.claim(mention.place), dossier.document(mention.place)
    return _place(mention.place, dossier) | {
        "text": dossier.text_as_given(mention.place),
        "spans": [{"start": span.start, "end": span.end} for span in claim.spans],
        "relation": mention.relation.value,
        "basis": claim.basis.value,
        "sources": [link.name(document.text) for link in claim.chain],
        "origins": list(mention.origins),
        "probability": dossier.rating(mention.place).strength.probability,
    }


def _origin(number: int, origin: Origin) -> dict[str, Any]:
    return {"origin": number, "name": origin.name, "kind": origin.kind.value, "outlet": origin.outlet}


def _step(step: Step, dossier: Dossier) -> dict[str, Any]:
    return {
        "earlier": _place(step.earlier, dossier),
        "later": _place(step.later, dossier),
        "words_before": list(step.words_before),
        "words_after": list(step.words_after),
        "certainty_before": round(step.certainty_before, DIGITS),
        "certainty_after": round(step.certainty_after, DIGITS),
    }


def _place(place: Place, dossier: Dossier) -> dict[str, Any]:
    return {"article": place.article, "claim": dossier.claim(place).id}


def names(numbers: Sequence[int], group: ClaimGroup) -> list[str]:
    """Names of a group's origins by their numbers."""
    return [group.origins[number].name for number in numbers]
