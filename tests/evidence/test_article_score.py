"""The sourcing score of an article: what it counts, rule 10 over a grid, and the sentence that explains it."""

import itertools
from collections.abc import Sequence

import pytest

from scoring import resources, settings
from scoring.evidence.article_score import features, interval, reasons, score, sourcing
from scoring.evidence.rating import rate_claims
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import load_priors
from scoring.schema import Basis, Claim, Factor, FactorKind, Form, Link, Matter, SourceType, Span, Stance

PRIORS = load_priors()
SETTINGS = settings.load(resources.config("score.toml"), ScoreSettings)
SOURCES = {
    "Ada Kaya": SourceType.PERSON, "Ines Holt": SourceType.PERSON, "the river board": SourceType.ORGANISATION,
    "the audit": SourceType.DOCUMENT, "the Varn Courier": SourceType.MEDIA, "the press release": SourceType.DOCUMENT,
    "two guards": SourceType.ANONYMOUS, "rumours": SourceType.GENERIC,
}  # fmt: skip
PLAIN = "It was said by " + " and ".join(SOURCES) + "."
NO_RELEASE = PLAIN.replace(" and the press release", "")
BASES = {
    SourceType.DOCUMENT: Basis.DOCUMENT, SourceType.ANONYMOUS: Basis.ANONYMOUS, SourceType.GENERIC: Basis.HEARSAY,
}  # fmt: skip
IDENTIFIED = [name for name, type_ in SOURCES.items() if type_ not in (SourceType.ANONYMOUS, SourceType.GENERIC)]


def said_by(name: str, text: str = PLAIN) -> Claim:
    start = text.index(name)
    link = Link(Span(start, start + len(name)), SOURCES[name], Stance.NEUTRAL, Form.INDIRECT)
    return Claim("c", (Span(0, 6),), (0,), BASES.get(link.type, Basis.PARAPHRASE), 1.0, (link,))


def own(matter: Matter = Matter.FACT, basis: Basis = Basis.ASSERTION) -> Claim:
    return Claim("c", (Span(0, 6),), (0,), basis, 1.0, matter=matter)


def scored(claims: Sequence[Claim], text: str = PLAIN) -> float:
    return score(sourcing(rate_claims(claims, text, PRIORS.outlet(None), SETTINGS, PRIORS), text, SETTINGS))


STARTS = {
    "bare": [own(), own(), own()],
    "opinion": [own(Matter.JUDGEMENT), own(Matter.ACCUSATION), own(Matter.FORECAST, Basis.SPECULATION)],
    "one source": [said_by("Ada Kaya"), said_by("Ada Kaya"), own()],
    "release alone": [said_by("the press release"), own(), own(Matter.JUDGEMENT)],
    "many": [*map(said_by, IDENTIFIED), own(), own(Matter.JUDGEMENT), own(basis=Basis.HEARSAY)],
    "unnamed": [said_by("two guards"), said_by("rumours"), own(), own(basis=Basis.HEARSAY)],
}


@pytest.mark.parametrize(("start", "name"), list(itertools.product(STARTS, IDENTIFIED)))
def test_a_claim_that_gains_an_identified_source_never_lowers_the_score(start: str, name: str) -> None:
    claims = STARTS[start]
    for number, claim in enumerate(claims):
        if not claim.chain or claim.chain[-1].type in (SourceType.ANONYMOUS, SourceType.GENERIC):
            gained = [*claims[:number], said_by(name), *claims[number + 1 :]]
            assert scored(gained) >= scored(claims) - 1e-12


@pytest.mark.parametrize("others", [["Ada Kaya"], ["the river board", "Ines Holt"], ["the audit"] * 3])
def test_a_press_release_beside_other_sources_lowers_nothing(others: list[str]) -> None:
    before = [said_by(name, NO_RELEASE) for name in others] + [own(), own()]
    after = [said_by(name) for name in others] + [own(), said_by("the press release")]
    assert scored(after, PLAIN) >= scored(before, NO_RELEASE)


def test_a_press_release_alone_counts_as_such() -> None:
    amounts = features([said_by("the press release"), own()], PLAIN)
    assert amounts[FactorKind.RELEASES] == (1.0, "a press release as all there is")
    beside = features([said_by("the press release"), said_by("Ada Kaya"), said_by("Ada Kaya")], PLAIN)
    assert beside[FactorKind.RELEASES][0] == 0


def test_a_relayed_outlet_is_a_source_but_not_on_record() -> None:
    amounts = features([said_by("the Varn Courier"), said_by("Ada Kaya")], PLAIN)
    assert amounts[FactorKind.SOURCED] == (1.0, "2 of 2 claims sourced")
    assert amounts[FactorKind.ON_RECORD] == (0.5, "1 of 2 claims on record")


def test_what_the_article_itself_thinks_is_opinion_and_what_a_source_thinks_is_not() -> None:
    claims = [own(Matter.JUDGEMENT), own(Matter.FINDING), said_by("Ada Kaya")]
    assert features(claims, PLAIN)[FactorKind.OPINION] == (1 / 3, "1 of 3 claims the article's own opinion")


def test_the_sentence_names_the_three_factors_that_moved_the_score_most() -> None:
    kinds = (FactorKind.SOURCES, FactorKind.OTHERS, FactorKind.OPINION, FactorKind.FIGURES)
    moved = [Factor(kind, kind.value, by) for kind, by in zip(kinds, (0.9, 0.3, -0.5, 0.1), strict=True)]
    start = Factor(FactorKind.START, "a typical article", -2.0)
    assert reasons([start, *moved]) == "Raised by sources and others, lowered by opinion."
    assert reasons([start]) == "As a typical article."


def test_the_interval_holds_the_score() -> None:
    claims = STARTS["many"]
    factors = sourcing(rate_claims(claims, PLAIN, PRIORS.outlet(None), SETTINGS, PRIORS), PLAIN, SETTINGS)
    low, high = interval(factors, SETTINGS)
    assert 0 < low < score(factors) < high < 1
