"""Dossier → PROV-O as JSON-LD (W3C Recommendation, *PROV-O: The PROV Ontology*, 2013).

Articles, mentions of shared claims and origins are entities. A mention ``wasQuotedFrom`` the one whose words it copies,
``wasDerivedFrom`` the one that it cites or credits, and ``hadPrimarySource`` each of its origins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from scoring.dossier.schema import ClaimGroup, Dossier, Mention, OriginKind, Place, Via

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "hadPrimarySource": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "wasQuotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "generatedAtTime": {"@id": "prov:generatedAtTime"},
    "value": "prov:value",
    "title": "dcterms:title",
    "isPartOf": {"@id": "dcterms:isPartOf", "@type": "@id"},
}
_RELATIONS = {Via.COPIED: "wasQuotedFrom", Via.CITED: "wasDerivedFrom", Via.CREDITED: "wasDerivedFrom"}


def to_prov(dossier: Dossier) -> dict[str, Any]:
    """The dossier as a JSON-LD document; ids are URNs made of places and hashes, since words may hold anything."""
    graph = [*_articles(dossier), *(node for id, group in dossier.numbered for node in _group(id, group, dossier))]
    return {"@context": CONTEXT, "@graph": graph}


def _articles(dossier: Dossier) -> Iterator[dict[str, Any]]:
    quoted: dict[int, list[str]] = {}
    for copy in dossier.copies:
        quoted.setdefault(copy.copy, []).append(_article_id(copy.original, dossier))
    outlets = dict.fromkeys(report.document.outlet for report in dossier.reports if report.document.outlet)
    for outlet in outlets:
        yield {"@id": _outlet_id(outlet), "@type": "prov:Organization", "title": outlet}
    for number, report in enumerate(dossier.reports):
        document = report.document
        node: dict[str, Any] = {"@id": _article_id(number, dossier), "@type": "prov:Entity"}
        if document.title:
            node["title"] = document.title
        if document.outlet:
            node["wasAttributedTo"] = _outlet_id(document.outlet)
        if document.published:
            node["generatedAtTime"] = _moment(document.published, document.time)
        if number in quoted:
            node["wasQuotedFrom"] = quoted[number]
        yield node


def _moment(day: str, time: str | None) -> dict[str, str]:
    if time:
        return {"@type": "xsd:dateTime", "@value": f"{day}T{time}"}
    return {"@type": "xsd:date", "@value": day}


def _group(id: str, group: ClaimGroup, dossier: Dossier) -> Iterator[dict[str, Any]]:
    for number, origin in enumerate(group.origins):
        kind = "prov:Organization" if origin.kind is OriginKind.OUTLET else "prov:Entity"
        yield {"@id": _origin_id(id, number), "@type": kind, "title": origin.name}
    for mention in group.mentions:
        yield _mention(mention, id, group, dossier)


def _mention(mention: Mention, id: str, group: ClaimGroup, dossier: Dossier) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": _mention_id(mention.place, dossier),
        "@type": "prov:Entity",
        "value": dossier.text_as_given(mention.place),
        "isPartOf": _article_id(mention.place.article, dossier),
    }
    for one in group.inherited:
        if one.heir == mention.place:
            node.setdefault(_RELATIONS[one.via], []).append(_mention_id(one.of, dossier))
    if mention.origins:
        node["hadPrimarySource"] = [_origin_id(id, number) for number in mention.origins]
    return node


def _article_id(number: int, dossier: Dossier) -> str:
    """A URN of its place and its text's hash."""
    document = dossier.reports[number].document
    digest = hashlib.sha256(document.as_given.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"urn:sourcegrade:article:{number}:{digest}"


def _mention_id(place: Place, dossier: Dossier) -> str:
    return f"{_article_id(place.article, dossier)}:{dossier.claim(place).id}"


def _origin_id(group: str, number: int) -> str:
    return f"urn:sourcegrade:origin:{group}:{number}"


def _outlet_id(outlet: str) -> str:
    return f"urn:sourcegrade:outlet:{hashlib.sha256(outlet.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
