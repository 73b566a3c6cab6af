"""How much of what outlets carry originates with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoring.dossier.rests import Sources
from scoring.dossier.schema import ClaimGroup, OutletShare, Place


def outlet_shares(groups: Sequence[ClaimGroup], sources: Sources) -> tuple[OutletShare, ...]:
    """The outlets of the dossier, those with most content of their own first.

    A claim originates with an outlet if it has it neither from another article of the dossier nor without any origin:
    if it asked the source itself, or vouches for it with its own word. Claims that no other article shares are its own;
    of a claim in several parts, one that is not makes the whole another's.
    """
    claims: Counter[str] = Counter()
    own: Counter[str] = Counter()
    heirs = {one.heir for group in groups for one in group.inherited}
    others = heirs | {m.place for group in groups for m in group.mentions if not m.origins}
    copied = Counter(sources.outlets.by_article[copy.copy].key for copy in sources.copies.copies)
    for article, report in enumerate(sources.reports):
        key = sources.outlets.by_article[article].key
        ids = {Place(article, n): rating.claim.id for n, rating in enumerate(report.ratings)}
        all_ids = set(ids.values())
        claims[key] += len(all_ids)
        own[key] += len(all_ids - {ids[place] for place in others & ids.keys()})
    articles = Counter(outlet.key for outlet in sources.outlets.by_article)
    found = (
        OutletShare(key, sources.outlets.by_key[key].name, number, claims[key], own[key], copied[key])
        for key, number in articles.items()
    )
    return tuple(sorted(found, key=lambda share: (-(share.share or 0.0), -share.claims, share.outlet)))
