"""Whether an address is public, and a connector that dials no other: checked where the address is dialled.

A name in a URL says little: full-width digits, octal or short forms, names that resolve to another address at the
second look, and redirects all end in one call of ``connect``. So that is where the check is. An IPv6 address that
carries an IPv4 address is as public as the address that it carries.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Any

import aiohttp

_CARRIERS = (
    IPv6Network("::/96"),  # IPv4-compatible (RFC 4291)
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped (RFC 4291)
    IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated (RFC 2765)
    IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052)
)
"""Networks whose last four bytes are an IPv4 address."""

_LOCAL = (IPv6Network("64:ff9b:1::/48"), IPv6Network("fec0::/10"))
"""NAT64 for local use (RFC 8215) and site-local (RFC 3879), which Python's `is_global` takes for public."""

_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
"""The first half of an interface identifier that ends in an IPv4 address (RFC 5214)."""


def is_public(address: str) -> bool:
    """Return whether a numeric address, and each IPv4 address that it carries, is reachable from anywhere."""
    found = ipaddress.ip_address(address.partition("%")[0])
    carried = tuple(_carried(found)) if isinstance(found, IPv6Address) else ()
    return all(map(_global, carried)) if carried else _global(found)


def public_connector() -> aiohttp.TCPConnector:
    """Return a connector that refuses, when it dials, what is not public."""
    return aiohttp.TCPConnector(socket_factory=_public_socket)


def _public_socket(address: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, _, place = address
    if not is_public(str(place[0])):
        raise OSError(f"{place[0]} is not a public address")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def _global(address: IPv4Address | IPv6Address) -> bool:
    special = address.is_multicast or address.is_reserved or any(address in network for network in _LOCAL)
    return address.is_global and not special


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in _CARRIERS) or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield last
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
