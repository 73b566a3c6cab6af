"""Comparing articles: groups, origins, copies, circles and hardening, on short texts and on the labelled stories."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import scoring
from scoring.documents.files import from_text
from scoring.dossier.compare import compare_reports
from scoring.dossier.grouping.parts import in_parts
from scoring.dossier.schema import ClaimGroup, Dossier, OriginKind, Relation, Via
from scoring.dossier.settings import LikenessSettings
from scoring.dossier.tracing.outlets import read_outlets
from scoring.engine import load_engine
from scoring.errors import UsageError
from scoring.schema import Document
from training.dossier.benchmark import SETS, compared, figures, rate_cases, read_cases
from training.dossier.pair_weights import story_pairs

CASES = Path(__file__).parents[1] / "cases" / "stories.jsonl"
FLOORS = json.loads((Path(__file__).parents[1] / "quality_floors.json").read_text(encoding="utf-8"))


def article(outlet: str, day: str, text: str, **extra: str) -> Document:
    return from_text(text, id=f"{outlet}-{day}", outlet=f"{outlet}.example", published=day, extra=extra)


def compared_texts(*documents: Document) -> Dossier:
    return scoring.compare(documents)


def group_with(dossier: Dossier, words: str) -> ClaimGroup:
    return next(g for g in dossier.groups if any(words in dossier.text(m.place) for m in g.mentions))


def origin_names(numbers: tuple[int, ...], group: ClaimGroup) -> list[str]:
    return [group.origins[n].name for n in numbers]


@pytest.mark.slow
@pytest.mark.parametrize(("half", "by"), SETS)
def test_labelled_stories(half: str, by: str) -> None:
    engine = load_engine()
    rows = read_cases(CASES, half, by)
    measured = figures(compared(rows, rate_cases(rows, engine), engine))
    floors = FLOORS["cases/stories.jsonl"][f"{half}, by {by}"]
    assert {name: measured[name] for name, floor in floors.items() if measured[name] < floor} == {}
    assert measured["circles_invented"] == measured["copies_invented"] == 0


def test_one_source_behind_two_outlets_is_one_origin() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "The Harbour Ministry said that the quay at Sund will close on Monday."),
        article("sundnews", "2025-03-01", "The quay at Sund will close on Monday, according to the Harbour Ministry."),
    )
    group = group_with(dossier, "quay")
    assert origin_names(group.supporting, group) == ["Harbour Ministry"]


def test_chain_through_an_outlet_of_the_dossier_ends_where_that_outlet_has_it_from() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "The quay at Sund will close on Monday, the harbour master, Ada Kern, said."),
        article("sundnews", "2025-03-02", "The quay at Sund will close on Monday, the Vale Post reported."),
    )
    group = group_with(dossier, "quay")
    assert len(group.supporting) == 1
    assert {one.via for one in group.inherited} == {Via.CITED}


def test_two_independent_sources_raise_and_a_repeat_does_not() -> None:
    first = article("valepost", "2025-03-01", "The dam at Orr holds, said Ada Kern, an engineer.")
    second = article("sundnews", "2025-03-01", "The dam at Orr holds, said Ole Brant, a geologist.")
    repeat = article("coastmail", "2025-03-02", "The dam at Orr holds, the Vale Post reported.")
    two, copied = compared_texts(first, second), compared_texts(first, repeat)
    both, once = group_with(two, "dam"), group_with(copied, "dam")
    alone = copied.rating(once.lead).strength.probability
    assert len(both.supporting) == 2 and len(once.supporting) == 1
    assert once.corroborated.strength.probability == alone < both.corroborated.strength.probability


def test_contradiction_and_other_number_are_told_apart() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "Nine miners are trapped in the pit at Orr, the police said."),
        article("sundnews", "2025-03-01", "Fourteen miners are trapped in the pit at Orr, the miners' union said."),
        article("coastmail", "2025-03-01", "No miners are trapped in the pit at Orr, said Ada Kern, the owner."),
    )
    group = group_with(dossier, "miners")
    assert [m.relation for m in group.mentions] == [Relation.AGREES, Relation.NUMBER, Relation.CONTRADICTS]
    assert (len(group.supporting), len(group.differing), len(group.opposing)) == (1, 1, 1)
    assert dossier.rating(group.lead).strength.probability > group.corroborated.strength.probability


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Mayor Rosa Hjelm was arrested on Tuesday, the police said.",
            "Mayor Per Holt was arrested on Tuesday, the police said.",
        ),
        (
            "The Castle Bridge was closed on Sunday, the council said.",
            "The Mill Bridge was closed on Sunday, the council said.",
        ),
        (
            "In 2012, the tannery at Ash was fined, the county said.",
            "The tannery at Ash was fined on Friday, the county said.",
        ),
    ],
)
def test_other_person_place_or_year_is_another_claim(one: str, other: str) -> None:
    assert compared_texts(article("valepost", "2025-03-05", one), article("sundnews", "2025-03-05", other)).groups == ()


WIRE = (
    "VELM (Northwire) - The old crane in the harbour of Velm was taken down on Sunday by forty workers with ropes.\n"
    "It had stood there since the spring of 1911 and had not moved for twenty years, the harbour master said.\n"
)


def test_copies_follow_credit_lines_and_dates() -> None:
    dossier = compared_texts(
        article("lowlandnews", "2025-03-01", WIRE),
        article("northwire", "2025-03-02", WIRE),
    )
    (copy,) = dossier.copies
    assert (copy.copy, copy.original, copy.decided_by, copy.credit) == (0, 1, "credit", "Northwire")
    (later,) = compared_texts(
        article("valepost", "2025-03-02", WIRE.replace("(Northwire) ", "")),
        article("sundnews", "2025-03-01", WIRE.replace("(Northwire) ", "")),
    ).copies
    assert (later.copy, later.original, later.decided_by) == (0, 1, "date")


def test_hour_decides_between_articles_of_one_day() -> None:
    morning, noon = (
        from_text(WIRE.replace("(Northwire) ", ""), outlet=f"{o}.example", published=f"2025-03-01T{hour}:00:00+00:00")
        for o, hour in (("sundnews", "08"), ("valepost", "12"))
    )
    (copy,) = compared_texts(noon, morning).copies
    assert (copy.original, copy.decided_by) == (1, "date")


def test_circle_is_named_and_is_no_source() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "The bronze horse of Sund is a fake, Sund News reported."),
        article("sundnews", "2025-03-01", "The bronze horse of Sund is a fake, according to the Vale Post."),
    )
    (group,) = dossier.groups
    assert [circle.outlets for circle in group.circles] == [("sundnews.example", "valepost.example")]
    assert [origin.kind for origin in group.origins] == [OriginKind.CIRCLE]


def test_outlet_that_quotes_itself_makes_no_circle() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "The bronze horse of Sund is a fake, said Ada Kern, a restorer."),
        article("valepost", "2025-03-02", "The bronze horse of Sund is a fake, the Vale Post reported on Saturday."),
    )
    (group,) = dossier.groups
    assert group.circles == () and len(group.origins) == 1


def test_publishers_of_one_family_are_one_origin() -> None:
    texts = ("Snow fell on the roofs of Sund at noon on Sunday.", "At noon on Sunday, snow fell on the roofs of Sund.")
    days = ("2025-03-01", "2025-03-01")
    apart = compared_texts(*(article(o, d, t) for o, d, t in zip(("valepost", "sundnews"), days, texts, strict=True)))
    one = compared_texts(
        *(
            article(o, d, t, publisher="Vale Group")
            for o, d, t in zip(("valepost", "sundnews"), days, texts, strict=True)
        )
    )
    assert len(apart.groups[0].supporting) == 2 and len(one.groups[0].supporting) == 1


def test_hardening_shows_each_step() -> None:
    dossier = compared_texts(
        article(
            "valepost", "2025-03-01", "General Marek may have been removed from his post in Orr, two officials said."
        ),
        article("sundnews", "2025-03-02", "General Marek was removed from his post in Orr, the Vale Post reported."),
    )
    ((step,),) = [group.steps for group in dossier.groups]
    assert step.words_before == ("may have",) and step.certainty_before < step.certainty_after == 1.0


def test_order_of_the_articles_changes_nothing() -> None:
    rows = [row for row in read_cases(CASES) if row["story"] == "mine"]
    engine = load_engine()
    reports = rate_cases(rows, engine)

    def told(dossier: Dossier) -> set[tuple[frozenset[str], int, int]]:
        return {
            (frozenset(dossier.document(m.place).id for m in g.mentions), len(g.supporting), len(g.opposing))
            for g in dossier.groups
        }

    assert told(compare_reports(reports, engine.score)) == told(compare_reports(reports[::-1], engine.score))


def test_outlets_are_known_by_their_names() -> None:
    report = scoring.rate("The quay is shut.", outlet="reuters.com")
    named = replace(report, document=replace(report.document, outlet="velmarcourier.example"))
    outlets = read_outlets([report, named])
    for phrase, key in (
        ("Reuters", "reuters.com"), ("the Velmar Courier", "velmarcourier.example"),
        ("the Courier", "velmarcourier.example"), ("the newspaper Velmar Courier", "velmarcourier.example"),
    ):  # fmt: skip
        found = outlets.named(phrase)
        assert found and found.key == key
    assert outlets.named("the courier") is None and outlets.named("the ministry") is None


def test_fewer_than_two_articles_are_an_error() -> None:
    with pytest.raises(UsageError, match="two or more"):
        scoring.compare([from_text("The quay is shut.")])


def test_spokesman_without_a_body_speaks_for_the_one_asked_before() -> None:
    dossier = compared_texts(
        article(
            "valepost",
            "2025-03-01",
            "The Orr Ferry Company said that its boats will run again. No passenger was hurt, a spokeswoman said.",
        ),
        article("sundnews", "2025-03-01", "Nobody on board was injured, according to the Orr Ferry Company."),
    )
    group = group_with(dossier, "injured")
    assert len(group.supporting) == 1


def test_people_who_contradict_a_body_are_not_its_voice() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "Deliveries will be three weeks late, said a spokesman for Hoving."),
        article(
            "sundnews", "2025-03-02", "Deliveries will not be late at all, said two clerks in Hoving's order office."
        ),
    )
    group = group_with(dossier, "three weeks late")
    assert (len(group.supporting), len(group.opposing)) == (1, 1)


def test_citation_rests_on_what_the_outlet_had_before_it() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "A bear was seen near the school of Lindby, said Alma Frey, a baker."),
        article("coastmail", "2025-03-02", "A bear was seen near the school of Lindby, the Vale Post reported."),
        article("valepost", "2025-03-04", "A bear was seen near the school of Lindby, the Wildlife Institute said."),
    )
    group = group_with(dossier, "bear")
    cited = next(m for m in group.mentions if dossier.document(m.place).outlet == "coastmail.example")
    assert origin_names(cited.origins, group) == ["Alma Frey"]


def test_company_that_announces_its_own_deed_is_the_source() -> None:
    dossier = compared_texts(
        article(
            "valepost", "2025-03-01", "The food maker Larkfield is calling back 48,000 jars of puree, it announced."
        ),
        article("sundnews", "2025-03-01", "Larkfield said that it is calling back 48,000 jars of puree."),
    )
    group = group_with(dossier, "48,000")
    assert len(group.supporting) == 1 and not group.opposing


def test_group_is_worded_by_what_most_mentions_say() -> None:
    dossier = compared_texts(
        article("valepost", "2025-03-01", "The dam at Orr does not leak, said Ada Kern, the keeper."),
        article("sundnews", "2025-03-02", "The dam at Orr leaks, said Ole Brant, a geologist."),
        article("coastmail", "2025-03-03", "The dam at Orr is leaking, said Jonas Ferrick, a diver."),
    )
    group = group_with(dossier, "leak")
    assert dossier.text(group.lead).startswith("The dam at Orr leaks")
    assert (len(group.supporting), len(group.opposing)) == (2, 1)


def test_same_thing_in_other_words_is_one_claim() -> None:
    dossier = compared_texts(
        article(
            "valepost", "2025-03-01", "Nobody was hurt when the crane fell at Sund, said Ada Kern, the harbour master."
        ),
        article("sundnews", "2025-03-01", "There were no injuries in the fall of the crane, said Ole Brant, a docker."),
        article("coastmail", "2025-03-01", "The crane at Sund was built in 1961, said Ada Kern, the harbour master."),
    )
    group = group_with(dossier, "no injuries")
    assert {dossier.document(m.place).outlet for m in group.mentions} == {"valepost.example", "sundnews.example"}


def test_pairs_are_told_by_the_labels_and_weighed_by_the_settings() -> None:
    rows = [row for row in read_cases(CASES) if row["story"] == "bridge"]
    reports = [in_parts(report) for report in rate_cases(rows, load_engine())]
    pairs = list(story_pairs(rows, reports))
    counts = [len(report.ratings) for report in reports]
    assert len(pairs) == (sum(counts) ** 2 - sum(count**2 for count in counts)) // 2
    same = [found["meaning"] for found, one in pairs if one]
    other = [found["meaning"] for found, one in pairs if not one]
    assert len(same) >= 10 and sum(same) / len(same) > sum(other) / len(other) + 0.3
    assert set(pairs[0][0]) <= set(LikenessSettings.__slots__)
