"""How far annotators of the same texts agree.

Claims are paired one to one by the Jaccard index of their words, best first, from 0.5; hedges are paired if they
overlap. Their F1 needs no correction for chance, since nobody can count what could be marked (Hripcsak & Rothschild
2005). Cohen's kappa compares the bases of paired claims. Krippendorff's alpha compares, as nominal values, the basis of
every word ("none" is one), as PolNeAR reports it for its roles, and, as ordinal values, the grades of paired claims.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.schema import Basis, Span
from training.labels.pairing import paired, words
from training.labels.schema import LabelledArticle, LabelledClaim

_CODES = {basis: float(number) for number, basis in enumerate(Basis, start=1)}
_NO_CLAIM, _NO_BASIS = 0.0, float(len(Basis) + 1)


def agreement(articles: Sequence[LabelledArticle]) -> dict[str, float | int | None] | None:
    """Figures of agreement, each in [-1, 1]; ``None`` if no text has two annotators.

    Returns
    -------
    dict
        ``articles`` and ``annotators`` are counts; a figure that cannot be computed is ``None``.
    """
    by_text: dict[str, dict[str, LabelledArticle]] = defaultdict(dict)
    for article in articles:
        by_text[article.text].setdefault(article.annotator or "", article)
    several = [list(copies.values()) for copies in by_text.values() if len(copies) > 1]
    if not several:
        return None
    counts: Counter[str] = Counter()
    pairs: list[tuple[LabelledClaim, LabelledClaim]] = []
    for copies in several:
        for a, b in combinations(copies, 2):
            alike = paired(a.text, [claim.spans for claim in a.claims], [claim.spans for claim in b.claims])
            matches = [(a.claims[i], b.claims[j]) for i, j in alike]
            pairs += matches
            counts["claims"] += len(a.claims) + len(b.claims)
            counts["bases"] += sum(claim.basis is not None for claim in (*a.claims, *b.claims))
            counts["hedges"] += len(_hedges(a)) + len(_hedges(b))
            counts["same hedges"] += _shared(_hedges(a), _hedges(b))
    same = sum(one.basis is not None and one.basis == other.basis for one, other in pairs)
    return {
        "articles": len(several),
        "annotators": len({one.annotator for copies in several for one in copies}),
        "claim_f1": _share(2 * len(pairs), counts["claims"]),
        "basis_f1": _share(2 * same, counts["bases"]),
        "basis_kappa": _kappa(pairs),
        "basis_alpha": _alpha(several),
        "hedge_f1": _share(2 * counts["same hedges"], counts["hedges"]),
        "strength_alpha": _grades(pairs),
    }


def _hedges(article: LabelledArticle) -> list[Span]:
    return sorted({span for claim in article.claims for span in claim.hedges})


def _shared(first: Sequence[Span], second: Sequence[Span]) -> int:
    """How many spans of one can be paired, one to one, with an overlapping span of the other."""
    left = list(second)
    count = 0
    for span in first:
        if (found := next((other for other in left if other.overlaps(span)), None)) is not None:
            left.remove(found)
            count += 1
    return count


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _kappa(pairs: Sequence[tuple[LabelledClaim, LabelledClaim]]) -> float | None:
    from sklearn.metrics import cohen_kappa_score

    both = [(a.basis, b.basis) for a, b in pairs if a.basis and b.basis]
    if len({basis for pair in both for basis in pair}) < 2:
        return None
    first, second = ([str(pair[side]) for pair in both] for side in (0, 1))
    return float(cohen_kappa_score(first, second))


def _alpha(several: Sequence[Sequence[LabelledArticle]]) -> float | None:
    """Krippendorff's alpha of the basis of each word; annotators have no values in texts that they did not label."""
    names = sorted({article.annotator or "" for copies in several for article in copies})
    columns = []
    for copies in several:
        whole = words(copies[0].text, [Span(0, len(copies[0].text))])
        starts = {start: place for place, start in enumerate(sorted(whole))}
        values = np.full((len(names), len(starts)), np.nan)
        for article in copies:
            row = values[names.index(article.annotator or "")]
            row[:] = _NO_CLAIM
            for claim in article.claims:
                inside = [starts[word] for word in words(article.text, claim.spans) if word in starts]
                row[inside] = _CODES[claim.basis] if claim.basis else _NO_BASIS
        columns.append(values)
    return _krippendorff(np.concatenate(columns, axis=1), "nominal")


def _grades(pairs: Sequence[tuple[LabelledClaim, LabelledClaim]]) -> float | None:
    both = [(a.strength, b.strength) for a, b in pairs if a.strength is not None and b.strength is not None]
    return _krippendorff(np.array(both, dtype=float).T, "ordinal") if both else None


def _krippendorff(values: NDArray[np.float64], level: Literal["nominal", "ordinal"]) -> float | None:
    import krippendorff

    if len(set(values[~np.isnan(values)].tolist())) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=values, level_of_measurement=level))
