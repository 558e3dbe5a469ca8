"""The lineage as it grows during a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.core.domain import Modules, Performance
from harness.records.schema import Lineage, LineageEvent, Score

Place = tuple[int, ...]


def score_of(performance: Performance) -> Score:
    """Return a performance as the record holds it."""
    return Score(
        mean=performance.mean,
        n=performance.n,
        by_category={name: Score(mean=part.mean, n=part.n) for name, part in performance.by_category().items()},
    )


class LineageBook:
    """Collects events and every module that occurs."""

    def __init__(self) -> None:
        self._events: list[tuple[Place, LineageEvent]] = []
        self.modules: dict[str, Modules] = {}

    def add(
        self,
        place: Place,
        scope: str,
        *,
        kind: str,
        made: Modules | None = None,
        parents: Sequence[Modules] = (),
        performance: Performance | None = None,
        facts: dict[str, Any] | None = None,
        leaked: Sequence[str] = (),
    ) -> None:
        """Note an event at its place: scope numbers and the number within the scope."""
        if made is not None:
            self.modules.setdefault(made.digest, made)
        event = LineageEvent(
            id=".".join(map(str, place)),
            scope=scope,
            kind=kind,
            modules=made.digest if made else None,
            parents=[parent.digest for parent in parents],
            performance=score_of(performance) if performance else None,
            facts=facts or {},
            leaks=list(leaked),
        )
        self._events.append((place, event))

    def events(self) -> list[LineageEvent]:
        """Return the events in the method's own order, whatever order they happened in."""
        return [event for _, event in sorted(self._events, key=lambda item: item[0])]

    def lineage(self, final: Modules) -> Lineage:
        """Return the lineage of a finished training."""
        return Lineage(final=final.digest, events=self.events())
