"""Alignment, training and export on texts of our own; needs the extra ``train``."""

from __future__ import annotations

import dataclasses
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.inference import load_finder_folder
from scoring.attribution.labels import CLASSES, HEADS, IGNORE, PAIR_CONTENT, PAIR_SOURCE, PAIR_WIDTH
from scoring.attribution.windows import Window
from scoring.errors import ModelError
from scoring.schema import Document, Sentence, Span
from training.labels.corpora import Example, Relation, first_annotators, read_polnear
from training.labels.reading import read_labelled
from training.labels.schema import example

if TYPE_CHECKING:
    from training.model.attribution import AttributionSettings
    from training.model.freezing import PreparedWindow

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")

TEXT = "Mayor Ines Roth said the bridge will close.\nAccording to the council, work starts in May."


def spans(words: str) -> tuple[tuple[int, int], ...]:
    start = TEXT.index(words)
    return ((start, start + len(words)),)


EXAMPLE = Example(
    "bridge",
    TEXT,
    (
        Relation(spans("Mayor Ines Roth"), spans("said"), spans("the bridge will close.")),
        Relation(spans("the council"), spans("According to"), spans("work starts in May.")),
    ),
)


def test_readers(tmp_path: Path) -> None:
    row = {"id": "a", "text": "x said y", "attributions": [{"source": [[0, 1]], "cue": [[2, 6]], "content": [[7, 8]]}]}
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "attributions": []}) + "\n")
    both = read_polnear(path)
    assert both[0].relations == (Relation(((0, 1),), ((2, 6),), ((7, 8),)),)
    assert first_annotators(both) == both[:1]

    def link(start: int, cue: int) -> dict[str, object]:
        ends = {"source": {"start": start, "end": start + 1}, "cue": {"start": cue, "end": cue + 4}}
        return {**ends, "type": "person", "stance": "neutral"}

    claim = {
        "spans": [{"start": 14, "end": 15}], "chain": [link(0, 2), link(7, 9)], "basis": "paraphrase", "hedges": []
    }  # fmt: skip
    path.write_text(json.dumps({"id": "b", "text": "x said y said z", "claims": [claim]}) + "\n")
    (one,) = map(example, read_labelled([path]))
    inner, outer = one.relations
    assert [(m.head, m.value) for m in one.marks][:3] == [("basis", 3), ("type", 0), ("stance", 1)]
    assert inner == Relation(((7, 8),), ((9, 13),), ((14, 15),))
    assert outer == Relation(((0, 1),), ((2, 6),), ((7, 15),))


def tiny_encoder(folder: Path) -> Path:
    """A folder like all-mpnet-base-v2's, with three random layers."""
    from transformers import MPNetConfig, MPNetModel

    tokenizer = load_finder_folder(resources.model()).tokenizer
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = MPNetConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=3, num_attention_heads=2,
        intermediate_size=64,
    )  # fmt: skip
    torch.manual_seed(5)
    MPNetModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def words(mask: np.ndarray, window: Window) -> str:
    return "|".join(TEXT[s:e] for s, e in zip(window.starts[mask], window.ends[mask], strict=True))


def test_alignment_labels_the_words_of_each_relation() -> None:
    from training.model.alignment import label_windows

    tokenizer = load_finder_folder(resources.model()).tokenizer
    (labelled,) = label_windows(EXAMPLE, tokenizer, 128)
    window = labelled.window
    assert words(labelled.pairs[0] == PAIR_SOURCE, window).replace("|", "") == "MayorInesRoth"
    assert words(labelled.pairs[1] == PAIR_CONTENT, window).replace("|", "") == "workstartsinMay"
    assert words(labelled.classes[:, CLASSES.index("cue")] == 1, window) == "said|According"
    assert (labelled.classes[window.words == -1] == IGNORE).all()
    assert (labelled.classes[:, CLASSES.index("basis")] == IGNORE).all(), "nothing is known of claims here"
    assert (labelled.pairs[2:] <= 0).all() and len(labelled.pairs) == 5
    begins, ends = labelled.boundaries[1, :, 2] == 1, labelled.boundaries[1, :, 3] == 1
    assert words(begins, window) == "work" and words(ends, window) == "May"


def test_alignment_of_claims_and_side_tasks() -> None:
    from training.labels.corpora import CLAIMS, RELATIONS, SENTENCES, Mark, gathered
    from training.model.alignment import NUMBERS, label_windows

    tokenizer = load_finder_folder(resources.model()).tokenizer
    (start, end), (who, who_end) = spans("the bridge will close")[0], spans("Mayor Ines Roth")[0]
    marks = (Mark("basis", start, end, 3), Mark("type", who, who_end, 0), Mark("factuality", start, end, 1.5))
    (one,) = label_windows(Example("claims", TEXT, (), marks, frozenset({RELATIONS, CLAIMS})), tokenizer, 128)
    basis = one.classes[:, CLASSES.index("basis")]
    assert words(basis == 3, one.window) == "the|bridge|will|close" and words(basis == 0, one.window).endswith("May|.")
    kind = one.classes[:, CLASSES.index("type")]
    assert words(kind == 0, one.window).startswith("Mayor") and (kind[basis == 3] == IGNORE).all()
    value = one.numbers[:, NUMBERS.index("factuality")]
    assert words(~np.isnan(value), one.window) == "the" and np.nanmax(value) == 1.5
    lines = [Example(f"s{i}", line, (), (Mark("uncertain", 0, len(line), i),), frozenset({SENTENCES})) for i, line in
             enumerate(TEXT.split("\n"))]  # fmt: skip
    (text,) = gathered(lines)
    assert text.text == TEXT
    (two,) = label_windows(text, tokenizer, 128)
    assert two.uncertain.tolist() == [0, 1] and words(two.sentences == 1, two.window).startswith("According|to")


def test_normal_spans() -> None:
    from training.labels.pairing import normal

    text = '"So it is," he said. "And was."'
    assert normal(((0, 11), (21, 31)), text) == ((1, 9), (22, 29))
    assert normal(((0, 4), (4, 11)), text) == ((1, 9),), "nothing but a space between them"
    assert normal(((3, 4),), text) == ()


def settings(**changed: object) -> AttributionSettings:
    from training.model.attribution import AttributionSettings

    plain = AttributionSettings(
        layers=2, learning_rate=2e-3, head_learning_rate=1e-2, layer_decay=1.0, epochs=30, batch_pieces=128,
        window=64, threads=1, bf16=False, freeze_embeddings=False,
    )  # fmt: skip
    return dataclasses.replace(plain, **changed)  # type: ignore[arg-type]


def train_tiny(place: Path) -> Path:
    from training.model.recipe import trained

    return trained([EXAMPLE] * 8, tiny_encoder(place / "encoder"), place / "run", settings(epochs=10))


def restored_from(folder: Path) -> Any:
    from training.model.attribution import load

    return load(folder, settings())[0]


@pytest.mark.slow
def test_trains_narrows_exports_and_turns_back(tmp_path: Path) -> None:
    from training.model.attribution import load
    from training.model.export import export
    from training.model.recipe import trained
    from training.model.restoring import restored

    wide = trained([EXAMPLE] * 8, tiny_encoder(tmp_path / "encoder"), tmp_path / "wide", settings())
    folder = trained([EXAMPLE] * 8, wide, tmp_path / "run", settings(width=48, epochs=10))
    model, _ = load(folder, settings())
    assert model.encoder.config.intermediate_size == 48 and model.encoder.config.num_hidden_layers == 2
    exported = export(folder, tmp_path / "onnx", int8=False)
    document = Document("bridge", TEXT)
    sentences = (Sentence(Span(0, len(TEXT)), 0),)
    by_torch = load_finder_folder(folder)(document, sentences)
    by_onnx = load_finder_folder(exported)(document, sentences)
    assert [r.source.of(TEXT) for r in by_onnx.relations if r.source] == ["Mayor Ines Roth", "the council"]
    for one, other in zip(by_torch.relations, by_onnx.relations, strict=True):
        assert (one.source, one.cue, one.contents) == (other.source, other.cue, other.contents)
        assert one.probability == pytest.approx(other.probability, abs=1e-3)
    assert np.allclose(by_torch.word_labels.outputs, by_onnx.word_labels.outputs, atol=1e-3)

    again = restored(exported)
    for name, weight in model.state_dict().items():
        if "position_embeddings" not in name and "relative_attention_bias" not in name:
            assert torch.allclose(weight, again.state_dict()[name], atol=1e-5), name
    ids = torch.arange(5, 45).unsqueeze(0)
    with torch.inference_mode():
        for one, other in zip(
            model.eval().encode(ids, ids * 0 + 1), again.eval().encode(ids, ids * 0 + 1), strict=True
        ):
            assert torch.allclose(one, other, atol=1e-4)


@pytest.mark.slow
def test_int8_weights_turn_back_to_within_their_step() -> None:
    import onnx
    from onnx import numpy_helper

    from training.model.restoring import restored

    model = restored(resources.model())
    stored = {t.name: t for t in onnx.load(str(resources.model() / "encoder.onnx")).graph.initializer}
    scale = numpy_helper.to_array(stored["layers.0.out.weight_scale"])
    weight = model.encoder.encoder.layer[0].attention.attn.o.weight.detach()
    steps = weight.T / torch.from_numpy(np.array(scale))
    assert torch.allclose(steps, steps.round(), atol=1e-3) and 50 < steps.abs().max() < 64.5


@pytest.mark.slow
def test_int8_graphs_are_checked_where_they_lie_and_turn_back(tmp_path: Path) -> None:
    import onnx
    from onnx import numpy_helper

    from training.model.export import export
    from training.model.quantizing import EVEN
    from training.model.restoring import restored

    folder = train_tiny(tmp_path)
    exported = export(folder, tmp_path / "onnx")
    listed = resources.listed_sums(exported / resources.SUMS)
    assert set(listed) == {"encoder.onnx", "pairs.onnx", "claims.onnx", "tokenizer.json", "known_answers.json"}
    assert load_finder_folder(exported).window == load_finder_folder(folder).window

    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(str(exported / "encoder.onnx")).graph.initializer}
    evened = [name.removesuffix(EVEN) for name in stored if name.endswith(EVEN)]
    assert sorted(evened) == sorted(f"layers.{i}.{part}.weight" for i in range(2) for part in ("qkv", "widen"))
    model, again = (one.state_dict() for one in (restored_from(folder), restored(exported)))
    for name in ("encoder.encoder.layer.1.intermediate.dense.weight", "encoder.encoder.layer.0.output.dense.weight"):
        step = model[name].abs().max() / 63
        assert (model[name] - again[name]).abs().max() < step, name
        assert not torch.equal(model[name], again[name])

    (exported / "encoder.onnx").write_bytes((exported / "encoder.onnx").read_bytes()[:-1] + b"\0")
    load_finder_folder.cache_clear()
    with pytest.raises(ModelError, match=r"encoder\.onnx: is not the file"):
        load_finder_folder(exported)


@pytest.mark.slow
def test_a_killed_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.model import attribution, trainer
    from training.model.recipe import trained

    chosen = settings(epochs=6, batch_pieces=64)
    encoder, output = tiny_encoder(tmp_path / "encoder"), tmp_path / "run"
    steps: list[int] = []
    honest = attribution.losses

    def until(last: int) -> None:
        def counted(*given: Any) -> dict[str, torch.Tensor]:
            steps.append(len(steps))
            if len(steps) > last:
                raise KeyboardInterrupt
            return honest(*given)

        monkeypatch.setattr(attribution, "losses", counted)

    monkeypatch.setattr(trainer, "CHECK_STEPS", 2)
    planned = len(attribution.batches(label_all(encoder), chosen))
    until(5)
    with pytest.raises(KeyboardInterrupt):
        trained([EXAMPLE] * 3, encoder, output, chosen, resume=True)
    assert not (output / "model.safetensors").exists()
    steps.clear()
    until(1000)
    assert trained([EXAMPLE] * 3, encoder, output, chosen, resume=True) == output
    assert len(steps) == planned - 4, "it went on from the checkpoint at step 4"
    steps.clear()
    assert trained([EXAMPLE] * 3, encoder, output, chosen, resume=True) == output
    assert steps == [], "what is done is not done again"


def test_ctrl_c_leaves_a_checkpoint_and_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.model import attribution
    from training.model.recipe import trained
    from training.model.trainer import last_checkpoint

    def interrupted(*given: Any) -> dict[str, torch.Tensor]:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            signal.raise_signal(signal.SIGINT)
        return honest(*given)

    honest = attribution.losses
    monkeypatch.setattr(attribution, "losses", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained([EXAMPLE] * 3, tiny_encoder(tmp_path / "encoder"), tmp_path / "run", settings())
    assert last_checkpoint(tmp_path / "run/checkpoints") == tmp_path / "run/checkpoints/checkpoint-1"
    assert not (tmp_path / "run/model.safetensors").exists()


def label_all(encoder: Path) -> list[PreparedWindow]:
    from training.model.alignment import label_windows
    from training.model.attribution import load
    from training.model.freezing import PreparedWindow

    tokenizer = load(encoder, settings())[1]
    return [PreparedWindow(w) for _ in range(3) for w in label_windows(EXAMPLE, tokenizer, 64)]


def test_losses_count_only_what_is_labelled() -> None:
    from training.model.alignment import label_windows
    from training.model.losses import collate, losses, sentence_scores

    tokenizer = load_finder_folder(resources.model()).tokenizer
    batch = collate(label_windows(EXAMPLE, tokenizer, 64), 0)
    assert batch["input_ids"].shape == (1, 32) and batch["cues"].shape == (1, 8, 2)
    heads = torch.zeros(1, 32, sum(HEADS.values()))
    found = losses(heads, torch.zeros(1, 8, 32, PAIR_WIDTH), batch)
    assert found["tags"].item() == pytest.approx(np.log(3), abs=1e-5)
    assert found["basis"].item() == found["factuality"].item() == found["uncertain"].item() == 0
    scores = sentence_scores(torch.tensor([[5.0, -5.0, 1.0]]), torch.tensor([[0, 0, 1]]), 2)
    assert scores[0].tolist() == pytest.approx([5.0, 1.0], abs=1e-3)
