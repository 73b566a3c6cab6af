"""Open the tokenizer and the graphs of a model folder; an error says which file is wrong, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scoring.attribution.folders import TOKENIZER
from scoring.attribution.known_answers import KnownAnswer
from scoring.errors import ModelError


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder, set to cut and pad nothing; ``ModelError`` if the file is no tokenizer."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{folder / TOKENIZER}: is no tokenizer: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_graph(path: Path, inputs: set[str], answer: KnownAnswer | None = None) -> Any:
    """A session of ONNX Runtime on one thread, checked against the known answer if there is one.

    Raises
    ------
    ModelError
        The graph is damaged, takes other inputs, or computes wrongly on this processor.
    """
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # windows run side by side instead, see ModelFinder
    if answer is None:  # may hold 8-bit weights of an older version, whose products saturate without VNNI
        options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base below Exception
        raise ModelError(f"{path}: is no ONNX model that can be run: {str(error).splitlines()[0]}") from error
    asked = {one.name for one in session.get_inputs()}
    if asked != inputs:
        raise ModelError(f"{path}: takes {', '.join(sorted(asked))}; expected {', '.join(sorted(inputs))}")
    if answer:
        answer.check(session, path)
    return session
