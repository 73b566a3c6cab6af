"""What the service allows: the table ``configs/serve.toml`` as settings."""

from __future__ import annotations

from dataclasses import dataclass

from scoring import resources, settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of requests, queue and time; sizes in bytes, times in seconds. The reasons stand in the table."""

    max_body: int
    held_bodies: int
    characters: int
    short: int
    items: int
    queue: int
    together: int
    request_seconds: float
    body_seconds: float
    header_seconds: float
    write_seconds: float
    idle_seconds: float
    connections: int
    stop_seconds: int
    fetch_seconds: float
    lookup_seconds: float
    fetches: int
    batch_fetch_seconds: float
    redirects: int

    def __post_init__(self) -> None:
        """Refuse limits that would let no request through."""
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; give a number above 0")


def shipped() -> Limits:
    """The limits of ``configs/serve.toml``."""
    return settings.load(resources.config("serve.toml"), Limits)
