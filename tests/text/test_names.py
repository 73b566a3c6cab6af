"""Which names are people's, and what acronyms stand for."""

from __future__ import annotations

import pytest

from scoring.text.names import bare_name, expansions, looks_like_person


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Oxley Tarn", True),
        ("Oxley BBC", False),
        ("Anna BBC", False),
        ("Anna TV", True),
        ("Oxley HQ", True),
        ("Oxley", False),
        ("Oxley Tarn Velm", True),
        ("Oxley Tarn Velm Brask", False),
        ("Anna Tarn Velm Brask", True),
        ("Anna Tarn Velm Brask Roth", False),
        ("Anna Council", True),
        ("Anna Parliament", False),
        ("Oxley President", False),
    ],
)
def test_the_shape_of_a_name_tells_a_person(name: str, person: bool) -> None:
    """An acronym of three letters ends no person's name, one of two may be initials; four words need a given name."""
    assert looks_like_person(name, f"{name} opened.") is person


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Oxley Lamp opened. The lamp was lit.", False),
        ("Oxley Lamp opened. The lamps were lit.", False),
        ("Oxley Lamp opened. The lamplight was seen.", True),
        ("Oxley Sun opened. The sun was seen.", True),
        ("Anna Lamp opened. The lamp was lit.", True),
    ],
)
def test_a_name_with_a_word_that_is_written_small_elsewhere_is_a_body(text: str, person: bool) -> None:
    """Words of three letters are too common to tell, and a given name tells more."""
    assert looks_like_person(text.split(" opened", maxsplit=1)[0], text) is person


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Institute for Harbour Studies (IHS) said", {"IHS": "Institute for Harbour Studies"}),
        ("Deputy Head of the Oxley Port Office (OPO) said", {"OPO": "Oxley Port Office"}),
        ("the Oxley-Tarn Port Office (OTPO) said", {"OTPO": "Oxley-Tarn Port Office"}),
        ("the Harbour Watch (Tern) said", {"Tern": "Harbour Watch"}),
        ("the Oxley Port Office, founded in winter (OPO), said", {}),
        ("the Oxley Port Office (O) said", {}),
        ("the harbour office (OPO) said", {}),
    ],
)
def test_an_acronym_stands_for_the_name_right_before_it(text: str, found: dict[str, str]) -> None:
    assert expansions(text) == found


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("Turkey's President Ada Kaya", "Ada Kaya"),
        ("Monday Ada Kaya", "Ada Kaya"),
        ("Ada Kaya's", "Ada Kaya"),
        ("French Ada Kaya", "Ada Kaya"),
        ("French Kaya", "French Kaya"),
        ("Ada President", "Ada President"),
    ],
)
def test_titles_possessives_and_countries_are_no_part_of_a_name(phrase: str, bare: str) -> None:
    assert bare_name(phrase) == bare
