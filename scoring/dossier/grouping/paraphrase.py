"""Claims as vectors: those that say the same in other words lie near one another.

A small encoder run by ONNX Runtime. ``training/dossier/paraphrasing.py`` trains it on claims in several wordings; what
a claim denies lies near it, too, since both are on one proposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from scoring import resources
from scoring.attribution.folders import TOKENIZER
from scoring.attribution.inference import processors
from scoring.attribution.known_answers import ANSWERS, read_answer
from scoring.attribution.opening import open_graph, open_tokenizer
from scoring.errors import ModelError

GRAPH = "paraphrase.onnx"
INPUTS = ("input_ids", "attention_mask")
PIECES = 64
"""Word pieces of a claim that are read; of a longer one the beginning says what it is about."""


@dataclass(frozen=True, slots=True)
class ClaimEncoder:
    """The graph with its tokenizer; ``threads`` claims are read side by side."""

    session: Any
    tokenizer: Any
    threads: int

    def embed(self, claims: Sequence[str]) -> np.ndarray:
        """Vectors of unit length ``(claims, width)`` as float32; the product of two is their cosine.

        Each claim is read alone: int8 products are scaled by all that is read with them, and what a claim is near to
        must not depend on what else is compared.
        """
        coded = self.tokenizer.encode_batch([claim.removeprefix("that ") for claim in claims])
        with ThreadPoolExecutor(max_workers=self.threads) as pool:
            read = list(pool.map(self._run, (one.ids for one in coded)))
        return np.vstack(read) if read else np.zeros((0, 0), dtype=np.float32)

    def _run(self, ids: Sequence[int]) -> np.ndarray:
        row = np.array([ids], dtype=np.int64)
        vectors: np.ndarray = self.session.run(None, dict(zip(INPUTS, (row, np.ones_like(row)), strict=True)))[0]
        return vectors


@lru_cache(maxsize=2)
def load_claim_encoder(folder: Path | None = None, threads: int | None = None) -> ClaimEncoder:
    """The shipped encoder, or that of a folder with ``paraphrase.onnx`` and ``tokenizer.json``.

    Raises
    ------
    ModelError
        A file is missing or damaged, or the graph computes wrongly on this processor.
    """
    place = folder or resources.paraphrase_model()
    if not all((place / name).is_file() for name in (GRAPH, TOKENIZER)):
        raise ModelError(f"{place}: holds no {GRAPH} with {TOKENIZER}; install sourcegrade anew, or train them")
    resources.check_sums(place, GRAPH, TOKENIZER, ANSWERS)
    tokenizer = open_tokenizer(place)
    tokenizer.enable_truncation(PIECES)
    session = open_graph(place / GRAPH, set(INPUTS), read_answer(place, GRAPH))
    return ClaimEncoder(session, tokenizer, threads or processors())
