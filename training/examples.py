"""Labelled examples: readers for the corpora that the shipped model is trained and measured on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Spans = tuple[tuple[int, int], ...]
"""Half-open code-point spans."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One attribution relation as labelled; each role may be in fragments, and source or cue may be missing."""

    source: Spans
    cue: Spans
    content: Spans


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its attribution relations."""

    id: str
    text: str
    relations: tuple[Relation, ...]


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def read_polnear(path: Path) -> list[Example]:
    """Articles in the JSON Lines form of PolNeAR (Newell, Margolin & Ruths 2018); one line an annotated copy."""
    return [
        Example(row["id"], row["text"], tuple(_relation(a) for a in row["attributions"])) for row in read_jsonl(path)
    ]


def _relation(row: dict[str, Any]) -> Relation:
    return Relation(*(tuple((s, e) for s, e in row.get(role) or ()) for role in ("source", "cue", "content")))


def first_annotators(examples: list[Example]) -> list[Example]:
    """The first copy of each article, in file order."""
    return list({example.id: example for example in reversed(examples)}.values())[::-1]


def read_claims(path: Path) -> list[Example]:
    """Articles labelled with claims and chains, as relations: a link's content is what stands inside it."""
    return [Example(row["id"], row["text"], _claim_relations(row["claims"])) for row in read_jsonl(path)]


def _claim_relations(claims: list[dict[str, Any]]) -> tuple[Relation, ...]:
    by_cue: dict[tuple[int, int], tuple[set[tuple[int, int]], set[tuple[int, int]]]] = {}
    for claim in claims:
        inside = [(s["start"], s["end"]) for s in claim["spans"]]
        for link in reversed(claim["chain"]):
            source, cue = _span(link["source"]), _span(link["cue"])
            if cue:
                sources, contents = by_cue.setdefault(cue, (set(), set()))
                sources.update([source] if source else [])
                contents.update(inside)
            ends = [span for span in (source, cue, *inside) if span]
            inside = [(min(s for s, _ in ends), max(e for _, e in ends))]
    return tuple(
        Relation(tuple(sorted(sources)), (cue,), tuple(sorted(contents))) for cue, (sources, contents) in by_cue.items()
    )


def _span(span: dict[str, int] | None) -> tuple[int, int] | None:
    return (span["start"], span["end"]) if span else None
