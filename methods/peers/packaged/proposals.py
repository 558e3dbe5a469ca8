"""What passes between a package that searches and the Lab: tasks as it reads them, and its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.domain import Experience
from harness.run.roles import rendering

TASK_LETTERS, ATTEMPT_LETTERS = 2000, 6000
"""Letters of a task in a data summary, and of a demonstration."""


@dataclass(frozen=True)
class Attempted:
    """A training task with what the untouched agent made of it.

    Attributes
    ----------
    task, truth
        As a data summary reads them.
    attempt
        Written out, as proposals and demonstrations show it.
    """

    task: str
    truth: str
    attempt: str
    success: bool


@dataclass(frozen=True)
class Request:
    """A question to the optimizer's model.

    Attributes
    ----------
    asked
        What is to be done.
    wanted
        What the answer should be.
    parts
        Titles and texts to read.
    instruction
        The instruction to rewrite; None where none is wanted.
    """

    asked: str
    wanted: str
    parts: Sequence[tuple[str, str]]
    instruction: str | None


def attempted(item: Experience) -> Attempted:
    """Return a task and its attempt as the package reads them."""
    task, solved = item.task, item.trajectory.success
    attempt = shortened(rendering.experience(item), ATTEMPT_LETTERS)
    return Attempted(shortened(task.query, TASK_LETTERS), task.truth, attempt=attempt, success=solved)


def below(instruction: str, demonstrations: Sequence[str]) -> str:
    """Return the instruction with demonstrations below it."""
    return "\n\n".join(
        [instruction, *(["Tasks that were solved, as examples:"] if demonstrations else []), *demonstrations]
    )


def shortened(text: str, most: int) -> str:
    """Return a text without its middle, where it has more letters."""
    return text if len(text) <= most else f"{text[: most * 2 // 3]}\n[...]\n{text[-(most // 3) :]}"
