"""The agent: in each turn of the user's it calls tools until it answers in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from envs.bfcl.arguments import Refused, read_arguments
from envs.bfcl.conversation import Conversation
from envs.bfcl.scorer import Check
from envs.bfcl.world import TooLarge, World
from harness.core.answer_text import without_thoughts
from harness.core.domain import Note, Step, Trajectory
from harness.core.environment import AgentModel
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message, ToolCall, ToolSchema
from harness.run.roles.prompting import load

PROMPT = Path(__file__).parent / "prompts" / "agent.j2"

MOST_CALLS = 50
"""Calls of one reply that are carried out; the ground truth makes 34 in a turn at most."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a conversation may take.

    Attributes
    ----------
    steps
        Replies of the model in one turn of the user's.
    letters
        Of one result; longer ones are cut.
    stop_early
        Whether the conversation ends after the first turn that is wrong. The score is the same.
    """

    steps: int = 20
    letters: int = 40_000
    stop_early: bool = False


class _Ended(Exception):
    """The conversation cannot be continued; the text is the reason."""


@dataclass
class Episode:
    """One conversation under way."""

    conversation: Conversation
    agent: AgentModel
    bounds: Bounds
    world: World
    messages: list[Message]
    steps: list[Step] = field(default_factory=list)

    async def turn(self, number: int) -> tuple[str, list[str]]:
        """Let the agent work on a turn; return its answer in words and the results of its calls.

        Raises
        ------
        _Ended
            If the model can read no more, calls tools without end, or fills a simulator.
        """
        self.messages.append(Message("user", self.conversation.said[number]))
        tools = self.conversation.offered(number)
        results: list[str] = []
        for _ in range(self.bounds.steps):
            try:
                said = await self.agent.complete(self.messages, tools)
            except AnswerError:  # the history no longer fits the model
                raise _Ended("context") from None
            if not said.tool_calls:
                words = without_thoughts(said.text).strip()
                self.messages.append(Message("assistant", words or "(no answer)"))
                return words, results
            self.messages.append(Message("assistant", said.text, said.tool_calls))
            results += self._carried_out(said, tools)
        raise _Ended("steps")

    def _carried_out(self, said: Answer, tools: Sequence[ToolSchema]) -> list[str]:
        names, results = {tool.name for tool in tools}, []
        for number, asked in enumerate(said.tool_calls):
            seen = self._result(asked, names) if number < MOST_CALLS else "Error: too many calls in one reply"
            results.append(seen)
            shown = seen if len(seen) <= self.bounds.letters else f"{seen[: self.bounds.letters]}\n[cut]"
            self.steps.append(Step(f"{asked.name}({asked.arguments})", shown, "" if number else said.text.strip()))
            self.messages.append(Message("tool", shown, tool_call_id=asked.id))
        return results

    def _result(self, asked: ToolCall, names: set[str]) -> str:
        if asked.name not in names:
            return f"Error: there is no tool {asked.name[:80]}"
        try:
            arguments = read_arguments(asked.arguments, self.conversation.tools[asked.name]["parameters"])
            return self.world.call(asked.name, arguments)
        except Refused as error:
            return f"Error: {error}"
        except TooLarge:
            raise _Ended("size") from None


async def play(conversation: Conversation, instruction: str, *, agent: AgentModel, bounds: Bounds) -> Trajectory:
    """Play a conversation and score it: right if every turn is."""
    messages = [Message("system", prompt(conversation, instruction))]
    episode = Episode(conversation, agent, bounds=bounds, world=World(conversation), messages=messages)
    check = Check(conversation)
    right, wrong, ended, answer = 0, "", "finished", ""
    turns = len(conversation.said)
    for number in range(turns):
        try:
            answer, results = await episode.turn(number)
        except _Ended as error:
            ended = str(error)
            wrong = wrong or f"turn {number + 1} came to no end ({ended})"
            break
        following = f"The user: {conversation.said[number + 1]}" if number + 1 < turns else "(end of the conversation)"
        episode.steps.append(Step(f"answer: {answer}", following))
        problem = "" if wrong else check.turn(number, results, episode.world)
        wrong = wrong or (f"after turn {number + 1}, {problem}" if problem else "")
        right += not wrong
        if wrong and bounds.stop_early:
            ended = "wrong turn"
            break
    notes: dict[str, Note] = {
        "ended": ended,
        "calls": sum(len(message.tool_calls) for message in messages),
        "turns right": right / turns,
        "simulators": list(conversation.simulators),
    }
    if wrong:
        episode.steps.append(Step("(checked, unseen by the agent)", f"Not as asked: {wrong}"))
    success = not wrong
    return Trajectory(conversation.id, tuple(episode.steps), answer, success=success, score=float(success), notes=notes)


def prompt(conversation: Conversation, instruction: str) -> str:
    """Return the system message."""
    return load(PROMPT).render(systems=conversation.systems(), instruction=instruction)
