"""The shipped examples, rated by the shipped model and by the rules without weights, come out as they did.

The files in ``golden/`` are written by ``python tests/test_golden.py`` after a change that is meant to move them; read
the difference before you commit it.
"""

import itertools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring.documents.files import read
from scoring.engine import RULES, load_engine
from scoring.pipeline import rate_document
from scoring.report.build import to_dict

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden"
INDEX = tomllib.loads((ROOT / "data/examples/index.toml").read_text(encoding="utf-8"))
EXAMPLES = [{"id": key, **row} for key, row in INDEX.items() if Path(row["file"]).suffix not in ("", ".jsonl")]
"""Articles; a folder of labelled ones and claims by themselves are none."""


SHIPPED, MODELS = "shipped", {"rules": RULES, "shipped": None}
CLOSE = 0.01
"""By how much a number of the model's may differ on another kind of processor; with AVX2 alone, emulated, none did."""


def place(example: dict[str, Any], model: str) -> Path:
    return (GOLDEN / SHIPPED if model == SHIPPED else GOLDEN) / f"{example['id']}.json"


def rated(example: dict[str, Any], model: str) -> dict[str, Any]:
    """The rating without what changes with every release."""
    (document,) = read(str(ROOT / "data/examples" / example["file"]), outlet=example.get("outlet"))
    rating = to_dict(rate_document(document, load_engine(MODELS[model])), text=False)  # type: ignore[arg-type]
    kept = {key: rating["provenance"][key] for key in ("model", "warnings")}
    return rating | {"provenance": kept}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_examples_come_out_as_they_did(example: dict[str, Any], model: str) -> None:
    golden = json.loads(place(example, model).read_text(encoding="utf-8"))
    found, close = rated(example, model), CLOSE if model == SHIPPED else 1e-6
    for now, then in zip(found.pop("claims"), golden.pop("claims"), strict=True):
        assert list(differences(now, then, close)) == []
    assert list(differences(found, golden, close)) == []


def differences(now: Any, then: Any, close: float, where: str = "") -> Iterator[str]:
    """Where two values differ; floats may by ``close``, since the last bits differ between C libraries."""
    if isinstance(now, float) and isinstance(then, float):
        if abs(now - then) > close:
            yield f"{where}: {now}, was {then}"
    elif isinstance(now, dict) and isinstance(then, dict) and now.keys() == then.keys():
        for key in now:
            yield from differences(now[key], then[key], close, f"{where}/{key}")
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        for i, pair in enumerate(zip(now, then, strict=True)):
            yield from differences(*pair, close, f"{where}/{i}")
    elif now != then:
        yield f"{where}: {now}, was {then}"


def test_a_difference_is_seen() -> None:
    golden = json.loads(place(EXAMPLES[0], SHIPPED).read_text(encoding="utf-8"))["claims"]
    other = json.loads(json.dumps(golden))
    other[0]["strength"]["probability"] += 2 * CLOSE
    other[1]["basis"] = "hearsay?"
    other[2]["spans"][0]["end"] += 1
    assert len(list(differences(other, golden, CLOSE))) == 3


if __name__ == "__main__":
    (GOLDEN / SHIPPED).mkdir(parents=True, exist_ok=True)
    for one, by in itertools.product(EXAMPLES, MODELS):
        text = json.dumps(rated(one, by), ensure_ascii=False, indent=1)
        place(one, by).write_text(text + "\n", encoding="utf-8")
