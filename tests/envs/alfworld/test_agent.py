"""The ReAct agent: how answers are read, how an episode ends."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.alfworld.agent import Game, Protocol, command_of, first_turn, play, thought_of
from envs.alfworld.engine import Observation
from harness.core.domain import Usage
from harness.core.errors import AnswerError
from harness.core.messages import Answer, Message

ADMISSIBLE = ("go to desk 1", "move mug 1 to desk 1", "take mug 1 from shelf 2")

READ = {
    "Thought: look\nAction: go to desk 1": "go to desk 1",
    "thought: look\n**Action:** `go to desk 1`": "go to desk 1",
    "Action: Go to desk 1.": "go to desk 1",
    "go to desk 1": "go to desk 1",
    "> go to desk 1": "go to desk 1",
    "Action: put mug 1 in/on desk 1": "move mug 1 to desk 1",
    "Action: put mug 1 on desk 1": "move mug 1 to desk 1",
    "Action: go to desk 1\nObservation: You arrive.\nAction: take mug 1 from shelf 2": "go to desk 1",
    "": "",
    "Thought: look\nAction:\ngo to desk 1": "go to desk 1",
    "**Action:**\n\n```\ngo to desk 1\n```": "go to desk 1",
    "```\ngo to desk 1\n```": "go to desk 1",
    "<think>Action: take mug 1 from shelf 2</think>\nAction: go to desk 1": "go to desk 1",
    "I could go on.\n</think>\nAction: go to desk 1": "go to desk 1",
    "Action：go to desk 1": "go to desk 1",
    "Action:": "",
}


@pytest.mark.parametrize("text", READ)
def test_a_command_is_read_from_an_answer(text: str) -> None:
    assert command_of(first_turn(text), ADMISSIBLE, protocol=Protocol()) == READ[text]


def test_snapping_takes_the_nearest_admissible_command() -> None:
    assert command_of("Action: go to the desk", ADMISSIBLE, protocol=Protocol(snap=True)) == "go to desk 1"
    assert command_of("Action: go to the desk", ADMISSIBLE, protocol=Protocol()) == "go to the desk"


@pytest.mark.parametrize(
    ("text", "thought"),
    [("Thought: look\nAction: go", "look"), ("Thought:\nlook\nAction: go", "look"), ("Thought:\nAction: go", "")],
)
def test_a_thought_is_read_from_an_answer(text: str, thought: str) -> None:
    assert thought_of(first_turn(text)) == thought


HOSTILE = ("*", "action ", "action:", "\n", "<think>", "</think>", "put x in ", "thought:\n", "`", "action: put a ")


@pytest.mark.parametrize("part", HOSTILE)
def test_reading_takes_time_linear_in_an_answers_length(part: str) -> None:
    def seconds(letters: int) -> float:
        text = part * (letters // len(part))
        best = float("inf")
        for _ in range(5):
            start = time.thread_time()
            said = first_turn(text)
            thought_of(said)
            command_of(said, ADMISSIBLE, protocol=Protocol(snap=True))
            best = min(best, time.thread_time() - start)
        return best

    # Quadratic time is 100 times as long.
    assert seconds(200_000) < 50 * max(seconds(20_000), 1e-3)


@given(st.text())
def test_any_answer_is_read(text: str) -> None:
    said = first_turn(text)
    assert command_of(said, ADMISSIBLE, protocol=Protocol(snap=True)) in ADMISSIBLE
    thought_of(said)


class Room:
    """A game that is won by the third command `win`."""

    def __init__(self) -> None:
        self.wins = 0

    async def reset(self) -> Observation:
        return Observation("A room.", ("win",), False)

    async def step(self, command: str) -> Observation:
        self.wins += command == "win"
        return Observation("Well done." if command == "win" else "Nothing happens.", ("win",), self.wins >= 3)


class Says:
    """An agent that says the same at every turn."""

    def __init__(self, text: str, fits: int = 99) -> None:
        self.text, self.fits, self.seen = text, fits, list[list[Message]]()

    async def complete(self, messages: Sequence[Message], tools: object = ()) -> Answer:
        self.seen.append(list(messages))
        if len(self.seen) > self.fits:
            raise AnswerError("too long")
        return Answer(self.text, Usage())

    effect = None


async def episode(agent: Says, protocol: Protocol | None = None) -> tuple[bool, dict[str, object], int]:
    room = Room()
    game = Game("help", room.reset, room.step)
    trajectory = await play(game, "Do it.", task_id="task", agent=agent, protocol=protocol or Protocol())  # type: ignore[arg-type]
    return trajectory.success, dict(trajectory.notes), len(trajectory.steps)


async def test_an_episode_ends_when_the_game_is_won() -> None:
    assert await episode(Says("Action: win")) == (True, {"steps": 3, "ended": "won"}, 3)


async def test_an_episode_ends_at_the_step_limit() -> None:
    assert await episode(Says("Action: win"), Protocol(max_steps=2)) == (False, {"steps": 2, "ended": "steps"}, 2)


async def test_an_episode_ends_after_identical_failing_commands() -> None:
    assert await episode(Says("Action: fly")) == (False, {"steps": 3, "ended": "repeats"}, 3)
    never = Protocol(max_steps=9, stop_after_repeats=None)
    assert await episode(Says("Action: fly"), never) == (False, {"steps": 9, "ended": "steps"}, 9)


async def test_an_episode_ends_when_the_history_no_longer_fits() -> None:
    assert await episode(Says("Action: win", fits=2)) == (False, {"steps": 2, "ended": "context"}, 2)


async def test_the_prompts_prefix_is_stable_and_holds_the_instruction() -> None:
    agent = Says("Thought: yes\nAction: win")
    await episode(agent, Protocol(show_admissible=True))
    for shorter, longer in zip(agent.seen, agent.seen[1:], strict=False):
        assert longer[: len(shorter)] == shorter
    assert "Do it." in agent.seen[0][0].content
    assert agent.seen[0][1].content.endswith("Admissible commands: win")
