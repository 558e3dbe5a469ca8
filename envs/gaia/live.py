"""The live web, only when asked for (`env.web=live`): pages by HTTP, search through a SearXNG instance.

It runs on the host for code written by a model, so it reaches public addresses only, whatever a name resolves to and
wherever a page redirects, reads text only, and bounds time and size. What it answers is part of a tool's result, which
is journaled: a replay needs no network.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin, urlsplit

import aiohttp

from envs.gaia.addresses import public_connector
from envs.gaia.pagetext import decoded, readable
from envs.gaia.sandbox.api import JSON
from envs.gaia.sandbox.wire import Malformed, decode

_MAX_BYTES = 2_000_000
_MAX_REDIRECTS = 5
_MAX_FOUND = 8
_SECONDS = 15.0


class LiveWeb:
    """Serves tools on the host, as a `Broker`.

    Parameters
    ----------
    search_url
        A SearXNG instance's search address, which answers ``?q=...&format=json``; None: pages only.
    private
        Whether addresses that are not public may be reached. For tests.
    """

    def __init__(self, search_url: str | None, private: bool = False) -> None:
        self._search_url = search_url
        self._private = private

    async def search(self, query: str) -> JSON:
        """Return up to eight pages, best first: ``url``, ``title`` and ``snippet``.

        Raises
        ------
        LookupError
            If no search engine is configured, or its answer is no JSON.
        """
        if self._search_url is None:
            raise LookupError("no search engine is configured (env.search_url); fetch works")
        parameters = {"q": query, "format": "json"}
        # The instance is the user's own choice, and may well be on a private address.
        async with self._session(private=True) as session, session.get(self._search_url, params=parameters) as response:
            response.raise_for_status()
            content = await _bounded(response)
        return await asyncio.to_thread(_results, content)

    async def fetch(self, url: str) -> JSON:
        """Return the title and the text of a page.

        Raises
        ------
        LookupError
            If it cannot be had: another scheme, an address that is not public, no text, too many redirects.
        aiohttp.ClientError, TimeoutError
            If the server does not answer as it should.
        """
        async with self._session(self._private) as session:
            for _ in range(_MAX_REDIRECTS + 1):
                _check_scheme(url)
                try:
                    async with session.get(url, allow_redirects=False) as response:
                        if not 300 <= response.status < 400:
                            return await _text(response)
                        url = urljoin(url, response.headers.get("Location", ""))
                except aiohttp.ClientConnectorError as error:
                    raise LookupError(f"{url} cannot be reached: {error.os_error.strerror or error.os_error}") from None
        raise LookupError(f"more than {_MAX_REDIRECTS} redirects")

    def _session(self, private: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector() if private else public_connector()
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        return aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False)


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LookupError(f"{url}: only http and https addresses can be fetched")


async def _text(response: aiohttp.ClientResponse) -> str:
    """Return what a page says; a hostile one takes its time in a thread, and the time is linear in its size."""
    response.raise_for_status()
    kind = response.content_type
    if not (kind.startswith("text/") or kind in ("application/json", "application/xhtml+xml")):
        raise LookupError(f"{response.url} is {kind}, not text")
    content, charset = await _bounded(response), response.charset

    def read() -> str:
        text = decoded(content, charset)
        return readable(text) if "html" in kind else text

    return await asyncio.to_thread(read)


def _results(content: bytes) -> JSON:
    try:
        answer = decode(content)
    except Malformed as error:
        raise LookupError(f"the search engine's answer cannot be read: {error}") from None
    found = answer.get("results") if isinstance(answer, dict) else None
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    keys = {"url": "url", "title": "title", "snippet": "content"}
    return [{ours: str(one.get(theirs, "")) for ours, theirs in keys.items()} for one in rows[:_MAX_FOUND]]


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > _MAX_BYTES:
            raise LookupError(f"the page is longer than {_MAX_BYTES:,} bytes")
    return bytes(content)
