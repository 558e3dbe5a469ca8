"""All of LiteLLM's providers behind our `Provider`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from harness.core.messages import Answer, Call
from harness.llm import price_table, tokens
from harness.llm.backbone import ModelSpec
from harness.llm.causes import Cause, MalformedResponse, ProviderRefused, classify
from harness.llm.key_rules import HEADERS
from harness.llm.keys import headers_of
from harness.llm.providers import litellm_setup, text_tools
from harness.llm.providers.reading import PriceOf, read_response
from harness.llm.providers.unsupported import SAMPLING, Unsupported
from harness.llm.providers.wire import chat_request
from harness.llm.redact import one_line

_log = logging.getLogger(__name__)


class LiteLLMProvider:
    """Asks a model through LiteLLM, which is imported at the first call."""

    def __init__(self) -> None:
        self._noted: set[str] = set()
        self._unsupported = Unsupported()

    def warm(self) -> None:
        """Begin to import LiteLLM in a thread."""
        litellm_setup.warm()

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`."""
        litellm = await litellm_setup.loaded()
        told = text_tools.as_text(call) if spec.tools == "text" else call
        request = request_for(spec, told)
        self._note_dropped(litellm, spec, request=request)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(spec.timeout):
                response = await self._unsupported.asking(
                    spec.id, request, ask=lambda asked: litellm.acompletion(**asked)
                )
        except Exception as error:
            if classify(error) is not Cause.BUG:
                raise
            # LiteLLM stumbled over the response.
            raise MalformedResponse(f"LiteLLM cannot read the response: {one_line(error)}") from error
        seconds = round(time.perf_counter() - started, 6)
        answer = read_response(_dumped(response), seconds, price=_price(spec, response))
        return text_tools.read_calls(answer, call) if spec.tools == "text" else answer

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return the length of a text in tokens; near for models that are not OpenAI's."""
        return tokens.count_tokens(spec.id, text)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def context_window(self, spec: ModelSpec) -> int:
        """Return the window of the spec, or of LiteLLM's table."""
        window = spec.context_window or price_table.context_window(spec.id)
        if window is None:
            raise ProviderRefused(f"the context window of {spec.id} is unknown: set its context_window (tokens)")
        return window

    def _note_dropped(self, litellm: Any, spec: ModelSpec, *, request: Mapping[str, Any]) -> None:
        if spec.id in self._noted:
            return
        self._noted.add(spec.id)
        dropped = [
            name for name in SAMPLING if name in request and not _taken(litellm, spec, name=name, value=request[name])
        ]
        if dropped:
            _log.warning("%s does not take %s: left out of its requests", spec.id, ", ".join(dropped))


def _dumped(response: Any) -> Mapping[str, Any]:
    try:
        dumped: Mapping[str, Any] = response.model_dump()
    except Exception as error:
        raise MalformedResponse(f"LiteLLM cannot write the response: {one_line(error)}") from error
    return dumped


def request_for(spec: ModelSpec, call: Call) -> dict[str, Any]:
    """Return the arguments of ``litellm.acompletion`` for one call."""
    request = chat_request(spec, spec.id, call=call)
    for name, value in (("api_base", spec.api_base), ("api_key", _key(spec))):
        if value is not None:
            request[name] = value
    request |= {"timeout": spec.timeout, "num_retries": 0, "max_retries": 0}
    if call.tools:
        request["_skip_mcp_handler"] = True  # or LiteLLM imports the package `mcp`, which it does not depend on
    headers = {HEADERS: headers_of(spec)} if HEADERS in spec.options else {}
    return request | spec.options | headers


def _taken(litellm: Any, spec: ModelSpec, *, name: str, value: Any) -> bool:
    # LiteLLM's lists of supported parameters err (o3-mini: temperature); what it would send does not.
    model, provider, *_ = litellm.get_llm_provider(spec.id)
    sent = litellm.utils.get_optional_params(
        model=model, custom_llm_provider=provider, drop_params=True, **{name: value}
    )
    return bool(set(sent) - {"stream", "extra_body"})


def _key(spec: ModelSpec) -> str | None:
    if spec.api_key_env is not None:
        return spec.key()
    # A server of one's own: it must not see the key of OpenAI, and the client insists on one.
    return "none" if spec.api_base is not None and spec.provider == "openai" else None


def _price(spec: ModelSpec, response: Any) -> PriceOf:
    if spec.price is not None:
        return spec.price.usd
    cost = getattr(response, "_hidden_params", {}).get("response_cost")
    return lambda *_: None if cost is None else float(cost)
