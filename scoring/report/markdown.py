"""A rating as GitHub-flavoured Markdown, for pull requests and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scoring.report import counts
from scoring.report.entries import Entry
from scoring.report.html.chain_path import in_words
from scoring.report.html.overview import by_strength, same_titles, totals
from scoring.report.relays import through, with_group
from scoring.report.terminal.explain import steps
from scoring.report.wording import (
    BASES,
    CREDIBILITY,
    HEDGES,
    RELIABILITY,
    REMINDER,
    counted,
    factor_words,
    letter_words,
    links_shown,
    outlet_standing,
    signed,
    skipped_words,
    verdict,
    visible,
    web_address,
)
from scoring.schema import Factor, Group, Polarity, Rating, Report

_SPECIAL = re.compile(r"[\\`*_{}\[\]|~]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "<span>$</span>"}
_PINGS = re.compile(r"@(?=\w)|#|:(?=[^\s\d])")
"""Signs that Markdown would make a mention, a reference, a link, an emoji or a heading of."""
_OPENS = re.compile(r"^(?=[-+=])|^(\d+)(?=[.)])")
"""What opens a list or underlines a heading at the beginning of a line."""
BLOCKS = 10
"""Blocks of a bar of strength 1."""
NOTE = f"{REMINDER} Unsourced does not mean false."


def article_markdown(report: Report) -> str:
    """Render a report as one document: verdict, a row a claim, the reasons, sources, hedges and what was not read."""
    return "\n".join(_article(report)) + "\n"


def overview_markdown(entries: Sequence[Entry], failed: Sequence[str] = ()) -> str:
    """Render an overview: a row an article by falling strength, and what could not be rated."""
    return "\n".join(_overview(entries, failed)) + "\n"


def escaped(words: str) -> str:
    """Words of any origin on one line that Markdown shows as they are: no mark-up, mention, reference or link."""
    line = " ".join(visible(words).split())
    plain = "".join(_ENTITIES.get(char, char) for char in line)
    pinged = _PINGS.sub(lambda found: f"{found.group()}&#8203;", _SPECIAL.sub(r"\\\g<0>", plain))
    return _OPENS.sub(lambda found: f"{found.group()}\\", pinged)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> Iterator[str]:
    """Lines of a table; ``numbers`` are the columns set to the right. Cells are Markdown already."""
    yield f"| {' | '.join(header)} |"
    yield "|" + "|".join("---:" if i in numbers else "---" for i in range(len(header))) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _article(report: Report) -> Iterator[str]:
    document, prior = report.document, report.outlet_prior
    outlet = prior.name if prior.known and prior.name and document.outlet else document.outlet
    yield f"# {escaped(counts.headline(document))}\n"
    known = f"{escaped(outlet or 'outlet not given')}, {outlet_standing(document, prior)}"
    address = web_address(document.url)
    parts = [known, document.published, f"<{address}>" if address and not set(address) & set("<>|") else None]
    yield " · ".join(part for part in parts if part) + "\n"
    yield f"**{verdict(report.summary)}**\n"
    yield f"{NOTE}\n"
    if report.ratings:
        yield "## Claims\n"
        yield from table(("", "Claim", "Rests on", "Strength", "Code"), (_claim(r, report) for r in report.ratings))
        yield _letters(report) + "\n"
        yield "## Reasons\n"
        for rating in report.ratings:
            yield from _reasons(rating, report)
    yield from _sources(report)
    yield from _hedges(report)
    yield from _unread(report)
    yield from _provenance(report)


def _claim(rating: Rating, report: Report) -> tuple[str, ...]:
    claim, strength, document = rating.claim, rating.strength, report.document
    words = escaped(claim.text(document.text))
    said = f"**Denied:** {words}" if claim.polarity is Polarity.NEGATIVE else words
    chain = " → ".join(escaped(link.label(document.text)) for link in claim.chain)
    relay = with_group(claim, document.text)
    basis = f"**{BASES[claim.basis].letter}**{f' {chain}' if chain else ''}{f', {escaped(relay)}' if relay else ''}"
    low, high = strength.interval
    shown = f"`{_bar(strength.probability)}` {strength.probability:.2f} ({low:.2f}–{high:.2f})"
    return escaped(claim.id), said, basis, shown, strength.code


def _bar(probability: float) -> str:
    full = round(probability * BLOCKS)
    return "█" * full + "░" * (BLOCKS - full)


def _letters(report: Report) -> str:
    said = (f"**{BASES[b].letter}** {BASES[b].name.lower()}: {BASES[b].meaning}" for b in counts.bases(report))
    return "; ".join(said) + "."


def _reasons(rating: Rating, report: Report) -> Iterator[str]:
    """A claim's path, factors and changes; likelihood and confidence in items of their own."""
    claim, strength = rating.claim, rating.strength
    relay = through(claim, report.document.text)
    basis = BASES[claim.basis].name.lower() + (f" {escaped(relay)}" if relay else "")
    yield f"### {escaped(claim.id)}: {basis}, {strength.probability:.2f} {strength.level}\n"
    yield f"> {escaped(claim.text(report.document.text))}\n"
    yield f"- {escaped(in_words(claim, report.document, report.outlet_prior))}"
    yield f"- Reasons, in log-odds: {'; '.join(_factor(factor, report.document.text) for factor in steps(rating))}."
    for heading, changes in (("raise", rating.would_raise), ("lower", rating.would_lower)):
        if changes:
            said = "; ".join(f"{escaped(c.change)} → {c.probability:.2f}" for c in changes)
            yield f"- Would {heading} it: {said}."
    if links := [_link(words, url) for words, url in links_shown(claim, report.document.text)]:
        yield f"- Links of its sentences: {', '.join(links)}."
    yield f"- Code {strength.code}: {letter_words(rating)}; content “{CREDIBILITY[strength.credibility]}”."
    yield f"- Likelihood in the words of ICD 203: {strength.icd203}."
    yield f"- Confidence: {strength.confidence}, by the width of the interval.\n"


def _link(words: str, url: str) -> str:
    return f"[{escaped(words)}](<{url}>)" if not set(url) & set("<>|\\") else f"{escaped(words)} ({escaped(url)})"


def _factor(factor: Factor, text: str) -> str:
    value, said = factor_words(factor, text)
    words = f" “{escaped(said)}”" if said else ""
    return f"{factor.kind.value} ({escaped(value)}{words}) {signed(factor.log_odds)}"


def _sources(report: Report) -> Iterator[str]:
    sources = counts.sources(report)
    yield "## Who is relied on\n"
    if not sources:
        yield "The article names no source.\n"
        return
    rows = (
        (escaped(s.name), s.kind, f"{s.reliability}, {RELIABILITY[s.reliability]}", str(len(s.claims)), str(s.origin))
        for s in sources
    )
    yield from table(("Source", "Type", "Reliability", "Claims", "as origin"), rows, (3, 4))


def _hedges(report: Report) -> Iterator[str]:
    yield "## Words of caution and of emphasis\n"
    rows = (
        (HEDGES[r.usual.kind][0].capitalize(), str(r.number), f"{r.rate:.1f}", f"{r.usual.mean:.1f}", r.said)
        for r in counts.rates(report)
    )
    yield from table(("Kind", "Here", "per 1,000 words", "usual in news", ""), rows, (1, 2, 3))


def _unread(report: Report) -> Iterator[str]:
    yield "## What was not read\n"
    for reason, number, begins in counts.skipped(report):
        yield f"- {skipped_words(reason).capitalize()}, {counted(number, 'part')}: {escaped(begins)}"
    yield "" if report.document.skipped else "All of the text was read.\n"
    if notes := counts.warnings(report):
        yield "## Notes on the reading\n"
        yield from (f"- {escaped(note)}" for note in notes)
        yield ""


def _provenance(report: Report) -> Iterator[str]:
    made = report.provenance
    model = f" `{made.model_sha256[:12]}`" if made.model_sha256 else ""
    yield (
        f"Made by sourcegrade {made.version}, model {escaped(made.model)}{model}, priors `{made.priors_sha256[:12]}`, "
        f"settings `{made.config_sha256[:12]}`."
    )


def _overview(entries: Sequence[Entry], failed: Sequence[str]) -> Iterator[str]:
    yield f"# What {counted(len(entries), 'article')} rest{'s' if len(entries) == 1 else ''} on\n"
    yield f"**{totals(entries)}**\n"
    yield f"{NOTE}\n"
    same = same_titles(entries)
    header = ("Article", "Outlet", "Published", "Claims", "Sourced", "Unnamed", "Without", "Strength", "Sourcing score")
    yield from table(header, (_row(entry, same) for entry in by_strength(entries)), range(3, 9))
    if failed:
        yield "## Not rated\n"
        yield from (f"- {escaped(message)}" for message in failed)


def _row(entry: Entry, same: set[str]) -> list[str]:
    figures = ("–" if value is None else f"{value:.2f}" for value in (entry.mean, entry.score))
    groups = (str(entry.of_group(group)) for group in Group)
    linked = f"[{escaped(entry.title)}]({entry.file})" + (f" {escaped(entry.file)}" if entry.title in same else "")
    return [linked, escaped(entry.outlet or ""), entry.published or "", str(entry.claims), *groups, *figures]
