"""An evaluation as one HTML page: figures, differences, pictures and the worst mistakes, with nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from scoring import resources
from scoring._version import __version__
from scoring.schema import Span
from training.evaluation.measuring import Difference, Evaluation, signed
from training.evaluation.mistakes import Mistake, excerpt, pieces, worst
from training.evaluation.pictures import confusion
from training.evaluation.pictures import reliability as reliability_picture
from training.evaluation.text import BASES, NOTE, SECTIONS, differences, measured_rows, not_measured, reliability, size
from training.labels.schema import LabelledClaim
from training.statistics import Estimate

TILES = (
    "claim_f1", "basis_f1", "basis_macro_f1", "group_f1", "group_accuracy", "source_accuracy", "complete", "hedge_f1",
    "strength_spearman",
)  # fmt: skip
"""Figures at the top of the page, as far as they are measured."""
SHORT = {
    "basis_f1": "claims with their basis, F1",
    "basis_macro_f1": "bases, mean F1",
    "group_f1": "claims with their group, F1",
}
CAPTIONS = {
    "basis": "How sure of the basis, against how often it was the annotator’s.",
    "strength": "Strength, against the annotators’ grades (1 to 5 as 0.1 to 0.9).",
}


def page(evaluations: Sequence[Evaluation]) -> str:
    """The page, self-contained; every word of an article or a label is escaped."""
    labels = {name: label for section in SECTIONS for name, label in section.rows} | SHORT
    measured = [s for s in SECTIONS if measured_rows(evaluations, s)]
    named = [{"name": e.model, "figures": {n: e[n] for n in labels}} for e in evaluations]
    return _template().render(
        models=named,
        size=size(evaluations[0]),
        note=NOTE,
        tiles=[(name, labels[name]) for name in TILES if any(e[name] for e in evaluations)],
        sections=[{"title": s.title, "rows": measured_rows(evaluations, s)} for s in measured],
        not_measured=not_measured(evaluations),
        differences=list(_differences(evaluations)),
        pictures=[drawn for e in evaluations if (drawn := _pictures(e))],
        mistakes=[{"name": e.model, "mistakes": shown} for e in evaluations if (shown := list(map(_shown, worst(e))))],
        version=__version__,
    )


def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"interval": _interval, "signed": signed}
    return environment.from_string(resources.template("evaluation.html").read_text(encoding="utf-8"))


def _interval(figure: Estimate) -> str:
    return "" if figure.low is None or figure.high is None else f"{figure.low:.3f} to {figure.high:.3f}"


def _differences(evaluations: Sequence[Evaluation]) -> Iterator[dict[str, Any]]:
    for evaluation, lifts in zip(evaluations[1:], differences(evaluations), strict=True):
        yield {"model": evaluation.model, "against": evaluations[0].model, "rows": list(_rows(lifts))}


def _rows(lifts: Mapping[str, Difference]) -> Iterator[tuple[str, Difference]]:
    for section in SECTIONS:
        yield from ((label, lifts[name]) for name, label in section.rows if name in lifts)


def _pictures(evaluation: Evaluation) -> dict[str, Any] | None:
    cases = reliability(evaluation)
    drawn = [
        {"svg": Markup(reliability_picture({what: (p.stated, p.true)})), "caption": CAPTIONS[what]}
        for what, p in cases.items()
    ]
    table = Markup(confusion_of(evaluation)) if evaluation.table.any() else None
    return {"name": evaluation.model, "confusion": table, "reliability": drawn} if table or drawn else None


def confusion_of(evaluation: Evaluation) -> str:
    """The confusion matrix of bases as SVG."""
    names = [name.replace("_", " ") for name in BASES]
    return confusion(evaluation.table.tolist(), [*names, "invented"], [*names, "not found"])


def _shown(mistake: Mistake) -> dict[str, Any]:
    within, text = excerpt(mistake), mistake.article.text
    sides = [("gold", "labelled", mistake.gold), ("found", "found", mistake.found)]
    return {
        "article": mistake.article.id,
        "reasons": mistake.reasons,
        "sure": mistake.sure,
        "sides": [
            {
                "kind": kind,
                "title": title,
                "pieces": pieces(text, claim, within),
                "facts": list(_facts(text, claim, within)),
            }
            for kind, title, claim in sides
        ],
    }


def _facts(text: str, claim: LabelledClaim | None, within: Span) -> Iterator[tuple[str, str]]:
    if claim is None:
        yield "claim", "none"
        return
    label = claim.basis or claim.group
    if label:
        yield "basis" if claim.basis else "group", label.value.replace("_", " ")
    for link in claim.chain:
        phrase = link.source.of(text) if link.source else ""
        far = link.source is None or not within.contains(link.source)
        name = (
            phrase
            if not link.resolved or link.resolved == phrase
            else f"{phrase} ({link.resolved})"
            if phrase
            else link.resolved
        )
        details = ", ".join(filter(None, (link.type, f"“{link.cue.of(text)}”" if link.cue else None, link.stance)))
        yield "source", f"{name or '–'}{' (further off)' if far and phrase else ''}: {details}"
    if claim.strength is not None:
        yield ("strength", f"{claim.strength:.2f}") if claim.strength < 1 else ("grade", f"{claim.strength:g}")
