"""A rated article as a table that a person reads at a glance."""

from __future__ import annotations

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scoring.report.relays import through
from scoring.report.terminal.screen import STYLES, Screen, basis_words
from scoring.report.wording import REMINDER, outlet_standing, verdict
from scoring.schema import Claim, Document, Group, Polarity, Prior, Rating, Report, Strength

WIDE = 104
"""On a terminal with at least so many columns basis and chain stand beside the claim, otherwise under it."""
BASIS = 24
"""The most columns of basis and relay where they stand in a column of their own."""
BAR = 8
"""The length of the bar of a probability of 1, in columns."""
COLOURS = {"very weak": "red", "weak": "red", "moderate": "yellow", "strong": "green", "very strong": "green"}


def table(report: Report, screen: Screen | None = None) -> RenderableType:
    """Lay out a report for a terminal.

    Parameters
    ----------
    report
        A rated article; its warnings are left to the caller.
    screen
        Encoding and width to lay out for; by default UTF-8 and 80 columns.
    """
    screen = screen or Screen()
    document = report.document
    parts: list[RenderableType] = [screen.text(document.title or document.id, "bold")]
    parts += [outlet_line(document, report.outlet_prior, screen)]
    parts.append(screen.text(verdict(report.summary), "bold" if report.ratings else ""))
    if report.ratings:
        parts += [_claims(report, screen), _legend(screen), Text(REMINDER, "dim")]
    return Stack(*parts)


def outlet_line(document: Document, prior: Prior, screen: Screen, *, brief: bool = False) -> Text:
    """Who published it, with the Admiralty letter in words; of an unknown one what follows, unless ``brief``."""
    name = prior.name if prior.known and prior.name and document.outlet else None
    called = f"{name} ({document.outlet})" if name else document.outlet or "outlet not given"
    return screen.text(f"{called}: {outlet_standing(document, prior, brief=brief)}")


def _claims(report: Report, screen: Screen) -> Table:
    wide = screen.width >= WIDE
    laid_out = Table(box=screen.symbols.box, leading=1, padding=(0, 1), pad_edge=False, expand=True, header_style="dim")
    laid_out.add_column("", no_wrap=True)
    laid_out.add_column("Claim", ratio=3, overflow="fold")
    if wide:
        laid_out.add_column("Basis", max_width=BASIS)
        laid_out.add_column("Chain", ratio=2, overflow="fold")
    laid_out.add_column("Strength", no_wrap=True)
    laid_out.add_column("Code", no_wrap=True)
    for rating in report.ratings:
        laid_out.add_row(*(_wide_row if wide else _narrow_row)(rating, report.document, screen))
    return laid_out


def _wide_row(rating: Rating, document: Document, screen: Screen) -> list[RenderableType]:
    claim = rating.claim
    strength = Text.assemble(bar(rating.strength, screen), "  ", interval(rating.strength, screen))
    return [
        screen.text(claim.id, "dim"),
        claim_text(claim, document, screen),
        basis(claim, document, screen),
        chain(claim, document, screen),
        strength,
        screen.text(rating.strength.code, "bold"),
    ]


def _narrow_row(rating: Rating, document: Document, screen: Screen) -> list[RenderableType]:
    claim = rating.claim
    below = Text.assemble(basis(claim, document, screen), "  ", chain(claim, document, screen, none=""))
    width = BAR + 5
    shown = interval(rating.strength, screen)
    shown.pad_left(max(0, width - len(shown)))
    return [
        screen.text(claim.id, "dim"),
        Stack(claim_text(claim, document, screen), below),
        Stack(bar(rating.strength, screen), shown),
        screen.text(rating.strength.code, "bold"),
    ]


def claim_text(claim: Claim, document: Document, screen: Screen) -> Text:
    """The claim's words; before a denied claim stands that it is denied."""
    words = screen.text(claim.text(document.text))
    return Text.assemble(("Denied: ", "bold"), words) if claim.polarity is Polarity.NEGATIVE else words


def basis(claim: Claim, document: Document, screen: Screen) -> Text:
    """Sign of the group and name of the basis, with whoever passed the claim on, if that decides the group."""
    relay = through(claim, document.text)
    said = f"{screen.symbols.group[claim.group]} {basis_words(claim.basis)}{f', {relay}' if relay else ''}"
    return screen.text(said, STYLES[claim.group])


def chain(claim: Claim, document: Document, screen: Screen, none: str | None = None) -> Text:
    """Sources, outermost first, and the innermost cue; without a source its hedges, else ``none`` or a dash."""
    if not claim.chain:
        hedges = ", ".join(hedge.span.of(document.text) for hedge in claim.hedges)
        nothing = screen.symbols.dash if none is None else none
        return screen.text(f"({hedges})" if hedges else nothing, "dim")
    names = f" {screen.symbols.arrow} ".join(link.label(document.text) for link in claim.chain)
    cue = claim.chain[-1].cue
    return screen.text(names + (f" ({cue.of(document.text)})" if cue else ""))


def bar(strength: Strength, screen: Screen) -> Text:
    """The probability as a line and a number."""
    symbols, filled = screen.symbols, round(strength.probability * BAR)
    return Text.assemble(
        (symbols.full * filled, COLOURS[strength.level]),
        (symbols.rest * (BAR - filled), "dim"),
        (f" {strength.probability:.2f}", "bold"),
    )


def interval(strength: Strength, screen: Screen) -> Text:
    """The interval's bounds."""
    low, high = strength.interval
    return Text(f"{low:.2f}{screen.symbols.dash}{high:.2f}", "dim")


def _legend(screen: Screen) -> Text:
    signs = screen.symbols.group
    parts = [(f"{signs[group]} {group.value.replace('_', ' ')}  ", STYLES[group]) for group in Group]
    dash = screen.symbols.dash
    return Text.assemble(*parts, (f" Code: source A{dash}F, content 1{dash}6", "dim"))
