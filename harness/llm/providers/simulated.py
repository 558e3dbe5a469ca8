"""The simulated model behind our `Provider`: in process, or through LiteLLM as a custom provider of it.

Both ways give the same answers (a test holds them to it). In process is the default: LiteLLM takes 3.3 s of CPU to
import and 1.1 to 2.3 ms a call more (50 messages, 4 kB; measured): half a minute and more in a run of 20,000 calls.
Journal, retries, budgets, tool calls and the wire format are the same. ``backbone.model.options.litellm=true`` takes
the other way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec, Price
from harness.llm.embedded import embedded_model
from harness.llm.providers import litellm_setup, text_tools
from harness.llm.providers.reading import read_response
from harness.llm.providers.wire import chat_request


class SimProvider:
    """Asks the simulated model. No time is slept unless ``options.sleep`` says so: latency is only accounted for."""

    def __init__(self) -> None:
        self._prices: dict[str, Price] = {}

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`. An answer's latency is the simulated one."""
        told = text_tools.as_text(call) if spec.tools == "text" else call
        request = chat_request(spec, spec.id, call=told) | {"sim": spec.sim_settings}
        if spec.options.get("litellm"):
            response = await _through_litellm(request)
        else:
            response = embedded_model().respond(request)
        answer = read_response(response, float(response["latency"]), price=self._price(spec).usd)
        if spec.options.get("sleep"):
            await asyncio.sleep(answer.usage.seconds)
        return text_tools.read_calls(answer, call) if spec.tools == "text" else answer

    def count_tokens(self, spec: ModelSpec, text: str) -> int:  # noqa: ARG002 (one tokenizer for all its models)
        """Return the length of a text in the simulated model's tokens."""
        return embedded_model().count_tokens(text)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the simulated model takes."""
        return spec.context_window or embedded_model().context_window(spec.id, spec.sim_settings)

    def _price(self, spec: ModelSpec) -> Price:
        if spec.price is not None:
            return spec.price
        if spec.id not in self._prices:
            self._prices[spec.id] = Price(**embedded_model().price(spec.id))
        return self._prices[spec.id]


async def _through_litellm(request: dict[str, Any]) -> Mapping[str, Any]:
    litellm = _with_sim(await litellm_setup.loaded())
    response = await litellm.acompletion(**request, num_retries=0)
    dumped: Mapping[str, Any] = response.model_dump()
    return dumped


def _with_sim(litellm: Any) -> Any:
    """Return `litellm` with the simulated model registered as provider ``sim``."""
    if any(row["provider"] == "sim" for row in litellm.custom_provider_map):
        return litellm

    sim = embedded_model()

    class SimLLM(litellm.CustomLLM):  # type: ignore[misc]
        async def acompletion(
            self, model: str, messages: list[Any], *, optional_params: dict[str, Any], **_: Any
        ) -> Any:
            try:
                response = sim.respond({**optional_params, "model": f"sim/{model}", "messages": messages})
            except sim.SimContextWindowError as error:
                raise litellm.ContextWindowExceededError(str(error), model, "sim") from error
            return litellm.ModelResponse(**response)

    litellm.custom_provider_map = [*litellm.custom_provider_map, {"provider": "sim", "custom_handler": SimLLM()}]
    return litellm
