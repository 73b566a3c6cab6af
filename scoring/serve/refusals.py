"""Requests that are not answered as asked: a status, and a sentence that says what would be right."""

from __future__ import annotations

import math
from collections.abc import Mapping

from scoring.errors import SourcegradeError


class Refusal(SourcegradeError):  # noqa: N818 - an answer
    """A request or one article of it is refused.

    Parameters
    ----------
    status
        Of HTTP, 400 to 599.
    message
        For the one who asked: what, what was found, what would be right.
    retry_after
        Seconds after which the same request may be granted.
    """

    def __init__(self, status: int, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after

    @property
    def headers(self) -> Mapping[str, str]:
        """``Retry-After`` in whole seconds, where there is one."""
        return {} if self.retry_after is None else {"retry-after": str(max(1, math.ceil(self.retry_after)))}


class Gone(Exception):  # noqa: N818 - not an error of anybody's
    """The client has closed the connection; nobody waits for an answer."""
