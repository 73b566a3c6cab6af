"""The engine: model, priors and settings, loaded once for many articles."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from scoring import resources, settings
from scoring._version import __version__
from scoring.attribution.inference import Finder, RulesFinder, load_finder_folder, model_files
from scoring.claims.annotated import ClaimSettings
from scoring.evidence.weights import ScoreSettings
from scoring.priors.tables import Priors, check_as_of, load_priors, priors_paths
from scoring.schema import Provenance
from scoring.timing import timed

RULES = "rules"
"""The name of the reader without weights, where a model is asked for."""


@dataclass(frozen=True, slots=True)
class Engine:
    """All that rating an article needs, loaded once."""

    finder: Finder
    priors: Priors
    score: ScoreSettings
    claims: ClaimSettings
    provenance: Provenance


def load_engine(
    model: str | None = None,
    priors: Path | None = None,
    config: Path | None = None,
    ledger: Path | None = None,
    as_of: date | None = None,
) -> Engine:
    """Load model, priors and settings; ``None`` stands for the shipped ones.

    A ledger is read again at each call, since it grows. The other files are read once in a process: a table or settings
    that were changed meanwhile take effect in a new one.

    Raises
    ------
    UsageError
        A folder or file is missing or wrong, or a day is given without a ledger.
    """
    check_as_of(ledger, as_of)
    engine = _loaded(model, priors, config)
    if ledger is None:
        return engine
    from scoring.priors.updating import remembered

    with timed(f"ledger {ledger}"):
        known, digest = remembered(engine.priors, ledger, as_of)
    tables = engine.provenance.priors_sha256
    sha = hashlib.sha256(f"{tables}{digest}".encode()).hexdigest() if digest else tables
    return replace(engine, priors=known, provenance=replace(engine.provenance, priors_sha256=sha))


@lru_cache(maxsize=4)
def _loaded(model: str | None, priors: Path | None, config: Path | None) -> Engine:
    score = config or resources.config("score.toml")
    tables = (*priors_paths(), priors) if priors else priors_paths()
    with timed(f"model {model or resources.model()}"):
        finder = load_finder(model)
    with timed(f"settings {score}"):
        weighed = settings.load(score, ScoreSettings)
    with timed(f"priors {', '.join(map(str, tables))}"):
        known = load_priors(priors)
    weights = None if model == RULES else resources.sha256(*model_files(_folder(model)))
    provenance = Provenance(
        version=__version__,
        model=finder.name,
        model_sha256=weights,
        priors_sha256=resources.sha256(*tables),
        config_sha256=resources.sha256(score, resources.config("claims.toml")),
    )
    return Engine(finder, known, weighed, settings.load(resources.config("claims.toml"), ClaimSettings), provenance)


def load_finder(model: str | None) -> Finder:
    """The finder of a model folder, of ``"rules"``, or of the shipped model (``None``)."""
    if model == RULES:
        return RulesFinder()
    return load_finder_folder(_folder(model))


def _folder(model: str | None) -> Path:
    return Path(model) if model else resources.model()
