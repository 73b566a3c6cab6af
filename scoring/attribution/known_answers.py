"""Before a graph is used, it reads one sentence for which the right output is known.

A kernel that adds up wrong (on some processors 8-bit products saturate, see :mod:`training.model.quantizing`) raises no
error, but other claims are found. The known answer is the float model's output, in a file beside the graph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scoring.errors import ModelError
from scoring.writing.files import put

ANSWERS = "known_answers.json"
TOLERANCE = 0.25
"""Largest distance from the float model's output, as a share of that output's length. The shipped graphs are off by
0.08 and 0.12, saturated products by 0.68 (reports/evaluation/processors.md)."""
MOST = 2**22
"""Most bytes of a file of answers; the shipped ones have some kB."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What a graph gives for one text.

    ``output`` is the index of the graph's output that is compared; ``values`` is the float model's output, of shape
    ``(pieces, outputs)`` or ``(1, width)``; ``tolerance`` bounds the distance from it, as a share of its length.
    """

    graph: str
    text: str
    input_ids: tuple[int, ...]
    output: int
    values: np.ndarray
    tolerance: float

    def distance(self, session: Any) -> float:
        """How far the graph's answer lies from the known one, as a share of the known one's length."""
        ids = np.array([self.input_ids], dtype=np.int64)
        feed = {one.name: ids if one.name == "input_ids" else np.ones_like(ids) for one in session.get_inputs()}
        values = session.run(None, feed)[self.output].reshape(-1, self.values.shape[-1])
        if values.shape != self.values.shape or not np.isfinite(values).all():
            return float("inf")
        return float(np.linalg.norm(values - self.values) / np.linalg.norm(self.values))

    def check(self, session: Any, path: Path) -> None:
        """Refuse a graph that gives another answer; ``ModelError`` says how far it is off."""
        distance = self.distance(session)
        if not distance <= self.tolerance:
            raise ModelError(
                f"{path}: computes wrongly on this processor: off by {distance:.0%} of a known answer, at most "
                f"{self.tolerance:.0%} is right; sourcegrade doctor says more, --model rules needs no such arithmetic"
            )


def read_answer(folder: Path, graph: str) -> KnownAnswer | None:
    """The known answer of a graph; ``None`` if the folder holds none, as folders of older versions do.

    Raises
    ------
    ModelError
        The file is damaged.
    """
    path = folder / ANSWERS
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MOST:
            raise ValueError(f"more than {MOST:,} bytes")
        row = json.loads(path.read_text(encoding="utf-8"))[graph]
        ids, values = tuple(int(n) for n in row["input_ids"]), np.array(row["values"], dtype=np.float32)
        answer = KnownAnswer(graph, str(row["text"]), ids, int(row["output"]), values, float(row["tolerance"]))
    except (ValueError, KeyError, TypeError, OSError, OverflowError, RecursionError) as error:
        raise ModelError(f"{path}: holds no known answer of {graph} ({error}); write the folder anew") from error
    if values.ndim != 2 or not np.isfinite(values).all() or not np.any(values) or not 0 < answer.tolerance < 1:
        raise ModelError(f"{path}: holds no known answer of {graph} that could be compared; write the folder anew")
    return answer


def write_answer(folder: Path, answer: KnownAnswer) -> None:
    """Write the answer beside its graph."""
    row = {
        "text": answer.text, "input_ids": list(answer.input_ids), "output": answer.output,
        "tolerance": answer.tolerance, "values": [[round(float(n), 4) for n in line] for line in answer.values],
    }  # fmt: skip
    put(folder / ANSWERS, json.dumps({answer.graph: row}) + "\n")
