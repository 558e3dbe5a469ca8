"""Prompts of FGO-plus's own: templates beside this file, asked through the Lab and read strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from harness.core.domain import Role, Usage
from harness.core.lab import Lab
from harness.core.messages import Answer, Message
from harness.run.roles.prompting import load
from harness.run.roles.typed import ask_typed

T = TypeVar("T")

FOLDER = Path(__file__).parent / "prompts"

TRIES = 3
"""How often the merger is asked before its answer counts as unreadable."""


def digest() -> str:
    """Return a digest (12 hex digits) of all templates: part of the method's version."""
    texts = [path.read_bytes() for path in sorted(FOLDER.glob("*.j2"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


async def ask_merger(
    lab: Lab, template: str, read: Callable[[str], T], *, tries: int = TRIES, attempt: int = 0, **parts: Any
) -> T:
    """Fill a template in, ask the merger, and read its answer.

    Raises
    ------
    AnswerError
        If no answer could be read.
    """
    loaded = load(FOLDER / template)
    context = loaded.new_context({"purpose": lab.purpose, **parts})
    system, user = ("".join(loaded.blocks[name](context)).strip() for name in ("system", "user"))

    async def ask(messages: Any, again: int) -> Answer:
        return Answer(await lab.complete(Role.MERGER, messages, attempt * tries + again), Usage())

    return await ask_typed(ask, [Message("system", system), Message("user", user)], read, tries)
