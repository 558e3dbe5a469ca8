"""Whether a data set gives the test away, or asks the same thing twice."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.domain import Task, digest
from harness.core.environment import Environment
from harness.testing.agent import ScriptedAgent
from harness.testing.contract import ask


async def check_duplicates(environment: Environment, train: Sequence[Task], *, test: Sequence[Task]) -> None:
    """Find tasks that put the same question to the agent, within a split and over both.

    Tasks with the same query are played, since their payload may make them different tasks: they are the same where
    the agent is shown the same conversation, case and spaces aside. Over several steps the truth counts as well: games
    may begin alike and hide their objects in different places.

    Raises
    ------
    ConformanceError
        At the first pair.
    """
    trained, tested = {task.id for task in train}, {task.id for task in test}
    for asked in alike([*train, *test], [plain(task.query) for task in (*train, *test)]):
        for same in alike(asked, [await conversation(environment, task) for task in asked]):
            ids = {task.id for task in same}
            over_both = trained & ids and tested & ids
            where = "stand in the training and in the test split" if over_both else "stand twice in a split"
            ask(False, f"tasks {same[0].id} and {same[-1].id} show the agent the same prompt and {where}")


def alike(tasks: Sequence[Task], keys: Sequence[str]) -> list[list[Task]]:
    """Return the groups of two or more tasks whose keys are equal; tasks and keys run in parallel."""
    groups: dict[str, list[Task]] = {}
    for task, key in zip(tasks, keys, strict=True):
        groups.setdefault(key, []).append(task)
    return [group for group in groups.values() if len(group) > 1]


def plain(*texts: str) -> str:
    """Return a digest of texts, case and spaces aside."""
    return digest([" ".join(text.casefold().split()) for text in texts])


async def conversation(environment: Environment, task: Task) -> str:
    """Return a digest of what an agent is shown on a task, and of what else tells it from others."""
    agent = ScriptedAgent()
    played = await environment.rollout(environment.initial_modules(), task, agent)
    return plain(*agent.prompts, task.truth if len(played.steps) > 1 else "")
