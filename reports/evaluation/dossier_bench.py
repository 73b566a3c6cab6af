"""Time and memory of comparing many rated articles: ``python reports/evaluation/dossier_bench.py [SIZE ...]``.

The labelled stories are rated once and multiplied: in each copy of a story the letters of every name are turned by some
places and its dates moved, so that offsets stay, names differ, and all other words are the same thousands of times over.
"""

from __future__ import annotations

import math
import random
import re
import resource
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from scoring.dossier.compare import compare_reports
from scoring.engine import load_engine
from scoring.schema import Report
from training.dossier.benchmark import rate_cases, read_cases

SIZES = (1000, 3000, 10000)
NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+")
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"


def turned(word: str, seed: int) -> str:
    """Another name of the same length."""
    dice = random.Random(f"{word} {seed}")
    letters = (dice.choice(VOWELS if c in VOWELS else CONSONANTS) if c.isalpha() else c for c in word.lower())
    return "".join(letters).capitalize()


def copied(report: Report, number: int, dice: random.Random) -> Report:
    """The article with other names, some days later, by another outlet of the same name."""
    document = report.document
    names = set(NAME.findall(document.text))
    text = re.sub(r"\b[A-Z]\w+", lambda m: turned(m[0], number) if m[0] in names else m[0], document.text)
    day = date.fromisoformat(document.published or "2025-01-01") + timedelta(days=dice.randrange(2000))
    moved = replace(document, text=text, published=day.isoformat(), outlet=f"{number}-{document.outlet}")
    return replace(report, document=moved)


def many(reports: list[Report], stories: list[str], size: int) -> list[Report]:
    """As many articles, each copy of a story with one move of its dates."""
    found: list[Report] = []
    for number in range(math.ceil(size / len(reports))):
        for story, report in zip(stories, reports, strict=True):
            found.append(copied(report, number, random.Random(f"{story} {number}")))
    return found[:size]


def main() -> None:
    """Print processor seconds of one core, growth and memory for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    engine = load_engine()
    rows = read_cases(Path("tests/cases/stories.jsonl"))
    rated = rate_cases(rows, engine)
    before: tuple[int, float] | None = None
    print("articles  claims  groups  CPU seconds  exponent  peak MiB")
    for size in sizes:
        reports = many(rated, [row["story"] for row in rows], size)
        start = time.process_time()
        dossier = compare_reports(reports, engine.score)
        taken = time.process_time() - start
        exponent = f"{math.log(taken / before[1]) / math.log(size / before[0]):.2f}" if before else "-"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        claims = sum(len(report.ratings) for report in reports)
        print(f"{size:8} {claims:7} {len(dossier.groups):7} {taken:12.1f} {exponent:>9} {peak:9}", flush=True)
        before = (size, taken)


if __name__ == "__main__":
    main()
