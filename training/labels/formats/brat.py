"""brat's standoff: a folder of ``NAME.txt`` with ``NAME.ann``, or one ``.ann``; PolNeAR's layout, too.

It holds text-bound annotations Claim (or Content), Source, Cue, Hedge, Implied, of one or more fragments; attributes
Basis, Group, Type, Stance, Strength; relations named as in :mod:`training.labels.formats.vocabulary`, with underscores;
a note ``resolved: NAME``. Events tie their roles: ``E1 Attribution:T4 Content:T3 Cue:T2 Source:T1`` as in PolNeAR
(Newell, Margolin & Ruths, LREC 2018), whose ``attributions/ARTICLE_ANNOTATOR.ann`` belong to ``text/ARTICLE.txt``. If
the folder has an ``articles.jsonl``, that gives for each file ``id``, ``annotator``, ``split``, ``outlet``,
``complete``. Offsets are code points of the ``.txt`` on disk, with carriage returns, unless the words beside them agree
only without these, or without a byte order mark. brat cuts spans at line ends; they are joined again. See
https://brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scoring.errors import InputError
from training.labels.formats.bounded import json_of, lines_of, text_of
from training.labels.formats.catalogue import Fault, Item, reads
from training.labels.formats.own import OPTIONAL, complete_of
from training.labels.formats.placing import sound
from training.labels.formats.standoff import Lines, drawing_of_lines, parsed
from training.labels.formats.tying import article_of
from training.labels.schema import LabelledArticle

SIDECAR = "articles.jsonl"
_POLNEAR = re.compile(r"(?P<id>(?P<outlet>[a-z-]+)_\d{4}-\d\d-\d\d_.+|.+)_(?P<annotator>[0-9a-z]+)")


def known(path: Path, _head: str) -> bool:
    """Whether the path is a folder or an ``.ann``."""
    return path.is_dir() or path.suffix.lower() == ".ann"


@reads("brat", known)
def read(path: Path) -> Iterator[Item]:
    """Read one article from each ``.ann``, in the order of ``articles.jsonl``, then by name.

    An empty ``.ann`` that ``articles.jsonl`` does not name is left out.
    """
    folder = path if path.is_dir() else path.parent
    about: dict[str, Mapping[str, Any]] = {}
    for item in _sidecar(folder / SIDECAR):
        if isinstance(item, Fault):
            yield item
        else:
            about[str(item["file"])] = item
    place = {name: number for number, name in enumerate(about)}
    annotated = path.rglob("*.ann") if path.is_dir() else [path]
    files = sorted(annotated, key=lambda file: (place.get(file.stem, len(place)), file))
    if not files:
        raise InputError(f"{path}: holds no .ann; give a folder with brat's .ann and .txt")
    bare = 0
    for file in files:
        row = about.get(file.stem) if file.parent == folder else None
        try:
            if row is None and not file.stat().st_size:
                bare += 1
            else:
                yield from _read(file, row)
        except (InputError, OSError) as error:
            said = f"cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
            yield Fault(str(file), said.removeprefix(f"{file}: "))
    if bare:
        yield Fault(str(path), f"{bare:,} empty .ann left out; nothing is annotated there", note=True)


def _sidecar(path: Path) -> Iterator[Mapping[str, Any] | Fault]:
    for number, line in lines_of(path) if path.is_file() else ():
        where = f"{path}:{number}"
        try:
            if isinstance(line, InputError):
                raise line
            row = json_of(line, where)
        except InputError as error:
            yield Fault(where, str(error).removeprefix(f"{where}: "))
            continue
        name = row.get("file") if isinstance(row, dict) else None
        if not isinstance(name, str) or not name or Path(name).name != name or name in (".", ".."):
            yield Fault(where, f"file {str(name)[:60]!r} is no plain name; name a file of this folder, without a path")
        else:
            yield row


def _read(file: Path, row: Mapping[str, Any] | None) -> Iterator[Item]:
    beside, polnear = file.with_suffix(".txt"), _POLNEAR.fullmatch(file.stem)
    extra: dict[str, Any] = {key: str(row[key]) for key in OPTIONAL if row and row.get(key) is not None}
    id = str(row.get("id", file.stem)) if row else file.stem
    if not beside.exists() and polnear and file.parent.name == "attributions":
        id = polnear["id"]
        beside = file.parent.parent / "text" / f"{id}.txt"
        extra = {"annotator": polnear["annotator"], "split": file.parent.parent.name, "outlet": polnear["outlet"]}
    if not beside.exists():
        raise InputError(f"{file}: {beside.name} is missing; put the text beside its .ann")
    raw = text_of(beside)
    lines = Lines(str(file))
    if file.stat().st_size:
        parsed(text_of(file).removeprefix("\ufeff"), lines)
    text = _as_counted(raw, lines)
    if wrong := sound(text):
        yield Fault(str(beside), wrong)
        return
    drawing = drawing_of_lines(lines, text)
    yield from article_of(LabelledArticle(id, text, (), where=str(file), **extra), drawing, complete_of(row or {}))
    yield from lines.faults


def _as_counted(raw: str, lines: Lines) -> str:
    """The text as the offsets count it: as it is on disk, or without a byte order mark or carriage returns."""
    plain = raw.removeprefix("\ufeff")
    forms = dict.fromkeys((raw, plain, raw.replace("\r\n", "\n"), plain.replace("\r\n", "\n")))
    return next((text for text in forms if lines.agree(text)), raw)
