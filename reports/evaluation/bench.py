"""Speed and memory of rating: ``python reports/evaluation/bench.py [--data ARTICLES.jsonl] [--spacy DIR]``.

Prints, as a Markdown table, the cold start on a 1,000-word article (a process of its own, median of five), its peak
memory, and words a second over many articles with loading excluded, in wall and in CPU time. Without ``--data`` the
shipped examples stand in for the articles.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def texts(data: Path | None) -> list[str]:
    if data:
        return [json.loads(line)["text"] for line in data.open(encoding="utf-8")]
    return [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/examples").glob("*.txt"))] * 8


def thousand_words(articles: list[str]) -> str:
    taken: list[str] = []
    for line in "\n".join(articles).split("\n"):
        taken.append(line)
        if sum(len(one.split()) for one in taken) >= 1000:
            break
    return "\n".join(taken)


def cold(article: str, options: list[str]) -> tuple[float, float]:
    """Median seconds and peak megabytes of one process that rates one article."""
    seconds, peak = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.txt"
        path.write_text(article, encoding="utf-8")
        command = [sys.executable, "-m", "scoring", "score", str(path), "--format", "json", *options]
        out = (Path(folder) / "rating.json").open("w+b")
        for _ in range(5):
            out.truncate(0)
            start = time.perf_counter()
            child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, cwd=ROOT)
            _, status, usage = os.wait4(child.pid, 0)
            seconds.append(time.perf_counter() - start)
            assert os.waitstatus_to_exitcode(status) == 0
            out.seek(0)
            assert json.load(out)["claims"], "the process rated nothing"
            out.seek(0)
            peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(seconds), peak


def many(articles: list[str], model: str | None) -> tuple[int, float, float]:
    """Words, wall seconds and CPU seconds of rating all articles, loading excluded."""
    from scoring.documents.files import from_text
    from scoring.engine import load_engine
    from scoring.pipeline import rate_document

    engine = load_engine(model)
    rate_document(from_text(articles[0]), engine)
    wall, cpu = time.perf_counter(), time.process_time()
    for article in articles:
        rate_document(from_text(article), engine)
    return sum(len(a.split()) for a in articles), time.perf_counter() - wall, time.process_time() - cpu


class Timed:
    """A scorer that adds up the CPU time of the encoder's forward pass."""

    def __init__(self, scorer: Any) -> None:
        self.scorer, self.seconds, self.pair = scorer, 0.0, scorer.pair

    def tag(self, ids: Any) -> Any:
        start = time.thread_time()
        found = self.scorer.tag(ids)
        self.seconds += time.thread_time() - start
        return found


def against_spacy(articles: list[str], model: str | None, folder: Path) -> tuple[float, float, float]:
    """Words a CPU second of ours and of spaCy's, and the encoder's share of ours, on one core."""
    os.sched_setaffinity(0, {0})
    import spacy

    from scoring.documents.files import from_text
    from scoring.engine import load_engine
    from scoring.pipeline import rate_document

    engine, theirs = load_engine(model), spacy.load(folder)
    timed = Timed(engine.finder.scorer)
    engine = replace(engine, finder=replace(engine.finder, scorer=timed))
    rate_document(from_text(articles[0]), engine)
    theirs(articles[0])
    timed.seconds, seconds = 0.0, [0.0, 0.0]
    for article in articles:
        for i, work in enumerate((lambda text: rate_document(from_text(text), engine), theirs)):
            start = time.process_time()
            work(article)
            seconds[i] += time.process_time() - start
    words = sum(len(article.split()) for article in articles)
    return words / seconds[0], words / seconds[1], timed.seconds / seconds[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--spacy", type=Path, help="folder of spaCy's small English pipeline")
    options = parser.parse_args()
    articles = texts(options.data)
    seconds, peak = cold(thousand_words(articles), ["--model", options.model] if options.model else [])
    words, wall, cpu = many(articles, options.model)
    print("| measure | figure |\n|---|---|")
    print(f"| cold start to finished rating, 1,000 words | {seconds:.2f} s |")
    print(f"| peak memory of that process | {peak:.0f} MB |")
    print(
        f"| {len(articles)} articles, {words} words | {words / wall:.0f} words a second, {words / cpu:.0f} a CPU second |"
    )
    if options.spacy:
        ours, theirs, share = against_spacy(articles, options.model, options.spacy)
        print(
            f"| one core: words a CPU second, ours and spaCy's | {ours:.0f}, {theirs:.0f}: {ours / theirs:.2f} times |"
        )
        print(f"| the encoder's forward pass | {share:.0%} of our time |")


if __name__ == "__main__":
    main()
