"""Conformance checks for one's own environments and methods, as scikit-learn's `check_estimator` is for estimators.

Each check raises `ConformanceError`, whose message says what the contract asks and what was seen instead. They need
no key, no network and no backbone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.core.domain import (
    Candidate,
    Evaluation,
    Evidence,
    Experience,
    Instruction,
    Modules,
    Performance,
    Role,
    Step,
    Task,
    Trajectory,
    Usage,
    digest,
)
from harness.core.environment import Environment, Split
from harness.core.errors import InfrastructureError
from harness.core.lab import NOTHING, Lab, Work
from harness.core.messages import Answer, Message, ToolSchema
from harness.core.method import Method
from harness.run.embedding import tfidf


class ConformanceError(AssertionError):
    """An implementation does not keep its contract."""


def check_environment(environment: Environment, rollouts: int = 3) -> None:
    """Hold an environment against `harness.core.environment.Environment`.

    Parameters
    ----------
    rollouts
        How many tasks of the training split are played.

    Raises
    ------
    ConformanceError
        At the first thing that is not as the contract asks.
    """
    _ask(isinstance(environment, Environment), "it must have describe, initial_modules, tasks and rollout")
    description = environment.describe()
    _ask(description == environment.describe(), "describe() must say the same at every call")
    for name in ("name", "version", "scorer_version", "data_checksum", "purpose"):
        _ask(bool(getattr(description, name)), f"describe().{name} must not be empty")
    modules = environment.initial_modules()
    _ask(modules.digest == environment.initial_modules().digest, "initial_modules() must be the same at every call")
    _ask(bool(modules.trainable), "initial_modules() must have a trainable module")
    _ask(set(modules.trainable) <= set(modules.parts), "every trainable module must be one of the parts")
    train, test = environment.tasks("train"), environment.tasks("test")
    _ask(bool(train) and bool(test), "tasks('train') and tasks('test') must not be empty")
    both: tuple[tuple[Split, Sequence[Task]], ...] = (("train", train), ("test", test))
    for split, tasks in both:
        _ask(
            list(tasks) == list(environment.tasks(split)), f"tasks({split!r}) must be the same, in order, at every call"
        )
    ids = [task.id for task in (*train, *test)]
    _ask(len(set(ids)) == len(ids), "task ids must be unique over both splits")
    if description.categories:
        strange = {task.category for task in (*train, *test)} - set(description.categories)
        _ask(not strange, f"categories {sorted(strange)} are not in describe().categories")
    asyncio.run(_check_rollouts(environment, modules, list(train[:rollouts])))


async def _check_rollouts(environment: Environment, modules: Modules, tasks: Sequence[Task]) -> None:
    agents = [ScriptedAgent() for _ in tasks]
    alone = [await environment.rollout(modules, task, agent) for task, agent in zip(tasks, agents, strict=True)]
    for task, agent, trajectory in zip(tasks, agents, alone, strict=True):
        _ask(trajectory.task_id == task.id, f"the trajectory of {task.id} must carry its id")
        _ask(0.0 <= trajectory.score <= 1.0, f"{task.id}: a score must lie in [0, 1], not {trajectory.score}")
        _ask(bool(agent.prompts), f"{task.id}: rollout() must ask the agent it is given")
        seen = "\n".join(agent.prompts)
        # Where the answer is to be found in what the agent reads, it stands in an observation or the query.
        read = [task.query, *(step.observation for step in trajectory.steps)]
        hidden = len(task.truth) < 3 or task.truth not in seen or any(task.truth in text for text in read)
        _ask(hidden, f"{task.id}: the ground truth stands in the agent's prompt")
        for module in modules.parts.values():
            shown = not isinstance(module, Instruction) or module.text in seen
            _ask(shown, f"{task.id}: the instruction does not reach the agent's prompt, so nothing could be learned")
    together = await asyncio.gather(*(environment.rollout(modules, task, ScriptedAgent()) for task in tasks))
    _ask(list(together) == alone, "rollouts at the same time must give what they give one after another")
    try:
        await environment.rollout(modules, tasks[0], ScriptedAgent(broken=True))
    except InfrastructureError:
        return
    raise ConformanceError("an InfrastructureError of the agent must pass through rollout(), not become a score")


@dataclass
class ScriptedAgent:
    """An agent's model that answers a fixed function of the conversation, and keeps what it was shown.

    Parameters
    ----------
    broken
        Whether it fails as a provider does that cannot be reached.
    """

    broken: bool = False
    prompts: list[str] = field(default_factory=list)

    async def complete(self, messages: Sequence[Message], tools: Sequence[ToolSchema] = ()) -> Answer:  # noqa: ARG002
        """Answer with something that depends on the conversation and on nothing else."""
        if self.broken:
            raise InfrastructureError("the provider cannot be reached")
        self.prompts += [message.content for message in messages]
        await asyncio.sleep(0)
        number = int(digest([message.content for message in messages])[:2], 16)
        return Answer(f"Thought: {number}\nAction: look\nAnswer: {number}", Usage(calls=1))

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Compute it."""
        return await compute()


def check_method(method: Method) -> None:
    """Hold a method against `harness.core.method.Method`.

    Trains it on a Lab whose answers are fixed functions of their inputs, several times with the strands in another
    order, on many tasks and on one.

    Raises
    ------
    ConformanceError
        At the first thing that is not as the contract asks.
    """
    _ask(callable(getattr(method, "train", None)), "it must have an async method train(lab, tasks)")
    _ask(bool(getattr(method, "version", "")), "it must have a `version`: part of the run id")
    tasks = [Task(f"task-{n}", f"question {n}", f"truth {n}", "even" if n % 2 == 0 else "odd") for n in range(12)]
    results = []
    for order in range(4):
        given = list(tasks)
        results.append(asyncio.run(method.train(StubLab(order=order), given)))
        _ask(given == tasks, "train() must not change the list of tasks")
    for trained in results:
        _ask(isinstance(trained, Modules), f"train() must return Modules, not {type(trained).__name__}")
    _ask(
        len({trained.digest for trained in results}) == 1,
        "train() must return the same whatever strand is faster, and keep nothing between calls",
    )
    _ask(isinstance(asyncio.run(method.train(StubLab(), tasks[:1])), Modules), "train() must cope with a single task")


class StubLab:
    """A Lab without models: its answers are fixed functions of their inputs, after delays that `order` shuffles.

    Attributes
    ----------
    log
        The verbs in the order in which they ended, over all scopes: (scope, verb, detail).
    """

    def __init__(self, order: int = 0, name: str = "", log: list[tuple[str, str, Any]] | None = None) -> None:
        self._order = order
        self._name = name
        self.log: list[tuple[str, str, Any]] = [] if log is None else log
        self.initial = Modules.of_instruction("initial")
        self.purpose = "The agent answers questions."

    async def explore(self, modules: Modules, tasks: Sequence[Task]) -> Evidence:
        """Play: whether a task succeeds is a coin with the modules and the task as its seed."""
        await self._delay(modules.digest)
        self.log.append((self._name, "explore", [task.id for task in tasks]))
        return Evidence(tuple(self._experience(modules, task) for task in tasks))

    async def optimize(self, modules: Modules, evidence: Evidence) -> Modules:
        """Append a line that depends on the evidence."""
        await self._delay(modules.digest)
        seen = digest([[e.task.id, e.trajectory.success] for e in evidence])[:8]
        self.log.append((self._name, "optimize", len(evidence)))
        return Modules.of_instruction(f"{modules.instruction()}\n- learned {seen}")

    async def merge(self, candidates: Sequence[Candidate], attempt: int = 0) -> Modules:
        """Join the candidates' lines; another attempt adds a line."""
        await self._delay(candidates[0].modules.digest)
        lines = dict.fromkeys(line for c in candidates for line in c.modules.instruction().splitlines())
        self.log.append((self._name, "merge", len(candidates)))
        return Modules.of_instruction("\n".join([*lines, *(f"- attempt {n + 1}" for n in range(attempt))]))

    async def backtest(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Measure by the same coins."""
        return await self._measure("backtest", modules, tasks)

    async def gate(self, modules: Modules, tasks: Sequence[Task]) -> Performance:
        """Measure by the same coins."""
        return await self._measure("gate", modules, tasks)

    async def validate(self, modules: Modules) -> Performance:
        """Measure on four tasks of its own."""
        tasks = [Task(f"validation-{n}", "", "", "validation") for n in range(4)]
        self.log.append((self._name, "validate", modules.digest))
        return Evidence(tuple(self._experience(modules, task) for task in tasks)).performance

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Embed as the default does."""
        return tfidf(texts)

    async def complete(self, role: Role, messages: Sequence[Message], attempt: int = 0) -> str:
        """Answer with a digest of the prompt."""
        await self._delay(role.value)
        return digest([attempt, *(message.content for message in messages)])

    def tokens(self, text: str) -> int:
        """Count words."""
        return len(text.split())

    async def effect(self, kind: str, inputs: Any, compute: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002
        """Compute it."""
        return await compute()

    def note(self, kind: str, **facts: Any) -> None:
        """Log it."""
        self.log.append((self._name, kind, facts))

    def record(self, kind: str, made: Modules, parents: Sequence[Modules], **facts: Any) -> None:  # noqa: ARG002
        """Log it."""
        self.log.append((self._name, kind, facts))

    def another_step(self, tasks: Sequence[Task] = (), then: Work = NOTHING) -> bool:  # noqa: ARG002
        """Never end training early."""
        return True

    def rng(self, name: str) -> np.random.Generator:
        """Return a generator seeded by scope and name."""
        return np.random.default_rng(int(digest([self._name, name])[:16], 16))

    def scope(self, name: str, share: int = 1) -> Lab:  # noqa: ARG002
        """Return a child with the same log."""
        return StubLab(self._order, f"{self._name}/{name}", self.log)

    async def _measure(self, verb: str, modules: Modules, tasks: Sequence[Task]) -> Performance:
        await self._delay(modules.digest)
        self.log.append((self._name, verb, [task.id for task in tasks]))
        return Evidence(tuple(self._experience(modules, task) for task in tasks)).performance

    async def _delay(self, what: str) -> None:
        for _ in range(int(digest([self._order, self._name, what])[:1], 16)):
            await asyncio.sleep(0)

    def _experience(self, modules: Modules, task: Task) -> Experience:
        success = int(digest([modules.digest, task.id])[:1], 16) < 8
        trajectory = Trajectory(task.id, (Step("look", "nothing"),), "", success, float(success))
        return Experience(task, trajectory, Evaluation("correct" if success else "incorrect", "", "", ""))


def _ask(holds: bool, contract: str) -> None:
    if not holds:
        raise ConformanceError(contract)
