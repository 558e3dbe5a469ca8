"""OpenAI-compatible endpoints, asked without LiteLLM: vLLM, Ollama, llama.cpp, LM Studio, any server of one's own.

One POST a call over a pool of connections that are kept. LiteLLM costs seconds to import and several milliseconds of
CPU a call (`scripts/bench/calls.py`); for an endpoint that speaks the protocol itself it adds nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from harness.core.domain import Usage
from harness.core.messages import Answer, Call
from harness.core.time_limit import time_limit
from harness.llm import price_table, tokens
from harness.llm.backbone import ModelSpec
from harness.llm.causes import MalformedResponse, NoAnswer, ProviderRefused
from harness.llm.key_rules import HEADERS
from harness.llm.keys import headers_of
from harness.llm.providers import text_tools
from harness.llm.providers.reading import PriceOf, read_response
from harness.llm.providers.unsupported import Unsupported
from harness.llm.providers.wire import chat_request
from harness.llm.storage.records import encode

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession


MAX_BODY = 16 * 2**20
"""Bytes of a response; no answer is nearly as long."""


class EndpointError(Exception):
    """An endpoint's refusal: its status, its words and its headers."""

    def __init__(self, status: int, said: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"HTTP {status}: {said[:2000]}")
        self.status_code = status
        self.litellm_response_headers = headers


class DirectProvider:
    """Asks OpenAI-compatible endpoints.

    Parameters
    ----------
    key
        The key that a model's endpoint asks for, None where it asks for none.
    """

    def __init__(self, key: Callable[[ModelSpec], str | None] = ModelSpec.key) -> None:
        self._key = key
        self._sessions: dict[tuple[asyncio.AbstractEventLoop, bool], ClientSession] = {}
        self._unsupported = Unsupported()

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`."""
        told = text_tools.as_text(call) if spec.tools == "text" else call
        model = spec.id.partition("/")[2] or spec.id
        request = chat_request(spec, model, call=told)
        if spec.options:
            request |= {name: value for name, value in spec.options.items() if name != HEADERS}
            request |= request.pop("extra_body", {})
        started = time.perf_counter()
        with time_limit(spec.timeout):
            response = await self._unsupported.asking(spec.id, request, ask=lambda asked: self._post(spec, asked))
        answer = read_response(response, _since(started), price=_price(spec))
        return text_tools.read_calls(answer, call) if spec.tools == "text" else answer

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return the length of a text in tokens; near for models that are not OpenAI's."""
        return tokens.count_tokens(spec.id, text)

    def context_window(self, spec: ModelSpec) -> int:
        """Return the window of the spec, or of LiteLLM's table."""
        window = spec.context_window or price_table.context_window(spec.id)
        if window is None:
            raise ProviderRefused(f"the context window of {spec.id} is unknown: set its context_window (tokens)")
        return window

    async def close(self) -> None:
        """Close the connections."""
        loop = asyncio.get_running_loop()
        for outside in (False, True):
            session = self._sessions.pop((loop, outside), None)
            if session is not None:
                await session.close()

    async def _post(self, spec: ModelSpec, request: Mapping[str, Any]) -> Mapping[str, Any]:
        import aiohttp

        headers = headers_of(spec)
        if key := self._key(spec):
            headers["Authorization"] = f"Bearer {key}"
        url = address(spec.api_base or "")
        body = aiohttp.BytesPayload(encode(request), content_type="application/json")
        response = await self._session(url).post(url, data=body, headers=headers or None, allow_redirects=False)
        try:
            data = await _bounded(response)  # read to its end, it has given its connection back
        except BaseException:
            response.close()
            raise
        if not 200 <= response.status < 300:
            raise EndpointError(response.status, data.decode(errors="replace"), response.headers)
        return read_body(data)

    def _session(self, url: str) -> ClientSession:
        loop, outside = asyncio.get_running_loop(), not is_loopback(url)
        session = self._sessions.get((loop, outside))
        if session is None or session.closed:
            import aiohttp

            from harness.llm.providers.connections import Connections

            connector = Connections(limit=0, limit_per_host=0, keepalive_timeout=30)
            session = self._sessions[loop, outside] = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                trust_env=outside,
                cookie_jar=aiohttp.DummyCookieJar(),  # no call depends on what an earlier one was answered
            )
        return session


@lru_cache(maxsize=64)
def address(base: str) -> str:
    """Return the URL that chat completions are posted to: ``/v1`` is added where the base has no path (Ollama's)."""
    parts = urlsplit(base)
    path = parts.path.rstrip("/") or "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}/chat/completions"


@lru_cache(maxsize=64)
def is_loopback(url: str) -> bool:
    """Return whether a URL names this machine, which no proxy of the environment leads to."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def read_body(data: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a response's body; a byte-order mark, NaN or half a surrogate pair do no harm.

    Raises
    ------
    MalformedResponse
        If there is none.
    """
    try:
        answer = orjson.loads(data)
    except orjson.JSONDecodeError:
        answer = _lenient(data)
    if not isinstance(answer, dict):
        raise MalformedResponse("the response is no JSON object")
    return answer


def _lenient(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise MalformedResponse("the response is no JSON") from None


async def _bounded(response: ClientResponse) -> bytes:
    """Return the body of a response, unpacked.

    Raises
    ------
    NoAnswer
        If it has more than `MAX_BODY` bytes: a model that does not end, or a bomb.
    """
    parts, size = [], 0
    while part := await response.content.readany():
        size += len(part)
        if size > MAX_BODY:
            why = f"the response is longer than {MAX_BODY / 2**20:.0f} MiB"  # of this prompt: the next try may end
            raise NoAnswer(why, Answer("", Usage(calls=1), finish="length"))
        parts.append(part)
    return b"".join(parts)


def _price(spec: ModelSpec) -> PriceOf:
    if spec.price is not None:
        return spec.price.usd
    known = price_table.price_of(spec.id)
    if known is None:
        return lambda *_: None
    of_prompt, of_cached, of_completion = known
    return lambda prompt, cached, completion: (
        (prompt - cached) * of_prompt + cached * of_cached + completion * of_completion
    )


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 6)
