"""PolNeAR as JSON Lines, with an annotated copy on each line; PolNeAR's original folders are read as brat's.

``{"id", "annotator", "publisher", "text", "attributions": [{"source": [[start, end], ...], "cue": ..., "content":
...}]}``, each role in fragments or empty. Offsets are code points. PolNeAR labels no bases and hedges (Newell,
Margolin & Ruths, LREC 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scoring.documents.rows import JSON_LINES
from scoring.schema import Span
from training.labels.corpora import RELATIONS
from training.labels.formats.catalogue import Fault, Item, each_line, reads
from training.labels.formats.own import ATTRIBUTIONS, CLAIMS_KEY
from training.labels.formats.placing import by_points, sound
from training.labels.formats.regions import Drawing, Region, Tie
from training.labels.formats.tying import article_of
from training.labels.formats.vocabulary import ATTRIBUTED, CLAIM, CUE, SAID, SOURCE
from training.labels.schema import LabelledArticle

ROLES = {"source": SOURCE, "cue": CUE, "content": CLAIM}


def known(path: Path, head: str) -> bool:
    """Whether a ``.jsonl`` has attributions and no claims."""
    has = bool(ATTRIBUTIONS.search(head)) and not CLAIMS_KEY.search(head)
    return path.suffix.lower() in JSON_LINES and has


@reads("polnear", known)
def read(path: Path) -> Iterator[Item]:
    """Read one article from each line."""
    yield from each_line(path, _row)


def _row(row: Any, where: str) -> Iterator[Item]:
    given = row.get("attributions") if isinstance(row, dict) else None
    if not isinstance(given, list):
        yield Fault(where, "attributions is missing; give a list of objects with source, cue and content")
        return
    text: Any = row.get("text")
    if wrong := sound(text):
        yield Fault(where, wrong)
        return
    faults: list[Fault] = []
    regions: dict[str, Region] = {}
    ties: list[Tie] = []
    for number, one in enumerate(given, start=1):
        for role, label in ROLES.items():
            spans = _spans(one, role, text, where, faults) if isinstance(one, Mapping) else ()
            if spans:
                regions[f"{role}{number}"] = Region(f"{role}{number}", label, spans, where=where)
        head = f"cue{number}" if f"cue{number}" in regions else f"source{number}"
        ties += [Tie(ATTRIBUTED, f"content{number}", head), Tie(SAID, f"cue{number}", f"source{number}")]
    about = {"annotator": row.get("annotator"), "outlet": row.get("publisher")}
    drawn = Drawing(tuple(regions.values()), tuple(tie for tie in ties if {tie.start, tie.end} <= regions.keys()))
    id = str(row.get("id") or where.rpartition("/")[2])
    extra: dict[str, Any] = {key: str(value) for key, value in about.items() if value is not None}
    yield from article_of(LabelledArticle(id, text, (), where=where, **extra), drawn, frozenset({RELATIONS}))
    yield from faults


def _spans(one: Mapping[str, Any], role: str, text: str, where: str, faults: list[Fault]) -> tuple[Span, ...]:
    given = one.get(role) or []
    spans = []
    for pair in given if isinstance(given, list) else [given]:
        span = by_points(text)(*pair) if isinstance(pair, list) and len(pair) == 2 else f"{str(pair)[:40]!r} is no pair"
        if isinstance(span, str):
            faults.append(Fault(where, f"{role}: {span}"))
        else:
            spans.append(span)
    return tuple(sorted(spans))
