"""Fine-tune a model on one's own labels: ``sourcegrade train --data FILE --output DIR``."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from scoring import settings
from scoring.attribution.folders import WEIGHTS, checked
from scoring.attribution.inference import MOST_PIECES, load_finder_folder, model_files
from scoring.attribution.modeling import AttributionModel
from scoring.errors import OutputError, UsageError
from scoring.writing.files import put
from training.labels.corpora import Example
from training.labels.reading import read_labelled
from training.labels.schema import LabelledArticle, example
from training.model.alignment import LabelledWindow, label_windows
from training.model.attribution import batches, load, save, task
from training.model.card import CardFacts
from training.model.device import begin, fits, memory_needed
from training.model.freezing import cut, freeze, prepared
from training.model.planning import FinetuningSettings, Plan, Request, Say, plan
from training.model.results import finish
from training.model.teaching import completed
from training.model.trainer import CHECKPOINTS, Bar, Trained, train
from training.progress import Progress, followed, unseen

RUN, DONE = "run.json", "done.json"
"""What a run is made of, so that it is resumed with nothing else, and how its training ended."""
DISK = re.compile(r"No space|File too large|[Qq]uota|Read-only|Input/output|os error|Os \{|PytorchStreamWriter")
"""What errors of writing say; libraries that write files themselves do not all raise an ``OSError``."""
STOPPED = "stopped"
"""The folder for the weights of a run that was stopped by hand."""


def run(request: Request, say: Say) -> Path | None:
    """Fine-tune, export, measure and describe; return the model's folder, or ``None`` where it was stopped by hand.

    Raises
    ------
    SourcegradeError
        Data, options or folders are wrong, or memory is too little; nothing has been trained then.
    """
    chosen = settings.load(request.config, FinetuningSettings)
    checked(request.start)
    with request.progress("reading labels", None):
        articles = read_labelled(request.data)
    dev = read_labelled([request.dev]) if request.dev else []
    decided = plan(articles, request, chosen, say)
    _claim_output(request, chosen)
    done = _earlier(request.output) if request.resume else None
    if done is None:
        with to_disk(request.output):
            done = fit(decided, chosen, say, resume=request.resume, progress=request.progress)
        if done.stopped:
            say(
                f"stopped after step {done.steps} of {done.planned}; {request.output / STOPPED} holds the weights so "
                f"far, for --model; to go on: {request.command} --resume"
            )
            return None
        shutil.rmtree(request.output / CHECKPOINTS, ignore_errors=True)
        put(request.output / DONE, json.dumps(asdict(done)) + "\n")
    depth = f"the lowest {decided.frozen} layers as they were" if decided.frozen else "all layers trained"
    facts = CardFacts(request.start, decided.ours, request.data, request.command, f"{depth}; {decided.device.why}")
    with to_disk(request.output):
        return finish(request.output, facts, decided.parts, done, dev=dev, least=chosen.calibrate_from, say=say)


@contextmanager
def to_disk(output: Path) -> Iterator[None]:
    """Tell of a disk that takes no more in one way, whatever safetensors, tokenizers and torch raise of it.

    Raises
    ------
    OutputError
        A checkpoint or the model cannot be written; an earlier checkpoint that is whole stays, for ``--resume``.
    """
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        if not DISK.search(str(error)):
            raise
        told = " ".join(str(error).split())[:200]
        raise OutputError(
            f"{output}: cannot be written ({told}); make room, and --resume goes on from the last checkpoint"
        ) from error


def _earlier(output: Path) -> Trained | None:
    """How the training ended, where it has been done already."""
    path = output / DONE
    done = path.is_file() and (output / WEIGHTS).is_file()
    return Trained(**json.loads(path.read_text(encoding="utf-8"))) if done else None


def _claim_output(request: Request, chosen: FinetuningSettings) -> None:
    """Note what the run is made of; it is resumed with the same only.

    Raises
    ------
    UsageError
        The output holds something else, or another run.
    """
    files = [p for path in request.data for p in ([path] if path.is_file() else sorted(path.rglob("*"))) if p.is_file()]
    made_of = {
        "data": _digest(files),
        "start": _digest([p for p in model_files(request.start) if p.is_file()]),
        "settings": json.loads(json.dumps(asdict(chosen))),
    }
    path, output = request.output / RUN, request.output
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output}: is a file; give a folder that is new or empty")
    if request.resume and not path.is_file():
        raise UsageError(f"{output}: holds no run to go on with; leave --resume out")
    if request.resume:
        before = json.loads(path.read_text(encoding="utf-8"))
        changed = [name for name, value in made_of.items() if before.get(name) != value]
        if changed:
            raise UsageError(f"{output}: its run has other {' and '.join(changed)}; give the same, or another --output")
        return
    if output.is_dir() and {p.name for p in output.iterdir()} - {RUN}:
        again = "; give --resume to go on with it" if path.is_file() else ""
        raise UsageError(f"{output}: is not empty{again}, or give another folder")
    output.mkdir(parents=True, exist_ok=True)
    put(path, json.dumps(made_of, indent=1) + "\n")


def _digest(files: Sequence[Path]) -> str:
    """SHA-256 over the bytes of the files as they are now."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    return digest.hexdigest()


def fit(
    plan: Plan, chosen: FinetuningSettings, say: Say, *, resume: bool = False, progress: Progress = unseen
) -> Trained:
    """Train as planned and write safetensors, config and tokenizer to the output.

    Raises
    ------
    UsageError
        Memory is too little, or a setting does not fit the model.
    """
    training = plan.training
    begin(training.threads, training.seed)
    with progress("loading the start model", None):
        model, tokenizer = load(plan.start, training)
    _check_model(model, plan)
    with progress("cutting articles into windows", len(plan.parts.train) + len(plan.parts.held)) as advance:
        rows, held = (
            _labelled(followed(part, advance), plan, tokenizer) for part in (plan.parts.train, plan.parts.held)
        )
    teach = plan.ours and chosen.keep > 0
    if plan.frozen:
        freeze(model, plan.frozen)
    say(f"{sum(len(r.window.ids) for r in rows):,} word pieces; " + fits(_memory(model, plan, rows, held), plan.device))
    below = plan.frozen or None
    model.to(plan.device.kind)
    with progress("reading windows with the start model", len(rows) + len(held)) as advance:
        train_rows = prepared(model, rows, below, teacher=teach, advance=advance)
        held_rows = prepared(model, held, below, teacher=False, advance=advance)
    to_train, to_watch = batches(train_rows, training), batches(held_rows, replace(training, epochs=1))
    with cut(model, below) if below else nullcontext():
        done = train(
            task(model, to_train, training, held=to_watch, keep=chosen.keep if teach else 0.0), training, plan.device,
            plan.output / CHECKPOINTS, patience=chosen.patience, resume=resume, progress=progress,
            callbacks=[] if progress is unseen else [Bar()],
        )  # fmt: skip
    save(model, tokenizer, plan.output / STOPPED if done.stopped else plan.output)
    return done


def _labelled(articles: Iterable[LabelledArticle], plan: Plan, tokenizer: Any) -> list[LabelledWindow]:
    examples: Iterable[Example] = map(example, articles)
    if plan.ours:
        examples = completed(examples, load_finder_folder(plan.start))
    return [w for e in examples for w in label_windows(e, tokenizer, plan.training.window, plan.training.seed)]


def _check_model(model: AttributionModel, plan: Plan) -> None:
    config = model.encoder.config
    most = min(MOST_PIECES, config.max_position_embeddings)
    if plan.training.window > most:
        raise UsageError(
            f"window is {plan.training.window}, and the model reads {most} pieces at most; give a smaller one"
        )
    if plan.frozen >= config.num_hidden_layers:
        raise UsageError(
            f"frozen is {plan.frozen}, and the model has {config.num_hidden_layers} layers; leave at least one to train"
        )


def _memory(
    model: AttributionModel, plan: Plan, rows: Sequence[LabelledWindow], held: Sequence[LabelledWindow]
) -> float:
    pieces = sum(len(r.window.ids) for r in (*rows, *held))
    width = model.heads.out_features + (model.config.encoder["hidden_size"] if plan.frozen else 0)
    return memory_needed(
        model, layers=model.encoder.config.num_hidden_layers - plan.frozen, copies=4 * pieces * width,
        pieces=plan.training.batch_pieces, window=plan.training.window,
    )  # fmt: skip
