"""Load on the service, on loopback: how soon it is ready, how fast alone, and how it bears many clients.

    python reports/evaluation/load.py                     # as service.md has it: 16 clients for 60 s
    python reports/evaluation/load.py --queue 4           # more clients than places: 429 for some

Starts ``python -m scoring serve`` itself, and ends it. Articles are the shipped examples, cut to the words asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ("harbour_strike.txt", "channel_relay.txt", "analysis_envoy.txt")
STARTS = 3
ALONE = 20
WARM_SECONDS = 5.0


def article(words: int, number: int) -> bytes:
    """A request with an article of so many words; the number makes it differ from others."""
    text = "\n".join((ROOT / "data" / "examples" / name).read_text(encoding="utf-8") for name in EXAMPLES)
    paragraphs = [line for line in text.split("\n") if line.strip()]
    start = number % len(paragraphs)
    chosen: list[str] = []
    while sum(len(paragraph.split()) for paragraph in chosen) < words:
        chosen.append(paragraphs[(start + len(chosen)) % len(paragraphs)])
    return json.dumps({"text": "\n".join(chosen), "outlet": "example.org", "id": str(number)}).encode()


class Running:
    """The service as a process of its own."""

    def __init__(self, options: Sequence[str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "scoring", "serve", "--quiet", "--port", str(self.port), *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        begun = time.monotonic()
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        while not self._answers():
            time.sleep(0.02)
        self.ready_after = time.monotonic() - begun
        self.busy = self._processor_seconds()

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and body of an answer, on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def end(self) -> None:
        """Kill it as a machine would."""
        self.process.kill()
        self.process.wait()


def crowd(service: Running, clients: int, seconds: float, words: int) -> tuple[Counter[str], list[float], list[float]]:
    """Answers by status, their seconds, and the memory of each second, under so many clients at once."""
    stop, statuses, taken, memory = time.monotonic() + seconds, Counter[str](), list[float](), list[float]()

    def client(number: int) -> None:
        body = article(words, number)
        while time.monotonic() < stop:
            begun = time.monotonic()
            try:
                status, _ = service.ask("POST", "/v1/rate", body)
                statuses[str(status)] += 1
            except OSError as error:
                statuses[type(error).__name__] += 1
                continue
            if status == 200:
                taken.append(time.monotonic() - begun)
            elif status == 429:
                time.sleep(0.2)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    while time.monotonic() < stop:
        memory.append(service.memory())
        time.sleep(1)
    for thread in threads:
        thread.join()
    return statuses, sorted(taken), memory


def _list(seconds: Sequence[float]) -> str:
    return ", ".join(f"{second:.1f}" for second in seconds)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--queue", type=int)
    parser.add_argument("--model")
    given = parser.parse_args()
    options = [f"--{name}={value}" for name in ("queue", "model") if (value := getattr(given, name)) is not None]
    load = os.getloadavg()[0]
    starts, busy = list[float](), list[float]()
    for _ in range(STARTS):
        service = Running(options)
        starts.append(service.ready_after)
        busy.append(service.busy)
        if len(starts) < STARTS:
            service.end()
    try:
        alone = []
        for number in range(ALONE):
            body, begun = article(given.words, number), time.monotonic()
            status, _ = service.ask("POST", "/v1/rate", body)
            assert status == 200, status
            alone.append(time.monotonic() - begun)
        crowd(service, given.clients, WARM_SECONDS, given.words)
        statuses, taken, memory = crowd(service, given.clients, given.seconds, given.words)
    finally:
        service.end()
    tenth = max(1, len(memory) // 10)
    print(f"| load of the machine before | {load:.1f} on {os.cpu_count()} processors |")
    print(f"| killed and started, ready after | {_list(starts)} s; of processor time {_list(busy)} s |")
    print(f"| {given.words} words alone, median of {ALONE} | {statistics.median(alone):.2f} s |")
    print(f"| {given.clients} clients, {given.seconds:g} s: answers | {dict(statuses)} |")
    print(f"| a second | {len(taken) / given.seconds:.1f} |")
    print(f"| median, 95 of 100 | {statistics.median(taken):.2f} s, {taken[int(len(taken) * 0.95)]:.2f} s |")
    first, last = statistics.fmean(memory[:tenth]), statistics.fmean(memory[-tenth:])
    print(f"| memory, first and last tenth of that time | {first:.0f} MB, {last:.0f} MB |")


if __name__ == "__main__":
    main()
