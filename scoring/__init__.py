"""sourcegrade: what the claims of a news article rest on, and how strongly.

>>> import scoring
>>> report = scoring.rate("The minister said on Monday that the port will reopen.", outlet="harbourpost.example")
>>> report.ratings[0].claim.basis.value
'paraphrase'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring._version import __version__
from scoring.errors import SourcegradeError

if TYPE_CHECKING:
    from scoring.dossier.compare import compare
    from scoring.pipeline import load_engine, rate, rate_document
    from scoring.report.frame import to_frame

__all__ = ["SourcegradeError", "__version__", "compare", "load_engine", "rate", "rate_document", "to_frame"]


def __getattr__(name: str) -> Any:
    """Load the pipeline when it is first asked for, so that ``import scoring`` stays light."""
    if name in ("load_engine", "rate", "rate_document"):
        from scoring import pipeline

        return getattr(pipeline, name)
    if name == "compare":
        from scoring.dossier.compare import compare

        return compare
    if name == "to_frame":
        from scoring.report.frame import to_frame

        return to_frame
    raise AttributeError(f"module 'scoring' has no attribute {name!r}")
