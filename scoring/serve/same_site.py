"""Who may ask: hosts that the service answers for, and pages that may post to it.

A page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding) or post a form here (CSRF). The first shows in
the header Host, the second in Sec-Fetch-Site or Origin.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scoring.serve.refusals import Refusal

_HOST = re.compile(
    r"(?:(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?|\[(?P<number>[0-9a-f.]*:[0-9a-f:.]+)\])(?::\d{0,5})?", re.IGNORECASE
)
"""A name or address with a port; nothing else that an address of the web may hold, such as a user or a path."""
LOOPBACK = frozenset({"localhost"})
OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site: sent by a page of this service, or by the user."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names that the service answers for; addresses are always right, since no name was looked up to reach them.

    Parameters
    ----------
    served
        All of them.
    named
        Those that were given: a proxy may serve them by https and ask here by http.
    """

    served: frozenset[str]
    named: frozenset[str]


def allowed_hosts(bound: str, more: Iterable[str] = ()) -> Hosts:
    """Loopback's names, the one listened on, and those that were given."""
    named = _plain(more)
    return Hosts(LOOPBACK | _plain([bound]) | named, named)


def _plain(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip().lower().rstrip(".") for name in names if name.strip())


def check_host(headers: Mapping[str, str], hosts: Hosts) -> None:
    """Refuse a request for another host.

    Raises
    ------
    Refusal
        400 without a host, 421 for a foreign one.
    """
    name = _name(headers.get("host", ""))
    if not name:
        raise Refusal(400, "the header Host is missing or wrong")
    if name not in hosts.served and not _is_address(name):
        raise Refusal(421, "this host is not served here; start with --allow-host NAME to serve it")


def check_origin(headers: Mapping[str, str], scheme: str, hosts: Hosts) -> None:
    """Refuse a form or a script of another site, or of this one by another scheme than the request came by.

    Raises
    ------
    Refusal
        403.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    same = origin is None or _is_own(origin, headers.get("host", ""), scheme, hosts)
    if (site not in OWN) if site is not None else not same:
        raise Refusal(
            403, "requests from pages of other sites are refused; send this one from a page here, or a program"
        )


def _name(host: str) -> str:
    """The name or number in a header Host, in lower case; empty if the header is malformed."""
    parts = _HOST.fullmatch(host)
    if parts is None or (parts["number"] and not _is_address(parts["number"])):
        return ""
    return (parts["name"] or parts["number"]).lower()


def _is_own(origin: str, host: str, scheme: str, hosts: Hosts) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.netloc.lower() == host.lower() and (parts.scheme == scheme or _name(host) in hosts.named)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
