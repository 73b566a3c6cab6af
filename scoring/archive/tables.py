"""A batch of rows → its rows of the four tables: the one function that every engine runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from scoring.archive.batches import Batch
from scoring.archive.columns import TABLES, arrow_schema
from scoring.archive.readers import Raw
from scoring.documents.article_rows import json_row
from scoring.documents.decoding import columns_of, decode, printable
from scoring.documents.files import from_row, read
from scoring.engine import Engine
from scoring.errors import InputError, attempt
from scoring.pipeline import rate_document
from scoring.report.build import to_dict
from scoring.schema import Document, Rating, Report, SourceType
from scoring.text.names import NAME
from scoring.writing.files import dumps

_ARTICLE = re.compile(r"^[Tt]he\s+")
Rows = dict[str, list[dict[str, Any]]]


def rate_batch(
    batch: Batch, engine: Engine, outlet: str | None = None, begun: Callable[[int], None] = lambda _: None
) -> Mapping[str, Any]:
    """Rate every row of a batch.

    Parameters
    ----------
    batch
        Rows as they stand in their files.
    engine
        What rates.
    outlet
        The outlet of articles that name none.
    begun
        Called with the number of each row, from 0, before it is rated.

    Returns
    -------
    mapping of str to pyarrow.Table
        By the names and with the schemas of :data:`scoring.archive.columns.TABLES`, in the order of the rows. A row
        that cannot be rated, whatever the error, is in ``rejects`` and nowhere else.
    """
    rated = []
    for number, raw in enumerate(batch.rows):
        begun(number)
        rated.append((raw, _rated_or_not(raw, engine, outlet)))
    try:
        return _tables([rows for _, rows in rated])
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return _tables([_fitting(raw, rows) for raw, rows in rated])


def _rated_or_not(raw: Raw, engine: Engine, outlet: str | None) -> Rows:
    rows = attempt(lambda: _rated(raw, engine, outlet), raw.key, "rated")
    return _reject(raw, str(rows)) if isinstance(rows, InputError) else rows


def _tables(found: Iterable[Rows]) -> dict[str, Any]:
    together: Rows = {name: [] for name in TABLES}
    for rows in found:
        for name, more in rows.items():
            together[name] += more
    return {name: pa.Table.from_pylist(rows, schema=arrow_schema(name)) for name, rows in together.items()}


def _fitting(raw: Raw, rows: Rows) -> Rows:
    """The rows of an article, or a reject where a value does not fit its column."""
    try:
        _tables([rows])
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        return _reject(raw, f"cannot be put into the tables ({error}); report it")
    return rows


def _rated(raw: Raw, engine: Engine, outlet: str | None) -> Rows:
    document = document_of(raw, outlet)
    if isinstance(document, InputError):
        raise document
    report = rate_document(document, engine)
    laid_out = to_dict(report, text=False)
    return {
        "articles": [_article(raw, report, laid_out)],
        "claims": [_claim(raw, r, c, report) for r, c in zip(report.ratings, laid_out["claims"], strict=True)],
        "sources": [
            s for r, c in zip(report.ratings, laid_out["claims"], strict=True) for s in _links(raw, r, c, report)
        ],
    }


def document_of(raw: Raw, outlet: str | None) -> Document | InputError:
    """The document of a row or file, or what is wrong with it."""
    if raw.fault:
        return InputError(raw.fault)
    if raw.data is None:
        documents = list(read(raw.file, outlet=outlet))
        return (
            documents[0] if len(documents) == 1 else InputError(f"holds {len(documents)} articles; give one, or .jsonl")
        )
    row, warnings = _decoded(raw.data) if isinstance(raw.data, dict) else _object(raw.data, raw.key)
    if "text" not in row:
        return InputError(f"no text; found {columns_of(row)}; give the article as text")
    return from_row(row, raw.key, f"{Path(raw.file).name}:{raw.row}", outlet, warnings)


def _object(line: bytes, where: str) -> tuple[dict[str, Any], list[str]]:
    read = json_row(line, where)
    if isinstance(read, InputError):
        raise read
    return read


def _decoded(cells: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Cells of a CSV, bytes that are no UTF-8 in the encoding that they are likely in, with warnings of it."""
    row, warnings = dict(cells), list[str]()
    for name, value in cells.items():
        if isinstance(value, str) and any("\udc80" <= char <= "\udcff" for char in value):
            row[name], encoding = decode(value.encode("utf-8", "surrogateescape"), "cell")
            warnings += encoding if name == "text" else []
    return row, warnings


def _reject(raw: Raw, reason: str) -> Rows:
    for where in (raw.key, printable(raw.file), printable(Path(raw.file).name)):
        reason = reason.removeprefix(f"{where}: ")
    row = {"key": raw.key, "file": printable(raw.file), "row": raw.row, "reason": _text(reason)}
    return {"rejects": [row]}


def _article(raw: Raw, report: Report, laid_out: Mapping[str, Any]) -> dict[str, Any]:
    article, prior, summary = laid_out["article"], laid_out["outlet_prior"], laid_out["summary"]
    counts = {
        name: summary[name]
        for name in (
            "claims",
            "sourced",
            "weakly_sourced",
            "unsourced",
            "mean_strength",
            "distinct_sources",
            "sourcing_score",
        )
    }
    extra = laid_out.get("extra")
    return {
        "key": raw.key, "id": report.document.id, "file": printable(raw.file), "row": raw.row,
        **_common(report), "outlet_name": article["outlet_name"], "outlet_known": prior["known"],
        "outlet_reliability": prior["reliability"], "outlet_mean": prior["mean"],
        "title": _text(article["title"]), "url": _text(article["url"]), "language": article["language"],
        "characters": article["characters"], "sha256": article["sha256"], **counts,
        "warnings": [_text(one) for one in laid_out["provenance"]["warnings"]],
        "extra": dumps(extra) if extra else None,
    }  # fmt: skip


def _common(report: Report) -> dict[str, Any]:
    published = report.document.published
    return {
        "outlet": _text(report.document.outlet),
        "published": date.fromisoformat(published) if published else None,
    }


def _claim(raw: Raw, rating: Rating, claim: Mapping[str, Any], report: Report) -> dict[str, Any]:
    strength, code, spans = claim["strength"], claim["admiralty"], claim["spans"]
    same = (
        "text",
        "spans",
        "sentences",
        "basis",
        "basis_probability",
        "polarity",
        "matter",
        "certainty",
        "hedges",
        "icd203",
        "confidence",
    )
    innermost = claim["chain"][-1] if claim["chain"] else None
    return {
        "key": raw.key, "claim": claim["id"], **_common(report), **{name: claim[name] for name in same},
        "span_start": spans[0]["start"], "span_end": spans[-1]["end"], "basis_group": claim["group"],
        "relayed": (claim["relayed"] or {}).get("link"),
        "probability": strength["probability"], "low": strength["interval"][0], "high": strength["interval"][1],
        "level": strength["level"], "code": code["code"], "source_reliability": code["source_reliability"],
        "outlet_reliability": code["outlet_reliability"], "credibility": code["information_credibility"],
        "origins": rating.evidence.origins, "links": len(claim["chain"]),
        "source": _name(rating, -1, innermost) if innermost else None,
        "source_type": innermost["type"] if innermost else None,
    }  # fmt: skip


def _links(raw: Raw, rating: Rating, claim: Mapping[str, Any], report: Report) -> list[dict[str, Any]]:
    chain = rating.claim.chain
    return [
        {
            "key": raw.key, "claim": claim["id"], **_common(report),
            "place": place, "innermost": place == len(chain) - 1,
            "name": _name(rating, place, link), "named": _is_named(rating, place, link),
            "text": link["source"] and link["source"]["text"],
            "cue": link["cue"] and link["cue"]["text"],
            **{name: link[name] for name in ("type", "stance", "form", "probability")},
            "prior_mean": (link["prior"] or {}).get("mean"), "prior_weight": (link["prior"] or {}).get("weight"),
            "reliability": (link["prior"] or {}).get("reliability"), "known": chain[place].known_name is not None,
        }
        for place, link in enumerate(claim["chain"])
    ]  # fmt: skip


def _name(rating: Rating, place: int, link: Mapping[str, Any]) -> str | None:
    """The name of a known source, what a pronoun was resolved to, or the article's words up to a comma."""
    known = rating.claim.chain[place].known_name
    words = link["source"] and " ".join(link["source"]["text"].split(",")[0].split())
    return _text(known or link["resolved"] or words)


def _is_named(rating: Rating, place: int, link: Mapping[str, Any]) -> bool:
    """Whether the name is of one source alone, so far as its form tells: "officials" there may be others than here."""
    of = rating.claim.chain[place]
    if link["resolved"] or of.known_name:
        return True
    name = NAME.search(_ARTICLE.sub("", _name(rating, place, link) or ""))
    if name is None or of.type in (SourceType.ANONYMOUS, SourceType.GENERIC, SourceType.AUTHOR):
        return False
    one_word = name.start() == 0 and " " not in name[0]  # "Police", which may only begin the sentence
    return not one_word or name[0].isupper() or of.type is SourceType.PERSON


def _text(words: str | None) -> str | None:
    """The text without halves of surrogate pairs, which Arrow cannot hold."""
    return words.encode("utf-8", "replace").decode("utf-8") if words else words
