"""The agent: ReAct (thought, action, observation), one text command a turn."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from envs.alfworld.engine import Observation
from harness.core.answer_text import labelled, without_thoughts
from harness.core.domain import Step, Trajectory
from harness.core.environment import AgentModel
from harness.core.errors import AnswerError
from harness.core.messages import Message
from harness.run.roles.prompting import load

PROMPT = Path(__file__).parent / "prompts" / "agent.j2"

_THOUGHT, _ACTION = "thought", "action"
_LONGEST_COMMAND = 200
"""Letters; what is longer is no command of any game, and is compared with none."""
_PUT = re.compile(r"^put (.+?) (?:in/on|in|on|into|onto) (.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How an episode goes.

    Attributes
    ----------
    max_steps
        An episode ends after this number of commands (literature: 20 to 50).
    show_admissible
        Whether the agent is shown the admissible commands.
    snap
        Whether a command that is not admissible is replaced by the nearest one.
    stop_after_repeats
        An episode ends after this number of identical inadmissible commands in a row; None: never.
    """

    max_steps: int = 50
    show_admissible: bool = False
    snap: bool = False
    stop_after_repeats: int | None = 3


@dataclass(frozen=True, slots=True)
class Game:
    """A game under play, as the agent meets it: what `help` answers, and the two verbs of an engine."""

    help: str
    reset: Callable[[], Awaitable[Observation]]
    step: Callable[[str], Awaitable[Observation]]


async def play(game: Game, instruction: str, *, task_id: str, agent: AgentModel, protocol: Protocol) -> Trajectory:
    """Play one episode."""
    seen = await game.reset()
    messages = [
        Message("system", prompt(game.help, instruction)),
        Message("user", told(seen, protocol)),
    ]
    steps: list[Step] = []
    repeats = 0
    ended = "steps"
    while len(steps) < protocol.max_steps and not seen.won:
        try:
            answer = await agent.complete(messages)
        except AnswerError:  # the history no longer fits the model
            ended = "context"
            break
        said = first_turn(answer.text)
        command = command_of(said, seen.admissible, protocol=protocol)
        before, seen = seen, await game.step(command)
        steps.append(Step(command, seen.text, thought_of(said)))
        messages += [Message("assistant", said), Message("user", told(seen, protocol))]
        failed = command not in before.admissible
        repeats = repeats + 1 if failed and len(steps) > 1 and steps[-2].action == command else int(failed)
        if protocol.stop_after_repeats is not None and repeats >= protocol.stop_after_repeats:
            ended = "repeats"
            break
    notes: dict[str, str | int | float] = {"steps": len(steps), "ended": "won" if seen.won else ended}
    return Trajectory(task_id, tuple(steps), answer="", success=seen.won, score=float(seen.won), notes=notes)


def prompt(help_text: str, instruction: str) -> str:
    """Return the system message: stable over an episode, so that providers serve it from their prefix cache."""
    return load(PROMPT).render(help=help_text.strip(), instruction=instruction)


def told(seen: Observation, protocol: Protocol) -> str:
    """Return what the agent reads after a command."""
    if not protocol.show_admissible:
        return seen.text
    return f"{seen.text}\nAdmissible commands: {', '.join(seen.admissible)}"


def first_turn(text: str) -> str:
    """Return an answer up to its first action, without ``<think>``: what a model imagines to happen next is cut off."""
    said = without_thoughts(text)
    action = next(labelled(said, _ACTION), None)
    return said[: action.end if action else len(said)].strip()


def thought_of(said: str) -> str:
    """Return what the agent said it thought."""
    thought = next(labelled(said, _THOUGHT), None)
    # Where nothing follows the label on its line, the next line may be the action's.
    return thought.value if thought and not any(labelled(thought.value, _ACTION)) else ""


def command_of(said: str, admissible: Sequence[str], *, protocol: Protocol) -> str:
    """Return the command of an answer, as the game takes it.

    The last line stands in for a missing action; ``put X in/on Y``, the wording of ALFWorld before 0.4 and of most
    prompts in the literature, means ``move X to Y``.
    """
    action = next(labelled(said, _ACTION), None)
    command = (action.value if action else _last_line(said)).strip("`\"'*<>. \t\r").lower()
    if command in admissible:
        return command
    short = command[:_LONGEST_COMMAND]
    if put := _PUT.match(short):
        command = short = f"move {put[1]} to {put[2]}"
    if protocol.snap and command not in admissible:
        return next(iter(get_close_matches(short, admissible, n=1, cutoff=0.0)), command)
    return command


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip("` \t")]
    return lines[-1] if lines else ""
