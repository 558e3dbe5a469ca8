"""A rollout as text: question and truth, steps or messages, answer and evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from harness.records.conversation import Turn
from harness.records.reading.asked import Asked
from harness.records.schema import RolloutRow


def written_out(row: RolloutRow, found: Asked | None = None, *, messages: bool = False) -> str:
    """Return a rollout as text.

    Parameters
    ----------
    found
        What it was asked; None where the record does not hold it.
    messages
        Whether to write every message to and from the model in place of the steps.
    """
    lines = [f"{row.task}  ({row.category}, {row.agent}): {'success' if row.success else 'failure'}"]
    if found is not None:
        lines += ["", "question:", *indented(found.query), "", "truth:", *indented(found.truth)]
    lines += _conversations(found) if found is not None and messages else _steps(row)
    if row.answer:
        lines += ["", f"answer: {row.answer}"]
    if row.evaluation:
        lines += ["", f"evaluation: {row.evaluation.verdict}; {row.evaluation.failed}; {row.evaluation.advice}"]
    return "\n".join(lines)


def _steps(row: RolloutRow) -> Iterator[str]:
    for number, step in enumerate(row.steps, 1):
        yield ""
        yield f"{number:>3}  {step.thought}" if step.thought else f"{number:>3}"
        yield f"   > {step.action}"
        yield from indented(step.observation)


def _conversations(found: Asked) -> Iterator[str]:
    if found.tools:
        yield from ("", "tools offered:", *indented(found.tools))
    for number, turns in enumerate(found.conversations, 1):
        if len(found.conversations) > 1:
            yield from ("", f"conversation {number} of {len(found.conversations)}")
        for turn in turns:
            yield from _turn(turn)


def _turn(turn: Turn) -> Iterator[str]:
    yield from ("", f"{turn.speaker}:", *indented(turn.text))
    for name, arguments in turn.calls:
        yield f"   > {name}({arguments})"


def indented(text: str) -> list[str]:
    """Return the lines of a text, indented below their title."""
    return [f"     {line}" for line in text.splitlines()]
