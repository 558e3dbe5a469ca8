"""What a provider of models is to the door."""

from __future__ import annotations

from typing import Protocol

from harness.core.messages import Answer, Call
from harness.llm.backbone import ModelSpec


class Provider(Protocol):
    """Where answers come from. The door retries, journals and counts; a provider does none of that."""

    async def complete(self, spec: ModelSpec, call: Call) -> Answer:
        """Ask once.

        A refusal by the provider's content filter is an answer (``finish="filter"``).

        Raises
        ------
        Exception
            Any; `harness.llm.causes.classify` names its cause.
        """
        ...

    def count_tokens(self, spec: ModelSpec, text: str) -> int:
        """Return the length of a text in the model's tokens (or in the best known approximation)."""
        ...

    def context_window(self, spec: ModelSpec) -> int:
        """Return how many tokens the model takes."""
        ...

    async def close(self) -> None:
        """Release connections and processes."""
        ...
