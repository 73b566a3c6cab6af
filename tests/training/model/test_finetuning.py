"""Fine-tuning on one's own labels, from tiny encoders that the tests make; needs the extra ``train``."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.inference import ModelFinder, load_finder_folder
from scoring.errors import ConfigError, SourcegradeError, UsageError
from scoring.schema import Basis, Group, Span
from training.labels.schema import LabelledArticle, LabelledClaim

if TYPE_CHECKING:
    from training.model.alignment import LabelledWindow
    from training.model.attribution import AttributionSettings
    from training.model.planning import FinetuningSettings, Request

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")

TOML = """
full_from = {full_from}
frozen = 1
held_out = {held_out}
keep = 1.0
patience = 2
calibrate_from = 200
device = "cpu"
[light]
layers = 2
learning_rate = 2e-3
head_learning_rate = 1e-2
epochs = {epochs}
batch_pieces = 128
window = 64
threads = 1
bf16 = false
[full]
layers = 2
learning_rate = 2e-3
head_learning_rate = 1e-2
epochs = {epochs}
batch_pieces = 128
window = 64
threads = 1
bf16 = false
freeze_embeddings = false
"""


def config(folder: Path, **changed: object) -> Path:
    path = folder / f"{'_'.join(changed) or 'plain'}.toml"
    path.write_text(TOML.format(**{"full_from": 1000, "held_out": 0.25, "epochs": 3} | changed))
    return path


def rows(number: int) -> list[dict[str, Any]]:
    lines = resources.labelled_examples("train").read_text(encoding="utf-8").splitlines()[:number]
    return [{k: v for k, v in json.loads(line).items() if k != "split"} for line in lines]


def written(path: Path, found: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare encoder of two random layers."""
    from transformers import MPNetConfig, MPNetModel

    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = load_finder_folder(resources.model()).tokenizer
    tokenizer.save(str(folder / "tokenizer.json"))
    made = MPNetConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    torch.manual_seed(5)
    MPNetModel(made, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def ours(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of ours with fresh heads on it, as safetensors."""
    from training.model.attribution import load

    folder = tmp_path_factory.mktemp("ours")
    torch.manual_seed(6)
    model, tokenizer = load(bare, training())
    model.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def training(**changed: object) -> AttributionSettings:
    from training.model.attribution import AttributionSettings

    plain = AttributionSettings(
        layers=2, learning_rate=2e-3, head_learning_rate=1e-2, epochs=4, batch_pieces=128, window=64, bf16=False
    )
    return dataclasses.replace(plain, **changed)  # type: ignore[arg-type]


def request_of(tmp_path: Path, start: Path, **changed: object) -> Request:
    from training.model.planning import Request

    data = written(tmp_path / "mine.jsonl", rows(10))
    plain = Request((data,), tmp_path / "run", start, config(tmp_path), command="sourcegrade train --data mine.jsonl")
    return dataclasses.replace(plain, **changed)  # type: ignore[arg-type]


def finetuned(request: Request) -> tuple[Path | None, list[str]]:
    from training.model.finetune import run

    said: list[str] = []
    return run(request, said.append), said


@pytest.fixture
def unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training alone: nothing is exported or measured."""
    from training.model import finetune as finetuning

    monkeypatch.setattr(finetuning, "finish", lambda output, *_, **__: output)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return dict(load_file(folder / "model.safetensors"))


def same(one: Path, other: Path) -> bool:
    mine, theirs = weights(one), weights(other)
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.slow
def test_from_a_bare_encoder_by_the_command(bare: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from scoring.cli.app import main

    data = written(tmp_path / "mine.jsonl", rows(10))
    output = tmp_path / "run"
    options = ["--data", str(data), "--from", str(bare), "--output", str(output), "--config", str(config(tmp_path))]
    with pytest.raises(SystemExit) as left:
        main(["train", *options, "--dev", str(written(tmp_path / "dev.jsonl", rows(12)[10:]))])
    captured = capsys.readouterr()
    assert left.value.code == 0 and captured.out == ""
    assert "all layers are trained, for the heads begin at random" in captured.err
    folder = output / "export"
    weights = {"model.safetensors", "encoder.onnx", "pairs.onnx", "claims.onnx"}
    assert {*weights, "tokenizer.json", "config.json", "README.md"} < {path.name for path in folder.iterdir()}
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"sourcegrade train --data {data} --output {output} --from {bare}" in card
    assert resources.sha256(data) in card and "torch 2" in card and "| claim_f1 | – |" in card
    with pytest.raises(SystemExit) as left:
        main(["score", str(resources.model().parent / "examples/harbour_strike.txt"), "--model", str(folder)])
    assert left.value.code == 0
    from scoring.attribution.modeling import AttributionModel

    assert AttributionModel.from_pretrained(folder, local_files_only=True).config.window == 64


@pytest.mark.slow
def test_light_leaves_what_lies_below_and_learns_above(ours: Path, tmp_path: Path) -> None:
    folder, said = finetuned(request_of(tmp_path, ours))
    assert folder and any(
        "light: fewer than 1000 labelled claims, so the lowest 1 layers stay" in line for line in said
    )
    before, after = weights(ours), weights(folder)
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert before.keys() == after.keys()
    assert not {name for name in changed if "embeddings" in name or "layer.0." in name or "relative" in name}
    assert {"heads.weight", "pairs.out.weight"} < changed and any("layer.1." in name for name in changed)
    done = json.loads((folder.parent / "done.json").read_text())
    assert done["best_loss"] < done["start_loss"] and not (folder.parent / "checkpoints").exists()
    figures = json.loads((folder / "figures.json").read_text())
    assert figures["Your held-out part"]["claim_f1"]["before"]


@pytest.mark.slow
@pytest.mark.usefixtures("unfinished")
def test_many_claims_train_all_layers(ours: Path, tmp_path: Path) -> None:
    folder, said = finetuned(request_of(tmp_path, ours, config=config(tmp_path, full_from=10, epochs=1)))
    assert folder and any("full: 10 labelled claims or more" in line for line in said)
    before, after = weights(ours), weights(folder)
    assert not torch.equal(*(w["encoder.encoder.layer.0.output.dense.weight"] for w in (before, after)))


def test_cut_and_cached_model_answers_as_the_whole(ours: Path) -> None:
    from training.model.attribution import load
    from training.model.freezing import collated, cut, prepared

    model, tokenizer = load(ours, training())
    found = windows_of(tokenizer)[:3]
    whole = prepared(model, found, None, teacher=True)
    made = prepared(model, found, 1, teacher=False)
    batch = collated(made, 1)
    with cut(model.eval(), 1), torch.no_grad():
        model.encoder.embeddings.states = batch["states"]
        outputs = model(batch["input_ids"], batch["attention_mask"], batch["cues"])["heads"]
    for place, row in enumerate(whole):
        assert row.teacher is not None
        assert np.allclose(outputs[place, : len(row.teacher)].numpy(), row.teacher, atol=1e-5)
    assert len(model.encoder.encoder.layer) == 2


def windows_of(tokenizer: Any) -> list[LabelledWindow]:
    from training.labels.reading import read_labelled
    from training.labels.schema import example
    from training.model.alignment import label_windows

    articles = read_labelled([resources.labelled_examples("train")])[:6]
    return [w for a in articles for w in label_windows(example(a), tokenizer, 64)]


def test_what_is_kept_is_nothing_at_the_start_and_grows(ours: Path) -> None:
    from training.model.attribution import load
    from training.model.freezing import collated, kept, prepared

    model, tokenizer = load(ours, training())
    batch = collated(prepared(model, windows_of(tokenizer)[:3], None, teacher=True), 1)
    with torch.no_grad():
        heads = model.eval()(batch["input_ids"], batch["attention_mask"], batch["cues"])["heads"]
    assert kept(heads, batch).item() == pytest.approx(0, abs=1e-5)
    assert kept(heads + torch.randn_like(heads), batch).item() > 0.01


KILL = """
import os, signal, sys
from pathlib import Path
from training.model import attribution
from training.model.finetune import run
from training.model.planning import Request
honest, steps = attribution.losses, []
def killing(*given):
    steps.append(1)
    if len(steps) > 24:
        os.kill(os.getpid(), signal.SIGKILL)
    return honest(*given)
attribution.losses = killing
data, output, start, config = map(Path, sys.argv[1:])
run(Request((data,), output, start, config), print)
"""


@pytest.fixture(scope="module")
def whole(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing stopped, without its export."""
    from training.model import finetune as finetuning

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(finetuning, "finish", lambda output, *_, **__: output)
        folder, _ = finetuned(request_of(tmp_path_factory.mktemp("whole"), ours))
    assert folder
    return folder


@pytest.mark.usefixtures("unfinished")
def test_a_killed_run_resumes_to_the_same_weights(ours: Path, whole: Path, tmp_path: Path) -> None:
    request = request_of(tmp_path, ours)
    options = map(str, (request.data[0], request.output, request.start, request.config))
    done = subprocess.run(
        [sys.executable, "-c", KILL, *options], cwd=Path(__file__).parents[3], capture_output=True, text=True,
        check=False, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list(request.output.glob("checkpoints/checkpoint-*/trainer_state.json"))
    torn = request.output / "checkpoints" / "checkpoint-9999"
    torn.mkdir()
    (torn / "model.safetensors").write_bytes(b"half")
    resumed, _ = finetuned(dataclasses.replace(request, resume=True))
    assert resumed and same(whole, resumed)


FULL = """
import resource, sys
from pathlib import Path
from scoring.cli.app import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]),) * 2)
data, output, start, config = sys.argv[1:5]
main(["train", "--data", data, "-o", output, "--from", start, "--config", config])
"""


@pytest.mark.slow
def test_a_full_disk_is_one_line(ours: Path, tmp_path: Path) -> None:
    request = request_of(tmp_path, ours)
    options = map(str, (request.data[0], request.output, request.start, request.config, 100_000))
    done = subprocess.run(
        [sys.executable, "-c", FULL, *options], cwd=Path(__file__).parents[3], capture_output=True, text=True,
        check=False, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"sourcegrade: {request.output}: cannot be written (")
    assert "%|" not in done.stderr and done.stdout == ""  # no bar where nobody looks, and nothing on standard output


@pytest.mark.usefixtures("unfinished")
def test_progress_is_shown_before_the_first_step(ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.model import trainer

    shown: list[str] = []

    @contextmanager
    def progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
        shown.append(what)
        done: list[None] = []
        yield lambda: done.append(None)
        assert total is None or len(done) == total, f"{what}: {len(done)} of {total}"

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trainer.PlannedTrainer, "train", stopped)
    with pytest.raises(KeyboardInterrupt):
        finetuned(request_of(tmp_path, ours, progress=progress))
    assert shown == [
        "reading labels", "loading the start model", "cutting articles into windows",
        "reading windows with the start model", "measuring the start model",
    ]  # fmt: skip


@pytest.mark.usefixtures("unfinished")
def test_ctrl_c_leaves_weights_and_a_checkpoint(
    ours: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.model import attribution, trainer

    honest, steps = attribution.losses, []

    def interrupted(*given: Any) -> dict[str, torch.Tensor]:
        steps.append(1)
        if len(steps) == 24:
            signal.raise_signal(signal.SIGINT)
        return honest(*given)

    monkeypatch.setattr(attribution, "losses", interrupted)
    request = request_of(tmp_path, ours)
    stopped, said = finetuned(request)
    assert stopped is None and "to go on: sourcegrade train --data mine.jsonl --resume" in said[-1]
    assert load_finder_folder(request.output / "stopped").window == 64, "what was learned so far can be used"
    last = trainer.last_checkpoint(request.output / "checkpoints")
    assert last and f"after step {last.name.removeprefix('checkpoint-')} of" in said[-1], "no step is done twice"
    assert not (request.output / "model.safetensors").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed, _ = finetuned(dataclasses.replace(request, resume=True))
    assert resumed and same(whole, resumed)


IMPOSSIBLE: dict[str, tuple[Callable[[Path], dict[str, object]], str]] = {
    "another key": (lambda t: {"config": with_(t, "lera = 1", "")}, "unknown key 'lera'"),
    "a wide window": (lambda t: {"config": with_(t, "window = 64", "window = 513")}, "window is 513"),
    "a narrow window": (lambda t: {"config": with_(t, "window = 64", "window = 4")}, "window is 4"),
    "no epochs": (lambda t: {"config": with_(t, "epochs = 3", "epochs = 0")}, "epochs is 0"),
    "threads": (lambda t: {"config": with_(t, "threads = 1", "threads = 999")}, "threads is 999"),
    "all frozen": (lambda t: {"config": with_(t, "frozen = 1", "frozen = 2")}, "frozen is 2"),
    "half and more held out": (lambda t: {"config": with_(t, "held_out = 0.25", "held_out = 0.9")}, "held_out is 0.9"),
    "no device": (lambda t: {"config": with_(t, '"cpu"', '"tpu"')}, "device is 'tpu'"),
    "a rate below 0": (lambda t: {"config": with_(t, "= 2e-3", "= -1.0")}, "learning_rate is -1.0"),
    "no labels": (
        lambda t: {"data": (written(t / "none.jsonl", [{"id": "a", "text": "It rains.", "claims": []}]),)},
        "no labelled claim",
    ),
    "no file": (lambda t: {"data": (t / "nowhere.jsonl",)}, "nowhere.jsonl"),
    "no model": (lambda t: {"start": t / "nowhere"}, "is no folder"),
    "a file as output": (lambda t: {"output": written(t / "file", [])}, "is a file"),
    "nothing to resume": (lambda t: {"resume": True}, "no run to go on with"),
}


def with_(folder: Path, old: str, new: str) -> Path:
    text = config(folder).read_text()
    path = folder / "changed.toml"
    path.write_text(text.replace(old, new) if new else f"{old}\n{text}")
    return path


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_said_before_anything_is_done(name: str, ours: Path, tmp_path: Path) -> None:
    change, said = IMPOSSIBLE[name]
    request = dataclasses.replace(request_of(tmp_path, ours), **change(tmp_path))  # type: ignore[arg-type]
    with pytest.raises(SourcegradeError) as error:
        finetuned(request)
    assert said in str(error.value) and "\n" not in str(error.value)
    assert not list(tmp_path.glob("run/checkpoints/*"))


@pytest.mark.usefixtures("unfinished")
def test_little_memory_is_said_in_numbers(ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.model import device

    honest = device.memory_free
    monkeypatch.setattr(device, "memory_free", lambda _: 1e8)
    with pytest.raises(
        UsageError, match=r"training needs some 0\.8 GB of memory, 0\.1 GB are free; lower batch_pieces"
    ):
        finetuned(request_of(tmp_path, ours))
    monkeypatch.setattr(device, "memory_free", honest)
    assert finetuned(request_of(tmp_path, ours, config=config(tmp_path, epochs=1)))[0], (
        "another try needs no new folder"
    )


def test_memory_grows_with_what_is_trained(ours: Path) -> None:
    from training.model.attribution import load
    from training.model.device import memory_needed

    model, _ = load(ours, training())
    sizes = [memory_needed(model, layers=n, pieces=p, window=64) for n, p in ((1, 128), (2, 128), (2, 4096))]
    assert sizes == sorted(set(sizes))
    model.encoder.embeddings.requires_grad_(False)
    assert memory_needed(model, layers=2, pieces=4096, window=64) < sizes[-1]


@pytest.mark.usefixtures("unfinished")
def test_a_run_is_resumed_with_the_same_only(ours: Path, tmp_path: Path) -> None:
    request = request_of(tmp_path, ours, config=config(tmp_path, epochs=1))
    finetuned(request)
    with pytest.raises(UsageError, match="is not empty; give --resume"):
        finetuned(request)
    written(request.data[0], rows(9))
    with pytest.raises(UsageError, match="its run has other data"):
        finetuned(dataclasses.replace(request, resume=True))


@pytest.mark.parametrize(
    ("known", "share", "meant"),
    [
        ((None, Group.UNSOURCED), 3 / 7, {Basis.HEARSAY, Basis.SPECULATION, Basis.ASSERTION}),
        ((None, Group.WEAKLY_SOURCED), 1 / 7, {Basis.ANONYMOUS}),
        ((Basis.DOCUMENT, Group.SOURCED), 1 / 7, {Basis.DOCUMENT}),
    ],
)
def test_a_sentence_known_as_a_whole_trains_its_bases(
    known: tuple[Basis | None, Group], share: float, meant: set[Basis]
) -> None:
    from scoring.attribution.labels import BASES, HEADS, columns
    from training.labels.schema import example
    from training.model.alignment import label_windows
    from training.model.losses import collate, losses

    text = "Nobody had seen the boat, people said."
    one = LabelledArticle("s", text, (LabelledClaim("c1", (Span(0, len(text)),), *known),), frozenset())
    batch = collate(label_windows(example(one), load_finder_folder(resources.model()).tokenizer, 64), 1)
    heads = torch.zeros(*batch["input_ids"].shape, sum(HEADS.values()), requires_grad=True)
    pairs = torch.zeros(*batch["cues"].shape[:2], batch["input_ids"].shape[1], 7)
    found = losses(heads, pairs, batch)
    assert found["share"].item() == pytest.approx(-np.log(share), abs=1e-4) and found["basis"].item() == 0
    found["share"].backward()
    slope = heads.grad[0, :, columns("basis")].sum(0)
    assert {basis for basis, s in zip(BASES, slope[1:], strict=True) if s < 0} == meant
    assert slope[0].abs() < 1e-6, "how much of the sentence is a claim is left open"
    assert (heads.grad[..., columns("hedge")] == 0).all()


@pytest.mark.usefixtures("unfinished")
def test_a_table_of_sentences_trains(ours: Path, tmp_path: Path) -> None:
    lines = ["sentence,label"]
    for n in range(8):
        lines += [
            f"The ferry sank in year {n}.,unsourced",
            f"“It sank in {n}” was what captain Odile Marrant said.,sourced",
        ]
    table = tmp_path / "mine.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder, said = finetuned(request_of(tmp_path, ours, data=(table,), config=config(tmp_path, epochs=8)))
    assert folder and said[0].startswith("16 articles, 16 claims")
    done = json.loads((folder / "done.json").read_text())
    assert done["best_loss"] < done["start_loss"]


def test_relations_that_nobody_labelled_come_from_the_start_model() -> None:
    from training.labels.corpora import RELATIONS, SEGMENTS, Example, Relation
    from training.model.teaching import completed

    text = "Mayor Ines Roth said the bridge will close. The council said work starts in May."
    finder = load_finder_folder(resources.model())
    (whole,) = completed([Example("a", text, (), (), frozenset())], finder)
    assert [text[s:e] for r in whole.relations for s, e in r.cue] == ["said", "said"] and RELATIONS in whole.complete
    mine = Relation(((44, 55),), ((56, 60),), ((61, 80),))
    (both,) = completed([Example("a", text, (mine,), (), frozenset())], finder)
    assert mine in both.relations and len(both.relations) == 2, "a label is not found again"
    labelled = Example("a", text, (), complete=frozenset({RELATIONS, SEGMENTS}))
    assert completed([labelled], finder) == [labelled]


def test_calibration_is_kept_or_fitted(tmp_path: Path) -> None:
    import shutil

    from training.labels.reading import read_labelled
    from training.model.recalibrating import recalibrated

    folder = tmp_path / "model"
    shutil.copytree(resources.model(), folder)
    held = read_labelled([resources.labelled_kinds("held")])[:60]
    before = (folder / "config.json").read_text()
    assert recalibrated(folder, held, 10_000).count("kept from the start model: ") == 2
    assert (folder / "config.json").read_text() == before
    said = recalibrated(folder, held, 10)
    assert said.startswith("fitted to ") and "; those of bases fitted to " in said
    lines = json.loads((folder / "config.json").read_text())["calibration"]
    assert set(lines) == {"cue", "relation", "basis"}
    assert all(lines[name] != line for name, line in json.loads(before)["calibration"].items())


def test_a_line_that_cannot_be_fitted_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.labels.reading import read_labelled
    from training.model import recalibrating

    finder = ModelFinder("none", None, None, 64, {"basis": (9.0, 9.0)})  # type: ignore[arg-type]
    falling, rising = ([0.9, 0.2], [False, True]), ([0.9, 0.8, 0.2], [True, False, False])
    monkeypatch.setattr(recalibrating, "load_finder_folder", functools.lru_cache(lambda _: finder))
    monkeypatch.setattr(recalibrating, "stated_probabilities", lambda *_: {"cue": rising, "relation": rising})
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"window": 64, "calibration": {"basis": [2.0, 0.5]}}))
    held = read_labelled([resources.labelled_examples("dev")])[:5]

    monkeypatch.setattr(recalibrating, "stated_bases", lambda *_: falling)
    assert "; those of bases kept from the start model: no basis" in recalibrating.recalibrated(tmp_path, held, 10)
    first = json.loads(config.read_text())
    assert first["window"] == 64 and set(first["calibration"]) == {"cue", "relation", "basis"}
    assert first["calibration"]["basis"] == [2.0, 0.5]

    monkeypatch.setattr(recalibrating, "stated_bases", lambda plain, _: falling if plain.calibration else rising)
    assert recalibrating.recalibrated(tmp_path, held, 10).endswith(" held-out claims")
    second = json.loads(config.read_text())["calibration"]
    assert second["basis"] == second["cue"] == first["calibration"]["cue"], "fitted to what is stated without a line"


@pytest.mark.slow
def test_graphs_of_another_shape_are_said(tmp_path: Path) -> None:
    import shutil

    from scoring.errors import ModelError
    from training.model.attribution import load

    folder = tmp_path / "model"
    shutil.copytree(resources.model(), folder)
    made = json.loads((folder / "config.json").read_text())
    made["encoder"]["intermediate_size"] = 2000
    (folder / "config.json").write_text(json.dumps(made))
    with pytest.raises(ModelError, match="of another shape"):
        load(folder, training())


def test_settings_that_ship_are_sound() -> None:
    from scoring import settings
    from training.model.planning import FinetuningSettings

    found: FinetuningSettings = settings.load(resources.config("finetune.toml"), FinetuningSettings)
    assert found.frozen < 6 and found.light.window <= 512
    with pytest.raises(ConfigError):
        settings.load(resources.config("train.toml"), FinetuningSettings)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    load_finder_folder.cache_clear()
