"""Fetching one page, only when the service was started so: every step of the way is checked by :mod:`addresses`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

from scoring._version import __version__
from scoring.serve.addresses import Policy, Target, target
from scoring.serve.limits import Limits
from scoring.serve.refusals import Refusal

KINDS = ("text/html", "application/xhtml+xml", "text/plain")
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Page:
    """What an address holds: where it was found in the end, whether it is HTML, and its bytes."""

    url: str
    html: bool
    raw: bytes


@dataclass(slots=True)
class Fetcher:
    """Fetches pages within limits; names are looked up in threads of its own, since a look-up cannot be stopped."""

    limits: Limits
    policy: Policy = field(default_factory=Policy)
    taken: int = 0
    names: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Threads are started when the first name is looked up."""
        self.names = ThreadPoolExecutor(self.limits.fetches, thread_name_prefix="names")

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places for requests that fetch.

        Raises
        ------
        Refusal
            429 when all are taken.
        """
        if self.taken >= self.limits.fetches:
            wait = self.limits.fetch_seconds
            raise Refusal(429, "url: too many addresses are being fetched; try again later", retry_after=wait)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def fetch(self, url: str, seconds: float | None = None) -> Page:
        """The page at an address, redirects followed.

        Parameters
        ----------
        url
            As it was sent.
        seconds
            The time that is left to a batch, for an article of one; never more than ``fetch_seconds``.

        Raises
        ------
        Refusal
            422 for an address that may not be fetched, 502 for one that holds no page, 504 for one that takes too long.
        """
        most = self.limits.fetch_seconds if seconds is None else min(seconds, self.limits.fetch_seconds)
        if most <= 0:
            raise Refusal(504, f"url: not reached in the {self.limits.batch_fetch_seconds:g} seconds of the batch")
        try:
            async with asyncio.timeout(most), _client() as client:
                return await self._follow(client, url)
        except TimeoutError:
            raise Refusal(504, f"url: no answer within {most:.3g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise Refusal(502, "url: the page could not be fetched") from None

    async def _follow(self, client: httpx.AsyncClient, url: str) -> Page:
        for _ in range(self.limits.redirects + 1):
            place = await self._target(url)
            async with client.stream("GET", place.url, headers=_headers(place), extensions=_name(place)) as answer:
                if answer.status_code not in REDIRECTS:
                    return await self._page(answer, url)
                url = urljoin(url, answer.headers.get("location", ""))
        raise Refusal(502, f"url: leads on more than {self.limits.redirects} times")

    async def _target(self, url: str) -> Target:
        looked_up = asyncio.get_running_loop().run_in_executor(self.names, target, url, self.policy)
        try:
            return await asyncio.wait_for(looked_up, self.limits.lookup_seconds)
        except TimeoutError:
            raise Refusal(504, f"url: its name was not found in {self.limits.lookup_seconds:g} seconds") from None

    def close(self) -> None:
        """Begin nothing more."""
        self.names.shutdown(wait=False, cancel_futures=True)

    async def _page(self, answer: httpx.Response, url: str) -> Page:
        if answer.status_code != 200:
            raise Refusal(502, f"url: the site answered with status {answer.status_code}")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in KINDS:
            raise Refusal(502, f"url: holds {kind[:60] or 'something unnamed'}; give the address of a page or a text")
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise Refusal(502, "url: the site sends its page packed, which was not asked for")
        raw = bytearray()
        async for part in answer.aiter_raw():
            raw += part
            if len(raw) > self.limits.max_body:
                raise Refusal(502, f"url: the page is larger than {self.limits.max_body:,} bytes")
        return Page(url, kind != "text/plain", bytes(raw))


def _client() -> httpx.AsyncClient:
    """A client without the environment's proxies and passwords; it keeps no cookies and follows no redirect."""
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None)


def _headers(place: Target) -> dict[str, str]:
    return {
        "host": place.host_header,
        "user-agent": f"sourcegrade/{__version__}",
        "accept": ", ".join(KINDS),
        "accept-encoding": "identity",
    }


def _name(place: Target) -> dict[str, str]:
    """The name that the certificate must be for: the host's, not the number that is connected to."""
    return {"sni_hostname": place.host}
