"""What every command has in common: help, options, one style of errors, statuses, and the shell's completion."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from scoring.cli import messages as cli_messages
from scoring.cli.app import UNFORESEEN, app, main

ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it, groups of commands left out."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(typer.main.get_command(app)))
GROUPS = [(), ("priors",), ("data",), ("label",), ("dev",)]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; give its status, standard output and standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return run


def options(command: Any) -> dict[str, set[str]]:
    return {name: set(p.opts) for p in command.params for name in p.opts if name.startswith("--")}


def test_all_commands_are_walked() -> None:
    assert {("score",), ("serve",), ("priors", "import"), ("data", "convert"), ("label", "suggest")} <= ALL.keys()
    assert ("dev", "card") in ALL and len(ALL) >= 30


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_the_same_short_options(run: Run, path: tuple[str, ...]) -> None:
    known = options(ALL[path])
    assert "-q" in known["--quiet"] and "-v" in known["--verbose"]
    assert "-o" in known.get("--output", {"-o"})
    short, long = run(*path, "-h"), run(*path, "--help")
    assert short == long and short[0] == 0 and short[2] == ""
    assert all(name in short[1] for name in known)


@pytest.mark.parametrize("path", [*ALL, *GROUPS], ids=" ".join)
def test_wrong_usage_is_one_line_in_the_house_style(run: Run, path: tuple[str, ...]) -> None:
    status, out, err = run(*path, "--colour")
    assert (status, out, err.count("\n")) == (2, "", 1)
    command = " ".join(("sourcegrade", *path))
    assert err.startswith("sourcegrade: No such option: --colour") and f"{command} --help" in err


def test_other_wrong_usage(run: Run) -> None:
    for arguments, says in (
        (("score",), "sourcegrade: Missing argument 'ARTICLE'; sourcegrade score --help says what there is\n"),
        (("grade",), "sourcegrade: No such command 'grade'; sourcegrade --help says what there is\n"),
        (("serve", "--port", "x"), "sourcegrade: Invalid value for '--port'"),
        (("score", "x", "--as-of"), "sourcegrade: Option '--as-of' requires an argument"),
        (("score", "x", "-q", "-v"), "sourcegrade: Invalid value: --quiet and --verbose: give one of the two"),
    ):
        status, out, err = run(*arguments)
        assert (status, out, err.count("\n")) == (2, "", 1) and err.startswith(says), err


@pytest.mark.parametrize("path", GROUPS, ids=" ".join)
def test_a_group_by_itself_shows_its_help(run: Run, path: tuple[str, ...]) -> None:
    status, out, err = run(*path)
    assert status in (0, 2)  # click gave 0 up to 8.1
    assert "Commands:" in out + err and run(*path, "-h")[1].strip() == (out + err).strip()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "varn.txt"
    path.write_text("The mayor of Varn said the lighthouse would stay dark.\n", encoding="utf-8")
    return path


def test_all_views_tell_through_whom_a_claim_came(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mole.txt"
    path.write_text("Two port officials said that Mayor Ines Roth had told them the mole would stay shut.\n")
    given = (path, "--model", "rules", "--quiet")
    (claim,) = json.loads(run("score", *given, "--format", "json")[1])["claims"]
    assert claim["relayed"] == {"link": 0, "type": "anonymous", "words": "two port officials"}
    assert (claim["group"], claim["admiralty"]["source_reliability"], claim["matter"]) == (
        "weakly_sourced",
        "F",
        "fact",
    )
    for command in (("score", *given), ("explain", *given, "--claim", "c1")):
        assert "◐ paraphrase, through two port officials" in run(*command)[1]
    for form in ("html", "md"):
        run("report", *given, "--format", form, "-o", tmp_path)
        shown = (tmp_path / f"mole.txt.{form}").read_text(encoding="utf-8")
        assert "through two port officials, so weakly sourced" in shown


def test_quiet_leaves_errors_only(run: Run, article: Path) -> None:
    loud, quiet = (run("score", article, "--model", "rules", *more) for more in ((), ("-q",)))
    assert loud[:2] == quiet[:2] and "outlet: none given" in loud[2] and quiet[2] == ""
    status, _, err = run("score", article, article.parent / "none.txt", "--model", "rules", "--quiet")
    assert status == 1 and err.count("\n") == 1 and "none.txt" in err
    assert run("score", article, "--model", "rules") == loud  # one run's options are not the next one's


def test_verbose_says_what_is_loaded_from_where_and_how_long_it_took(run: Run, article: Path) -> None:
    from scoring.engine import _loaded

    _loaded.cache_clear()
    status, out, err = run("score", article, "--model", "rules", "-v")
    assert status == 0 and out == run("score", article, "--model", "rules")[1]
    for what in ("model rules", "score.toml", "outlets.csv", "rated varn.txt"):
        assert re.search(rf"sourcegrade: .*{re.escape(what)}.*: \d+\.\d\d s", err), (what, err)


def test_a_fault_of_the_program_is_one_line_with_a_status_of_its_own(
    run: Run, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a\nb\x1b[31m")

    monkeypatch.setattr("scoring.engine.load_engine", broken)
    status, out, err = run("score", article, "--model", "rules")
    assert (status, out) == (UNFORESEEN, "") and UNFORESEEN not in (0, 1, 2)
    last = err.splitlines()[-1]
    assert last.startswith("sourcegrade: a fault of the program") and "KeyError" in last and "--verbose" in last
    assert "Traceback" not in err and "\x1b" not in err
    err = run("score", article, "--model", "rules", "--verbose")[2]
    assert "Traceback (most recent call last)" in err and "in broken" in err


def test_verbose_shows_where_an_article_could_not_be_rated(
    run: Run, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("scoring.pipeline.rate_document", broken)
    status, _, err = run("score", article, "--model", "rules")
    assert status == 1 and err.count("\n") == 1 and "varn.txt: cannot be rated (KeyError" in err
    status, _, err = run("score", article, "--model", "rules", "--verbose")
    assert status == 1 and "Traceback (most recent call last)" in err and "in broken" in err


def test_nothing_is_shown_of_the_work_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    cli_messages.begin()
    with cli_messages.bar("counting", 3) as advance, cli_messages.waiting("for nothing"):
        advance()
    assert capsys.readouterr() == ("", "")


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scoring", *arguments], capture_output=True, text=True, check=False, timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("sourcegrade sc", {"score", "schema"}),
        ("sourcegrade priors u", {"update", "undo"}),
        ("sourcegrade score --qu", {"--quiet"}),
        ("sourcegrade score --format j", {"json", "jsonl"}),
        ("sourcegrade report --format p", {"pdf"}),
        ("sourcegrade priors list --format ", {"table", "csv", "json"}),
    ],
)
def test_a_shell_completes(line: str, offered: set[str]) -> None:
    place = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_SOURCEGRADE_COMPLETE": "complete_bash"}
    done = command(**place)
    assert (done.returncode, done.stderr, set(done.stdout.split())) == (0, "", offered)


def test_completion_is_shown_and_installed_and_help_says_so(tmp_path: Path) -> None:
    help_ = command("--help").stdout
    assert "--install-completion teaches your shell" in " ".join(help_.split())
    place = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}
    shown = command("--show-completion", "bash", **place)
    assert shown.returncode == 0 and "_SOURCEGRADE_COMPLETE=complete_bash" in shown.stdout
    installed = command("--install-completion", "bash", **place)
    assert installed.returncode == 0 and "sourcegrade" in (tmp_path / ".bashrc").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close a stream")
def test_closed_streams(article: Path) -> None:
    def closed(which: str) -> subprocess.CompletedProcess[bytes]:
        line = f"{sys.executable} -m scoring score {article} --model rules --format csv {which}"
        place = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(line, shell=True, capture_output=True, check=False, cwd=ROOT, env=place)

    ran = closed(">&-")
    assert (ran.returncode, ran.stderr) == (2, b"sourcegrade: standard output is closed; give --output FILE\n")
    ran = closed("2>&-")
    assert ran.returncode == 0 and ran.stdout.startswith(b"id,outlet,") and b"sourcegrade:" not in ran.stdout


def test_explain_of_nothing_leaves_the_output_as_it_was(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("before")
    assert run("explain", tmp_path / "none.txt", "--model", "rules", "-o", tmp_path / "out")[0] == 1
    assert (tmp_path / "out").read_text() == "before"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's pipe")
@pytest.mark.parametrize(
    "line",
    ["priors list", "priors list --format csv", "schema", "--help", "score {a} {a} --model rules --format json -q"],
)
def test_a_reader_that_leaves_ends_it_quietly(article: Path, line: str) -> None:
    words = line.format(a=article)
    done = subprocess.run(
        f"{sys.executable} -m scoring {words} | head -c 1", shell=True, capture_output=True, check=False, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert len(done.stdout) == 1 and done.stderr == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "a.txt", "-o", ""], "-o: is an empty name"),
        (["report", "a.txt", "--output="], "--output: is an empty name"),
        (["data", "check", ""], "an argument: is an empty name"),
        (["evaluate", "--data", ""], "--data: is an empty name"),
        (["score", "a.txt", "--ledger", ""], "--ledger: is an empty name"),
    ],
)
def test_an_empty_name_is_no_folder(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2 and said in capsys.readouterr().err


def test_an_empty_outlet_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("The port of Varn stayed shut on Tuesday, its operator said.")
    with pytest.raises(SystemExit) as left:
        main(["score", str(tmp_path / "a.txt"), "--outlet", "", "--model", "rules", "-q"])
    assert left.value.code == 0 and "1 claim" in capsys.readouterr().out


def test_an_option_that_commands_share_is_typed_once() -> None:
    typed = Counter(
        ast.unparse(node)
        for path in (ROOT / "scoring" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.Option", "typer.Argument")
    )
    assert [option for option, times in typed.items() if times > 1] == []
