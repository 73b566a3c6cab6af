"""Requests that are not answered as asked: a status, and a sentence that says what would be right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from scoring.errors import SourcegradeError, places

BUSY = 429
LABELS = {"text": "Text", "url": "Address", "outlet": "Outlet", "title": "Headline", "domain": "Domain"}
"""The names of fields in the form, by their names in JSON."""


class Refusal(SourcegradeError):  # noqa: N818 - an answer
    """A request or one article of it is refused.

    Parameters
    ----------
    status
        The status of HTTP, 400 to 599.
    message
        For the one who asked: what, what was found, what would be right.
    retry_after
        Seconds after which the same request may be granted.
    page
        What a page says, if ``message`` is worded for programs.
    """

    def __init__(self, status: int, message: str, *, retry_after: float | None = None, page: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        self.page = page

    @property
    def sentence(self) -> str:
        """The message for a page: a whole sentence, with the field by the name that the form has for it."""
        if self.status == BUSY:
            return "Busy: try again in a few seconds."
        said = self.page or str(self)
        field, colon, rest = said.partition(": ")
        if colon and field in LABELS:
            said = f"{LABELS[field]}: {rest}"
        elif not colon or "." not in field:  # a file keeps its name
            said = said[0].upper() + said[1:]
        return said if said.endswith((".", "!", "?")) else f"{said}."

    @property
    def headers(self) -> Mapping[str, str]:
        """``Retry-After`` in whole seconds, where there is one."""
        return {} if self.retry_after is None else {"retry-after": str(max(1, math.ceil(self.retry_after)))}


class Gone(Exception):  # noqa: N818 - not an error of anybody's
    """The client has closed the connection; nobody waits for an answer."""


def mistake_of_ours(error: Exception, say: Callable[[str], None]) -> Refusal:
    """What is answered to an error that nobody foresaw; the log says where it arose."""
    say(f"error: {type(error).__name__} at {places(error)}")
    return Refusal(500, "something went wrong here; the log says where")
