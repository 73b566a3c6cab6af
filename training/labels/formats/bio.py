"""CoNLL-style columns: each line has a token and its BIO tags, and an empty line stands between sentences.

A first line names the columns: ``# global.columns = ID FORM CLAIM SOURCE ...`` (CoNLL-U Plus) or ``token source
cue content``; without names the first column is the token and every column of tags is read. A tag is ``B``, ``B-LABEL``
or ``B-VALUE`` (``B-hearsay`` in a column of claims); BIOES is read as BIO. ``CLAIM.2`` holds regions that cross those
of ``CLAIM``. ``RELATIONS`` ties regions that begin on a line to others, by column and number of token:
``CLAIM:attributed_by>CUE@12|CLAIM:hedged_by>HEDGE@3``; without this column, regions are tied by place. An article
begins with ``# newdoc id =``, ``# id =`` or ``-DOCSTART-``. Its text is given by ``# source_text = "..."`` (JSON), or
rebuilt from the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.errors import InputError
from scoring.schema import Span
from training.labels.corpora import CLAIMS, RELATIONS
from training.labels.formats.bounded import json_of, lines_of
from training.labels.formats.catalogue import Fault, Item, reads, survived
from training.labels.formats.own import OPTIONAL
from training.labels.formats.placing import sound
from training.labels.formats.regions import Drawing, Region, Tie
from training.labels.formats.tying import article_of, tied_by_place
from training.labels.formats.vocabulary import LABELS, compound, label_of
from training.labels.schema import LabelledArticle

TOKENS = ("form", "token", "word", "words", "tokens", "text")
TIED, SOURCE_TEXT = "relations", "source_text"
_TAG = re.compile(r"(?:([BILUES])(?:-(\S+))?|O|_)")
_COMMENT = re.compile(r"#\s*(newdoc id|id|[\w.]+)\s*=\s*(.*)")
_RELATION = re.compile(r"([^\s:]+):([^\s>]+)>(\S+@\d+)")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": "“", "''": "”"}
"""Tokens of the Penn Treebank, and what the text had in their place."""
_NO_SPACE_BEFORE, _NO_SPACE_AFTER = re.compile(r"[.,;:!?%)\]”’]|n't|'\w{1,2}"), re.compile(r"[(\[“‘$£€]")


@dataclass(slots=True)
class _Block:
    """The lines of one article: its comments, and for each token its cells and its line."""

    about: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[list[str], int]] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    """Numbers of tokens that begin a sentence."""


def known(path: Path, head: str) -> bool:
    """Whether the ending is one of this format, or is that of a table or text whose lines are mostly tagged tokens."""
    if path.suffix.lower() not in (".tsv", ".txt"):
        return path.suffix.lower() in (".bio", ".conll", ".iob", ".iob2", ".conllup")
    lines = [line.split() for line in head.splitlines()[:200] if line.strip() and not line.startswith("#")]
    tagged = sum(any(_TAG.fullmatch(cell) for cell in cells[1:]) for cells in lines)
    return head.startswith("# global.columns") or tagged > len(lines) / 2


@reads("bio", known)
def read(path: Path) -> Iterator[Item]:
    """Read one article from each block between two marks; a file without marks is one article."""
    columns: list[str] = []
    for number, block in enumerate(_blocks(path, columns), start=1):
        if isinstance(block, Fault):
            yield block
        else:
            article = _article(block, columns or _guessed(block), path, number)
            yield from survived(article, f"{path}:{block.rows[0][1]}")


def _blocks(path: Path, columns: list[str]) -> Iterator[_Block | Fault]:
    block = _Block()
    for number, line in lines_of(path):
        if isinstance(line, InputError):
            yield Fault(f"{path}:{number}", str(line).partition(": ")[2])
            continue
        comment = _COMMENT.fullmatch(line.strip())
        key = comment[1].removeprefix("newdoc ") if comment else ""
        if comment and key == "global.columns":
            columns[:] = [name.casefold() for name in comment[2].split()]
        elif key == "id" or line.startswith("-DOCSTART-"):
            if block.rows:
                yield block
                block = _Block()
            block.about.update({"id": comment[2]} if comment else {})
        elif comment:
            block.about.setdefault(key, comment[2])
        elif not line.strip():
            block.breaks.add(len(block.rows))
        elif not line.startswith("#") or "\t" in line:
            cells = line.split("\t") if "\t" in line else line.split()
            if columns or not _is_header(cells):
                block.rows.append((cells, number))
            else:
                columns[:] = [cell.casefold() for cell in cells]
    if block.rows:
        yield block


def _is_header(cells: Sequence[str]) -> bool:
    return cells[0].casefold() in TOKENS and any(label_of(cell) for cell in cells[1:])


def _article(block: _Block, names: Sequence[str], path: Path, number: int) -> Iterator[Item]:
    where, width = f"{path}:{block.rows[0][1]}", len(names)
    for cells, line in block.rows:
        if len(cells) != width:
            yield Fault(f"{path}:{line}", f"has {len(cells)} columns, the first line {width}; give as many a line")
            return
    form = next((place for place, name in enumerate(names) if name in TOKENS), 0)
    try:
        text, spans = _placed(block, form, where)
    except InputError as error:
        yield Fault(where, str(error).removeprefix(f"{where}: "))
        return
    faults: list[Fault] = []
    regions = [r for place, name in enumerate(names) for r in _regions(block, (place, name), spans, path, faults)]
    ties = _ties(block, names.index(TIED), path, faults) if TIED in names else ()
    drawing = Drawing(tuple(sorted(regions, key=lambda region: region.spans[0].start)), tuple(ties))
    if TIED not in names:
        drawing = tied_by_place(drawing, text)
    extra: dict[str, Any] = {key: block.about[key] for key in OPTIONAL if block.about.get(key)}
    article = LabelledArticle(block.about.get("id") or f"{path.name}:{number}", text, (), where=where, **extra)
    complete = block.about.get("complete")
    said = None if complete is None else frozenset(complete.split()) & {RELATIONS, CLAIMS}
    yield from article_of(article, drawing, said)
    yield from faults


def _guessed(block: _Block) -> list[str]:
    """Names for columns without names: the first that holds no numbers is the token; columns of tags are read."""
    width = len(block.rows[0][0])
    columns = [[cells[place] for cells, _ in block.rows if place < len(cells)] for place in range(width)]
    form = int(width > 2 and all(cell.isdecimal() for cell in columns[0]))
    names = ["tags" if all(_TAG.fullmatch(cell) for cell in cells) else "" for cells in columns[form + 1 :]]
    return ["id"] * form + ["form", *names]


def _placed(block: _Block, form: int, where: str) -> tuple[str, list[Span]]:
    """The text, and where each token stands in it."""
    words = [_BRACKETS.get(cells[form], cells[form]) for cells, _ in block.rows]
    if SOURCE_TEXT not in block.about:
        return _rebuilt(words, block.breaks)
    text = json_of(block.about[SOURCE_TEXT], where)
    if wrong := sound(text):
        raise InputError(wrong)
    spans, at = [], 0
    for word, (cells, line) in zip(words, block.rows, strict=True):
        start = text.find(cells[form], at)
        if start < 0 or text[at:start].strip():
            wrong = f"the token {word[:40]!r} of line {line} does not come next in source_text; leave that out"
            raise InputError(f"{where}: {wrong}")
        at = start + len(cells[form])
        spans.append(Span(start, at))
    return text, spans


def _rebuilt(words: Sequence[str], breaks: set[int]) -> tuple[str, list[Span]]:
    """The tokens joined as English is written, with each sentence on a line, and their spans."""
    pieces: list[str] = []
    spans, length = [], 0
    for number, word in enumerate(words):
        close = number == 0 or _NO_SPACE_BEFORE.fullmatch(word) or _NO_SPACE_AFTER.fullmatch(words[number - 1])
        gap = "\n" if number and number in breaks else "" if close else " "
        spans.append(Span(length + len(gap), length + len(gap) + len(word)))
        pieces += [gap, word]
        length = spans[-1].end
    return "".join(pieces), spans


def _regions(
    block: _Block, column: tuple[int, str], spans: Sequence[Span], path: Path, faults: list[Fault]
) -> Iterator[Region]:
    place, name = column
    layer = label_of(name.partition(".")[0])
    if layer is None and name != "tags":
        return
    for start, end, said in _runs([(cells[place], line) for cells, line in block.rows], path, faults):
        where = f"{path}:{block.rows[start][1]}"
        regions = _said(layer, said)
        if regions is None:
            right = f"give one of {', '.join(LABELS)}, or a value such as B-hearsay"
            faults.append(Fault(where, f"the tag {said[:40]!r} in column {place + 1} is not known; {right}"))
            continue
        label, values = regions
        span = Span(spans[start].start, spans[end - 1].end)
        yield Region(f"{name}@{start + 1}", label, (span,), values, where)


def _said(layer: str | None, said: str) -> tuple[str, Mapping[str, str]] | None:
    """Label and values of what stands after a tag's dash; ``layer`` is the label of the column, if it has one."""
    if layer is None:
        return compound(said)
    if not said or label_of(said) == layer:
        return layer, {}
    return compound(said if label_of(said.partition(":")[0]) == layer else f"{layer}:{said}")


def _runs(tags: Sequence[tuple[str, int]], path: Path, faults: list[Fault]) -> Iterator[tuple[int, int, str]]:
    """Half-open runs of tokens, each with the words after its tags' dash; an "I" without a "B" begins a run."""
    start, said = -1, ""
    for number, (tag, line) in enumerate([*tags, ("O", 0)]):
        match = _TAG.fullmatch(tag)
        if match is None:
            faults.append(Fault(f"{path}:{line}", f"{tag[:40]!r} is no BIO tag; give O, B, I, B-LABEL or I-LABEL"))
        letter, now = (match[1], match[2] or "") if match else (None, "")
        begins = letter is not None and (letter in "BUS" or start < 0 or now != said)
        if start >= 0 and (letter is None or begins):
            yield start, number, said
            start = -1
        if begins:
            start, said = number, now


def _ties(block: _Block, place: int, path: Path, faults: list[Fault]) -> Iterator[Tie]:
    for number, (cells, line) in enumerate(block.rows, start=1):
        for one in cells[place].split("|") if cells[place] not in ("_", "O", "") else ():
            match = _RELATION.fullmatch(one)
            if match is None:
                wrong = f"{one[:60]!r} is no relation; give CLAIM:attributed_by>CUE@12 and the like"
                faults.append(Fault(f"{path}:{line}", wrong))
            else:
                start, kind, end = match.groups()
                yield Tie(kind, f"{start.casefold()}@{number}", end.casefold(), f"{path}:{line}")
