"""The service on a real socket: slow clients, clients that leave, floods, bodies without end, and the way it stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from scoring import resources
from scoring.attribution.inference import FinderOutput, RulesFinder
from scoring.engine import load_engine
from scoring.schema import Document

pytest.importorskip("fastapi", reason="needs the extra serve")

from scoring.serve.answers import HEADERS
from scoring.serve.app import make_app
from scoring.serve.limits import Limits, shipped
from scoring.serve.server import listening, server

ROOT = Path(__file__).resolve().parents[2]
BODY = json.dumps({"text": "The keeper said on Monday that the lamp was sold."}).encode()
LIMITS = replace(
    shipped(), max_body=10_000, queue=4, together=1, header_seconds=1.0, body_seconds=1.0, write_seconds=0.5,
    idle_seconds=1, connections=20, stop_seconds=3, request_seconds=20,
)  # fmt: skip


class Gate:
    """A finder that waits to be let through, and counts what it read."""

    name = "gate"

    def __init__(self) -> None:
        self.open = threading.Event()
        self.read: list[str] = []
        self.begun = threading.Semaphore(0)
        self.passes: frozenset[str] = frozenset()

    def __call__(self, document: Document, sentences: Any) -> FinderOutput:
        self.read.append(document.id)
        self.begun.release()
        assert document.id in self.passes or self.open.wait(20)
        return RulesFinder()(document, sentences)


@contextmanager
def serving(limits: Limits, gate: Gate | None = None, buffer: int | None = None) -> Iterator[int]:
    engine = load_engine("rules")
    with listening("127.0.0.1", 0) as taken:
        if buffer:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        running = server(make_app(replace(engine, finder=gate) if gate else engine, limits), limits)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            yield taken.getsockname()[1]
        finally:
            if gate:
                gate.open.set()
            running.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(LIMITS) as port:
        yield port


_opened: list[HTTPConnection | socket.socket] = []
"""What the clients of a test have opened."""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def ask(port: int, method: str = "POST", path: str = "/v1/rate", body: bytes | None = BODY, **headers: str) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    _opened.append(connection)
    connection.request(method, path, body, {"Content-Type": "application/json", **headers})
    return connection.getresponse()


def raw(port: int, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=10)
    _opened.append(made)
    made.sendall(sent)
    return made


def head(*lines: str) -> bytes:
    every = ("POST /v1/rate HTTP/1.1", "Host: localhost", "Content-Type: application/json", *lines)
    return "\r\n".join((*every, "", "")).encode()


def everything(connection: socket.socket) -> bytes:
    found = b""
    with connection:
        while part := connection.recv(65536):
            found += part
    return found


def test_several_requests_on_one_connection(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    _opened.append(connection)
    for _ in range(3):
        connection.request("POST", "/v1/rate", BODY, {"Content-Type": "application/json"})
        assert json.load(connection.getresponse())["summary"]["claims"] == 1


def test_a_body_announced_too_large(port: int) -> None:
    begun = time.monotonic()
    expecting = raw(port, head("Content-Length: 999999999", "Expect: 100-continue"))
    assert everything(expecting).startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - begun < 0.8


def test_a_body_too_large_that_is_sent(port: int) -> None:
    answer = ask(port, body=b"x" * 1_000_000)
    assert answer.status == 413 and answer.headers["connection"] == "close"
    assert "larger than 10,000 bytes" in json.load(answer)["error"]["message"]


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (415, ("Host: localhost", "Content-Type: text/plain")),
        (415, ("Host: localhost", "Content-Type: application/json", "Content-Encoding: gzip")),
        (403, ("Host: localhost", "Content-Type: application/json", "Origin: http://elsewhere.example")),
        (421, ("Host: elsewhere.example", "Content-Type: application/json")),
    ],
)
def test_who_is_refused_before_the_body_is_read_gets_the_answer(port: int, status: int, lines: tuple[str, ...]) -> None:
    body = b"x" * 2_000_000
    asked = "\r\n".join(("POST /v1/rate HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", "")).encode()
    for _ in range(10):
        answer = everything(raw(port, asked + body))
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert b"\r\nconnection: close\r\n" in answer


def test_who_is_refused_while_the_body_arrives_gets_the_answer() -> None:
    with serving(replace(LIMITS, max_body=4_000_000, held_bodies=15_000)) as port:
        body = b"x" * 2_000_000
        for _ in range(10):
            answer = everything(raw(port, head(f"Content-Length: {len(body)}") + body))
            assert answer.startswith(b"HTTP/1.1 429 ")


def test_who_asks_before_sending_is_refused_at_once(port: int) -> None:
    begun = time.monotonic()
    asked = b"POST /v1/rate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
    expecting = raw(port, asked + b"Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n")
    assert everything(expecting).startswith(b"HTTP/1.1 415 ")
    assert time.monotonic() - begun < 0.8


def test_chunks_without_end(port: int) -> None:
    connection = raw(port, head("Transfer-Encoding: chunked"))
    stop, chunk = time.monotonic() + 5, b"1000\r\n" + b"x" * 4096 + b"\r\n"
    connection.settimeout(0.01)
    answered = b""
    while time.monotonic() < stop and not answered:
        with suppress(OSError):
            connection.sendall(chunk)
        try:
            answered = connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            break
    assert answered.startswith(b"HTTP/1.1 413 ")
    connection.close()


@pytest.mark.slow
def test_a_length_that_lies(port: int) -> None:
    less = raw(port, head("Content-Length: 5000") + BODY)
    assert everything(less).startswith(b"HTTP/1.1 408 ")
    both = raw(port, head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n")
    assert not everything(both).startswith(b"HTTP/1.1 200 ")
    assert everything(raw(port, head("Content-Length: -5"))).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("body", [b"x", b"x" * 30_000])
def test_the_body_of_a_get_means_nothing(port: int, body: bytes) -> None:
    for path, status in (("/healthz", 200), ("/v1/rate", 405), ("/nothing", 404)):
        answer = ask(port, "GET", path, body)
        assert (answer.status, answer.headers["connection"]) == (status, "close")
        assert answer.headers["allow"] == ("POST" if status == 405 else None)


def test_what_is_no_http(port: int) -> None:
    answer = everything(raw(port, b"\x16\x03\x01 hello\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.endswith(b"\r\n\r\nInvalid HTTP request received.")
    assert all(f"\r\n{name}: {value}\r\n".encode() in answer for name, value in HEADERS.items())
    assert everything(raw(port, b"GET / HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


def test_slow_clients_are_cut_off_and_cost_nobody_else_anything(port: int) -> None:
    silent = [raw(port) for _ in range(5)] + [raw(port, b"POST /v1/rate HT") for _ in range(5)]
    stuck = [raw(port, head("Content-Length: 100") + b'{"te') for _ in range(5)]
    begun = time.monotonic()
    assert ask(port).status == 200
    assert time.monotonic() - begun < 0.8
    answers = [everything(one) for one in silent + stuck]
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert all(b"\r\nx-content-type-options: nosniff\r\n" in answer for answer in answers)
    assert 0.6 < time.monotonic() - begun < 5


def test_a_head_that_trickles_is_cut_off(port: int) -> None:
    slow = raw(port)
    begun = time.monotonic()
    with pytest.raises(OSError):
        for _ in range(60):
            slow.sendall(b"G")
            time.sleep(0.05)
    assert time.monotonic() - begun < 2.8


def test_new_connections_get_in_when_idle_ones_fill_the_house(port: int) -> None:
    idle = [raw(port) for _ in range(60)]
    assert ask(port).status == 200
    for one in idle:
        one.close()


def test_a_client_that_takes_nothing_is_cut_off() -> None:
    text = json.dumps({"text": "The keeper said it. " * 400}).encode()
    with serving(LIMITS, buffer=4096) as port:
        deaf = socket.socket()
        _opened.append(deaf)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", port))
        deaf.sendall(head(f"Content-Length: {len(text)}") + text)
        deadline = time.monotonic() + 10
        while b'route="/v1/rate"' not in (said := ask(port, "GET", "/metrics", None).read()):
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        got = 0
        deaf.settimeout(5)
        with deaf, suppress(ConnectionResetError):
            while part := deaf.recv(65536):
                got += len(part)
    assert got < 200_000  # of half a megabyte


def test_a_full_queue_says_when_to_come_again_and_nothing_is_done_for_who_left() -> None:
    gate = Gate()
    with serving(LIMITS, gate) as port:
        sent = head(f"Content-Length: {len(BODY)}") + BODY
        waiting = [raw(port, sent)]
        assert gate.begun.acquire(timeout=5)
        waiting += [raw(port, sent) for _ in range(3)]
        deadline = time.monotonic() + 5
        while (taken := json.load(ask(port, "GET", "/healthz", None))["queue"]["taken"]) < 4:
            assert time.monotonic() < deadline, taken
        full = ask(port)
        assert full.status == 429 and int(full.headers["retry-after"]) >= 1
        assert "places of the queue are taken" in json.load(full)["error"]["message"]
        assert ask(port, path="/v1/rate/batch", body=b'{"articles": [{"text": "a"}]}').status == 429
        form = ask(port, path="/", body=b"text=a", **{"Content-Type": "application/x-www-form-urlencoded"})
        assert form.status == 429 and b"<bdi>Busy: try again in a few seconds.</bdi>" in form.read()
        for one in waiting[1:]:
            one.close()
        while json.load(ask(port, "GET", "/healthz", None))["queue"]["taken"] > 1:
            assert time.monotonic() < deadline
        gate.open.set()
        assert b" 200 " in waiting[0].recv(100)
        assert ask(port).status == 200
    assert len(gate.read) == 2  # the first and the last; the three between were never begun


def test_a_long_article_holds_up_no_short_one() -> None:
    gate = Gate()
    long = json.dumps({"text": "The keeper said it. " * 100, "id": "long"}).encode()
    with serving(replace(LIMITS, short=1000), gate) as port:
        first = raw(port, head(f"Content-Length: {len(long)}") + long)
        assert gate.begun.acquire(timeout=5)
        gate.passes = frozenset({"text"})
        assert ask(port).status == 200
        gate.open.set()
        assert b" 200 " in first.recv(100)


def test_what_takes_too_long_is_given_up() -> None:
    gate = Gate()
    with serving(replace(LIMITS, request_seconds=0.3), gate) as port:
        late = ask(port)
        assert late.status == 503 and late.headers["retry-after"]
        assert json.load(ask(port, "GET", "/healthz", None))["queue"]["taken"] == 0


def test_too_much_at_once_is_told_to_come_again() -> None:
    small = replace(LIMITS, held_bodies=15_000, body_seconds=3)
    with serving(small) as port:
        first = raw(port, head("Content-Length: 9000") + b"x" * 8999)
        second = raw(port, head("Content-Length: 9000") + b"x" * 8999)
        assert b" 429 " in second.recv(100)
        first.sendall(b"x")
        assert b" 422 " in first.recv(100)
        assert ask(port).status == 200


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scoring", "serve", "--port", "0", "--model", "rules", *options]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."})


def ready(process: subprocess.Popen[str]) -> int:
    assert process.stderr
    line = process.stderr.readline()
    assert line.startswith("sourcegrade: ready at http://127.0.0.1:"), line
    return int(line.split(":")[3].split()[0])


@pytest.mark.parametrize(("by", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_stops_cleanly(by: signal.Signals, status: int) -> None:
    with start() as process:
        port = ready(process)
        assert ask(port).status == 200
        idle = raw(port)
        process.send_signal(by)
        _, said = process.communicate(timeout=30)
        idle.close()
    assert process.returncode == status
    assert said.splitlines()[0].startswith("sourcegrade: POST /v1/rate 200 ") and said.endswith(
        "sourcegrade: stopped\n"
    )
    assert "Traceback" not in said


SLOW = """
import sys, time
from dataclasses import replace
from scoring.engine import load_engine
from scoring.serve import server
from scoring.serve.limits import shipped

class Slow:
    name = "slow"
    def __call__(self, document, sentences):
        sys.stderr.write("begun\\n")
        time.sleep(60)

server.warm = lambda engine: None
engine = replace(load_engine("rules"), finder=Slow())
limits = replace(shipped(), stop_seconds=1)
say = lambda line: print("sourcegrade:", line, file=sys.stderr, flush=True)
server.run(lambda: engine, limits, host="127.0.0.1", port=0, hosts=(), fetch=False, say=say, log=True)
"""


@pytest.mark.slow
def test_it_stops_in_time_whatever_is_done() -> None:
    command = [sys.executable, "-c", SLOW]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}
    ) as process:
        sent = head(f"Content-Length: {len(BODY)}") + BODY
        waiting = raw(ready(process), sent)
        assert process.stderr and process.stderr.readline() == "begun\n"
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        answer = everything(waiting)
        _, said = process.communicate(timeout=20)
    assert answer.startswith(b"HTTP/1.1 503 ") and b"\r\nretry-after: " in answer
    assert b"the service stops; send this again" in answer
    assert process.returncode == 0 and time.monotonic() - begun < 5
    assert said.startswith("sourcegrade: POST /v1/rate 503 ") and said.endswith("sourcegrade: stopped\n")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "{taken}"], "(Address already in use); give another --port"),
        (["--host", "no-such-host.invalid"], "--host no-such-host.invalid: cannot be listened on ("),
    ],
)
def test_where_it_cannot_listen_is_one_line(options: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    from scoring.cli.app import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit) as left:
            main(["serve", *(option.format(taken=taken.getsockname()[1]) for option in options)])
    said = capsys.readouterr().err
    assert left.value.code == 2 and said.count("\n") == 1 and words in said


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['uvicorn'] = None; from scoring.cli.app import main; main(['serve'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == f"sourcegrade: serve: needs uvicorn; {resources.installing('serve')}\n"
