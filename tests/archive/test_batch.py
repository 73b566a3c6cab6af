"""Archives: what goes in, what comes out, and what is left after everything that can happen in between."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import scoring
from scoring.archive import processes, tables
from scoring.archive.batches import Batches
from scoring.archive.columns import QUERIES, TABLES, arrow_schema
from scoring.archive.processes import crew
from scoring.archive.readers import read_rows
from scoring.archive.run import State, run
from scoring.archive.shards import done, repeated
from scoring.archive.tables import rate_batch
from scoring.archive.worker import Job, load
from scoring.attribution.inference import FinderOutput, RulesFinder
from scoring.cli.app import main
from scoring.cli.batch import Speed
from scoring.engine import Engine
from scoring.errors import OutputError, UsageError
from scoring.schema import Document, Report, Sentence

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = (
    "Mayor Ines Roth said the bridge at Oxley will close on Monday for repairs.",
    "Two officials said that trains would run until midnight.",
    "The fuel reportedly ran out before the ferry reached the mole.",
    "According to the harbour board, 40 boats stayed in port.",
    "The Tidewatch channel claimed that the keeper had sold the lamp.",
    "Snow fell on the pass all night.",
)


def article(number: int) -> str:
    chosen = random.Random(number).sample(SENTENCES, 4)
    return " ".join([*chosen, f"It was the report of day {number}."]) + "\n"


def articles(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"a{n}", "outlet": f"o{n % 3}.example", "text": article(n), **more} for n in range(count)]


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rules(out: Path, **more: Any) -> Job:
    return Job(out, model="rules", **({"size": 8} | more))


def read(out: Path, table: str) -> list[dict[str, Any]]:
    return sorted(pq.read_table(out / table).to_pylist(), key=lambda row: json.dumps(row, default=str))


def contents(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/*.parquet"))}


def left_over(out: Path) -> list[Path]:
    return [p for p in out.rglob("*") if p.is_file() and p.suffix not in (".parquet", ".json", ".jsonl", ".md", "")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("in") / "archive.jsonl", articles(48))


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an uninterrupted run with one process makes of the archive."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run([str(archive)], rules(out))
    return out


def test_rows_are_those_of_score(whole: Path, archive: Path) -> None:
    claims = read(whole, "claims")
    for number in (0, 17, 47):
        report = scoring.rate(article(number), outlet=f"o{number % 3}.example", model="rules")
        found = sorted((c for c in claims if c["key"] == f"{archive}:{number + 1}"), key=lambda c: c["span_start"])
        assert [c["text"] for c in found] == [r.claim.text(report.document.text) for r in report.ratings]
        assert [c["probability"] for c in found] == [round(r.strength.probability, 4) for r in report.ratings]
        assert [c["basis"] for c in found] == [r.claim.basis for r in report.ratings]
        assert [c["links"] for c in found] == [len(r.claim.chain) for r in report.ratings]


def test_types_are_those_written_beside(whole: Path) -> None:
    layout = json.loads((whole / "schema.json").read_text())["tables"]
    for table in TABLES:
        parts = sorted((whole / table).glob("*.parquet"))
        assert parts
        for part in parts:
            found = pq.read_schema(part)
            assert found.remove_metadata() == arrow_schema(table)
            assert [(c["name"], c["type"]) for c in layout[table]] == [(f.name, str(f.type)) for f in found]
            assert json.loads(found.metadata[b"sourcegrade"])["model"] == "rules"
        assert all(f"| `{c.name}` |" in (whole / "SCHEMA.md").read_text() for c in TABLES[table])


def test_tables_join_and_agree(whole: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    counts = duckdb.sql(
        f"""select a.key, a.claims, count(c.claim), a.sourced, count(*) filter (basis_group = 'sourced')
        from '{whole}/articles/*.parquet' a left join '{whole}/claims/*.parquet' c using (key) group by all"""
    ).fetchall()
    assert len(counts) == 48
    assert all(told == found and sourced == counted for _, told, found, sourced, counted in counts)
    links = duckdb.sql(
        f"""select count(*) from '{whole}/sources/*.parquet' s join '{whole}/claims/*.parquet' c using (key, claim)
        where s.innermost and s.name is distinct from c.source"""
    ).fetchall()
    assert links == [(0,)]


def test_relays_are_found_among_the_sources(tmp_path: Path) -> None:
    text = "Two port officials said that Mayor Ines Roth had told them the mole would stay shut. The mole is old."
    run([str(write_lines(tmp_path / "in.jsonl", [{"id": "a", "text": text}]))], rules(tmp_path / "out"))
    claims = sorted(read(tmp_path / "out", "claims"), key=lambda claim: claim["span_start"])
    told = [(c["basis"], c["basis_group"], c["relayed"], c["source_reliability"], c["matter"]) for c in claims]
    assert told == [("paraphrase", "weakly_sourced", 0, "F", "fact"), ("assertion", "unsourced", None, None, "fact")]
    links = {link["place"]: link for link in read(tmp_path / "out", "sources")}
    assert (links[0]["type"], links[0]["text"], links[1]["name"]) == ("anonymous", "Two port officials", "Ines Roth")
    columns = {column.name: column for column in TABLES["claims"]}
    assert "worst" in columns["source_reliability"].meaning and "innermost" not in columns["source_reliability"].meaning


def test_queries_answer(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are written beside the tables, and those of the documentation that are asked of the same tables."""
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(whole)
    beside = re.findall(r"```sql\n(.*?)```", Path("SCHEMA.md").read_text(), re.DOTALL)
    assert len(beside) == len(QUERIES)
    answers = [duckdb.sql(query).fetchall() for query in beside]
    assert sum(claims for _, _, claims, _, _ in answers[0]) == pq.read_table("claims").num_rows
    assert {name for name, _, _ in answers[1]} >= {"Ines Roth"}
    assert len(answers[2]) == 20
    assert answers[3:] == [[], []]
    for query in re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "many.md").read_text(), re.DOTALL):
        assert duckdb.sql(query).columns, query


def test_two_processes_write_the_same_bytes(whole: Path, archive: Path, tmp_path: Path) -> None:
    run([str(archive)], rules(tmp_path / "out"), workers=2)
    assert contents(tmp_path / "out") == contents(whole)


def test_every_format_reads_the_same(tmp_path: Path) -> None:
    folder, rows = tmp_path / "in", articles(6)
    (folder / "year=2024" / "deep").mkdir(parents=True)
    (folder / "_not").mkdir()
    write_lines(folder / "_not" / "x.jsonl", rows)
    lines = write_lines(folder / "plain.jsonl", rows).read_bytes()
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(lines))
    (folder / "wide.jsonl").write_bytes(lines.decode().encode("utf-16"))
    with pa.CompressedOutputStream(str(folder / "packed.ndjson.zst"), "zstd") as out:
        out.write(lines)
    quoted = "".join(f'{r["id"]},"{r["text"]}",{r["outlet"]}\n' for r in rows)
    (folder / "plain.csv").write_text("id,text,outlet\n" + quoted)
    (folder / "packed.csv.gz").write_bytes(
        gzip.compress(b"\xef\xbb\xbfid;text;outlet\n" + quoted.replace(",", ";").encode())
    )
    pq.write_table(pa.Table.from_pylist(rows), folder / "year=2024" / "deep" / "part-0.parquet", row_group_size=2)
    for row in rows:
        (folder / f"{row['id']}.txt").write_text(row["text"])
        (folder / f"{row['id']}.html").write_text(f"<html><body><article><p>{row['text']}</p></article></body></html>")
    assert set(run([str(folder), str(folder / "plain.csv")], rules(tmp_path / "out")).values()) != {0}
    found = pq.read_table(tmp_path / "out" / "articles").to_pylist()
    assert read(tmp_path / "out", "rejects") == []
    assert len(found) == 9 * 6 == len({row["key"] for row in found})
    for row in rows:
        same = [f for f in found if f["id"].split(".")[0] == row["id"]]
        assert len({f["claims"] for f in same}) == 1
        assert len(same) == 9
    assert {f["row"] for f in found if f["file"].endswith(".txt")} == {None}


@pytest.mark.slow
def test_what_is_wrong_costs_itself_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = articles(3)
    bad = [{"text": 3}, {"txt": "no"}, {"text": " "}, {"text": "Fine, said Roth.", "title": {"a": 1}}]
    path = write_lines(folder / "a.jsonl", [*good[:2], *bad, good[2]])
    path.write_bytes(path.read_bytes() + b"{broken\n" + b'{"text": "Caf\xe9 owners said no.", "id": "latin"}\n')
    packed = gzip.compress(path.read_bytes() * 300)
    (folder / "b.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (folder / "c.csv").write_bytes(b'id,text\n1,one,two\n2,Caf\xe9 owners said no.\n3,"never closed, said Roth\n4,x\n')
    pq.write_table(pa.table({"body": ["no text"]}), folder / "d.parquet")
    pq.write_table(pa.Table.from_pylist(articles(400)), folder / "e.parquet", compression="none", row_group_size=100)
    damaged = bytearray((folder / "e.parquet").read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 4000] = b"\xff" * 4000
    (folder / "e.parquet").write_bytes(damaged)
    (folder / "f.txt").write_bytes(b"")
    (folder / "g.jsonl.gz").write_bytes(b"no gzip")
    run([str(folder)], rules(tmp_path / "out", size=200), workers=2)
    kept = {row["key"].rsplit("/", 1)[1]: row["id"] for row in read(tmp_path / "out", "articles")}
    lost = {row["key"].rsplit("/", 1)[1]: row["reason"] for row in read(tmp_path / "out", "rejects")}
    assert [key for key in kept if key.startswith("a.")] == ["a.jsonl:1", "a.jsonl:2", "a.jsonl:7", "a.jsonl:9"]
    assert [key for key in lost if key.startswith("a.")] == [f"a.jsonl:{n}" for n in (3, 4, 5, 6, 8)]
    assert lost["a.jsonl:3"] == "text is int '3'; give a string"
    assert "found txt" in lost["a.jsonl:4"]
    assert "text is empty" in lost["a.jsonl:5"]
    assert "bad JSON" in lost["a.jsonl:8"]
    before = sum(key.startswith("b.jsonl.gz:") for key in [*kept, *lost])
    assert before >= 9
    assert f"cannot be read after row {before}" in lost["b.jsonl.gz"]
    assert kept["c.csv:2"] == "2"
    assert "found 3 fields" in lost["c.csv:1"]
    assert "never closed" in lost["c.csv:3"]
    assert "no column text; found body" in lost["d.parquet"]
    assert 0 < sum(key.startswith("e.parquet:") for key in kept) < 400
    assert "cannot be read after row" in lost["e.parquet"]
    assert "empty" in lost["f.txt"]
    assert "cannot be read (" in lost["g.jsonl.gz"]
    texts = [row["text"] for row in read(tmp_path / "out", "claims") if row["key"].endswith(("a.jsonl:9", "c.csv:2"))]
    assert len(texts) == 2
    assert not any("\ufffd" in text for text in texts)


def test_a_name_that_is_no_text_and_a_value_that_fits_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.txt")
    odd.write_text(article(1))
    (tmp_path / "b.txt").write_text(article(2))
    real = tables.to_dict

    def too_long(report: Report, **more: Any) -> dict[str, Any]:
        laid_out = real(report, **more)
        if report.document.id == "b.txt":
            laid_out["article"]["characters"] = 2**40
        return laid_out

    monkeypatch.setattr(tables, "to_dict", too_long)
    batch = next(iter(Batches((str(odd), str(tmp_path / "b.txt")), 8)))
    found = rate_batch(batch, load(rules(tmp_path)))
    assert found["articles"]["file"].to_pylist() == [f"{tmp_path}/caf?.txt"]
    assert found["articles"]["claims"].to_pylist() == [found["claims"].num_rows]
    (reason,) = found["rejects"]["reason"].to_pylist()
    assert "cannot be put into the tables" in reason


def test_columns_may_change_from_row_to_row_and_shard_to_shard(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_lines(folder / "a.jsonl", [*articles(2, grade=1), *articles(2, grade="high", desk=["x"]), *articles(1)])
    pq.write_table(pa.Table.from_pylist(articles(2, grade=1.5)), folder / "b.parquet")
    shard = [{"text": row["text"], "id": n, "grade": {"deep": None}} for n, row in enumerate(articles(2))]
    pq.write_table(pa.Table.from_pylist(shard), folder / "c.parquet")
    assert run([str(folder)], rules(tmp_path / "out", size=1))["articles"] == 9
    import pandas as pd

    table = pd.read_parquet(tmp_path / "out" / "articles").sort_values("key")
    extras = [json.loads(extra)["grade"] if isinstance(extra, str) else None for extra in table["extra"]]
    assert extras == [1, 1, "high", "high", None, 1.5, 1.5, {"deep": None}, {"deep": None}]
    assert list(table["id"][-2:]) == ["0", "1"]
    assert pd.read_parquet(tmp_path / "out" / "rejects").empty


def test_ids_may_repeat_and_keys_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_lines(tmp_path / "a.jsonl", [*articles(3), *articles(2)])
    with pytest.raises(SystemExit) as left:
        main(
            ["batch", str(path), "-o", str(tmp_path / "out"), "--model", "rules", "--workers", "1", "--batch-size", "2"]
        )
    assert not left.value.code
    told = capsys.readouterr().err
    assert "5 articles" in told
    assert "4 articles bear an id that another one bears" in told
    assert len({row["key"] for row in read(tmp_path / "out", "articles")}) == 5


def test_memory_holds_one_batch(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv"):
        path = tmp_path / name
        with path.open("w") as file:
            file.write("text\n" if name == "a.csv" else "")
            for _ in range(3000):
                text = "Snow fell on the pass all night. " * 200
                file.write(f'"{text}"\n' if name == "a.csv" else json.dumps({"text": text}) + "\n")
    pq.write_table(pa.table({"text": ["Snow fell on the pass all night. " * 200] * 3000}), tmp_path / "a.parquet")
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        batches = Batches((str(tmp_path / name),), 16)
        tracemalloc.start()
        seen = sum(len(batch.rows) for batch in batches)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seen == 3000
        assert peak < 4e6 < (tmp_path / "a.csv").stat().st_size


def test_a_row_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.documents.records.MOST", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n{"text": "' + "x" * 5000 + '"}\n{"text": "two"}\n')
    found = list(read_rows(str(path)))
    assert [raw.row for raw in found] == [1, 2, 3]
    assert found[1].fault and "longer than 1,000 characters" in found[1].fault
    (tmp_path / "a.csv").write_text('text\none\n"' + "x\n" * 3000 + "two\n")
    one, two = read_rows(str(tmp_path / "a.csv"))
    assert one.data == {"text": "one"}
    assert two.fault and "never closed" in two.fault


def test_batches_cover_the_input(archive: Path) -> None:
    cut = list(Batches((str(archive),), 7, frozenset({2})))
    assert [batch.number for batch in cut] == list(range(7))
    assert sum(batch.consumed for batch in cut) == archive.stat().st_size
    assert [len(batch.rows) for batch in cut] == [7, 7, 0, 7, 7, 7, 6]


def command(archive: Path, out: Path, *more: str) -> list[str]:
    options = ["--model", "rules", "--batch-size", "2", *more]
    return [sys.executable, "-m", "scoring", "batch", str(archive), "-o", str(out), *options]


def start(archive: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command(archive, out, *more), cwd=ROOT, stderr=subprocess.PIPE, text=True)


def after_parts(out: Path, count: int, running: subprocess.Popen[str]) -> None:
    """Wait until so many parts are there."""
    while running.poll() is None and len(done(out)) < count:
        time.sleep(0.005)


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_the_same_rows(archive: Path, tmp_path: Path) -> None:
    out, seed = tmp_path / "out", random.randrange(10**6)
    draw = random.Random(seed)
    for workers, goal in zip("121", sorted(draw.sample(range(23), 3)), strict=True):
        running = start(archive, out, "--resume", "--workers", workers)
        after_parts(out, goal, running)
        time.sleep(draw.random() * 0.05)
        running.kill()
        running.communicate()
        whole = [pq.read_table(path) for path in out.glob("*/*.parquet")]
        assert len(whole) >= goal, seed
    run([str(archive)], rules(out, size=2), resume=True, workers=2)
    run([str(archive)], rules(tmp_path / "once", size=2))
    assert contents(out) == contents(tmp_path / "once"), seed
    assert json.loads((out / "manifest.json").read_text())["complete"], seed
    assert not left_over(out) and not (out / ".writing").exists(), seed


def test_interrupted_it_says_how_to_go_on(archive: Path, tmp_path: Path) -> None:
    running = start(archive, tmp_path / "out", "--workers", "1")
    after_parts(tmp_path / "out", 3, running)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "--resume goes on" in told and "Traceback" not in told
    assert not (tmp_path / "out" / ".writing").exists()
    kept = done(tmp_path / "out")
    assert kept
    assert {p.name for p in (tmp_path / "out" / "claims").iterdir()} == {f"part-{n:06}.parquet" for n in kept}


@pytest.mark.slow
def test_what_lacks_the_last_part_is_done_again(archive: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([str(archive)], rules(out))
    (out / "articles" / "part-000003.parquet").unlink()
    (out / "rejects" / "part-000003.parquet").write_bytes(b"left by a kill")
    (out / ".writing").mkdir()
    (out / ".writing" / "claims-000003.ab").write_bytes(b"PAR1")
    run([str(archive)], rules(out), resume=True)
    assert contents(out) == contents(whole)


@pytest.mark.slow
def test_going_on_with_something_else_is_refused(archive: Path, whole: Path, tmp_path: Path) -> None:
    before = contents(whole)
    with pytest.raises(UsageError, match="holds an archive already; --resume goes on"):
        run([str(archive)], rules(whole))
    with pytest.raises(UsageError, match="begun with batch_size 8, now it is 9; give the same"):
        run([str(archive)], rules(whole, size=9), resume=True)
    with pytest.raises(UsageError, match=r"begun with outlet None, now it is a\.example"):
        run([str(archive)], rules(whole, outlet="a.example"), resume=True)
    other = write_lines(tmp_path / "b.jsonl", articles(1))
    with pytest.raises(UsageError, match=r"other inputs: .*b.jsonl is new"):
        run([str(archive), str(other)], rules(whole), resume=True)
    text = archive.read_text()
    try:
        archive.write_text(text.replace("Monday", "Sunday"))
        with pytest.raises(UsageError, match=r"other inputs: .*archive.jsonl has changed"):
            run([str(archive)], rules(whole), resume=True)
    finally:
        archive.write_text(text)
    assert contents(whole) == before


def test_where_it_may_not_write_it_does_not(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(OutputError, match="not empty and was not made by batch"):
        run([str(archive)], rules(tmp_path / "mine"), resume=True)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    with pytest.raises(OutputError, match="cannot be written"):
        run([str(archive)], rules(tmp_path / "mine" / "letter.txt" / "out"))
    for wrong, told in (
        ("-", "standard input"),
        (str(tmp_path / "no"), "no such file"),
        (str(tmp_path), "nothing that can"),
    ):
        with pytest.raises(UsageError, match=told):
            run([wrong], rules(tmp_path / "mine"))


def test_two_at_once_are_refused(archive: Path, tmp_path: Path) -> None:
    running = start(archive, tmp_path / "out", "--workers", "1")
    after_parts(tmp_path / "out", 1, running)
    with pytest.raises(OutputError, match="another process works on it"):
        run([str(archive)], rules(tmp_path / "out"), resume=True)
    running.kill()
    running.communicate()


@pytest.mark.slow
def test_a_full_disk_is_said_and_can_be_gone_on_from(tmp_path: Path, archive: Path, whole: Path) -> None:
    out = tmp_path / "out"
    path = write_lines(tmp_path / "a.jsonl", articles(110))
    least = 16 * 1024

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, resource.RLIM_INFINITY))

    options = [
        sys.executable,
        "-m",
        "scoring",
        "batch",
        str(path),
        "-o",
        str(out),
        "--model",
        "rules",
        "--batch-size",
        "110",
    ]
    ended = subprocess.run(
        [*options, "--workers", "1"], cwd=ROOT, capture_output=True, text=True, preexec_fn=small, check=False
    )
    assert ended.returncode == 2
    assert "cannot be written (File too large)" in ended.stderr and "--resume" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(out.glob("*/*.parquet")) and not (out / ".writing").exists()
    ended = subprocess.run(
        [*options, "--workers", "1", "--resume"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert len(read(out, "articles")) == 110


@dataclass(frozen=True, slots=True)
class Deadly:
    """Rules that end the process, hang, or fail at certain words; ``once`` names a file that stops it from then on."""

    name: str = "rules"

    def __call__(self, document: Document, sentences: tuple[Sentence, ...]) -> FinderOutput:
        if "POISON" in document.text:
            os._exit(9)
        if "HANG" in document.text:
            time.sleep(60)
        if "FAIL" in document.text:
            raise RecursionError("too deep")
        for word in document.text.split():
            if word.startswith("ONCE=") and not Path(word[5:]).exists():
                Path(word[5:]).touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return RulesFinder()(document, sentences)


def deadly(job: Job) -> Engine:
    return replace(load(job), finder=Deadly())


def broken(job: Job) -> Engine:
    os._exit(3)


def rated_with(path: Path, out: Path, patience: float = 300.0) -> Iterator[Any]:
    for folder in TABLES:
        (out / folder).mkdir(parents=True)
    with crew(rules(out), 1, deadly, patience) as made:
        yield from made.rate(Batches((str(path),), 8))


@pytest.mark.slow
def test_a_poisoned_row_costs_itself_alone(tmp_path: Path) -> None:
    rows = articles(24)
    rows[3]["text"] += "POISON\n"
    rows[4]["text"] += "FAIL\n"
    rows[20]["text"] += f"ONCE={tmp_path / 'once'}\n"
    path = write_lines(tmp_path / "a.jsonl", rows)
    outcomes = list(rated_with(path, tmp_path / "out"))
    assert sorted(outcome.number for outcome in outcomes) == [0, 1, 2]
    lost = {row["row"]: row["reason"] for row in read(tmp_path / "out", "rejects")}
    assert lost[4] == "the process that rated it died (exit 9), 2 times; look at the article, or report it"
    assert lost[5] == "cannot be rated (RecursionError: too deep); report it"
    assert (
        {row["row"] for row in read(tmp_path / "out", "articles")}
        == set(range(1, 25)) - {4, 5}
        == set(range(1, 25)) - set(lost)
    )
    assert (tmp_path / "once").exists()


@pytest.mark.slow
def test_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "TRIES", 1)
    rows = articles(4)
    rows[1]["text"] += "HANG\n"
    path = write_lines(tmp_path / "a.jsonl", rows)
    list(rated_with(path, tmp_path / "out", patience=5.0))
    (lost,) = read(tmp_path / "out", "rejects")
    assert lost["row"] == 2
    assert "did not end within 5 seconds" in lost["reason"]
    assert len(read(tmp_path / "out", "articles")) == 3


@pytest.mark.slow
def test_processes_that_die_whatever_the_row_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(UsageError, match=r"died \(exit 3\) before it was ready"),
        crew(rules(tmp_path), 1, broken) as made,
    ):
        made.provenance()
    monkeypatch.setattr(processes, "MOST_DEATHS", 1)
    path = write_lines(tmp_path / "a.jsonl", [{"text": f"POISON {n}"} for n in range(4)])
    with pytest.raises(UsageError, match="die whatever the row"):
        list(rated_with(path, tmp_path / "out"))


def test_a_wrong_model_is_one_line(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, told in (
        (["--model", "nowhere"], "nowhere: is no folder"),
        (["--engine", "x"], "give one of local, ray"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["batch", str(archive), "-o", str(tmp_path / "out"), "--workers", "1", *options])
        assert left.value.code == 2
        assert told in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.parquet"))


def test_it_says_how_far_it_is() -> None:
    speed = Speed(begun=time.monotonic() - 50)
    assert speed.words(State(1000, 0, 0, Counter())) == "starting"
    told = speed.words(State(total=10_000, before=4000, now=1000, rows=Counter(articles=1500)))
    assert told == "1,500 articles, 30.0 a second, 0:04:10 left"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("inputs.jsonl", b"garbage"),
        ("inputs.jsonl", b"[1]\n"),
        ("inputs.jsonl", b'{"path": 3}\n'),
        ("inputs.jsonl", b"\xff\n"),
        ("inputs.jsonl", b"[" * 100_000),
        ("inputs.jsonl", None),
        ("manifest.json", b'{"schema": "sourcegrade/corpus/1", "complete": true}'),
        ("manifest.json", b'{"schema": "sourcegrade/corpus/1", "complete": true, "settings": []}'),
        ("manifest.json", b'{"schema": "sourcegrade/corpus/1", "complete": 1, "settings": {}}'),
        ("manifest.json", b'{"schema": "sourcegrade/corpus/1", "complete": true, "settings": {"as_of": "soon"}}'),
        ("manifest.json", b"[" * 100_000),
        ("manifest.json", b"\xff"),
        ("articles/part-000000.parquet", b"PAR1"),
        ("claims/part-000000.parquet", b""),
    ],
)
def test_a_damaged_folder_is_said_in_one_line(
    archive: Path, whole: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    (out / name).unlink()
    if content is not None:
        (out / name).write_bytes(content)
    with pytest.raises(UsageError) as raised:
        run([str(archive)], rules(out), resume=True)
    told = str(raised.value)
    assert told.startswith(f"{out / name}: cannot be read (") and "\n" not in told and "cannot be written" not in told
    assert ("delete" if name.endswith("parquet") else "give a new folder") in told
    assert len(contents(out)) == len(contents(whole))


def test_what_a_damaged_part_asks_for_helps(archive: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    (out / "claims" / "part-000002.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=f"delete {out / 'articles' / 'part-000002.parquet'}"):
        run([str(archive)], rules(out), resume=True)
    (out / "articles" / "part-000002.parquet").unlink()
    run([str(archive)], rules(out), resume=True)
    assert contents(out) == contents(whole)


def test_ids_of_a_damaged_part_are_said(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "out")
    pq.write_table(pa.table({"other": [1]}), tmp_path / "out" / "articles" / "part-000001.parquet")
    with pytest.raises(UsageError, match=r"part-000001\.parquet: cannot be read"):
        repeated(tmp_path / "out")


def test_blank_lines_before_a_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\r\n" * 300_000 + b"text\r\none\r\n")
    tracemalloc.start()
    rows = list(read_rows(str(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.data for row in rows] == [{"text": "one"}]
    assert peak < 4e6


def test_more_blank_lines_than_a_row_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.documents.records.MOST", 1000)
    (tmp_path / "a.csv").write_text("\n" * 5000 + "text\none\n")
    assert [row.data for row in read_rows(str(tmp_path / "a.csv"))] == [{"text": "one"}]


@pytest.mark.parametrize(
    "kept",
    [
        {".lock": "1234"},
        {".lock": "", "letter.txt": "keep"},
        {".lock": "", "claims/part-000003.parquet": "keep"},
        {".lock": "", ".writing/draft": "keep"},
        {".lock": "", "manifest.json": '{"name": "a page"}'},
    ],
)
def test_a_lock_does_not_make_a_folder_its_own(archive: Path, tmp_path: Path, kept: dict[str, str]) -> None:
    out = tmp_path / "out"
    for name, content in kept.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(content)
    with pytest.raises(UsageError, match=r"was not made by batch|is not of sourcegrade"):
        run([str(archive)], rules(out), resume=True)
    assert {str(p.relative_to(out)): p.read_text() for p in out.rglob("*") if p.is_file()} == kept


def test_what_was_killed_before_its_manifest_goes_on(archive: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for table in TABLES:
        (out / table).mkdir(parents=True)
    for name in (".lock", ".busy", "inputs.jsonl", ".schema.json.0123abcd.part"):
        (out / name).touch()
    run([str(archive)], rules(out))
    assert contents(out) == contents(whole)


def test_without_its_locks_an_archive_goes_on(archive: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out, ignore=shutil.ignore_patterns(".lock", ".busy"))
    run([str(archive)], rules(out), resume=True)
    assert contents(out) == contents(whole)


@pytest.mark.parametrize("option", ["input", "priors", "config", "ledger", "model"])
def test_what_it_reads_may_not_lie_where_it_writes(archive: Path, whole: Path, tmp_path: Path, option: str) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    inside = write_lines(out / "mine.jsonl", articles(1))
    (out / "claims" / "part-000099.parquet").write_bytes(b"not tidied")
    given = [str(inside)] if option == "input" else [str(archive)]
    more = {} if option == "input" else {option: str(inside) if option == "model" else inside}
    with pytest.raises(UsageError, match=r"--output .*out: holds the input .*mine\.jsonl; give another folder"):
        run(given, replace(rules(out), **more), resume=True)
    assert (out / "claims" / "part-000099.parquet").read_bytes() == b"not tidied"


@pytest.mark.ray
@pytest.mark.slow
def test_ray_writes_the_same_bytes(archive: Path, whole: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    out = tmp_path / "out"
    run([str(archive)], rules(out), engine="ray", workers=2)
    assert contents(out) == contents(whole)
