"""Registrable domains, offline, and names that imitate those of known outlets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from scoring.word_lists import words

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.I)
_CHANNEL = re.compile(r"^(?:www\.)?(?:t|telegram)\.me/(?:s/)?(\w{3,64})", re.I)
_HOST = re.compile(r"^(?=.{1,253}$)[^\s/?#@\\<>\"'(){}]+$")
LEAST_BRAND = 5
"""Shorter names ("cnn", "bbc", "rt") imitate only as a whole word between hyphens or dots, longer ones also inside."""
COMMON = words("brands of every day")
"""Brands that are words of the trade or of every day: as one word among others they imitate nobody."""
ALIKE = 88
"""Ratio of edit similarity, 0 to 100, from which a name of the same length class is a misspelling of another
(no known outlet reaches it against another one; ``theguardlan`` against ``theguardian`` has 91)."""


@lru_cache(maxsize=1)
def _extract() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=65536)
def registrable(address: str) -> str:
    """The registrable domain of a domain or address, lower case; ``t.me/name`` for a channel; empty if there is none.

    Domains under which anybody may register (``name.substack.com``) count with that name. Offline: the list of public
    suffixes is the one that tldextract carries.
    """
    bare = _SCHEME.sub("", address.strip())
    channel = _CHANNEL.match(bare)
    if channel:
        return f"t.me/{channel.group(1).lower()}"
    site = host(bare)
    parts = _extract()(site) if site else None
    if not parts or not parts.domain:
        return ""
    return f"{parts.domain}.{parts.suffix}" if parts.suffix else ".".join(site.split(".")[-2:])


def host(address: str) -> str:
    """The host of a domain or address, lower case; empty if there is none."""
    bare = _SCHEME.sub("", address.strip())
    site = re.split(r"[/?#]", bare)[0].rpartition("@")[2].partition(":")[0].rstrip(".").lower()
    return site if _HOST.match(site) and "." in site else ""


def imitated(domain: str, known: Iterable[str]) -> str | None:
    """The known outlet whose name ``domain`` bears or nearly bears without being it, e.g. ``bbc-dispatch.us``."""
    return _imitated(domain, tuple(known))


@lru_cache(maxsize=4096)
def _imitated(domain: str, known: tuple[str, ...]) -> str | None:
    from rapidfuzz.fuzz import ratio

    name = _label(domain)
    joined = name.replace("-", "")
    words = set(re.split(r"[-.]", domain))
    for other, brand in _brands(known):
        whole = brand in words and len(brand) >= 3
        inside = len(brand) > LEAST_BRAND and "-" in name and brand in joined
        close = len(brand) > LEAST_BRAND and ratio(joined, brand, score_cutoff=ALIKE)
        if (whole or inside or close) and other != domain:
            return other
    return None


@lru_cache(maxsize=8)
def _brands(known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Known outlets with their names, but for names of every day."""
    labelled = ((other, _label(other)) for other in known)
    return tuple((other, brand) for other, brand in labelled if brand not in COMMON)


def _label(domain: str) -> str:
    """The name part of a registrable domain: ``reuters`` of ``reuters.com``."""
    return domain.rpartition("/")[2].split(".")[0]


def publisher(outlet: str | None, url: str | None) -> str | None:
    """An outlet's registrable domain, or its name if that is no domain; without an outlet, the address's domain."""
    given = (outlet or "").strip() or (url or "").strip()
    return (registrable(given) or given.lower()) if is_address(given) else (given or None)


def is_address(outlet: str) -> bool:
    """Whether an outlet is given by its domain or address, not by its name."""
    return "." in outlet.strip(".") and not any(map(str.isspace, outlet))
