"""Claim sets are read with care, and an encoder trained on them goes through ONNX unchanged."""

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoring import resources, settings
from scoring.dossier.grouping.paraphrase import load_claim_encoder
from scoring.errors import UsageError
from training.dossier.claim_sets import read_claim_sets

MATTERS = [
    ["bridge", [[1, "a", "the bridge is closed"], [1, "c", "the bridge is open"], [2, "a", "the ferry sank"]]],
    ["dam", [[1, "a", "the dam holds"], [1, "n", "the dam holds nine days"], [2, "a", "the dam leaks"]]],
    ["crane", [[1, "a", "a crane fell"], [1, "a", "the crane has fallen"], [2, "a", "the crane was old"]]],
]


def written(folder: Path, lines: list[str]) -> Path:
    path = folder / "sets.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_shipped_sets_are_whole() -> None:
    matters = read_claim_sets(resources.example("claim_sets.jsonl"))
    assert len(matters) > 500 and len({matter.name for matter in matters}) == len(matters)
    for matter in matters:
        groups = {claim.group for claim in matter.claims}
        agreed = {claim.group for claim in matter.claims if claim.relation == "a"}
        assert agreed == groups, f"{matter.name}: a group that nobody agrees with"


@pytest.mark.parametrize(
    "line",
    ["[]", "{", '{"matter": "a", "claims": [[1, "x", "words"]]}', '{"matter": "a", "claims": [[1, "a", " "]]}',
     '{"matter": "a", "claims": []}', '{"claims": [[1, "a", "words"]]}', '{"matter": "a", "claims": [[1, "a"]]}'],
)  # fmt: skip
def test_wrong_lines_are_named(line: str, tmp_path: Path) -> None:
    good = json.dumps({"matter": "bridge", "claims": [[1, "a", "the bridge is closed"]]})
    with pytest.raises(UsageError, match=r"sets\.jsonl:2: .*give"):
        read_claim_sets(written(tmp_path, [good, line]))


@pytest.mark.train
def test_contrast_is_least_where_groups_lie_apart() -> None:
    torch = pytest.importorskip("torch")
    from training.dossier.paraphrasing import contrast

    groups = torch.tensor([0, 0, 1, 1])
    apart = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    mixed = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    assert contrast(apart, groups, 0.1) < contrast(mixed, groups, 0.1)
    # Each claim against three others: e^0 / (e^10 + 2 e^0) for its own where it lies with the other group.
    assert float(contrast(mixed, groups, 0.1)) == pytest.approx(10.0001, abs=1e-3)


@pytest.mark.slow
@pytest.mark.train
def test_trained_encoder_reads_the_same_through_onnx(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    start = tiny_encoder(tmp_path / "start")
    from training.dossier.paraphrasing import ParaphraseSettings, train_encoder

    chosen = settings.load(resources.config("paraphrase.toml"), ParaphraseSettings)
    small = replace(chosen, epochs=12, batch_matters=3, held_out=0.0, learning_rate=1e-2, bf16=False)
    rows = [json.dumps({"matter": name, "claims": claims}) for name, claims in MATTERS]
    matters = read_claim_sets(written(tmp_path, rows))
    encoder = load_claim_encoder(train_encoder(matters, start, tmp_path / "out", small))
    vectors = encoder.embed(["the bridge is closed", "the bridge is open", "the ferry sank"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert torch.get_num_threads() >= 1


@pytest.mark.train
def test_a_stopped_run_goes_on_to_the_same_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    start = tiny_encoder(tmp_path / "start")
    from training.dossier import paraphrasing

    chosen = settings.load(resources.config("paraphrase.toml"), paraphrasing.ParaphraseSettings)
    small = replace(chosen, epochs=6, batch_matters=1, held_out=0.0, learning_rate=1e-2)
    matters = read_claim_sets(written(tmp_path, [json.dumps({"matter": n, "claims": c}) for n, c in MATTERS]))
    models: list[Any] = []
    monkeypatch.setattr(paraphrasing, "write_graph", lambda model, *_: models.append(model.state_dict()))
    paraphrasing.train_encoder(matters, start, tmp_path / "whole", small)
    honest, steps = paraphrasing.contrast, []

    def interrupted(*given: Any) -> Any:
        steps.append(1)
        if len(steps) == 8:
            signal.raise_signal(signal.SIGINT)
        return honest(*given)

    monkeypatch.setattr(paraphrasing, "contrast", interrupted)
    with pytest.raises(KeyboardInterrupt):
        paraphrasing.train_encoder(matters, start, tmp_path / "run", small)
    assert len(models) == 1 and len(steps) == 8
    paraphrasing.train_encoder(matters, start, tmp_path / "run", small, resume=True)
    assert len(steps) == 18 and not (tmp_path / "run/checkpoints").exists()
    whole, resumed = models
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def tiny_encoder(folder: Path) -> Path:
    """A BERT of one layer that knows the words of ``MATTERS``, in the form of a model folder."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = sorted({word for _, claims in MATTERS for *_, text in claims for word in text.split()})
    known = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    plain = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    plain.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(known), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder
