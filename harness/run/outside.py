"""Where a run's effects come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.llm.door import Door
from harness.llm.providers.protocol import Provider
from harness.llm.providers.routing import Providers
from harness.llm.storage.journal import Journal
from harness.llm.storage.store import AnswerStore
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
    if ready.settings.share and not ready.settings.fresh and not all(spec.simulated for spec in ready.models.values()):
        store = AnswerStore(ready.settings.results_dir / "answers.sqlite")
    return Outside(Journal.open(ready.folder.journal), provider, store=store)
