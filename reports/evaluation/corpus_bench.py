"""Speed and memory of archives: ``python reports/evaluation/corpus_bench.py [--model rules] [--sizes 100 1000] [--repeat 3]``.

Prints, as Markdown, articles a second and peak memory of ``sourcegrade batch`` by number of articles, the same by number
of workers, and what a million articles would take. Runs to be compared alternate within one call, so that what else the
machine does falls on all of them; the ratio is that of medians. The articles are those of ``synthetic_articles.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from synthetic_articles import articles

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """Wall and CPU seconds, peak megabytes of the parent and of all processes together."""

    wall: float
    cpu: float
    parent: float
    together: float


def batch(source: Path, model: str | None, workers: int, size: int) -> Run:
    """One run into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "scoring",
            "batch",
            str(source),
            "-o",
            f"{folder}/out",
            "--workers",
            str(workers),
        ]
        command += ["--batch-size", str(size)]
        command += ["--model", model] if model else []
        start, before = time.perf_counter(), os.times()
        child = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT)
        peak, stop = defaultdict(float), threading.Event()
        watching = threading.Thread(target=watch, args=(child.pid, peak, stop))
        watching.start()
        _, told = child.communicate()
        wall, after = time.perf_counter() - start, os.times()
        stop.set()
        watching.join()
        assert child.returncode == 0, told.decode()
        assert json.loads(Path(f"{folder}/out/manifest.json").read_text())["complete"]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, peak["parent"], peak["together"])


def watch(pid: int, peak: dict[str, float], stop: threading.Event) -> None:
    """Note the largest proportional sizes (Pss, megabytes) seen, twice a second."""
    while not stop.wait(0.5):
        sizes = {one: pss(one) for one in (pid, *children(pid))}
        peak["parent"] = max(peak["parent"], sizes[pid])
        peak["together"] = max(peak["together"], sum(sizes.values()))


def children(pid: int) -> list[int]:
    try:
        return [int(c) for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]
    except OSError:
        return []


def pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def median(runs: list[Run], what: str) -> float:
    return statistics.median(getattr(run, what) for run in runs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--articles", type=int, default=512, help="for the comparison of one worker with two")
    parser.add_argument("--batch-size", type=int, default=32, help="small, so that no worker waits for the last batch")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = {count: written(Path(folder), count) for count in {*given.sizes, given.articles}}
        print(f"model {given.model or 'shipped'}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
        if given.sizes:
            scale(files, given)
        both(files[given.articles], given)


def written(folder: Path, count: int) -> Path:
    path = folder / f"{count}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in articles(count))
    return path


def scale(files: dict[int, Path], given: argparse.Namespace) -> None:
    print("| articles | wall s | CPU s | articles a wall second | CPU ms an article | parent MB | together MB |")
    print("|---|---|---|---|---|---|---|")
    runs: dict[int, list[Run]] = defaultdict(list)
    for _ in range(given.repeat):
        for count in given.sizes:
            runs[count].append(batch(files[count], given.model, 2, given.batch_size))
    for count, done in runs.items():
        wall, cpu = median(done, "wall"), median(done, "cpu")
        memory = f"{median(done, 'parent'):.0f} | {median(done, 'together'):.0f}"
        print(
            f"| {count:,} | {wall:.1f} | {cpu:.1f} | {count / wall:.1f} | {1000 * cpu / count:.1f} | {memory} |",
            flush=True,
        )
    if len(runs) > 1:
        (few, first), *_, (many, last) = sorted(runs.items())
        extra = (median(last, "cpu") - median(first, "cpu")) / (many - few)
        hours = (median(last, "wall") - median(first, "wall")) / (many - few) * 1e6 / 3600
        print(f"\nA further article takes {1000 * extra:.1f} ms of CPU; a million {extra * 1e6 / 3600:.1f} CPU hours, "
              f"{hours:.1f} hours on this machine as it was.\n")  # fmt: skip


def both(source: Path, given: argparse.Namespace) -> None:
    """One worker, two workers, and two separate runs of one worker on a half each: what the machine gives at the time."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    halves = [source.with_name(f"half{n}.jsonl") for n in (0, 1)]
    for n, half in enumerate(halves):
        half.write_text("".join(lines[n::2]), encoding="utf-8")
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(given.repeat):
        seconds["one"].append(batch(source, given.model, 1, given.batch_size).wall)
        seconds["two"].append(batch(source, given.model, 2, given.batch_size).wall)
        start = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda half: batch(half, given.model, 1, given.batch_size), halves))
        seconds["apart"].append(time.perf_counter() - start)
    one, two, apart = (statistics.median(seconds[name]) for name in ("one", "two", "apart"))
    print(
        f"{given.articles} articles: one worker {one:.1f} s, two {two:.1f} s, ratio {one / two:.2f}; "
        f"two runs apart on half of them each {apart:.1f} s, ratio {one / apart:.2f}"
    )


if __name__ == "__main__":
    main()
