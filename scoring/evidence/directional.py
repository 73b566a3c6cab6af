"""The directional rules of evidential strength, as pairs of evidence over the whole grid of inputs.

The two sides of a pair differ in one thing, and one of them must be rated at least as high, whatever the weights are.
The rules are those of the claim definitions, by number; ``MATTER`` is the rule on what a source speaks about. Tests
rate every pair, and fitted weights must keep the rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scoring.evidence.factors import OWN_WORD
from scoring.priors.tables import Priors
from scoring.schema import Basis, Claim, Form, Hedge, HedgeKind, Link, Matter, Prior, SourceType, Span, Stance

MATTER = 11
"""Number of the rule on what a source speaks about, after the ten of the claim definitions."""
ANYWHERE = Span(0, 1)
OUTLETS = tuple(
    Prior(mean, weight, "C", "of the grid") for mean in (0.02, 0.2, 0.5, 0.8, 0.98) for weight in (1.0, 4.0, 30.0)
)
HEDGES = {
    "none": (),
    "reportedly": (Hedge(ANYWHERE, HedgeKind.EVIDENTIAL, 0.4),),
    "may": (Hedge(ANYWHERE, HedgeKind.EPISTEMIC, 0.5),),
    "undoubtedly": (Hedge(ANYWHERE, HedgeKind.BOOSTER, 0.9),),
    "about": (Hedge(ANYWHERE, HedgeKind.APPROXIMATOR, 1.0),),
    "may reportedly": (Hedge(ANYWHERE, HedgeKind.EPISTEMIC, 0.5), Hedge(ANYWHERE, HedgeKind.EVIDENTIAL, 0.4)),
}
IDENTIFIED = (SourceType.PERSON, SourceType.ORGANISATION, SourceType.MEDIA, SourceType.SOCIAL)
ACCOUNTABLE = (SourceType.PERSON, SourceType.ORGANISATION)
KNOWING = (Matter.FACT, Matter.OWN, Matter.AGAINST_INTEREST)
RANKED = (Matter.AGAINST_INTEREST, Matter.OWN, Matter.FACT, Matter.ACCUSATION)
KNOWN_BETTER = (
    (Matter.WITNESSED, Matter.FACT), (Matter.FINDING, Matter.FACT), (Matter.FACT, Matter.ACCUSATION),
    (Matter.FACT, Matter.FORECAST), (Matter.FACT, Matter.UNKNOWABLE), (Matter.OWN, Matter.SELF_PRAISE),
)  # fmt: skip
"""Pairs of matters of which the first is better known to whoever speaks of it."""
SURE = Prior(1.0, 10.0, "A", "fully reliable")


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with what is known of its outlet, and the number of its independent origins."""

    claim: Claim
    outlet: Prior
    origins: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases that differ in one thing: ``more`` must be rated at least as high as ``less``, higher if ``strict``."""

    rule: int
    more: Case
    less: Case
    strict: bool = False


def pairs(priors: Priors, outlets: Sequence[Prior] = OUTLETS) -> Iterator[Pair]:
    """Every pair of the grid for each of ``outlets``; rule 6 compares outlets of its own.

    Parameters
    ----------
    priors
        They give each type of source its prior.
    outlets
        Priors of the publishing outlet.
    """
    for rule, more, less, strict in _claims(priors):
        for outlet in outlets:
            yield Pair(rule, Case(more, outlet), Case(less, outlet), strict)
    for claim in _bases(priors):
        for weight in (1.0, 4.0, 30.0):
            better = [Prior(mean, weight, "C", "of the grid") for mean in (0.98, 0.8, 0.5, 0.2, 0.02)]
            for more_outlet, less_outlet in itertools.pairwise(better):
                yield Pair(6, Case(claim, more_outlet), Case(claim, less_outlet))
        if claim.chain:
            for outlet, (more_origins, fewer) in itertools.product(outlets, ((2, 1), (3, 2), (4, 3))):
                yield Pair(7, Case(claim, outlet, more_origins), Case(claim, outlet, fewer), strict=True)


def link(type_: SourceType, priors: Priors, stance: Stance = Stance.NEUTRAL) -> Link:
    """A source of a type, with the prior of its kind."""
    return Link(ANYWHERE, type_, stance, Form.INDIRECT, prior=priors.kind(type_.value))


def claim(basis: Basis, *chain: Link, hedges: tuple[Hedge, ...] = (), about: Matter = Matter.FACT) -> Claim:
    """A claim of a basis, by a chain given from the outermost link; ``about`` is what its source speaks about."""
    return Claim("c1", (ANYWHERE,), (0,), basis, 1.0, chain, hedges, matter=about)


Statement = tuple[int, Claim, Claim, bool]
"""Rule, the stronger claim, the weaker one, and whether it must be strictly weaker."""


def _bases(priors: Priors) -> Iterator[Claim]:
    """A claim without hedges for every basis and type of source."""
    yield from (claim(basis) for basis in (Basis.ASSERTION, Basis.HEARSAY, Basis.SPECULATION))
    yield from (claim(Basis.PARAPHRASE, link(type_, priors)) for type_ in IDENTIFIED)
    yield from (claim(Basis.DIRECT_QUOTE, link(type_, priors)) for type_ in IDENTIFIED)
    yield claim(Basis.DOCUMENT, link(SourceType.DOCUMENT, priors))
    yield claim(Basis.ANONYMOUS, link(SourceType.ANONYMOUS, priors))


def _claims(priors: Priors) -> Iterator[Statement]:
    yield from _named(priors)
    yield from _forms(priors)
    yield from _hedged(priors)
    yield from _stances(priors)
    yield from _chains(priors)
    yield from _same(priors)
    yield from _relays(priors)
    yield from _matters(priors)


def _named(priors: Priors) -> Iterator[Statement]:
    """Rule 1: a named source over an unnamed one, that over a generic one, that over none."""
    for stance, hedges in itertools.product(Stance, HEDGES.values()):
        unnamed = claim(Basis.ANONYMOUS, link(SourceType.ANONYMOUS, priors, stance), hedges=hedges)
        generic = claim(Basis.HEARSAY, link(SourceType.GENERIC, priors, stance), hedges=hedges)
        for type_, about in itertools.product(ACCOUNTABLE, KNOWING):
            yield 1, claim(Basis.PARAPHRASE, link(type_, priors, stance), hedges=hedges, about=about), unnamed, False
        yield 1, unnamed, generic, False
    for hedges in HEDGES.values():
        generic = claim(Basis.HEARSAY, link(SourceType.GENERIC, priors), hedges=hedges)
        yield 1, generic, claim(Basis.HEARSAY, hedges=hedges), False


def _forms(priors: Priors) -> Iterator[Statement]:
    """Rule 2: a verbatim quote or a document over a paraphrase."""
    for stance, hedges in itertools.product(Stance, HEDGES.values()):
        written = link(SourceType.DOCUMENT, priors, stance)
        document = claim(Basis.DOCUMENT, written, hedges=hedges)
        yield 2, claim(Basis.DIRECT_QUOTE, written, hedges=hedges), document, False
        for type_, about in itertools.product(IDENTIFIED, Matter):
            source = link(type_, priors, stance)
            paraphrase = claim(Basis.PARAPHRASE, source, hedges=hedges, about=about)
            yield 2, claim(Basis.DIRECT_QUOTE, source, hedges=hedges, about=about), paraphrase, False
            if type_ in ACCOUNTABLE and about is Matter.FACT:
                yield 2, document, paraphrase, False


def _hedged(priors: Priors) -> Iterator[Statement]:
    """Rule 3: hedges and boosters never raise the rating."""
    bare = claim(Basis.ASSERTION)
    for name, basis, strict in (
        ("reportedly", Basis.HEARSAY, True), ("may", Basis.SPECULATION, True),
        ("undoubtedly", Basis.SPECULATION, False), ("undoubtedly", Basis.ASSERTION, False),
    ):  # fmt: skip
        yield 3, bare, claim(basis, hedges=HEDGES[name]), strict
    for type_, basis in itertools.product(IDENTIFIED, (Basis.PARAPHRASE, Basis.DIRECT_QUOTE)):
        for hedges in HEDGES.values():
            yield 3, claim(basis, link(type_, priors)), claim(basis, link(type_, priors), hedges=hedges), False


def _stances(priors: Priors) -> Iterator[Statement]:
    """Rule 4: a factive or neutral cue over one that keeps its distance."""
    types = itertools.product(IDENTIFIED, HEDGES.values(), (Stance.FACTIVE, Stance.NEUTRAL))
    for type_, hedges, stance in types:
        near, far = (link(type_, priors, s) for s in (stance, Stance.DISTANCING))
        yield 4, claim(Basis.PARAPHRASE, near, hedges=hedges), claim(Basis.PARAPHRASE, far, hedges=hedges), True


def _chains(priors: Priors) -> Iterator[Statement]:
    """Rule 5: each outer link lowers the rating, whatever its cue; a fully reliable one changes nothing."""
    outer_types = (SourceType.MEDIA, SourceType.SOCIAL, SourceType.ORGANISATION, SourceType.GENERIC)
    for inner_type, outer_type, stance in itertools.product(IDENTIFIED, outer_types, Stance):
        inner, outer = link(inner_type, priors), link(outer_type, priors, stance)
        short = claim(Basis.PARAPHRASE, inner)
        longer = claim(Basis.PARAPHRASE, outer, inner)
        yield 5, short, longer, True
        longest = claim(Basis.PARAPHRASE, link(SourceType.MEDIA, priors), outer, inner)
        yield 5, longer, longest, outer_type is not SourceType.GENERIC  # which may count as invented already
        sure = claim(Basis.PARAPHRASE, replace(link(outer_type, priors), prior=SURE), inner)
        yield 5, short, sure, False
        yield 5, sure, short, False


def _same(priors: Priors) -> Iterator[Statement]:
    """Rule 8: a name that no prior knows changes nothing."""
    for type_ in IDENTIFIED:
        one, other = (claim(Basis.PARAPHRASE, replace(link(type_, priors), resolved=name)) for name in ("A", "B"))
        yield 8, one, other, False
        yield 8, other, one, False


def _relays(priors: Priors) -> Iterator[Statement]:
    """Rule 9: the own word of a relay, on a matter of its own knowledge, over whatever it passes on."""
    bases = (Basis.PARAPHRASE, Basis.DIRECT_QUOTE)
    inner = [(basis, link(type_, priors)) for basis, type_ in itertools.product(bases, IDENTIFIED)]
    inner.append((Basis.DOCUMENT, link(SourceType.DOCUMENT, priors)))
    outer_types = (*IDENTIFIED, SourceType.DOCUMENT, SourceType.ANONYMOUS, SourceType.GENERIC)
    for (basis, source), type_, stance in itertools.product(inner, outer_types, Stance):
        relay, knows = link(type_, priors, stance), Matter.OWN if type_.acts else Matter.FACT
        for about in Matter:
            passed_on = claim(basis, relay, source, about=about)
            yield 9, claim(OWN_WORD[type_], relay, about=knows), passed_on, False


def _matters(priors: Priors) -> Iterator[Statement]:
    """Rule ``MATTER``: a source against its own interest over one on itself, on others, on an opponent, in order; what
    was seen or measured over what is merely said, and that over what hardly anybody can know.
    """
    for type_, basis, stance in itertools.product(ACCOUNTABLE, (Basis.PARAPHRASE, Basis.DIRECT_QUOTE), Stance):
        source = link(type_, priors, stance)
        for more, less in itertools.pairwise(RANKED):
            yield MATTER, claim(basis, source, about=more), claim(basis, source, about=less), True
        for more, less in KNOWN_BETTER:
            yield MATTER, claim(basis, source, about=more), claim(basis, source, about=less), False
    for more, less in KNOWN_BETTER:
        yield MATTER, claim(Basis.ASSERTION, about=more), claim(Basis.ASSERTION, about=less), False
