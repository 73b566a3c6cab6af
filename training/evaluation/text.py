"""Evaluations for reading: which figures belong together and what they are called, and a table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scoring.report.terminal.screen import Screen
from scoring.schema import Basis, Group
from training.evaluation.measuring import LEVEL, Difference, Evaluation, compare
from training.evaluation.metrics import FORMS_OF, SPANS, Pairs
from training.statistics import DRAWS

UNLABELLED = "–"
"""Stands for a figure that cannot be measured."""
BASES = [basis.value for basis in Basis]
NOTE = (
    f"Intervals: {LEVEL * 100:g} %, percentile bootstrap by article, {DRAWS:,} draws. Differences: paired bootstrap; p "
    "by approximate randomisation by article, two-sided, not corrected for the number of figures."
)


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together: ``rows`` by name and label, and what is missing where none can be measured."""

    title: str
    missing: str
    rows: tuple[tuple[str, str], ...]


def _label(value: str) -> str:
    return value.replace("_", " ")


def _speech(name: str) -> str:
    what, form = name.replace("complete", "relation").replace(".", ", ").split("|")
    return f"{what}, {form} speech"


SECTIONS = (
    Section(
        "Claims", "no article is labelled for claims throughout, with their bases",
        (
            ("claim_f1", "claims found, F1"), ("basis_f1", "… with their basis, F1"),
            ("basis_macro_f1", "… mean over bases, F1"), ("group_f1", "… with their group, F1"),
            ("basis_accuracy_paired", "basis of claims found, accuracy"),
        ),
    ),
    Section(
        "Bases and groups, F1", "no basis is labelled",
        (
            *((f"basis_f1.{basis}", _label(basis)) for basis in Basis),
            *((f"group_f1.{group}", f"group: {_label(group)}") for group in Group),
        ),
    ),
    Section(
        "Groups of labelled spans", "no span is labelled with a group alone",
        (
            ("group_accuracy", "group, accuracy"), ("group_label_macro_f1", "mean over groups, F1"),
            *((f"group_label_f1.{group}", f"{_label(group)}, F1") for group in Group),
        ),
    ),
    Section(
        "Sources", "no claim is labelled with a source",
        (
            ("source_accuracy", "innermost source, accuracy"), ("source_type_accuracy", "its type, accuracy"),
            ("chain_depth_accuracy", "number of links, accuracy"), ("deep_chain_recall", "… of two links and more"),
        ),
    ),
    Section("Hedges", "no hedge is labelled", (("hedge_f1", "hedges, F1"),)),
    Section(
        "Strength", "no claim is graded",
        (
            ("strength_spearman", "strength by grade, Spearman’s ρ"),
            ("strength_calibration_error", "strength, calibration error ↓"),
        ),
    ),
    Section("Confidence", "no basis is labelled", (("basis_calibration_error", "basis, calibration error ↓"),)),
    Section(
        "Spans and relations, F1", "no article is labelled for relations throughout",
        (
            *((name, name.replace(".", ", ")) for name in SPANS),
            ("complete", "relation: source and content, half of the words"), ("complete_x", "relation, exact"),
            ("sentence", "sentences that hold one"),
            *((name, _speech(name)) for name in FORMS_OF),
        ),
    ),
)  # fmt: skip


def measured_rows(evaluations: Sequence[Evaluation], section: Section) -> list[tuple[str, str]]:
    """The rows of a section that any of the evaluations has a figure for."""
    return [(name, label) for name, label in section.rows if any(e[name] for e in evaluations)]


def differences(evaluations: Sequence[Evaluation]) -> list[dict[str, Difference]]:
    """Of each further evaluation against the first."""
    return [compare(evaluations[0], other) for other in evaluations[1:]]


def size(evaluation: Evaluation) -> str:
    """How much was measured on."""
    articles = [c.article for c in evaluation.compared]
    claims = sum(len(article.claims) for article in articles)
    return f"{len(articles):,} article{'s' * (len(articles) != 1)}, {claims:,} labelled claim{'s' * (claims != 1)}"


def table(evaluations: Sequence[Evaluation], screen: Screen) -> RenderableType:
    """A table for the terminal: a column a model, then the differences from the first."""
    parts: list[RenderableType] = [Text(size(evaluations[0]), "bold"), _table(evaluations, screen)]
    for evaluation, lifts in zip(evaluations[1:], differences(evaluations), strict=True):
        parts.append(_difference_table(evaluations[0], evaluation, lifts, screen))
    notes = [f"Not measured: {reason}." for reason in not_measured(evaluations)]
    return Stack(*parts, *(Text(line, "dim") for line in [*notes, NOTE]))


def not_measured(evaluations: Sequence[Evaluation]) -> list[str]:
    """What no figure could be given for, with the reason."""
    return [
        f"{section.title.split(',')[0].lower()} ({section.missing})"
        for section in SECTIONS
        if not measured_rows(evaluations, section)
    ]


def _table(evaluations: Sequence[Evaluation], screen: Screen) -> Table:
    laid_out = Table(box=screen.symbols.box, pad_edge=False, header_style="dim")
    laid_out.add_column("")
    for evaluation in evaluations:
        laid_out.add_column(screen.text(evaluation.model), overflow="fold")
    for section in SECTIONS:
        rows = measured_rows(evaluations, section)
        if rows:
            laid_out.add_row(screen.text(section.title, "bold"))
        for name, label in rows:
            laid_out.add_row(screen.text(f"  {label}"), *(screen.text(str(e[name] or UNLABELLED)) for e in evaluations))
    return laid_out


def _difference_table(first: Evaluation, other: Evaluation, lifts: Mapping[str, Difference], screen: Screen) -> Table:
    laid_out = Table(box=screen.symbols.box, pad_edge=False, header_style="dim")
    for title in ("", screen.text(f"{other.model} − {first.model}"), "p"):
        laid_out.add_column(title, overflow="fold")
    for section in SECTIONS:
        for name, label in section.rows:
            if name in lifts:
                value, p = str(lifts[name]).rsplit(", p = ", 1)
                laid_out.add_row(screen.text(label), screen.text(value), p)
    return laid_out


def reliability(evaluation: Evaluation) -> dict[str, Pairs]:
    """What was stated and what came true: of bases, and of strength against the annotators' grades."""
    kinds = {"basis": evaluation.tally.basis, "strength": evaluation.tally.strength}
    return {what: pairs for what, pairs in kinds.items() if len(pairs.stated)}
