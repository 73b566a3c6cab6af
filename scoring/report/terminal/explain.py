"""Why a claim got its rating, or an article its score: each reason in log-odds, and what would move a claim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scoring.errors import UsageError
from scoring.report.terminal.screen import Screen
from scoring.report.terminal.table import bar, basis, interval, outlet_line
from scoring.report.wording import (
    CREDIBILITY,
    MEASURED,
    RELIABILITY,
    REMINDER,
    factor_words,
    letter_words,
    links_shown,
)
from scoring.schema import (
    Change,
    Claim,
    Document,
    Factor,
    FactorKind,
    Link,
    Polarity,
    Rating,
    Report,
    Sentence,
    Span,
    Summary,
)

HALF = 8
"""Columns of the longest log-odds bar, on either side of zero."""
ROOMY = 64
"""A terminal with at least so many columns has room for bars of log-odds."""
VISIBLE = 0.05
"""Calibration is shown if it moves the sum by at least so many log-odds; rounding the probability moves it by less."""
LISTED = 40
"""An error names at most so many ids of claims."""


def explain(report: Report, claim_id: str, *, screen: Screen | None = None) -> RenderableType:
    """Lay out the reasons for one claim's rating.

    Parameters
    ----------
    report
        A rated article.
    claim_id
        The claim's id, such as ``c3``.
    screen
        Encoding and width to lay out for; by default UTF-8 and 80 columns.

    Raises
    ------
    UsageError
        The article has no such claim; the message lists those it has.
    """
    rating, screen = find(report, claim_id), screen or Screen()
    return Stack(
        Text.assemble(screen.text(claim_id, "bold"), "  ", basis(rating.claim, report.document, screen)),
        Padding(in_sentence(rating.claim, report, screen), (1, 0, 1, 2)),
        _sources(rating.claim, report, screen),
        _factors(list(steps(rating)), report.document, screen),
        *_result(rating, screen),
        *_moves("Would raise it", rating.would_raise, rating.strength.probability, screen),
        *_moves("Would lower it", rating.would_lower, rating.strength.probability, screen),
        Text(f"\n{REMINDER}", "dim"),
    )


def explain_article(report: Report, *, screen: Screen | None = None) -> RenderableType:
    """Lay out what an article's sourcing score is made of; the outlet plays no part in it.

    Raises
    ------
    UsageError
        The article has no claims, and so no score.
    """
    screen, summary = screen or Screen(), report.summary
    if summary.sourcing_score is None:
        raise UsageError(f"{report.document.id}: has no claims, and so no sourcing score to explain")
    return Stack(
        screen.text(report.document.id, "bold"),
        Text(""),
        _factors(summary.sourcing_factors, report.document, screen),
        Text(f"Sourcing score: {summary.sourcing_score:.2f}{_within(summary)}, whatever the outlet"),
        Text(summary.sourcing_reasons or ""),
        Text("\nIt says how well the article is sourced, not whether it is true. --claim c1 explains a claim.", "dim"),
    )


def _within(summary: Summary) -> str:
    """The score's interval in words."""
    return (
        f", within {'–'.join(f'{end:.2f}' for end in summary.sourcing_interval)}" if summary.sourcing_interval else ""
    )


def find(report: Report, claim_id: str) -> Rating:
    """The rating of a claim.

    Raises
    ------
    UsageError
        There is no such claim.
    """
    chosen = next((rating for rating in report.ratings if rating.claim.id == claim_id), None)
    if chosen:
        return chosen
    ids = [rating.claim.id for rating in report.ratings]
    known = ", ".join(ids[:LISTED]) + (", …" if len(ids) > LISTED else "")
    known = f"its claims are {known}" if ids else "it has no claims"
    raise UsageError(f"--claim: {report.document.id} has no claim {claim_id!r}; {known}")


def in_sentence(claim: Claim, report: Report, screen: Screen) -> Text:
    """The sentences that the claim stands in, its own words marked."""
    document = report.document
    whole, spans = surroundings(claim, report.sentences), sorted(claim.spans)
    opening, closing = screen.symbols.marks
    shown, position = Text(), whole.start
    for span in spans:
        shown.append_text(screen.text(document.text[position : span.start], "dim"))
        shown.append_text(Text.assemble(opening, screen.text(span.of(document.text), "bold"), closing))
        position = span.end
    return shown.append_text(screen.text(document.text[position : whole.end], "dim"))


def surroundings(claim: Claim, sentences: Sequence[Sentence]) -> Span:
    """The stretch from the first to the last of the sentences that a claim stands in."""
    spans = [*claim.spans, *(sentences[i].span for i in claim.sentences if i < len(sentences))]
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _sources(claim: Claim, report: Report, screen: Screen) -> Table:
    """A row for the outlet, each link of the chain, each hedge, and a denial."""
    document = report.document
    laid_out = Table.grid(padding=(0, 2))
    laid_out.add_row("Outlet", outlet_line(document, report.outlet_prior, screen, brief=True))
    for number, link in enumerate(claim.chain, start=1):
        laid_out.add_row(f"Source {number}" if len(claim.chain) > 1 else "Source", screen.text(_link(link, document)))
        if (known := link.profile.line()) is not None:
            laid_out.add_row("Who", screen.text(known))
    if not claim.chain:
        laid_out.add_row("Source", "none")
    for hedge in claim.hedges:
        words = (
            f"“{hedge.span.of(document.text)}”, {hedge.kind.value}, leaves {hedge.certainty:.2f} of a plain statement"
        )
        laid_out.add_row("Hedge", screen.text(words))
    for words, url in links_shown(claim, document.text):
        laid_out.add_row("Link", screen.text(url if words == url else f"“{words}”, {url}"))
    if claim.polarity is Polarity.NEGATIVE:
        laid_out.add_row("Denied", "strength rates the denial; what is denied has one minus it")
    return laid_out


def _link(link: Link, document: Document) -> str:
    name, said = link.label(document.text), link.source.of(document.text) if link.source else None
    parts = [name if said in (None, name) else f"{name} (“{said}”)", link.type.value]
    if link.prior:
        parts.append(f"reliability {link.prior.reliability}, {RELIABILITY[link.prior.reliability]}")
    cue = f"“{link.cue.of(document.text)}”, " if link.cue else ""
    return ", ".join([*parts, f"{cue}{link.stance.value}"])


def _factors(factors: Sequence[Factor], document: Document, screen: Screen) -> Table:
    """Factors with their words, a bar each, and the running sum."""
    scale = max([abs(factor.log_odds) for factor in factors] + [1.0])
    laid_out = Table(box=screen.symbols.box, padding=(0, 1), pad_edge=False, header_style="dim")
    laid_out.add_column("Factor", no_wrap=True)
    laid_out.add_column("From", overflow="fold")
    laid_out.add_column("Log-odds", justify="right", no_wrap=True)
    laid_out.add_column("Sum", justify="right", no_wrap=True)
    if screen.width >= ROOMY:
        laid_out.add_column("", no_wrap=True)
    for factor, total in zip(factors, accumulate(factor.log_odds for factor in factors), strict=True):
        value, said = factor_words(factor, document.text)
        cells = [
            screen.text(factor.kind.value),
            screen.text(f"{value} “{said}”" if said else value),
            signed(factor.log_odds, screen),
            signed(total, screen),
        ]
        laid_out.add_row(*cells, *([_signed_bar(factor.log_odds / scale, screen)] if screen.width >= ROOMY else []))
    return laid_out


def steps(rating: Rating) -> Iterator[Factor]:
    """The factors of the rating. Calibration comes last, if it changes anything."""
    probability = rating.strength.probability
    factors = rating.evidence.factors
    yield from factors
    if 0 < probability < 1:
        total = math.fsum(factor.log_odds for factor in factors)
        left = math.log(probability) - math.log1p(-probability) - total
        if abs(left) > VISIBLE:
            yield Factor(FactorKind.CALIBRATION, MEASURED, left)


def signed(log_odds: float, screen: Screen) -> Text:
    """Log-odds with their sign, which zero lacks."""
    rounded = round(log_odds, 2)
    sign = "+" if rounded > 0 else screen.symbols.minus if rounded < 0 else ""
    return Text(f"{sign}{abs(rounded):.2f}")


def _signed_bar(share: float, screen: Screen) -> Text:
    """A bar to the left of zero for what lowers, to the right for what raises; ``share`` in [-1, 1]."""
    length = round(abs(share) * HALF)
    filled = screen.symbols.full * length
    left, right = (filled, "") if share < 0 else ("", filled)
    return Text.assemble((left.rjust(HALF), "red"), ("|", "dim"), (right.ljust(HALF), "green"))


def _result(rating: Rating, screen: Screen) -> Iterator[Text]:
    """Probability, code, likelihood and confidence, the last two in lines of their own."""
    strength = rating.strength
    yield Text.assemble(
        "Strength: ", bar(strength, screen), f" {strength.level}, interval ", interval(strength, screen)
    )
    yield screen.text(f"Code {strength.code}: {letter_words(rating)}; content {CREDIBILITY[strength.credibility]}")
    yield screen.text(f"Likelihood in the words of ICD 203: {strength.icd203}")
    yield screen.text(f"Confidence: {strength.confidence}, by the width of the interval")


def _moves(heading: str, changes: Sequence[Change], now: float, screen: Screen) -> Iterator[Text]:
    if changes:
        yield Text(f"\n{heading}:", "bold")
    for change in changes:
        moved = Text.assemble("  ", screen.text(change.change), f": {change.probability:.2f} (")
        yield moved.append_text(signed(change.probability - now, screen)).append(")")
