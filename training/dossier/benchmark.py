"""How well articles are compared, measured on stories of our own writing: ``sourcegrade dev dossier-figures``.

The cases in ``tests/cases/stories.jsonl`` are an article a line: ``story``, ``half`` (``development``, on which
thresholds are chosen, or ``held back``, which only measures), ``by`` (``us``, who made the comparison, or ``others``,
who knew the labelling rules alone), ``id``, ``outlet``, ``published``, ``title``, ``text``,
and what is right: ``claims`` with ``start``, ``end``, ``group``, ``relation`` to the group's claim and ``origin``
(``null``: it starts nowhere known), ``copies`` and ``circle`` with the ids of articles copied or cited round a circle,
``hardens`` from group to the id of the article that it is surer than. A labelled claim is found where a claim of the
reader shares half of the words of either with it, or holds all of them in the same place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.documents.files import from_text
from scoring.dossier.compare import compare_reports
from scoring.dossier.schema import ClaimGroup, Dossier, Place, Relation
from scoring.engine import Engine
from scoring.errors import UsageError
from scoring.pipeline import rate_document
from scoring.schema import Claim, Report
from scoring.text.spans import jaccard

SETS = (("development", "us"), ("development", "others"), ("held back", "others"))
FOUND = 0.5
"""Jaccard index of words from which a claim of the reader is the labelled one."""
_WORD = re.compile(r"\w+")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """Stories with their dossier; ``place`` has the claim found for a labelled one, by article and its number."""

    rows: Sequence[Row]
    dossier: Dossier
    place: Mapping[tuple[int, int], Place]


def read_cases(path: Path, half: str | None = None, by: str | None = None) -> list[Row]:
    """The articles of a file of cases, those of one half and by one kind of writer if given."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if half in (None, row["half"]) and by in (None, row["by"])]


def rate_cases(rows: Iterable[Row], engine: Engine) -> list[Report]:
    """Rate the articles in their texts as they stand, so that offsets stay."""
    return [rate_document(_document(row), engine) for row in rows]


def _document(row: Row) -> Any:
    extra = {"publisher": row["publisher"]} if "publisher" in row else {}
    document = from_text(
        row["text"],
        id=row["id"],
        outlet=row["outlet"],
        title=row["title"],
        published=row["published"],
        extra=extra,
        same_length=True,
    )
    if document.as_given != row["text"]:
        raise ValueError(f"{row['id']}: the text holds half characters, which cannot be written; write it plain")
    return document


def compared(rows: Sequence[Row], reports: Sequence[Report], engine: Engine, *, mixed: bool = False) -> list[Compared]:
    """A dossier a story; one of all stories where they are ``mixed``."""
    stories = {"": list(range(len(rows)))} if mixed else by_story(rows)
    dossiers = []
    for articles in stories.values():
        mine, theirs = [rows[i] for i in articles], [reports[i] for i in articles]
        dossier = compare_reports(theirs, engine.score)
        dossiers.append(Compared(mine, dossier, matched(mine, dossier.reports)))
    return dossiers


def by_story(rows: Sequence[Row]) -> dict[str, list[int]]:
    """The numbers of each story's articles."""
    stories: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        stories.setdefault(row["story"], []).append(i)
    return stories


def matched(rows: Sequence[Row], reports: Sequence[Report]) -> dict[tuple[int, int], Place]:
    """For each labelled claim the likest claim of the reader, each of which stands for one label."""
    places_by_claim: dict[tuple[int, int], Place] = {}
    for article, (row, report) in enumerate(zip(rows, reports, strict=True)):
        pairs = [
            (-_alike(label, rating.claim, report.document.text), n, c)
            for n, label in enumerate(row["claims"])
            for c, rating in enumerate(report.ratings)
        ]
        taken: set[int] = set()
        for likeness, n, c in sorted(pairs):
            if -likeness >= FOUND and (article, n) not in places_by_claim and c not in taken:
                places_by_claim[article, n] = Place(article, c)
                taken.add(c)
    return places_by_claim


def _alike(label: Row, claim: Claim, text: str) -> float:
    """Jaccard index of words; ``FOUND`` at the least where the claim stands in the label's place with all its words."""
    one, other = (set(_WORD.findall(words.casefold())) for words in (label["text"], claim.text(text)))
    holds = one <= other and any(s.start < label["end"] and label["start"] < s.end for s in claim.spans)
    return max(jaccard(one, other), FOUND if holds else 0.0)


def figures(compared: Sequence[Compared]) -> dict[str, float]:
    """All figures of the dossiers, each in [0, 1] but counts.

    ``found`` is the share of labelled claims that the reader finds; one that is missed counts as alone in ``b_cubed``,
    and its group's origins as wrong where they are too few without it. ``origins`` is the share of groups of two
    articles or more whose independent origins are exactly right; ``relations`` of grouped claims whose relation is.
    """
    labels = sum(len(row["claims"]) for one in compared for row in one.rows)
    precision, recall = (sum(values) / labels for values in zip(*map(_b_cubed, compared), strict=True))
    origins = [right for one in compared for right in _origins(one).values()]
    relations = [right for one in compared for right in _relations(one)]
    circles = [_circles(one) for one in compared]
    copies = [_copies(one) for one in compared]
    steps = [_steps(one) for one in compared]
    return {
        "found": sum(len(one.place) for one in compared) / labels,
        "b_cubed_precision": precision,
        "b_cubed_recall": recall,
        "b_cubed_f1": 2 * precision * recall / (precision + recall),
        "origins": sum(origins) / len(origins),
        "groups": len(origins),
        "relations": sum(relations) / len(relations),
        **_of("circles", circles),
        **_of("copies", copies),
        **_of("hardening", steps),
    }


def _of(name: str, pairs: Sequence[tuple[set[Any], set[Any]]]) -> dict[str, float]:
    """How many were planted, found, and invented."""
    gold = sum(len(right) for right, _ in pairs)
    return {
        f"{name}_planted": gold,
        f"{name}_found": sum(len(right & said) for right, said in pairs),
        f"{name}_invented": sum(len(said - right) for right, said in pairs),
    }


def _b_cubed(one: Compared) -> tuple[float, float]:
    """Sums of precision and recall over the labelled claims (Bagga & Baldwin 1998); all claims of the reader count."""
    group_of = {m.place: n for n, group in enumerate(one.dossier.groups) for m in group.mentions}
    gold = {(a, n): (row["story"], c["group"]) for a, row in enumerate(one.rows) for n, c in enumerate(row["claims"])}
    label_of = {place: gold[key] for key, place in one.place.items()}
    said = Counter(group_of[m] for m in group_of)
    right = Counter(gold.values())
    both = Counter((group_of[p], label) for p, label in label_of.items() if p in group_of)
    precision = recall = 0.0
    for key, label in gold.items():
        place = one.place.get(key)
        group = group_of.get(place) if place else None
        shared = both[group, label] if group is not None else 1
        precision += shared / (said[group] if group is not None else 1)
        recall += shared / right[label]
    return precision, recall


def _group_for(label: tuple[str, str], one: Compared) -> tuple[ClaimGroup | None, dict[Place, Any]]:
    """The dossier's group that holds most of a labelled one, and the labelled mentions that were found."""
    places = {
        place: one.rows[a]["claims"][n]
        for (a, n), place in one.place.items()
        if (one.rows[a]["story"], one.rows[a]["claims"][n]["group"]) == label
    }
    counted = Counter(n for n, g in enumerate(one.dossier.groups) for m in g.mentions if m.place in places)
    return (one.dossier.groups[counted.most_common(1)[0][0]] if counted else None), places


def _labelled(one: Compared) -> dict[tuple[str, str], set[str]]:
    """The origins of each labelled group of two articles or more."""
    articles: dict[tuple[str, str], set[int]] = {}
    origins: dict[tuple[str, str], set[str]] = {}
    for a, row in enumerate(one.rows):
        for claim in row["claims"]:
            label = (row["story"], claim["group"])
            articles.setdefault(label, set()).add(a)
            origins.setdefault(label, set()).update({claim["origin"]} - {None})
    return {label: origins[label] for label, names in articles.items() if len(names) > 1}


def _origins(one: Compared) -> dict[tuple[str, str], bool]:
    """Whether the independent origins of each labelled group are exactly right: as many, and each behind the same."""
    return {label: _origins_right(label, gold, one) for label, gold in _labelled(one).items()}


def _origins_right(label: tuple[str, str], gold: set[str], one: Compared) -> bool:
    group, places = _group_for(label, one)
    if group is None:
        return False
    used = {n for m in group.mentions for n in m.origins}
    meant: dict[int, Counter[str]] = {n: Counter() for n in used}
    for mention in group.mentions:
        origin = places[mention.place]["origin"] if mention.place in places else None
        for number in mention.origins:
            meant[number].update([origin] if origin else [])
    names = [counted.most_common(1)[0][0] if counted else None for counted in meant.values()]
    return len(names) == len(gold) and set(names) == gold


def _relations(one: Compared) -> list[bool]:
    """Whether each claim's relation to its group is right, the group's claim being that of most who agree."""
    right = []
    for label in _labelled(one):
        group, places = _group_for(label, one)
        if group is None:
            continue
        pairs = [(m.relation, Relation(places[m.place]["relation"])) for m in group.mentions if m.place in places]
        right += [said is meant for said, meant in pairs]
    return right


def _circles(one: Compared) -> tuple[set[Any], set[Any]]:
    planted = set(_rings(one.rows))
    return planted, {frozenset(circle.outlets) for group in one.dossier.groups for circle in group.circles}


def _rings(rows: Sequence[Row]) -> Iterator[frozenset[str]]:
    """The outlets of each planted circle, following ``circle`` from article to article until it closes."""
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        ring = [row]
        while (following := by_id[ring[-1]["circle"][0]] if "circle" in ring[-1] else None) and following not in ring:
            ring.append(following)
        if len(ring) > 1:
            yield frozenset(one["outlet"] for one in ring)


def _copies(one: Compared) -> tuple[set[Any], set[Any]]:
    planted = {(row["id"], other) for row in one.rows for other in row.get("copies", ())}
    return planted, {(one.rows[c.copy]["id"], one.rows[c.original]["id"]) for c in one.dossier.copies}


def _steps(one: Compared) -> tuple[set[Any], set[Any]]:
    """Hardened mentions by article, and by the words of the label or of the claim."""
    planted = {(row["id"], group) for row in one.rows for group in row.get("hardens", {})}
    label_of = {place: one.rows[a]["claims"][n]["group"] for (a, n), place in one.place.items()}
    later = (step.later for group in one.dossier.groups for step in group.steps)
    return planted, {(one.rows[p.article]["id"], label_of.get(p, f"claim {p.claim}")) for p in later}


def figure_lines(path: Path, engine: Engine) -> Iterator[str]:
    """The figures of each set of stories, a story a dossier and then all stories in one, a line a figure."""
    for half, by in SETS:
        rows = read_cases(path, half, by)
        if not rows:
            raise UsageError(f"{path}: holds no story of the set {half}, by {by}; give tests/cases/stories.jsonl")
        reports = rate_cases(rows, engine)
        for mixed in (False, True):
            yield f"{half}, by {by}, {'all stories in one dossier' if mixed else 'a story a dossier'}"
            for name, value in figures(compared(rows, reports, engine, mixed=mixed)).items():
                yield f"  {name:20} {value:.3f}" if isinstance(value, float) else f"  {name:20} {value}"
