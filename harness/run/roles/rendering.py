"""How trajectories, evaluations and performances are written into prompts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from harness.core.domain import Evaluation, Experience, Module, Performance, Task, Tool, Toolbox, ToolUse, Trajectory

InShort = Callable[[Task], str]
"""Writes a task in short, for optimizers."""


def outcome(trajectory: Trajectory) -> str:
    """Return ``success`` or ``failure``."""
    return "success" if trajectory.success else "failure"


def attempt(trajectory: Trajectory) -> str:
    """Write a trajectory out, a block a step and the answer at the end."""
    blocks = []
    for number, step in enumerate(trajectory.steps, 1):
        lines = [f"Step {number}"]
        if step.thought:
            lines.append(f"Thought: {step.thought}")
        lines += [f"Action: {step.action}", f"Observation: {step.observation}"]
        blocks.append("\n".join(lines))
    if trajectory.answer:
        blocks.append(f"Answer: {trajectory.answer}")
    return "\n".join(blocks)


def module(part: Module, used: Mapping[str, ToolUse] | None = None) -> dict[str, str]:
    """Return a module as its kind's templates take it: its text under the name of its kind.

    Parameters
    ----------
    used
        How often its tools were called, where that is known.
    """
    if isinstance(part, Toolbox):
        tools = [tool(one, used.get(one.name, ToolUse()) if used else None) for one in part.tools]
        return {part.kind: "\n\n".join([library(part), *tools] if part.library else tools)}
    return {part.kind: part.text}


def library(box: Toolbox) -> str:
    """Write the library of a toolbox out."""
    return f"<library>\n{box.library.strip()}\n</library>"


def use(used: ToolUse | None) -> str:
    """Write the use of a tool as attributes; nothing where it is not known."""
    return "" if used is None else f' calls="{used.calls}" failed="{used.failed}"'


def tool(one: Tool, used: ToolUse | None = None) -> str:
    """Write a tool out whole, with how often it was called."""
    return (
        f'<tool name="{one.name}"{use(used)}>\n<description>{one.description}</description>\n'
        f"<parameters>{json.dumps(dict(one.parameters), ensure_ascii=False)}</parameters>\n"
        f"<source>\n{one.source.strip()}\n</source>\n</tool>"
    )


def evaluation(reading: Evaluation) -> str:
    """Write an evaluation out, a line a part that says something. The verdict is the attempt's outcome."""
    parts = {"failed": reading.failed, "source": reading.source, "pattern": reading.pattern, "advice": reading.advice}
    return "\n".join(f"{name}: {text}" for name, text in parts.items() if text)


def experience(
    item: Experience, attempted: str | None = None, *, in_short: InShort | None = None, number: int | None = None
) -> str:
    """Write one task, its attempt (or a summary of it) and its evaluation, if any, as a block for the optimizer.

    Parameters
    ----------
    in_short
        What to show in place of a task's query.
    number
        By which the prompt refers to it, if it does.
    """
    named = "" if number is None else f' number="{number}"'
    written = attempt(item.trajectory) if attempted is None else attempted
    query = item.task.query if in_short is None else in_short(item.task)
    read = "" if item.evaluation.empty else f"<evaluation>\n{evaluation(item.evaluation)}\n</evaluation>\n"
    return (
        f'<experience{named} category="{item.task.category}" outcome="{outcome(item.trajectory)}">\n'
        f"<task>\n{query}\n</task>\n"
        f"<attempt>\n{written}\n</attempt>\n"
        f"{read}</experience>"
    )


def performance(measured: Performance) -> str:
    """Write a performance as ``7 of 10 (heat 3 of 5, cool 4 of 5)``."""

    def share(part: Performance) -> str:
        return f"{sum(part.scores.values()):g} of {part.n}"

    categories = ", ".join(f"{name} {share(part)}" for name, part in measured.by_category().items())
    return f"{share(measured)} ({categories})"


def measured_on(performances: Sequence[Performance]) -> list[str]:
    """Say of each performance which tasks it was measured on, as against the others."""
    tasks = [frozenset(measured.scores) for measured in performances]
    written = []
    for number, own in enumerate(tasks):
        others = frozenset[str]().union(*tasks[:number], *tasks[number + 1 :])
        shared, count = len(own & others), f"{len(own)} task{'s' if len(own) != 1 else ''}"
        if all(own == other for other in tasks):
            written.append(f"the same {count} as every other candidate")
        elif not shared:
            written.append(f"{count}, none of them another candidate's")
        else:
            written.append(f"{count}, {shared} of them also another candidate's")
    return written
