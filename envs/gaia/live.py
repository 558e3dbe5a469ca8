"""The live web, only when asked for (`env.web=live`): pages by HTTP, search through a SearXNG instance.

It runs on the host for code written by a model, so it reaches public addresses only, whatever a name resolves to and
wherever a page redirects, reads text only, and bounds time and size. What it answers is part of a tool's result, which
is journaled: a replay needs no network.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from lxml import etree, html

from envs.gaia.sandbox.api import JSON

_MAX_BYTES = 2_000_000
_MAX_REDIRECTS = 5
_MAX_FOUND = 8
_SECONDS = 15.0
_NOT_READ = ("script", "style", "noscript", "template", "svg")


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
            If no search engine is configured.
        """
        if self._search_url is None:
            raise LookupError("no search engine is configured (env.search_url); fetch works")
        parameters = {"q": query, "format": "json"}
        # The instance is the user's own choice, and may well be on a private address.
        async with self._session(private=True) as session, session.get(self._search_url, params=parameters) as response:
            response.raise_for_status()
            answer = await response.json(content_type=None)
        found = answer.get("results", []) if isinstance(answer, dict) else []
        keys = {"url": "url", "title": "title", "snippet": "content"}
        return [{ours: str(one.get(theirs, "")) for ours, theirs in keys.items()} for one in found[:_MAX_FOUND]]

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
                self._check(url)
                async with session.get(url, allow_redirects=False) as response:
                    if 300 <= response.status < 400:
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    response.raise_for_status()
                    kind = response.content_type
                    if not (kind.startswith("text/") or kind in ("application/json", "application/xhtml+xml")):
                        raise LookupError(f"{url} is {kind}, not text")
                    content = await _bounded(response)
                    text = content.decode(response.charset or "utf-8", errors="replace")
                    return _readable(text) if "html" in kind else text
        raise LookupError(f"more than {_MAX_REDIRECTS} redirects")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise LookupError(f"{url}: only http and https addresses can be fetched")
        if not self._private and _address(parts.hostname) and not _public(parts.hostname):
            raise LookupError(f"{parts.hostname} is not a public address")

    def _session(self, private: bool) -> aiohttp.ClientSession:
        resolver = None if private else PublicResolver()
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        return aiohttp.ClientSession(
            timeout=timeout, connector=aiohttp.TCPConnector(resolver=resolver), trust_env=False, auto_decompress=True
        )


class PublicResolver(AbstractResolver):
    """Resolves names, to public addresses only: a name that leads into a private network leads nowhere."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the public addresses of a host."""
        found = [one for one in await self._inner.resolve(host, port, family) if _public(one["host"])]
        if not found:
            raise OSError(f"{host} has no public address")
        return found

    async def close(self) -> None:
        """Release what resolving took."""
        await self._inner.close()


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > _MAX_BYTES:
            raise LookupError(f"the page is longer than {_MAX_BYTES:,} bytes")
    return bytes(content)


def _readable(text: str) -> str:
    parser = html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
    try:
        root: Any = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return text
    title = (root.findtext(".//title") or "").strip()
    for element in list(root.iter(*_NOT_READ)):
        element.drop_tree()
    body = root.find(".//body")
    lines = (" ".join(line.split()) for line in (root if body is None else body).text_content().splitlines())
    return f"{title}\n\n" + "\n".join(line for line in lines if line)


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _public(host: str) -> bool:
    return ipaddress.ip_address(host.partition("%")[0]).is_global
