"""What labelled data hold and what is wrong with them, for the eye."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from scoring.report.terminal.screen import console, neutral, screen_of
from scoring.report.wording import counted
from scoring.schema import Basis, Group, SourceType, Stance

ORDER = {
    "basis": tuple(Basis), "group": tuple(Group), "source type": tuple(SourceType), "stance": tuple(Stance),
    "strength": tuple("12345"),
}  # fmt: skip
"""Kinds of label in the order shown, and their values; others follow by name."""
AGREED = {
    "claim_f1": "claims, F1", "basis_f1": "basis, F1", "basis_kappa": "basis of shared claims, Cohen's kappa",
    "basis_alpha": "claim and basis by word, Krippendorff's alpha", "hedge_f1": "hedges, F1",
    "strength_alpha": "strength, Krippendorff's alpha (ordinal)",
}  # fmt: skip


def write_table(found: Mapping[str, Any], stream: TextIO) -> None:
    """Write what a check of labelled data found: counts as a table, and below it each mistake and note."""
    _table(found, stream)
    encoding = stream.encoding or "utf-8"
    stream.writelines(f"{indent}{neutral(line, encoding)}\n" for indent, line in _lines(found))


def _table(found: Mapping[str, Any], stream: TextIO) -> None:
    from rich.table import Table

    made = console(stream)
    screen, splits = screen_of(made), found["splits"]
    laid_out = Table(box=screen.symbols.box, padding=(0, 1), pad_edge=False, header_style="dim")
    laid_out.add_column("label", overflow="fold")
    several = len(splits) > 1
    for name in [*splits, "in all"] if several else ["count"]:
        laid_out.add_column(screen.text(name), justify="right", overflow="fold")
    for kind, value in _rows(splits):
        counts = [split.get(kind, {}).get(value, 0) for split in splits.values()]
        name = value.replace("_", " ") if kind == "all" else f"{kind}: {value.replace('_', ' ')}"
        shown = [*counts, sum(counts)] if several else counts
        laid_out.add_row(screen.text(name), *(f"{count:,}" for count in shown))
    if splits:
        made.print(laid_out)


def _rows(splits: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Iterator[tuple[str, str]]:
    """Kind and value of each row, in the order of the kinds; values that occur nowhere are left out."""
    there = {kind: {v for split in splits.values() for v in split.get(kind, ())} for s in splits.values() for kind in s}
    first = next(iter(splits.values()), {})
    for kind in ["all", *ORDER, *sorted(there.keys() - {"all", *ORDER})]:
        values = there.get(kind, set())
        known = list(first.get("all", ())) if kind == "all" else list(ORDER.get(kind, ()))
        for value in [*known, *sorted(values - {*known})]:
            if any(split.get(kind, {}).get(value) for split in splits.values()):
                yield kind, value


def _lines(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Indents and lines below the table."""
    agreed = found["agreement"]
    if agreed:
        yield "", f"Agreement of {agreed['annotators']:,} annotators on {counted(agreed['articles'], 'article')}:"
        yield from (("  ", f"{name}: {agreed[key]:.3f}") for key, name in AGREED.items() if agreed[key] is not None)
    yield from (("", f"{row['where']}: {row['message']}") for row in found["mistakes"])
    yield from (("", f"note: {row['where']}: {row['message']}") for row in found["notes"])
    mistakes, notes = len(found["mistakes"]), len(found["notes"])
    yield "", f"{counted(mistakes, 'mistake') if mistakes else 'no mistakes'}, {counted(notes, 'note')}"
