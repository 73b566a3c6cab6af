"""What ``sourcegrade compare`` writes. A further format is a further function and a row of ``FORMATS``."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from scoring.dossier.schema import Dossier
from scoring.errors import UsageError
from scoring.writing.files import dumps

STEM = "dossier"
"""The files' names without their endings."""


@dataclass(frozen=True, slots=True)
class DossierFormat:
    """A writer with the ending of its file; ``in_folder`` says that a folder gets it without being asked."""

    suffix: str
    write: Callable[[Dossier], str]
    in_folder: bool = True


def dossier_format(name: str) -> DossierFormat:
    """The format of that name.

    Raises
    ------
    UsageError
        No format has this name.
    """
    if name not in FORMATS:
        raise UsageError(f"--format: {name!r} is not known; give one of {', '.join(FORMATS)}")
    return FORMATS[name]


def _table(dossier: Dossier) -> str:
    from scoring.dossier.output.table import table
    from scoring.report.terminal.screen import console, screen_of

    stream = io.StringIO()
    made = console(stream)
    made.print(table(dossier, screen_of(made)))
    return stream.getvalue()


def _html(dossier: Dossier) -> str:
    from scoring.dossier.output.page import dossier_page

    return dossier_page(dossier)


def _json(dossier: Dossier) -> str:
    from scoring.dossier.output.build import to_dict

    return dumps(to_dict(dossier), indent=2) + "\n"


def _prov(dossier: Dossier) -> str:
    from scoring.dossier.output.prov import to_prov

    return dumps(to_prov(dossier), indent=2) + "\n"


FORMATS = {
    "table": DossierFormat(".txt", _table, in_folder=False),
    "html": DossierFormat(".html", _html),
    "json": DossierFormat(".json", _json),
    "prov": DossierFormat(".prov.jsonld", _prov),
}
