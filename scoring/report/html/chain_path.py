"""The chain of a claim as a path, from the outlet at the top to the origin at the bottom: stations of a line.

It is a list that the style sheet draws, so that a screen reader and a narrow page have the same words.
"""

from __future__ import annotations

from markupsafe import Markup

from scoring.report.html.svg import tag
from scoring.report.wording import BASES, RELIABILITY, STANCES
from scoring.schema import Claim, Document, Link, Prior, SourceType, Stance

_LONGEST = 120
"""Characters of a name or cue that are shown."""
_LINES = {
    Stance.DISTANCING: "to-far",
    Stance.INFERENTIAL: "to-guess",
    Stance.INTENTIONAL: "to-guess",
    Stance.NEGATING: "to-no",
}
"""The CSS class of a station's line, by the stance of the link that the line leads to; a plain line has no class."""
_HOLLOW = (SourceType.ANONYMOUS, SourceType.GENERIC)


def chain_path(claim: Claim, document: Document, outlet: Prior) -> Markup:
    """List outlet and sources as stations, each with its letter, its kind, and how the next is cited."""
    links = claim.chain
    outlet_name = _outlet_name(document, outlet)
    name = "Outlet not given" if outlet_name == "not given" else outlet_name
    onward = [_onward(link, document) for link in links] or [(Markup(), "to-guess")]
    stations = [_station(outlet.reliability, name, f"outlet, {RELIABILITY[outlet.reliability]}", *onward[0])]
    for link, (cue, line) in zip(links, [*onward[1:], (Markup(), "")], strict=False):
        letter = link.prior.reliability if link.prior else "F"
        hollow = "hollow " if link.type in _HOLLOW else ""
        kind = f"{_kind(link)}. {_short(known)}" if (known := link.profile.line()) else _kind(link)
        stations.append(_station(letter, link.label(document.text), kind, cue, hollow + line))
    if not links:
        stations.append(_station("–", "No source given", BASES[claim.basis].meaning, Markup(), "hollow"))
    return tag("ol", *stations, class_="chain")


def in_words(claim: Claim, document: Document, outlet: Prior) -> str:
    """The path as a sentence, for readers who cannot see the drawing."""
    first = f"From the outlet, {_outlet_name(document, outlet)}"
    if not claim.chain:
        return f"{first}, straight to the claim: no source is given."
    links = [f"to {link.label(document.text)} ({_kind(link)})" for link in claim.chain]
    return f"{first}, {', '.join(links)}, the origin."


def _outlet_name(document: Document, prior: Prior) -> str:
    known = prior.name if prior.known and document.outlet else None
    return known or document.outlet or "not given"


def _onward(link: Link, document: Document) -> tuple[Markup, str]:
    """The words that cite a link with their stance, and the class of the line that leads to it."""
    said = f"“{link.cue.of(document.text)}”, " if link.cue else ""
    return tag("i", _short(f"{said}{STANCES[link.stance]}")), _LINES.get(link.stance, "")


def _station(letter: str, name: str, kind: str, onward: Markup, classes: str) -> Markup:
    return tag("li", tag("b", letter), _short(name), tag("small", kind), onward, class_=classes.strip() or None)


def _kind(link: Link) -> str:
    return f"{link.type.value}, {RELIABILITY[link.prior.reliability if link.prior else 'F']}"


def _short(words: str) -> str:
    shown = " ".join(words.split())
    return (shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…") or "(no name)"
