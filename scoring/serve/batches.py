"""Several articles in one request: each is rated or refused on its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from typing import Any

from scoring.serve.answers import error_object
from scoring.serve.articles import Article, article_of, id_of, only_address
from scoring.serve.fetching import Fetcher
from scoring.serve.refusals import Refusal, mistake_of_ours
from scoring.serve.service import Service, with_page

Numbered = Sequence[tuple[int, Any]]
Rate = Callable[[Article, str], Awaitable[bytes]]


async def rate_all(service: Service, values: Sequence[Any], *, text: bool) -> list[bytes]:
    """Ratings as JSON in the order given; in the place of an article that cannot be rated, its id and the error.

    Articles whose pages are fetched come last, and hold a place of the queue only while they are rated.

    Raises
    ------
    Refusal
        429 when the queue is full or too many addresses are being fetched.
    """
    fetcher = service.fetcher
    here, away = _parted(values, fetcher)
    rated: dict[int, bytes] = {}
    with ExitStack() as stack:
        if fetcher and away:
            stack.enter_context(fetcher.place())  # a batch that would be refused is refused before any work
        if here:
            with service.queue.place():
                rated |= await _side_by_side(service, here, lambda a, id: service.rating(a, id, text=text))
        if fetcher and away:
            rated |= await _side_by_side(service, away, _from_away(service, fetcher, text))
    return [rated[number] for number in sorted(rated)]


def _parted(values: Sequence[Any], fetcher: Fetcher | None) -> tuple[Numbered, Numbered]:
    """Articles that can be rated at once, and those whose pages must be fetched first, numbered from 1."""
    here: list[tuple[int, Any]] = []
    away: list[tuple[int, Any]] = []
    for number, value in enumerate(values, start=1):
        (away if fetcher and _is_away(value) else here).append((number, value))
    return here, away


def _is_away(value: Any) -> bool:
    try:
        return only_address(article_of(value))
    except Refusal:
        return False


def _from_away(service: Service, fetcher: Fetcher, text: bool) -> Rate:
    until = time.monotonic() + service.limits.batch_fetch_seconds

    async def rate(article: Article, id: str) -> bytes:
        page = await fetcher.fetch(article.url or "", until - time.monotonic())
        with service.queue.place():
            return await service.rating(with_page(article, page), id, text=text)

    return rate


async def _side_by_side(service: Service, numbered: Numbered, rate: Rate) -> dict[int, bytes]:
    """Rate a few articles at a time, so that the batch does not fill the queue and others get their turn."""
    rated: dict[int, bytes] = {}
    together = service.limits.together
    for first in range(0, len(numbered), together):
        part = numbered[first : first + together]
        done = await asyncio.gather(*(_item(service, value, number, rate) for number, value in part))
        rated |= {number: one for (number, _), one in zip(part, done, strict=True)}
    return rated


async def _item(service: Service, value: Any, number: int, rate: Rate) -> bytes:
    id = id_of(value) or str(number)
    try:
        return await rate(article_of(value), id)
    except Exception as error:  # whatever one article brings about, the others are rated
        refusal = error if isinstance(error, Refusal) else mistake_of_ours(error, service.say)
        return json.dumps({"id": id, "error": error_object(refusal)}).encode()
