"""Ledgers, settings and priors that are damaged: one line that names the file and says what to do, never a traceback."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scoring import resources
from scoring.cli.app import main
from scoring.errors import SourcegradeError
from scoring.priors.ledger import Note, counted, log, record, undo
from scoring.priors.outcomes import OUTLET, SOURCE, Outcome, Subject
from scoring.schema import SourceType

DAY = date(2026, 1, 1)
SETTINGS = resources.config("score.toml").read_text(encoding="utf-8")
FIRST = re.search(r"(?m)^(\w+ *= *)(-?[\d.]+)", SETTINGS)
PRIORS = "domain,name,mean,weight,reliability,reference\nvarn.example,Varn,0.5,4,C,made up\n"
Refused = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Rate an article with options that are refused; give the one line that says why."""
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The mayor said the bridge was open.\n")

    def refused(*options: str) -> str:
        with pytest.raises(SystemExit) as left:
            main(["score", "a.txt", "--model", "rules", *options])
        out, err = capsys.readouterr()
        assert (left.value.code, out, err.count("\n")) == (2, "", 1), err
        assert err.startswith(f"sourcegrade: {options[-1]}") and len(err) < 700, err
        return err

    return refused


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of several pages, with an undo."""
    path = tmp_path_factory.mktemp("sound") / "l.db"
    outlet, source = (
        Subject(OUTLET, "varn.example", "Varn"),
        Subject(SOURCE, "tidewatch", "Tidewatch", SourceType.SOCIAL),
    )
    record(path, [Outcome(outlet, f"claim {i} é", "confirmed", DAY) for i in range(60)], Note("me", "why"), 30.0)
    record(path, [Outcome(source, "a claim", "refuted", DAY)], Note("me", "why"))
    undo(path, "3", Note("me", "why"))
    return path


def with_number(number: str) -> str:
    """The shipped settings with another first number."""
    assert FIRST
    return SETTINGS[: FIRST.start(2)] + number + SETTINGS[FIRST.end(2) :]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (with_number("9" * 400), "expected a number from -1e+12 to 1e+12"),
        (with_number("9" * 5000), "is no TOML"),
        (with_number("1e308"), "expected a number from -1e+12 to 1e+12"),
        (with_number("-inf"), "expected a number from -1e+12 to 1e+12"),
        (with_number("nan"), "expected a number from -1e+12 to 1e+12"),
        (with_number("[" * 200 + "]" * 200), "expected float"),
        (with_number("[" * 900 + "]" * 900), "is nested too deep"),
        ("a = " + "[" * 5000 + "]" * 5000, "is nested too deep"),
        ("a = " + "{a=" * 2000 + "1" + "}" * 2000, "is nested too deep"),
        ('"' + "k" * 100_000 + '" = 1', "unknown key"),
        ("\0", "is no TOML"),
    ],
    ids=range(11),
)
def test_settings(refused: Refused, settings: str, says: str) -> None:
    Path("s.toml").write_text(settings, encoding="utf-8")
    assert says in refused("--config", "s.toml")


def test_settings_that_are_no_text(refused: Refused) -> None:
    for damaged in (SETTINGS.encode("utf-16"), b"\xff" + SETTINGS.encode()):
        Path("s.toml").write_bytes(damaged)
        assert "is no TOML: 'utf-8' codec" in refused("--config", "s.toml")


@pytest.mark.parametrize(
    "priors",
    [
        PRIORS.replace("0.5", "9" * 400).encode(),
        PRIORS.replace("0.5", "nan").encode(),
        PRIORS.replace("0.5", "9" * 5000).encode(),
        PRIORS.replace(",C,", f",{'C' * 90_000},").encode(),
        PRIORS.replace("varn.example", "x" * 70_000).encode(),
        PRIORS.replace("Varn", "V" * 200_000).encode(),
        PRIORS.encode("utf-16"),
        b"\0" * 1000,
        b",".join([b"column"] * 10_000),
        b'"a\nb",c\n1,2\n',
        b"",
    ],
    ids=range(11),
)
def test_priors(refused: Refused, priors: bytes) -> None:
    Path("p.csv").write_bytes(priors)
    refused("--priors", "p.csv")


def test_a_ledger_that_is_none(refused: Refused, sound: Path) -> None:
    whole = sound.read_bytes()
    broken = {
        "is no UTF-8; give the ledger as it was made": whole.replace(
            b"CREATE TABLE undos", b"CREATE TAB\xff\xfe undos"
        ),
        "give the ledger as it was made, or a copy from before": whole[:4096] + b"\xff" * (len(whole) - 4096),
        "(file is not a database); give the ledger": b"\x00\xff" * 3000,
        "holds nothing yet": b"",
    }
    for says, content in broken.items():
        Path("l.db").write_bytes(content)
        assert says in refused("--ledger", "l.db")


def test_any_damaged_byte_of_a_ledger_is_an_error_that_names_it_or_none(sound: Path, tmp_path: Path) -> None:
    chance, whole, path = random.Random(14), sound.read_bytes(), tmp_path / "l.db"
    errors = 0
    for _ in range(250):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 3, 50))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        for read in (log, lambda path: counted(path, DAY)):
            try:
                read(path)
            except SourcegradeError as error:
                errors += 1
                assert str(error).startswith(str(path)) and "\n" not in str(error) and len(str(error)) < 500
    assert errors > 100


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("recorded_at", "yesterday"), ("recorded_at", ""), ("on_date", "May"), ("on_date", None), ("by", ""),
        ("outcome", "perhaps"), ("batch", -1), ("batch", "x"), ("half_life_days", -1.0), ("half_life_days", "x"),
        ("half_life_days", float("inf")), ("subject", b"\xff"), ("subject", ""), ("type", "planet"),
        ("subject_kind", "planet"), ("claim", b"\xff"),
    ],
)  # fmt: skip
def test_a_ledger_with_wrong_content(refused: Refused, sound: Path, column: str, value: object) -> None:
    shutil.copy(sound, "l.db")
    connection = sqlite3.connect("l.db")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.executescript(
        "PRAGMA ignore_check_constraints = 1;" + "".join(f"DROP TRIGGER {n};" for n, _ in triggers)
    )
    try:
        connection.execute(f"UPDATE entries SET {column} = ? WHERE id = 7", (value,))
    except sqlite3.IntegrityError:
        connection.execute(f"UPDATE entries SET {column} = CAST('' AS BLOB) WHERE id = 7")
    for _, statement in triggers:
        connection.execute(statement)
    connection.commit()
    connection.close()
    err = refused("--ledger", "l.db")
    assert "entry 7 is none that priors update writes; give the ledger as it was made, or a copy from before" in err
