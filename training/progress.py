"""How far a long piece of work is: what shows it is given by the caller, and is nothing without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

Item = TypeVar("Item")

Advance = Callable[[], None]
"""Notes that one more piece is done."""
Progress = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Opens what shows a piece of work: its name, and of how many pieces it is, ``None`` where that is not known."""


@contextmanager
def unseen(_what: str, _total: int | None) -> Iterator[Advance]:
    """Show nothing."""
    yield lambda: None


def followed(items: Iterable[Item], advance: Advance) -> Iterator[Item]:
    """The items as they are taken; each is noted as done when the next one is asked for."""
    for item in items:
        yield item
        advance()
