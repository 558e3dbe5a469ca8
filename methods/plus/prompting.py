"""The prompts of FGO-plus, which its merger answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from harness.core.domain import Role
from harness.core.lab import Lab
from methods import prompting

T = TypeVar("T")

FOLDER = Path(__file__).parent / "prompts"


def digest() -> str:
    """Return a digest of all templates: part of the method's version."""
    return prompting.digest(*FOLDER.glob("*.j2"))


async def ask_merger(
    lab: Lab, template: str, *, read: Callable[[str], T], tries: int = prompting.TRIES, attempt: int = 0, **parts: Any
) -> T:
    """Ask the merger with one of the templates; see `methods.prompting.ask`."""
    return await prompting.ask(
        lab, Role.MERGER, template=FOLDER / template, read=read, tries=tries, attempt=attempt, **parts
    )
