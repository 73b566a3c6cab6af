"""Strength over several articles: the directional rules hold across articles, on a grid."""

from __future__ import annotations

import itertools

import pytest

from scoring import resources, settings
from scoring.dossier.corroboration import corroborate, evidence, sides
from scoring.dossier.schema import Mention, Place, Relation
from scoring.dossier.settings import load
from scoring.engine import load_engine
from scoring.evidence.directional import OUTLETS, claim, link
from scoring.evidence.directional import pairs as directional_pairs
from scoring.evidence.strength import probability, strength, total
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import load_priors
from scoring.schema import Basis, Claim, Document, Evidence, Prior, Provenance, Rating, Report, SourceType, Summary

PRIORS = load_priors()
SCORE = settings.load(resources.config("score.toml"), ScoreSettings)
DOSSIER = load().corroboration
CLAIMS = [
    claim(Basis.ASSERTION),
    claim(Basis.PARAPHRASE, link(SourceType.PERSON, PRIORS)),
    claim(Basis.DIRECT_QUOTE, link(SourceType.ORGANISATION, PRIORS)),
    claim(Basis.ANONYMOUS, link(SourceType.ANONYMOUS, PRIORS)),
    claim(Basis.PARAPHRASE, link(SourceType.MEDIA, PRIORS), link(SourceType.PERSON, PRIORS)),
]
COUNTS = list(itertools.product((1, 2, 3), (0, 1, 2), (0, 1, 2)))


def log_odds(c: Claim, outlet: Prior, counts: tuple[int, int, int]) -> float:
    return total(evidence(c, outlet, counts, SCORE, DOSSIER))


@pytest.mark.parametrize("c", CLAIMS, ids=lambda c: c.basis.value)
def test_further_origins_raise_and_contradictions_lower(c: Claim) -> None:
    for outlet, (more, against, numbers) in itertools.product(OUTLETS, COUNTS):
        now = log_odds(c, outlet, (more, against, numbers))
        assert log_odds(c, outlet, (more + 1, against, numbers)) > now
        if against + numbers < DOSSIER.most:
            assert log_odds(c, outlet, (more, against + 1, numbers)) < now
            assert log_odds(c, outlet, (more, against, numbers + 1)) < now
        assert (
            log_odds(c, outlet, (more, against + 1, numbers))
            <= log_odds(c, outlet, (more, against, numbers + 1)) + 1e-9
        )


def test_directional_rules_hold_whatever_others_say() -> None:
    checked = 0
    for pair in itertools.islice(directional_pairs(PRIORS, OUTLETS[::4]), 0, None, 7):
        for counts in ((1, 1, 0), (2, 0, 1), (3, 2, 0)):
            both = (pair.more, pair.less)
            more, less = (
                log_odds(case.claim, case.outlet, (max(counts[0], case.origins), *counts[1:])) for case in both
            )
            assert more >= less - 1e-9
            checked += 1
    assert checked > 1000


def report(c: Claim, outlet: Prior) -> Report:
    rated = strength(evidence(c, outlet, (1, 0, 0), SCORE, DOSSIER), SCORE.calibration, SCORE.interval_level)
    rating = Rating(c, Evidence((), None, outlet.reliability), rated)
    return Report(
        Document("a", "x"), (), outlet, (rating,), Summary(1, 0, 0, 1, None, 0, None), Provenance("", "", None, "", "")
    )


def mentions(number: int) -> list[Mention]:
    return [Mention(Place(i, 0), Relation.AGREES, (i,)) for i in range(number)]


@pytest.mark.parametrize("c", CLAIMS, ids=lambda c: c.basis.value)
def test_the_same_source_in_an_equal_outlet_adds_nothing(c: Claim) -> None:
    for outlet in OUTLETS:
        reports = [report(c, outlet)] * 3
        once, thrice = (corroborate(mentions(n), reports, (1, 0, 0), SCORE, DOSSIER) for n in (1, 3))
        assert once.strength.probability == thrice.strength.probability


def test_credibility_one_takes_two_origins_two_articles_and_no_contradiction() -> None:
    sure = Prior(0.98, 30.0, "A", "of the test")
    document = claim(Basis.DIRECT_QUOTE, link(SourceType.DOCUMENT, PRIORS))
    reports = [report(document, sure)] * 2
    found = {
        (articles, counts): corroborate(mentions(articles), reports, counts, SCORE, DOSSIER).strength
        for articles in (1, 2)
        for counts in ((1, 0, 0), (2, 0, 0), (3, 1, 0))
    }
    assert all(found[articles, (2, 0, 0)].probability >= 0.8 for articles in (1, 2))
    assert [key for key, rated in found.items() if rated.credibility == "1"] == [(2, (2, 0, 0))]


def test_one_article_never_earns_credibility_one() -> None:
    from scoring.evidence.factors import weigh

    sure = Prior(0.99, 60.0, "A", "of the test")
    weighed = weigh(claim(Basis.DIRECT_QUOTE, link(SourceType.DOCUMENT, PRIORS)), sure, 4, SCORE)
    assert probability(weighed, SCORE.calibration) >= 0.8
    assert strength(weighed, SCORE.calibration, 0.9).credibility == "2"


def test_a_source_on_two_sides_is_not_independent_of_itself() -> None:
    said = [
        Mention(Place(0, 0), Relation.AGREES, (0,)),
        Mention(Place(1, 0), Relation.NUMBER, (0,)),
        Mention(Place(2, 0), Relation.CONTRADICTS, (1,)),
    ]
    assert sides(said) == ((0,), (1,), ())


def test_what_would_settle_is_a_real_rating() -> None:
    reports = [report(CLAIMS[1], OUTLETS[7])]
    found = corroborate(mentions(1), reports, (1, 1, 0), SCORE, DOSSIER)
    moved = dict(found.would_settle)
    for what, counts in (
        ("one more origin that is independent of the others", (2, 1, 0)),
        ("those who contradict it take it back", (1, 0, 0)),
    ):
        expected = probability(evidence(CLAIMS[1], OUTLETS[7], counts, SCORE, DOSSIER), SCORE.calibration)
        assert moved[what] == expected > found.strength.probability


def test_strength_of_a_group_of_one_is_that_of_its_article() -> None:
    engine = load_engine()
    assert engine.score == SCORE
    reports = [report(CLAIMS[2], OUTLETS[4])]
    assert corroborate(mentions(1), reports, (1, 0, 0), SCORE, DOSSIER).strength == reports[0].ratings[0].strength
