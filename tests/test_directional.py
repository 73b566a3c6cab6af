"""The directional rules of evidential strength, over the whole grid of evidence."""

import itertools
from dataclasses import replace

import pytest

from scoring import resources, settings
from scoring.evidence import ScoreSettings, weigh
from scoring.priors import load_priors
from scoring.rating import rate_claim
from scoring.schema import (
    Basis,
    Claim,
    Form,
    Hedge,
    HedgeKind,
    Link,
    Prior,
    SourceType,
    Span,
    Stance,
    Strength,
)
from scoring.strength import strength

PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
OUTLETS = [Prior(mean, weight, "C", "test") for mean in (0.02, 0.2, 0.5, 0.8, 0.98) for weight in (1.0, 4.0, 30.0)]
HEDGES = {
    "none": (),
    "reportedly": (Hedge(Span(0, 1), HedgeKind.EVIDENTIAL, 0.4),),
    "may": (Hedge(Span(0, 1), HedgeKind.EPISTEMIC, 0.5),),
    "undoubtedly": (Hedge(Span(0, 1), HedgeKind.BOOSTER, 0.9),),
    "about": (Hedge(Span(0, 1), HedgeKind.APPROXIMATOR, 1.0),),
}
NAMED = ["person", "organisation", "media", "social", "official_own_acts", "party_about_enemy"]
STANCES = list(Stance)


def link(kind: str, type_: SourceType, stance: Stance = Stance.NEUTRAL) -> Link:
    return Link(Span(0, 1), type_, stance, Form.INDIRECT, prior=PRIORS.kind(kind))


def claim(basis: Basis, chain: tuple[Link, ...] = (), hedges: tuple[Hedge, ...] = ()) -> Claim:
    return Claim("c1", (Span(0, 1),), (0,), basis, 1.0, chain, hedges)


def rated(c: Claim, outlet: Prior, origins: int = 1) -> Strength:
    evidence = weigh(c, outlet, origins, SETTINGS)
    return strength(evidence, SETTINGS.calibration, SETTINGS.interval_level)


def probability(c: Claim, outlet: Prior, origins: int = 1) -> float:
    return rated(c, outlet, origins).probability


def width(s: Strength) -> float:
    return s.interval[1] - s.interval[0]


def type_of(kind: str) -> SourceType:
    return SourceType.PERSON if kind in ("official_own_acts", "party_about_enemy") else SourceType(kind)


@pytest.mark.parametrize("hedges", HEDGES.values(), ids=HEDGES)
@pytest.mark.parametrize("stance", STANCES)
def test_named_over_unnamed_over_generic_over_hearsay(stance: Stance, hedges: tuple[Hedge, ...]) -> None:
    for outlet in OUTLETS:
        ladder = [
            claim(Basis.PARAPHRASE, (link("person", SourceType.PERSON, stance),), hedges),
            claim(Basis.ANONYMOUS, (link("anonymous", SourceType.ANONYMOUS, stance),), hedges),
            claim(Basis.HEARSAY, (link("generic", SourceType.GENERIC, stance),), hedges),
        ]
        steps = [probability(c, outlet) for c in ladder]
        assert steps == sorted(steps, reverse=True)
    for outlet in OUTLETS:
        generic = claim(Basis.HEARSAY, (link("generic", SourceType.GENERIC),), hedges)
        assert probability(generic, outlet) >= probability(claim(Basis.HEARSAY, (), hedges), outlet)


@pytest.mark.parametrize(("kind", "stance"), itertools.product(NAMED, STANCES))
def test_quote_and_document_over_paraphrase(kind: str, stance: Stance) -> None:
    for outlet, hedges in itertools.product(OUTLETS, HEDGES.values()):
        chain = (link(kind, type_of(kind), stance),)
        assert probability(claim(Basis.DIRECT_QUOTE, chain, hedges), outlet) >= probability(
            claim(Basis.PARAPHRASE, chain, hedges), outlet
        )
        document = (link("document", SourceType.DOCUMENT, stance),)
        assert probability(claim(Basis.DIRECT_QUOTE, document, hedges), outlet) >= probability(
            claim(Basis.DOCUMENT, document, hedges), outlet
        )
        if kind in ("person", "organisation"):
            assert probability(claim(Basis.DOCUMENT, document, hedges), outlet) >= probability(
                claim(Basis.PARAPHRASE, chain, hedges), outlet
            )


@pytest.mark.parametrize("outlet", OUTLETS, ids=str)
def test_hedges_never_raise(outlet: Prior) -> None:
    bare = probability(claim(Basis.ASSERTION), outlet)
    assert bare > probability(claim(Basis.HEARSAY, (), HEDGES["reportedly"]), outlet)
    assert bare > probability(claim(Basis.SPECULATION, (), HEDGES["may"]), outlet)
    assert bare >= probability(claim(Basis.SPECULATION, (), HEDGES["undoubtedly"]), outlet)
    assert bare >= probability(claim(Basis.ASSERTION, (), HEDGES["undoubtedly"]), outlet)
    for kind, basis in itertools.product(NAMED, (Basis.PARAPHRASE, Basis.DIRECT_QUOTE)):
        chain = (link(kind, type_of(kind)),)
        plain = probability(claim(basis, chain), outlet)
        for hedges in HEDGES.values():
            assert plain >= probability(claim(basis, chain, hedges), outlet)


@pytest.mark.parametrize("outlet", OUTLETS, ids=str)
def test_factive_and_neutral_over_distancing(outlet: Prior) -> None:
    for kind, hedges in itertools.product(NAMED, HEDGES.values()):
        by = {s: probability(claim(Basis.PARAPHRASE, (link(kind, type_of(kind), s),), hedges), outlet) for s in STANCES}
        assert min(by[Stance.FACTIVE], by[Stance.NEUTRAL]) > by[Stance.DISTANCING]


@pytest.mark.parametrize("outlet", OUTLETS, ids=str)
def test_each_link_lowers_unless_fully_reliable(outlet: Prior) -> None:
    for kind, outer in itertools.product(NAMED, ("media", "social", "organisation", "generic")):
        inner = link(kind, type_of(kind))
        short = claim(Basis.PARAPHRASE, (inner,))
        long = claim(Basis.PARAPHRASE, (link(outer, type_of(outer)), inner))
        longer = claim(Basis.PARAPHRASE, (link("media", SourceType.MEDIA), link(outer, type_of(outer)), inner))
        steps = [probability(c, outlet) for c in (short, long, longer)]
        assert steps[0] > steps[1] > steps[2]
        sure = replace(link(outer, type_of(outer)), prior=Prior(1.0, 10.0, "A", "test"))
        assert probability(claim(Basis.PARAPHRASE, (sure, inner)), outlet) == pytest.approx(steps[0])


def test_better_outlet_never_lowers_and_less_known_is_wider() -> None:
    cases = [claim(Basis.ASSERTION), claim(Basis.HEARSAY), claim(Basis.SPECULATION)]
    cases += [claim(Basis.PARAPHRASE, (link(kind, type_of(kind)),)) for kind in NAMED]
    for case, weight in itertools.product(cases, (1.0, 4.0, 30.0)):
        steps = [probability(case, Prior(mean, weight, "C", "test")) for mean in (0.02, 0.2, 0.5, 0.8, 0.98)]
        assert steps == sorted(steps)
    for case, mean in itertools.product(cases, (0.3, 0.5, 0.7)):
        widths = [width(rated(case, Prior(mean, weight, "C", "test"))) for weight in (2.0, 8.0, 30.0)]
        assert widths[0] > widths[1] > widths[2]
    for mean in (0.3, 0.5, 0.7):
        known = [
            claim(Basis.PARAPHRASE, (replace(link("person", SourceType.PERSON), prior=Prior(mean, w, "C", "t")),))
            for w in (2.0, 8.0, 30.0)
        ]
        widths = [width(rated(c, Prior(0.5, 8.0, "C", "t"))) for c in known]
        assert widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize("outlet", OUTLETS, ids=str)
def test_independent_origins_raise(outlet: Prior) -> None:
    for kind in NAMED:
        case = claim(Basis.PARAPHRASE, (link(kind, type_of(kind)),))
        steps = [probability(case, outlet, n) for n in (1, 2, 3, 4, 5)]
        assert steps[0] < steps[1] < steps[2] < steps[3] == steps[4]


def test_factors_sum_to_the_uncalibrated_log_odds() -> None:
    import math

    for outlet, hedges, kind in itertools.product(OUTLETS, HEDGES.values(), NAMED):
        evidence = weigh(claim(Basis.PARAPHRASE, (link(kind, type_of(kind)),), hedges), outlet, 2, SETTINGS)
        log_odds = math.fsum(f.log_odds for f in evidence.factors)
        line = SETTINGS.calibration
        expected = 1 / (1 + math.exp(-(line.slope * log_odds + line.intercept)))
        assert strength(evidence, line, 0.9).probability == pytest.approx(expected, abs=5e-5)


def test_what_would_move_it_is_a_real_rating() -> None:
    case = claim(Basis.PARAPHRASE, (link("person", SourceType.PERSON),))
    rating = rate_claim(case, OUTLETS[7], 1, SETTINGS, PRIORS)
    raised = {c.change: c.probability for c in rating.would_raise}
    assert raised["a second source independent of the first"] == pytest.approx(probability(case, OUTLETS[7], 2))
    lowered = {c.change: c.probability for c in rating.would_lower}
    assert lowered["no source named, 'reportedly' in its place"] == pytest.approx(
        probability(claim(Basis.HEARSAY), OUTLETS[7])
    )
    assert all(p > rating.strength.probability for p in raised.values())
    assert all(p < rating.strength.probability for p in lowered.values())
