"""The card of the shipped model says what ``evaluate`` prints; made here on corpora of our own invention."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scoring import resources

pytestmark = [pytest.mark.train, pytest.mark.slow]
pytest.importorskip("torch")

TEXT = "The mayor of Varn said the lighthouse would stay dark. “We saw the lamp fall,” two clerks told us."


def spans(*words: str) -> list[list[int]]:
    return [[TEXT.index(part), TEXT.index(part) + len(part)] for part in words]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    said = {
        "source": spans("The mayor of Varn"),
        "cue": spans("said"),
        "content": spans("the lighthouse would stay dark"),
    }
    told = {"source": spans("two clerks"), "cue": spans("told"), "content": spans("We saw the lamp fall")}
    articles = [
        {"id": "varn", "annotator": "a", "text": TEXT, "attributions": [said, told]},
        {"id": "varn", "annotator": "b", "text": TEXT, "attributions": [said]},
        {"id": "again", "annotator": "a", "text": TEXT, "attributions": [said, told]},
    ]
    words = ["Ost", "left", "and", "may", "return"]
    events = [{"token": 1, "factuality": 3.0}, {"token": 4, "factuality": 0.5}]
    ours = resources.labelled_examples("dev").read_text(encoding="utf-8").splitlines()[:2]
    rows = {
        "corpora/polnear/dev.jsonl": articles,
        "corpora/uw/dev.jsonl": [{"tokens": words, "events": events}],
        "corpora/wikiweasel/train.jsonl": [{"text": f"Some say {n}.", "uncertain": n % 2} for n in range(40)],
        "labelled/dev.jsonl": list(map(json.loads, ours)),
    }
    for name, lines in rows.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return tmp_path


def test_the_card_says_what_evaluate_prints(
    corpora: Path, tmp_path: Path, command_line: Callable[..., tuple[int, str, str]]
) -> None:
    folder, picture = tmp_path / "model", tmp_path / "diagram.svg"
    shutil.copytree(resources.model(), folder)
    status, out, _ = command_line("dev", "card", "--corpora", corpora, "--model", folder, "--diagram", picture)
    assert (status, out) == (0, f"{folder / 'README.md'}\n")
    tables = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    relations = tables["PolNeAR dev, 2 articles, first annotator, F1 (rules)"]
    assert relations["source.exact"] == 1 and relations["complete"] == 1
    (name,) = (name for name in tables if name.startswith("Labelled dev, 2 articles") and name.endswith("(model)"))
    printed = command_line("evaluate", "--data", corpora / "labelled/dev.jsonl", "--model", folder, "--format", "json")[
        1
    ]
    figures = json.loads(printed)["models"][0]["figures"]
    assert "claim_f1" in tables[name]
    for measure, value in tables[name].items():
        assert round(value, 4) == figures[measure]["value"], measure
    errors = tables["Calibration error (model)"]
    assert (
        set(errors) == {"cue", "relation", "basis"}
        and round(errors["basis"], 4) == (figures["basis_calibration_error"]["value"])
    )
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert (
        f"| claim_f1 | {tables[name]['claim_f1']:.3f} |" in card
        and "`sourcegrade dev card --corpora ../shared`" in card
    )
    assert ET.parse(picture).getroot().tag.endswith("svg")
