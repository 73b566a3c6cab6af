"""The lines of an ``.ann``, read into regions and ties."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scoring.schema import Span
from training.labels.formats.catalogue import Fault
from training.labels.formats.placing import by_points
from training.labels.formats.regions import Drawing, Region, Tie
from training.labels.formats.vocabulary import (
    ATTRIBUTED,
    CLAIM,
    CUE,
    LABELS,
    RESOLVED,
    SAID,
    SOURCE,
    VALUES,
    key_of,
    label_of,
    named_value,
    value_of,
)

_TEXT_BOUND = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_RELATION = re.compile(r"(\S+) \S+:(\S+) \S+:(\S+)\s*")
_ROLE = re.compile(r"([^\s:]+?)\d*:(\S+)")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.*))?")
PASSED_OVER = "*N"
"""First letters of lines that are ignored: equivalences, and references to knowledge bases."""
DISCARD = "discard"
"""PolNeAR's label for what does not belong to an article, such as a link to read more elsewhere."""


@dataclass(frozen=True, slots=True)
class TextBound:
    """A ``T`` line: label, offsets in fragments, and the words that stand beside them."""

    label: str
    offsets: tuple[tuple[int, int], ...]
    words: str
    where: str


@dataclass(slots=True)
class Lines:
    """An ``.ann`` by kinds of line; ``values`` hold key (or bare word), value and place, ``events`` role and id."""

    name: str
    bound: dict[str, TextBound] = field(default_factory=dict)
    events: list[list[tuple[str, str]]] = field(default_factory=list)
    triggers: set[str] = field(default_factory=set)
    ties: list[Tie] = field(default_factory=list)
    values: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Fault] = field(default_factory=list)

    def agree(self, text: str) -> bool:
        """Whether the words beside the offsets are those of ``text``."""
        return all(
            "".join(text[s:e] for s, e in b.offsets).split() == b.words.split()
            or " ".join(text[s:e] for s, e in b.offsets).split() == b.words.split()
            for b in self.bound.values()
        )


def parsed(text: str, lines: Lines) -> None:
    """Sort the lines of an ``.ann`` into ``lines``; wrong lines become faults."""
    for number, line in enumerate(text.split("\n"), start=1):
        where, kind = f"{lines.name}:{number}", line[:1]
        if not line.strip() or kind in PASSED_OVER:
            continue
        id, _, rest = line.rstrip("\r").partition("\t")
        read = {"T": _text_bound, "R": _relation, "E": _event, "A": _attribute, "M": _attribute, "#": _note}.get(kind)
        if read is None or not read(id, rest, lines, where):
            right = "give T, R, E, A or # lines as brat writes them, a tab behind the id"
            lines.faults.append(Fault(where, f"{line[:60]!r} is no line of standoff; {right}"))


def _text_bound(id: str, rest: str, lines: Lines, where: str) -> bool:
    given, _, words = rest.partition("\t")
    match = _TEXT_BOUND.fullmatch(given.strip())
    if match is None:
        return False
    offsets = tuple((int(s), int(e)) for s, _, e in (part.partition(" ") for part in match[2].split(";")))
    if id in lines.bound:
        lines.faults.append(Fault(where, f"the id {id[:20]} stands twice; give each annotation its own"))
    lines.bound[id] = TextBound(match[1], offsets, words, where)
    return True


def _relation(_id: str, rest: str, lines: Lines, where: str) -> bool:
    if match := _RELATION.fullmatch(rest):
        lines.ties.append(Tie(match[1], match[2], match[3], where))
    return match is not None


def _event(_id: str, rest: str, lines: Lines, _where: str) -> bool:
    roles = _ROLE.findall(rest)
    if roles:
        lines.triggers.add(roles[0][1])
        lines.events.append(roles)
    return bool(roles)


def _attribute(_id: str, rest: str, lines: Lines, where: str) -> bool:
    if match := _ATTRIBUTE.fullmatch(rest.strip()):
        lines.values[match[2]].append((match[1], match[3] or "", where))
    return match is not None


def _note(_id: str, rest: str, lines: Lines, where: str) -> bool:
    head, _, said = rest.partition("\t")
    name, found, value = said.partition(":")
    if found and name.strip().casefold() == RESOLVED:
        lines.values[head.rpartition(" ")[2]].append((RESOLVED, value.strip(), where))
    return True


def drawing_of_lines(lines: Lines, text: str) -> Drawing:
    """Regions and ties; an annotation that is out of range or unknown becomes a fault of ``lines``."""
    regions = tuple(_regions(lines, text))
    there = {region.id for region in regions}
    ties = [tie for event in lines.events for tie in _event_ties(event, lines.bound)]
    known = [tie for tie in ties if {tie.start, tie.end} <= there]
    return Drawing(regions, (*lines.ties, *known))


def _regions(lines: Lines, text: str) -> Iterator[Region]:
    place = by_points(text)
    for id, bound in lines.bound.items():
        label = label_of(bound.label)
        if label is None:
            if id not in lines.triggers and bound.label.casefold() != DISCARD:
                message = f"the label {bound.label[:40]!r} is not known; give one of {', '.join(LABELS)}"
                lines.faults.append(Fault(bound.where, message))
            continue
        spans = [place(start, end) for start, end in bound.offsets]
        wrong = next((span for span in spans if isinstance(span, str)), None)
        if wrong is not None:
            lines.faults.append(Fault(bound.where, f"{label}: {wrong}"))
        else:
            sound = tuple(span for span in spans if isinstance(span, Span))
            yield Region(id, label, joined(sound, text), _values(id, label, lines), bound.where)


def joined(spans: Sequence[Span], text: str) -> tuple[Span, ...]:
    """The fragments; those with nothing but a line end between them are joined."""
    parts = [spans[0]]
    for before, span in pairwise(spans):
        between = text[before.end : span.start]
        if between and not between.strip("\r\n"):
            parts[-1] = Span(parts[-1].start, span.end)
        else:
            parts.append(span)
    return tuple(parts)


def cut(span: Span, text: str) -> list[Span]:
    """The parts of a span between line ends, as brat shows them."""
    return [Span(span.start + m.start(), span.start + m.end()) for m in re.finditer(r"[^\r\n]+", span.of(text))]


def _values(id: str, label: str, lines: Lines) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, value, where in lines.values.get(id, ()):
        key = key_of(name)
        if key == RESOLVED:
            values[key] = value
            continue
        bare = named_value(label, name) if not value else None
        said = value_of(key, value) if key else None
        if bare:
            values[bare[0]] = bare[1]
        elif key and said:
            values[key] = said
        else:
            right = ", ".join(VALUES[key]) if key else f"{', '.join(VALUES)} with a value"
            lines.faults.append(Fault(where, f"the attribute {name[:40]} {value[:40]!r} is not known; give {right}"))
    return values


def _event_ties(roles: Sequence[tuple[str, str]], bound: Mapping[str, TextBound]) -> Iterator[Tie]:
    """Ties from content to cue and from cue to source; without a cue, from content to source.

    The trigger may be the cue.
    """
    by: dict[str, list[str]] = defaultdict(list)
    for role, id in roles:
        label = label_of(role) or (label_of(bound[id].label) if id in bound else None)
        if label and id not in by[label]:
            by[label].append(id)
    heads = by[CUE] or by[SOURCE]
    yield from (Tie(ATTRIBUTED, claim, head) for claim in by[CLAIM] for head in heads)
    yield from (Tie(SAID, cue, source) for cue in by[CUE] for source in by[SOURCE])
