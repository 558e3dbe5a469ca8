"""Trajectories in files that a page reads one at a time; a long text stands once in each."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.core.errors import HarnessError
from harness.records.reading.asked import asked
from harness.records.schema import RolloutRow
from harness.records.texts import Texts
from harness.reports.site.hiding import Hiding
from harness.reports.site.scripts import Payload

CHUNK_ROLLOUTS = 200
"""The most trajectories in one file."""

CHUNK_BYTES = 1_000_000
"""A file of trajectories is closed once it holds so much."""


@dataclass
class Chunk:
    """Trajectories of one file, and the texts that they name by number."""

    rollouts: list[Payload] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)
    size: int = 0

    @property
    def full(self) -> bool:
        """Whether the next trajectory goes into another file."""
        return len(self.rollouts) >= CHUNK_ROLLOUTS or self.size >= CHUNK_BYTES

    def number(self, text: str) -> int:
        """Return the number of a text in this file."""
        if text not in self.texts:
            self.size += len(text)
            self.texts[text] = len(self.texts)
        return self.texts[text]

    def payload(self) -> Payload:
        """Return what the page reads."""
        return {"rollouts": self.rollouts, "texts": list(self.texts)}

    def add(self, row: RolloutRow, texts: Texts | None, *, hiding: Hiding) -> None:
        """Add what the page shows of a rollout beside its row."""
        usage = row.usage
        steps = [[hiding.text(part) for part in (step.thought, step.action, step.observation)] for step in row.steps]
        self.size += sum(len(part) for step in steps for part in step)
        self.rollouts.append(
            {
                "steps": steps,
                "answer": hiding.text(row.answer),
                "notes": [[name, hiding.value(value)] for name, value in row.notes.items()],
                "evaluation": [[name, hiding.text(text)] for name, text in row.evaluation] if row.evaluation else [],
                "usage": [usage.calls, usage.prompt, usage.cached, usage.completion, usage.usd, usage.seconds],
                "asked": self._asked(row, texts, hiding=hiding),
            }
        )

    def _asked(self, row: RolloutRow, texts: Texts | None, *, hiding: Hiding) -> Payload | None:
        """Return question, truth and conversations by numbers of texts; None where they are not held or damaged."""
        try:
            found = asked(row, texts) if texts is not None else None
        except HarnessError:  # the run's page says what is wrong with the file
            found = None
        if found is None:
            return None
        return {
            "query": self.number(hiding.text(found.query)),
            "truth": self.number(hiding.text(found.truth)),
            "tools": self.number(hiding.text(found.tools)),
            "conversations": [
                [
                    [
                        turn.speaker,
                        self.number(hiding.text(turn.text)),
                        [[hiding.text(part) for part in call] for call in turn.calls],
                    ]
                    for turn in turns
                ]
                for turns in found.conversations
            ],
        }
