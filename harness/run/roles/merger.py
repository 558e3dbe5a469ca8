"""The merger: reads several modules with their performance, writes one."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.domain import Candidate, Role
from harness.core.messages import Message
from harness.run.roles import rendering
from harness.run.roles.optimizer import read
from harness.run.roles.prompting import Prompts

__all__ = ["messages", "read"]


def messages(prompts: Prompts, purpose: str, *, candidates: Sequence[Candidate], name: str) -> list[Message]:
    """Write the merger's prompt for the module called `name` of each candidate."""
    measured_on = rendering.measured_on([candidate.performance for candidate in candidates])
    parts = [
        {
            **rendering.module(candidate.modules[name]),
            "performance": rendering.performance(candidate.performance),
            "measured_on": tasks,
        }
        for candidate, tasks in zip(candidates, measured_on, strict=True)
    ]
    return prompts.messages(Role.MERGER, candidates[0].modules[name].kind, purpose=purpose, candidates=parts)
