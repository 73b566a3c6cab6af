"""Speed and memory of rating: ``python reports/evaluation/bench.py [--data LABELLED.jsonl]``.

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
from pathlib import Path

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
    from scoring.documents import from_text
    from scoring.pipeline import load_engine, rate_document

    engine = load_engine(model)
    rate_document(from_text(articles[0]), engine)
    wall, cpu = time.perf_counter(), time.process_time()
    for article in articles:
        rate_document(from_text(article), engine)
    return sum(len(a.split()) for a in articles), time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--model")
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


if __name__ == "__main__":
    main()
