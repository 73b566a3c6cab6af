"""Web addresses that may be fetched: http or https on their own ports, at machines of the public Internet only."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from scoring.serve.refusals import Refusal

Address = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given to machines of the Internet: no site-local, IPv4-mapped or NAT64 address lies in it."""
SPECIAL = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Parts of it that belong to no machine: protocols (Teredo, benchmarks, ORCHID), documentation, 6to4."""
SPECIAL_IPV4 = tuple(
    map(ipaddress.IPv4Network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"))
)
"""Public by number, yet answered by the machine's own host (Azure's and Oracle's; those of others are private), 6to4's
relays, and benchmarks."""
LONGEST = 2048


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public Internet: no private, loopback, link-local, multicast, reserved one."""
    if isinstance(address, IPv6Address):
        special = address.scope_id or address not in UNICAST or any(address in network for network in SPECIAL)
    else:
        special = any(address in network for network in SPECIAL_IPV4)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)


def resolve(host: str, port: int) -> Sequence[Address]:
    """All addresses of a host, by the system's resolver."""
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(entry[4][0]) for entry in addresses]


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be fetched. Only tests give other values than the defaults."""

    allows: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], Sequence[Address]] = resolve
    any_port: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: the connection is made to ``address``, whatever its name may mean a moment later."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address

    @property
    def url(self) -> str:
        """The address with its number in place of the name."""
        number = f"[{self.address}]" if isinstance(self.address, IPv6Address) else str(self.address)
        return f"{self.scheme}://{number}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """The value of the header Host that the server is sent."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target(url: str, policy: Policy) -> Target:
    """Check an address and look its name up once; this may take a while.

    Raises
    ------
    Refusal
        422 when it may not be fetched, 502 when its name is not known.
    """
    scheme, host, port, path = _parts(url)
    if port != PORTS[scheme] and not policy.any_port:
        raise Refusal(422, f"url: port {port} is not fetched from; give an address at the usual port")
    try:
        addresses = policy.resolve(host, port)
    except (OSError, UnicodeError, ValueError):
        raise Refusal(502, f"url: no machine of the name {host[:100]} is known") from None
    if not addresses or not all(map(policy.allows, addresses)):
        raise Refusal(422, f"url: {host[:100]} is not on the public Internet, and is not fetched")
    return Target(scheme, host, port, path, addresses[0])


def _parts(url: str) -> tuple[str, str, int, str]:
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        plain, scheme, host, port = False, "", "", None
    if not plain or scheme not in PORTS or not host:
        raise Refusal(422, "url: is no plain http or https address; give one as the browser's address line shows it")
    if parts.username is not None or parts.password is not None:
        raise Refusal(422, "url: holds a user name; give the address without it")
    path = parts.path or "/"
    return scheme, host, PORTS[scheme] if port is None else port, f"{path}?{parts.query}" if parts.query else path
