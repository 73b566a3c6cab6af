"""What a dossier says in words: of articles, outlets, groups and their origins."""

from __future__ import annotations

from scoring.dossier.output.build import names
from scoring.dossier.schema import ClaimGroup, Dossier, Mention, OriginKind, Relation, Step, Via
from scoring.report.wording import counted

RELATIONS = {
    Relation.AGREES: "agrees",
    Relation.CONTRADICTS: "contradicts",
    Relation.NUMBER: "another number",
}
KINDS = {
    OriginKind.SOURCE: "source",
    OriginKind.UNNAMED: "unnamed people",
    OriginKind.OUTLET: "an outlet’s own word",
    OriginKind.CIRCLE: "a circle: these rest on one another",
}
VIAS = {Via.CITED: "cites", Via.COPIED: "copies", Via.CREDITED: "credits"}


def outlet_of(article: int, dossier: Dossier) -> str:
    """What an article's outlet is called: its known name, its domain, or the article's id."""
    report = dossier.reports[article]
    known = report.outlet_prior.name if report.outlet_prior.known else None
    return known or report.document.outlet or report.document.id


def headline(dossier: Dossier) -> str:
    """The dossier in one line."""
    groups = dossier.groups
    several = sum(len(g.supporting) + len(g.opposing) + len(g.differing) > 1 for g in groups)
    disputed = sum(bool(g.opposing or g.differing) for g in groups)
    circles = {circle.outlets for g in groups for circle in g.circles}
    parts = [
        f"{counted(len(dossier.reports), 'article')} share {counted(len(groups), 'claim')}",
        f"{several} of them with more than one independent origin, {disputed} disputed",
    ]
    if dossier.copies:
        parts.append(
            f"{len(dossier.copies)} of the articles repeat another".replace(
                "1 of the articles repeat ", "1 of the articles repeats "
            )
        )
    if circles:
        parts.append(counted(len(circles), "circle") + " of outlets that rest on one another")
    return "; ".join(parts) + "."


def origins_line(group: ClaimGroup) -> str:
    """How many articles carry the claim, and how many independent origins it has."""
    articles = len({mention.place.article for mention in group.mentions})
    said = [f"{counted(articles, 'article')}, {counted(len(group.supporting), 'independent origin')}"]
    if group.supporting:
        said[0] += f" ({', '.join(names(group.supporting, group))})"
    if group.opposing:
        said.append(f"contradicted by {', '.join(names(group.opposing, group))}")
    if group.differing:
        said.append(f"another number from {', '.join(names(group.differing, group))}")
    return "; ".join(said)


def mention_origins(mention: Mention, group: ClaimGroup) -> str:
    """Where a mention's claim starts."""
    return ", ".join(names(mention.origins, group)) or "starts nowhere known"


def step_words(step: Step) -> tuple[str, str]:
    """The hedges of the two wordings; a wording without hedges is called plain."""
    before, after = (", ".join(f"“{word}”" for word in words) for words in (step.words_before, step.words_after))
    return before or "plain", after or "no hedge"
