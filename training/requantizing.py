"""A folder of an older version, a model's or the encoder's of claims → one with weights of 7 bits and known answers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import onnx

from scoring.attribution.folders import CONFIG, TOKENIZER
from scoring.attribution.inference import ENCODER
from scoring.dossier.grouping.paraphrase import GRAPH
from training.dossier.paraphrase_graph import write_int8
from training.model.export import export
from training.model.quantizing import floated
from training.model.restoring import restored


def requantize(old: Path, new: Path) -> None:
    """Write the graphs of ``old``, whichever kind of model it holds, anew into ``new``.

    Raises
    ------
    ModelError
        The model reads no claims: what is not there cannot be written anew.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if (old / ENCODER).is_file():
            restored(old).save_pretrained(scratch)
            shutil.copy(old / TOKENIZER, scratch)
            export(Path(scratch), new)
            shutil.copy(old / CONFIG, new)
        else:
            new.mkdir(parents=True, exist_ok=True)
            onnx.save(floated(onnx.load(str(old / GRAPH))), str(Path(scratch) / GRAPH))
            shutil.copy(old / TOKENIZER, new)
            write_int8(Path(scratch) / GRAPH, new)
