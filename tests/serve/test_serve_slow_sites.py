"""Addresses that hang: those who ask for them wait, nobody else does. Nothing here leaves this machine."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi", reason="needs the extra serve")

from scoring.engine import load_engine
from scoring.serve.addresses import Address, Policy
from scoring.serve.app import make_app
from scoring.serve.fetching import Fetcher
from scoring.serve.limits import Limits, shipped

LOOPBACK = ipaddress.ip_address("127.0.0.1")
LIMITS = replace(
    shipped(), queue=1, together=2, fetches=2, fetch_seconds=1.0, lookup_seconds=0.2, batch_fetch_seconds=1.4
)
TEXT = "The keeper said on Monday that the lamp was sold."


class Hanging(BaseHTTPRequestHandler):
    """Answers a text at once, or nothing for longer than anybody waits."""

    def do_GET(self) -> None:
        if "text" not in self.path:
            time.sleep(3)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(TEXT.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 50

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Hanging) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://news.example:{server.server_address[1]}"
        server.shutdown()


def loopback(host: str, port: int) -> Sequence[Address]:
    return [LOOPBACK]


@contextmanager
def service(limits: Limits = LIMITS, resolve: Any = loopback) -> Iterator[Any]:
    policy = Policy(allows=lambda address: True, resolve=resolve, any_port=True)
    fetcher = Fetcher(limits, policy)
    yield make_app(load_engine("rules"), limits, fetcher=fetcher)
    fetcher.close()


def client_of(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost", timeout=20)


def test_hanging_addresses_take_no_place_of_the_queue(site: str) -> None:
    async def many() -> tuple[list[int], list[int], float]:
        with service() as app:
            async with client_of(app) as client:
                slow = [asyncio.create_task(client.post("/v1/rate", json={"url": f"{site}/slow"})) for _ in range(2)]
                form = asyncio.create_task(client.post("/", data={"url": f"{site}/slow"}))
                await asyncio.sleep(0.1)
                begun = time.monotonic()
                quick = await client.post("/v1/rate", json={"text": TEXT})
                page = await client.post("/", data={"text": TEXT})
                more = await client.post("/v1/rate", json={"url": f"{site}/text"})
                batch = {"articles": [{"text": TEXT}, {"url": f"{site}/text"}]}
                assert (await client.post("/v1/rate/batch", json=batch)).status_code == 429
                seconds = time.monotonic() - begun
                assert int(more.headers["retry-after"]) >= 1 and "too many addresses" in more.text
                waited = [(await one).status_code for one in (*slow, form)]
                after = await client.post("/v1/rate", json={"url": f"{site}/text"})
                return [quick.status_code, page.status_code, more.status_code], [*waited, after.status_code], seconds

    at_once, later, seconds = asyncio.run(many())
    assert at_once == [200, 200, 429] and seconds < 0.8
    assert sorted(later[:3]) == [429, 504, 504] and later[3] == 200, "which of three comes third is chance"


def test_a_batch_of_hanging_addresses_ends_in_time_and_rates_the_rest(site: str) -> None:
    async def batch() -> tuple[Any, float, int]:
        with service() as app:
            async with client_of(app) as client:
                articles = [{"text": TEXT, "id": "own"}, {"url": f"{site}/text", "id": "away"}]
                articles += [{"url": f"{site}/slow/{number}"} for number in range(60)]
                begun = time.monotonic()
                sent = asyncio.create_task(client.post("/v1/rate/batch", json={"articles": articles}))
                await asyncio.sleep(0.3)
                quick = await client.post("/v1/rate", json={"text": TEXT})
                return (await sent).json()["results"], time.monotonic() - begun, quick.status_code

    results, seconds, quick = asyncio.run(batch())
    assert seconds < 4 and quick == 200
    assert [one["id"] for one in results] == ["own", "away", *map(str, range(3, 63))]
    assert results[0]["summary"]["claims"] == results[1]["summary"]["claims"] == 1
    assert {one["error"]["status"] for one in results[2:]} == {504}
    assert "seconds of the batch" in results[-1]["error"]["message"]


def test_a_name_that_is_not_found_in_time_keeps_no_thread_of_others() -> None:
    stuck, threads = threading.Event(), set()

    def never(host: str, port: int) -> Sequence[Address]:
        threads.add(threading.current_thread().name)
        stuck.wait(10)
        return [LOOPBACK]

    async def look() -> tuple[set[int], str, float]:
        with service(replace(LIMITS, fetches=3), never) as app:
            async with client_of(app) as client:
                begun = time.monotonic()
                asked = [client.post("/v1/rate", json={"url": "http://stuck.example/"}) for _ in range(3)]
                answers = await asyncio.gather(*asked)
                seconds = time.monotonic() - begun
                await asyncio.wait_for(asyncio.to_thread(int), 1)
                stuck.set()
                return {one.status_code for one in answers}, answers[0].text, seconds

    statuses, said, seconds = asyncio.run(look())
    assert statuses == {504} and "name was not found in 0.2 seconds" in said and seconds < 2
    assert threads and all(name.startswith("names") for name in threads)
