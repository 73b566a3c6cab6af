"""sourcegrade: what the claims of a news article rest on, and how strongly.

>>> import scoring
>>> report = scoring.rate("The minister said on Monday that the port will reopen.", outlet="harbourpost.example")
>>> report.ratings[0].claim.basis.value
'paraphrase'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scoring._version import __version__
from scoring.errors import InputError, SourcegradeError, UsageError
from scoring.schema import (
    Basis,
    Change,
    Channel,
    Claim,
    Detail,
    Document,
    Evidence,
    Factor,
    FactorKind,
    Form,
    Group,
    Hedge,
    HedgeKind,
    Hyperlink,
    Link,
    Matter,
    Polarity,
    Prior,
    Profile,
    Provenance,
    Rating,
    Report,
    Sentence,
    Skipped,
    SourceType,
    Span,
    Stance,
    Strength,
    Summary,
    Term,
)

if TYPE_CHECKING:
    from scoring.documents.files import from_text, read
    from scoring.dossier.compare import compare
    from scoring.dossier.schema import Dossier
    from scoring.engine import Engine, load_engine
    from scoring.pipeline import rate, rate_document
    from scoring.report.frame import to_frame

__all__ = [
    "Basis",
    "Change",
    "Channel",
    "Claim",
    "Detail",
    "Document",
    "Dossier",
    "Engine",
    "Evidence",
    "Factor",
    "FactorKind",
    "Form",
    "Group",
    "Hedge",
    "HedgeKind",
    "Hyperlink",
    "InputError",
    "Link",
    "Matter",
    "Polarity",
    "Prior",
    "Profile",
    "Provenance",
    "Rating",
    "Report",
    "Sentence",
    "Skipped",
    "SourceType",
    "SourcegradeError",
    "Span",
    "Stance",
    "Strength",
    "Summary",
    "Term",
    "UsageError",
    "__version__",
    "compare",
    "from_text",
    "load_engine",
    "rate",
    "rate_document",
    "read",
    "to_frame",
]

_MODULES = {
    "Dossier": "scoring.dossier.schema",
    "Engine": "scoring.engine",
    "compare": "scoring.dossier.compare",
    "from_text": "scoring.documents.files",
    "load_engine": "scoring.engine",
    "rate": "scoring.pipeline",
    "rate_document": "scoring.pipeline",
    "read": "scoring.documents.files",
    "to_frame": "scoring.report.frame",
}
"""Where the names stand whose modules load more than the standard library; each is loaded when first asked for."""


def __getattr__(name: str) -> Any:
    """Load a name of ``_MODULES`` when it is first asked for, so that ``import scoring`` stays light."""
    if name not in _MODULES:
        raise AttributeError(f"module 'scoring' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """What the module holds, and what it loads when asked for."""
    return sorted({*globals(), *__all__})
