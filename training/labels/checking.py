"""``sourcegrade data check``: what labelled files hold, and what is wrong in them, by file and row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring import resources, settings
from scoring.schema import Basis, Group, SourceType, Span, Stance
from training.labels.agreement import agreement
from training.labels.duplicates import alike
from training.labels.formats.catalogue import Fault
from training.labels.reading import items_of
from training.labels.schema import LabelledArticle

NO_SPLIT = "all"
MOST_CROSSINGS = 3
"""Most crossings that are named for one article; the others are only counted."""
ALL: Mapping[str, Sequence[str]] = {"basis": tuple(Basis), "source type": tuple(SourceType), "stance": tuple(Stance)}
"""Kinds of label with their values: if one value of a kind has examples, all should have some."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """``check`` of ``configs/data.toml``, which gives the reason for each value; ``alike`` lies in (0, 1]."""

    fewest: int
    words: int
    alike: float
    permutations: int


@dataclass(frozen=True, slots=True)
class SuggestSettings:
    """``suggest`` of ``configs/data.toml``; ``uncertainty`` lies in [0, 1]."""

    uncertainty: float


@dataclass(frozen=True, slots=True)
class DataSettings:
    """``configs/data.toml``."""

    check: CheckSettings
    suggest: SuggestSettings


@dataclass(frozen=True, slots=True)
class Placed:
    """An article and the part of the data that it belongs to."""

    split: str
    article: LabelledArticle


def data_settings() -> DataSettings:
    """The shipped ``data.toml``."""
    return settings.load(resources.config("data.toml"), DataSettings)


def check(paths: Sequence[Path], format: str | None, rule: CheckSettings) -> dict[str, Any]:
    """Read files and look for mistakes.

    Parameters
    ----------
    paths
        Files or folders; if there are several, each is a split, unless its rows name their splits.
    format
        Name of their format; recognised from content and ending if ``None``.
    rule
        Says when texts are alike and when labels are too few.

    Returns
    -------
    dict
        ``files``, ``articles``, ``claims``, ``splits`` (counts of labels by split, each by kind and value),
        ``agreement`` (or ``None``), ``mistakes`` and ``notes`` (each ``where`` and ``message``, in the order of files).

    Raises
    ------
    UsageError
        ``format`` is no format.
    """
    placed: list[Placed] = []
    faults: list[Fault] = []
    for path in paths:
        for item in items_of(path, format):
            if isinstance(item, Fault):
                faults.append(item)
            else:
                placed.append(Placed(item.split or (path.name if len(paths) > 1 else NO_SPLIT), item))
    for one in placed:
        faults += _crossings(one.article)
        faults += _inside_graphemes(one.article)
    faults += _twice(placed)
    faults += _duplicates(placed, rule)
    counts = counted(placed)
    faults += _few(counts, paths, rule.fewest)
    articles = [one.article for one in placed]
    if not articles and not any(not fault.note for fault in faults):
        faults.append(Fault(", ".join(map(str, paths)), "no labelled article; give a file with at least one"))
    return {
        "files": [str(path) for path in paths],
        "articles": len(articles),
        "claims": sum(len(article.claims) for article in articles),
        "splits": counts,
        "agreement": agreement(articles),
        "mistakes": [_row(fault) for fault in faults if not fault.note],
        "notes": [_row(fault) for fault in faults if fault.note],
    }


def _row(fault: Fault) -> dict[str, str]:
    return {"where": fault.where, "message": fault.message}


def counted(placed: Iterable[Placed]) -> dict[str, dict[str, dict[str, int]]]:
    """Counts of labels by split, by kind, and by value; kinds without a label are left out."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for one in placed:
        kinds = counts.setdefault(one.split, defaultdict(Counter))
        kinds["all"].update(_things(one.article))
        for kind, value in _labels(one.article):
            kinds[kind][value] += 1
        if one.article.annotator:
            kinds["annotator"][one.article.annotator] += 1
    return {split: {kind: dict(values) for kind, values in kinds.items()} for split, kinds in counts.items()}


def _things(article: LabelledArticle) -> dict[str, int]:
    links = [link for claim in article.claims for link in claim.chain]
    return {
        "articles": 1,
        "claims": len(article.claims),
        "claims in fragments": sum(len(claim.spans) > 1 for claim in article.claims),
        "sources": len({link.source for link in links if link.source}),
        "cues": len({link.cue for link in links if link.cue}),
        "hedges": len({hedge for claim in article.claims for hedge in claim.hedges}),
        "chains of two or more": sum(len(claim.chain) > 1 for claim in article.claims),
    }


def _labels(article: LabelledArticle) -> Iterator[tuple[str, str]]:
    for claim in article.claims:
        if claim.basis:
            yield "basis", claim.basis.value
        if claim.group:
            yield "group", claim.group.value
        if claim.strength is not None:
            yield "strength", f"{claim.strength:g}"
        for link in claim.chain:
            if link.type:
                yield "source type", link.type
            if link.stance:
                yield "stance", link.stance


def _spans(article: LabelledArticle) -> list[tuple[Span, str]]:
    spans: dict[tuple[Span, str], None] = {}
    for claim in article.claims:
        spans.update(((span, f"claim {claim.id}"), None) for span in claim.spans)
        for link in claim.chain:
            spans.update(((span, "a source"), None) for span in [link.source] if span)
            spans.update(((span, "a cue"), None) for span in [link.cue] if span)
        spans.update(((span, "a hedge"), None) for span in claim.hedges)
    return sorted(spans, key=lambda one: (one[0].start, -one[0].end, one[1]))


def _crossings(article: LabelledArticle) -> Iterator[Fault]:
    """Pairs of spans that overlap although neither lies in the other."""
    open_: list[tuple[Span, str]] = []
    count = 0
    for span, name in _spans(article):
        open_ = [one for one in open_ if one[0].end > span.start]
        for other, called in open_:
            if other.start < span.start and other.end < span.end:
                count += 1
                if count <= MOST_CROSSINGS:
                    ends = f"{called} ({other.start}–{other.end}) and {name} ({span.start}–{span.end})"
                    yield Fault(article.where, f"{ends} cross; let one lie in the other, or apart")
        open_.append((span, name))
    if count > MOST_CROSSINGS:
        yield Fault(article.where, f"{count - MOST_CROSSINGS:,} more spans cross")


def _inside_graphemes(article: LabelledArticle) -> Iterator[Fault]:
    """Ends of spans between code points that a reader sees as one character (UAX #29)."""
    if article.text.isascii() and "\r" not in article.text:
        return
    import regex

    edges = {match.start() for match in regex.finditer(r"\X", article.text)} | {len(article.text)}
    for span, name in _spans(article):
        inside = next((edge for edge in (span.start, span.end) if edge not in edges), None)
        if inside is not None:
            shown = article.text[max(0, inside - 2) : inside + 2]
            yield Fault(article.where, f"{name}: offset {inside} lies inside a character, in {shown!r}")


def _twice(placed: Sequence[Placed]) -> Iterator[Fault]:
    """Articles that one annotator has labelled twice under one id."""
    first: dict[tuple[str, str | None], str] = {}
    for one in placed:
        key = (one.article.id, one.article.annotator)
        if key in first:
            yield Fault(one.article.where, f"the id {key[0][:60]!r} stands at {first[key]} already; keep one")
        first.setdefault(key, one.article.where)


def _duplicates(placed: Sequence[Placed], rule: CheckSettings) -> Iterator[Fault]:
    """Texts that are in two splits, which makes every figure too good; two in one split are only a note."""
    texts, parts = [one.article.text for one in placed], [one.split for one in placed]
    for pair in alike(texts, parts, words=rule.words, least=rule.alike, permutations=rule.permutations):
        first, second = placed[pair.first], placed[pair.second]
        how = "the same text" if pair.alike == 1.0 else f"nearly the same text (Jaccard {pair.alike:.2f})"
        if first.split != second.split:
            told = f"{how} as {first.article.where} stands in {first.split}, this one in {second.split}"
            yield Fault(second.article.where, f"{told}; keep both in one split")
        elif first.article.id != second.article.id:
            yield Fault(second.article.where, f"{how} as {first.article.where}; keep one", note=True)


def _few(counts: Mapping[str, Mapping[str, Mapping[str, int]]], paths: Sequence[Path], fewest: int) -> Iterator[Fault]:
    total: dict[str, Counter[str]] = defaultdict(Counter)
    for kinds in counts.values():
        for kind, values in kinds.items():
            total[kind].update(values)
    wanted = {kind: values for kind, values in ALL.items() if total[kind]}
    if not total["basis"] and total["group"]:
        wanted["group"] = tuple(Group)
    where = ", ".join(path.name for path in paths)
    for kind, each in wanted.items():
        few = [f"{value} ({total[kind][value]})" for value in each if total[kind][value] < fewest]
        if few:
            told = f"{kind}: fewer than {fewest} examples of {', '.join(few)}; figures on them say little"
            yield Fault(where, told, note=True)
