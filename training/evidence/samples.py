"""Claims with what became of them → evidence to which weights are fitted.

Four kinds of row are read from JSON Lines, and recognised by their keys:

- a claim with pages about it: ``claim``, ``label`` (true, false; anything else counts as unverified), ``pages`` of
  ``outlet``, ``headline`` and ``position``; only pages that are *for* the claim are rated;
- an article with graded claims: ``text``, ``claims`` with ``spans`` and ``strength`` (a grade 1–5, or ``probability``);
- a rating as ``sourcegrade score --format jsonl`` gives it, where claims have an ``outcome``: true or false;
- an article as a whole: ``text`` with ``rating_0_5`` (a story that reviewers rated), with ``grade`` (1 to 5, an
  editor's grade of its sourcing), or with ``outcome`` real or fake; others, such as "mixture", are left out. Without
  ``text``, the article of that ``id`` is taken from ``../labelled/SET.jsonl``, where ``set`` names SET.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, partial
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
from training.evidence.as_labelled import evidence
from training.labels.formats.bounded import json_of, lines_of
from training.labels.formats.own import article_of
from training.labels.matters import with_matters
from training.labels.reading import read_labelled
from training.labels.schema import GRADES, LabelledArticle
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


class Judged(StrEnum):
    """How a whole article was judged."""

    GRADE = "editors' grades"
    STORY = "reviewers' ratings"
    REAL = "real or fake"


REAL_OR_FAKE = {"real": 1.0, "fake": 0.0}


@dataclass(frozen=True, slots=True)
class Story:
    """A rated article with the judgement of it, in [0, 1]."""

    group: str
    report: Report
    target: float
    kind: Judged = Judged.STORY


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
    if "claims" not in row and not {"rating_0_5", "grade", "outcome"}.isdisjoint(row):
        return _story(row, where, engine)
    if "claims" in row:
        return list(_labelled(row, where, engine))
    keys = ", ".join(row)[:200]
    wanted = "pages, claims, rating_0_5, grade or outcome"
    raise InputError(f"{where}: found the keys {keys}; expected {wanted} among them")


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
    """Claims with a grade, probability or outcome.

    Where the labels say what each claim rests on, its evidence is theirs; else it is that of the rated claim which
    matches it.
    """
    if graded := list(_by_labels(row, where, engine)):
        yield from graded
        return
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


def _by_labels(row: Mapping[str, Any], where: str, engine: Engine) -> Iterator[Sample]:
    claims = row["claims"] if isinstance(row["claims"], list) else []
    if any(not isinstance(one, dict) or "outcome" in one or isinstance(one.get("strength"), dict) for one in claims):
        return  # a rating, whose basis is the model's
    articles = [item for item in article_of(row, where) if isinstance(item, LabelledArticle)]
    for article in with_matters(articles):
        outlet = engine.priors.outlet(article.outlet)
        for labelled, claim, origins in evidence(article, engine.priors):
            if labelled.strength is not None:
                target = GRADES[round(labelled.strength)]
                yield Sample(article.id, Case(claim, outlet, origins), target)


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


def _story(row: Mapping[str, Any], where: str, engine: Engine) -> Story | list[Sample]:
    if "rating_0_5" in row:
        kind, target = Judged.STORY, _number(row, "rating_0_5", 0, where) / 5
    elif "grade" in row:
        kind, target = Judged.GRADE, (_number(row, "grade", 1, where) - 1) / 4
    elif row["outcome"] in REAL_OR_FAKE:
        kind, target = Judged.REAL, REAL_OR_FAKE[row["outcome"]]
    else:
        return []
    text = _text(row, "text", where) if "text" in row else _labelled_text(row, where)
    report = rate_document(_document(text, where), engine)
    return Story(str(row.get("id") or where), report, target, kind)


def _number(row: Mapping[str, Any], key: str, least: int, where: str) -> float:
    value = row[key]
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= 5:
        raise InputError(f"{where}: {key} {value!r}, expected a number from {least} to 5")
    return float(value)


def _labelled_text(row: Mapping[str, Any], where: str) -> str:
    """The text of a labelled article that a row names by ``id`` and ``set``."""
    path = Path(where.rpartition(":")[0]).parent.parent / "labelled" / f"{_text(row, 'set', where)}.jsonl"
    if not path.is_file():
        raise InputError(f"{where}: has no text, and there is no {path} to take it from")
    texts = _texts_of(path, path.stat().st_mtime_ns)
    if row.get("id") not in texts:
        raise InputError(f"{where}: has no text, and {path} holds no article {row.get('id')!r}")
    return texts[str(row["id"])]


@lru_cache(maxsize=4)
def _texts_of(path: Path, _: int) -> dict[str, str]:
    """The texts of a file of labelled articles by id; the second argument is the time of its last change."""
    return {article.id: article.text for article in read_labelled([path])}


def _document(text: str, where: str, outlet: str | None = None, *, same_length: bool = False) -> Document:
    return from_text(text, id=where, outlet=outlet, same_length=same_length)


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {key} {value!r}, expected words")
    return value
