"""The ledger: nothing is lost, nothing is changed, and the arithmetic of what it adds to a prior."""

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import resources, settings
from scoring.engine import load_engine
from scoring.errors import LedgerError, UsageError
from scoring.pipeline import rate
from scoring.priors.ledger import APPLICATION, Entry, Note, counted, log, record, undo
from scoring.priors.outcomes import CONFIRMED, OUTLET, REFUTED, SOURCE, Outcome, Subject, read_outcomes
from scoring.priors.pooling import PriorRule
from scoring.priors.tables import UNKNOWN, load_priors
from scoring.priors.updating import digest, remembered, updated, weight, with_entries
from scoring.schema import Prior, SourceType

RULE = settings.load(resources.config("priors.toml"), PriorRule)
PRIORS = load_priors()
RIVER = Subject(OUTLET, "rivermail.example", "rivermail.example")
ROOT = Path(__file__).resolve().parents[2]


def outcome(claim: str, what: str = CONFIRMED, day: str = "2026-01-10", subject: Subject = RIVER) -> Outcome:
    return Outcome(subject, claim, what, date.fromisoformat(day), f"o.csv:{claim}")


def note(day: str = "2026-02-01") -> Note:
    return Note("Ada", "checked by hand", datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def entry(what: str, day: str = "2026-01-01", half_life: float | None = None) -> Entry:
    return Entry(1, 1, "2026-01-01T00:00:00+00:00", "Ada", "why", outcome("c", what, day), half_life)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    record(path, [outcome("the bridge"), outcome("the dam", REFUTED, "2026-01-20")], note())
    return path


def test_who_when_and_why_are_kept(ledger: Path) -> None:
    (first, second), undos = log(ledger)
    assert (first.by, first.why, first.recorded_at) == ("Ada", "checked by hand", "2026-02-01T12:00:00+00:00")
    assert (first.outcome.claim, second.outcome.outcome, second.outcome.day) == (
        "the bridge",
        REFUTED,
        date(2026, 1, 20),
    )
    assert first.batch == second.batch == 1 and undos == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET outcome = 'refuted'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries",
        "REPLACE INTO undos (id, recorded_at, by, why, entry) VALUES (1, 'x', 'x', 'x', 1)",
        "UPDATE undos SET entry = 2",
        "DELETE FROM undos",
    ],
)
def test_lines_are_added_and_never_changed(ledger: Path, statement: str) -> None:
    undo(ledger, "1", note())
    before = log(ledger)
    connection = sqlite3.connect(ledger)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()
    assert log(ledger) == before


def test_the_same_claim_counts_once_unless_undone(ledger: Path) -> None:
    again = [outcome("a further one"), outcome(" The  BRIDGE")]
    refused = record(ledger, again, note())
    assert (refused.batch, refused.entries) == (None, 0)
    assert refused.bad == ("o.csv: The  BRIDGE: the claim is entry 1 already; undo that first",)
    assert len(log(ledger)[0]) == 2
    skipped = record(ledger, again, note(), skip_bad=True)
    assert (skipped.batch, skipped.entries, len(skipped.bad)) == (2, 1, 1)
    undo(ledger, "1", note())
    assert record(ledger, again[1:], note()).entries == 1


def test_undo_of_an_entry_and_of_a_batch(ledger: Path) -> None:
    assert undo(ledger, "2", note()) == 1
    assert [e.id for e in counted(ledger, date(2026, 3, 1))] == [1]
    assert undo(ledger, "b1", note()) == 1
    entries, undos = log(ledger)
    assert [e.undone for e in entries] == [True, True] and [(u.entry, u.batch) for u in undos] == [(2, None), (None, 1)]
    for which, message in (
        ("2", "undone already"),
        ("b1", "undone already"),
        ("9", "has no entry 9"),
        ("b9", "has no batch b9"),
        ("two", "'two' is no line; give an entry such as 7"),
        ("²", "is no line"),
        ("9" * 30, "is no line"),
    ):
        with pytest.raises(LedgerError, match=message):
            undo(ledger, which, note())


def test_as_of_a_day(ledger: Path) -> None:
    record(ledger, [outcome("the mayor", day="2026-01-15")], note("2026-02-10"))
    undo(ledger, "1", note("2026-02-20"))
    ids = {day: [e.id for e in counted(ledger, date.fromisoformat(day))] for day in (
        "2026-01-31", "2026-02-01", "2026-02-10", "2026-02-19", "2026-02-20",
    )}  # fmt: skip
    assert list(ids.values()) == [[], [1, 2], [1, 2, 3], [1, 2, 3], [2, 3]]
    record(ledger, [outcome("late news", day="2026-03-05")], note("2026-03-01"))
    assert 4 not in [e.id for e in counted(ledger, date(2026, 3, 4))]


def killed(path: Path, moment: str) -> None:
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom datetime import date\n"
        "from scoring.priors.ledger import Note, record\nfrom scoring.priors.outcomes import Outcome, Subject\n"
        "def outcomes():\n"
        "    for n in range(5000):\n"
        f"        if n == {moment}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield Outcome(Subject('outlet', 'x.example', 'x'), f'{n} ' + 'long ' * 200, 'confirmed', date(2026, 1, 1))\n"
        "record(Path(sys.argv[1]), outcomes(), Note('Bo', 'a test'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
@pytest.mark.parametrize("moment", ["1", "4999"])
def test_a_killed_update_leaves_nothing_of_itself_and_all_before(ledger: Path, tmp_path: Path, moment: str) -> None:
    before = log(ledger)
    killed(ledger, moment)
    assert log(ledger) == before
    assert record(ledger, [outcome("afterwards")], note()).batch == 2
    fresh = tmp_path / "fresh.db"
    killed(fresh, moment)
    with pytest.raises(LedgerError, match="holds nothing yet"):
        counted(fresh, date(2026, 3, 1))
    assert record(fresh, [outcome("afterwards")], note()).batch == 1


def test_an_error_in_the_middle_leaves_nothing(ledger: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield outcome("first")
        raise KeyboardInterrupt

    before = log(ledger)
    with pytest.raises(KeyboardInterrupt):
        record(ledger, broken(), note())
    assert log(ledger) == before


def test_beta_update_against_values_by_hand() -> None:
    prior = Prior(0.75, 8.0, "B", "made up", name="Rivermail")  # shapes 6 and 2
    found = updated(prior, [entry(CONFIRMED), entry(CONFIRMED), entry(REFUTED)], date(2026, 2, 1), RULE)
    assert (found.mean, found.weight) == (pytest.approx(8 / 11), 11.0)
    assert found.reliability == "B" and found.name == "Rivermail" and found.known
    assert found.reference == "made up; ledger: 2 confirmed, 1 refuted by 2026-01-01"


def test_half_life_against_values_by_hand() -> None:
    fading = [entry(CONFIRMED, "2026-01-01", 30.0), entry(REFUTED, "2026-01-31", 30.0), entry(CONFIRMED, "2026-01-01")]
    day = date(2026, 3, 2)  # 60 and 30 days later
    assert [weight(e, day, RULE) for e in fading] == [0.25, 0.5, 1.0]
    found = updated(Prior(0.5, 4.0, "C", "made up"), fading, day, RULE)
    assert (found.mean, found.weight) == (pytest.approx(3.25 / 5.75), 5.75)
    assert weight(entry(CONFIRMED, "0001-01-01", 0.001), day, RULE) == 0.0


def test_an_unknown_outlet_is_judged_only_by_a_record() -> None:
    few = updated(UNKNOWN, [entry(CONFIRMED)] * 3, date(2026, 2, 1), RULE)
    many = updated(UNKNOWN, [entry(CONFIRMED)] * 4, date(2026, 2, 1), RULE)
    assert (few.reliability, few.weight, few.known) == ("F", 5.0, True)
    assert (many.reliability, many.weight, many.mean) == ("A", 6.0, pytest.approx(5 / 6))


@given(st.floats(0, 1), st.floats(0.01, 1e4), st.lists(st.sampled_from([CONFIRMED, REFUTED]), min_size=1, max_size=20))
def test_outcomes_move_the_mean_their_way_and_raise_the_weight(mean: float, heavy: float, what: list[str]) -> None:
    prior = Prior(mean, heavy, "C", "made up")
    found = updated(prior, [entry(w) for w in what], date(2026, 2, 1), RULE)
    assert 0 <= found.mean <= 1 and found.weight == pytest.approx(heavy + len(what))
    if set(what) == {CONFIRMED}:
        assert found.mean >= mean - 1e-12
    elif set(what) == {REFUTED}:
        assert found.mean <= mean + 1e-12


def test_outlets_sources_and_aliases(tmp_path: Path) -> None:
    institute = Subject(
        SOURCE, "institute for the study of war", "Institute for the Study of War", SourceType.ORGANISATION
    )
    channel = Subject(SOURCE, "tidewatch", "Tidewatch", SourceType.SOCIAL)
    reuters = Subject(OUTLET, "reuters.com", "Reuters")
    path = tmp_path / "ledger.db"
    record(path, [outcome("c", REFUTED, subject=s) for s in (institute, channel, reuters, RIVER)], note())
    found, _ = remembered(PRIORS, path, date(2026, 3, 1))
    for name in ("ISW", "the Institute for the Study of War"):
        assert found.source(name, SourceType.ORGANISATION).mean < PRIORS.source(name, SourceType.ORGANISATION).mean
    assert (
        found.source_type("The Tidewatch") is SourceType.SOCIAL and found.source("Tidewatch", SourceType.SOCIAL).known
    )
    assert found.source("Reuters", SourceType.MEDIA).mean == found.outlet("reuters.com").mean
    assert found.outlet("reuters.com").mean < PRIORS.outlet("reuters.com").mean
    assert found.outlet("news.rivermail.example").name == "rivermail.example"
    assert found.outlet("bbc.co.uk") == PRIORS.outlet("bbc.co.uk")


def test_the_hash_tells_what_counts(ledger: Path) -> None:
    day = date(2026, 3, 1)
    entries = counted(ledger, day)
    assert digest((), day, RULE) == "" and digest(entries, day, RULE) == digest(entries[::-1], date(2026, 4, 1), RULE)
    assert len({digest(e, day, RULE) for e in ((), entries[:1], entries[1:], entries)}) == 4
    fading = (entry(CONFIRMED, half_life=30.0),)
    assert digest(fading, day, RULE) != digest(fading, date(2026, 3, 2), RULE)


def test_rating_with_a_ledger(ledger: Path) -> None:
    text = "Mayor Ines Roth said the bridge at Oxley will close on Monday for repairs."
    given = {"outlet": "rivermail.example", "model": "rules"}
    before = rate(text, **given)  # type: ignore[arg-type]
    early = rate(text, **given, ledger=ledger, as_of=date(2026, 1, 31))  # type: ignore[arg-type]
    assert early == before
    now = rate(text, **given, ledger=ledger)  # type: ignore[arg-type]
    assert now.outlet_prior.weight == 4.0 and now.outlet_prior.reference.endswith("1 refuted by 2026-01-20")
    assert now.provenance.priors_sha256 != before.provenance.priors_sha256
    assert now.provenance.warnings == () and before.provenance.warnings != ()
    roth = Subject(SOURCE, "ines roth", "Ines Roth", SourceType.PERSON)
    record(ledger, [outcome(str(n), REFUTED, subject=roth) for n in range(5)], note())
    doubted = rate(text, **given, ledger=ledger)  # type: ignore[arg-type]
    assert doubted.ratings[0].strength.probability < now.ratings[0].strength.probability
    with pytest.raises(UsageError, match="--as-of 2026-01-31: needs a ledger"):
        load_engine("rules", as_of=date(2026, 1, 31))


def test_no_ledger_costs_nothing() -> None:
    code = "import scoring.cli.app, scoring.pipeline as p, sys; p.load_engine('rules'); print('sqlite3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def changed(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def test_files_that_are_no_ledgers(tmp_path: Path, ledger: Path) -> None:
    folder, text, foreign, empty = (tmp_path / name for name in ("folder", "text.db", "foreign.db", "empty.db"))
    folder.mkdir()
    empty.touch()
    text.write_text("not a database, but long enough to be taken for one " * 50)
    changed(foreign, "CREATE TABLE visits (url TEXT)")
    torn = tmp_path / "torn.db"
    torn.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 2])
    cases = [
        (folder, "is no regular file"),
        (text, "file is not a database"),
        (foreign, "is a file of another program"),
        (empty, "holds nothing yet"),
        (torn, "cannot be used as a ledger|changed"),
        (tmp_path / "none.db", "there is no such ledger"),
    ]
    for path, message in cases:
        with pytest.raises(LedgerError, match=message):
            counted(path, date(2026, 3, 1))
    for path in (folder, text, foreign):
        content = path.read_bytes() if path.is_file() else b""
        with pytest.raises(LedgerError):
            record(path, [outcome("x")], note())
        assert not path.is_file() or path.read_bytes() == content
    with pytest.raises(LedgerError, match="cannot be used as a ledger"):
        record(tmp_path / "no" / "such.db", [outcome("x")], note())


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TRIGGER entries_stay", "rules that keep them were changed"),
        ("CREATE TABLE more (x)", "rules that keep them were changed"),
        ("PRAGMA user_version = 2", "is a ledger of version 2"),
        (f"PRAGMA application_id = {APPLICATION + 1}", "another program"),
    ],
)
def test_a_ledger_whose_rules_were_changed(ledger: Path, statement: str, message: str) -> None:
    with pytest.raises(LedgerError, match=message):
        log(changed(ledger, statement))


COLUMNS = "batch, recorded_at, by, why, subject_kind, subject, name, type, claim, outcome, on_date, half_life_days"


@pytest.mark.parametrize(
    "values",
    [
        "1, 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, 'c', 'perhaps', '2026-01-01', NULL",
        "1, 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, 'c', 'refuted', 'soon', NULL",
        "1, 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, x'ff00', 'refuted', '2026-01-01', NULL",
        "1, 'x', 'a', 'b', 'source', 'x', 'x', 'king', 'c', 'refuted', '2026-01-01', NULL",
        "1, 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, 'c', 'refuted', '2026-01-01', -3",
        "1, 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, 'c', 'refuted', '2026-01-01', 'long'",
        "'one', 'x', 'a', 'b', 'outlet', 'x.org', 'x', NULL, 'c', 'refuted', '2026-01-01', NULL",
    ],
)
def test_a_line_that_no_update_writes_is_named(ledger: Path, values: str) -> None:
    changed(ledger, f"INSERT INTO entries ({COLUMNS}) VALUES ({values})")
    with pytest.raises(LedgerError, match="entry 3 is none that priors update writes"):
        log(ledger)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_ledger_that_may_not_be_written_is_still_read(ledger: Path) -> None:
    ledger.chmod(0o400)
    assert len(counted(ledger, date(2026, 3, 1))) == 2
    with pytest.raises(LedgerError, match="readonly"):
        record(ledger, [outcome("x")], note())


def test_times_are_kept_in_utc() -> None:
    assert Note("a", "b", datetime.fromisoformat("2026-01-01T01:30:00+03:00")).stamp == "2025-12-31T22:30:00+00:00"
    assert Note("a", "b").stamp[:10] == datetime.now(UTC).date().isoformat()


def test_odd_texts_survive(ledger: Path) -> None:
    odd = "\udcff=1+1\x00 \u202e " + "x" * 100_000
    record(ledger, [outcome("plain")], Note(odd, odd))
    assert log(ledger)[0][2].by == odd.replace("\udcff", "?")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x.org,,c,true,2026-01-01,", "outcome 'true' is not known; give confirmed or refuted"),
        ("x.org,,c,confirmed,1 May,", "when '1 May' is no date; write it as 2026-01-31"),
        ("x.org,,c,confirmed,20260101,", "is no date"),
        ("x.org,,c,confirmed,2026-03-02,", "when 2026-03-02 lies ahead of 2026-03-01"),
        ("x.org,,,confirmed,2026-01-01,", "claim is empty"),
        (",,c,confirmed,2026-01-01,", "outlet and source: found neither; fill one of the two"),
        ("x.org,ISW,c,confirmed,2026-01-01,", "outlet and source: found both"),
        ("nowhere,,c,confirmed,2026-01-01,", "outlet 'nowhere' is none; write it as example.org"),
        (",Tidewatch,c,confirmed,2026-01-01,", "source 'Tidewatch' is not in the table; give its type: person, "),
        (",Tidewatch,c,confirmed,2026-01-01,boat", "type 'boat' is not known"),
        (",ISW,c,confirmed,2026-01-01,person", "type 'person': ISW is known as organisation"),
        (",...,c,confirmed,2026-01-01,person", "holds no word"),
        (f"x.org,,{'c' * 2001},confirmed,2026-01-01,", "claim has 2,001 characters; give 2,000 at most"),
        ("x.org,,c\0,confirmed,2026-01-01,", "claim holds a NUL"),
        ("x.org,,c,confirmed", "holds fewer cells than the header's 6"),
        ("www.x.org,,A  first claim,refuted,2026-01-01,", r"the claim stands at .*o\.csv:1 already"),
    ],
)
def test_bad_outcomes_are_named_by_file_and_row(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f"outlet,source,claim,outcome,when,type\nx.org,,a first claim,confirmed,2026-01-01,\n{row}\n")
    read, (bad,) = read_outcomes(path, PRIORS, date(2026, 3, 1))
    assert len(read) == 1 and bad.startswith(f"{path}:2: ")
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(bad)


def test_outcomes_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "o.jsonl"
    path.write_text(
        '{"source": "the ISW", "claim": "a", "outcome": "Confirmed", "when": "2026-01-01"}\n'
        '{"outlet": "https://www.x.org/a", "claim": "\\ud800", "outcome": "refuted", "when": "2026-01-01"}\n'
        '{"source": "The Tidewatch", "type": "social", "claim": "a", "outcome": "refuted", "when": "2026-01-01"}\n'
    )
    (first, second), (bad,) = read_outcomes(path, PRIORS, date(2026, 3, 1))
    assert first.subject.key == "institute for the study of war" and first.outcome == CONFIRMED
    assert (second.subject.key, second.subject.type) == ("tidewatch", SourceType.SOCIAL)
    assert bad == f"{path}:2: claim holds a NUL or half a character; give plain text in UTF-8"


def test_nothing_counted_changes_nothing() -> None:
    assert with_entries(PRIORS, (), date(2026, 1, 1), RULE) == PRIORS
