"""Reports as a table of pandas, and the same in Parquet and CSV."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pandas.testing
import pytest

import scoring
from scoring.cli.app import main
from scoring.report.formats import COLUMNS, Sink
from scoring.report.frame import TYPES, to_frame
from scoring.report.registry import format_named
from scoring.schema import Report
from scoring.writing.spreadsheets import unguarded


def test_a_row_a_claim_in_columns_with_types(report: Report) -> None:
    frame = scoring.to_frame(report)
    assert tuple(frame.columns) == COLUMNS
    assert {name: frame[name].dtype for name in COLUMNS} == {
        name: pd.Series(dtype=TYPES[name]).dtype for name in COLUMNS
    }
    assert list(frame["claim"]) == ["c1", "c2", "c3", "c4", "c5", "c6"]
    sold = frame.set_index("claim").loc["c2"]
    assert (sold["probability"], sold["low"], sold["high"]) == (0.3208, 0.1208, 0.5208)
    assert report.document.text[sold["start"] : sold["end"]] == sold["text"] == "the keeper had sold the lamp"
    assert (sold["chain"], sold["code"]) == ("The Harbour Institute > Tidewatch", "D4")


def test_categories_are_in_order(report: Report) -> None:
    frame = to_frame(report)
    assert list(frame["group"].cat.categories) == ["unsourced", "weakly_sourced", "sourced"]
    assert list(frame.loc[frame["level"] >= "moderate", "claim"]) == ["c1", "c3", "c4", "c6"]
    assert list(frame.loc[frame["icd203"] < "roughly even chance", "claim"]) == ["c2", "c5"]
    assert frame["confidence"].min() == "moderate"
    assert not frame["basis"].cat.ordered and frame["basis"].notna().all()


def test_several_and_none_have_the_same_columns(report: Report, bare_report: Report) -> None:
    both = to_frame(report for report in (report, bare_report, report))
    assert len(both) == 12 and list(both.index) == list(range(12))
    for empty in (to_frame(bare_report), to_frame([])):
        assert len(empty) == 0
        pandas.testing.assert_series_equal(empty.dtypes, both.dtypes)


def test_what_is_not_known_is_missing_and_half_a_pair_is_replaced(report: Report) -> None:
    document = replace(report.document, outlet=None, id="a\ud800")
    frame = to_frame(replace(report, document=document))
    assert frame["outlet"].isna().all() and frame["outlet"].dtype == "string"
    assert set(frame["id"]) == {"a\ufffd"}
    assert frame["chain"].notna().all() and frame["chain"][0] == ""


def test_parquet_reads_back_as_the_table(report: Report, bare_report: Report) -> None:
    def read_back(*reports: Report) -> pd.DataFrame:
        raw = io.BytesIO()
        stream = io.TextIOWrapper(raw, encoding="utf-8")
        format_named("parquet", "score").write(reports, Sink(stream))
        stream.flush()
        return pd.read_parquet(io.BytesIO(raw.getvalue()))

    pandas.testing.assert_frame_equal(read_back(report, bare_report), to_frame([report, bare_report]))
    pandas.testing.assert_frame_equal(read_back(bare_report).astype(TYPES), to_frame(bare_report))


def test_csv_agrees_column_by_column(report: Report) -> None:
    stream = io.StringIO()
    format_named("csv", "score").write([report], Sink(stream))
    names = {name: "string" if isinstance(TYPES[name], pd.CategoricalDtype) else TYPES[name] for name in COLUMNS}
    read = pd.read_csv(io.StringIO(stream.getvalue()), dtype=names, keep_default_na=False, na_values={"outlet": [""]})
    read["text"] = read["text"].map(unguarded).astype("string")
    pandas.testing.assert_frame_equal(read.astype(TYPES), to_frame(report))


def test_command_writes_parquet_to_a_file_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article, target = tmp_path / "a.txt", tmp_path / "a.parquet"
    article.write_text("The harbour master said on Monday that the quay will reopen.\n")
    line = ["score", str(article), "--model", "rules", "--format", "parquet"]
    with pytest.raises(SystemExit) as left:
        main(line)
    out, err = capsys.readouterr()
    assert (left.value.code, out, err.count("\n")) == (2, "", 1) and "give --output FILE" in err
    with pytest.raises(SystemExit) as left:
        main([*line, "--output", str(target)])
    assert left.value.code == 0
    assert list(pd.read_parquet(target)["basis"]) == ["paraphrase"]
    with pytest.raises(SystemExit) as left:
        main(["explain", *line[1:]])
    assert left.value.code == 2 and "give one of table, json, jsonl, csv\n" in capsys.readouterr().err


def test_pandas_waits_until_it_is_asked_for() -> None:
    code = "import scoring, sys; assert 'to_frame' in scoring.__all__; print('pandas' in sys.modules); scoring.to_frame; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
