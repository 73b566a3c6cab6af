"""Alignment, training and export on texts of our own; needs the extra ``train``."""

import json
from pathlib import Path

import numpy as np
import pytest

from scoring import resources
from scoring.attribution.inference import load_finder_folder
from scoring.attribution.labels import IGNORE, PAIR_CONTENT, PAIR_SOURCE
from scoring.schema import Document, Sentence, Span
from training.examples import Example, Relation, first_annotators, read_claims, read_polnear

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
        return {"source": {"start": start, "end": start + 1}, "cue": {"start": cue, "end": cue + 4}}

    claim = {"spans": [{"start": 14, "end": 15}], "chain": [link(0, 2), link(7, 9)]}
    path.write_text(json.dumps({"id": "b", "text": "x said y said z", "claims": [claim]}) + "\n")
    inner, outer = read_claims(path)[0].relations
    assert inner == Relation(((7, 8),), ((9, 13),), ((14, 15),))
    assert outer == Relation(((0, 1),), ((2, 6),), ((7, 15),))


def test_alignment_labels_the_words_of_each_relation() -> None:
    from training.alignment import label_windows

    tokenizer = load_finder_folder(resources.model()).tokenizer
    (labelled,) = label_windows(EXAMPLE, tokenizer, 128)
    window = labelled.window

    def words(mask: np.ndarray) -> str:
        return "|".join(TEXT[s:e] for s, e in zip(window.starts[mask], window.ends[mask], strict=True))

    assert words(labelled.pairs[0] == PAIR_SOURCE).replace("|", "") == "MayorInesRoth"
    assert words(labelled.pairs[1] == PAIR_CONTENT).replace("|", "") == "workstartsinMay."
    assert words(labelled.tags[:, 1] == 1) == "said|According"
    assert (labelled.tags[window.words == -1] == IGNORE).all()
    assert (labelled.pairs[2:] <= 0).all() and len(labelled.pairs) == 5


@pytest.mark.slow
def test_trains_exports_and_agrees_with_torch(tmp_path: Path) -> None:
    from training.export import export
    from training.trainer import TrainingSettings, train

    settings = TrainingSettings(learning_rate=1e-4, epochs=4, batch_windows=2, window=64, threads=1, bf16=False)
    folder = train([EXAMPLE] * 4, resources.model(), tmp_path / "run", settings)
    exported = export(folder, tmp_path / "onnx", int8=False)
    (tmp_path / "onnx" / "model.safetensors").unlink()
    document = Document("bridge", TEXT)
    sentences = (Sentence(Span(0, len(TEXT)), 0),)
    by_torch = load_finder_folder(folder)(document, sentences)
    by_onnx = load_finder_folder(exported)(document, sentences)
    assert [(r.source, r.cue, r.contents) for r in by_torch] == [(r.source, r.cue, r.contents) for r in by_onnx]
    assert [r.source.of(TEXT) for r in by_onnx if r.source] == ["Mayor Ines Roth", "the council"]
    for one, other in zip(by_torch, by_onnx, strict=True):
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def tiny_encoder(folder: Path) -> Path:
    """A folder like all-mpnet-base-v2's, with two random layers and the numbers of its pieces shifted by four."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from transformers import MPNetConfig, MPNetModel

    ours = load_finder_folder(resources.model()).tokenizer.get_vocab()
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<mask>": 3} | {piece: n + 4 for piece, n in ours.items()}
    Tokenizer(WordPiece(vocabulary, unk_token="[UNK]")).save(str(folder / "tokenizer.json"))
    config = MPNetConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    MPNetModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_teacher_teaches(tmp_path: Path) -> None:
    from training.alignment import label_windows
    from training.distillation import (
        DistillationSettings,
        SoftCollator,
        _soft,
        distil,
        restored,
        soft_labels,
        stored,
    )
    from training.teacher import TeacherSettings, train_teacher
    from training.trainer import load

    _, tokenizer = load(resources.model(), 64)
    labelled = [w for i in range(4) for w in label_windows(EXAMPLE, tokenizer, 64, i)]
    others = label_windows(Example("other", "The council wrote that the road stays open.", ()), tokenizer, 64)
    (tmp_path / "encoder").mkdir()
    settings = TeacherSettings(epochs=2, batch_windows=2, window=64, threads=1, bf16=False)
    teacher = train_teacher(labelled, tiny_encoder(tmp_path / "encoder"), tokenizer, tmp_path, settings)
    assert (tmp_path / "teacher.safetensors").is_file()
    piece = tokenizer.token_to_id("bridge")
    assert teacher.numbers[piece] == piece + 4 and teacher.numbers[tokenizer.token_to_id("[CLS]")] == 0

    rows = soft_labels(teacher, labelled, others, 64)
    assert [row.has_labels for row in rows] == [True] * 4 + [False]
    for row in rows:
        assert row.tags.shape[1:] == (3, 3) and row.pairs.shape == (len(row.cues), len(row.tags), 3)
        assert np.allclose(row.tags.astype(float).sum(-1), 1, atol=2e-3)
    stored(tmp_path / "soft.safetensors", rows)
    again = restored(tmp_path / "soft.safetensors", labelled, others)
    assert all((one.pairs == other.pairs).all() for one, other in zip(rows, again, strict=True))

    def distance(folder: Path) -> float:
        model, _ = load(folder, 64)
        batch = SoftCollator(64)(rows)
        with torch.inference_mode():
            _, tags = model.eval().encode(batch["input_ids"], batch["attention_mask"])
        return float(_soft(tags, batch["soft_tags"], batch["tag_weights"]))

    chosen = DistillationSettings(epochs=3, batch_windows=2, window=64, threads=1, bf16=False, labels=0.0)
    taught = distil(rows, resources.model(), tmp_path / "student", chosen)
    assert distance(taught) < distance(resources.model())
