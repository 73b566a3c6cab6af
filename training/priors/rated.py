"""Public ratings → ``data/priors/rated.csv``: every site that they know and that is not listed by hand.

What ships is our own pooled figure with the raters' codes and years, never a rater's table. Left out are sites where
the account is the outlet (a rating of the site says nothing of one account), and sites of which only a part is rated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from scoring.priors.outlet_kinds import HOSTING, OutletKinds
from scoring.priors.pooling import Observation, PriorRule, letter, pool
from scoring.priors.public_ratings import Ratings, by_domain, said

DIGITS = 2
"""Digits of a mean: what a single rater said is known from ours to a hundredth or so, not to its own digits."""


def rated_rows(
    ratings: Ratings,
    rule: PriorRule,
    raters: Sequence[Mapping[str, str]],
    kinds: OutletKinds,
    listed: Collection[str],
) -> Iterator[dict[str, str]]:
    """Rows of ``rated.csv`` in the order of the domains' bytes.

    Parameters
    ----------
    ratings, rule
        What was read, and how it is pooled.
    raters
        Rows of ``raters.csv``.
    kinds
        The rules of ``outlet_kinds.csv``.
    listed
        Domains that ``outlets.csv`` has.
    """
    for domain, hosts in sorted(by_domain(ratings).items(), key=lambda pair: pair[0].encode()):
        whole = [host for host in hosts if host in (domain, f"www.{domain}")]
        kind = kinds.of(domain)
        observed = said(whole, ratings, rule)
        if observed and domain not in listed and not (kind and kind.kind == HOSTING):
            yield _row(domain, observed, rule, coded(whole, observed, ratings, raters))


def _row(domain: str, observed: Sequence[Observation], rule: PriorRule, codes: str) -> dict[str, str]:
    mean, weight = pool(observed, rule)
    mean = round(mean, DIGITS)
    return {
        "domain": domain,
        "mean": f"{mean:.{DIGITS}f}",
        "weight": f"{round(weight, 1):g}",
        "reliability": letter(mean, rule.letters),
        "raters": codes,
    }


def coded(
    hosts: Sequence[str], observed: Sequence[Observation], ratings: Ratings, raters: Sequence[Mapping[str, str]]
) -> str:
    """Codes and years of the raters, ``L23 W20``; Wikipedia's year is that of the last discussion where it is known."""
    years = {row["rater"]: int(row["year"]) for row in raters}
    codes = {row["rater"]: row["code"] for row in raters}
    discussed = next((ratings.discussed[host] for host in hosts if host in ratings.discussed), years["wikipedia"])
    years["wikipedia"] = discussed
    return " ".join(f"{codes[o.rater]}{years[o.rater] % 100:02}" for o in observed if o.rater)
