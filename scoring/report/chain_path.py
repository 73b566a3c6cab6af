"""The chain of a claim drawn as a path, from the outlet at the top to the origin at the bottom."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from markupsafe import Markup

from scoring.report.svg import number, picture, tag
from scoring.report.terminal import RELIABILITY, source_name
from scoring.report.wording import BASES, STANCES, visible
from scoring.schema import Claim, Document, Link, Prior, SourceType, Stance

WIDTH = 360.0
"""Of the drawing, in its own units: CSS pixels at full size."""
_RADIUS, _LEFT, _TEXT = 13.0, -16.0, 26.0
"""Of a station; where the drawing begins, the line being at 0; where its words begin."""
_LINE, _GAP = 17.0, 40.0
_CHARS, _LINES = 42, 3
"""Characters a line that fit beside a node, and lines of a name at most."""
_DASHES = {Stance.DISTANCING: "6 5", Stance.INFERENTIAL: "2 4", Stance.INTENTIONAL: "2 4", Stance.NEGATING: "10 3 2 3"}


@dataclass(frozen=True, slots=True)
class _Node:
    """A station: its letter, name and kind, and how the line that leads to it is labelled and dashed."""

    letter: str
    lines: tuple[str, ...]
    kind: str
    cue: str = ""
    dash: str | None = None
    hollow: bool = False


def chain_path(claim: Claim, document: Document, outlet: Prior) -> Markup:
    """Draw outlet and sources as stations of a line; its title tells the same in words."""
    nodes = [_outlet(document, outlet), *(_node(link, document) for link in claim.chain)]
    if not claim.chain:
        nodes.append(_Node("–", ("No source given",), BASES[claim.basis].meaning, "", "2 4", True))
    places, y = [], _RADIUS + 3
    for node in nodes:
        places.append(y)
        y += len(node.lines) * _LINE + _LINE + _GAP
    height = y - _GAP
    drawn = [_edge(places[i], places[i + 1], node) for i, node in enumerate(nodes[1:])]
    drawn += [_station(node, place) for node, place in zip(nodes, places, strict=True)]
    return picture(in_words(claim, document, outlet), WIDTH, height, *drawn, left=_LEFT, class_="chain")


def in_words(claim: Claim, document: Document, outlet: Prior) -> str:
    """The path as a sentence for who cannot see it."""
    first = f"From the outlet, {_outlet_name(document, outlet)}"
    if not claim.chain:
        return f"{first}, straight to the claim: no source is given."
    links = [f"to {source_name(link, document)} ({_kind(link)})" for link in claim.chain]
    return f"{first}, {', '.join(links)}, the origin."


def _outlet_name(document: Document, prior: Prior) -> str:
    known = prior.name if prior.known and document.outlet else None
    return known or document.outlet or "not given"


def _outlet(document: Document, prior: Prior) -> _Node:
    name = _outlet_name(document, prior)
    kind = f"outlet, {RELIABILITY[prior.reliability]}"
    return _Node(prior.reliability, _wrapped("Outlet not given" if name == "not given" else name), kind)


def _node(link: Link, document: Document) -> _Node:
    said = f"“{link.cue.of(document.text)}”, " if link.cue else ""
    letter = link.prior.reliability if link.prior else "F"
    cue = _wrapped(f"{said}{STANCES[link.stance]}", 1)[0]
    hollow = link.type in (SourceType.ANONYMOUS, SourceType.GENERIC)
    return _Node(letter, _wrapped(source_name(link, document)), _kind(link), cue, _DASHES.get(link.stance), hollow)


def _kind(link: Link) -> str:
    return f"{link.type.value}, {RELIABILITY[link.prior.reliability if link.prior else 'F']}"


def _wrapped(words: str, lines: int = _LINES) -> tuple[str, ...]:
    shown = " ".join(visible(words).split())
    return tuple(textwrap.wrap(shown, _CHARS, max_lines=lines, placeholder=" …")) or ("(no name)",)


def _edge(start: float, end: float, node: _Node) -> Markup:
    line = tag(
        "path", d=f"M0 {number(start + _RADIUS)}V{number(end - _RADIUS)}",
        stroke_dasharray=node.dash, class_="line",
    )  # fmt: skip
    return line + (_text(node.cue, end - _RADIUS - 9, "label cue") if node.cue else Markup())


def _station(node: _Node, y: float) -> Markup:
    circle = tag("circle", cy=y, r=_RADIUS, class_="hollow" if node.hollow else "full")
    letter = tag("text", node.letter, y=y + 5, class_="mid ink" if node.hollow else "mid on")
    names = (_text(line, y + 5 + i * _LINE, "ink") for i, line in enumerate(node.lines))
    kind = _text(node.kind, y + 5 + len(node.lines) * _LINE, "label")
    return Markup().join((circle, letter, *names, kind))


def _text(words: str, y: float, class_: str) -> Markup:
    return tag("text", words, x=_TEXT, y=y, class_=class_)
