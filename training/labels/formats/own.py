"""The project's own JSON Lines: what ``sourcegrade score --format jsonl`` writes, corrected or not, or a lighter form.

Each line is an article: ``{"id", "text", "claims": [{"id", "spans": [{"start", "end"}], "basis", "chain": [{"source",
"resolved", "type", "cue", "stance"}], "hedges": [{"start", "end"}], "strength": 1-5}]}``; a rating has its text in
``article``. Optional keys are ``outlet``, ``split``, ``annotator``, and ``complete``, a list of what is labelled
throughout (``relations``, ``claims``; both if the key is missing). ``group`` counts if ``basis`` is null. In a rating,
strength is an object: it is the model's view and no label. A number is a grade. ``.json`` holds one such object or an
array. Offsets are code points of the text in the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.documents.rows import JSON_LINES
from scoring.schema import Basis, Group, Matter, Polarity, Span
from scoring.writing.files import dumps, put
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.formats.bounded import json_of, text_of
from training.labels.formats.catalogue import Fault, Item, each_line, reads, survived, writes
from training.labels.formats.placing import by_points, sound
from training.labels.formats.vocabulary import BASIS, GROUP, MATTER, POLARITY, STANCE, TYPE, VALUES, value_of
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink

OPTIONAL = ("annotator", "split", "outlet")
BOTH = frozenset({RELATIONS, CLAIMS})
CLAIMS_KEY = re.compile(r'"claims"\s*:')
ATTRIBUTIONS = re.compile(r'"attributions"\s*:')
DOCCANO = re.compile(r'"(?:entities|labels?)"\s*:')
TASKS = re.compile(r'"(?:annotations|completions|predictions|data|label)"\s*:')
"""Keys that tell formats apart in the head of a file; in JSON, a text holds no such quotation marks."""


def known(path: Path, head: str) -> bool:
    """Whether a file is JSON with claims, or JSON without the keys of the other formats."""
    ending = path.suffix.lower()
    others = (TASKS,) if ending == ".json" else (DOCCANO, ATTRIBUTIONS)
    if ending not in (".json", *JSON_LINES):
        return False
    return bool(CLAIMS_KEY.search(head)) or not any(other.search(head) for other in others)


@reads("jsonl", known)
def read(path: Path) -> Iterator[Item]:
    """Articles of a ``.jsonl``, or of a ``.json`` with one article or an array of them."""
    if path.suffix.lower() == ".json":
        whole = json_of(text_of(path), str(path))
        rows: list[Any] = whole if isinstance(whole, list) else [whole]
        for number, row in enumerate(rows, start=1):
            yield from survived(article_of(row, f"{path}:{number}"), f"{path}:{number}")
        return
    yield from each_line(path, article_of)


@writes("jsonl")
def write(articles: Sequence[LabelledArticle], path: Path) -> Counter[str]:
    """Write one article on each line; nothing is lost."""
    put(path, (dumps(row_of(article)) + "\n" for article in articles))
    return Counter()


def row_of(article: LabelledArticle) -> dict[str, Any]:
    """The article in the lighter form."""
    extra = {key: value for key in OPTIONAL if (value := getattr(article, key)) is not None}
    complete = {} if article.complete == BOTH else {"complete": sorted(article.complete)}
    claims = [_claim_row(claim) for claim in article.claims]
    return {"id": article.id, "text": article.text, **extra, **complete, "claims": claims}


def _claim_row(claim: LabelledClaim) -> dict[str, Any]:
    group = {} if claim.basis or not claim.group else {"group": claim.group.value}
    return {
        "id": claim.id,
        "spans": [_span_row(span) for span in claim.spans],
        "basis": claim.basis.value if claim.basis else None,
        **group,
        "chain": [_link_row(link) for link in claim.chain],
        "hedges": [_span_row(span) for span in claim.hedges],
        **({"polarity": claim.polarity.value} if claim.polarity else {}),
        **({"matter": claim.matter.value} if claim.matter else {}),
        "strength": claim.strength,
    }


def _link_row(link: LabelledLink) -> dict[str, Any]:
    source, cue = link.source and _span_row(link.source), link.cue and _span_row(link.cue)
    return {"source": source, "resolved": link.resolved, "type": link.type, "cue": cue, "stance": link.stance}


def _span_row(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row while it is read; ``faults`` collects what is wrong with it."""

    where: str
    text: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, message: str, *, note: bool = False) -> None:
        self.faults.append(Fault(self.where, message, note))

    def spans(self, values: Any, what: str) -> tuple[Span, ...]:
        """The sound spans of a list of ``{"start", "end"}``."""
        if not isinstance(values, list):
            self.fault(f"{what} is {type(values).__name__}; give a list of {{start, end}}")
            return ()
        return tuple(span for value in values if (span := self.span(value, what)))

    def span(self, value: Any, what: str) -> Span | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(f"{what}: {json.dumps(value)[:60]} is no span; give {{start, end}}")
            return None
        place = by_points(self.text)(value.get("start"), value.get("end"))
        if isinstance(place, str):
            self.fault(f"{what}: {place}")
            return None
        words = value.get("text")
        if isinstance(words, str) and words != place.of(self.text):
            there = f"{place.start}–{place.end} holds {place.of(self.text)[:40]!r}"
            self.fault(f"{what}: {there}, not the words given beside it", note=True)
        return place

    def value(self, row: Mapping[str, Any], key: str) -> str | None:
        """The value of a label; ``None`` if none is given or it is unknown."""
        given = row.get(key)
        known = value_of(key, given) if isinstance(given, str) else None
        if given is not None and known is None:
            self.fault(f"{key} {str(given)[:40]!r} is not known; give one of {', '.join(VALUES[key])}")
        return known


def article_of(row: Any, where: str) -> Iterator[Item]:
    """The article of a row with its sound labels, and what is wrong with it."""
    if not isinstance(row, dict):
        yield Fault(where, f"is {type(row).__name__}; give an object with id, text and claims")
        return
    inner = row.get("article")
    article = inner if isinstance(inner, dict) else row
    text: Any = article.get("text")
    if wrong := sound(text):
        yield Fault(where, wrong)
        return
    claims = row.get("claims")
    if not isinstance(claims, list):
        yield Fault(where, "claims is missing; give a list, empty where the article holds none")
        return
    reading = _Row(where, text)
    read_ = tuple(claim for n, given in enumerate(claims, 1) if (claim := _claim(given, f"c{n}", reading)))
    extra: dict[str, Any] = {key: str(v) for key in OPTIONAL if (v := row.get(key) or article.get(key)) is not None}
    id = str(row.get("id") or article.get("id") or where.rpartition("/")[2])
    yield LabelledArticle(id, text, read_, _complete(row, reading), where, **extra)
    yield from reading.faults


def _complete(row: Mapping[str, Any], reading: _Row) -> frozenset[str]:
    complete = complete_of(row)
    if complete is None and row.get("complete") is not None:
        reading.fault(
            f"complete {json.dumps(row['complete'])[:60]} is not known; give a list of {', '.join(sorted(BOTH))}"
        )
        return frozenset()
    return BOTH if complete is None else complete


def complete_of(row: Mapping[str, Any]) -> frozenset[str] | None:
    """What a row declares as labelled throughout; ``None`` if it declares nothing, or uses other words."""
    given = row.get("complete")
    sound = isinstance(given, list) and all(isinstance(one, str) for one in given) and set(given) <= BOTH
    return frozenset(given) if isinstance(given, list) and sound else None


def _claim(given: Any, id: str, reading: _Row) -> LabelledClaim | None:
    if not isinstance(given, dict):
        reading.fault(f"claim {id} is {type(given).__name__}; give an object")
        return None
    id = str(given.get("id") or id)[:80]
    spans = reading.spans(given.get("spans"), f"claim {id}")
    if not spans:
        reading.fault(f"claim {id} has no sound span and is left out; give spans of start and end")
        return None
    chain = given.get("chain") or []
    links = tuple(link for one in chain if (link := _link(one, id, reading))) if isinstance(chain, list) else ()
    hedges = reading.spans(given.get("hedges") or [], f"hedge of {id}")
    basis, group = reading.value(given, BASIS), reading.value(given, GROUP)
    if basis and group and Basis(basis).group != group:
        reading.fault(f"claim {id}: group {group} is not that of basis {basis}; correct both, or set one to null")
    chosen = Basis(basis) if basis else None
    grouped = chosen.group if chosen else Group(group) if group else None
    grade, polarity = _grade(given.get("strength"), id, reading), reading.value(given, POLARITY)
    matter = reading.value(given, MATTER)
    return LabelledClaim(
        id, spans, chosen, grouped, links, hedges, grade,
        Polarity(polarity) if polarity else None, Matter(matter) if matter else None,
    )  # fmt: skip


def _link(given: Any, id: str, reading: _Row) -> LabelledLink | None:
    if not isinstance(given, dict):
        reading.fault(f"chain of {id}: {str(given)[:40]!r} is no link; give an object with source and cue")
        return None
    source, cue = (reading.span(given.get(key), f"{key} of {id}") for key in ("source", "cue"))
    resolved = given.get("resolved")
    name = str(resolved) if resolved is not None else None
    return LabelledLink(source, cue, reading.value(given, TYPE), reading.value(given, STANCE), name)


def _grade(given: Any, id: str, reading: _Row) -> float | None:
    """A number as a grade; an object is the strength that the model gave, and no label."""
    if given is None or isinstance(given, dict):
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 1 <= given <= 5:
        reading.fault(f"strength {str(given)[:40]!r} of {id} is no grade; give a number from 1 to 5, or null")
        return None
    return float(given)
