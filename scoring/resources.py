"""The only module that knows where shipped lexicons, priors, configs, examples and weights lie."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"
"""Filled in wheels; in a checkout the folders at the top level are used."""


def _root() -> Path:
    return _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent


def lexicon(name: str) -> Path:
    """Path of a lexicon in ``data/lexicons``."""
    return _root() / "data" / "lexicons" / name


def priors(name: str) -> Path:
    """Path of a table in ``data/priors``."""
    return _root() / "data" / "priors" / name


def config(name: str) -> Path:
    """Path of a file in ``configs``."""
    return _root() / "configs" / name


def model() -> Path:
    """Folder of the shipped model."""
    return _root() / "data" / "model"


def paraphrase_model() -> Path:
    """Folder of the model that tells whether two claims say the same."""
    return _root() / "data" / "paraphrase"


def labelled_examples(part: str) -> Path:
    """Labelled articles that ship, ``"train"`` or ``"dev"``."""
    return _root() / "data" / "examples" / "labelled" / f"{part}.jsonl"


def template(name: str) -> Path:
    """Path of a report template or published schema."""
    return _PACKAGE / "report" / "templates" / name


def service_template(name: str) -> Path:
    """Path of a template of the service's pages."""
    return _PACKAGE / "serve" / "templates" / name


def example(name: str) -> Path:
    """Path of a file in ``data/examples``."""
    return _root() / "data" / "examples" / name


@lru_cache(maxsize=64)
def sha256(*paths: Path) -> str:
    """SHA-256 over the bytes of the files, in the order given, hexadecimal."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
