"""sourcegrade priors: what it writes, what it refuses, and in which words."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoring import resources
from scoring.priors.ledger import Note, record
from scoring.priors.outcomes import OUTLET, Outcome, Subject
from scoring.priors.tables import load_priors

Run = Callable[..., tuple[int, str, str]]
LIN = "domain,pc1\nharbourpost.example,0.9\nrivermail.example,0.2\n"
RSP = '{"domain": "harbourpost.example", "status": "gr"}\n{"domain": "ledger.example", "status": "nc"}\n'
OUTCOMES = (
    "outlet,source,claim,outcome,when,type\n"
    "rivermail.example,,The bridge reopened.,confirmed,2026-01-10,\n"
    "rivermail.example,,The mayor resigned.,refuted,2026-01-31,\n"
    ",Tidewatch,The keeper sold the lamp.,refuted,2026-02-01,social\n"
)


@pytest.fixture
def run(command_line: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``sourcegrade priors``; give its status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("lin.csv", LIN), ("rsp.jsonl", RSP), ("o.csv", OUTCOMES)):
        Path(name).write_text(text, encoding="utf-8")

    return command_line


def test_import_writes_what_score_reads(run: Run) -> None:
    status, out, err = run("priors", "import", "lin.csv", "rsp.jsonl", "--output", "own.csv")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "Lin et al. 2023: 2 rows read, 0 without a label or a site of their own, 0 bad (lin.csv)",
        "Wikipedia perennial sources: 2 rows read, 0 without a label or a site of their own, 0 bad (rsp.jsonl)",
        "3 domains written, 1 with two or more raters: own.csv",
    ]
    prior = load_priors(Path("own.csv").resolve()).outlet("harbourpost.example")
    assert prior.reference == "Lin et al. 2023: 0.90; Wikipedia perennial sources: generally reliable"
    assert prior.known and prior.reliability == "A" and prior.name == "harbourpost.example"
    assert run("priors", "check", "own.csv")[0] == 0


def test_import_is_the_same_in_any_order(run: Run) -> None:
    run("priors", "import", "lin.csv", "rsp.jsonl", "--output", "one.csv")
    run("priors", "import", "rsp.jsonl", "lin.csv", "lin.csv", "--output", "two.csv")
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()


def test_import_refuses_bad_rows_and_skips_them_only_when_asked(run: Run) -> None:
    Path("lin.csv").write_text(LIN + "no domain,0.5\nx.example,high\n")
    status, out, err = run("priors", "import", "lin.csv", "rsp.jsonl", "--output", "own.csv")
    assert (status, out, Path("own.csv").exists()) == (2, "", False)
    assert err.splitlines() == [
        "sourcegrade: lin.csv:3: address 'no domain' is none; write it as example.org",
        "sourcegrade: lin.csv:4: pc1 'high' is no number; give one from 0 to 1",
        "sourcegrade: 2 bad rows, nothing is written; mend the file, or leave bad rows out: --skip-bad",
    ]
    status, out, _ = run("priors", "import", "lin.csv", "--output", "own.csv", "--skip-bad")
    assert status == 0 and "4 rows read, 0 without a label or a site of their own, 2 bad" in out


def test_import_writes_over_nothing_unasked(run: Run) -> None:
    Path("own.csv").write_text("before")
    shipped = resources.priors("outlets.csv")
    content = shipped.read_bytes()
    for output, force, says in (
        ("own.csv", False, "is there already"),
        ("lin.csv", True, "is one of the inputs"),
        (shipped, True, "is a shipped table"),
        (shipped.parent, True, "is a shipped table"),
        (".", True, "is a folder"),
        ("no/such/own.csv", True, "cannot be written"),
    ):
        more = ["--force"] if force else []
        status, out, err = run("priors", "import", "lin.csv", "--output", output, *more)
        assert (status, out, err.count("\n"), says in err) == (2, "", 1, True), err
    assert (Path("own.csv").read_text(), shipped.read_bytes()) == ("before", content)
    assert run("priors", "import", "lin.csv", "--output", "own.csv", "--force")[0] == 0


def test_import_by_a_rule_of_ones_own(run: Run) -> None:
    text = resources.config("priors.toml").read_text(encoding="utf-8")
    Path("rule.toml").write_text(text.replace("gr = 0.85 ", "gr = 0.55 "), encoding="utf-8")
    run("priors", "import", "rsp.jsonl", "--output", "ours.csv")
    run("priors", "import", "rsp.jsonl", "--output", "theirs.csv", "--rule", "rule.toml")
    domain = "harbourpost.example"
    ours, theirs = (load_priors(Path(name).resolve()).outlet(domain) for name in ("ours.csv", "theirs.csv"))
    assert theirs.mean < ours.mean
    Path("rule.toml").write_text(text.replace("gr = 0.85 ", "gr = 8.5 "), encoding="utf-8")
    status, _, err = run("priors", "import", "rsp.jsonl", "--output", "x.csv", "--rule", "rule.toml")
    assert status == 2 and "rule.toml: [wikipedia] gr 8.5 lies outside [0, 1]" in err


def test_check_names_every_mistake(run: Run) -> None:
    Path("own.csv").write_text(
        "domain,name,mean,weight,reliability,reference\n"
        "a.example,A,0.9,5,A,us\nwww.a.example,A,0.9,5,A,us\nnowhere,B,0.9,x,A,us\nc.example,C,0.9,5,D,us\n"
        "d.example,D,0.9,5,F,us\ne.example,E,1.9,5,A,us\nf.example,F,0.5,5,Z,us\n"
    )
    status, out, _ = run("priors", "check", "own.csv")
    assert status == 1
    assert out.splitlines() == [
        "own.csv:2: domain a.example stands at own.csv:1 already; keep one of the two",
        "own.csv:3: domain 'nowhere' is none; write it as example.org",
        "own.csv:3: weight 'x' is no number",
        "own.csv:4: reliability D does not fit the mean 0.9; give A, or F",
        "own.csv:6: mean 1.9 lies outside [0, 1]",
        "own.csv:7: reliability 'Z' is none of A, B, C, D, E, F",
    ]
    assert run("priors", "check", "none.csv")[0] == 2
    assert run("priors", "check", resources.priors("outlets.csv"))[0] == 0


def test_update_log_and_undo(run: Run) -> None:
    status, out, err = run("priors", "update", "o.csv", "--ledger", "l.db", "--by", "Ada", "--half-life", "365")
    assert (status, out, err) == (0, "3 outcomes recorded as batch b1, 0 bad rows left out: l.db\n", "")
    status, out, err = run("priors", "update", "o.csv", "--ledger", "l.db")
    assert (status, out) == (2, "")
    assert err.splitlines()[0] == "sourcegrade: o.csv:1: the claim is entry 1 already; undo that first"
    assert run("priors", "undo", "1", "--ledger", "l.db", "--why", "wrong bridge", "--by", "Bo")[1].startswith(
        "1 outcome "
    )
    rows = json.loads(run("priors", "log", "--ledger", "l.db", "--format", "json")[1])
    assert [(row["line"], row["by"], row["undone"]) for row in rows] == [
        ("1", "Ada", True), ("2", "Ada", False), ("3", "Ada", False), ("u1", "Bo", None),
    ]  # fmt: skip
    assert (rows[0]["why"], rows[0]["half_life_days"], rows[3]["subject"]) == (
        "outcomes of o.csv",
        365,
        "undoes entry 1",
    )
    assert "The mayor" in run("priors", "log", "--ledger", "l.db")[1]
    assert run("priors", "undo", "b1", "--ledger", "l.db", "--why", "all wrong")[1].startswith("2 outcomes ")
    status, out, _ = run("priors", "update", "o.csv", "--ledger", "l.db")
    assert "3 outcomes recorded as batch b2" in out


def test_update_refuses_bad_rows_and_writes_nothing(run: Run) -> None:
    Path("o.csv").write_text(OUTCOMES + "x.example,,c,perhaps,2026-01-01,\n")
    status, out, err = run("priors", "update", "o.csv", "--ledger", "l.db")
    assert (status, out, Path("l.db").exists()) == (2, "", False)
    assert "o.csv:4: outcome 'perhaps' is not known; give confirmed or refuted" in err
    status, out, err = run("priors", "update", "o.csv", "--ledger", "l.db", "--skip-bad")
    assert (status, out) == (0, "3 outcomes recorded as batch b1, 1 bad row left out: l.db\n")
    assert "o.csv:4" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("update", "o.csv", "--ledger", "lin.csv"), "lin.csv: cannot be used as a ledger (file is not a database)"),
        (("update", "o.csv", "--ledger", "o.csv"), "is one of the inputs"),
        (("update", "o.csv", "--ledger", "."), "is no regular file"),
        (("update", "o.csv", "--ledger", "no/such/l.db"), "cannot be used as a ledger"),
        (("update", "none.csv", "--ledger", "l.db"), "none.csv: cannot be read"),
        (("update", "lin.csv", "--ledger", "l.db"), "column claim is missing; found domain, pc1"),
        (
            ("update", "o.csv", "--ledger", "l.db", "--half-life", "0"),
            "--half-life 0: must be a number of days above 0",
        ),
        (("update", "o.csv", "--ledger", "l.db", "--half-life", "nan"), "--half-life nan"),
        (("update", "o.csv", "--ledger", "l.db", "--by", " "), "--by: holds 1 characters"),
        (("undo", "1", "--ledger", "none.db", "--why", "x"), "there is no such ledger"),
        (("log", "--ledger", "none.db"), "there is no such ledger"),
        (("list", "--as-of", "2026-01-01"), "needs a ledger to look back in"),
        (("list", "--ledger", "l.db", "--as-of", "May"), "--as-of: 'May' is no date; write it as 2026-01-31"),
        (("list", "--format", "xml"), "'xml' is not known; give one of table, csv, json"),
        (("import", "o.csv", "--output", "own.csv"), "its columns fit no rater"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, arguments: tuple[str, ...], says: str) -> None:
    status, out, err = run("priors", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err and not Path("l.db").exists() and Path("lin.csv").read_text() == LIN


def test_show(run: Run) -> None:
    run("priors", "update", "o.csv", "--ledger", "l.db", "--by", "Ada")
    out = run("priors", "show", "https://rivermail.example/news", "--ledger", "l.db")[1].splitlines()
    assert out == [
        "rivermail.example (rivermail.example), outlet",
        "  mean 0.500, weight 4.0 claims, 90 % interval 0.14–0.86",
        "  reliability F, cannot be judged",
        "  - not known: neutral and wide",
        "  - ledger: 1 confirmed, 1 refuted by 2026-01-31",
        "    1: 2026-01-10 confirmed: The bridge reopened.",
        "    2: 2026-01-31 refuted: The mayor resigned.",
    ]
    out = run("priors", "show", "Reuters")[1]
    assert "Reuters (reuters.com), outlet" in out and "media as a source" in out and "  - Lin et al. 2023: 1.00" in out
    assert "social as a source" in run("priors", "show", "the Tidewatch", "--ledger", "l.db")[1]
    assert "its name resembles bbc.co.uk" in run("priors", "show", "bbc-dispatch.us")[1]
    assert run("priors", "show", "Reuter")[1] == "Reuter: not known; known are Reuters\n"
    assert run("priors", "show", "Zzyzx")[1] == "Zzyzx: not known; no known name resembles it\n"


def test_list_as_of_a_day(run: Run) -> None:
    run("priors", "update", "o.csv", "--ledger", "l.db")
    rows = {row["key"]: row for row in json.loads(run("priors", "list", "--ledger", "l.db", "--format", "json")[1])}
    assert (rows["rivermail.example"]["weight"], rows["tidewatch"]["type"]) == (4.0, "social")
    assert rows["institute for the study of war"]["kind"] == "source"
    early = run("priors", "list", "--ledger", "l.db", "--as-of", "2026-01-01", "--format", "csv")[1]
    assert early == run("priors", "list", "--format", "csv")[1]
    assert "bbc.co.uk" in run("priors", "list")[1]


def test_a_hostile_ledger_is_harmless_to_read(run: Run) -> None:
    subject = Subject(OUTLET, "x.example", "=cmd()")
    claims = ("=1+1", "\n=2+2", "\x1b[31mred\x00", "w" * 100_000)
    record(Path("l.db"), [Outcome(subject, c, "refuted", date(2026, 1, 1)) for c in claims], Note("@x", "-y"))
    rows = list(
        csv.DictReader(io.StringIO(run("priors", "log", "--ledger", "l.db", "--format", "csv")[1]), strict=True)
    )
    assert [row["claim"][:4] for row in rows] == ["'=1+", "'\n=2", "\x1b[31", "wwww"]
    assert {(row["by"], row["why"]) for row in rows} == {("'@x", "'-y")}
    listed = run("priors", "list", "--ledger", "l.db", "--format", "csv")[1]
    assert "'=cmd()" not in listed and "\x1b" not in listed
    for text in (
        run("priors", "log", "--ledger", "l.db")[1],
        run("priors", "show", "x.example", "--ledger", "l.db")[1],
    ):
        assert "\x1b" not in text and "\0" not in text and len(text) < 20_000


def test_a_damaged_ledger_stops_a_rating_in_one_line(run: Run) -> None:
    Path("a.txt").write_text("The mayor said the bridge will close.\n")
    Path("l.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    status, out, err = run("score", "a.txt", "--model", "rules", "--ledger", "l.db")
    assert (status, out, err.count("\n")) == (2, "", 1) and "l.db: cannot be used as a ledger" in err
    connection = sqlite3.connect("other.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    assert "is a file of another program" in run("score", "a.txt", "--model", "rules", "--ledger", "other.db")[2]


def test_score_and_explain_with_a_ledger(run: Run) -> None:
    Path("a.txt").write_text("Mayor Ines Roth said the bridge at Oxley will close on Monday for repairs.\n")
    run("priors", "update", "o.csv", "--ledger", "l.db")
    base = ("score", "a.txt", "--outlet", "rivermail.example", "--model", "rules", "--format", "json")
    without, with_ = json.loads(run(*base)[1]), json.loads(run(*base, "--ledger", "l.db")[1])
    assert (without["outlet_prior"]["weight"], with_["outlet_prior"]["weight"]) == (2.0, 4.0)
    assert with_["outlet_prior"]["known"] and "1 confirmed, 1 refuted" in with_["outlet_prior"]["reference"]
    assert json.loads(run(*base, "--ledger", "l.db", "--as-of", "2026-01-01")[1]) == without
    today = datetime.now(UTC).date().isoformat()
    assert json.loads(run(*base, "--ledger", "l.db", "--as-of", today)[1]) == with_
    assert run(*base, "--as-of", today)[0] == 2
    assert run("explain", *base[1:6], "--claim", "c1", "--ledger", "l.db")[0] == 0


def test_help_names_every_command(run: Run) -> None:
    out = run("priors", "--help")[1]
    assert all(name in out for name in ("import", "list", "show", "check", "update", "log", "undo"))
    assert "priors" in run("--help")[1]
    for command, options in (
        ("import", ("--output", "--skip-bad", "--force", "--rule")),
        ("list", ("--priors", "--ledger", "--as-of", "--format")),
        ("show", ("--priors", "--ledger", "--as-of")),
        ("update", ("--ledger", "--half-life", "--by", "--why", "--skip-bad")),
        ("undo", ("--ledger", "--why", "--by")),
    ):
        help_ = run("priors", command, "--help")[1]
        assert [option for option in options if option not in help_] == []
    assert all(option in run("score", "--help")[1] for option in ("--ledger", "--as-of"))
