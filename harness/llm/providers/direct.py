"""OpenAI-compatible endpoints, asked without LiteLLM: vLLM, Ollama, llama.cpp, LM Studio, any server of one's own.

One POST a call over a pool of connections that are kept. LiteLLM costs seconds to import and several milliseconds of
CPU a call (`scripts/bench/calls.py`); for an endpoint that speaks the protocol itself it adds nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import orjson

from harness.core.domain import Usage
from harness.core.messages import Answer, Call
from harness.llm import price_table, tokens
from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, MalformedResponse, ProviderRefused, classify
from harness.llm.providers import text_tools
from harness.llm.providers.unsupported import Unsupported
from harness.llm.providers.wire import PriceOf, chat_request, read_response
from harness.llm.redact import note, without_user

if TYPE_CHECKING:
    from aiohttp import ClientSession


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
        self._sessions: dict[asyncio.AbstractEventLoop, ClientSession] = {}
        self._unsupported = Unsupported()

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`."""
        told = text_tools.as_text(call) if spec.tools == "text" else call
        model = spec.id.partition("/")[2] or spec.id
        request = chat_request(spec, model, told) | spec.options
        request |= request.pop("extra_body", {})
        started = time.perf_counter()
        try:
            async with asyncio.timeout(spec.timeout):
                response = await self._unsupported.asking(spec.id, request, lambda asked: self._post(spec, asked))
        except EndpointError as error:
            if classify(error) is not Cause.FILTER:
                raise
            return Answer("", Usage(calls=1, usd=None, seconds=_since(started)), finish="filter")
        answer = read_response(response, _since(started), _price(spec))
        return text_tools.read_calls(answer, call.tools) if spec.tools == "text" else answer

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
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()

    async def _post(self, spec: ModelSpec, request: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {"Content-Type": "application/json"}
        if key := self._key(spec):
            headers["Authorization"] = f"Bearer {key}"
        url, auth = address(spec.api_base or "")
        if auth is not None and not key:
            headers["Authorization"] = auth
        async with self._session().post(url, data=orjson.dumps(request), headers=headers) as response:
            data = await response.read()
            if response.status != 200:
                raise EndpointError(response.status, data.decode(errors="replace"), response.headers)
        try:
            answer = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise MalformedResponse("the response is no JSON") from None
        if not isinstance(answer, dict):
            raise MalformedResponse("the response is no JSON object")
        return answer

    def _session(self) -> ClientSession:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed:
            import aiohttp

            connector = aiohttp.TCPConnector(limit=0, limit_per_host=0, keepalive_timeout=30)
            session = self._sessions[loop] = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=None), trust_env=True
            )
        return session


def address(base: str) -> tuple[str, str | None]:
    """Return the URL that chat completions are posted to, and the Authorization that the base's ``user:password`` asks.

    ``/v1`` is added where the base has no path (Ollama's does not).
    """
    parts = urlsplit(base)
    path = parts.path.rstrip("/") or "/v1"
    plain = without_user(f"{parts.scheme}://{parts.netloc}{path}")
    auth = None
    if parts.username is not None:
        from base64 import b64encode

        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        coded = b64encode(user.encode()).decode()
        note(coded)
        auth = f"Basic {coded}"
    return f"{plain}/chat/completions", auth


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
