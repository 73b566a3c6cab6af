"""What the network reads → claims: basis, chain and spans."""

from __future__ import annotations

import numpy as np
import pytest

from scoring import resources, settings
from scoring.attribution.claim_reading import PointedLink, ReadClaim
from scoring.attribution.find import Attributions
from scoring.attribution.labels import BASES, CLAIM_HEADS, PLACES, POLARITIES, STANCES, TYPES
from scoring.claims.annotated import ClaimSettings, Reading
from scoring.claims.find import find_claims
from scoring.documents.files import from_text
from scoring.priors.tables import load_priors
from scoring.schema import Basis, Claim, Group, Polarity, SourceType, Span, Stance
from scoring.sources.reader import read_sources
from scoring.text.quotes import quoted
from scoring.text.sentences import split

SETTINGS = settings.load(resources.config("claims.toml"), ClaimSettings)
NUMBERS = {"basis": BASES, "type": TYPES, "stance": STANCES, "place": PLACES, "polarity": POLARITIES}
SURE = 0.9


def find(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def read(text: str, words: str, *links: tuple[str | None, str | None], **answers: object) -> ReadClaim:
    """A claim that the network is sure of; links are source and cue, the innermost first."""
    given = {
        "basis": "assertion",
        "type": "person",
        "depth": len(links),
        "place": "here" if links else "nobody",
        **answers,
    }
    probabilities = {}
    for question, width in CLAIM_HEADS.items():
        answer = given.get(question, 0)
        number = NUMBERS[question].index(answer) if question in NUMBERS and isinstance(answer, str) else answer
        probabilities[question] = np.full(width, (1 - SURE) / (width - 1))
        probabilities[question][number] = SURE
    pointed = [PointedLink(s and find(text, s), c and find(text, c), SURE) for s, c in links]
    pointed += [PointedLink(None, None, 0.0)] * (2 - len(pointed))
    return ReadClaim((find(text, words),), probabilities, tuple(pointed), SURE)


def claims(text: str, *read_claims: ReadClaim) -> list[Claim]:
    document = from_text(text)
    attributions = Attributions((), quoted(text), claims=read_claims)
    sources = read_sources(document, attributions, load_priors())
    return list(find_claims(Reading(document, split(document), attributions, sources, load_priors(), SETTINGS)))


def test_own_voice_is_the_whole_sentence_with_its_stop() -> None:
    text = "The bridge is shut. Nobody crossed it."
    (claim,) = claims(text, read(text, "The bridge is shut"))
    assert (claim.text(text), claim.basis, claim.chain) == ("The bridge is shut.", Basis.ASSERTION, ())


def test_a_bracket_that_opens_in_a_claim_closes_in_it() -> None:
    text = "The group met its allies (the northern clans)."
    (claim,) = claims(text, read(text, "The group met its allies (the northern clans", basis="assertion", depth=0))
    assert claim.text(text) == text
    text = "(The group met its allies)."
    (claim,) = claims(text, read(text, "The group met its allies", basis="assertion", depth=0))
    assert claim.text(text) == "The group met its allies"


def test_a_chain_runs_from_the_outermost_source_inwards() -> None:
    text = "Two officials said that the mayor Ann Roth had told them the dam would hold."
    claim, = claims(text, read(
        text, "the dam would hold", ("the mayor Ann Roth", "had told"), ("Two officials", "said"),
        basis="paraphrase", stance="neutral",
    ))  # fmt: skip
    assert [link.words(text) for link in claim.chain] == ["Two officials", "the mayor Ann Roth"]
    assert [link.type for link in claim.chain] == [SourceType.ANONYMOUS, SourceType.PERSON]
    assert (claim.basis, claim.group) == (Basis.PARAPHRASE, Group.WEAKLY_SOURCED), "the weakest link decides the group"


def test_a_sentence_that_goes_on_has_the_source_of_the_claim_before() -> None:
    text = "The report says that the valve was old. Nobody had read the log."
    first = read(text, "the valve was old", ("The report", "says"), basis="document", type="document")
    second = read(text, "Nobody had read the log", (None, None), basis="document", type="document", place="on")
    _, claim = claims(text, first, second)
    assert [link.words(text) for link in claim.chain] == ["The report"]
    assert claim.chain[0].cue is None
    assert claim.basis is Basis.DOCUMENT


@pytest.mark.parametrize(
    ("basis", "kind", "depth", "answer"),
    [
        ("paraphrase", "organisation", 0, (Basis.PARAPHRASE, SourceType.ORGANISATION)),
        ("assertion", "person", 0, (Basis.ASSERTION, None)),
        ("hearsay", "generic", 1, (Basis.HEARSAY, SourceType.GENERIC)),
        ("speculation", "generic", 0, (Basis.SPECULATION, None)),
    ],
)
def test_basis_and_type_fit_each_other(
    basis: str, kind: str, depth: int, answer: tuple[Basis, SourceType | None]
) -> None:
    text = "Somebody said the lamp was out."
    chosen, of = read(text, "the lamp was out", basis=basis, type=kind, depth=depth).likeliest()
    assert (BASES[chosen], None if of is None else TYPES[of]) == answer


def test_a_denial_has_its_polarity_and_stance() -> None:
    text = "The ministry denied that any fund had been touched."
    (claim,) = claims(
        text,
        read(text, "any fund had been touched", ("The ministry", "denied"), basis="paraphrase", type="organisation",
             stance="negating", polarity="negative"),
    )  # fmt: skip
    assert (claim.polarity, claim.chain[0].stance) == (Polarity.NEGATIVE, Stance.NEGATING)


def test_a_quotation_that_is_opened_in_a_claim_is_closed_in_it() -> None:
    text = 'Roth said the set "was working as it should."'
    (claim,) = claims(text, read(text, 'the set "was working as it should', ("Roth", "said"), basis="direct_quote"))
    assert claim.text(text) == 'the set "was working as it should."'


def test_two_sources_of_the_same_words_make_two_claims() -> None:
    text = "The general staff and two governors reported that the bridge was hit."
    one = read(text, "the bridge was hit", ("The general staff", "reported"), basis="paraphrase", type="organisation")
    both = PointedLink(one.links[0].source, one.links[0].cue, SURE, (find(text, "two governors"),))
    found = claims(text, ReadClaim(one.spans, one.probabilities, (both, one.links[1]), SURE))
    assert [claim.chain[-1].words(text) for claim in found] == ["The general staff", "two governors"]
    assert len({claim.spans for claim in found}) == 1
