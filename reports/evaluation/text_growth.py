"""How time grows with the text: ``python reports/evaluation/text_growth.py [--model rules] [--sizes 50000,…] [NAME …]``.

Texts of many odd shapes are rated at each size; the same each time. Prints, as a Markdown table, the CPU seconds at
each size, the exponent *k* of the time's growth n^k fitted to them, and the stages that take most or grow fastest.
A shape whose next size would take longer than ``--limit`` is not measured further.
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import math
import random
import signal
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
SIZES = (50_000, 100_000, 200_000, 400_000)
"""Code points."""
FORMATS = ("json", "html")
LEAST = 0.02
"""CPU seconds below which a figure is noise and is not fitted."""
STAGES = {
    "split": "split", "quoted": "marks", "continued": "continuation", "separated": "parallel",
    "read_sources": "sources", "find_claims": "claims", "with_priors": "priors", "count_origins": "origins",
    "rate_claim": "rating", "summarise": "summary",
}  # fmt: skip
"""Functions of the pipeline, and the stage that each counts for; those of reading, finding and writing come beside."""

GIVEN = ("Anna", "Paul", "Maria", "John", "Sarah", "David", "Laura", "Peter", "Emma", "James")
CUES = (
    "he said", "she told", "they claimed", "that", "according to", "reportedly", "may", "Anna Hale", "the ministry",
    "officials", "“", "”", '"', "'", "‘", "’", "«", "»", "(", ")", "[", "]", ",", ".", "?", ";", ":", "—", "-", "\n",
    "who", "it", "is believed", "allegedly", "citing", "told Reuters", "the school was open", "denied", "the group",
    "in a statement", "Mr.", "U.S.", "12", "3.5", "while", "but", "and", "saying", "has not confirmed", "there are reports",
    "http://a.b/c", "@tidewatch", "#", "…", "Source:", "Quote:", "From the mayor:", "likely", "the report", "Hale",
)  # fmt: skip
"""What the mixed shapes are made of."""

CLAIM = "The ministry denied that the school was open. "
"""Before texts that hold no claim, so that a report is built on them."""
Shape = Callable[[random.Random], Iterator[str]]
"""Pieces of a text without end."""


def again(unit: str) -> Shape:
    return lambda _: itertools.repeat(unit)


def after(opening: str, unit: str) -> Shape:
    return lambda _: itertools.chain([opening], itertools.repeat(unit))


def counted(template: str) -> Shape:
    """The template with a number of its own each time, as word and as figure, and one of ten given names."""
    return lambda _: (
        template.format(n=n, word=_word(n), Word=_word(n).capitalize(), given=GIVEN[n % 10]) for n in itertools.count()
    )


def mixed(*pieces: str, joint: str = " ") -> Shape:
    return lambda draw: (draw.choice(pieces) + joint for _ in itertools.count())


def _word(number: int) -> str:
    """A word for a number, another for each."""
    syllables = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
    return "".join(syllables[int(digit)] for digit in f"{number:03}")


SHAPES: dict[str, Shape] = {
    # cues
    "he said she told": again("he said she told they claimed "),
    "that he said": again("that he said "),
    "he said": again("he said "),
    "said": again("said "),
    "'tis said": again("'tis said 'so' "),
    "said that": again("He said that she said that they said that "),
    "told Reuters": again("told Reuters he said "),
    "saying": again("saying it was so, "),
    "believes, saying": again("She believes, saying it was so, "),
    "according to": again("according to "),
    "according to, commas": again("according to the mayor, it was so, "),
    "citing": again("citing officials the mayor said it was open "),
    "it is believed": again("It is believed that it is said that "),
    "told X that": again("the mayor told the council that "),
    "denied, lines": again("He denied that she had denied that they said so.\n"),
    "relations on one content": again("According to Hale, according to Reed, citing Voll, it was so, "),
    "never said": again("he never never said "),
    "reply": again("they reply "),
    "asked whether": again("He asked whether she asked whether it was so. "),
    "commas before a cue": again(", , , , , said that it was so"),
    "cues before a quotation": after("he said she told " * 100 + "“", "it was so. It may be open. "),
    "to say": again("reports say people say many say "),
    # hedges
    "hedges": again("reportedly may perhaps allegedly "),
    "hedge may": again("may "),
    "hedges, sentences": again("It may perhaps be so, reportedly. "),
    "hedges, one sentence": again("it may perhaps be so, but it is reportedly not, "),
    "while it may": again("while it may be so "),
    "clauses": again("it was closed at the time, but it may be open now, and "),
    "semicolons": again("the school was open; "),
    # quotations
    "“ never closed": again("“so "),
    '" never closed': again('"so '),
    "« never closed": again("«so "),
    "‘ never closed": again("‘so "),
    "' never closed": again("'so "),
    "“ a paragraph": again("“It was so and it is open.\n"),
    '" a paragraph': again('"It was so and it is open.\n'),
    "nested quotes": again("“He said ‘she said «they said "),
    "nested and closed": again("“He said ‘she said «they said so» to us’ there” "),
    "“So,” he said": again("“So it is,” he said. "),
    "“So,” he said, in one": again("“So it is,” he said, “and so,” "),
    "“So?” he asked": again("“So is it?” he asked. "),
    '" and "': again('" and "'),
    '""': again('"'),
    "“”": after(CLAIM, "“”"),
    "’": after(CLAIM, "’"),
    "said: “": again("The mayor said: “so "),
    # names and pronouns
    "names": again("Anna Hale "),
    "A-": after(CLAIM, "A-"),
    "A&": after(CLAIM, "A&"),
    "A'": after(CLAIM, "A’"),
    "A.": after(CLAIM, "A."),
    "names, and": again("Anna Hale and Paul Reed "),
    "names, distinct": counted("{given} {Word} "),
    "names said, distinct": counted("{given} {Word} said that the school was open. "),
    "surnames again": counted("{given} {Word} came. {Word} said it was so. He told us so. "),
    "four names": counted("Oxley {Word} Tarn {Word} said it was so. "),
    "titles": again("Mr. Dr. President "),
    "pronouns": again("he she they it who which "),
    "many nouns": mixed("The company ", "The ministry ", "The council ", "The union ", "The party ", "The bank ", "The paper ",
                        "said it was so. ", "told us so. ", "The Oxley Council came. "),
    "the group": counted("The {word} group said it was so. The group denied that. "),
    "the leader": counted("{given} {Word}, the leader of the {Word} group, came. The leader said it was so. "),
    "acronyms": counted("the {Word} Institute (ISW) "),
    "acronyms, bare": again("(ISW) "),
    "handles": counted("@{word} said it was so. "),
    "apposition": again("the mayor, who said it, the minister, who said it, "),
    "one capital": again("A "),
    "capitalised": counted("{Word} "),
    # no stops
    "the mayor said, and": again("The mayor said the school was open, and "),
    "commas": again("the school was open, "),
    "no stop": again("the school was open and the road was wet "),
    "one word": after(CLAIM, "a"),
    "one word, capitals": after(CLAIM, "A"),
    "one word, digits": after(CLAIM, "1"),
    "one word, apostrophes": after(CLAIM, "a'"),
    "one word, hyphens": after(CLAIM, "a-"),
    "one word, dots": after(CLAIM, "a."),
    "spaces": again("a                    "),
    "only spaces, tabs": again("\u00a0\t "),
    "that": again("that "),
    "the": again("the "),
    "and": again("and "),
    "of": again("the head of the office of the "),
    # marks
    "brackets": again("(so [so {so "),
    "((": after(CLAIM, "("),
    "[](": again("[a](b "),
    "colons": again("so: "),
    "Name: “": again("The mayor: “It is so and open.”\n"),
    "Name: “, never closed": again("The mayor: “It is so and open.\n"),
    "dashes": again("so — so -- so - "),
    "questions": again("Is it so? It is! "),
    "ellipses": again("so … so ... "),
    "dots": after(CLAIM, "."),
    "U.S.A.": again("U.S.A. "),
    "abbreviations": again("Mr. Hale vs. e.g. No. 5 p. 6 a.m. "),
    "numbers": again("1 2,000 3.5 12. 7) "),
    "<": again("<p>a</p>"),
    "< never closed": again("<a "),
    "&quot;": again("&quot;so&quot; "),
    # lines
    "bullets": again("- so it is\n"),
    "bullets, Markdown": again("* [a](b)\n"),
    "short lines": again("so\n"),
    "blank lines": again("so\n\n\n\n"),
    "only blank lines": again("so                                        \n\t\n"),
    "Quote:": again("Quote: “It is so and open\n"),
    "Name: “ inside a quotation": after(CLAIM + "“", "Statement: “It is open? "),
    "Source:": again("Source: The Mirror\nIt was so and it is open.\n"),
    "Source: Quote:": again("Source: The Mirror\nQuote: “It is so and open.”\n"),
    "To quote X:": again("To quote the mayor:\nIt was so and it is open.\n"),
    "To quote X: once": after("To quote the mayor:\n", "Officials said that it was open. It may be so.\n"),
    "Details:": again("Details: it was so and it is open.\n"),
    "Read more": again("Read more\nRecent posts\nThe School Was Open\n"),
    "recent posts": again("Recent posts\nThe mayor said on Monday that the school would be open for all of the next week.\n"),
    "hard-wrapped": again("the mayor said on Monday that the\nschool was open and the road was\n"),
    # signs and scripts
    "links": again("https://a.example/b?c=d www.b.example "),
    "posts": again("@tidewatch #open pic.twitter.com/abc "),
    "emoji": again("so 😀👩\u200d👩 "),
    "combining accents": again("e\u0301\u0300\u0302 "),
    "combining accents, one word": after(CLAIM, "\u0301"),
    "zero width": again("so\u200b\u200d\ufeff "),
    "right to left": again("\u202eso\u202c שלום "),
    "Chinese": again("他说学校开门了，"),
    "Russian": again("Мэр сказал, что школа открыта. "),
    # articles
    "an article again": lambda _: itertools.repeat(_example() + "\n"),
    "articles": lambda _: (row["text"] for row in _articles()),
    "claims alike": counted("{given} {Word} said that the school would open on Monday. "),
    "claims nearly alike": counted("{given} {Word} said that the {word} school would open on Monday. "),
    "claims, own numbers": counted("{given} Hale said that the school would open on Monday with {n} pupils. "),
    "claims of two words each": mixed(*(f"Anna Hale said that {a} {b} {c} was so. " for a, b, c in itertools.permutations(
        ("boats", "roads", "prices", "fires", "schools", "trains", "towers", "rivers"), 3)), joint=""),
    "long paragraphs in one quote": again("“We know that it is so. It is open. It was closed. "),
    # mixed
    **{f"mixed {i}": mixed(*random.Random(i).sample(CUES, 6)) for i in range(8)},
    **{f"mixed wide {i}": mixed(*CUES, joint=" " if i else "") for i in range(2)},
    **{f"mixed tight {i}": mixed(*random.Random(100 + i).sample(CUES, 3), joint="") for i in range(4)},
    "mixed letters": mixed(*"aAb .,:;'\"“”’‘«»()[]-—\n\t1@#&<>/", joint=""),
}  # fmt: skip


def _example() -> str:
    return (ROOT / "data/examples/analysis_envoy.txt").read_text(encoding="utf-8")


def _articles() -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(Path(__file__).parent))
    from synthetic_articles import articles

    return articles(10**9)


def text_of(name: str, size: int) -> str:
    """The text of a shape with ``size`` code points; a longer one begins with a shorter one."""
    pieces, length = [], 0
    for piece in SHAPES[name](random.Random(zlib.crc32(name.encode()))):
        pieces.append(piece)
        length += len(piece)
        if length >= size:
            break
    return "".join(pieces)[:size]


@dataclass(frozen=True, slots=True)
class TimedFinder:
    """A finder that adds what it takes to a clock."""

    finder: Any
    clock: dict[str, float]

    @property
    def name(self) -> str:
        return str(self.finder.name)

    def __call__(self, *given: Any) -> Any:
        return _timed(self.finder, self.clock, "finder")(*given)


def _timed(function: Callable[..., Any], clock: dict[str, float], stage: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return function(*given, **named)
        finally:
            clock[stage] = clock.get(stage, 0.0) + time.process_time() - start

    return call


def measured(text: str, engine: Any, formats: Sequence[str] = FORMATS) -> dict[str, float]:
    """CPU seconds of each stage from the text to its report in some formats, and of ``all`` together."""
    from scoring import pipeline
    from scoring.documents.files import from_text

    clock: dict[str, float] = {}
    plain = {name: getattr(pipeline, name) for name in STAGES}
    timed = replace(engine, finder=TimedFinder(engine.finder, clock))
    gc.collect()
    start = time.process_time()
    try:
        for name, stage in STAGES.items():
            setattr(pipeline, name, _timed(plain[name], clock, stage))
        document = _timed(from_text, clock, "document")(text)
        report = pipeline.rate_document(document, timed)
    finally:
        for name, function in plain.items():
            setattr(pipeline, name, function)
    for name in formats:
        _timed(_write, clock, name)(report, name)
    return clock | {"all": time.process_time() - start}


def _write(report: Any, name: str) -> None:
    from scoring.report.formats import Sink
    from scoring.report.page_formats import Page
    from scoring.report.registry import format_named

    if name in ("html", "md"):
        format_named(name, "report").write(Page(report, in_overview=False))
    else:
        format_named(name, "score").write([report], Sink(io.StringIO()))


def exponent(seconds: Mapping[int, float]) -> float | None:
    """The slope of log time over log size, by least squares; ``None`` with fewer than two figures above ``LEAST``."""
    points = [(math.log(n), math.log(s)) for n, s in seconds.items() if s >= LEAST]
    if len(points) < 2:
        return None
    middle = [sum(p[i] for p in points) / len(points) for i in (0, 1)]
    across = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return across / sum((x - middle[0]) ** 2 for x, _ in points)


def grown(
    name: str, sizes: Sequence[int], engine: Any, limit: float, formats: Sequence[str]
) -> dict[int, dict[str, float]]:
    """The stages' seconds at each size, as long as the next size may be expected to end within ``limit`` seconds."""
    from scoring.errors import InputError

    figures: dict[int, dict[str, float]] = {}
    signal.signal(signal.SIGALRM, _too_long)
    for size in sizes:
        took = {n: figure["all"] for n, figure in figures.items()}
        if took and max(took.values()) * 2 ** max(1.0, exponent(took) or 1.0) > limit:
            break
        signal.alarm(int(5 * limit) + 1)
        try:
            figures[size] = measured(text_of(name, size), engine, formats)
        except (TimeoutError, InputError):  # too slow, or refused as empty
            break
        finally:
            signal.alarm(0)
    return figures


def _too_long(*_: Any) -> None:
    raise TimeoutError


def row(name: str, sizes: Sequence[int], figures: Mapping[int, Mapping[str, float]]) -> tuple[float, str]:
    """The exponent of the whole, and the row of the table."""
    of = {
        stage: {n: f.get(stage, 0.0) for n, f in figures.items()}
        for stage in dict.fromkeys(s for f in figures.values() for s in f)
    }
    whole = exponent(of.get("all", {}))
    largest = max(figures, default=0)
    share = figures[largest]["all"] if figures else 0.0
    parts = sorted(((of[s][largest], s) for s in of if s != "all"), reverse=True)
    told = [
        f"{s} {t:.2f} s" + (f" n^{k:.2f}" if (k := exponent(of[s])) else "")
        for t, s in parts
        if t >= max(0.1 * share, LEAST)
    ]
    cells = [f"{figures[n]['all']:.2f}" if n in figures else "–" for n in sizes]
    return (
        whole or 0.0,
        f"| {name} | {' | '.join(cells)} | {'–' if whole is None else f'{whole:.2f}'} | {', '.join(told)} |",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="shapes to measure; all without")
    parser.add_argument("--model", default="rules")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--limit", type=float, default=60.0, help="CPU seconds that a size may be expected to take")
    parser.add_argument("--formats", default=",".join(FORMATS))
    options = parser.parse_args()
    from scoring.engine import load_engine

    engine = load_engine(None if options.model == "shipped" else options.model)
    sizes = [int(size) for size in options.sizes.split(",")]
    measured(text_of("articles", 20_000), engine)
    print(f"| shape | {' | '.join(f'{n:,}' for n in sizes)} | n^ | stages |\n|---|{'---|' * (len(sizes) + 2)}")
    worst: list[tuple[float, str]] = []
    for name in options.names or SHAPES:
        growth, line = row(name, sizes, grown(name, sizes, engine, options.limit, options.formats.split(",")))
        worst.append((growth, name))
        print(line, flush=True)
    print(
        "\nfastest growing: " + ", ".join(f"{name} {growth:.2f}" for growth, name in sorted(worst, reverse=True)[:12])
    )


if __name__ == "__main__":
    main()
