"""What rules see of a claim, as numbers that the claim head is given beside the words."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.schema import HedgeKind, Span
from scoring.text.lexicons import find_hedges
from scoring.text.quotes import Mask, share

HEDGES = (HedgeKind.EVIDENTIAL, HedgeKind.EPISTEMIC, HedgeKind.BOOSTER)
FEATURES = ("quoted", "opens quoted", *(kind.value for kind in HEDGES))
"""Share of the words in quotation marks; whether the first one is; whether there is a hedge of each kind outside."""


def claim_features(text: str, mask: Mask, spans: Sequence[Span]) -> list[float]:
    """The ``FEATURES`` of a claim, each in [0, 1]."""
    hedges = [h for span in spans for h in find_hedges(text, span.start, span.end) if not mask[h.span.start]]
    kinds = {hedge.kind for hedge in hedges}
    return [share(text, mask, spans), float(mask[spans[0].start]), *(float(kind in kinds) for kind in HEDGES)]
