"""What a skill is: how the simulated model reads and acts in one kind of task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..attention import Mind
from ..guidelines import Rule
from ..reading import Case, Chat


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an evaluator has to say about a case."""

    correct: bool
    failed: str
    pattern: str
    advice: str


@runtime_checkable
class ToolWriter(Protocol):
    """A skill that writes tools rather than instructions."""

    def rewrite(self, chat: Chat, mind: Mind) -> str:
        """Return the optimizer's answer about a toolbox."""
        ...

    def unite(self, chat: Chat, mind: Mind) -> str:
        """Return the merger's answer about toolboxes."""
        ...


class Skill(Protocol):
    """One kind of task. A skill has words and manners, and knows nothing that its prompt does not say."""

    name: str
    exclusive: frozenset[str]

    def recognises(self, text: str) -> bool:
        """Return whether a prompt is about this kind of task."""
        ...

    def understand(self, sentence: str) -> tuple[Rule, ...]:
        """Return the rules that a sentence states."""
        ...

    def act(self, chat: Chat, mind: Mind) -> str:
        """Return the agent's next message."""
        ...

    def judge(self, case: Case, mind: Mind) -> Judgement:
        """Read one attempt with its ground truth."""
        ...

    def notice(self, cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:
        """Return general observations that attempts show beyond their evaluations, each with its count."""
        ...

    def join(self, notes: Sequence[str]) -> list[str]:
        """Return notes with those that can be said in one sentence said in one."""
        ...
