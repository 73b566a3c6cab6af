"""Addresses that are fetched, and those that never are. Nothing here leaves this machine."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

pytest.importorskip("httpx", reason="needs the extra serve")

from scoring.engine import load_engine
from scoring.serve.addresses import Address, Policy, is_public, target
from scoring.serve.app import make_app
from scoring.serve.fetching import Fetcher
from scoring.serve.limits import shipped
from scoring.serve.refusals import Refusal

LOOPBACK = ipaddress.ip_address("127.0.0.1")
LIMITS = replace(shipped(), max_body=50_000, fetch_seconds=1.0, redirects=2)
PAGE = (
    "<html><head><title>Lamp sold</title></head><body><nav>Home</nav><article><p>The keeper said on Monday that the "
    "lamp was sold to the museum.</p><p>Two officials said repairs would take a month or more.</p></article></body></html>"
)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.192", "198.18.0.1", "203.0.113.5",
        "168.63.129.16", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
        "fec0::1", "feff:ffff::1", "64:ff9b:1::808:808", "2001:2::1", "2001:20::1", "3fff::1", "5f00::1", "100::1", "fe00::1",
        "4000::1", "2002:808:808::1", "192.88.99.1", "198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "240.0.0.1",
        "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:53aa::1", "2001:db8::1", "::7f00:1",
    ],
)  # fmt: skip
def test_what_is_not_public(number: str) -> None:
    assert not is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize("number", ["8.8.8.8", "151.101.1.67", "2606:4700::6810:1", "2a00:1450:4001:80b::200e"])
def test_what_is_public(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


def policy(*numbers: str) -> Policy:
    return Policy(resolve=lambda host, port: [ipaddress.ip_address(number) for number in numbers])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:alert(1)", "example.org", "",
        "http://", "http:///x", "http://user:word@example.org/", "http://example.org:22/", "http://example.org:8080/",
        "http://example.org:0/", "http://example.org:99999/", "http://exa mple.org/", "http://example.org\\@evil/",
        "http://example.org/\r\nX: y", "http://[::1", "http://exämple.org/", "http://example.org/" + "x" * 2048,
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        target(url, policy("8.8.8.8"))
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://017700000001/",
        "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://0/", "http://127.1/",
    ],
)  # fmt: skip
def test_this_machine_by_any_spelling_with_the_real_resolver(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        target(url, Policy())
    assert refused.value.status in (422, 502)
    assert "not fetched" in str(refused.value) or "no machine" in str(refused.value)


def test_one_private_number_among_public_ones_is_enough() -> None:
    with pytest.raises(Refusal, match="not on the public Internet"):
        target("https://example.org/", policy("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Refusal, match="not on the public Internet"):
        target("https://example.org/", policy())


def test_the_connection_is_made_to_the_number_that_was_checked() -> None:
    found = target("https://Example.org/a?b=c#d", policy("2606:4700::1"))
    assert found.url == "https://[2606:4700::1]:443/a?b=c" and found.host_header == "example.org"


class Site(BaseHTTPRequestHandler):
    """What a server may do to one who fetches."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path))
        getattr(self, f"on_{self.path.strip('/').partition('/')[0]}", self.on_page)()

    def give(self, body: bytes, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def on_page(self) -> None:
        self.give(PAGE.encode())

    def on_text(self) -> None:
        self.give(b"The keeper said on Monday that the lamp was sold.", kind="text/plain")

    def on_moved(self) -> None:
        self.give(b"", 302, Location="/page")

    def on_inward(self) -> None:
        self.give(b"", 302, Location=f"http://inner.example:{self.server.server_address[1]}/secret")

    def on_scheme(self) -> None:
        self.give(b"", 301, Location="file:///etc/passwd")

    def on_round(self) -> None:
        self.give(b"", 307, Location="/round")

    def on_large(self) -> None:
        self.give(b"x" * 60_000)

    def on_picture(self) -> None:
        self.give(b"\x89PNG", kind="image/png")

    def on_packed(self) -> None:
        self.give(b"\x1f\x8b", Content_Encoding="gzip")

    def on_missing(self) -> None:
        self.give(b"", 404)

    def on_slow(self) -> None:
        time.sleep(1.5)

    def on_trickle(self) -> None:
        self.give(b"")
        for _ in range(15):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


INNER = ipaddress.ip_address("127.0.0.2")


def _resolve(host: str, port: int) -> Sequence[Address]:
    return [INNER if host == "inner.example" else LOOPBACK]


OPEN = Policy(allows=lambda address: address == LOOPBACK, resolve=_resolve, any_port=True)
"""Lets the one server of the test through, under any name but one."""


def fetch(url: str) -> Any:
    return asyncio.run(Fetcher(LIMITS, OPEN).fetch(url))


def test_a_page_is_fetched_under_its_own_name(site: int) -> None:
    page = fetch(f"http://news.example:{site}/page")
    assert page.html and b"keeper said" in page.raw
    assert Site.asked[-1] == (f"news.example:{site}", "/page")
    assert fetch(f"http://news.example:{site}/moved").url == f"http://news.example:{site}/page"
    assert not fetch(f"http://news.example:{site}/text").html


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("inward", 422, "inner.example is not on the public Internet"),
        ("scheme", 422, "no plain http or https address"),
        ("round", 502, "more than 2 times"),
        ("large", 502, "larger than 50,000"),
        ("picture", 502, "holds image/png"),
        ("packed", 502, "packed"),
        ("missing", 502, "status 404"),
        ("slow", 504, "no answer within 1 seconds"),
        ("trickle", 504, "no answer within 1 seconds"),
    ],
)
def test_what_is_not_taken(site: int, path: str, status: int, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        fetch(f"http://news.example:{site}/{path}")
    assert refused.value.status == status and words in str(refused.value)
    assert not any("secret" in asked for _, asked in Site.asked)


def test_a_name_that_changes_its_number_is_not_followed(site: int) -> None:
    numbers = iter([LOOPBACK, INNER])
    rebinding = replace(OPEN, resolve=lambda host, port: [next(numbers)])
    page = asyncio.run(Fetcher(LIMITS, rebinding).fetch(f"http://news.example:{site}/page"))
    assert page.raw and next(numbers) == INNER  # asked for once


def test_nobody_listens(site: int) -> None:
    with pytest.raises(Refusal, match="could not be fetched"):
        fetch("http://news.example:1/")


def test_the_service_fetches_when_it_is_allowed_to(site: int) -> None:
    from starlette.testclient import TestClient

    app = make_app(load_engine("rules"), LIMITS, fetcher=Fetcher(LIMITS, OPEN))
    url = f"http://news.example:{site}/page"
    with TestClient(app, base_url="http://localhost") as client:
        found = client.post("/v1/rate", json={"url": url}).json()
        assert found["article"]["url"] == url and found["article"]["title"] == "Lamp sold"
        assert found["article"]["outlet"] == "news.example" and found["summary"]["claims"] == 2
        assert 'name="url"' in client.get("/").text
        assert "Lamp sold" in client.post("/", data={"url": url}).text
        inward = client.post("/", data={"url": f"http://inner.example:{site}/"})
        assert inward.status_code == 422 and "Address: inner.example is not on the public Internet" in inward.text
        own = client.post("/v1/rate", json={"text": "The keeper said so.", "url": f"http://news.example:{site}/never"})
        assert own.status_code == 200
    assert not any("never" in asked for _, asked in Site.asked)
