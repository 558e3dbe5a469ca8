"""The conformance check for environments."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from harness.core.domain import Instruction, Modules, Task
from harness.core.environment import Environment, Split
from harness.core.errors import InfrastructureError
from harness.testing.agent import ScriptedAgent
from harness.testing.contract import ConformanceError, ask
from harness.testing.duplicates import check_duplicates


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
    ask(isinstance(environment, Environment), "it must have describe, initial_modules, tasks and rollout")
    description = environment.describe()
    ask(description == environment.describe(), "describe() must say the same at every call")
    for name in ("name", "version", "scorer_version", "data_checksum", "purpose"):
        ask(bool(getattr(description, name)), f"describe().{name} must not be empty")
    modules = environment.initial_modules()
    ask(modules.digest == environment.initial_modules().digest, "initial_modules() must be the same at every call")
    ask(bool(modules.trainable), "initial_modules() must have a trainable module")
    ask(set(modules.trainable) <= set(modules.parts), "every trainable module must be one of the parts")
    train, test = environment.tasks("train"), environment.tasks("test")
    ask(bool(train) and bool(test), "tasks('train') and tasks('test') must not be empty")
    both: tuple[tuple[Split, Sequence[Task]], ...] = (("train", train), ("test", test))
    for split, tasks in both:
        ask(
            list(tasks) == list(environment.tasks(split)), f"tasks({split!r}) must be the same, in order, at every call"
        )
    ids = [task.id for task in (*train, *test)]
    ask(len(set(ids)) == len(ids), "task ids must be unique over both splits")
    if description.categories:
        strange = {task.category for task in (*train, *test)} - set(description.categories)
        ask(not strange, f"categories {sorted(strange)} are not in describe().categories")
    asyncio.run(_check_rollouts(environment, modules, tasks=list(train[:rollouts])))
    asyncio.run(check_duplicates(environment, train, test=test))


async def _check_rollouts(environment: Environment, modules: Modules, *, tasks: Sequence[Task]) -> None:
    agents = [ScriptedAgent() for _ in tasks]
    alone = [await environment.rollout(modules, task, agent) for task, agent in zip(tasks, agents, strict=True)]
    for task, agent, trajectory in zip(tasks, agents, alone, strict=True):
        ask(trajectory.task_id == task.id, f"the trajectory of {task.id} must carry its id")
        ask(0.0 <= trajectory.score <= 1.0, f"{task.id}: a score must lie in [0, 1], not {trajectory.score}")
        ask(bool(agent.prompts), f"{task.id}: rollout() must ask the agent it is given")
        seen = "\n".join(agent.prompts)
        # Where the answer is to be found in what the agent reads, it stands in an observation or the query.
        read = [task.query, *(step.observation for step in trajectory.steps)]
        hidden = len(task.truth) < 3 or not _stands_in(task.truth, seen) or any(task.truth in text for text in read)
        ask(hidden, f"{task.id}: the ground truth stands in the agent's prompt")
        for module in modules.parts.values():
            shown = not isinstance(module, Instruction) or module.text in seen
            ask(shown, f"{task.id}: the instruction does not reach the agent's prompt, so nothing could be learned")
    together = await asyncio.gather(*(environment.rollout(modules, task, ScriptedAgent()) for task in tasks))
    ask(list(together) == alone, "rollouts at the same time must give what they give one after another")
    try:
        await environment.rollout(modules, tasks[0], ScriptedAgent(broken=True))
    except InfrastructureError:
        return
    raise ConformanceError("an InfrastructureError of the agent must pass through rollout(), not become a score")


def _stands_in(truth: str, text: str) -> bool:
    """Whether a truth stands in a text, but for the inside of a word ("son" in "reasoning")."""
    word = re.escape(truth)
    return re.search(rf"(?<!\w){word}|{word}(?!\w)", text) is not None
