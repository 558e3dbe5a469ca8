"""What a skill is: how the simulated model reads and acts in one kind of task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..attention import Mind
from ..guidelines import Rule
from ..reading import Case, Chat


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an evaluator has to say about a case.

    Attributes
    ----------
    source
        What the right answer is read from.
    grounded
        Of a success: whether the truth shows the advice, so that it is no speculation about what made it work.
    """

    correct: bool
    failed: str
    pattern: str
    advice: str
    source: str = ""
    grounded: bool = False


@dataclass(frozen=True, slots=True)
class ToolWriting:
    """How a skill writes tools rather than instructions.

    Attributes
    ----------
    rewrite
        The optimizer's answer about a toolbox.
    unite
        The merger's answer about toolboxes.
    """

    rewrite: Callable[[Chat, Mind], str]
    unite: Callable[[Chat, Mind], str]


def _nothing(cases: Sequence[Case], mind: Mind) -> Sequence[tuple[str, int]]:  # noqa: ARG001
    return ()


@dataclass(frozen=True, slots=True)
class Skill:
    """One kind of task. A skill has words and manners, and knows nothing that its prompt does not say.

    Attributes
    ----------
    recognises
        Whether a prompt is about this kind of task.
    understand
        The rules that a sentence states.
    act
        The agent's next message.
    judge
        What is to be said of one attempt with its ground truth.
    exclusive
        The kinds of rules of which one per subject holds.
    notice
        General observations that attempts show beyond their evaluations, each with its count.
    join
        The notes, with those that can be said in one sentence said in one.
    tools
        For a skill that writes tools.
    """

    name: str
    recognises: Callable[[str], bool]
    understand: Callable[[str], tuple[Rule, ...]]
    act: Callable[[Chat, Mind], str]
    judge: Callable[[Case, Mind], Judgement]
    exclusive: frozenset[str] = frozenset()
    notice: Callable[[Sequence[Case], Mind], Sequence[tuple[str, int]]] = _nothing
    join: Callable[[Sequence[str]], list[str]] = list
    tools: ToolWriting | None = None
