"""A dossier as a page in the report's look: one HTML file that needs nothing else, and works without a script."""

from __future__ import annotations

import textwrap

from markupsafe import Markup

from scoring.dossier.output.wording import (
    KINDS,
    RELATIONS,
    VIAS,
    headline,
    mention_origins,
    origins_line,
    outlet_of,
    step_words,
)
from scoring.dossier.schema import ClaimGroup, Dossier, OriginKind, Relation, Via
from scoring.report.html.page import environment
from scoring.report.html.svg import number, picture, tag
from scoring.report.wording import visible


def dossier_page(dossier: Dossier) -> str:
    """Render a dossier as a page; its policy is that of :func:`scoring.report.html.page.policy`."""
    groups = [
        (id, group, drawn(group, dossier), [(step, *step_words(step)) for step in group.steps])
        for id, group in dossier.numbered
    ]
    return (
        environment()
        .get_template("dossier.html")
        .render(
            dossier=dossier,
            groups=groups,
            headline=headline(dossier),
            RELATIONS=RELATIONS,
            mention_origins=mention_origins,
            origins_line=origins_line,
            outlet_of=outlet_of,
        )
    )


WIDTH = 900.0
"""The width of the drawing, in its own units."""
_ROW, _TOP, _RADIUS = 44.0, 20.0, 7.0
_LEFT, _RIGHT, _WORDS = 330.0, 590.0, 40
_MOST = 24
"""Articles drawn; a group with more is told in its table."""
_DASHES = {Via.CITED: None, Via.COPIED: "6 4", Via.CREDITED: "2 4"}


def drawn(group: ClaimGroup, dossier: Dossier) -> Markup:
    """Draw a group; the picture's title tells the same in words."""
    mentions = group.mentions[:_MOST]
    used = sorted({n for mention in mentions for n in mention.origins})
    rows = max(len(mentions), len(used), 1)
    left = {m.place: _y(i, len(mentions), rows) for i, m in enumerate(mentions)}
    right = {n: _y(i, len(used), rows) for i, n in enumerate(used)}
    heirs = {one.heir for one in group.inherited if one.heir in left and one.of in left}
    parts = [_line(left[m.place], right[n], m.relation) for m in mentions if m.place not in heirs for n in m.origins]
    parts += [
        _arc(left[one.heir], left[one.of], one.via) for one in group.inherited if one.heir in left and one.of in left
    ]
    for mention in mentions:
        parts += _article(mention.place.article, left[mention.place], mention.relation, dossier)
    for n in used:
        parts += _origin(group, n, right[n])
    return picture(in_words(group, dossier), WIDTH, rows * _ROW + _TOP, *parts, class_="graph")


def in_words(group: ClaimGroup, dossier: Dossier) -> str:
    """The drawing as sentences, for readers who cannot see it."""
    said = [
        f"{outlet_of(m.place.article, dossier)} {'agrees' if m.relation is Relation.AGREES else 'differs'}: "
        f"{mention_origins(m, group)}"
        for m in group.mentions[:_MOST]
    ]
    said += [
        f"{outlet_of(one.heir.article, dossier)} {VIAS[one.via]} {outlet_of(one.of.article, dossier)}"
        for one in group.inherited
    ]
    return ". ".join(said) + "."


def _y(place: int, number_of: int, rows: int) -> float:
    """Evenly spread over the height."""
    return _TOP + (place + 0.5) * rows / max(1, number_of) * _ROW - _ROW / 2 + 6


def _line(start: float, end: float, relation: Relation) -> Markup:
    bend = (_LEFT + _RIGHT) / 2
    path = _curve((_LEFT + _RADIUS, start), bend, (_RIGHT - _RADIUS, end))
    return tag(
        "path", d=path, fill="none", class_="line", stroke_dasharray=None if relation is Relation.AGREES else "10 3 2 3"
    )


def _arc(heir: float, of: float, via: Via) -> Markup:
    """An arc on the left, from an article to the one that it has the claim from."""
    depth = _LEFT + 18 + min(90.0, abs(heir - of) * 0.5)
    end = _LEFT + _RADIUS
    path = _curve((end, heir), depth, (end + 2, of))
    arrow = f"M{number(end + 8)} {number(of - 4)}L{number(end)} {number(of)}L{number(end + 8)} {number(of + 4)}"
    lines = (
        tag("path", d=path, fill="none", class_="trend", stroke_dasharray=_DASHES[via]),
        tag("path", d=arrow, fill="none", class_="trend"),
    )
    return Markup().join(lines)


def _curve(start: tuple[float, float], bend: float, end: tuple[float, float]) -> str:
    """A path that leaves and arrives level, by way of x = ``bend``."""
    points = (*start, bend, start[1], bend, end[1], *end)
    x, y, *rest = (number(point) for point in points)
    return f"M{x} {y}C{' '.join(rest)}"


def _article(article: int, y: float, relation: Relation, dossier: Dossier) -> list[Markup]:
    name, day = outlet_of(article, dossier), dossier.reports[article].document.published or "no date"
    said = (
        day
        if relation is Relation.AGREES
        else f"{day}, {'contradicts' if relation is Relation.CONTRADICTS else 'another number'}"
    )
    return [
        tag("circle", cx=_LEFT, cy=y, r=_RADIUS, class_="full" if relation is Relation.AGREES else "hollow"),
        tag("text", _short(name), x=_LEFT - 14, y=y, class_="ink", text_anchor="end"),
        tag("text", said, x=_LEFT - 14, y=y + 15, class_="label", text_anchor="end"),
    ]


def _origin(group: ClaimGroup, n: int, y: float) -> list[Markup]:
    origin = group.origins[n]
    hollow = origin.kind in (OriginKind.UNNAMED, OriginKind.CIRCLE)
    return [
        tag("circle", cx=_RIGHT, cy=y, r=_RADIUS + 2, class_="hollow" if hollow else "full"),
        tag("text", _short(origin.name), x=_RIGHT + 16, y=y, class_="ink"),
        tag("text", KINDS[origin.kind], x=_RIGHT + 16, y=y + 15, class_="label"),
    ]


def _short(words: str) -> str:
    return textwrap.shorten(" ".join(visible(words).split()), _WORDS, placeholder=" …") or "…"
