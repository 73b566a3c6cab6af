"""sourcegrade label suggest: which articles come first, and what the tools get."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from scoring.cli.app import main
from scoring.schema import Basis, Report
from training.labels.formats.catalogue import Fault
from training.labels.reading import items_of, read_labelled
from training.labels.schema import LabelledArticle
from training.labels.suggesting import Suggestion, ranked, suggestion

pytestmark = pytest.mark.train
Run = Callable[..., tuple[int, str, str]]
BRIDGE = "The mayor, Ada Voss, said the bridge is safe. It may rain on Friday.\n"
LAMP = "“We checked every bolt ourselves,” engineer Odile Marrant said. The fuel reportedly ran out.\n"


def doubtful(text: str, uncertainty: float) -> Suggestion:
    return Suggestion(LabelledArticle(text, text, ()), uncertainty)


def order(suggestions: list[Suggestion], weight: float, limit: int | None = None) -> list[str]:
    return [one.article.id for one in ranked(suggestions, weight, limit)]


def test_the_most_uncertain_first() -> None:
    given = [doubtful("rain", 0.1), doubtful("hail", 0.5), doubtful("snow", 0.3)]
    assert order(given, 1.0) == ["hail", "snow", "rain"]
    assert order(given, 1.0, 1) == ["hail"]
    assert order(given, 1.0, 9) == ["hail", "snow", "rain"]


def test_a_story_told_twice_waits() -> None:
    """The second most uncertain article is the first one again: what is new comes before it."""
    given = [
        doubtful("the bridge fell", 0.5),
        doubtful("the bridge fell!", 0.49),
        doubtful("rain came", 0.2),
        doubtful("snow lay", 0.1),
    ]
    assert order(given, 1.0)[:2] == ["the bridge fell", "the bridge fell!"]
    assert order(given, 0.5)[:2] == ["the bridge fell", "rain came"]
    assert order(given, 0.0)[-1] == "the bridge fell!"


def test_texts_without_a_word_and_no_texts_at_all() -> None:
    assert order([doubtful("?", 0.1), doubtful("!", 0.2)], 0.5) == ["!", "?"]
    assert order([], 0.5) == []


def test_a_rating_as_a_suggestion(report: Report, bare_report: Report) -> None:
    made = suggestion(report)
    assert made.uncertainty == pytest.approx(sum(1 - r.claim.basis_probability for r in report.ratings) / 6)
    assert made.article.annotator == "sourcegrade 0.1.0 rules"
    claim = made.article.claims[1]
    assert (claim.basis, claim.strength, len(claim.chain)) == (Basis.PARAPHRASE, None, 2)
    assert claim.chain[0].cue is not None and claim.chain[0].cue.of(made.article.text) == "reported"
    assert made.article.claims[4].hedges[0].of(made.article.text) == "reportedly"
    assert suggestion(bare_report).uncertainty == 0.0


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``sourcegrade label suggest`` by the rules; give its status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    Path("bridge.txt").write_text(BRIDGE, encoding="utf-8")
    Path("lamp.txt").write_text(LAMP, encoding="utf-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["label", "suggest", *map(str, arguments), "--model", "rules"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return run


def test_label_studio_gets_tasks_and_its_configuration(run: Run) -> None:
    status, out, err = run("bridge.txt", "lamp.txt", "--to", "label-studio", "-o", "tasks.json")
    assert (status, out) == (0, "")
    assert err == "sourcegrade: written: tasks.json\nsourcegrade: written: tasks.xml\n"
    tasks = json.loads(Path("tasks.json").read_text(encoding="utf-8"))
    assert {task["data"]["text"] for task in tasks} == {BRIDGE, LAMP}
    assert all("annotations" not in task for task in tasks)
    (made,) = tasks[0]["predictions"]
    assert made["model_version"].startswith("sourcegrade ") and 0 < made["score"] < 1
    assert {one["type"] for one in made["result"]} >= {"labels", "choices", "relation"}
    assert "<Relations>" in Path("tasks.xml").read_text(encoding="utf-8")


def test_an_accepted_prediction_is_an_example(run: Run) -> None:
    run("bridge.txt", "--to", "label-studio", "-o", "tasks.json")
    tasks = json.loads(Path("tasks.json").read_text(encoding="utf-8"))
    (note,) = items_of(Path("tasks.json"))
    assert isinstance(note, Fault) and note.note
    tasks[0]["annotations"] = [{"completed_by": 1, "result": tasks[0].pop("predictions")[0]["result"]}]
    Path("done.json").write_text(json.dumps(tasks), encoding="utf-8")
    run("bridge.txt", "--to", "jsonl", "-o", "own.jsonl")
    (done,), (own,) = (read_labelled([Path(name)]) for name in ("done.json", "own.jsonl"))
    assert done.claims == own.claims and len(own.claims) >= 2 and own.claims[0].chain


def test_brat_gets_a_folder(run: Run) -> None:
    status, _, err = run("bridge.txt", "lamp.txt", "--to", "brat", "-o", "folder", "--limit", "1")
    assert (status, err) == (0, "sourcegrade: written: folder\n")
    names = {path.suffix for path in Path("folder").iterdir()}
    assert names == {".ann", ".txt", ".conf", ".jsonl"} and len(list(Path("folder").glob("*.ann"))) == 1
    settings = Path("folder/annotation.conf").read_text()
    assert "attributed_by Arg1:Claim, Arg2:Cue|Source|Implied" in settings
    assert "Basis Arg:Claim, Value:direct_quote|document" in settings
    assert read_labelled([Path("folder")])[0].claims


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(run: Run) -> None:
    Path("empty.txt").touch()
    status, _, err = run("empty.txt", "lamp.txt", "--to", "jsonl", "-o", "own.jsonl")
    assert status == 1 and err.splitlines()[0].startswith("sourcegrade: empty.txt: is empty")
    assert len(read_labelled([Path("own.jsonl")])) == 1


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("--to", "csv", "-o", "a.csv"), "--to 'csv': is not known; give one of label-studio, brat, jsonl"),
        (("--to", "jsonl", "-o", "kept.jsonl"), "kept.jsonl: exists; give another name, or --force to write over it"),
        (("--to", "label-studio", "-o", "kept.json"), "kept.xml: exists"),
        (("--to", "label-studio", "-o", "new.xml"), "--output new.xml: the configuration goes there"),
        (("--to", "jsonl", "-o", "lamp.txt", "--force"), "--output lamp.txt: is one of the inputs"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], wrong: str) -> None:
    for name in ("kept.jsonl", "kept.xml"):
        Path(name).write_text("mine")
    status, out, err = run("lamp.txt", *arguments)
    assert (status, out) == (2, "") and err.startswith(f"sourcegrade: {wrong}")
    assert Path("lamp.txt").read_text(encoding="utf-8") == LAMP and Path("kept.xml").read_text() == "mine"
