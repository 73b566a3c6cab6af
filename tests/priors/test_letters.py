"""Letters of means and names that imitate, with a case on either side of each bound."""

from __future__ import annotations

import pytest

from scoring import resources, settings
from scoring.documents.domains import imitated
from scoring.priors.pooling import PriorRule, letter

LETTERS = settings.load(resources.config("priors.toml"), PriorRule).letters


@pytest.mark.parametrize(
    ("mean", "of_it"),
    [
        (0.8, "A"), (0.799, "B"), (0.65, "B"), (0.649, "C"), (0.45, "C"), (0.449, "D"), (0.3, "D"), (0.299, "E"), (0, "E"),
    ],
)  # fmt: skip
def test_letters_begin_at_their_least_mean(mean: float, of_it: str) -> None:
    assert letter(mean, LETTERS) == of_it


@pytest.mark.parametrize(
    ("domain", "brand", "imitates"),
    [
        ("tarnvelm-daily.example", "tarnvelm.example", True),
        ("mytarnvelm-daily.example", "tarnvelm.example", True),
        ("mytarnvelmdaily.example", "tarnvelm.example", False),
        ("myoxleys-daily.example", "oxleys.example", True),
        ("myoxley-daily.example", "oxley.example", False),
        ("oxley-daily.example", "oxley.example", True),
        ("oxl-daily.example", "oxl.example", True),
        ("ox-daily.example", "ox.example", False),
        ("tarnvelms.example", "tarnvelm.example", True),
        ("tarmvelms.example", "tarnvelm.example", False),
        ("oxleyy.example", "oxley.example", False),
        ("daily-herald.example", "herald.example", False),
        ("oxley.example", "oxley.example", False),
    ],
)
def test_a_name_of_six_letters_imitates_inside_a_word_and_a_short_one_as_a_word(
    domain: str, brand: str, imitates: bool
) -> None:
    """Nearly the same is 88 in 100: 94 with a letter more, 82 with another one beside that. Common words imitate nobody."""
    assert imitated(domain, [brand]) == (brand if imitates else None)
