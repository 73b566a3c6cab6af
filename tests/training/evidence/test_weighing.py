"""Fitting weights of evidence to outcomes, on claims of our own invention."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scoring import resources, settings
from scoring.cli.app import app
from scoring.engine import RULES, load_engine
from scoring.evidence.weights import ScoreSettings

pytest.importorskip("scipy")

from training.evidence.calibrate import crossed
from training.evidence.fitting import kept, values
from training.evidence.samples import read_outcomes

GOOD = "The harbour at Varn closed on Tuesday."
BAD = "The harbour at Varn may have closed on Tuesday."


def pages(claim: str, label: str, headline: str) -> dict[str, object]:
    page = {"outlet": f"{claim}.example", "headline": headline, "position": "for"}
    return {"claim": claim, "label": label, "pages": [page, {**page, "position": "against"}]}


def story(number: int) -> dict[str, object]:
    more = " ".join(f'"It held," Dr. Ada Moen{i} said.' for i in range(number))
    return {"id": f"s{number}", "text": f"The bridge opened on Friday. {more}\n", "rating_0_5": number % 6}


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    rows = [pages(f"a{i}", "true", GOOD) for i in range(8)] + [pages(f"b{i}", "false", BAD) for i in range(8)]
    rows += [pages("c", "unverified", GOOD), *map(story, range(12))]
    path = tmp_path / "outcomes.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["calibrate", "--model", RULES, *map(str, arguments)])
    return result.exit_code, result.output + str(result.exception or "")


def test_only_pages_for_verified_claims_count(outcomes: Path) -> None:
    found = read_outcomes(outcomes, load_engine(RULES))
    assert len(found.samples) == 16 and found.verified and len(found.stories) == 12
    assert {s.target for s in found.samples} == {0.0, 1.0} and all(s.weight == 1 for s in found.samples)


def test_the_report_has_a_place_of_its_own(outcomes: Path, tmp_path: Path) -> None:
    status, said = run("--outcomes", outcomes, "--output", tmp_path / "mine.md")
    assert status and "the report goes there; give a name that ends in .toml" in said
    assert not (tmp_path / "mine.md").exists()


@pytest.mark.slow
def test_calibrate_shows_how_far_it_is(outcomes: Path, tmp_path: Path) -> None:
    from contextlib import contextmanager

    from training.evidence.calibrate import calibrate

    shown: dict[str, tuple[int | None, int]] = {}

    @contextmanager
    def progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
        done: list[None] = []
        yield lambda: done.append(None)
        shown[what] = total, len(done)

    calibrate([outcomes], tmp_path / "mine.toml", load_engine(RULES), resources.config("score.toml"), progress=progress)
    assert shown == {
        "rating outcomes.jsonl": (29, 29), "fitting the weights of claims": (None, 0),
        "fitting the weights of articles": (None, 0),
    }  # fmt: skip


@pytest.mark.slow
def test_calibrate_writes_a_config_and_a_report_once(outcomes: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.toml"
    status, said = run("--outcomes", outcomes, "--output", output)
    assert status == 0, said
    fitted = settings.load(output, ScoreSettings)
    expert = settings.load(resources.config("score.toml"), ScoreSettings)
    assert kept(fitted, load_engine(RULES).priors) == [] and (values(fitted) != values(expert)).any()
    assert fitted.basis["speculation"] < fitted.basis["assertion"]
    report = output.with_suffix(".md").read_text()
    assert "auroc" in report and "| reviewers' ratings | 12 |" in report and "0 bad rows" in report
    before = output.read_text()
    status, said = run("--outcomes", outcomes, "--output", output)
    assert status != 0 and "exists" in said and output.read_text() == before


@pytest.mark.slow
def test_bad_rows_are_named_and_left_out_only_when_asked(outcomes: Path, tmp_path: Path) -> None:
    with outcomes.open("a") as lines:
        lines.write(
            '{"claim": "d", "label": "true", "pages": [{"outlet": "x.example", "headline": 3, "position": "for"}]}\n'
        )
    status, said = run("--outcomes", outcomes, "--output", tmp_path / "a.toml")
    assert status != 0 and "outcomes.jsonl:30: headline 3" in said and not (tmp_path / "a.toml").exists()
    status, _ = run("--outcomes", outcomes, "--output", tmp_path / "a.toml", "--skip-bad")
    assert status == 0 and "1 bad rows left out" in (tmp_path / "a.md").read_text()


@pytest.mark.slow
def test_what_is_left_out_does_not_move_a_score(tmp_path: Path) -> None:
    path = tmp_path / "alike.jsonl"
    rows = [pages(f"{label}{i}", label, GOOD) for label in ("true", "false") for i in range(4)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    engine = load_engine(RULES)
    scores = crossed(read_outcomes(path, engine).samples, engine, penalty=1.0)
    assert scores == pytest.approx(scores[0])
