"""How the time to read a page grows with its size, by shapes of pages made to be slow.

    python reports/evaluation/html_growth.py                # every shape
    python reports/evaluation/html_growth.py cells deep     # some

Prints processor seconds for 50,000 to 400,000 characters, and the exponent over that range and of its steepest doubling
(steps of under 0.05 s are not counted: there fixed costs decide). Exits with 1 when one over the range is 1.2 or more.
"""

from __future__ import annotations

import itertools
import logging
import math
import sys
import time
from collections.abc import Callable

from scoring.documents.files import from_html
from scoring.errors import InputError

SIZES = (50_000, 100_000, 200_000, 400_000)
LIMIT = 1.2
LEAST = 0.05
SENTENCE = "The keeper said on Monday that the lamp on the northern pier had been sold, and two officials confirmed it."


def times(unit: str) -> Callable[[int], str]:
    """The same again and again, up to a size."""
    return lambda size: f"<html><body>{unit * (size // len(unit))}<p>{SENTENCE}</p></body></html>"


def nested(tag: str, depth: int) -> Callable[[int], str]:
    """Elements inside elements, such towers side by side."""
    return times(f"<{tag}>" * depth + "a " + f"</{tag}>" * depth)


def head(begin: str, unit: str, end: str) -> Callable[[int], str]:
    """A head that says much, and a body of one sentence."""
    return lambda size: (
        f"<html><head>{begin}{unit * (size // len(unit))}{end}</head><body><p>{SENTENCE}</p></body></html>"
    )


DATA = '<script type="application/ld+json">'
SHAPES: dict[str, Callable[[int], str]] = {
    "prose": times(f"<p>{SENTENCE}</p>\n"),
    "paragraphs": times("<p>a</p>"),
    "open-paragraphs": times("<p>a"),
    "boxed-paragraphs": times("<div><p>a</p></div>"),
    "sections": times("<section><h3>a</h3><p>The lamp.</p></section>"),
    "articles": times("<article><p>The lamp was sold.</p></article>"),
    "spans": times("<span>a</span>"),
    "links": times('<p><a href="http://example.org/2020/01/02/">a b c</a></p>'),
    "items": times("<ul><li>a</li></ul>"),
    "breaks": times("a<br>"),
    "rows": times("<table><tr><td>a</td></tr></table>"),
    "cells": lambda size: f"<body><table><tr>{'<td>a</td>' * (size // 10)}</tr></table><p>{SENTENCE}</p></body>",
    "inputs": times("<input><option>a"),
    "open-divs": times("<div>"),
    "deep-divs": lambda size: f"<body>{'<div>' * (size // 11)}a{'</div>' * (size // 11)}<p>{SENTENCE}</p></body>",
    "towers": nested("div", 1_900),
    "article-towers": nested("article", 1_900),
    "table-towers": times("<table><tr><td>" * 400 + "a" + "</td></tr></table>" * 400),
    "low-towers": nested("blockquote", 150),
    "long-attribute": lambda size: f"<body><p class='{'a ' * (size // 2)}'>{SENTENCE}</p></body>",
    "attributes": lambda size: f"<body><p {' '.join(f'a{n}=1' for n in range(size // 8))}>{SENTENCE}</p></body>",
    "tags-of-490-attributes": times("<p " + " ".join(f"a{n}=1" for n in range(490)) + ">a"),
    "entities": times("&amp;"),
    "numbers": times("&#8217;"),
    "ampersands": times("&"),
    "comments": times("<!--a-->b"),
    "open-comments": times("<!--"),
    "scripts": times("<script>a</script>"),
    "less-than": times("<"),
    "drawings": times("<svg><a>"),
    "lines": lambda size: "<body><pre>" + "a\n" * (size // 2) + "</pre></body>",
    "one-word": lambda size: f"<body><p>{'a' * size}</p></body>",
    "dates": times("<p>3 May 2020, 2020-05-03</p>"),
    "metas": head("", '<meta name="author" content="Ann Lee">', ""),
    "author": head('<meta name="author" content="', "a.", '">'),
    "title": head("<title>", "a - ", "</title>"),
    "data": head(DATA + '{"@type": "NewsArticle", "articleBody": "', "The lamp. ", '"}</script>'),
    "damaged-data": head(DATA + '{"@type": "NewsArticle", ', '"author": "x ', "</script>"),
    "authors": head(DATA + '{"@type": "NewsArticle", "author": ["a"', ', "Ann Lee"', "]}</script>"),
}  # fmt: skip


def seconds(page: str) -> tuple[float, str]:
    """Processor time of reading a page, and whether it was refused."""
    begun = time.process_time()
    try:
        from_html(page)
    except InputError:
        return time.process_time() - begun, "refused"
    return time.process_time() - begun, "read"


def exponent(first: float, last: float, factor: float) -> float:
    """By which power of the size the time grew."""
    return math.log(last / first) / math.log(factor)


def main() -> int:
    """Measure, print a table, and say whether all grow as they should."""
    logging.disable(logging.CRITICAL)
    seconds(f"<body><p>{SENTENCE}</p></body>")
    worst = 0.0
    print(f"| shape | {' | '.join(f'{size:,}' for size in SIZES)} | exponent | steepest doubling | |\n|{'---|' * 8}")
    for name in sys.argv[1:] or SHAPES:
        measured = [min(seconds(SHAPES[name](size)) for _ in range(2)) for size in SIZES]
        taken = [each for each, _ in measured]
        whole = exponent(taken[0], taken[-1], SIZES[-1] / SIZES[0]) if taken[-1] >= LEAST else 0.0
        steps = [exponent(a, b, 2) for a, b in itertools.pairwise(taken) if b >= LEAST]
        worst = max(worst, whole)
        cells = " | ".join(f"{each:.2f} s" for each in taken)
        print(f"| {name} | {cells} | {whole:.2f} | {max(steps, default=0.0):.2f} | {measured[-1][1]} |", flush=True)
    print(f"\nworst exponent {worst:.2f}, asked: below {LIMIT}")
    return int(worst >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
