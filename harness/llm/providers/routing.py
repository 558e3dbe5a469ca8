"""The provider of every model.

Embedded and scripted models answer in process; OpenAI-compatible endpoints are asked directly, all others by LiteLLM.
"""

from __future__ import annotations

from collections.abc import Iterable

from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec
from harness.llm.providers.direct import DirectProvider
from harness.llm.providers.local.provider import LocalProvider
from harness.llm.providers.protocol import Provider
from harness.llm.providers.scripted import ScriptedProvider
from harness.llm.providers.simulated import SimProvider
from harness.llm.providers.through_litellm import LiteLLMProvider


class Providers:
    """Sends each call to the provider of its model."""

    def __init__(self) -> None:
        self._sim = SimProvider()
        self._scripted = ScriptedProvider()
        self._direct = DirectProvider()
        self._local = LocalProvider()
        self._litellm = LiteLLMProvider()

    def warm(self, models: Iterable[ModelSpec]) -> None:
        """Begin the slow import of LiteLLM in a thread, if one of the models needs it."""
        if any(self._of(spec) is self._litellm or spec.options.get("litellm") for spec in models):
            self._litellm.warm()

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once; see `Provider.complete`."""
        return await self._of(spec).complete(spec, call)

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return the length of a text in the model's tokens."""
        return self._of(spec).count_tokens(spec, text)

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the model takes."""
        return self._of(spec).context_window(spec)

    async def close(self) -> None:
        """Close connections and stop servers."""
        await self._direct.close()
        await self._local.close()

    def _of(self, spec: ModelSpec) -> Provider:
        if spec.embedded:
            return self._sim
        if spec.scripted:
            return self._scripted
        if spec.local:
            return self._local
        return self._direct if spec.asked_directly else self._litellm
