"""The shipped examples, rated by the rules without weights, come out as they did.

The files in ``golden/`` are written by ``python tests/test_golden.py`` after a change that is meant to move them; read
the difference before you commit it.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scoring.documents import read
from scoring.pipeline import RULES, load_engine, rate_document
from scoring.report.build import to_dict

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden"
INDEX = tomllib.loads((ROOT / "data/examples/index.toml").read_text(encoding="utf-8"))
EXAMPLES = [{"id": key, **row} for key, row in INDEX.items() if Path(row["file"]).suffix not in ("", ".jsonl")]
"""Articles; a folder of labelled ones and claims by themselves are none."""


def rated(example: dict[str, Any]) -> dict[str, Any]:
    """The rating without what changes with every release."""
    (document,) = read(str(ROOT / "data/examples" / example["file"]), outlet=example.get("outlet"))
    rating = to_dict(rate_document(document, load_engine(RULES)), text=False)  # type: ignore[arg-type]
    kept = {key: rating["provenance"][key] for key in ("model", "warnings")}
    return rating | {"provenance": kept}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_examples_come_out_as_they_did(example: dict[str, Any]) -> None:
    golden = json.loads((GOLDEN / f"{example['id']}.json").read_text(encoding="utf-8"))
    found = rated(example)
    for now, then in zip(found.pop("claims"), golden.pop("claims"), strict=True):
        assert _rounded(now) == _rounded(then)
    assert _rounded(found) == _rounded(golden)


def _rounded(value: Any) -> Any:
    """Floats to six digits: the last bits differ between C libraries."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for one in EXAMPLES:
        text = json.dumps(rated(one), ensure_ascii=False, indent=1)
        (GOLDEN / f"{one['id']}.json").write_text(text + "\n", encoding="utf-8")
