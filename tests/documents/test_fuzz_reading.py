"""A few hundred of the inputs that reports/evaluation/fuzz_reading.py makes; it makes ten thousand when asked."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from scoring.documents import files as documents
from scoring.errors import InputError

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "evaluation"


@pytest.fixture(scope="module")
def fuzz() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(FOLDER))
        yield importlib.import_module("fuzz_reading")


@pytest.mark.slow
def test_no_input_breaks_the_reading_layer(fuzz: ModuleType) -> None:
    tally = fuzz.run(20, range(400))
    assert tally.wrong == []
    assert {kind for kind, _ in tally.counts} == set(fuzz.KINDS)
    assert {"read", "in part", "refused"} == {result for _, result in tally.counts}


def test_an_input_follows_from_its_seed_and_number(fuzz: ModuleType) -> None:
    assert fuzz.case_of(3, 17) == fuzz.case_of(3, 17) != fuzz.case_of(3, 18)


def test_it_sees_a_row_that_is_lost(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "read", lambda path: list(documents.read(path))[1:])
    assert any("rows" in wrong or "nothing came out" in wrong for wrong in fuzz.run(20, range(60)).wrong)


def test_it_sees_an_error_that_nobody_foresaw(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, **_: object) -> None:
        raise RecursionError(text)

    monkeypatch.setattr(documents, "from_text", broken)
    assert any("nobody foresaw" in wrong for wrong in fuzz.run(20, range(20)).wrong)


def test_it_sees_offsets_that_are_shifted(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    real = documents.normalise
    monkeypatch.setattr(documents, "normalise", lambda text: (real(text)[0].replace("  ", " "), []))
    assert any("characters for" in wrong for wrong in fuzz.run(20, range(80)).wrong)


def test_rows_come_out_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n{broken\n{"text": "The board said so."}\n{"id": 2}\n[]\n')
    items = list(documents.read(str(path)))
    assert [str(item).split(": ")[0].rpartition(":")[2] for item in items if isinstance(item, InputError)] == list(
        "1245"
    )
    path.write_text('{"id": 1}\n{broken\n{}\n')
    (only,) = documents.read(str(path))
    assert str(only).startswith(f"{path}: no column text; found id;")
