"""Asking for an instruction with marks: again where marks are missing or misused, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.domain import Role
from harness.core.errors import AnswerError
from harness.core.lab import Lab
from methods import prompting
from methods.plus.evidence import marks
from methods.plus.evidence.marks import Answered, Sources
from methods.plus.prompting import FOLDER

TEMPLATES = FOLDER / "evidence"


def digest() -> str:
    """Return a digest of the templates: part of the method's version where guidelines carry their evidence."""
    return prompting.digest(*TEMPLATES.glob("*.j2"))


def nothing(answered: Answered) -> None:
    """Take every answer."""


async def ask(
    lab: Lab,
    role: Role,
    template: str,
    *,
    sources: Sources,
    check: Callable[[Answered], None] = nothing,
    attempt: int = 0,
    tries: int = prompting.TRIES,
    **parts: Any,
) -> Answered:
    """Ask a role with a template.

    An answer whose marks are not as they should be is asked for again, with what is wrong. If the last try is no
    better, the last answer that has an instruction is taken, its unreadable marks as `marks.read` says.

    Parameters
    ----------
    check
        Raises `UnreadableAnswer` for an instruction that cannot be taken whatever its marks are.

    Raises
    ------
    AnswerError
        If no answer had an instruction that could be taken.
    """
    last: list[Answered] = []

    def read(text: str) -> Answered:
        answered = marks.read(text, sources)
        check(answered)
        last.append(answered)
        return marks.checked(answered)

    try:
        return await prompting.ask(
            lab, role, template=TEMPLATES / template, read=read, tries=tries, attempt=attempt, **parts
        )
    except AnswerError:
        if not last:
            raise
        return last[-1]
