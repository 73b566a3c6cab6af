"""Label Studio's JSON export: spans, relations, choices. Each annotation is an article, so that annotators can compare.

:func:`configuration` gives the labelling scheme: labels Claim, Source, Cue, Hedge, Implied; choices by region for
basis, group, polarity, matter, type, stance and strength (grades 1-5), a text for the resolved name; relations as in
:mod:`training.labels.formats.vocabulary`. Predictions are not read. The front end counts offsets in UTF-16 code units.
If the words beside the offsets agree better with code points (regions made by a program), or with CR LF counted as one
character, the offsets are read so. Nothing that a task refers to is ever fetched or opened.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring.writing.files import dumps, put
from training.labels.formats.bounded import json_of, text_of
from training.labels.formats.catalogue import Fault, Item, reads, survived, writes
from training.labels.formats.own import CLAIMS_KEY, OPTIONAL, TASKS, complete_of
from training.labels.formats.placing import Place, by_points, by_units, sound, units, without_returns
from training.labels.formats.regions import Drawing, Region, Tie, drawing_of, held, in_pieces, numbered
from training.labels.formats.tying import article_of
from training.labels.formats.vocabulary import CLAIM, LABELS, RESOLVED, TIES, VALUES, key_of, label_of, value_of
from training.labels.schema import LabelledArticle

REFERENCE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*://|/data/|/?(?:\.\./)+)\S*\s*", re.IGNORECASE)
"""An address or a path in place of a text, as projects with files or cloud storage export it."""
COLOURS = ("#f2a900", "#1f77b4", "#2ca02c", "#d62728", "#9467bd")


def known(path: Path, head: str) -> bool:
    """Whether a ``.json`` holds tasks and no claims."""
    return path.suffix.lower() == ".json" and bool(TASKS.search(head)) and not CLAIMS_KEY.search(head)


@reads("label-studio", known)
def read(path: Path) -> Iterator[Item]:
    """Read one article from each annotation of each task."""
    tasks = json_of(text_of(path), str(path))
    bare = 0
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], start=1):
        where = f"{path}:{number}"
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            yield Fault(where, "is no task with data and annotations; export as JSON, not JSON-MIN")
            continue
        text = task["data"].get("text")
        if wrong := sound(text) or _reference(text):
            yield Fault(where, wrong)
            continue
        done = [one for one in _annotations(task) if not one.get("was_cancelled")]
        bare += not done
        for one in done:
            yield from survived(_read(task, one, LabelledArticle(_id(task, where), text, (), where=where)), where)
    if bare:
        yield Fault(str(path), f"{bare:,} tasks without an annotation left out; predictions are not read", note=True)


def _annotations(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = task.get("annotations", task.get("completions"))
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _reference(text: str) -> str | None:
    if REFERENCE.fullmatch(text) is None:
        return None
    return f"text is the reference {text.strip()[:60]!r}, which is not followed; export tasks with their text"


def _id(task: Mapping[str, Any], where: str) -> str:
    return str(task["data"].get("id") or task.get("id") or where.rpartition("/")[2])


def _read(task: Mapping[str, Any], annotation: Mapping[str, Any], bare: LabelledArticle) -> Iterator[Item]:
    data = task["data"]
    extra: dict[str, Any] = {key: str(data[key]) for key in OPTIONAL if data.get(key) is not None}
    by = annotation.get("annotator") or annotation.get("completed_by")
    by = by.get("email") or by.get("id") if isinstance(by, dict) else by
    extra |= {} if by is None else {"annotator": str(by)}
    article = LabelledArticle(bare.id, bare.text, (), where=bare.where, **extra)
    given = annotation.get("result")
    results = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    faults: list[Fault] = []
    drawing = Drawing(tuple(_regions(results, article, faults)), tuple(_ties(results, article.where)))
    yield from article_of(article, drawing, complete_of(data))
    yield from faults


def _place(results: Sequence[Mapping[str, Any]], text: str) -> Place:
    """UTF-16 code units, unless more of the words beside the offsets agree with another way of counting."""
    places = (by_units(text), by_points(text), without_returns(text, by_units), without_returns(text, by_points))
    misses = [0] * len(places)
    for value in (one["value"] for one in results if isinstance(one.get("value"), dict)):
        words = value.get("text")
        for number, place in enumerate(places):
            if isinstance(words, str):
                span = place(value.get("start"), value.get("end"))
                misses[number] += isinstance(span, str) or span.of(text).split() != words.split()
    return places[misses.index(min(misses))]


def _regions(results: Sequence[Mapping[str, Any]], article: LabelledArticle, faults: list[Fault]) -> Iterator[Region]:
    values = _values(results, article.where, faults)
    place = _place(results, article.text)
    for one in results:
        value = one.get("value")
        if one.get("type") not in ("labels", "hypertextlabels") or not isinstance(value, dict):
            continue
        words = value.get("labels") or value.get("hypertextlabels")
        word = str(words[0]) if isinstance(words, list) and words else ""
        label, span = label_of(word), place(value.get("start"), value.get("end"))
        if label is None:
            message = f"the label {word[:40]!r} is not known; give one of {', '.join(LABELS)}"
            faults.append(Fault(article.where, message))
        elif isinstance(span, str):
            faults.append(Fault(article.where, f"{label}: {span}"))
        else:
            id = str(one.get("id"))
            yield Region(id, label, (span,), values.get(id, {}), article.where)


def _values(results: Sequence[Mapping[str, Any]], where: str, faults: list[Fault]) -> Mapping[str, dict[str, str]]:
    """Choices, ratings and texts by the region that they belong to."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for one in results:
        kind, value = one.get("type"), one.get("value")
        if kind not in ("choices", "rating", "textarea", "number") or not isinstance(value, dict):
            continue
        given = value.get({"textarea": "text"}.get(kind, kind))
        words = [str(word) for word in (given if isinstance(given, list) else [given]) if word is not None]
        key = key_of(str(one.get("from_name")))
        if key == RESOLVED:
            values[str(one.get("id"))][key] = " ".join(words)
            continue
        for word in words:
            said = value_of(key, word) if key else None
            if key is None or said is None:
                right = f"give one of {', '.join(VALUES[key])}" if key else f"name it {', '.join(VALUES)}"
                faults.append(
                    Fault(where, f"the choice {word[:40]!r} of {one.get('from_name')!s:.40} is not known; {right}")
                )
            else:
                values[str(one.get("id"))][key] = said
    return values


def _ties(results: Sequence[Mapping[str, Any]], where: str) -> Iterator[Tie]:
    for one in results:
        if one.get("type") == "relation":
            labels = one.get("labels")
            kind = str(labels[0]) if isinstance(labels, list) and labels else ""
            ends = (str(one.get("from_id")), str(one.get("to_id")))
            start, end = reversed(ends) if one.get("direction") == "left" else ends
            yield Tie(kind, start, end, where)


@writes("label-studio")
def write(articles: Sequence[LabelledArticle], path: Path) -> Counter[str]:
    """Write a task for each article, with an annotation for each annotator; claims are numbered in order.

    The annotator is written as ``annotator``, since for ``completed_by`` an import takes only members of the project.
    """
    lost: Counter[str] = Counter()
    tasks: dict[tuple[str, str], dict[str, Any]] = {}
    for article in articles:
        task = tasks.setdefault((article.id, article.text), {"data": _data(article), "annotations": []})
        task["annotations"].append(_annotation(article, lost))
    dump(list(tasks.values()), path)
    return lost


def dump(tasks: list[dict[str, Any]], path: Path) -> None:
    """Write tasks in the form in which Label Studio imports them."""
    put(path, dumps(tasks, indent=1) + "\n")


def prediction(article: LabelledArticle, model: str, score: float) -> dict[str, Any]:
    """A task whose labels are a model's suggestion, with the model's name and its score in [0, 1]."""
    result = _results(article, Counter())
    made = {"model_version": model, "score": round(score, 4), "result": result}
    return {"data": _data(article), "predictions": [made]}


def _data(article: LabelledArticle) -> dict[str, Any]:
    extra = {key: value for key in ("split", "outlet") if (value := getattr(article, key)) is not None}
    return {"text": article.text, "id": article.id, **extra, "complete": sorted(article.complete)}


def _annotation(article: LabelledArticle, lost: Counter[str]) -> dict[str, Any]:
    lost["names of claims"] += 0 if numbered(article.claims) else len(article.claims)
    by = article.annotator
    who = {} if by is None else {"annotator": by}
    return {**who, "result": _results(article, lost)}


def _results(article: LabelledArticle, lost: Counter[str]) -> list[dict[str, Any]]:
    drawing, unit = in_pieces(drawing_of(article.claims)), units(article.text)
    results: list[dict[str, Any]] = []
    for region in drawing.regions:
        span = region.spans[0]
        at = {"start": unit(span.start), "end": unit(span.end)}
        base = {"id": region.id, "to_name": "text", "origin": "manual"}
        value = {**at, "text": span.of(article.text), "labels": [region.label]}
        results.append({**base, "from_name": "label", "type": "labels", "value": value})
        for key, said in held(region, lost).items():
            kind, name = ("textarea", "text") if key == RESOLVED else ("choices", "choices")
            results.append({**base, "from_name": key, "type": kind, "value": {**at, name: [said]}})
    for tie in drawing.ties:
        ends = {"from_id": tie.start, "to_id": tie.end}
        results.append({"type": "relation", **ends, "direction": "right", "labels": [tie.kind]})
    return results


def configuration() -> str:
    """The labelling configuration (XML) that a project needs: labels, choices for each region, relations."""
    where = {
        "basis": CLAIM,
        "group": CLAIM,
        "strength": CLAIM,
        "polarity": CLAIM,
        "matter": CLAIM,
        "type": "Source,Implied,Cue",
        "stance": "Cue,Source,Implied",
    }
    lines = ["<View>", '  <Labels name="label" toName="text">']
    lines += [
        f'    <Label value="{label}" background="{colour}"/>' for label, colour in zip(LABELS, COLOURS, strict=True)
    ]
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>']
    for key, words in VALUES.items():
        shown = f'visibleWhen="region-selected" whenLabelValue="{where[key]}"'
        lines.append(f"  <View {shown}>")
        lines.append(f'    <Header value="{key}" size="5"/>')
        lines.append(
            f'    <Choices name="{key}" toName="text" perRegion="true" choice="single-radio" showInline="true">'
        )
        lines += [f'      <Choice value="{word}"/>' for word in words]
        lines += ["    </Choices>", "  </View>"]
    lines.append(
        '  <TextArea name="resolved" toName="text" perRegion="true" maxSubmissions="1" placeholder="who it is"/>'
    )
    lines += ["  <Relations>", *(f'    <Relation value="{kind}"/>' for kind in TIES), "  </Relations>", "</View>"]
    return "\n".join(lines) + "\n"
