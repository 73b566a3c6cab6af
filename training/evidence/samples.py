"""Claims with what became of them → evidence to which weights are fitted.

Four kinds of row are read from JSON Lines, and recognised by their keys:

- a claim with pages about it: ``claim``, ``label`` (true, false; anything else counts as unverified), ``pages`` of
  ``outlet``, ``headline`` and ``position``; only pages that are *for* the claim are rated;
- an article with graded claims: ``text``, ``claims`` with ``spans`` and ``strength`` (a grade 1–5, or ``probability``);
- a rating as ``sourcegrade score --format jsonl`` gives it, where claims have an ``outcome``: true or false;
- a story that reviewers rated: ``text`` and ``rating_0_5``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from scoring.documents.domains import registrable
from scoring.documents.files import from_text
from scoring.engine import Engine
from scoring.errors import InputError, attempt
from scoring.evidence.directional import Case
from scoring.pipeline import rate_document
from scoring.schema import Basis, Claim, Document, Rating, Report, Span
from scoring.text.words import WORD
from training.labels.formats.bounded import json_of, lines_of
from training.labels.schema import GRADES
from training.progress import Progress, followed, unseen

OUTCOMES = {"true": 1.0, "confirmed": 1.0, "false": 0.0, "refuted": 0.0}
SAME = 0.5
"""Jaccard index of words from which a rated claim counts as a labelled one, as in the yardstick."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Evidence with the rating that it should have.

    Parameters
    ----------
    group
        Samples of one group are held out together: a claim with its pages, or an article.
    case
        The evidence.
    target
        The right rating in [0, 1]; 0 or 1 for an outcome.
    weight
        How much the sample counts, > 0.
    outlet
        The publisher, which tells new support from repetition.
    """

    group: str
    case: Case
    target: float
    weight: float = 1.0
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A rated article with the reviewers' judgement in [0, 1]."""

    group: str
    report: Report
    target: float


@dataclass(slots=True)
class Outcomes:
    """What a file holds, and why rows of it were left out."""

    path: Path
    samples: list[Sample] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        """Whether all targets are outcomes, not grades."""
        return bool(self.samples) and all(sample.target in (0.0, 1.0) for sample in self.samples)


def read_outcomes(path: Path, engine: Engine, *, skip_bad: bool = False, progress: Progress = unseen) -> Outcomes:
    """Read and rate a file of outcomes; ``progress`` shows how many of its rows are done.

    Raises
    ------
    InputError
        The file cannot be read, holds nothing, or a row is wrong and ``skip_bad`` is not set; the message names file
        and row.
    """
    outcomes = Outcomes(path)
    with progress(f"rating {path.name}", sum(1 for _ in _lines(path))) as advance:
        for where, line in followed(_lines(path), advance):
            gathered = attempt(partial(_gathered, line, where, engine), where, "read")
            if isinstance(gathered, InputError):
                if not skip_bad:
                    raise gathered
                outcomes.bad.append(str(gathered))
            elif isinstance(gathered, Story):
                outcomes.stories.append(gathered)
            else:
                outcomes.samples += gathered
    if not outcomes.samples and not outcomes.stories:
        raise InputError(f"{path}: holds no outcome; see the kinds of row in training/evidence/samples.py")
    return outcomes


def _lines(path: Path) -> Iterator[tuple[str, str | InputError]]:
    for number, line in lines_of(path):
        if isinstance(line, InputError) or line.strip():
            yield f"{path}:{number}", line


def _row(line: str | InputError, where: str) -> dict[str, Any]:
    if isinstance(line, InputError):
        raise line
    row = json_of(line, where)
    if not isinstance(row, dict):
        raise InputError(f"{where}: found {type(row).__name__}, expected an object")
    return row


def _gathered(line: str | InputError, where: str, engine: Engine) -> list[Sample] | Story:
    row = _row(line, where)
    if "pages" in row:
        return list(_pages(row, where, engine))
    if "rating_0_5" in row:
        return _story(row, where, engine)
    if "claims" in row:
        return list(_labelled(row, where, engine))
    keys = ", ".join(row)[:200]
    raise InputError(f"{where}: found the keys {keys}; expected pages, claims or rating_0_5 among them")


def _pages(row: Mapping[str, Any], where: str, engine: Engine) -> Iterator[Sample]:
    label, group = OUTCOMES.get(_text(row, "label", where).lower()), _text(row, "claim", where)
    pages = row["pages"]
    if not isinstance(pages, list) or not all(isinstance(page, dict) for page in pages):
        raise InputError(f"{where}: pages is no list of objects with outlet, headline and position")
    supporting = [page for page in pages if page.get("position") == "for"]
    if label is None:
        return
    for page in supporting:
        outlet = _text(page, "outlet", where)
        report = rate_document(_document(_text(page, "headline", where), where, outlet), engine)
        case = Case(headline_claim(report), report.outlet_prior)
        yield Sample(group, case, label, 1 / len(supporting), registrable(outlet) or outlet.lower())


def headline_claim(report: Report) -> Claim:
    """The longest claim of a headline; the whole headline as a bare assertion if no claim was found in it."""
    claims = [rating.claim for rating in report.ratings]
    whole = Span(0, len(report.document.text))
    bare = Claim("c1", (whole,), (0,), Basis.ASSERTION, 1.0)
    return max(claims, key=lambda claim: sum(s.end - s.start for s in claim.spans), default=bare)


def _labelled(row: Mapping[str, Any], where: str, engine: Engine) -> Iterator[Sample]:
    """Claims that match a labelled one, with its grade, probability or outcome."""
    inner = row.get("article")
    article: Mapping[str, Any] = inner if isinstance(inner, dict) else row
    text, outlet = _text(article, "text", where), article.get("outlet")
    document = _document(text, where, outlet if isinstance(outlet, str) else None, same_length=True)
    report = rate_document(document, engine)
    group = str(row.get("id") or where)
    labelled = [c for c in row["claims"] if isinstance(c, dict)] if isinstance(row["claims"], list) else []
    for one, rating in _paired(labelled, report, where):
        target = _target(one, where)
        if target is not None:
            yield Sample(group, Case(rating.claim, report.outlet_prior, rating.evidence.origins), target)


def _target(labelled: Mapping[str, Any], where: str) -> float | None:
    if "outcome" in labelled:
        return OUTCOMES.get(str(labelled["outcome"]).lower())
    strength = labelled.get("strength")
    if isinstance(strength, dict):
        strength = strength.get("probability")
    elif isinstance(strength, int) and not isinstance(strength, bool):
        strength = GRADES.get(strength, strength)
    if strength is not None and not (isinstance(strength, float) and 0 <= strength <= 1):
        raise InputError(f"{where}: strength {strength!r}, expected a grade from 1 to 5 or a probability in [0, 1]")
    return strength


def _paired(
    labelled: Sequence[Mapping[str, Any]], report: Report, where: str
) -> Iterator[tuple[Mapping[str, Any], Rating]]:
    """Pairs of a labelled and a rated claim, one to one, by the words that they share, best first."""
    text = report.document.text
    mine = [_words(rating.claim.spans, text) for rating in report.ratings]
    theirs = [_words(_spans(one, text, where), text) for one in labelled]
    scored = [(len(a & b) / len(a | b), i, j) for i, a in enumerate(theirs) for j, b in enumerate(mine) if a & b]
    taken: tuple[set[int], set[int]] = set(), set()
    for share, i, j in sorted(scored, reverse=True):
        if share >= SAME and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            yield labelled[i], report.ratings[j]


def _spans(labelled: Mapping[str, Any], text: str, where: str) -> tuple[Span, ...]:
    try:
        spans = tuple(Span(int(span["start"]), int(span["end"])) for span in labelled["spans"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{where}: a claim without spans of start and end") from error
    if any(not 0 <= span.start < span.end <= len(text) for span in spans):
        raise InputError(f"{where}: a span lies outside the text of {len(text)} characters")
    return spans


def _words(spans: Sequence[Span], text: str) -> set[int]:
    return {match.start() for span in spans for match in WORD.finditer(text, span.start, span.end)}


def _story(row: Mapping[str, Any], where: str, engine: Engine) -> Story:
    rating = row["rating_0_5"]
    if not isinstance(rating, int | float) or isinstance(rating, bool) or not 0 <= rating <= 5:
        raise InputError(f"{where}: rating_0_5 {rating!r}, expected a number from 0 to 5")
    report = rate_document(_document(_text(row, "text", where), where), engine)
    return Story(str(row.get("id") or where), report, rating / 5)


def _document(text: str, where: str, outlet: str | None = None, *, same_length: bool = False) -> Document:
    return from_text(text, id=where, outlet=outlet, same_length=same_length)


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {key} {value!r}, expected words")
    return value
