"""Labelled examples: readers for the corpora that the shipped model is trained and measured on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

Spans = tuple[tuple[int, int], ...]
"""Half-open code-point spans."""
RELATIONS, CLAIMS, SENTENCES, SEGMENTS = "relations", "claims", "sentences", "segments"
"""Kinds of labels that an example can have throughout: a word without such a label is then none of it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One attribution relation as labelled; each role may have several fragments, and source or cue may be missing."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True)
class ClaimMark:
    """A claim as labelled, for the claim head.

    ``answers`` gives the number of the answer to each question of ``CLAIM_HEADS`` that is labelled; ``links`` holds
    source and cue of the chain, the innermost first, ``None`` where nothing is known of a link.
    """

    spans: Spans
    answers: Mapping[str, int]
    links: tuple[tuple[Spans, Spans] | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The value of one of the model's heads for a span: the number of a class, or a factuality from −3 to +3.

    The model has no head ``share``: this mark says what a claim within the span rests on, by its index in ``SHARES``.
    """

    head: str
    start: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its attribution relations, and marks for the other heads.

    ``complete`` names what is labelled throughout the text, ``RELATIONS`` (source, cue, content), ``CLAIMS`` (basis and
    hedge) or ``SEGMENTS`` (where claims begin and end): there, a word without such a label is none of these. In other
    texts nothing is known of such a word.
    """

    id: str
    text: str
    relations: tuple[Relation, ...] = ()
    marks: tuple[Mark, ...] = ()
    complete: frozenset[str] = frozenset({RELATIONS})
    claims: tuple[ClaimMark, ...] = ()


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def read_polnear(path: Path) -> list[Example]:
    """Articles in the JSON Lines form of PolNeAR (Newell, Margolin & Ruths 2018); each line is an annotated copy."""
    examples = []
    for row in read_jsonl(path):
        relations = tuple(_relation(a) for a in row["attributions"])
        examples.append(Example(row["id"], row["text"], relations, claims=tuple(_contents(relations))))
    return examples


def _contents(relations: Sequence[Relation]) -> Iterator[ClaimMark]:
    """Contents as claims of which only the chain is known, as far as one content stands in another."""
    for relation in relations:
        if relation.content and relation.cue:
            outer = [r for r in relations if r is not relation and _holds(r.content, relation.cue[0])]
            nearest = min(outer, key=lambda r: sum(end - start for start, end in r.content), default=None)
            around = (nearest.source, nearest.cue) if nearest else None
            yield ClaimMark(relation.content, {}, ((relation.source, relation.cue), around))


def _holds(spans: Spans, inner: tuple[int, int]) -> bool:
    return any(start <= inner[0] and inner[1] <= end for start, end in spans)


def _relation(row: dict[str, Any]) -> Relation:
    return Relation(*(tuple((s, e) for s, e in row.get(role) or ()) for role in ("source", "cue", "content")))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Copy = TypeVar("Copy", bound=_Named)


def first_annotators(copies: Sequence[Copy]) -> list[Copy]:
    """The first copy of each article, in file order."""
    return list({copy.id: copy for copy in reversed(copies)}.values())[::-1]


def read_factuality(path: Path, head: str) -> list[Example]:
    """Sentences with the factuality of their events, −3 to +3 (UW, Lee et al. 2015; UDS-IH2, Rudinger et al. 2018)."""
    examples = []
    for number, row in enumerate(read_jsonl(path)):
        ends = [0]
        for token in row["tokens"]:
            ends.append(ends[-1] + len(token) + 1)
        marks = tuple(
            Mark(head, ends[e["token"]], ends[e["token"] + 1] - 1, float(e["factuality"])) for e in row["events"]
        )
        examples.append(Example(f"{path.parent.name}-{number}", " ".join(row["tokens"]), (), marks, frozenset()))
    return examples


def read_uncertainty(path: Path) -> list[Example]:
    """Sentences, marked as with or without a weasel or hedge cue (WikiWeasel of CoNLL-2010, Farkas et al. 2010)."""
    return [
        Example(f"{path.parent.name}-{n}", row["text"], (), (_whole("uncertain", row),), frozenset({SENTENCES}))
        for n, row in enumerate(read_jsonl(path))
    ]


def _whole(head: str, row: dict[str, Any]) -> Mark:
    return Mark(head, 0, len(row["text"]), float(row["uncertain"]))


def gathered(sentences: Sequence[Example], size: int = 2000) -> list[Example]:
    """Join sentences, as lines, to texts of about ``size`` characters, so that a batch needs little padding."""
    groups: list[list[Example]] = [[]]
    for sentence in sentences:
        if sum(len(one.text) for one in groups[-1]) + len(sentence.text) > size and groups[-1]:
            groups.append([])
        groups[-1].append(sentence)
    return [_together(group) for group in groups if group]


def _together(group: Sequence[Example]) -> Example:
    marks: list[Mark] = []
    lines: list[str] = []
    shift = 0
    for one in group:
        line = one.text.replace("\n", " ")
        marks += [Mark(m.head, m.start + shift, m.end + shift, m.value) for m in one.marks]
        lines.append(line)
        shift += len(line) + 1
    return Example(group[0].id, "\n".join(lines), (), tuple(marks), group[0].complete)
