"""What an environment is, and what it gets from the harness:

    class Shout:
        def describe(self): return Description("shout", "1", "1", "fixed", "Repeat words.")
        def initial_modules(self): return Modules.of_instruction("Answer with the word.")
        def tasks(self, split): return [Task(f"{split}-1", "apple", "APPLE", "words")]
        async def rollout(self, modules, task, agent):
            answer = await agent.complete([Message("user", f"{modules.instruction()}\n{task.query}")])
            right = answer.text == task.truth
            return Trajectory(task.id, (), answer.text, right, float(right))

CONTRIBUTING.md runs it; `harness.testing.check_environment` checks it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from harness.core.domain import Modules, Task, Tool, Trajectory
from harness.core.messages import Answer, Message, ToolSchema

Split = Literal["train", "test"]

SHOWN = ("categories", "groups", "measures")
"""Fields of a description that shape tables and pages, and nothing of the run."""


@dataclass(frozen=True, slots=True)
class Description:
    """What an environment says of itself. What only shapes tables and pages is no part of the run id: `SHOWN`.

    Attributes
    ----------
    version, scorer_version
        Raised when tasks are played, or scored, in another way.
    data_checksum
        Digest of the data that the tasks come from (for generated data: of the generator's version and seed).
    purpose
        A sentence or two about the agent's work, for the evaluator, the optimizer and the merger.
    categories
        The rows of the result tables, in their order.
    generated
        Whether the data is synthetic. The record says so.
    sensitive
        Whether task texts must not be shown or shared; exporters then write digests.
    groups
        Notes of trajectories by which further tables are printed beside the one by category; each value of a list
        counts.
    measures
        What is shown beside the score: notes of trajectories that are numbers, by their mean (whole numbers as they
        are, others in percent); or figures that need no note (``solved within N steps``, ``steps of solved``,
        ``tokens of solved``: `harness.reports.measures`).
    """

    name: str
    version: str
    scorer_version: str
    data_checksum: str
    purpose: str
    categories: tuple[str, ...] = ()
    generated: bool = False
    sensitive: bool = False
    groups: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


class AgentModel(Protocol):
    """The agent's model during one rollout: the environment's only way to a model and to recorded effects."""

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:
        """Ask the agent's backbone. Identical calls of one rollout position get one answer.

        Raises
        ------
        InfrastructureError
            If the provider cannot be reached after the last try. Let it pass: the rollout is then tried again later.
        HarnessError
            If the run reached a limit, or its disk is full. Whatever an environment does with errors of the run, such a
            rollout has no score. Only after a `ContextWindowExceeded` may it continue.
        """
        ...

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:
        """Return `compute()`, journaled under (`kind`, `inputs`); on resume and replay, what the journal holds.

        For what comes from outside besides model answers: tool results, search, fetch. Inputs and result must be
        JSON-like.
        """
        ...


@runtime_checkable
class Environment(Protocol):
    """Where an agent acts. `harness.testing.check_environment` holds an implementation against this contract."""

    def describe(self) -> Description:
        """Return name, versions and checksum. Cheap; called before any task is loaded."""
        ...

    def initial_modules(self) -> Modules:
        """Return the parameters of the vanilla agent."""
        ...

    def tasks(self, split: Split) -> Sequence[Task]:
        """Return the tasks of a split, the same ones in the same order at every call.

        The two splits share no id. Tests are asked for only after training.

        Raises
        ------
        ConfigError
            If the data is missing or wrong: one line with what, where, and what to do.
        """
        ...

    async def rollout(self, modules: Modules, task: Task, agent: AgentModel) -> Trajectory:
        """Play one task and score it.

        Called hundreds of times concurrently: no state may pass between rollouts. Deterministic given the agent's
        answers.

        Raises
        ------
        InfrastructureError
            If the environment or the provider broke; never for a wrong answer of the agent.
        """
        ...


@runtime_checkable
class ReferenceModules(Protocol):
    """What an environment may offer besides: modules written by hand that hold everything there is to learn.

    ``harness headroom`` plays them beside the untouched agent. They never reach a method.
    """

    def reference_modules(self) -> Mapping[str, Modules]:
        """Return modules by name, such as ``rulebook``; each replaces the initial modules. May be empty."""
        ...


@runtime_checkable
class TaskDigests(Protocol):
    """What an environment may offer besides: its tasks in short, where a query holds a whole document."""

    def digest(self, task: Task) -> str:
        """Return what an optimizer reads in place of the query of a training task. Deterministic."""
        ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """On how many inputs two tools gave the same result; inputs on which both failed do not count.

    Where tools differ early, `inputs` may be those that were tried until then.
    """

    agreed: int
    inputs: int

    @property
    def same(self) -> bool:
        """Whether they agree on all inputs, of which there is at least one."""
        return 0 < self.agreed == self.inputs


@runtime_checkable
class ToolChecker(Protocol):
    """What an environment may offer beside, where the agent's module is a toolbox: it alone can run tools.

    The harness finds it by its two methods and journals what they say. Without it a proposed tool has to parse and to
    define its function, no more, and tools are equal only where their texts are.
    """

    async def check_tool(self, tool: Tool) -> str | None:
        """Return what keeps a proposed tool out of the toolbox, for its author to act on; None if nothing does."""
        ...

    async def agreement(self, one: Tool, other: Tool) -> Agreement:
        """Return on how many of the inputs that were tried two tools give the same result."""
        ...


@runtime_checkable
class ToolTrials(Protocol):
    """What an environment may offer besides: trials of tools that are not handed in yet, on training tasks."""

    def files(self, tasks: Sequence[Task]) -> Sequence[str]:
        """Return a line for each task that says with which file it comes and what that looks like; "" for none."""
        ...

    async def try_tool(self, tool: Tool, arguments: Mapping[str, Any], task: Task) -> str:
        """Return what an agent would read after this call, on this task."""
        ...
