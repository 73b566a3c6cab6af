"""Claims as vectors: what says the same lies near, and nothing else about the batch matters."""

from pathlib import Path

import numpy as np
import pytest

from scoring.dossier.grouping.paraphrase import load_claim_encoder
from scoring.errors import ModelError

SAME = [
    ("nobody was hurt when the crane fell", "there were no injuries in the fall of the crane"),
    ("the old bakery was pulled down in spring", "in April they demolished the former bakehouse"),
    ("I never saw a penny of the money", "she says that she got nothing of the sum"),
]


def test_vectors_have_unit_length_and_do_not_depend_on_their_batch() -> None:
    encoder = load_claim_encoder()
    texts = [text for pair in SAME for text in pair] + ["A longer claim, " + "and one more word " * 60]
    together = encoder.embed(texts)
    assert together.dtype == np.float32 and together.shape[0] == len(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    alone = np.vstack([encoder.embed([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_claims_that_say_the_same_are_nearest() -> None:
    encoder = load_claim_encoder()
    left, right = (encoder.embed(side) for side in zip(*SAME, strict=True))
    assert (left @ right.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_leading_that_counts_for_nothing_and_no_claims_give_no_vectors() -> None:
    encoder = load_claim_encoder()
    with_it, without = encoder.embed(["that the dam holds"]), encoder.embed(["the dam holds"])
    assert np.array_equal(with_it, without)
    assert encoder.embed([]).shape[0] == 0


def test_missing_and_damaged_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"paraphrase\.onnx"):
        load_claim_encoder(tmp_path)
    (tmp_path / "paraphrase.onnx").write_bytes(b"no graph")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="tokenizer"):
        load_claim_encoder(tmp_path)
