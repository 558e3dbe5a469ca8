"""The agent's loop: turns of the user's, calls until words, and every limit ends it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from envs.bfcl.agent import MOST_CALLS
from envs.bfcl.conversation import KINDS, conversations
from harness.core.errors import AnswerError, InfrastructureError
from harness.core.messages import Answer, Message
from tests.envs.bfcl import needs_package
from tests.envs.bfcl.agents import Agent, TextAgent, conversation, first, played, right
from tests.envs.bfcl.player import calling

pytestmark = needs_package


@pytest.mark.parametrize("kind", KINDS)
async def test_the_calls_of_the_ground_truth_solve_a_conversation(kind: str) -> None:
    for name in list(conversations(kind))[::10]:
        trajectory = await played(name, Agent(right(kind)))
        assert trajectory.success, trajectory.steps[-1]
        assert (trajectory.score, trajectory.notes["turns right"], trajectory.notes["ended"]) == (1.0, 1.0, "finished")
        assert trajectory.answer == "Done."


async def test_a_trajectory_shows_turns_calls_and_results_and_nothing_of_the_check() -> None:
    agent = Agent(right())
    trajectory = await played("base_0", agent)
    assert [(step.action, step.observation) for step in trajectory.steps[:4]] == [
        ('cd({"folder": "document"})', '{"current_working_directory": "document"}'),
        ('mkdir({"dir_name": "temp"})', "None"),
        ('mv({"source": "final_report.pdf", "destination": "temp"})', agent.messages[5].content),
        ("answer: Done.", f"The user: {conversation('base_0').said[1]}"),
    ]
    assert trajectory.steps[-1].observation == "(end of the conversation)"
    assert [message.role for message in agent.messages[:7]] == [
        "system", "user", "assistant", "tool", "tool", "tool", "assistant",
    ]  # fmt: skip
    assert "Be careful." in agent.messages[0].content


async def test_calls_may_be_text() -> None:
    def one_by_one(messages: Sequence[Message]) -> Answer:
        since = next(n for n, message in enumerate(reversed(messages)) if message.role == "user")
        said = right()(messages[: len(messages) - since])
        made = sum(message.role == "tool" for message in messages[len(messages) - since :])
        calls = said.tool_calls[made:]
        return calling([(call.name, call.arguments) for call in calls], "Done.")

    assert (await played("base_0", TextAgent(one_by_one))).success


async def test_a_wrong_state_is_named_at_the_end_and_not_by_what_it_should_be() -> None:
    agent = Agent(first(("cd", {"folder": "document"}), ("mkdir", {"dir_name": "tmp"})))
    trajectory = await played("base_0", agent)
    last = trajectory.steps[-1]
    assert not trajectory.success
    assert trajectory.notes["turns right"] == 0
    assert last.observation == (
        "Not as asked: after turn 1, GorillaFileSystem.root/document/temp is missing; "
        "GorillaFileSystem.root/document/final_report.pdf should not be there; "
        "GorillaFileSystem.root/document/tmp should not be there"
    )
    assert not any("Not as asked" in message.content for message in agent.messages)


async def test_what_is_no_call_of_a_tool_is_read_as_an_error() -> None:
    calls = [
        ("cp", {"source": "a", "destination": "b"}),  # left out of this conversation
        ("__class__", {}),
        ("_load_scenario", {"scenario": {}}),
        ("cd", "{"),
        ("cd", {"folder": ["a"]}),
        ("cd", {"folder": "nowhere"}),
    ]
    trajectory = await played("base_0", Agent(first(*calls)))
    seen = [step.observation for step in trajectory.steps[: len(calls)]]
    assert seen[:3] == [f"Error: there is no tool {name}" for name, _ in calls[:3]]
    assert seen[3].startswith("Error: the arguments cannot be read")
    assert seen[4] == "Error: folder must be of the type string"
    assert "No such" in seen[5]


async def test_an_answer_in_words_is_kept_without_thoughts_and_is_never_empty_for_the_model() -> None:
    agent = Agent(lambda messages: calling([], "<think>Call grep.</think> Done." if len(messages) == 2 else ""))
    trajectory = await played("base_0", agent)
    assert trajectory.steps[0].action == "answer: Done."
    assert [message.content for message in agent.messages if message.role == "assistant"] == [
        "Done.", "(no answer)", "(no answer)",
    ]  # fmt: skip


async def test_calls_of_one_reply_are_bounded_and_all_are_answered() -> None:
    agent = Agent(first(*[("pwd", {})] * (MOST_CALLS + 2)))
    trajectory = await played("base_0", agent)
    assert [step.observation for step in trajectory.steps[MOST_CALLS : MOST_CALLS + 2]] == (
        ["Error: too many calls in one reply"] * 2
    )
    assert sum(message.role == "tool" for message in agent.messages) == MOST_CALLS + 2


async def test_calls_without_end_end_the_conversation() -> None:
    agent = Agent(lambda messages: calling([("pwd", {})]))
    trajectory = await played("base_0", agent, steps=3)
    assert (trajectory.notes["ended"], trajectory.notes["calls"]) == ("steps", 3)
    assert trajectory.steps[-1].observation == "Not as asked: turn 1 came to no end (steps)"


async def test_the_first_thing_that_was_wrong_is_what_is_named() -> None:
    agent = Agent(lambda messages: calling([("pwd", {})] if len(messages) > 2 else [], "Done."))
    trajectory = await played("base_0", agent, steps=3)
    assert trajectory.notes["ended"] == "steps"
    assert trajectory.steps[-1].observation == "Not as asked: after turn 1, no tool was called"


async def test_a_simulator_that_grows_ends_the_conversation() -> None:
    loop = ("mkdir", {"dir_name": "x"}), ("cd", {"folder": "x"})
    trajectory = await played("base_0", Agent(lambda messages: calling(loop)), steps=200)
    assert trajectory.notes["ended"] == "size"
    assert not trajectory.success


async def test_long_results_are_cut_for_the_agent() -> None:
    agent = Agent(first(("ls", {})))
    trajectory = await played("base_0", agent, letters=10)
    assert trajectory.steps[0].observation == '{"current_\n[cut]'


async def test_a_history_that_no_longer_fits_is_a_failure_and_a_broken_provider_is_none() -> None:
    def failing(error: Exception) -> Agent:
        def reply(messages: Sequence[Message]) -> Answer:
            if len(messages) > 2:
                raise error
            return calling([("pwd", {})])

        return Agent(reply)

    trajectory = await played("base_0", failing(AnswerError("too long")))
    assert (trajectory.score, trajectory.notes["ended"]) == (0.0, "context")
    with pytest.raises(InfrastructureError):
        await played("base_0", failing(InfrastructureError("down")))


async def test_stopping_early_saves_turns_and_leaves_the_score() -> None:
    agents = Agent(first()), Agent(first())
    whole, early = await played("base_0", agents[0]), await played("base_0", agents[1], stop_early=True)
    assert (whole.score, len(agents[0].offered)) == (0.0, 4)
    assert (early.score, len(agents[1].offered), early.notes["ended"]) == (0.0, 1, "wrong turn")


async def test_a_tool_that_is_held_back_comes_with_its_turn() -> None:
    agent = Agent(first())
    await played("miss_func_0", agent)
    assert ["sort" in names for names in agent.offered] == [False, False, False, True, True]
    assert agent.messages[-3].content == "You have more tools now. Please try again."
