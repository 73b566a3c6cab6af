"""Models measured on labelled articles: figures computed by hand, intervals, tests, and what is written of them."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

pytestmark = pytest.mark.train
stats = pytest.importorskip("scipy.stats")

from scoring.cli.app import main  # noqa: E402
from scoring.errors import InputError  # noqa: E402
from scoring.schema import Basis, Group, Span  # noqa: E402
from training.evaluation.answers import Answer  # noqa: E402
from training.evaluation.claim_counts import group_of, same_source  # noqa: E402
from training.evaluation.measuring import compare, measured, signed  # noqa: E402
from training.evaluation.metrics import NAMES, Pairs, Tally, values  # noqa: E402
from training.evaluation.mistakes import excerpt, pieces, worst  # noqa: E402
from training.evaluation.outputs import markdown, to_dict  # noqa: E402
from training.evaluation.page import page  # noqa: E402
from training.evaluation.plain_sentences import plain  # noqa: E402
from training.evaluation.relation_counts import relation_counts  # noqa: E402
from training.evaluation.text import SECTIONS, not_measured  # noqa: E402
from training.labels.corpora import CLAIMS, RELATIONS, Relation  # noqa: E402
from training.labels.pairing import most_pairs, paired  # noqa: E402
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink, example  # noqa: E402
from training.statistics import calibration_error  # noqa: E402

SHARED = Path(__file__).resolve().parents[4] / "shared"
TEXT = "Mira Voss said the old bridge fell. Otto may leave soon. “We saw it,” two clerks told us. The river is wide."


def at(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def link(source: str, cue: str, type_: str = "person") -> LabelledLink:
    return LabelledLink(at(source), at(cue), type_, "neutral")


FELL = LabelledClaim("c1", (at("the old bridge fell"),), Basis.PARAPHRASE, None, (link("Mira Voss", "said"),), (), 4)
LEAVE = LabelledClaim("c2", (at("Otto may leave soon."),), Basis.SPECULATION, None, (), (at("may"),), 1)
SAW = LabelledClaim("c3", (at("We saw it"),), Basis.ANONYMOUS, None, (link("two clerks", "told", "anonymous"),), (), 3)
WIDE = LabelledClaim("c4", (at("The river is wide."),), Basis.ASSERTION, None, (), (), 3)
GOLD = LabelledArticle("a", TEXT, (FELL, LEAVE, SAW, WIDE))


def answer(*claims: LabelledClaim, certain: float = 0.9) -> Answer:
    """Claims as if they had been found, with their relations, strengths in [0, 1)."""
    stated = tuple(replace(c, strength=None if c.strength is None else c.strength / 5 - 0.1) for c in claims)
    relations = example(LabelledArticle("", TEXT, claims)).relations
    return Answer(stated, (certain,) * len(claims), relations, (certain,) * len(relations))


def value(evaluation: object, name: str) -> float | None:
    figure = evaluation[name]  # type: ignore[index]
    return None if figure is None else round(figure.value, 6)


PERFECT = answer(*GOLD.claims)
MIXED = answer(
    replace(FELL, spans=(at("the old bridge"),), basis=Basis.DIRECT_QUOTE, strength=5),
    replace(SAW, chain=(replace(SAW.chain[0], type="person", source=at("clerks")),), strength=2),
    replace(WIDE, spans=(at("is"),)),
)


def test_what_is_found_as_labelled_scores_one() -> None:
    found = measured([GOLD], [PERFECT])
    errors = {"basis_calibration_error": 0.1, "strength_calibration_error": 0.0, "strength_spearman": 1.0}
    for name, figure in found.figures.items():
        assert figure.value == pytest.approx(errors.get(name, 1.0)), name
    assert found["deep_chain_recall"] is None and found["basis_f1.document"] is None


def test_figures_are_those_computed_by_hand() -> None:
    found = measured([GOLD], [MIXED])
    # two of four claims are paired, of three found; one keeps its basis, both keep group or lose it as stated
    assert value(found, "claim_f1") == round(2 * 2 / 7, 6)
    assert value(found, "basis_f1") == round(2 * 1 / 7, 6)
    assert value(found, "group_f1") == round(2 * 2 / 7, 6)
    assert value(found, "basis_f1.anonymous") == 1.0
    assert value(found, "basis_f1.assertion") == 0.0
    assert value(found, "basis_macro_f1") == 0.25
    assert value(found, "basis_accuracy_paired") == 0.5
    assert value(found, "source_accuracy") == 1.0  # "clerks" stands in "two clerks"
    assert value(found, "source_type_accuracy") == 0.5
    assert value(found, "chain_depth_accuracy") == 1.0
    assert value(found, "hedge_f1") == 0.0
    assert found["strength_spearman"] is None  # two pairs tell of no order
    assert value(found, "basis_calibration_error") == round(abs(0.9 - 0.5), 6)
    assert value(found, "strength_calibration_error") == round((0.9 - 0.7 + 0.5 - 0.3) / 2, 6)
    table = found.table
    paraphrase, quote, none = 2, 0, 7
    assert table[paraphrase][quote] == 1 and table[5][none] == 1 and table[none][6] == 1 and table.sum() == 5


def test_relations_are_counted_by_hand() -> None:
    gold = [Relation(((0, 9),), ((10, 14),), ((15, 34),)), Relation((), ((40, 43),), ((36, 55),))]
    found = [Relation(((0, 4),), ((10, 14),), ((15, 35),))]
    counted = relation_counts(TEXT, gold, found)
    assert counted["source.exact"] == (0, 1, 0, 1)
    assert counted["source.overlap"] == (1, 1, 1, 1)
    assert counted["source.token"] == (1, 2, 1, 1)
    assert counted["cue.exact"] == (1, 2, 1, 1)
    assert counted["content.exact"] == (1, 2, 1, 1)  # the full stop is none of its words
    assert counted["complete"] == (1, 1, 1, 1)  # one of two words is half
    assert counted["complete_x"] == (0, 1, 0, 1)
    assert counted["sentence"] == (1, 1, 1, 1)
    assert counted["complete|indirect"] == (1, 1, 1, 1) and counted["complete|direct"] == (0, 0, 0, 0)


def test_plain_sentences_know_abbreviations_and_quotes() -> None:
    read = plain("Mr. Voss left. “No. 5 is” open.\nThe U.S. Navy isn't here")
    words = [read.text[w.start : w.end] for w in read.words]
    assert words == ["Mr", "Voss", "left", "No", "5", "is", "open", "The", "U", "S", "Navy", "isn't", "here"]
    assert [read.sentence[i] for i in range(len(words))] == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert {words[i] for i in read.quoted} == {"No", "5", "is"}


def test_claims_are_paired_best_first_and_once() -> None:
    text = "one two three four"
    spans = {name: (at(name, text),) for name in ("one two three four", "one two three", "one two", "one")}
    gold, found = [spans["one two three four"], spans["one two three"]], [spans["one two three"], spans["one two"]]
    assert sorted(paired(text, gold, found)) == [(0, 1), (1, 0)]
    assert paired(text, [spans["one two three"]], [spans["one"]]) == []
    assert paired(text, gold[1:] * 2, gold[1:] * 2) == [(1, 1), (0, 0)]


def test_most_pairs_gives_up_a_pair_for_two() -> None:
    assert most_pairs([1, 2], [1, 2], lambda a, b: (a, b) in {(1, 1), (1, 2), (2, 1)}) == 2
    assert most_pairs([], [1], lambda a, b: True) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Mira Voss", "Voss", True), ("Mira Voss", "The Voss", True), ("Mira Voss", "Otto", False), (None, None, True)],
)
def test_sources_are_the_same_by_name(one: str | None, other: str | None, same: bool) -> None:
    links = [LabelledLink(None, None, "person", "neutral", name) for name in (one, other)]
    assert same_source(TEXT, *links) is same


def test_the_group_is_that_of_the_weakest_link() -> None:
    minister, officials, reports = (link("Mira Voss", "said", type_) for type_ in ("person", "anonymous", "generic"))
    for chain, group in (
        ((minister,), Group.SOURCED),
        ((officials, minister), Group.WEAKLY_SOURCED),
        ((officials, reports, minister), Group.UNSOURCED),
    ):
        assert group_of(replace(FELL, chain=chain)) is group
    assert group_of(replace(LEAVE, chain=(officials,))) is Group.UNSOURCED
    assert group_of(LabelledClaim("c", FELL.spans, None, Group.SOURCED, (officials,))) is Group.SOURCED


def test_weighted_correlation_and_calibration_are_those_of_repeated_rows() -> None:
    rng = np.random.default_rng(5)
    home, stated, true = rng.integers(0, 6, 60), rng.integers(0, 12, 60) / 11, rng.integers(1, 6, 60) / 5
    pairs, weights = Pairs(home, stated, true), rng.integers(0, 4, (5, 6)).astype(float)
    by_weighting = values(Tally(np.zeros((6, 0)), {}, pairs, pairs), weights)
    columns = by_weighting["strength_spearman"], by_weighting["basis_calibration_error"]
    for row, (rho, error) in enumerate(zip(*columns, strict=True)):
        often = weights[row][home].astype(int)
        one, other = stated.repeat(often), true.repeat(often)
        assert rho == pytest.approx(stats.spearmanr(one, other).statistic)
        assert error == pytest.approx(calibration_error(list(one), list(other)))


def articles(number: int) -> list[LabelledArticle]:
    return [replace(GOLD, id=f"a{n}", text=f"{TEXT}\n{n}") for n in range(number)]


def test_intervals_hold_the_figure_and_come_again() -> None:
    gold, found = articles(8), [PERFECT, MIXED] * 4
    one, again, other = (measured(gold, found, seed=seed, draws=200) for seed in (0, 0, 1))
    assert one.figures == again.figures
    assert one.figures != other.figures
    for name, figure in one.figures.items():
        assert figure.low is not None and figure.low <= figure.value + 1e-9 <= figure.high + 2e-9, name
    claim = one["claim_f1"]
    assert claim and 2 * 2 / 7 < claim.low < claim.value < claim.high < 1


def test_one_article_tells_of_no_spread() -> None:
    figure = measured([GOLD], [MIXED])["claim_f1"]
    assert figure and (figure.low, figure.high) == (None, None) and str(figure) == "0.571"


def test_copies_of_a_text_are_drawn_together() -> None:
    gold = [replace(a, annotator=who) for a in articles(6) for who in ("one", "two")]
    copied = measured(gold, [f for f in [PERFECT, MIXED] * 3 for _ in "12"], draws=100)
    alone = measured(articles(6), [PERFECT, MIXED] * 3, draws=100)
    assert copied["claim_f1"] == alone["claim_f1"]


def test_a_model_against_itself_differs_by_nothing() -> None:
    one = measured(articles(5), [PERFECT, MIXED, MIXED, PERFECT, MIXED], draws=100)
    for name, found in compare(one, one, draws=100).items():
        assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1), name


def test_a_better_model_is_told_from_chance_and_both_ways_alike() -> None:
    better, worse = (measured(articles(10), [found] * 10, draws=10) for found in (PERFECT, MIXED))
    up, down = (compare(*pair, draws=400)["claim_f1"] for pair in ((worse, better), (better, worse)))
    assert up.value == pytest.approx(3 / 7) and up.low == pytest.approx(3 / 7)
    assert up.p < 0.01  # 2 of 1,024 swaps leave all ten on one side
    assert (down.value, down.p) == (-up.value, up.p)
    half = measured(articles(10), [PERFECT] * 5 + [MIXED] * 5, draws=10)
    against = measured(articles(10), [MIXED] * 5 + [PERFECT] * 5, draws=10)
    assert compare(half, against, draws=100)["claim_f1"].p > 0.9


def test_models_with_other_labels_are_compared_column_by_column() -> None:
    quote = answer(*(replace(c, basis=Basis.DOCUMENT) for c in GOLD.claims))
    one, other = (measured(articles(3), [given] * 3, draws=10) for given in (quote, PERFECT))
    found = compare(one, other, draws=10)
    assert found["basis_f1"].value == 1 and found["basis_f1.assertion"].value == 1 and found["claim_f1"].value == 0


def test_evaluations_of_different_articles_do_not_compare() -> None:
    with pytest.raises(ValueError, match="different articles"):
        compare(*(measured(articles(number), [PERFECT] * number, draws=1) for number in (2, 3)))


def test_signs_have_no_negative_zero() -> None:
    assert [signed(v) for v in (-0.0001, 0.0, 0.25, -0.5)] == ["+0.000", "+0.000", "+0.250", "-0.500"]


def test_groups_alone_give_figures_of_groups() -> None:
    claims = [LabelledClaim(c.id, (Span(0, 35) if c is FELL else c.spans[0],), None, g) for c, g in (
        (FELL, Group.SOURCED), (LEAVE, Group.UNSOURCED), (SAW, Group.UNSOURCED))]  # fmt: skip
    found = measured([replace(GOLD, claims=tuple(claims), complete=frozenset())], [PERFECT])
    assert value(found, "group_accuracy") == round(2 / 3, 6)
    assert value(found, "group_label_f1.unsourced") == round(2 / 3, 6)
    assert value(found, "group_label_macro_f1") == round((1 + 2 / 3) / 2, 6)
    assert set(found.figures) <= {n for n in NAMES if n.startswith("group_")}
    assert len(not_measured([found])) == len(SECTIONS) - 1
    assert [m.reasons for m in worst(found)] == [("unsourced taken for weakly sourced",)]


def test_relations_alone_give_figures_of_relations() -> None:
    bare = tuple(LabelledClaim(c.id, c.spans, chain=c.chain) for c in (FELL, SAW))
    found = measured([replace(GOLD, claims=bare, complete=frozenset({RELATIONS}))], [PERFECT])
    assert value(found, "complete") == 1.0
    assert not {"claim_f1", "basis_f1", "group_accuracy", "strength_spearman"} & set(found.figures)
    assert worst(found) == [] and "Worst mistakes" not in page([found])
    said, told = PERFECT.relations
    other = Answer(
        relations=(replace(said, source=((36, 40),)), replace(told, content=((36, 55),))),
        relation_probabilities=(0.9, 0.8),
    )
    wrong = worst(measured([replace(GOLD, claims=bare, complete=frozenset({RELATIONS}))], [other]))
    reasons = ["no such relation is labelled", "not found", "another source"]
    assert [m.reasons[0] for m in wrong] == reasons and [round(m.weight, 2) for m in wrong] == [0.4, 0.3, 0.27]


def test_ungraded_claims_without_hedges_measure_neither() -> None:
    claims = tuple(replace(c, strength=None, hedges=()) for c in GOLD.claims)
    found = measured([replace(GOLD, claims=claims, complete=frozenset({CLAIMS}))], [PERFECT])
    told = " ".join(not_measured([found]))
    assert "no hedge is labelled" in told and "no claim is graded" in told and "relations" in told
    assert found["hedge_f1"] is None and found["basis_f1"]


def test_nothing_labelled_is_an_error() -> None:
    with pytest.raises(InputError, match="no article has labels"):
        measured([LabelledArticle("a", TEXT, (), frozenset())], [PERFECT])


def test_mistakes_are_ranked_by_how_sure_and_how_bad() -> None:
    wrong = [
        replace(FELL, basis=Basis.ASSERTION, chain=()),
        replace(LEAVE, basis=Basis.HEARSAY),
        replace(SAW, basis=Basis.PARAPHRASE, chain=(replace(SAW.chain[0], type="person"),)),
    ]
    sure = replace(answer(*wrong), basis_probabilities=(0.5, 0.9, 0.8))
    found = worst(measured([GOLD], [sure]))
    assert [(m.gold.id, round(m.weight, 3)) for m in found if m.gold] == [
        ("c3", 0.56),
        ("c1", 0.5),
        ("c4", 0.3),
        ("c2", 0.27),
    ]
    assert found[0].reasons == ("anonymous taken for paraphrase",) and found[2].found is None
    assert worst(measured([GOLD], [PERFECT])) == []
    assert len(worst(measured(articles(9), [sure] * 9))) == 20


def test_an_excerpt_is_cut_at_marks_and_loses_nothing() -> None:
    found = worst(measured([GOLD], [MIXED]))
    for mistake in found:
        within = excerpt(mistake)
        for claim in (mistake.gold, mistake.found):
            cut = pieces(TEXT, claim, within)
            assert "".join(words for words, _ in cut) == within.of(TEXT)
            marked = {words for words, marks in cut if "claim" in marks.split()}
            assert not claim or all(any(m in s.of(TEXT) for m in marked) for s in claim.spans)
    assert excerpt(found[0], most=10).end - excerpt(found[0], most=10).start <= 10


HOSTILE = "<script>alert(1)</script> & “{{ 7 * 7 }}” <b>said</b> it fell. Rain & sun."


def hostile() -> list[object]:
    spans = (at("it fell", HOSTILE), at("Rain & sun.", HOSTILE))
    source = LabelledLink(
        at("<script>alert(1)</script>", HOSTILE), at("<b>said</b>", HOSTILE), "person", "neutral", "</dd><i>"
    )
    gold = LabelledArticle(
        "<img src=x>|`", HOSTILE, (LabelledClaim("1", spans[:1], Basis.PARAPHRASE, None, (source,), (), 4),)
    )
    found = LabelledClaim("1", spans[:1], Basis.ASSERTION, Group.UNSOURCED, (), (), 0.5)
    return [measured([gold], [Answer((found,), (0.9,))], name) for name in ("<em>model</em>", "rules")]


def test_the_page_escapes_what_it_shows_and_fetches_nothing() -> None:
    shown = page(hostile())  # type: ignore[arg-type]
    for tag in ("<script", "<img", "<em>", "<b>said", "</dd><i>"):
        assert tag not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown and "{{ 7 * 7 }}" in shown
    assert not re.search(r"(src|href)=[\"'](?!#)|@import|url\(", shown)
    for picture in re.findall(r"<svg.*?</svg>", shown, re.S):
        ET.fromstring(picture)


def test_markdown_keeps_its_tables_whole() -> None:
    text = markdown(hostile())  # type: ignore[arg-type]
    assert "<" not in text
    rows = [[line for line in block.splitlines() if line.startswith("|")] for block in text.split("\n\n")]
    for row in filter(None, rows):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in row}) == 1


def test_json_names_every_figure() -> None:
    found = json.loads(json.dumps(to_dict([measured([GOLD], [MIXED], "one"), measured([GOLD], [PERFECT], "two")])))
    assert [m["model"] for m in found["models"]] == ["one", "two"]
    assert set(NAMES) <= set(found["models"][0]["figures"])
    assert found["models"][0]["figures"]["basis_f1.document"] is None
    assert found["differences"][0]["figures"]["claim_f1"]["value"] == round(3 / 7, 4)
    assert found["models"][0]["mistakes"][0]["gold"]["basis"] in set(Basis)


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["evaluate", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return int(left.value.code or 0), out, err


EXAMPLES = Path(__file__).resolve().parents[3] / "data/examples/labelled/dev.jsonl"


def test_the_command_gives_all_formats(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    data = tmp_path / "few.jsonl"
    data.write_text("".join(EXAMPLES.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    given = ("--data", data, "--model", "rules")
    assert run(capsys, *given)[1].startswith("3 articles, ")
    found = json.loads(run(capsys, *given, "--format", "json")[1])
    assert 0.5 < found["models"][0]["figures"]["claim_f1"]["value"] <= 1
    assert run(capsys, *given, "--format", "md")[1].startswith("# Evaluation")
    folder = tmp_path / "out"
    folder.mkdir()
    assert run(capsys, *given, "--output", folder)[0] == 0
    assert {p.name for p in folder.iterdir()} == {
        "evaluation.html", "evaluation.md", "evaluation.json", "confusion.svg", "reliability.svg",
    }  # fmt: skip
    for picture in folder.glob("*.svg"):
        ET.parse(picture)
    assert run(capsys, *given, "--format", "html", "--output", tmp_path / "page.html")[0] == 0
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == (folder / "evaluation.html").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, (), "none.jsonl"),
        ("", (), "is empty"),
        ('{"id": "a", "text": "It rained.", "claims": []}', ("--model", "nowhere"), "nowhere"),
        ('{"id": "a", "text": "It rained.", "claims": []}', ("--format", "pdf"), "--format: 'pdf' is not known"),
        ("{", (), "none.jsonl:1"),
    ],
)
def test_mistakes_of_the_user_get_one_line(
    content: str | None, options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data = tmp_path / "none.jsonl"
    if content is not None:
        data.write_text(content, encoding="utf-8")
    status, out, err = run(capsys, "--data", data, *(options or ("--model", "rules")))
    assert status == 2 and out == "" and err.count("\n") == 1 and message in err


def tool(name: str) -> object:
    path = SHARED / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "tools").is_dir(), reason="needs ../shared/tools")
def test_the_numbers_are_those_of_the_yardsticks(tmp_path: Path) -> None:
    from scoring.engine import load_engine
    from training.evaluation.answers import answers
    from training.evaluation.predictions import write_claims
    from training.labels.corpora import read_jsonl
    from training.labels.reading import read_labelled

    data, rated = SHARED / "labelled/dev.jsonl", tmp_path / "rated.jsonl"
    gold, engine = read_labelled([data]), load_engine("rules")
    found = list(answers(gold, engine))
    mine = measured(gold, found, draws=10)
    write_claims(engine, gold, rated)
    rows = zip(read_jsonl(data), read_jsonl(rated), strict=True)
    claim_tool = tool("score_claims")
    theirs = claim_tool.measure([(g["text"], g["claims"], f["claims"]) for g, f in rows])  # type: ignore[attr-defined]
    numbers = {name: number for name, number in theirs.items() if isinstance(number, float)}
    assert len(numbers) >= 11
    for name, number in numbers.items():
        assert value(mine, name) == round(number, 6), name
    for basis, number in theirs["per_basis_f1"].items():
        assert round(value(mine, f"basis_f1.{basis}") or 0, 3) == number, basis

    groups = [claim_tool.group(claim) for row in read_jsonl(data) for claim in row["claims"]]  # type: ignore[attr-defined]
    assert [group_of(claim) for article in gold for claim in article.claims] == groups

    yardstick = tool("score_attribution")

    def spans(relations: tuple[Relation, ...]) -> list[dict[str, object]]:
        return [{"source": r.source, "cue": r.cue, "content": r.content} for r in relations]

    counted = [
        yardstick.count(yardstick.Doc(a.text), spans(example(a).relations), spans(b.relations))  # type: ignore[attr-defined]
        for a, b in zip(gold, found, strict=True)
    ]
    for name, total in yardstick.add(counted).items():  # type: ignore[attr-defined]
        for kind, number in zip((":p", ":r", ""), yardstick.prf(total), strict=True):  # type: ignore[attr-defined]
            assert value(mine, f"{name}{kind}") == round(number, 6), name


def test_sections_show_every_figure_once() -> None:
    listed = [name for section in SECTIONS for name, _ in section.rows]
    assert len(listed) == len(set(listed)) and set(listed) == set(NAMES)
    assert all(one != other for one, other in pairwise(listed))
