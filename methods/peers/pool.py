"""Candidates with their scores on the validation tasks: what most peers choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.domain import Instruction, Modules, Performance
from harness.core.errors import ConfigError
from harness.core.lab import Lab


@dataclass(frozen=True)
class Member:
    """Modules and how they did on the validation tasks.

    Attributes
    ----------
    parent
        Position in the pool of the member that they were made from; None for the initial modules.
    """

    modules: Modules
    performance: Performance
    parent: int | None = None


async def first_member(lab: Lab) -> Member:
    """Return the initial modules, validated.

    Raises
    ------
    ConfigError
        If the run has no validation tasks: before anything is spent.
    """
    return Member(lab.initial, await lab.validate(lab.initial))


def best_of(pool: Sequence[Member]) -> Member:
    """Return the member with the best mean; among equals the first."""
    return max(pool, key=lambda member: member.performance.mean)


def only_instruction(modules: Modules, method: str) -> str:
    """Return the name of the one trainable instruction.

    Raises
    ------
    ConfigError
        If the agent trains something else.
    """
    names = [name for name in modules.trainable if isinstance(modules[name], Instruction)]
    if len(names) != 1 or len(modules.trainable) != 1:
        raise ConfigError(f"method={method} optimizes one instruction; this environment trains {kinds(modules)}")
    return names[0]


def kinds(modules: Modules) -> str:
    """Return what modules train, as a person reads it."""
    return ", ".join(f"{modules[name].kind} {name!r}" for name in modules.trainable)
