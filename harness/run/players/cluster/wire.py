"""A connection of their own for the mail between a run and a player, since a call of an actor takes much more CPU.

The run listens while a player begins, for one connection, which must open with a secret that only this player was
told; who says anything else is cut off, and nothing that they send is read.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

HANDSHAKE = 5.0
"""Seconds that a connection may take to be made, and to show its secret."""

SECRET = 32
"""Bytes of a secret."""

IDLE, AGAIN, TRIES = 60, 15, 4
"""Seconds of silence after which the other end is probed, seconds between probes, and how many of them it may miss."""

_LENGTH = 8
_CHUNK = 1 << 20
_TAKEN = b"+"


class Where(NamedTuple):
    """Where a player finds the run: an address, and the secret that opens it."""

    host: str
    port: int
    secret: bytes


class WireBroken(Exception):
    """A connection is broken: its other end is gone, or the network between."""


class Wire:
    """One end of a connection; messages arrive whole and in order, or it is broken."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._held = bytearray()

    async def send(self, mail: Sequence[bytes]) -> None:
        """Send messages; wait while the other end is slow to read.

        Raises
        ------
        WireBroken
            If the connection is.
        """
        if self._writer.is_closing():  # uvloop raises another error then
            raise WireBroken("it was closed")
        try:
            self._writer.write(b"".join(part for data in mail for part in (len(data).to_bytes(_LENGTH), data)))
            await self._writer.drain()
        except OSError as error:
            raise WireBroken(str(error)) from None

    async def receive(self) -> list[bytes]:
        """Return the messages that have come, as soon as one is whole.

        Raises
        ------
        WireBroken
            If the connection is.
        """
        while not (mail := self._whole()):
            try:
                data = await self._reader.read(_CHUNK)
            except OSError as error:
                raise WireBroken(str(error)) from None
            if not data:
                raise WireBroken("it was closed")
            self._held += data
        return mail

    def close(self) -> None:
        """Break the connection at once: what is still to be sent to a machine that vanished would hold it open."""
        self._writer.transport.abort()

    def _whole(self) -> list[bytes]:
        mail, at, held = [], 0, self._held
        while (start := at + _LENGTH) <= len(held):
            end = start + int.from_bytes(held[at:start])
            if end > len(held):
                break
            mail.append(bytes(held[start:end]))
            at = end
        del held[:at]
        return mail


class Offer:
    """A place to connect to, for one player; `wire` is the connection, once it is made."""

    def __init__(self) -> None:
        self.wire: Wire | None = None
        self._secret = secrets.token_bytes(SECRET)
        self._closed = False

    @asynccontextmanager
    async def open(self, host: str) -> AsyncIterator[Where | None]:
        """Listen at an address of this machine; give where, or None where the system refuses that."""
        try:
            server = await asyncio.start_server(self._met, host, 0)
        except OSError:
            yield None
            return
        try:
            yield Where(host, server.sockets[0].getsockname()[1], self._secret)
        finally:
            self._closed = True
            server.close()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b""
        with suppress(OSError, EOFError, TimeoutError, asyncio.CancelledError):  # the run may end meanwhile
            async with asyncio.timeout(HANDSHAKE):
                said = await reader.readexactly(SECRET)
        if self._closed or self.wire is not None or not hmac.compare_digest(said, self._secret):
            writer.close()
            return
        self.wire = _kept_alive(reader, writer)
        writer.write(_TAKEN)


async def connect(where: Where) -> Wire | None:
    """Connect to the run; None where it cannot be reached from here."""
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(HANDSHAKE):
            reader, writer = await asyncio.open_connection(where.host, where.port)
            writer.write(where.secret)
            if await reader.readexactly(len(_TAKEN)) == _TAKEN:
                return _kept_alive(reader, writer)
    except (OSError, EOFError, TimeoutError):
        pass
    if writer is not None:
        writer.close()
    return None


def _kept_alive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Wire:
    """Return a connection that notices, in two minutes, when the network drops it without a word."""
    made: socket.socket = writer.get_extra_info("socket")
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", IDLE), ("TCP_KEEPINTVL", AGAIN), ("TCP_KEEPCNT", TRIES)):
        if (option := getattr(socket, name, None)) is not None:
            made.setsockopt(socket.IPPROTO_TCP, option, value)
    return Wire(reader, writer)
