"""Prompts of a method's own: templates in a folder of the method, asked through the Lab and read strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from harness.core.domain import Role, Usage
from harness.core.lab import Lab
from harness.core.messages import Answer, Message
from harness.run.roles.prompting import load
from harness.run.roles.typed import ask_typed

T = TypeVar("T")

TRIES = 3
"""How often a role is asked before its answer counts as unreadable."""


def digest(*templates: Path) -> str:
    """Return a digest (12 hex digits) of templates: part of the version of a method that uses them."""
    texts = [path.read_bytes() for path in sorted(templates)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def filled(lab: Lab, template: Path, **parts: Any) -> list[Message]:
    """Fill a template in: its blocks ``system`` and ``user`` get the Lab's `purpose` and `parts`."""
    loaded = load(template)
    context = loaded.new_context({"purpose": lab.purpose, **parts})
    system, user = ("".join(loaded.blocks[name](context)).strip() for name in ("system", "user"))
    return [Message("system", system), Message("user", user)]


async def ask(
    lab: Lab,
    role: Role,
    *,
    template: Path,
    read: Callable[[str], T],
    tries: int = TRIES,
    attempt: int = 0,
    **parts: Any,
) -> T:
    """Fill a template in, ask a role, and read its answer; an unreadable one is asked for again.

    Parameters
    ----------
    template, parts
        See `filled`.
    attempt
        Another number gets another answer to the same prompt.

    Raises
    ------
    AnswerError
        If no answer could be read.
    """

    async def once(messages: Sequence[Message], again: int) -> Answer:
        return Answer(await lab.complete(role, messages, attempt * tries + again), Usage())

    return await ask_typed(once, filled(lab, template, **parts), read=read, tries=tries)
