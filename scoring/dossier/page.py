"""A dossier as a page in the report's look: one HTML file that needs nothing else, and works without a script."""

from __future__ import annotations

from scoring.dossier.graph import drawn
from scoring.dossier.schema import Dossier
from scoring.dossier.wording import RELATIONS, headline, mention_origins, origins_line, outlet_of, step_words
from scoring.report.page import environment


def dossier_page(dossier: Dossier) -> str:
    """Render a dossier as a page; its policy is that of :func:`scoring.report.page.policy`."""
    groups = [
        (group, drawn(group, dossier), [(step, *step_words(step)) for step in group.steps]) for group in dossier.groups
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
