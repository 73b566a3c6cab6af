"""The commands for those who work on sourcegrade itself: what they write, and that every text names them rightly."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer.main

from scoring import resources
from scoring.cli.app import app
from scoring.engine import RULES, load_engine

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
Run = Callable[..., tuple[int, str, str]]
PLAIN = "The keeper lit the lamp at noon and went home to his dinner, the harbour office said on Tuesday. " * 15


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the repository that may name a command."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in listed.splitlines():
        if name.endswith((".py", ".md", ".toml")) and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text(encoding="utf-8")


def test_texts_name_commands_that_exist() -> None:
    commands = typer.main.get_command(app).commands["dev"].commands  # type: ignore[attr-defined]
    named = set()
    for file, text in texts():
        for line in re.findall(r"sourcegrade dev ([a-z][^`\n:;,.]*)", text):
            command, *words = shlex.split(line, comments=True, posix=False)
            named.add(command)
            assert command in commands, f"{file}: sourcegrade dev {line}"
            known = {option for parameter in commands[command].params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= known, f"{file}: sourcegrade dev {line}"
    assert len(named) >= 8 or not (ROOT / ".git").exists()


def test_there_is_no_other_door() -> None:
    doors = [name for name, text in texts() if "python -m " + "training" in text]
    assert doors == []
    mains = [str(path) for path in (ROOT / "training").rglob("*.py") if "argparse" in path.read_text(encoding="utf-8")]
    assert mains == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("card", "--corpora", "none"), "none: holds no corpora/polnear/dev.jsonl"),
        (("fit-probabilities", "--corpora", "none", "--model", "none"), "none: holds no corpora/polnear/train.jsonl"),
        (("predict-relations", "--data", "none", "-o", "out"), "none: is not there"),
        (("predict-claims", "--data", "none", "-o", "out"), "none: is not there"),
        (("requantize", "none", "out"), "none: is not there"),
        (("claim-encoder", "--start", "none", "-o", "out"), "none: holds no config.json"),
        (("pair-weights", "--cases", "none"), "none: is not there"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    words: tuple[str, ...], says: str, command_line: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    status, out, err = command_line("dev", *words)
    assert (status, out, err.count("\n")) == (2, "", 1) and says in err and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("outlet-priors", "--ratings", "none"), "lin2023_domain_ratings.csv: cannot be read"),
        (("rater-correlations", "--ratings", "none"), "lin2023_domain_ratings.csv: cannot be read"),
        (("hedge-rates", "--texts", "none.csv"), "none.csv: is not there"),
        (("dossier-figures", "--cases", "none"), "none: is not there"),
    ],
)
def test_so_it_is_without_the_extra(
    words: tuple[str, ...], says: str, command_line: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = command_line("dev", *words)
    assert (status, out, err.count("\n")) == (2, "", 1) and says in err


def test_a_missing_extra_is_said_with_its_remedy(
    command_line: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "training.dossier.pair_weights", raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    monkeypatch.setattr("training.dossier.benchmark.rate_cases", lambda *_: [])
    cases = tmp_path / "stories.jsonl"
    cases.write_text("", encoding="utf-8")
    status, out, err = command_line("dev", "pair-weights", "--cases", cases)
    assert (status, out) == (2, "")
    assert err == f"sourcegrade: dev pair-weights: needs sklearn.linear_model; {resources.installing('train')}\n"


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "few.jsonl"
    lines = resources.labelled_examples("dev").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:3]), encoding="utf-8")
    return path


@pytest.mark.train
def test_predictions_are_what_evaluate_measures(command_line: Run, labelled: Path, tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    from training.evaluation.answers import answers
    from training.labels.reading import read_labelled

    given = list(answers(read_labelled([labelled]), load_engine(RULES)))
    output = tmp_path / "claims.jsonl"
    assert command_line("dev", "predict-claims", "--data", labelled, "--model", "rules", "-o", output)[0] == 0
    ratings = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [[claim["basis"] for claim in rating["claims"]] for rating in ratings] == [
        [claim.basis for claim in answer.claims] for answer in given
    ]
    folder = tmp_path / "relations"
    assert command_line("dev", "predict-relations", "--data", labelled, "--model", "rules", "-o", folder)[0] == 0
    rows = {path.name: path.read_text(encoding="utf-8").splitlines() for path in folder.iterdir()}
    assert {name: len(lines) for name, lines in rows.items()} == dict.fromkeys(
        ("text.jsonl", "gold.jsonl", "pred.jsonl"), 3
    )
    labels = [json.loads(line)["attributions"] for line in rows["gold.jsonl"]]
    assert any(labels) and all(set(row) == {"source", "cue", "content"} for rows_ in labels for row in rows_)


def test_predictions_spare_what_is_read(command_line: Run, labelled: Path) -> None:
    pytest.importorskip("scipy")
    before = labelled.read_text(encoding="utf-8")
    status, _, err = command_line("dev", "predict-claims", "--data", labelled, "--model", "rules", "-o", labelled)
    assert status == 2 and "is one of the inputs" in err and labelled.read_text(encoding="utf-8") == before


def test_hedge_rates_are_counted_into_a_table(command_line: Run, tmp_path: Path) -> None:
    news, table = tmp_path / "news.csv", tmp_path / "rates.csv"
    with news.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["body"], [PLAIN], [PLAIN + "It was undoubtedly bright."]])
    shipped = resources.lexicon("usual_rates.csv").read_bytes()
    status, out, err = command_line("dev", "hedge-rates", "--texts", news, "--column", "body", "-o", table)
    assert (status, out) == (0, "") and "rates.csv" in err
    rows = {row["kind"]: row for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())}
    assert rows["booster"]["note"].startswith("1 in ")
    assert resources.lexicon("usual_rates.csv").read_bytes() == shipped
    with news.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["text"], [PLAIN]])
    status, _, err = command_line("dev", "hedge-rates", "--texts", news, "-o", table)
    assert status == 2 and "1 texts in English of 200 words and more; give two at least" in err


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "priors_sources").is_dir(), reason="needs ../shared/priors_sources")
def test_priors_are_made_anew_as_they_ship(command_line: Run, tmp_path: Path) -> None:
    status, _, err = command_line("dev", "outlet-priors", "--ratings", SHARED, "-o", tmp_path)
    assert status == 0 and "881 rows" in err
    for name in ("outlets.csv", "rated.csv", "sources.csv"):
        assert (tmp_path / name).read_bytes() == resources.priors(name).read_bytes()
    lines = command_line("dev", "rater-correlations", "--ratings", SHARED)[1].splitlines()
    config = resources.config("priors.toml").read_text(encoding="utf-8")
    assert len(lines) == 6 and all(line.split("#")[0].strip() in config for line in lines)
