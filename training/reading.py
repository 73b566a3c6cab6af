"""SCRATCH until the readers land."""

from __future__ import annotations
from collections.abc import Sequence
from pathlib import Path
from scoring.schema import Basis, Span
from training.examples import read_jsonl
from training.labelled import LabelledArticle, LabelledClaim, LabelledLink


def _s(d):
    return Span(d["start"], d["end"]) if d else None


def read_labelled(paths: Sequence[Path]) -> list[LabelledArticle]:
    return [
        LabelledArticle(
            r["id"], r["text"],
            tuple(LabelledClaim(c.get("id", ""), tuple(_s(x) for x in c["spans"]), Basis(c["basis"]) if c.get("basis") else None, None,
                  tuple(LabelledLink(_s(l["source"]), _s(l["cue"]), l["type"], l["stance"], l.get("resolved")) for l in c["chain"]),
                  tuple(_s(h) for h in c["hedges"])) for c in r["claims"]),
            split=r.get("split"), outlet=r.get("outlet"),
        ) for p in paths for r in read_jsonl(p)
    ]  # fmt: skip
