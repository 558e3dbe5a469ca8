"""The agent: one turn, in which it gets the document and answers with the reference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from envs.logisticsqa.answer import exact, lenient, read_answer
from envs.logisticsqa.fitting import Fitted, Policy, fit
from harness.core.domain import Note, Step, Task, Trajectory
from harness.core.environment import AgentModel
from harness.core.errors import AnswerError
from harness.core.messages import Message
from harness.run.roles.prompting import load

PROMPT = Path(__file__).parent / "prompts" / "agent.j2"

READ = "read the invoice"
"""The action that every trajectory begins with; its observation is the document as the agent saw it."""

_SHRINK = 2
_TRIES = 4


async def answer(
    document: str,
    instruction: str,
    *,
    task: Task,
    agent: AgentModel,
    max_tokens: int,
    policy: Policy,
    facts: Mapping[str, Note],
) -> Trajectory:
    """Ask once, and again with half the document where the model says that it does not fit."""
    room = max_tokens
    for _ in range(_TRIES):
        fitted = fit(document, room, policy=policy)
        if fitted is None:
            break
        messages = [Message("system", prompt(instruction)), Message("user", f"<document>\n{fitted.text}\n</document>")]
        try:
            said = await agent.complete(messages)
        except AnswerError:  # longer than the window of this model
            if policy == "fail":
                break
            room = min(room, len(document) // 3) // _SHRINK
            continue
        return _scored(task, fitted, said=said.text, facts=facts)
    notes = {**facts, "ended": "context", "lenient": 0.0, "cut": len(document)}
    return Trajectory(task.id, (), answer="", success=False, score=0.0, notes=notes)


def _scored(task: Task, fitted: Fitted, *, said: str, facts: Mapping[str, Note]) -> Trajectory:
    read = read_answer(said)
    right = exact(read.reference, task.truth)
    notes: dict[str, Note] = {
        **facts,
        "ended": "answered" if read.reference else f"no answer ({read.how})",
        "lenient": float(lenient(read.reference, task.truth)),
    }
    if fitted.cut:
        notes |= {"document": fitted.how, "cut": fitted.cut}
    shown = read.reference or said.strip()[:200]
    return Trajectory(task.id, (Step(READ, fitted.text),), answer=shown, success=right, score=float(right), notes=notes)


def prompt(instruction: str) -> str:
    """Return the system message."""
    return load(PROMPT).render(instruction=instruction)
