"""Paths of all that ships: lexicons, priors, configs, examples and weights. No other module knows them."""

from __future__ import annotations

import hashlib
import shlex
import sys
from functools import lru_cache
from pathlib import Path

from scoring.errors import ModelError

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"
"""Exists in wheels only; a checkout uses the folders at its top level."""


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


def labelled_kinds(part: str) -> Path:
    """Short labelled texts in single kinds of wording, ``"train"`` or ``"held"``."""
    return _root() / "data" / "examples" / "kinds" / f"{part}.jsonl"


def excerpt_labels() -> Path:
    """Labels of excerpts of news whose texts are not ours and do not ship."""
    return _root() / "data" / "labels" / "news.jsonl"


def matter_labels() -> Path:
    """What claims speak of, in labelled articles that are not ours and do not ship."""
    return _root() / "data" / "labels" / "matters.jsonl"


def template(name: str) -> Path:
    """Path of a report template or published schema."""
    return _PACKAGE / "report" / "templates" / name


def service_template(name: str) -> Path:
    """Path of a template of the service's pages."""
    return _PACKAGE / "serve" / "templates" / name


def example(name: str) -> Path:
    """Path of a file in ``data/examples``."""
    return _root() / "data" / "examples" / name


def installing(extra: str) -> str:
    """The command that installs an extra with the Python that runs now; in a checkout, from that checkout."""
    place = "sourcegrade" if _SHIPPED.is_dir() else str(_PACKAGE.parent)
    return f"{shlex.quote(sys.executable)} -m pip install {shlex.quote(f'{place}[{extra}]')}"


SUMS = "SHA256SUMS"
"""Name of a list of SHA-256: in ``data/`` it lists all that ships, in a fine-tuned model's folder the weights there."""


def sums() -> Path:
    """The list of what ships under ``data/``: a SHA-256 and a path on each line."""
    return _root() / "data" / SUMS


def sha256(*paths: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal; for several files, the SHA-256 of their digests, one a line, in order."""
    digests = [_sha256(path, path.stat().st_mtime_ns) for path in paths]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


@lru_cache(maxsize=256)
def _sha256(path: Path, changed: int) -> str:  # noqa: ARG001  (a changed file is read anew)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed_sums(path: Path) -> dict[str, str]:
    """Digests by file name from a list as ``sha256sum`` writes it; lines of another form are ignored."""
    lines = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
    return {pair[1].strip().removeprefix("*"): pair[0] for pair in lines if len(pair) == 2}


def check_sums(folder: Path, *names: str) -> None:
    """Compare files of a model folder with its list of SHA-256, if it has one.

    Raises
    ------
    ModelError
        A file differs from its digest, or belongs to the shipped model and has no digest.
    """
    home, given = sums().parent.resolve(), folder.resolve()
    ships = given.is_relative_to(home) and sums().is_file()
    place = sums() if ships else folder / SUMS
    if not place.is_file():
        return
    digests, prefix = listed_sums(place), f"{given.relative_to(home).as_posix()}/" if ships else ""
    advice = "install sourcegrade anew, or run make sums after a change" if ships else "copy it or write it anew"
    for name in names:
        wanted, path = digests.get(prefix + name), folder / name
        if path.is_file() and (wanted or ships) and sha256(path) != wanted:
            raise ModelError(f"{path}: is not the file that {place} lists, but damaged or another one; {advice}")
