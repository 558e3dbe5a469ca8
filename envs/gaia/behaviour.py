"""On how many inputs two tools do the same: both are run on the same inputs, and their results compared."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from envs.gaia.sandbox import JSON, Outcome
from envs.gaia.sandbox.toolcheck import mentioned, smoke_arguments
from harness.core.domain import Tool
from harness.core.environment import Agreement

Run = Callable[[Tool, Mapping[str, JSON], Sequence[Path]], Awaitable[Outcome]]
_FAILED = "failed"


class Behaviours:
    """Compares tools; each is run once on each input."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen: dict[str, str] = {}

    async def agreement(self, one: Tool, other: Tool, *, samples: Sequence[Path]) -> Agreement:
        """Return on how many samples of their kinds both give the same; those on which both fail do not count.

        Parameters are matched by their order, and must have the same types: the second tool gets the arguments of the
        first. Tools of different names and descriptions are tried until they differ.
        """
        if _types(one) != _types(other):
            return Agreement(0, 0)
        related = one.name == other.name or one.description == other.description
        tried = mentioned(samples, one, other) or samples
        if one.source == other.source and one.name == other.name:
            return Agreement(len(tried), len(tried))
        agreed = inputs = 0
        for sample in tried:
            arguments = smoke_arguments(one.parameters, [sample])
            said = await self._said(one, arguments, sample=sample)
            also = await self._said(other, dict(zip(_names(other), arguments.values(), strict=True)), sample=sample)
            if said == also == _FAILED:
                continue
            inputs += 1
            agreed += said == also
            if said != also and not related:
                break
        return Agreement(agreed, inputs)

    async def _said(self, tool: Tool, arguments: Mapping[str, JSON], *, sample: Path) -> str:
        key = json.dumps([tool.name, tool.source, list(arguments.items()), sample.name])
        if key not in self._seen:
            outcome = await self._run(tool, arguments, [sample])
            value = json.dumps(outcome.value, sort_keys=True)
            self._seen[key] = value if outcome.error is None else _FAILED
        return self._seen[key]


def _names(tool: Tool) -> list[str]:
    properties = tool.parameters.get("properties", {})
    return list(properties)


def _types(tool: Tool) -> list[str]:
    properties = tool.parameters.get("properties", {})
    return [json.dumps(properties[name].get("type", "string")) for name in properties]
