"""Trials: a tool maker runs its tools on files of tasks that it has seen, before it hands them in, within bounds."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.domain import Task, Tool
from harness.run.roles.actions import Try

MOST = 6
"""Trials of one optimization."""
ROUNDS = 2
"""Answers of one optimization that may try tools."""
LETTERS = 2_000
"""Of a result that the tool maker reads."""
LISTED = 60
"""Files of tasks that it may choose from."""

Run = Callable[[Tool, Mapping[str, Any], Task], Awaitable[str]]
"""Runs a tool on a task's file; returns what the agent would read."""


@dataclass
class Trials:
    """What one optimization may try.

    Parameters
    ----------
    tasks
        Those in the listing, by number from 1.

    Attributes
    ----------
    done
        What was tried, for the lineage.
    """

    tasks: Sequence[Task]
    call: Run
    done: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, action: Try, tool: Tool | None) -> str:
        """Return what came of a try, as its author reads it."""
        call = f"{action.name}({json.dumps(action.arguments, ensure_ascii=False)}) on task {action.task}"
        if tool is None:
            return f"{call}: there is no tool of this name"
        if not 1 <= action.task <= len(self.tasks):
            return f"{call}: <files> lists no such task"
        if len(self.done) == MOST:
            return f"{call}: not run, since {MOST} tries were made"
        task = self.tasks[action.task - 1]
        self.done.append({"tool": action.name, "task": task.id})
        result = await self.call(tool, action.arguments, task)
        cut = f"\n[cut: the first {LETTERS} of {len(result)} letters]" if len(result) > LETTERS else ""
        return f"{call}:\n{result[:LETTERS]}{cut}"

    def reply(self, results: Sequence[str]) -> str:
        """Return what the author reads next."""
        left = MOST - len(self.done)
        said = "\n\n".join(results)
        return (
            f"<tried>\n{said}\n</tried>\n\nNothing of your answer was carried out. Write all actions again as you now "
            f"want them; {left} tries are left."
        )
