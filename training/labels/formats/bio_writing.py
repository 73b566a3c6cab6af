"""Write CoNLL-style columns that ``bio.py`` reads: one column for each label, more if regions cross."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from scoring.schema import Span
from scoring.writing.files import whole_text
from training.labels.formats.bio import SOURCE_TEXT
from training.labels.formats.own import OPTIONAL
from training.labels.formats.regions import Drawing, Region, Tie, drawing_of, held, in_pieces, numbered
from training.labels.formats.registry import writes
from training.labels.formats.vocabulary import LABELS, compounded
from training.labels.schema import LabelledArticle

_TOKEN = re.compile(r"\w[\w\u0300-\u036f]*|[^\w\s]")
Laid = dict[str, list[tuple[Region, int, int]]]
"""Regions by column, each with the half-open range of its tokens."""


@writes("bio")
def write(articles: Sequence[LabelledArticle], path: Path) -> Counter[str]:
    """Write a block for each article; a region keeps one value, and no white space at its ends."""
    lost: Counter[str] = Counter()
    drawings = [in_pieces(drawing_of(article.claims)) for article in articles]
    tokens = [_tokens(a.text, drawing) for a, drawing in zip(articles, drawings, strict=True)]
    laid = [_laid(drawing, spans, lost) for drawing, spans in zip(drawings, tokens, strict=True)]
    columns = [
        name for label in LABELS for name in sorted({n for one in laid for n in one if _of(n, label)}, key=_place)
    ]
    with whole_text(path) as lines:
        lines.write(
            f"# global.columns = ID FORM {' '.join(name.upper() for name in columns)} RELATIONS\n".replace("  ", " ")
        )
        for article, drawing, spans, one in zip(articles, drawings, tokens, laid, strict=True):
            lost["names of claims"] += 0 if numbered(article.claims) else len(article.claims)
            lines.writelines(f"{line}\n" for line in _block(article, drawing.ties, spans, (one, columns), lost))
    return lost


def _of(name: str, label: str) -> bool:
    return name.partition(".")[0] == label.casefold()


def _place(name: str) -> int:
    return int(name.partition(".")[2] or 1)


def _tokens(text: str, drawing: Drawing) -> list[Span]:
    """Words and signs; one in which a region begins or ends is cut there."""
    edges = {edge for region in drawing.regions for span in region.spans for edge in (span.start, span.end)}
    found = []
    for match in _TOKEN.finditer(text):
        cuts = [match.start(), *(at for at in range(match.start() + 1, match.end()) if at in edges), match.end()]
        found += [Span(start, end) for start, end in pairwise(cuts)]
    return found


def _laid(drawing: Drawing, tokens: Sequence[Span], lost: Counter[str]) -> Laid:
    """Put each region into the first column of its label in which its tokens are free."""
    found: Laid = {}
    for region in drawing.regions:
        span = region.spans[0]
        inside = [number for number, token in enumerate(tokens) if span.contains(token)]
        if not inside:
            lost["spans without a word"] += 1
            continue
        start, end = inside[0], inside[-1] + 1
        lost["white space at the ends of spans"] += (tokens[start].start, tokens[end - 1].end) != (span.start, span.end)
        number, name = 1, region.label.casefold()
        while any(start < e and s < end for _, s, e in found.get(name, ())):
            number += 1
            name = f"{region.label.casefold()}.{number}"
        found.setdefault(name, []).append((region, start, end))
    return found


def _block(
    article: LabelledArticle,
    ties: Sequence[Tie],
    tokens: Sequence[Span],
    among: tuple[Laid, Sequence[str]],
    lost: Counter[str],
) -> Iterator[str]:
    """The lines of an article, with its regions in the columns of the file."""
    yield f"# newdoc id = {' '.join(article.id.split())}"
    yield from (f"# {key} = {' '.join(said.split())}" for key in OPTIONAL if (said := getattr(article, key)))
    yield f"# complete = {' '.join(sorted(article.complete))}"
    yield f"# {SOURCE_TEXT} = {json.dumps(article.text)}"
    laid, columns = among
    tags = {name: _tags(laid.get(name, ()), len(tokens), lost) for name in columns}
    names = {region.id: (name, start + 1) for name, regions in laid.items() for region, start, _ in regions}
    tied = _tied(ties, names)
    for number, token in enumerate(tokens, start=1):
        if number > 1 and "\n" in article.text[tokens[number - 2].end : token.start]:
            yield ""
        cells = [tags[name][number - 1] for name in columns]
        yield "\t".join([str(number), token.of(article.text), *cells, "|".join(tied.get(number, ["_"]))])
    yield ""


def _tags(regions: Sequence[tuple[Region, int, int]], length: int, lost: Counter[str]) -> list[str]:
    tags = ["O"] * length
    for region, start, end in regions:
        label, left = compounded(region.label, region.values)
        held(region, lost, [key for key in region.values if key not in left])
        said = label.partition(":")[2] or label
        tags[start:end] = [f"B-{said}"] + [f"I-{said}"] * (end - start - 1)
    return tags


def _tied(ties: Sequence[Tie], names: Mapping[str, tuple[str, int]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for tie in ties:
        if tie.start in names and tie.end in names:
            (start, token), (end, other) = names[tie.start], names[tie.end]
            said = f"{start.upper()}:{tie.kind.replace(' ', '_')}>{end.upper()}@{other}"
            found.setdefault(token, []).append(said)
    return found
