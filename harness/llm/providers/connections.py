"""Connections to endpoints: kept between calls, and looked at before they are used again."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientConnectionError, TCPConnector
from aiohttp.connector import Connection

MOST = 64
"""Connections that are dropped for one call before it counts as lost."""


class Connections(TCPConnector):
    """Gives no call a connection over which something came since its last answer.

    HTTP/1.1 tells answers apart by their order alone: what a server sends unasked would be read as the next answer.
    """

    async def connect(self, *arguments: Any, **named: Any) -> Connection:
        """Return a connection that is silent."""
        for _ in range(MOST):
            found = await super().connect(*arguments, **named)
            if found.protocol is None or not found.protocol.should_close:
                return found
            found.close()
        raise ClientConnectionError("the server sends answers to nothing that it was asked")
