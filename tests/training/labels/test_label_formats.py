"""Formats of labelled articles: what goes in comes out, what cannot is counted, and what is broken is refused."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.errors import InputError, SourcegradeError
from scoring.schema import Basis, Group, SourceType, Span, Stance
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.formats import bounded, catalogue, label_studio
from training.labels.formats.catalogue import Fault, names, told, writer_of
from training.labels.reading import as_dataset, from_dataset, items_of, read_labelled
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink, example

ENDINGS = {
    "jsonl": "a.jsonl",
    "label-studio": "a.json",
    "brat": "a",
    "csv": "a.csv",
}
CASES = Path(__file__).parents[2] / "cases"
READ_ONLY = {"doccano": CASES / "labelled.doccano.jsonl", "bio": CASES / "labelled.conll"}
"""``ARTICLE`` in formats that are not written."""
BOTH = frozenset({RELATIONS, CLAIMS})
TEXT = (
    "👩‍🚀 Odile Marrant said on Monday that the lamp is “as good as new”.\r\n"
    "The Cafe\u0301 Courier reported that officials claimed the keeper — so it goes 🚢 — had reportedly left.\r\n"
    "The tower leans, though perhaps it always did."
)


def at(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def link(source: str | None, cue: str | None, type: str, stance: str, resolved: str | None = None) -> LabelledLink:
    return LabelledLink(source and at(source), cue and at(cue), type, stance, resolved)  # type: ignore[arg-type]


CHAIN = (
    link("The Cafe\u0301 Courier", "reported", "media", "neutral"),
    link("officials", "claimed", "anonymous", "distancing", "two officials"),
)
ARTICLE = LabelledArticle(
    "varn/1",
    TEXT,
    (
        LabelledClaim("c1", (at("the lamp is “as good as new”"),), Basis.DIRECT_QUOTE, Group.SOURCED,
                      (link("👩‍🚀 Odile Marrant", "said", "person", "neutral", "Odile Marrant"),), (), 4.0),
        LabelledClaim("c2", (at("the keeper"), at("had reportedly left")), Basis.ANONYMOUS, Group.WEAKLY_SOURCED, CHAIN,
                      (at("reportedly"),), 2.0),
        LabelledClaim("c3", (at("so it goes 🚢"),), Basis.HEARSAY, Group.UNSOURCED,
                      (CHAIN[0], LabelledLink(None, None, "generic", "neutral", "the port")), (at("reportedly"),)),
        LabelledClaim("c4", (at("The tower leans"),), Basis.ASSERTION, Group.UNSOURCED, (), (), 3.0),
        LabelledClaim("c5", (at("perhaps it always did"),), Basis.SPECULATION, Group.UNSOURCED, (), (at("perhaps"),), 1.0),
        LabelledClaim("c6", (at("perhaps it always did"),), None, Group.UNSOURCED,
                      (LabelledLink(None, at("though"), "author", "inferential"),)),
    ),
    annotator="7", split="dev", outlet="varncourier.example",
)  # fmt: skip


def bare(articles: list[LabelledArticle], *, grades: bool = True) -> list[LabelledArticle]:
    """Articles as far as formats keep them: without places of reading, names of claims, and their order."""
    found = []
    for article in articles:
        claims = [replace(c, id="") for c in article.claims]
        if not grades:
            claims = [
                replace(c, strength=None, chain=tuple(replace(k, resolved=None) for k in c.chain)) for c in claims
            ]
        found.append(replace(article, where="", claims=tuple(sorted(claims, key=repr))))
    return found


def written(articles: list[LabelledArticle], name: str, folder: Path) -> tuple[Path, Counter[str]]:
    path = folder / ENDINGS[name]
    return path, +writer_of(name)(articles, path)


def faults(path: Path, format: str | None = None) -> list[str]:
    return [str(item).replace(f"{path.parent}/", "") for item in items_of(path, format) if isinstance(item, Fault)]


def test_all_formats_are_there() -> None:
    assert set(names()) == {*ENDINGS, *READ_ONLY, "polnear"} and set(catalogue.written()) == set(ENDINGS)


@pytest.mark.parametrize("name", [name for name in ENDINGS if name != "csv"])
def test_round_trip(name: str, tmp_path: Path) -> None:
    path, lost = written([ARTICLE], name, tmp_path)
    assert told(path) == name
    assert lost == {}
    assert bare(read_labelled([path])) == bare([ARTICLE])


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_is_only_read(name: str) -> None:
    """Several columns of a label, fragments, relations, values in labels, and a text with CR LF."""
    assert told(READ_ONLY[name]) == name
    assert bare(read_labelled([READ_ONLY[name]])) == bare([ARTICLE], grades=False)


def test_round_trip_through_every_format_in_turn(tmp_path: Path) -> None:
    articles = [ARTICLE]
    for name in ("label-studio", "brat", "jsonl"):
        articles = read_labelled([written(articles, name, tmp_path)[0]])
    assert bare(articles) == bare([ARTICLE])


WORDS = [
    "tide",
    "harbour",
    "👩‍🚀",
    "naïve",
    "e\u0301clair",
    "“quoted”",
    "it's",
    "—",
    "🇫🇷",
    "#",
    "-",
    "x:y",
    "T1",
    "B-cue",
    "#",
    "=",
    "𝕏",
]


@st.composite
def articles(draw: st.DrawFn) -> LabelledArticle:
    """An article of odd words with odd gaps, its spans from word to word."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=14))
    gaps = draw(
        st.lists(st.sampled_from([" ", " ", "\n", "\r\n", "\t", "\u00a0"]), min_size=len(words), max_size=len(words))
    )
    text, edges = "", []
    for word, gap in zip(words, gaps, strict=True):
        edges.append((len(text), len(text) + len(word)))
        text += word + gap

    def span(first: int = 0) -> Span:
        start = draw(st.integers(first, len(words) - 1))
        return Span(edges[start][0], edges[draw(st.integers(start, len(words) - 1))][1])

    def spans() -> tuple[Span, ...]:
        one = span()
        after = [i for i, (start, _) in enumerate(edges) if start > one.end][1:]
        return (one, span(after[0])) if after and draw(st.booleans()) else (one,)

    def links() -> LabelledLink:
        source, cue = (span() if draw(st.booleans()) else None for _ in "ab")
        kinds = [draw(st.none() | st.sampled_from([*kind])) for kind in (SourceType, Stance)]
        return LabelledLink(source, cue, *kinds, draw(st.sampled_from([None, "Ada", "the 🚢 line"])))

    claims = []
    for number in range(draw(st.integers(0, 4))):
        basis = draw(st.none() | st.sampled_from([*Basis]))
        group = basis.group if basis else draw(st.none() | st.sampled_from([*Group]))
        chain = tuple(links() for _ in range(draw(st.integers(0, 3))))
        hedges = tuple(dict.fromkeys(span() for _ in range(draw(st.integers(0, 2)))))
        grade = draw(st.sampled_from([None, 1.0, 5.0]))
        claims.append(LabelledClaim(f"c{number + 1}", spans(), basis, group, chain, hedges, grade))
    return LabelledArticle("a 1", text, tuple(claims), draw(st.sampled_from([BOTH, frozenset({CLAIMS}), frozenset()])))


@pytest.mark.parametrize("name", [name for name in ENDINGS if name != "csv"])
@given(article=articles())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_article_survives(name: str, tmp_path_factory: pytest.TempPathFactory, article: LabelledArticle) -> None:
    path, lost = written([article], name, tmp_path_factory.mktemp("a"))
    assert lost == {}
    assert bare(read_labelled([path])) == bare([article])


@given(article=articles())
@settings(max_examples=15)
def test_any_article_survives_a_dataset(article: LabelledArticle) -> None:
    pytest.importorskip("datasets")
    both = [replace(article, where="a:1"), replace(ARTICLE, where="b:2")]
    assert from_dataset(as_dataset(both)) == both


def test_a_dataset_keeps_all() -> None:
    pytest.importorskip("datasets")
    one = replace(ARTICLE, where="file:1")
    dataset = as_dataset([one])
    assert dataset.num_rows == 1 and dataset[0]["claims"][1]["spans"][0]["start"] == at("the keeper").start
    assert from_dataset(dataset) == [one]


def test_a_table_is_a_small_article_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'\xef\xbb\xbfid,Sentence,label,outlet\r\n1,"The bridge, he said, fell. \xf0\x9f\x9a\xa2",sourced,a.example\r\n2, It may rain. ,speculation,\r\n'
    )
    first, second = read_labelled([path])
    assert (first.id, first.text, first.outlet) == ("1", "The bridge, he said, fell. 🚢", "a.example")
    assert [(c.basis, c.group) for c in first.claims] == [(None, Group.SOURCED)]
    assert [(c.basis, c.group) for c in second.claims] == [(Basis.SPECULATION, Group.UNSOURCED)]
    assert second.claims[0].spans[0].of(second.text) == "It may rain."
    assert first.complete == second.complete == frozenset()
    assert example(second).relations == ()


def test_a_table_says_what_it_cannot_hold(tmp_path: Path) -> None:
    path, lost = written([ARTICLE], "csv", tmp_path)
    assert lost == {"places in a text": 6, "links of chains": 6, "hedges": 3, "grades": 4}
    assert [c.group for a in read_labelled([path]) for c in a.claims] == [c.group for c in ARTICLE.claims]


def test_a_table_is_no_formula(tmp_path: Path) -> None:
    article = replace(
        ARTICLE, text="=1+1 is two.", claims=(LabelledClaim("c1", (Span(0, 12),), Basis.ASSERTION, Group.UNSOURCED),)
    )
    path, _ = written([article], "csv", tmp_path)
    assert "'=1+1" in path.read_text()
    assert read_labelled([path])[0].text == "=1+1 is two."


def test_ratings_are_read_as_examples(tmp_path: Path) -> None:
    from scoring.pipeline import rate
    from scoring.report.build import to_dict

    row = to_dict(rate("The mayor, Ada Voss, said the bridge is safe. It may rain.", model="rules"))
    row["claims"][0]["basis"], row["claims"][0]["group"], row["claims"][0]["strength"] = "document", None, 5
    path = tmp_path / "rated.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (article,) = read_labelled([path])
    assert len(article.claims) == len(row["claims"]) >= 2
    assert (article.claims[0].basis, article.claims[0].strength) == (Basis.DOCUMENT, 5.0)
    assert article.claims[1].strength is None and article.complete == BOTH
    row["claims"][0]["group"] = "unsourced"
    path.write_text(json.dumps(row) + "\n")
    assert faults(path) == [
        "rated.jsonl:1: claim c1: group unsourced is not that of basis document; correct both, or set one to null"
    ]


def task(result: list[object], text: str = TEXT, **more: object) -> list[dict[str, object]]:
    return [
        {
            "id": 9,
            "data": {"text": text},
            "annotations": [{"completed_by": {"id": 3, "email": "a@b.example"}, "result": result}],
            **more,
        }
    ]


def region(id: str, label: str, span: Span, *, units: bool = True, **more: object) -> dict[str, object]:
    """A region of ``TEXT``."""
    start, end = (len(TEXT[:edge].encode("utf-16-le")) // 2 if units else edge for edge in (span.start, span.end))
    value = {"start": start, "end": end, "labels": [label], **more}
    return {"id": id, "type": "labels", "from_name": "label", "to_name": "text", "value": value}


def saved(tasks: object, folder: Path) -> Path:
    path = folder / "ls.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def test_label_studio_counts_in_utf_16(tmp_path: Path) -> None:
    path, _ = written([ARTICLE], "label-studio", tmp_path)
    value = json.loads(path.read_text(encoding="utf-8"))[0]["annotations"][0]["result"][0]["value"]
    assert value["start"] == at("the lamp is").start + 2  # the woman and the rocket of the astronaut are two units each


@pytest.mark.parametrize("returns", [True, False])
@pytest.mark.parametrize("units", [True, False])
def test_label_studio_regions_of_people_and_programs(units: bool, returns: bool, tmp_path: Path) -> None:
    """Offsets of programs may count code points, or CR LF as one, which the words beside them show."""
    span = at("had reportedly left")
    one = region("x", "Claim", span, units=units, text=span.of(TEXT))
    for end in ("start", "end") if not returns else ():
        one["value"][end] -= 1  # type: ignore[index]
    (article,) = read_labelled([saved(task([one]), tmp_path)])
    assert article.claims[0].spans == (span,)
    assert (article.id, article.annotator, article.complete) == ("9", "a@b.example", frozenset())


def test_label_studio_as_people_draw(tmp_path: Path) -> None:
    """Either direction, any name where the labels tell; two cues are two claims; a hedge belongs to what it stands in."""
    result = [
        region("k", "claim", at("the keeper — so it goes 🚢 — had reportedly left")),
        {"id": "k", "type": "choices", "from_name": "Basis", "to_name": "text", "value": {"choices": ["Anonymous"]}},
        {"id": "k", "type": "rating", "from_name": "strength", "to_name": "text", "value": {"rating": 2}},
        region("u", "Cue", at("claimed")), region("s", "SOURCE", at("officials")), region("r", "Cue", at("reported")),
        region("h", "hedge", at("reportedly")),
        {"type": "relation", "from_id": "u", "to_id": "k", "direction": "right", "labels": []},
        {"type": "relation", "from_id": "s", "to_id": "u", "direction": "left", "labels": ["whatever"]},
        {"type": "relation", "from_id": "k", "to_id": "r", "direction": "right"},
    ]  # fmt: skip
    first, second = read_labelled([saved(task(result), tmp_path)])[0].claims
    assert first.chain == (LabelledLink(at("officials"), at("claimed")),)
    assert second.chain == (LabelledLink(None, at("reported")),)
    assert (first.basis, first.strength, first.hedges) == (Basis.ANONYMOUS, 2.0, (at("reportedly"),))


def test_label_studio_annotators_are_articles_of_their_own(tmp_path: Path) -> None:
    path, _ = written([ARTICLE, replace(ARTICLE, annotator="Ada", claims=())], "label-studio", tmp_path)
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 1
    assert [(a.annotator, len(a.claims)) for a in read_labelled([path])] == [("7", 6), ("Ada", 0)]


def test_label_studio_leaves_out_what_nobody_labelled(tmp_path: Path) -> None:
    cancelled = [{"was_cancelled": True, "result": [region("x", "Claim", Span(0, 5))]}]
    tasks = [label_studio.prediction(ARTICLE, "m", 0.5), {"id": 2, "data": {"text": TEXT}, "annotations": cancelled}]
    assert list(map(str, items_of(saved(tasks, tmp_path)))) == [
        f"{tmp_path}/ls.json: 2 tasks without an annotation left out; predictions are not read"
    ]


@pytest.mark.parametrize(
    ("result", "text", "wrong"),
    [
        ([region("x", "Claim", Span(0, 1), units=False)], TEXT, "Claim: offset 1 lies inside a character"),
        ([region("x", "Claim", Span(0, 4000), units=False)], TEXT, "Claim: the span 0–"),
        ([region("x", "Claim", Span(3, 3))], TEXT, "Claim: the span 5–5 is not within"),
        ([region("x", "Person", Span(0, 9))], TEXT, "the label 'Person' is not known; give one of Claim, Source"),
        ([{"id": "x", "type": "labels", "value": {"start": "/p[1]", "end": "/p[2]", "labels": ["Cue"]}}], TEXT, "Cue: start '/p[1]' is no offset"),
        ([{"id": "x", "type": "choices", "from_name": "basis", "value": {"choices": ["guess"]}}], TEXT, "the choice 'guess' of basis is not known; give one of direct_quote"),
        ([{"type": "relation", "from_id": "x", "to_id": "y"}], TEXT, "a relation names the region 'x', which is not there"),
        ([], " ", "the text is empty"),
        ([], "/data/local-files/?d=../../secret.txt", "text is the reference '/data/local-files/?d=../../secret.txt', which is not followed"),
        ([], "../../secret.txt", "text is the reference"),
        ([], "s3://desk/a.txt", "text is the reference"),
        ([], "a\ud83d", "the text holds half a character"),
    ],
)  # fmt: skip
def test_label_studio_mistakes(result: list[object], text: str, wrong: str, tmp_path: Path) -> None:
    path = saved(task(result, text), tmp_path)
    (found,) = faults(path)
    assert found.startswith(f"ls.json:1: {wrong}")
    with pytest.raises(InputError):
        read_labelled([path])


def test_a_knot_of_sources_is_cut(tmp_path: Path) -> None:
    """Every cue reports every other: a hostile file takes no time and is named."""
    cues = [region(f"u{i}", "Cue", Span(i, i + 9)) for i in range(0, 60)]
    ties = [
        {"type": "relation", "from_id": f"u{i}", "to_id": f"u{j}", "labels": ["reported by"]}
        for i in range(60)
        for j in range(60)
        if i != j
    ]
    first = {"type": "relation", "from_id": "k", "to_id": "u0", "labels": ["attributed by"]}
    found = faults(
        saved(
            task(
                [region("k", "Claim", at("The tower leans")), *cues, first, *ties],
            ),
            tmp_path,
        )
    )
    assert any("in a circle" in one for one in found) and any("more than 16 chains" in one for one in found)


def test_parts_that_continue_each_other_end(tmp_path: Path) -> None:
    ties = [{"type": "relation", "from_id": a, "to_id": b, "labels": ["continues"]} for a, b in ("xy", "yx")]
    claims = [region("x", "Claim", at("The tower")), region("y", "Claim", at("leans"))]
    (claim,) = read_labelled([saved(task([*claims, *ties]), tmp_path)])[0].claims
    assert claim.spans == (at("The tower"), at("leans"))


def test_the_configuration_names_every_label(tmp_path: Path) -> None:
    import xml.etree.ElementTree as ElementTree

    root = ElementTree.fromstring(label_studio.configuration())
    assert [one.get("value") for one in root.iter("Label")] == ["Claim", "Source", "Cue", "Hedge", "Implied"]
    choices = {one.get("name"): [c.get("value") for c in one] for one in root.iter("Choices")}
    assert choices["basis"] == [*Basis] and choices["strength"] == [*"12345"] and choices["stance"] == [*Stance]
    path, _ = written([ARTICLE], "label-studio", tmp_path)
    used = {
        r["from_name"]
        for r in json.loads(path.read_text(encoding="utf-8"))[0]["annotations"][0]["result"]
        if "from_name" in r
    }
    assert used <= {one.get("name") for one in root.iter()}


PLAIN = "The mayor said on Monday that the bridge, closed since May, is safe.\nIt is not."


def test_polnear_as_it_lies_there(tmp_path: Path) -> None:
    """Its folders, events, and names; what is not labelled there (bases, hedges) is not taken for absent."""
    folder = tmp_path / "train"
    (folder / "text").mkdir(parents=True)
    (folder / "attributions").mkdir()
    name = "river-mail_2016-03-11_a-bridge"
    (folder / "text" / f"{name}.txt").write_text(PLAIN, encoding="utf-8")
    lines = (
        "T1\tSource 0 9\tThe mayor\nT2\tCue 10 14\tsaid\nT3\tContent 25 40;59 67\tthat the bridge is safe\n"
        "T4\tAttribution 10 14\tsaid\nE1\tAttribution:T4 Content:T3 Cue:T2 Source:T1\nT5\tDiscard 69 79\tIt is not.\n"
    )
    (folder / "attributions" / f"{name}_4b22.ann").write_text(lines, encoding="utf-8")
    (article,) = read_labelled([tmp_path])
    assert (article.id, article.annotator, article.split, article.outlet) == (name, "4b22", "train", "river-mail")
    (claim,) = article.claims
    assert claim.spans == (Span(25, 40), Span(59, 67)) and claim.basis is None
    assert claim.chain == (LabelledLink(Span(0, 9), Span(10, 14)),)
    assert article.complete == {RELATIONS}
    (relation,) = example(article).relations
    assert (relation.source, relation.cue, relation.content) == (((0, 9),), ((10, 14),), ((25, 40), (59, 67)))


def test_polnear_as_lines(tmp_path: Path) -> None:
    """Copies by several annotators; a role may be in fragments or missing; the text of a relation may cross another."""
    found = [
        {"source": [[0, 9]], "cue": [[10, 14]], "content": [[59, 67], [25, 40]]},
        {"source": None, "cue": [[10, 14]], "content": [[69, 78]]},
        {"source": [[0, 9]], "cue": [], "content": [[69, 78]]},
    ]
    row = {"id": "a", "annotator": "4b22", "publisher": "river-mail", "text": PLAIN, "attributions": found}
    bad = {**row, "attributions": [{"source": [[0, 900]], "cue": 3, "content": [[1]]}, 7]}
    path = tmp_path / "p.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (row, bad)))
    article = next(iter(items_of(path)))
    assert isinstance(article, LabelledArticle) and told(path) == "polnear"
    assert (article.annotator, article.outlet, article.complete) == ("4b22", "river-mail", {RELATIONS})
    source, cue = Span(0, 9), Span(10, 14)
    assert [claim.chain for claim in article.claims] == [
        (LabelledLink(source, cue),),
        (LabelledLink(None, cue),),
        (LabelledLink(source, None),),
    ]
    assert article.claims[0].spans == (Span(25, 40), Span(59, 67))
    assert [one.partition(": ")[2][:34] for one in faults(path)] == [
        "source: the span 0–900 is not with", "cue: '3' is no pair", "content: '[1]' is no pair",
    ]  # fmt: skip


def brat(folder: Path, lines: str, text: bytes = PLAIN.encode()) -> Path:
    (folder / "a.txt").write_bytes(text)
    (folder / "a.ann").write_text(lines, encoding="utf-8", newline="")
    return folder


def test_brat_by_hand(tmp_path: Path) -> None:
    """Attributes and relations of another project's names, notes, equivalences, carriage returns in the .ann."""
    lines = (
        "T1\tSource 0 9\tThe mayor\r\nT2\tCue 10 14\tsaid\r\nT3\tClaim 25 67\tthat the bridge, closed since May, is safe\r\n"
        "T4\tClaim 69 78\tIt is not\r\nR1\tAttribution Arg1:T2 Arg2:T3\r\nR2\tSource Arg1:T1 Arg2:T2\r\n"
        "A1\tparaphrase T3\r\nA2\tSource_Type T1 organization\r\nM1\tBasis T4 assertion\r\n"
        "*\tEquiv T1 T2\r\n#1\tAnnotatorNotes T1\tresolved: Ada Voss\r\n#2\tAnnotatorNotes T3\tnot sure\r\n"
    )
    (article,) = read_labelled([brat(tmp_path, lines)])
    assert article.claims[0].chain == (LabelledLink(Span(0, 9), Span(10, 14), "organisation", None, "Ada Voss"),)
    assert [claim.basis for claim in article.claims] == [Basis.PARAPHRASE, Basis.ASSERTION]


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfOne.\r\nTwo is here.\r\n", b"One.\r\nTwo is here.\r\n"])
@pytest.mark.parametrize("start", [5, 6, 7])
def test_brat_offsets_as_they_were_counted(start: int, text: bytes, tmp_path: Path) -> None:
    """With and without the byte order mark and carriage returns: the words beside the offsets tell."""
    path = brat(tmp_path, f"T1\tClaim {start} {start + 11}\tTwo is here\n", text)
    if start == 7 and not text.startswith(b"\xef"):
        pytest.skip("no way of counting gives 7 here")
    (article,) = read_labelled([path])
    assert article.claims[0].spans[0].of(article.text) == "Two is here"


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("T1\tClaim 0 900\tThe\n", "a.ann:1: Claim: the span 0–900 is not within the text's 79 characters"),
        ("T1\tPerson 0 9\tThe mayor\n", "a.ann:1: the label 'Person' is not known"),
        ("T1\tClaim 0 9\tThe mayor\nA1\tBasis T1 guess\n", "a.ann:2: the attribute Basis 'guess' is not known"),
        ("T1\tClaim 0 9\tThe mayor\nR1\tby Arg1:T1 Arg2:T7\n", "a.ann:2: a relation names the region 'T7'"),
        ("hello\n", "a.ann:1: 'hello' is no line of standoff"),
        ("T1\tClaim 0 9\tThe mayor\nT1\tCue 10 14\tsaid\n", "a.ann:2: the id T1 stands twice"),
    ],
)  # fmt: skip
def test_brat_mistakes(lines: str, wrong: str, tmp_path: Path) -> None:
    found = faults(brat(tmp_path, lines) / "a.ann")
    assert any(one.startswith(wrong) for one in found), found


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", ""])
def test_brat_files_stay_in_their_folder(name: str, tmp_path: Path) -> None:
    folder = brat(tmp_path, "")
    (folder / "articles.jsonl").write_text(json.dumps({"file": name}) + "\n")
    assert any("is no plain name" in one for one in faults(folder))


def test_names_of_articles_are_no_paths(tmp_path: Path) -> None:
    odd = [replace(ARTICLE, id=id) for id in ("../../a", "A/a", "a", "…")]
    path, _ = written(odd, "brat", tmp_path)
    assert sorted(p.name for p in path.glob("*.txt")) == ["A_a.txt", "a.txt", "a_2.txt", "article.txt"]
    assert bare(read_labelled([path])) == bare(odd)


def test_bio_without_names_or_relations(tmp_path: Path) -> None:
    """Columns known by their tags; ties by place; a text as English is written."""
    path = tmp_path / "a.conll"
    path.write_text(
        "-DOCSTART- X O\n\nThe D B-SOURCE\nmayor N I-SOURCE\nsaid V B-CUE\nit P B-CONTENT\nholds V I-CONTENT\n. . O\n\n"
        "Tides N O\nrose V O\n! . O\n\n-DOCSTART- X O\n\nRain N B-hearsay\nfell V E-hearsay\n",
        encoding="utf-8",
    )
    first, second = read_labelled([path])
    assert (first.text, second.text) == ("The mayor said it holds.\nTides rose!", "Rain fell")
    assert first.claims[0].chain == (LabelledLink(Span(0, 9), Span(10, 14)),)
    assert first.claims[0].spans[0].of(first.text) == "it holds"
    assert first.complete == {RELATIONS} and second.complete == {CLAIMS}
    assert second.claims[0].basis is Basis.HEARSAY


def test_bio_with_a_line_of_names(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("token\tsource\tcue\tcontent\n#\tB\tO\tO\nsays\tO\tB\tO\nyes\tO\tO\tB\n")
    (article,) = read_labelled([path])
    assert article.text == "# says yes"
    assert article.claims == (LabelledClaim("c1", (Span(7, 10),), chain=(LabelledLink(Span(0, 1), Span(2, 6)),)),)


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("a\tB-CUE\nb\tB-Person\n", "a.bio:2: the tag 'Person' in column 2 is not known"),
        ("a\tB-CUE\nb\n", "a.bio:2: has 1 columns, the first line 2"),
        ("token\tcue\na\tB\nb\tQ-x\n", "a.bio:3: 'Q-x' is no BIO tag"),
        ('# source_text = "b"\na\tB-CUE\n', "a.bio:2: the token 'a' of line 2 does not come next"),
        ("# global.columns = FORM CUE RELATIONS\na\tB\tx\n", "a.bio:2: 'x' is no relation"),
    ],
)
def test_bio_mistakes(lines: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "a.bio"
    path.write_text(lines)
    assert any(one.startswith(wrong) for one in faults(path)), faults(path)


def test_doccano_in_its_older_form(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {
        "id": 4,
        "text": PLAIN,
        "label": [[0, 9, "Source"], [10, 14, "CUE"], [25, 67, "paraphrase"], [69, 78, "Claim:unsourced"]],
    }
    path.write_text(
        json.dumps(row) + "\n" + json.dumps({"text": "Rain.", "label": [[0, 9, "Cue"], [0, 4, "X"]]}) + "\n"
    )
    items = list(items_of(path))
    assert isinstance(items[0], LabelledArticle)
    assert [c.group for c in items[0].claims] == [Group.SOURCED, Group.UNSOURCED]
    assert items[0].claims[0].chain == (LabelledLink(Span(0, 9), Span(10, 14)),)
    assert items[0].claims[1].chain == ()
    wrong = [one.partition(": ")[2][:30] for one in faults(path)]
    assert wrong == ["Cue: the span 0–9 is not withi", "the label 'X' is not known; giv"[:30]]


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (pickle.dumps({"claims": []}), "is a pickle, which can run programs and is never opened"),
        (b"\x00\x01\x02" * 50, "is binary, not text"),
        (b"PK\x03\x04" + b"x" * 50, "is a ZIP archive, not text"),
        (b"", "is empty"),
        (b"\xff\xfe{\x00}\x00", "is in UTF-16; save it in UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.conll", "a.ann"])
def test_what_is_no_text_is_refused(raw: bytes, wrong: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    if name == "a.ann":
        (tmp_path / "a.txt").write_bytes(raw)
    (found,) = faults(path)
    assert wrong in found


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b'{"text": "a b", "claims": [{"spans": [{"start": NaN, "end": 1}]}]}', "is no JSON (NaN is no number of JSON)"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"text": "caf\xe9", "claims": []}', "is not UTF-8 (byte 0xe9 at 13)"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": 0, "end": 9' + b"9" * 9000 + b"}]}]}", "is no JSON"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": 1.0, "end": 2}]}]}', "claim c1: start '1.0' is no offset"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": true, "end": 2}]}]}', "claim c1: start 'True' is no offset"),
        (b'{"text": "a b", "claims": {"spans": 1}}', "claims is missing; give a list"),
        (b'{"text": ["a"], "claims": []}', "text is list; give the article's text as a string"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": 0, "end": 1}], "basis": "guess"}]}', "basis 'guess' is not known"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": 0, "end": 1}], "strength": 0.7}]}', "strength '0.7' of c1 is no grade"),
        (b'{"text": "a b", "claims": [{"spans": [{"start": 0, "end": 1}], "chain": [3]}]}', "chain of c1: '3' is no link"),
        (b'7', "is int; give an object"),
    ],
)  # fmt: skip
def test_a_broken_row_is_named_and_the_others_go_on(line: bytes, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = b'{"text": "Rain fell.", "claims": []}'
    path.write_bytes(good + b"\n" + line + b"\r\n" + good + b"\n")
    assert faults(path)[0].startswith(f"a.jsonl:2: {wrong}"), faults(path)
    assert sum(isinstance(item, LabelledArticle) for item in items_of(path)) >= 2
    with pytest.raises(InputError, match=r"a\.jsonl:2: "):
        read_labelled([path])


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.conll", "a.ann"])
def test_a_line_of_two_gigabytes_is_not_loaded(name: str, tmp_path: Path) -> None:
    """The file is sparse; what is read of it at a time stays below the limit."""
    import tracemalloc

    path = tmp_path / name
    head = {"a.csv": b"sentence,label\n", "a.conll": b"token\tcue\n"}.get(name, b'{"claims": [')
    (tmp_path / "a.txt").write_text("Rain.")
    with path.open("wb") as file:
        file.write(head + b"x" * bounded.HEAD)
        file.truncate(2 << 30 if name in ("a.json", "a.ann") else 100 << 20)
    tracemalloc.start()
    found = faults(path, "bio" if name == "a.conll" else None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1 and ("16,777,216 bytes" in found[0] or "has 2,147,483,648 bytes" in found[0]), found
    assert peak < 5 * bounded.MOST


def test_json_of_either_kind_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for text, name in (
        (json.dumps([{"id": "a", "text": "x" * (1 << 17), "claims": []}]), "jsonl"),
        (json.dumps({"claims": [], "text": 'He wrote "data": nothing.'}), "jsonl"),
        (
            json.dumps([{"id": 1, "text": 'A "claims": b.', "label": [{"start": 0, "end": 1, "labels": ["Cue"]}]}]),
            "label-studio",
        ),
    ):
        path.write_text(text)
        assert told(path) == name
    assert faults(path) == ["a.json:1: is no task with data and annotations; export as JSON, not JSON-MIN"]


def test_messages_say_what_is_right(tmp_path: Path) -> None:
    odd = tmp_path / "a.docx"
    odd.write_text("hello")
    with pytest.raises(
        SourcegradeError,
        match="is of no known format; name one of bio, brat, csv, doccano, jsonl, label-studio, polnear",
    ):
        read_labelled([odd])
    with pytest.raises(SourcegradeError, match=r"--from 'xml': is not known"):
        read_labelled([odd], format="xml")
    with pytest.raises(SourcegradeError, match=r"holds no \.ann"):
        read_labelled([tmp_path])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 300)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "x", "Claim", "a\ud800", "../a"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["start", "id", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def _spoilt(draw: st.DrawFn, value: object) -> object:
    """A JSON value of which a part, drawn, is something else."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 5)) == 0:
        return draw(JSON)
    key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
    copy = value.copy()
    copy[key] = _spoilt(draw, value[key])  # type: ignore[index]
    return copy


@pytest.mark.parametrize("name", ["jsonl", "label-studio", "doccano"])
@given(data=st.data())
@settings(max_examples=80)
def test_spoilt_json_is_a_fault_and_no_crash(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("a")
    path = folder / "a.jsonl" if name in READ_ONLY else written([ARTICLE], name, folder)[0]
    whole = json.loads(READ_ONLY.get(name, path).read_text(encoding="utf-8"))
    spoilt = data.draw(st.composite(_spoilt)(whole))  # type: ignore[arg-type]
    path.write_text(json.dumps(spoilt), encoding="utf-8")
    assert all(isinstance(item, LabelledArticle | Fault) for item in items_of(path, name))


@pytest.mark.parametrize("name", ["brat", "bio", "csv"])
@given(data=st.data())
@settings(max_examples=80)
def test_spoilt_lines_are_faults_and_no_crash(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("a")
    path = folder / "a.conll" if name in READ_ONLY else written([ARTICLE], name, folder)[0]
    file = next(path.glob("*.ann")) if name == "brat" else path
    lines = READ_ONLY.get(name, file).read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cells = lines[at].split("\t")
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(
            st.sampled_from(["", "x", "T1", "Claim 0 99999", "-1", '"', "B-", "R1", "\r", "Claim 9 3;1 2", "A:b>C@9"])
        )
        lines[at] = "\t".join(cells)
    file.write_text("\n".join(lines), encoding="utf-8", newline="")
    assert all(isinstance(item, LabelledArticle | Fault) for item in items_of(path, name))
