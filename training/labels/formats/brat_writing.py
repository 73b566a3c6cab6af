"""Write a folder for brat: a ``.txt`` and an ``.ann`` for each article, ``annotation.conf``, ``articles.jsonl``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from scoring.writing.files import dumps, put, whole_text
from training.labels.formats.brat import SIDECAR
from training.labels.formats.catalogue import writes
from training.labels.formats.own import OPTIONAL
from training.labels.formats.regions import Region, drawing_of, held, numbered
from training.labels.formats.standoff import cut
from training.labels.formats.vocabulary import ATTRIBUTED, HEDGED, LABELS, REPORTED, RESOLVED, SAID, VALUES
from training.labels.schema import LabelledArticle

CONFIGURATION = "annotation.conf"
_ENDS = {
    ATTRIBUTED: "Arg1:Claim, Arg2:Cue|Source|Implied",
    SAID: "Arg1:Cue, Arg2:Source",
    REPORTED: "Arg1:Cue|Source|Implied, Arg2:Cue|Source|Implied",
    HEDGED: "Arg1:Claim, Arg2:Hedge",
}
_BEARERS = {
    "basis": "Claim", "group": "Claim", "strength": "Claim", "polarity": "Claim", "matter": "Claim",
    "type": "Source|Cue|Implied", "stance": "Cue|Source|Implied",
}  # fmt: skip


@writes("brat")
def write(articles: Sequence[LabelledArticle], path: Path) -> Counter[str]:
    """Write a folder; claims get new numbers, and line ends at the edge of a span are lost."""
    path.mkdir()
    lost: Counter[str] = Counter()
    put(path / CONFIGURATION, configuration())
    names: dict[str, None] = {}
    with whole_text(path / SIDECAR) as about:
        for article in articles:
            name = _name(article.id, names)
            extra = {key: value for key in OPTIONAL if (value := getattr(article, key)) is not None}
            about.write(dumps({"file": name, "id": article.id, **extra, "complete": sorted(article.complete)}) + "\n")
            put(path / f"{name}.txt", article.text)
            put(path / f"{name}.ann", (f"{line}\n" for line in _lines(article, lost)))
    return lost


def _name(id: str, names: dict[str, None]) -> str:
    """A plain file name that no other article of the folder has, not even with other capitals."""
    plain = re.sub(r"[^\w.-]+", "_", id).strip("._")[:100] or "article"
    name, number = plain, 1
    while name.casefold() in names:
        number += 1
        name = f"{plain}_{number}"
    names[name.casefold()] = None
    return name


def _lines(article: LabelledArticle, lost: Counter[str]) -> Iterator[str]:
    lost["names of claims"] += 0 if numbered(article.claims) else len(article.claims)
    drawing = drawing_of(article.claims)
    number = {region.id: f"T{place}" for place, region in enumerate(drawing.regions, start=1)}
    attributes = notes = 0
    for region in drawing.regions:
        parts = [part for span in region.spans for part in cut(span, article.text)]
        lost["line ends at the edge of a span"] += _edges(region, article.text)
        offsets = ";".join(f"{part.start} {part.end}" for part in parts)
        words = " ".join(part.of(article.text) for part in parts).replace("\t", " ")
        yield f"{number[region.id]}\t{region.label} {offsets}\t{words}"
        for key, value in held(region, lost).items():
            if key == RESOLVED:
                notes += 1
                yield f"#{notes}\tAnnotatorNotes {number[region.id]}\t{RESOLVED}: {' '.join(value.split())}"
            else:
                attributes += 1
                yield f"A{attributes}\t{key.capitalize()} {number[region.id]} {value}"
    for place, tie in enumerate(drawing.ties, start=1):
        yield f"R{place}\t{tie.kind.replace(' ', '_')} Arg1:{number[tie.start]} Arg2:{number[tie.end]}"


def _edges(region: Region, text: str) -> int:
    return sum(span.of(text).strip("\r\n") != span.of(text) for span in region.spans)


def configuration() -> str:
    """The text of ``annotation.conf``, which tells brat the labels."""
    values = [f"{key.capitalize()} Arg:{_BEARERS[key]}, Value:{'|'.join(words)}" for key, words in VALUES.items()]
    ties = [f"{kind.replace(' ', '_')} {ends}" for kind, ends in _ENDS.items()]
    overlap = "<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
    sections = {"entities": [*LABELS], "relations": [*ties, overlap], "events": [], "attributes": values}
    return "\n".join(line for name, lines in sections.items() for line in (f"[{name}]", *lines, ""))
