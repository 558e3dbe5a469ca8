"""What all scopes of a run share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from harness.core.domain import Modules, Task
from harness.core.environment import Description, TaskDigests
from harness.core.errors import HarnessError
from harness.llm.door import Door
from harness.records.spool import Spool
from harness.run.embedding import Embedder, TfIdf
from harness.run.lab.allowance import Allowance
from harness.run.lab.leaks import LeakIndex
from harness.run.lab.lineage import LineageBook
from harness.run.lab.rollouts import Rollouts
from harness.run.lab.trying import TriedTools
from harness.run.progress.events import Observer
from harness.run.roles.fitting import Policy
from harness.run.roles.prompting import Prompts

COUNTED = ("optimizer_calls", "merge_calls", "truncated_steps", "tool_trials", "unread_answers", "leaks")


@dataclass
class Bench:
    """What all scopes of a run share.

    Attributes
    ----------
    tries
        How often a role is asked before its answer counts as unreadable.
    on_failure
        What follows then: ``raise`` stops the run; ``keep`` keeps the old module (of an evaluation: says that it could
        not be read), and the record counts it.
    broken
        The first error of a verb that was the run's, whatever the method made of it: a limit, a provider that is down.
    """

    initial: Modules
    description: Description
    door: Door
    rollouts: Rollouts
    prompts: Prompts
    rows: Spool
    book: LineageBook
    observer: Observer
    seed: int
    training: Sequence[Task]
    validation: Sequence[Task] = ()
    tries: int = 3
    on_failure: Literal["raise", "keep"] = "keep"
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    embedder: Embedder = field(default_factory=TfIdf)
    context: Policy = "truncate"
    allowance: Allowance = field(default_factory=Allowance)
    environment: object = None
    broken: HarnessError | None = None

    @cached_property
    def leaks(self) -> LeakIndex:
        """What would be a leak of a training task."""
        return LeakIndex(self.training)

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """The category of each training and validation task, by its id."""
        return {task.id: task.category for task in (*self.training, *self.validation)}

    def in_short(self) -> Callable[[Task], str] | None:
        """Return how the environment writes a task in short, if it does."""
        return self.environment.digest if isinstance(self.environment, TaskDigests) else None

    def tried_tools(self) -> TriedTools:
        """Return what the environment says of tools."""
        return TriedTools(self.environment, self.description, door=self.door)
