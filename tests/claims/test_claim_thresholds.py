"""From where on relations and words become claims, with a case on either side of each threshold."""

from __future__ import annotations

import re

import numpy as np
import pytest

from scoring import resources, settings
from scoring.attribution.find import Attributions
from scoring.attribution.labels import HEADS, columns
from scoring.attribution.word_labels import NO_LABELS, WordLabels
from scoring.claims.annotated import ClaimSettings, Reading
from scoring.claims.find import find_claims
from scoring.documents.files import from_text
from scoring.priors.tables import load_priors
from scoring.schema import AttributionRelation, Basis, Claim, Span
from scoring.sources.reader import read_sources
from scoring.text.quotes import quoted
from scoring.text.sentences import split

SETTINGS = settings.load(resources.config("claims.toml"), ClaimSettings)
AFTER = " Nobody else came to the fair at Oxley."


def find(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def said(text: str, source: str, cue: str, content: str) -> AttributionRelation:
    return AttributionRelation(find(text, source), find(text, cue), (find(text, content),))


def claims(text: str, *relations: AttributionRelation, word_labels: WordLabels = NO_LABELS) -> list[Claim]:
    document = from_text(text)
    attributions = Attributions(relations, quoted(text), word_labels)
    sources = read_sources(document, attributions, load_priors())
    return list(find_claims(Reading(document, split(document), attributions, sources, load_priors(), SETTINGS)))


def hedging(text: str, probability: float) -> WordLabels:
    """WordLabels that take each word for a hedge with a probability."""
    spans = [match.span() for match in re.finditer(r"\w+", text)]
    outputs = np.zeros((len(spans), sum(HEADS.values())), dtype=np.float32)
    outputs[:, columns("hedge")] = [[np.log(1 - probability), np.log(probability)]]
    starts, ends = np.array(spans).T
    return WordLabels(starts, ends, outputs)


@pytest.mark.parametrize(
    ("content", "sourced"),
    [("so on Monday", False), ("so on Monday there", True), ("“so it”", True), ("“so”", True)],
)
def test_three_words_are_a_proposition_only_if_they_are_quoted(content: str, sourced: bool) -> None:
    text = f"Ines Roth said {content}.{AFTER}"
    assert any(claim.chain for claim in claims(text, said(text, "Ines Roth", "said", content))) is sourced


@pytest.mark.parametrize(("text", "number"), [("So very wet!", 1), ("So wet!", 0)])
def test_a_sentence_of_two_words_is_no_claim(text: str, number: int) -> None:
    assert len(claims(f"{text}{AFTER}")) == 1 + number


@pytest.mark.parametrize(
    ("clause", "own"),
    [
        ("The fair at Oxley was opened early", True),
        ("The fair was opened early there", False),
        ("In the rain at the old fair", False),
    ],
)
def test_a_clause_of_seven_words_in_front_of_an_attribution_is_the_writers_own(clause: str, own: bool) -> None:
    text = f"{clause}, Ines Roth said the bridge was closed on Monday."
    found = claims(text, said(text, "Ines Roth", "said", "the bridge was closed on Monday"))
    assert [claim.text(text) for claim in found if not claim.chain] == ([clause] if own else [])


@pytest.mark.parametrize(
    ("clause", "own"),
    [("but the fair went on", True), ("but nobody went there", False), ("the fair went on too", False)],
)
def test_five_words_joined_on_behind_an_attribution_are_the_writers_own(clause: str, own: bool) -> None:
    text = f"Ines Roth said the bridge was closed on Monday, {clause}."
    found = claims(text, said(text, "Ines Roth", "said", "the bridge was closed on Monday"))
    assert [claim.text(text) for claim in found if not claim.chain] == ([f"{clause}."] if own else [])


@pytest.mark.parametrize(("rest", "own"), [("that the bridge was wet", True), ("that the bridge rocked", False)])
def test_six_words_that_an_inner_attribution_leaves_are_a_claim(rest: str, own: bool) -> None:
    """The "and" counts."""
    inner = "officials noted a crack in the pier"
    text = f"Ines Roth said {rest} and {inner}."
    relations = [
        said(text, "Ines Roth", "said", f"{rest} and {inner}"),
        said(text, "officials", "noted", "a crack in the pier"),
    ]
    outer = [claim.text(text) for claim in claims(text, *relations) if len(claim.chain) == 1]
    assert outer == ([f"{rest} and"] if own else [])


@pytest.mark.parametrize(("words", "basis"), [(7, Basis.DIRECT_QUOTE), (6, Basis.PARAPHRASE)])
def test_a_third_of_the_words_in_quotation_marks_makes_a_quote(words: int, basis: Basis) -> None:
    """Seven of twenty are 0.35, six of twenty 0.3."""
    content = f"“{'so ' * (words - 1)}so” {'there ' * (19 - words)}there"
    text = f"Ines Roth said {content}."
    (claim,) = claims(text, said(text, "Ines Roth", "said", content))
    assert claim.basis is basis


@pytest.mark.parametrize(("probability", "hedges"), [(0.09, 0), (0.21, 1)])
def test_a_word_of_the_list_that_the_model_takes_for_none_is_no_hedge(probability: float, hedges: int) -> None:
    text = "Ines Roth said the bridge may be closed on Monday."
    relation = said(text, "Ines Roth", "said", "the bridge may be closed on Monday")
    (claim,) = claims(text, relation, word_labels=hedging(text, probability))
    assert len(claim.hedges) == hedges


def test_certainty_is_that_of_the_least_certain_hedge_as_far_as_the_model_takes_it_for_one() -> None:
    text = "Ines Roth said the bridge may be closed on Monday."
    relation = said(text, "Ines Roth", "said", "the bridge may be closed on Monday")
    (plain,) = claims(text, relation)
    assert plain.certainty == plain.hedges[0].certainty < 1.0
    (weighed,) = claims(text, relation, word_labels=hedging(text, 0.4))
    assert weighed.certainty == pytest.approx(1 - 0.4 * (1 - plain.certainty))
    bare = "Ines Roth said the bridge was closed on Monday."
    (sure,) = claims(bare, said(bare, "Ines Roth", "said", "the bridge was closed on Monday"))
    assert sure.certainty == 1.0


def test_words_that_no_list_knows_and_the_model_takes_for_hedges_count_as_an_average_one() -> None:
    text = "Ines Roth said the bridge was closed on Monday."
    relation = said(text, "Ines Roth", "said", "the bridge was closed on Monday")
    (claim,) = claims(text, relation, word_labels=hedging(text, 0.6))
    assert not claim.hedges and claim.certainty == pytest.approx(1 - 0.6 * 0.5)
    (sure,) = claims(text, relation, word_labels=hedging(text, 0.4))
    assert sure.certainty == 1.0


@pytest.mark.parametrize(("words", "number"), [(4, 2), (3, 1)])
def test_clauses_of_four_words_may_differ_in_hedging(words: int, number: int) -> None:
    text = f"{'Kane plays there now well'.rsplit(' ', 5 - words)[0]}, and he will reportedly move on in spring."
    assert len(claims(text)) == number


@pytest.mark.parametrize(("words", "number"), [(12, 0), (13, 1)])
def test_a_line_of_twelve_words_that_ends_with_a_colon_introduces_what_follows(words: int, number: int) -> None:
    text = f"The keeper {'then ' * (words - 4)}told us:\nThe lamp was sold on Monday."
    assert len(claims(text)) == 1 + number


def test_the_rules_are_as_sure_of_a_basis_as_it_was_right() -> None:
    text = f"Ines Roth said the bridge was closed on Monday.{AFTER}"
    paraphrase, assertion = claims(text, said(text, "Ines Roth", "said", "the bridge was closed on Monday"))
    assert (paraphrase.basis_probability, assertion.basis_probability) == (0.75, 0.8)
