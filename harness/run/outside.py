"""Where a run's effects come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.llm.door import Door
from harness.llm.providers.protocol import Provider
from harness.llm.providers.routing import Providers
from harness.llm.storage.journal import Journal
from harness.llm.storage.store import AnswerStore
from harness.records.mounts import file_system, mounts
from harness.run.plan import Plan


@dataclass(frozen=True)
class Outside:
    """The world around a run. A replay puts a journal that is only read in place of the live ones.

    Attributes
    ----------
    door
        Makes the doors, from the arguments of `Door`.
    store
        Answers that runs of the results folder share.
    """

    journal: Journal
    provider: Provider
    door: Callable[..., Door] = Door
    store: AnswerStore | None = None

    async def close(self) -> None:
        """Close the journal, connections, servers and the store."""
        await self.journal.close()
        await self.provider.close()
        if self.store is not None:
            await self.store.close()


def live(ready: Plan) -> Outside:
    """Return the run's own journal, the models of its backbone, and the answers that its neighbours paid for."""
    provider = Providers()
    provider.warm(ready.models.values())
    store = None
    paid = not all(spec.simulated for spec in ready.models.values())
    if ready.settings.share and not ready.settings.fresh and paid and _of_one_machine(ready.settings.results_dir):
        store = AnswerStore(ready.settings.results_dir / "answers.sqlite")
    return Outside(Journal.open(ready.folder.journal), provider, store=store)


def _of_one_machine(results: Path) -> bool:
    """Return whether the store may lie in a folder: its database holds for the processes of one machine only."""
    return not file_system(mounts(), results.resolve()).of_many_machines
