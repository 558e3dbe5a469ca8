"""No network for as long as a block lasts: what runs in it can ask nobody, whatever a record says.

Every connection, datagram and name look-up of this process is refused at Python's own audit events; sockets of this
machine's file system, which the sandbox uses, are not.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TO_AN_ADDRESS = ("socket.connect", "socket.sendto", "socket.sendmsg")
LOOKING_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")


class Offline(ConnectionError):
    """Something asked the network where nothing may."""


class _Guard:
    def __init__(self) -> None:
        self.blocks = 0
        self.installed = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.blocks:
            return
        if event in LOOKING_UP:
            raise Offline(f"offline: {arguments[0]!r} is not looked up")
        if event in TO_AN_ADDRESS and arguments[0].family != getattr(socket, "AF_UNIX", None):
            raise Offline(f"offline: {arguments[1]!r} is not asked")


_guard = _Guard()


@contextmanager
def offline() -> Iterator[None]:
    """Refuse the network to this process until the block ends.

    Raises
    ------
    Offline
        At whatever asks.
    """
    if not _guard.installed:
        sys.addaudithook(_guard)
        _guard.installed = True
    _guard.blocks += 1
    try:
        yield
    finally:
        _guard.blocks -= 1
