"""A report's text cut where any mark begins or ends, so that marks that nest or cross can be drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from scoring.schema import Claim, Report, Skipped, Span

SOURCE, CUE, HEDGE = "source", "cue", "hedge"
_Mark = Claim | Skipped | str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with the same marks within claims; ``span`` is theirs in the article."""

    text: str
    kinds: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Run:
    """Pieces of the same claims, the narrowest first; ``opens`` begin here, ``skipped`` says why it is unread."""

    claims: tuple[Claim, ...]
    opens: tuple[Claim, ...]
    skipped: str | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Cut:
    span: Span
    claims: tuple[Claim, ...]
    skipped: str | None
    kinds: tuple[str, ...]


def paragraphs(report: Report) -> Iterator[tuple[Run, ...]]:
    """The article line by line, each line as runs; empty lines are left out.

    Offsets are code points into the article; every mark that lies in it is drawn, whatever others it crosses. The
    pieces joined are the text without its line breaks.
    """
    text = report.document.text
    opens: dict[int, list[Claim]] = defaultdict(list)
    for rating in report.ratings:
        opens[min(span.start for span in rating.claim.spans)].append(rating.claim)
    for whole, line in groupby(_cuts(report), key=lambda cut: text[cut.span.start] != "\n"):
        cuts = list(line)
        if whole and text[cuts[0].span.start : cuts[-1].span.end].strip():
            yield tuple(_runs(cuts, text, opens))


def _runs(cuts: Sequence[_Cut], text: str, opens: dict[int, list[Claim]]) -> Iterator[Run]:
    for (claims, skipped), same in groupby(cuts, key=lambda cut: (cut.claims, cut.skipped)):
        pieces = tuple(Piece(cut.span.of(text), cut.kinds, cut.span) for cut in same)
        yield Run(claims, tuple(opens.get(pieces[0].span.start, ())), skipped, pieces)


def _cuts(report: Report) -> Iterator[_Cut]:
    """The smallest stretches between any two marks, in order; each line break is a stretch of its own."""
    text = report.document.text
    begins: dict[int, list[_Mark]] = defaultdict(list)
    ends: dict[int, list[_Mark]] = defaultdict(list)
    for span, mark in _marks(report):
        begins[span.start].append(mark)
        ends[span.end].append(mark)
    breaks = [i for i, char in enumerate(text) if char == "\n"]
    edges = sorted({0, len(text), *begins, *ends, *breaks, *(i + 1 for i in breaks)})
    active: list[_Mark] = []
    for start, end in pairwise(edges):
        for mark in ends.get(start, ()):
            active.remove(mark)
        active += begins.get(start, ())
        yield _cut(Span(start, end), active)


def _marks(report: Report) -> Iterator[tuple[Span, _Mark]]:
    length = len(report.document.text)
    for skipped in report.document.skipped:
        yield skipped.span, skipped
    for rating in report.ratings:
        claim = rating.claim
        inner = [(link.source, SOURCE) for link in claim.chain] + [(link.cue, CUE) for link in claim.chain]
        inner += [(hedge.span, HEDGE) for hedge in claim.hedges]
        spans: list[tuple[Span | None, _Mark]] = [*((span, claim) for span in claim.spans), *inner]
        yield from ((span, mark) for span, mark in spans if span and 0 <= span.start < span.end <= length)


def _cut(span: Span, active: Sequence[_Mark]) -> _Cut:
    claims = {mark.id: mark for mark in active if isinstance(mark, Claim)}
    skipped = next((mark.reason for mark in active if isinstance(mark, Skipped)), None)
    kinds = tuple(kind for kind in (SOURCE, CUE, HEDGE) if kind in active)
    return _Cut(span, tuple(sorted(claims.values(), key=_extent)), skipped, kinds)


def _extent(claim: Claim) -> int:
    """Code points that a claim covers."""
    return sum(span.end - span.start for span in claim.spans)
