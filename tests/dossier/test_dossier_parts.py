"""A claim of several sentences or clauses is compared part by part."""

import pytest

from scoring.documents.files import from_text
from scoring.dossier.grouping.parts import in_parts
from scoring.pipeline import rate


def parts_of(text: str) -> list[tuple[str, str]]:
    report = in_parts(rate(text))
    return [(rating.claim.id, rating.claim.text(report.document.text)) for rating in report.ratings]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "The harbour office said that nobody was hurt and that the crane had fallen at about six in the morning.",
            ["nobody was hurt", "the crane had fallen at about six in the morning"],
        ),
        (
            "“The alarm never rang,” Jonas Ferrick said. “I ran up the stairs and shouted for the others.”",
            ["The alarm never rang", "I ran up the stairs and shouted for the others."],
        ),
        (
            "“We have sold nothing,” the director, Mara Lindt, said, “and we are not going to sell anything.”",
            ["We have sold nothing", "we are not going to sell anything."],
        ),
    ],
)
def test_words_of_one_source_fall_apart_where_they_say_another_thing(text: str, parts: list[str]) -> None:
    found = parts_of(text)
    said = [words.strip("“”").removesuffix(".").removeprefix("that ") for _, words in found]
    assert said == [part.removesuffix(".") for part in parts]
    assert len({identity for identity, _ in found}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The minister, Ada Kern, said the bridge would open in May.",
        "The union said the loss of the two ships and their crews had been foreseen by Mr. J. Brandt and his staff.",
        "“The wall,” the mayor, Ole Brant, said, “will be built of brick.”",
    ],
)
def test_one_statement_stays_whole(text: str) -> None:
    assert len(parts_of(text)) == 1


def test_hedges_go_with_their_part() -> None:
    report = in_parts(rate("Police said that the fire may have begun in the kitchen and that nobody was in the house."))
    begun, house = (rating.claim for rating in report.ratings)
    assert [hedge.span.of(report.document.text) for hedge in begun.hedges] == ["may have"]
    assert house.hedges == ()


def test_report_without_parts_is_left_as_it_is() -> None:
    report = rate(from_text("The council closed the bridge on Monday.").text)
    assert in_parts(report) is report
