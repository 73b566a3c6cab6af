"""doccano's JSON Lines: ``text``, ``entities`` with ``start_offset`` and ``end_offset``, ``relations``; or ``label``.

doccano's entities have no attributes, so a label may have one value after a colon: ``Claim:hearsay``,
``Source:person``, ``Cue:neutral``; a bare basis or group belongs to a claim. ``label`` holds ``[start, end, label]``
triples. In a row without relations, cues are tied to sources and claims by place. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scoring.documents.rows import JSON_LINES
from training.labels.formats.catalogue import Fault, Item, each_line, reads
from training.labels.formats.own import ATTRIBUTIONS, CLAIMS_KEY, DOCCANO, OPTIONAL, complete_of
from training.labels.formats.placing import by_points, sound
from training.labels.formats.regions import Drawing, Region, Tie
from training.labels.formats.tying import article_of, tied_by_place
from training.labels.formats.vocabulary import LABELS, compound
from training.labels.schema import LabelledArticle

ENTITIES = ("entities", "label", "labels")


def known(path: Path, head: str) -> bool:
    """Whether a ``.jsonl`` has entities or labels, and no claims or attributions."""
    other = CLAIMS_KEY.search(head) or ATTRIBUTIONS.search(head)
    return path.suffix.lower() in JSON_LINES and bool(DOCCANO.search(head)) and not other


@reads("doccano", known)
def read(path: Path) -> Iterator[Item]:
    """Read one article from each line."""
    yield from each_line(path, _row)


def _row(row: Any, where: str) -> Iterator[Item]:
    if not isinstance(row, dict):
        yield Fault(where, f"is {type(row).__name__}; give an object with text and entities")
        return
    text: Any = row.get("text")
    if wrong := sound(text):
        yield Fault(where, wrong)
        return
    meta = {**row, **(row["meta"] if isinstance(row.get("meta"), dict) else {})}
    extra: dict[str, Any] = {key: str(meta[key]) for key in OPTIONAL if meta.get(key) is not None}
    id = str(meta.get("article_id") or row.get("id") or where.rpartition("/")[2])
    faults: list[Fault] = []
    drawing = Drawing(tuple(_regions(row, text, where, faults)), tuple(_ties(row, where)))
    if "relations" not in row:
        drawing = tied_by_place(drawing, text)
    yield from article_of(LabelledArticle(id, text, (), where=where, **extra), drawing, complete_of(meta))
    yield from faults


def _regions(row: Mapping[str, Any], text: str, where: str, faults: list[Fault]) -> Iterator[Region]:
    given: list[Any] = next((row[key] for key in ENTITIES if isinstance(row.get(key), list)), [])
    place = by_points(text)
    for number, entity in enumerate(given, start=1):
        id, start, end, word = _entity(entity, number)
        named, span = compound(word), place(start, end)
        if named is None:
            message = f"the label {word[:40]!r} is not known; give {', '.join(LABELS)}, or Claim:hearsay and the like"
            faults.append(Fault(where, message))
        elif isinstance(span, str):
            faults.append(Fault(where, f"{word[:40]}: {span}"))
        else:
            yield Region(id, named[0], (span,), named[1], where)


def _entity(entity: Any, number: int) -> tuple[str, Any, Any, str]:
    """Id, start, end and label of an entity in either form."""
    if isinstance(entity, list) and len(entity) == 3:
        return f"{number}", entity[0], entity[1], str(entity[2])
    one = entity if isinstance(entity, dict) else {}
    return str(one.get("id", number)), one.get("start_offset"), one.get("end_offset"), str(one.get("label", ""))


def _ties(row: Mapping[str, Any], where: str) -> Iterator[Tie]:
    given = row.get("relations")
    for one in given if isinstance(given, list) else []:
        if isinstance(one, dict):
            yield Tie(str(one.get("type", "")), str(one.get("from_id")), str(one.get("to_id")), where)
