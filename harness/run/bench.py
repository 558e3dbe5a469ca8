"""What all scopes of a run share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.domain import Modules, Task
from harness.embedding import Embedder, TfIdf
from harness.environment import Description
from harness.llm.door import Door
from harness.progress.events import Observer
from harness.record.spool import Spool
from harness.roles.fitting import Policy
from harness.roles.prompting import Prompts
from harness.run.allowance import Allowance
from harness.run.lineage import LineageBook
from harness.run.rollouts import Rollouts
from harness.run.trying import TriedTools

COUNTED = ("optimizer_calls", "merge_calls", "truncated_steps", "unread_answers", "leaks")


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

    def tried_tools(self) -> TriedTools:
        """Return what the environment says of tools."""
        return TriedTools(self.environment, self.description, self.door)
