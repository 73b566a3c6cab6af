"""Who may ask: hosts that the service answers for, and pages that may post to it.

A page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding) or post a form here (CSRF). The first shows in
the header Host, the second in Sec-Fetch-Site or Origin.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from scoring.serve.refusals import Refusal

LOOPBACK = frozenset({"localhost"})
OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site: sent by a page of this service, or by the user."""


def allowed_hosts(bound: str, more: Iterable[str] = ()) -> frozenset[str]:
    """Names that the service answers for; addresses are always right, since no name was looked up to reach them."""
    return LOOPBACK | {name.strip().lower().rstrip(".") for name in (bound, *more) if name.strip()}


def check_host(headers: Mapping[str, str], allowed: frozenset[str]) -> None:
    """Refuse a request for another host.

    Raises
    ------
    Refusal
        400 without a host, 421 for a foreign one.
    """
    name = _name(headers.get("host", ""))
    if not name:
        raise Refusal(400, "the header Host is missing or wrong")
    if name not in allowed and not _is_address(name):
        raise Refusal(421, "this host is not served here; start with --allow-host NAME to serve it")


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse a form or a script of another site.

    Raises
    ------
    Refusal
        403.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    same = origin is None or _netloc(origin) == headers.get("host", "").lower()
    if (site not in OWN) if site is not None else not same:
        raise Refusal(
            403, "requests from pages of other sites are refused; send this one from a page here, or a program"
        )


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
