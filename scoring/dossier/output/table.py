"""A dossier as a table that a person reads at a glance."""

from __future__ import annotations

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scoring.dossier.output.wording import headline, mention_origins, origins_line, outlet_of, step_words
from scoring.dossier.schema import ClaimGroup, Dossier
from scoring.report.terminal.screen import Screen
from scoring.report.terminal.table import bar, interval
from scoring.report.wording import REMINDER

MOST = 40
"""Groups shown; json and the page have all."""


def table(dossier: Dossier, screen: Screen | None = None) -> RenderableType:
    """Lay out a dossier for a terminal.

    Parameters
    ----------
    dossier
        Compared articles.
    screen
        Encoding and width to lay out for; by default UTF-8 and 80 columns.
    """
    screen = screen or Screen()
    parts: list[RenderableType] = [screen.text(headline(dossier), "bold"), Text("")]
    for id, group in dossier.numbered[:MOST]:
        parts += [_group(id, group, dossier, screen), Text("")]
    if len(dossier.groups) > MOST:
        parts.append(screen.text(f"… and {len(dossier.groups) - MOST} more: --format json has all", "dim"))
    return Stack(*parts, _outlets(dossier, screen), Text(REMINDER, "dim"))


def _group(id: str, group: ClaimGroup, dossier: Dossier, screen: Screen) -> RenderableType:
    strength = group.corroborated.strength
    head = Text.assemble(
        screen.text(f"{id}  ", "dim"),
        bar(strength, screen),
        "  ",
        interval(strength, screen),
        screen.text(f"  {strength.code}  ", "bold"),
        screen.text(" ".join(dossier.text(group.lead).split())),
    )
    lines: list[RenderableType] = [head, screen.text("    " + origins_line(group), "cyan")]
    lines += [_mention(i, group, dossier, screen) for i in range(len(group.mentions))]
    for circle in group.circles:
        lines.append(screen.text(f"    circle: {' → '.join((*circle.outlets, circle.outlets[0]))}", "red"))
    for step in group.steps:
        before, after = step_words(step)
        places = f"{outlet_of(step.earlier.article, dossier)} → {outlet_of(step.later.article, dossier)}"
        lines.append(screen.text(f"    hardens: {before} → {after} ({places})", "yellow"))
    return Stack(*lines)


def _mention(number: int, group: ClaimGroup, dossier: Dossier, screen: Screen) -> Text:
    mention = group.mentions[number]
    day = dossier.document(mention.place).published or "no date"
    who = outlet_of(mention.place.article, dossier)
    relation = mention.relation.value.replace("number", "another number")
    return screen.text(f"    {day}  {who}: {relation}; {mention_origins(mention, group)}", "dim")


def _outlets(dossier: Dossier, screen: Screen) -> Table:
    laid_out = Table(box=screen.symbols.box, padding=(0, 1), pad_edge=False, header_style="dim")
    laid_out.add_column("Outlet", overflow="fold")
    for name in ("Articles", "Claims", "Own", "Share", "Copies"):
        laid_out.add_column(name, justify="right", no_wrap=True)
    for one in dossier.outlets:
        share = screen.symbols.dash if one.share is None else f"{one.share:.0%}"
        cells = (one.name, str(one.articles), str(one.claims), str(one.own), share, str(one.copied))
        laid_out.add_row(*(screen.text(cell) for cell in cells))
    return laid_out
