"""Turn labelled articles of one format into another; the output is written whole or not at all.

Each writer in ``formats/`` counts what its format cannot hold; the counts are told at the end.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scoring.errors import OutputError, UsageError
from scoring.writing.files import spare, unwritable
from training.labels.formats.catalogue import format_for, writer_of, written
from training.labels.reading import read_labelled

BRAT = "brat"
BRATS = frozenset({".ann", ".txt", ".conf", ".jsonl"})
"""Endings of the files in a folder of brat's; only a folder without other files is written over."""


def convert(
    source: Path, target: Path, *, read_as: str | None = None, write_as: str | None = None, force: bool = False
) -> tuple[str, int, Counter[str]]:
    """Read labelled articles and write them in another format.

    Parameters
    ----------
    source, target
        Files, or folders for brat.
    read_as, write_as
        Names of formats; if ``None``, the source's is recognised from its content, the target's from its ending.
    force
        Write over a target that exists.

    Returns
    -------
    tuple
        The format written, the number of articles, and the counts of what that format cannot hold.

    Raises
    ------
    UsageError
        The target exists, is the source, or its format is not known.
    SourcegradeError
        The source holds mistakes.
    """
    name = write_as or format_for(target) or (BRAT if not target.suffix else None)
    if name is None:
        raise UsageError(f"--to is missing: {target.name} says no format; give one of {', '.join(written())}")
    write = writer_of(name)
    spare([source, *(source.rglob("*") if source.is_dir() else ())], target, name="", folders=True)
    spared(target, force=force)
    articles = read_labelled([source], format=read_as)
    lost: Counter[str] = Counter()
    placed(target, lambda beside: lost.update(write(articles, beside)))
    return name, len(articles), +lost


def spared(target: Path, *, force: bool) -> None:
    """Make sure that nothing is written over against the user's will.

    Raises
    ------
    UsageError
        The target exists and ``force`` is not set, or is a folder with other files than brat's; or its own folder is
        missing.
    """
    if not target.parent.is_dir():
        raise UsageError(f"{target}: its folder is not there; make {target.parent} first")
    if not target.exists() and not target.is_symlink():
        return
    if not force:
        raise UsageError(f"{target}: exists; give another name, or --force to write over it")
    others = [p.name for p in target.iterdir() if p.suffix not in BRATS or not p.is_file()] if target.is_dir() else []
    if others:
        raise UsageError(f"{target}: holds {others[0]}, which is none of brat's files; give another folder")


def placed(target: Path, write: Callable[[Path], object]) -> None:
    """Write to a place beside the target, then move the result there.

    Raises
    ------
    OutputError
        The target cannot be written.
    """
    beside, old = (target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.{end}") for end in ("part", "old"))
    try:
        write(beside)
        if target.is_dir() or (target.exists() and beside.is_dir()):
            target.replace(old)
        beside.replace(target)
    except OutputError as error:  # it names the place beside the target, which the user does not know
        raise OutputError(str(error).replace(str(beside), str(target))) from error
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        if old.exists() and not target.exists():
            old.replace(target)
        for rest in (beside, old):
            if rest.is_dir():
                shutil.rmtree(rest, ignore_errors=True)
            else:
                rest.unlink(missing_ok=True)
