"""sourcegrade data check and convert: what they say, what they refuse, and their exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from scoring import resources
from scoring.cli.app import main
from scoring.schema import Basis, Group, Span
from scoring.writing.files import ADVICE
from training.labels.agreement import agreement
from training.labels.duplicates import alike
from training.labels.formats.own import row_of
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle, LabelledClaim, LabelledLink

pytestmark = pytest.mark.train
Run = Callable[..., tuple[int, str, str]]
TEXT = "The keeper said on Tuesday that the lamp would be lit again before the spring tides. Nobody may ever know why."
LIT, KNOW = Span(27, 83), Span(85, 110)
SAID = LabelledLink(Span(0, 10), Span(11, 15), "person", "neutral")
CLAIMS = (
    LabelledClaim("c1", (LIT,), Basis.PARAPHRASE, Group.SOURCED, (SAID,), (), 4.0),
    LabelledClaim("c2", (KNOW,), Basis.SPECULATION, Group.UNSOURCED, (), (Span(92, 95),), 1.0),
)


def article(**more: object) -> LabelledArticle:
    given: dict[str, object] = {"id": "a", "text": TEXT, "claims": CLAIMS}
    return LabelledArticle(**(given | more))  # type: ignore[arg-type]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``sourcegrade data``; give its status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["data", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return run


def saved(name: str, *articles: LabelledArticle | dict[str, object]) -> str:
    rows = [row_of(one) if isinstance(one, LabelledArticle) else one for one in articles]
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return name


def checked(run: Run, *arguments: object) -> dict[str, list[str]]:
    """Mistakes and notes, and the exit status that belongs to them."""
    status, out, err = run("check", *arguments, "--format", "json")
    found = json.loads(out)
    assert (status, err) == (1 if found["mistakes"] else 0, "")
    lines = {key: [f"{row['where']}: {row['message']}" for row in found[key]] for key in ("mistakes", "notes")}
    lines["notes"] = [line for line in lines["notes"] if "fewer than" not in line]
    return lines


def test_a_table_of_what_is_there(run: Run) -> None:
    status, out, err = run("check", saved("a.jsonl", article()))
    assert (status, err) == (0, "")
    rows = dict(line.rsplit(maxsplit=1) for line in out.splitlines() if line.startswith(" ") and line.split()[1:])
    rows = {name.strip(): count for name, count in rows.items()}
    assert rows["articles"] == "1" and rows["claims"] == "2" and rows["hedges"] == "1" and rows["cues"] == "1"
    assert (
        rows["basis: paraphrase"]
        == rows["source type: person"]
        == rows["stance: neutral"]
        == rows["strength: 4"]
        == "1"
    )
    assert "claims in fragments" not in rows
    few = (
        "note: a.jsonl: basis: fewer than 10 examples of direct_quote (0), document (0), paraphrase (1), anonymous (0),"
    )
    assert few in out
    assert out.splitlines()[-1].startswith("no mistakes, ")


def test_ten_examples_are_no_note(run: Run) -> None:
    many = [article(id=f"a{n}", text=f"{TEXT} {n} " + " ".join(f"w{n}x{i}" for i in range(30))) for n in range(10)]
    notes = json.loads(run("check", saved("a.jsonl", *many), "--format", "json")[1])["notes"]
    few = "basis: fewer than 10 examples of direct_quote (0), document (0), anonymous (0), hearsay (0), assertion (0)"
    assert few in notes[0]["message"] and "neutral" not in notes[2]["message"] and len(notes) == 3


def test_every_row_is_named(run: Run) -> None:
    row = row_of(article())
    claims = row["claims"]
    far = {**row, "id": "far", "claims": [{**claims[0], "spans": [{"start": 100, "end": 900}]}]}
    odd = {**row, "id": "odd", "claims": [{**claims[0], "basis": "guess"}, {**claims[1], "strength": 9}]}
    empty = {"id": "empty", "text": " \n", "claims": []}
    lines = checked(run, saved("a.jsonl", far, odd, empty, row))["mistakes"]
    assert [line.partition(";")[0] for line in lines] == [
        "a.jsonl:1: claim c1: the span 100–900 is not within the text's 110 characters",
        "a.jsonl:1: claim c1 has no sound span and is left out",
        "a.jsonl:2: basis 'guess' is not known",
        "a.jsonl:2: strength '9' of c2 is no grade",
        "a.jsonl:3: the text is empty",
    ]


def test_spans_that_cross(run: Run) -> None:
    crossing = LabelledClaim("c3", (Span(50, 100),), Basis.ASSERTION, Group.UNSOURCED)
    inside = LabelledClaim("c4", (Span(31, 40),), Basis.ASSERTION, Group.UNSOURCED)
    assert checked(run, saved("a.jsonl", article(claims=(*CLAIMS, inside))))["mistakes"] == []
    found = checked(run, saved("b.jsonl", article(claims=(*CLAIMS, crossing))))["mistakes"]
    assert found == [
        "b.jsonl:1: claim c1 (27–83) and claim c3 (50–100) cross; let one lie in the other, or apart",
        "b.jsonl:1: claim c3 (50–100) and claim c2 (85–110) cross; let one lie in the other, or apart",
    ]


def test_offsets_inside_a_character(run: Run) -> None:
    """Between a letter and its accent, or in an emoji of several, which code points allow."""
    text = "The Cafe\u0301 is open. 👩‍🚀 Marrant flew."
    claims = [
        LabelledClaim("c1", (Span(4, 8),)),
        LabelledClaim("c2", (Span(4, 9),)),
        LabelledClaim("c3", (Span(20, 26),)),
    ]
    notes = checked(run, saved("a.jsonl", article(text=text, claims=tuple(claims))))["mistakes"]
    assert [note.partition(", in")[0] for note in notes] == [
        "a.jsonl:1: claim c1: offset 8 lies inside a character",
        "a.jsonl:1: claim c3: offset 20 lies inside a character",
    ]


def test_duplicates_between_splits(run: Run) -> None:
    near = article(id="b", text=f"{TEXT} Indeed.")
    other = article(
        id="c", text="Rain fell on the harbour all night long, and nobody went out to sea at all.", claims=()
    )
    train = saved("train.jsonl", article(), other)
    found = checked(run, train, saved("dev.jsonl", near, article(id="d", text=TEXT.upper(), claims=())))
    assert [line.partition(";")[0] for line in found["mistakes"]] == [
        "dev.jsonl:1: nearly the same text (Jaccard 0.94) as train.jsonl:1 stands in train.jsonl, this one in dev.jsonl",
        "dev.jsonl:2: the same text as train.jsonl:1 stands in train.jsonl, this one in dev.jsonl",
    ]
    within = checked(run, saved("one.jsonl", article(split="dev"), article(id="b", split="train")))
    assert within["mistakes"] == [
        "one.jsonl:2: the same text as one.jsonl:1 stands in dev, this one in train; keep both in one split"
    ]
    same = checked(run, saved("two.jsonl", article(), article(id="b")))
    assert same == {"mistakes": [], "notes": ["two.jsonl:2: the same text as two.jsonl:1; keep one"]}


def test_near_duplicates_are_found_across_parts_first() -> None:
    words = [f"w{n}" for n in range(60)]
    text = " ".join(words)
    near, far = " ".join([*words[:-2], "x", "y"]), " ".join([*words[:30], *"abcdefghijklmnopqrstuvwxyz"])
    found = list(alike([text, text, near, far], ["dev", "train", "dev", "train"], words=5, least=0.8, permutations=128))
    assert [(pair.first, pair.second, round(pair.alike, 2)) for pair in found] == [(0, 1, 1.0), (1, 2, 0.93)]


def test_one_article_twice(run: Run) -> None:
    two = saved("a.jsonl", article(annotator="ada"), article(annotator="bea"), article(annotator="ada"))
    assert checked(run, two)["mistakes"] == ["a.jsonl:3: the id 'a' stands at a.jsonl:1 already; keep one"]


def test_agreement_by_hand() -> None:
    """Two claims each, one shared with the same basis; the other is unknown to the second annotator."""
    other = (CLAIMS[0], LabelledClaim("c2", (Span(0, 26),), Basis.ASSERTION, Group.UNSOURCED))
    found = agreement([article(annotator="ada"), article(annotator="bea", claims=other)])
    assert found is not None
    assert (found["articles"], found["annotators"]) == (1, 2)
    assert found["claim_f1"] == found["basis_f1"] == pytest.approx(0.5)
    assert found["hedge_f1"] == 0.0
    assert found["basis_kappa"] is None and found["strength_alpha"] is None
    assert agreement([article()]) is None


def test_agreement_beyond_chance() -> None:
    """Kappa and alpha are 1 for the same labels, and near or below 0 where bases are dealt out evenly."""
    text = " ".join(f"Sentence number {n} stands here." for n in range(40))
    spans = [Span(m, m + 10) for m in range(0, 40 * 20, 20)]
    bases = [Basis.ASSERTION, Basis.HEARSAY]

    def labelled(by: str, step: int) -> LabelledArticle:
        claims = (
            LabelledClaim(f"c{n}", (s,), bases[n // step % 2], strength=float(n // step % 2 + 1))
            for n, s in enumerate(spans)
        )
        return article(text=text, claims=tuple(claims), annotator=by)

    same = agreement([labelled("ada", 1), labelled("bea", 1)])
    chance = agreement([labelled("ada", 1), labelled("bea", 2)])
    assert same is not None and chance is not None
    assert same["basis_kappa"] == same["basis_alpha"] == same["strength_alpha"] == pytest.approx(1.0)
    assert chance["claim_f1"] == pytest.approx(1.0) and chance["basis_f1"] == pytest.approx(0.5)
    assert chance["basis_kappa"] == pytest.approx(0.0)
    assert chance["strength_alpha"] == pytest.approx(0.0, abs=0.03)


def test_agreement_is_shown(run: Run) -> None:
    _, out, _ = run("check", saved("a.jsonl", article(annotator="ada"), article(annotator="bea", claims=CLAIMS[:1])))
    assert "Agreement of 2 annotators on 1 article:" in out
    assert "  claims, F1: 0.667" in out and "  basis, F1: 0.667" in out


def test_a_missing_library_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "rensa", None)
    status, out, err = run("check", saved("a.jsonl", article()))
    assert (status, out, err) == (
        2,
        "",
        f"sourcegrade: data check: needs rensa; {resources.installing('train')}\n",
    )


def test_the_terminal_is_safe(run: Run) -> None:
    row = {"id": "a\u001b[31m", "text": TEXT, "claims": [], "split": "\u001b[2J"}
    status, out, _ = run("check", saved("a.jsonl", row, row))
    assert status == 1 and "\u001b" not in out


def test_all_files_are_read_whatever_one_holds(run: Run) -> None:
    Path("b.jsonl").write_bytes(b"\x80\x04\x95")
    found = checked(run, "b.jsonl", saved("a.jsonl", article()))
    assert found["mistakes"] == ["b.jsonl: is a pickle, which can run programs and is never opened; give text"]
    assert json.loads(run("check", "b.jsonl", "a.jsonl", "--format", "json")[1])["articles"] == 1
    assert run("check", "b.jsonl")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("check", "none.jsonl"), "none.jsonl: is not there; give labelled articles"),
        (("check", "a.jsonl", "--format", "xml"), "--format: 'xml' is not known; give one of table, json"),
        (("check", "a.jsonl", "--from", "xml"), "--from 'xml': is not known; give one of bio, brat"),
        (
            ("convert", "a.jsonl", "b.xyz"),
            "--to is missing: b.xyz says no format; give one of brat, csv, jsonl, label-studio",
        ),
        (("convert", "a.jsonl", "b.xyz", "--to", "xml"), "--to 'xml': is not known"),
        (("convert", "a.jsonl", "b.conll"), "--to is missing: b.conll says no format"),
        (("convert", "a.jsonl", "b.jsonl", "--to", "doccano"), "--to 'doccano': is not known"),
        (("convert", "a.jsonl", "a.jsonl", "--force"), "a.jsonl: is one of the inputs; give another file"),
        (("convert", "a.jsonl", "kept.csv"), "kept.csv: exists; give another name, or --force to write over it"),
        (("convert", "a.jsonl", "none/b.csv"), "none/b.csv: its folder is not there; make none first"),
        (("convert", "bad.jsonl", "b.csv"), "bad.jsonl:1: the text is empty; give an article"),
        (("convert", "a.jsonl", "folder", "--force"), "folder: holds mine.py, which is none of brat's files"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], wrong: str) -> None:
    saved("a.jsonl", article())
    saved("bad.jsonl", {"text": "", "claims": []})
    Path("kept.csv").write_text("mine")
    Path("folder").mkdir()
    Path("folder/mine.py").touch()
    before = sorted(Path().rglob("*"))
    status, out, err = run(*arguments)
    assert (status, out) == (2, "") and err.startswith(f"sourcegrade: {wrong}") and err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before and Path("kept.csv").read_text() == "mine"


def test_convert_says_what_is_lost(run: Run) -> None:
    saved("a.jsonl", article())
    status, out, err = run("convert", "a.jsonl", "t.csv")
    assert (status, out) == (0, "")
    assert "sourcegrade: csv holds no grades: 2 left out\n" in err
    assert err.endswith("sourcegrade: 1 article written: t.csv\n")
    assert run("convert", "a.jsonl", "brat")[2] == "sourcegrade: 1 article written: brat\n"
    assert {path.name for path in Path("brat").iterdir()} == {"a.ann", "a.txt", "annotation.conf", "articles.jsonl"}
    assert run("convert", "brat", "back.jsonl")[0] == 0
    (back,) = read_labelled([Path("back.jsonl")])
    assert [(c.spans, c.basis, c.chain, c.hedges) for c in back.claims] == [
        (c.spans, c.basis, c.chain, c.hedges) for c in CLAIMS
    ]


def test_convert_writes_over_only_with_force(run: Run) -> None:
    saved("a.jsonl", article())
    for target in ("b", "b.csv"):
        assert run("convert", "a.jsonl", target)[0] == 0
        assert run("convert", "a.jsonl", target)[0] == 2
        assert run("convert", "a.jsonl", target, "--force")[0] == 0
    assert sorted(path.name for path in Path().iterdir()) == ["a.jsonl", "b", "b.csv"]


def test_a_failed_writing_leaves_what_was_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.labels.formats import catalogue

    def broken(articles: object, path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    saved("a.jsonl", article())
    Path("b.csv").write_text("mine")
    catalogue.names()
    monkeypatch.setitem(catalogue._writers, "csv", broken)
    status, _, err = run("convert", "a.jsonl", "b.csv", "--force")
    assert status == 2 and err == f"sourcegrade: b.csv: cannot be written (No space left on device); {ADVICE}\n"
    assert Path("b.csv").read_text() == "mine" and len(list(Path().iterdir())) == 2
