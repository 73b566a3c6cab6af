"""Evaluations as files: Markdown, and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from training.evaluation.measuring import LEVEL, Evaluation
from training.evaluation.metrics import NAMES, Pairs
from training.evaluation.mistakes import Mistake, worst
from training.evaluation.text import (
    BASES,
    NOTE,
    SECTIONS,
    UNLABELLED,
    differences,
    measured_rows,
    not_measured,
    reliability,
    size,
)
from training.labels.schema import LabelledClaim
from training.statistics import DRAWS, bins

SCHEMA = "sourcegrade/evaluation/1"
DIGITS = 4


def markdown(evaluations: Sequence[Evaluation]) -> str:
    """Tables of figures, differences, bases and the worst mistakes; no pictures."""
    blocks = [f"# Evaluation\n\n{size(evaluations[0])}. {NOTE}", _figures_md(evaluations)]
    blocks += [f"Not measured: {reason}." for reason in not_measured(evaluations)]
    for evaluation, lifts in zip(evaluations[1:], differences(evaluations), strict=True):
        rows = [[label, *str(lifts[n]).rsplit(", p = ", 1)] for s in SECTIONS for n, label in s.rows if n in lifts]
        blocks.append(
            f"## {_cell(evaluation.model)} − {_cell(evaluations[0].model)}\n\n{_md(['', 'difference', 'p'], rows)}"
        )
    for evaluation in evaluations:
        blocks += [*_bases_md(evaluation), *_mistakes_md(evaluation)]
    return "\n\n".join(blocks) + "\n"


def _figures_md(evaluations: Sequence[Evaluation]) -> str:
    rows: list[list[str]] = []
    for section in SECTIONS:
        measured = measured_rows(evaluations, section)
        rows += [[f"**{section.title}**", *[""] * len(evaluations)]] if measured else []
        rows += [[label, *(str(e[name] or UNLABELLED) for e in evaluations)] for name, label in measured]
    return _md(["", *(_cell(e.model) for e in evaluations)], rows)


def _bases_md(evaluation: Evaluation) -> list[str]:
    if not evaluation.table.any():
        return []
    names = [*map(_spaced, BASES)]
    rows = [[name, *map(str, row)] for name, row in zip([*names, "*none*"], evaluation.table, strict=True)]
    return [f"## Bases, labelled by found: {_cell(evaluation.model)}\n\n{_md(['', *names, '*none*'], rows)}"]


def _mistakes_md(evaluation: Evaluation) -> list[str]:
    rows = [
        [str(n), _cell(m.article.id), "; ".join(m.reasons), _words(m, m.gold), _words(m, m.found), f"{m.weight:.2f}"]
        for n, m in enumerate(worst(evaluation), start=1)
    ]
    head = ["", "article", "what is wrong", "labelled", "found", "weight"]
    return [f"## Worst mistakes: {_cell(evaluation.model)}\n\n{_md(head, rows)}"] if rows else []


def _words(mistake: Mistake, claim: LabelledClaim | None) -> str:
    return _cell(" … ".join(s.of(mistake.article.text) for s in claim.spans)) if claim else UNLABELLED


def _md(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(words: str) -> str:
    """Words that break neither the table nor the page."""
    escaped = "".join("\\" + c if c in "\\`*_|[]#" else c for c in " ".join(words.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_dict(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """Everything as JSON can hold it; a figure that cannot be measured is ``None``."""
    against = zip(evaluations[1:], differences(evaluations), strict=True)
    return {
        "schema": SCHEMA,
        "articles": len(evaluations[0].compared),
        "claims": sum(len(c.article.claims) for c in evaluations[0].compared),
        "level": LEVEL,
        "draws": DRAWS,
        "models": [_model(evaluation) for evaluation in evaluations],
        "differences": [
            {
                "model": e.model,
                "against": evaluations[0].model,
                "figures": {n: _rounded(asdict(d)) for n, d in lifts.items()},
            }
            for e, lifts in against
        ],
        "not_measured": not_measured(evaluations),
    }


def _model(evaluation: Evaluation) -> dict[str, Any]:
    listed = [name for name in NAMES if name not in evaluation.figures]
    return {
        "model": evaluation.model,
        "figures": {n: _rounded(asdict(f)) for n, f in evaluation.figures.items()} | dict.fromkeys(listed),
        "bases": [*BASES, None],
        "confusion": evaluation.table.tolist(),
        "reliability": {what: _bins(pairs) for what, pairs in reliability(evaluation).items()},
        "mistakes": [_mistake(mistake) for mistake in worst(evaluation)],
    }


def _bins(pairs: Pairs) -> list[dict[str, float]]:
    tenths = bins(pairs.stated, pairs.true)
    return [{"stated": round(s, DIGITS), "true": round(t, DIGITS), "claims": n} for s, t, n in tenths]


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "article": mistake.article.id,
        "where": mistake.article.where,
        "reasons": list(mistake.reasons),
        "weight": round(mistake.weight, DIGITS),
        "sure": None if mistake.sure is None else round(mistake.sure, DIGITS),
        "gold": _claim(mistake.gold),
        "found": _claim(mistake.found),
    }


def _claim(claim: LabelledClaim | None) -> dict[str, Any] | None:
    return asdict(claim) if claim else None


def _rounded(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {key: None if value is None else round(value, DIGITS) for key, value in figure.items()}


def _spaced(name: str) -> str:
    return name.replace("_", " ")
