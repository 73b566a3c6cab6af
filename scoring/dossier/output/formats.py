"""What ``sourcegrade compare`` writes: a decorated function a format. A folder gets all that programs read."""

from __future__ import annotations

import io

from scoring.dossier.schema import Dossier
from scoring.report.registry import output_format
from scoring.writing.files import dumps

STEM = "dossier"
"""The files' names without their endings."""


@output_format("table", "compare", help="to read in a terminal", suffix=".txt", for_machines=False)
def write_table(dossier: Dossier) -> str:
    """Each group of claims with who says it, and where it starts."""
    from scoring.dossier.output.table import table
    from scoring.report.terminal.screen import console, screen_of

    stream = io.StringIO()
    made = console(stream)
    made.print(table(dossier, screen_of(made)))
    return stream.getvalue()


@output_format("html", "compare", help="a page for a browser, in one file", suffix=".html")
def write_html(dossier: Dossier) -> str:
    """A page that works from disk, on paper, and without a script."""
    from scoring.dossier.output.page import dossier_page

    return dossier_page(dossier)


@output_format("json", "compare", help="all of it, by the published schema", suffix=".json")
def write_json(dossier: Dossier) -> str:
    """One object, as ``dossier.schema.json`` describes it."""
    from scoring.dossier.output.build import to_dict

    return dumps(to_dict(dossier), indent=2) + "\n"


@output_format("prov", "compare", help="what was derived from what, as W3C PROV in JSON-LD", suffix=".prov.jsonld")
def write_prov(dossier: Dossier) -> str:
    """Mentions of claims as entities of PROV, each with what it was derived from."""
    from scoring.dossier.output.prov import to_prov

    return dumps(to_prov(dossier), indent=2) + "\n"
