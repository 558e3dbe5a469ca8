"""What a rollout was asked, read from the texts of its run."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import HarnessError
from harness.records.conversation import Turn, read_conversation
from harness.records.schema import RolloutRow
from harness.records.texts import Texts


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a rollout's task, its truth, and what was said.

    Attributes
    ----------
    tools
        JSON of the tools that the agent was offered; "" for none.
    conversations
        Turns of the agent and its model, the last answer included; one conversation where the history only grew.
    """

    query: str = ""
    truth: str = ""
    tools: str = ""
    conversations: tuple[tuple[Turn, ...], ...] = ()


def asked(row: RolloutRow, texts: Texts) -> Asked | None:
    """Return what a rollout was asked; None for a record of an earlier version, which does not hold it.

    Raises
    ------
    HarnessError
        If a text is missing or damaged.
    """
    keys = row.texts
    if keys is None:
        return None
    if len(set(keys.conversations)) < len(keys.conversations):
        raise HarnessError(f"the rollout of {row.task[:80]!r} names a conversation twice")
    return Asked(
        texts[keys.query],
        texts[keys.truth],
        texts[keys.tools] if keys.tools else "",
        tuple(tuple(read_conversation(texts, key)) for key in keys.conversations),
    )
