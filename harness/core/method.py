"""What a method is:

    @dataclass(frozen=True)
    class AllAtOnce:
        steps: int
        version: ClassVar[str] = "1"

        async def train(self, lab, tasks):
            modules = lab.initial
            for _ in range(self.steps):
                modules = await lab.optimize(modules, await lab.explore(modules, tasks))
            return modules

`harness.testing.check_method` checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, runtime_checkable

from harness.core.domain import Modules, Task
from harness.core.lab import Lab


@runtime_checkable
class Method(Protocol):
    """A way to optimize an agent. `harness.testing.check_method` holds an implementation against this contract.

    Hyperparameters are the constructor's arguments: the keys of the `method` config. A method keeps no state between
    calls of `train`.

    Attributes
    ----------
    version
        Raised when the same hyperparameters train in another way; part of the run id.
    later
        Optional; names of hyperparameters that came after runs had been recorded. At their default they are no part of
        the run id, so that those runs keep theirs.
    outside
        Optional; true where a program outside optimizes, so that nothing can be estimated.
    """

    version: ClassVar[str]

    async def train(self, lab: Lab, tasks: Sequence[Task]) -> Modules:
        """Return the agent's parameters, trained on these tasks with nothing but the Lab."""
        ...
