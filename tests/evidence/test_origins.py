"""From where on two claims say the same, with a case on either side of each threshold."""

from __future__ import annotations

import pytest

from scoring.evidence.origins import count_origins
from scoring.schema import Basis, Claim, Form, Link, SourceType, Span, Stance


def origins(*sayings: tuple[str, str], basis: Basis = Basis.PARAPHRASE) -> list[int]:
    """The origins of claims, each given by its source and its words."""
    text, claims = "", []
    for source, words in sayings:
        name = Span(len(text), len(text) + len(source))
        content = Span(name.end + 1, name.end + 1 + len(words))
        link = Link(name, SourceType.PERSON, Stance.NEUTRAL, Form.INDIRECT)
        claims.append(Claim("", (content,), (0,), basis, 1.0, (link,)))
        text += f"{source} {words}. "
    return count_origins(claims, text)


@pytest.mark.parametrize(
    ("shared", "of_one", "of_other", "same"),
    [(4, 2, 2, True), (4, 2, 3, False), (9, 5, 4, True), (9, 5, 5, False), (19, 0, 1, True)],
    ids=["4 of 8", "4 of 9", "9 of 18", "9 of 19", "19 of 20"],
)
def test_claims_that_share_half_of_their_words_are_one(shared: int, of_one: int, of_other: int, same: bool) -> None:
    def words(kind: str, number: int) -> list[str]:
        return [f"{kind}{chr(ord('a') + i) * 3}" for i in range(number)]

    one = " ".join(words("both", shared) + words("one", of_one))
    other = " ".join(words("both", shared) + words("other", of_other))
    assert origins(("Ines Roth", one), ("Mara Quist", other)) == [1 + same] * 2


@pytest.mark.parametrize(("words", "counted"), [("harbour closed", 1), ("harbour closed again", 2)])
def test_claims_of_two_content_words_say_nothing_by_themselves(words: str, counted: int) -> None:
    assert origins(("Ines Roth", words), ("Mara Quist", words)) == [counted] * 2


@pytest.mark.parametrize(("word", "is_one"), [("op", False), ("ope", True), ("with", False)])
def test_content_words_have_three_letters_and_are_not_the_common_ones(word: str, is_one: bool) -> None:
    words = f"harbour closed {word}"
    assert origins(("Ines Roth", words), ("Mara Quist", words)) == [1 + is_one] * 2


@pytest.mark.parametrize(("basis", "counted"), [(Basis.ANONYMOUS, 2), (Basis.HEARSAY, 1), (Basis.SPECULATION, 1)])
def test_only_bases_whose_origins_can_be_told_apart_count(basis: Basis, counted: int) -> None:
    words = "the harbour at Oxley closed again"
    assert origins(("Ines Roth", words), ("Mara Quist", words), basis=basis) == [counted] * 2


@pytest.mark.parametrize(("between", "counted"), [(199, 2), (200, 1)])
def test_two_hundred_propositions_before_and_behind_are_looked_at(between: int, counted: int) -> None:
    """Those between hold the same words, and as many others that make them something else."""

    def others(number: int) -> str:
        digits = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
        return " ".join(f"{letter}{digits}" for letter in "wxyz")

    crowd = [("Paul Reed", f"harbour closed again {others(i)}") for i in range(between)]
    found = origins(("Ines Roth", "harbour closed again"), *crowd, ("Mara Quist", "harbour closed again today"))
    assert (found[0], found[-1]) == (counted, counted)
