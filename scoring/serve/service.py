"""What all routes share: the model, the queue, the limits; and how an article that was sent becomes a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from scoring.engine import Engine
from scoring.errors import InputError
from scoring.pipeline import rate_document
from scoring.schema import Document, Report
from scoring.serve.articles import Article, document_of, for_service, only_address, rating_json
from scoring.serve.counters import Counters
from scoring.serve.fetching import Fetcher, Page
from scoring.serve.limits import Limits
from scoring.serve.rating_queue import RatingQueue
from scoring.serve.refusals import Refusal

T = TypeVar("T")


@dataclass(slots=True)
class Service:
    """Loaded once; ``fetcher`` is ``None`` where no address is fetched; ``say`` takes a line for the log."""

    engine: Engine
    limits: Limits
    queue: RatingQueue
    counters: Counters
    fetcher: Fetcher | None = None
    say: Callable[[str], None] = lambda _: None
    ready: bool = True

    async def rated(self, read: Callable[[], Document], show: Callable[[Report], T], size: int) -> T:
        """Read, rate and show an article in a thread, when its turn comes.

        Parameters
        ----------
        read
            Makes the document of what was sent.
        show
            Makes the answer of the report.
        size
            The characters of its text; for a page what :func:`weight` gives.
        """

        def work() -> T:
            report = for_service(rate_document(read(), self.engine))
            self.counters.rated(report)
            return show(report)

        try:
            return await self.queue.run(work, long=size > self.limits.short)
        except InputError as error:
            raise Refusal(422, str(error)) from None

    async def fetched(self, article: Article) -> Article:
        """The article, with its page where only an address is given and addresses are fetched.

        Raises
        ------
        Refusal
            429 when too many are fetched already; as :meth:`Fetcher.fetch`.
        """
        if self.fetcher is None or not only_address(article):
            return article
        with self.fetcher.place():
            return with_page(article, await self.fetcher.fetch(article.url or ""))

    async def rating(self, whole: Article, id: str, *, text: bool) -> bytes:
        """The rating of an article as JSON, its page fetched by now; a place of the queue is held by the caller."""
        most = self.limits.characters
        size = len(whole.text or "") or weight(whole.html or "")
        return await self.rated(
            lambda: document_of(whole, id, most), lambda report: rating_json(report, text=text), size
        )


def with_page(article: Article, page: Page) -> Article:
    """The article with the text of its fetched page."""
    return article.model_copy(update={"url": page.url, "html" if page.html else "text": text_of(page)})


def weight(page: str | bytes) -> int:
    """The length of a plain text that takes about as long as the page: a page's characters take a tenth each."""
    return len(page) // 10


def text_of(page: Page) -> str:
    """What a page says, decoded."""
    from scoring.documents.decoding import decode

    text, _ = decode(page.raw, "url")
    return text


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(_service)]
"""The service of the application, for a route."""
