"""Evidence beyond the optimizer's window: truncated, summarized, or split over several calls."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.domain import Evaluation, Evidence, Experience, Instruction, Module, Modules, Step, Task, Trajectory
from harness.core.messages import Message
from harness.run.roles import optimizer, rendering
from harness.run.roles.context import Fitting, Reader, Written
from harness.run.roles.fitting import Policy, first_that_fit, level
from harness.run.roles.prompting import Prompts

MODULES = Modules.of_instruction("first")
FRAME = 10**6 - 4096 - optimizer.room(Prompts(), "p", modules=MODULES, name="instruction", window=10**6, count=len)

SIZES = st.lists(st.integers(0, 3000), min_size=1, max_size=12)


@given(SIZES, st.integers(0, 20_000))
def test_the_level_is_the_largest_at_which_all_fit(sizes: list[int], room: int) -> None:
    found = level(sizes, room)
    assert sum(min(size, found) for size in sizes) <= room
    assert found == max(sizes) or sum(min(size, found + 1) for size in sizes) > room


@given(SIZES, st.integers(0, 20_000))
def test_parts_take_what_fits_and_at_least_one(sizes: list[int], room: int) -> None:
    taken = first_that_fit(sizes, room)
    assert 1 <= taken <= len(sizes)
    assert taken == 1 or sum(sizes[:taken]) <= room
    assert taken == len(sizes) or sum(sizes[: taken + 1]) > room


def experience(number: int, size: int) -> Experience:
    task = Task(f"t{number}", f"question {number}", "truth", "kind")
    steps = (Step(f"act {number}", "seen " + "x" * size),)
    advice = f"advice {number}"
    return Experience(
        task,
        Trajectory(task.id, steps, answer="", success=False, score=0.0),
        Evaluation("incorrect", "", pattern="", advice=advice),
    )


class Asked:
    """Asks no model, and keeps the prompts."""

    def __init__(self) -> None:
        self.optimizer: list[str] = []
        self.evaluator: list[str] = []

    async def write(self, prompt: Sequence[Message], module: Module) -> Instruction:
        self.optimizer.append("\n".join(message.content for message in prompt))
        return Instruction(f"next {len(self.optimizer)}")

    async def summarize(self, prompt: Sequence[Message]) -> str:
        self.evaluator.append("\n".join(message.content for message in prompt))
        return "a summary " * 500


async def fit(policy: Policy, sizes: Sequence[int], room: int, asked: Asked) -> Written:
    window = (FRAME + room) * 4 // 3 + 4
    if window >= 4 * 4096:
        window = FRAME + room + 4096
    reader = Reader(window, len)
    fitting = Fitting(
        policy,
        Prompts(),
        purpose="p",
        optimizer=reader,
        evaluator=Reader(10**5, len),
        write=asked.write,
        summarize=asked.summarize,
    )
    evidence = Evidence(tuple(experience(number, size) for number, size in enumerate(sizes)))
    return await fitting(MODULES, "instruction", evidence)


@pytest.mark.parametrize("policy", ["truncate", "summarize", "split"])
async def test_what_fits_is_shown_whole_in_one_call(policy: Policy) -> None:
    asked = Asked()
    written = await fit(policy, [50, 60, 70], 20_000, asked)
    assert (written.calls, written.facts, asked.evaluator) == (1, {}, [])
    assert written.modules.instruction() == "next 1"
    assert all(rendering.experience(experience(n, size)) in asked.optimizer[0] for n, size in enumerate([50, 60, 70]))


async def test_truncation_keeps_the_first_ones() -> None:
    asked = Asked()
    written = await fit("truncate", [500] * 6, 2500, asked)
    assert written.facts["cut"]["dropped"] > 0
    assert "act 0" in asked.optimizer[0]
    assert "act 5" not in asked.optimizer[0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 1500), min_size=1, max_size=9), st.integers(2500, 6000))
def test_split_shows_everything_once_and_goes_on_from_its_own_module(sizes: list[int], room: int) -> None:
    import asyncio

    asked = Asked()
    written = asyncio.run(fit("split", sizes, room, asked))
    assert written.calls == len(asked.optimizer)
    for number, size in enumerate(sizes):
        block = rendering.experience(experience(number, size))
        assert sum(block in prompt for prompt in asked.optimizer) == 1
    assert all(f"next {number}" in prompt for number, prompt in enumerate(asked.optimizer[1:], 1))
    assert ("split" in written.facts) == (written.calls > 1)
    assert "cut" not in written.facts, "nothing was left out, so the row is not starred"


async def test_a_single_experience_beyond_the_window_is_cut_and_told() -> None:
    written = await fit("split", [100, 5000, 100], 2500, Asked())
    assert written.calls == 3
    assert written.facts["cut"]["partial"] == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=9), st.integers(4000, 8000))
def test_summaries_stand_for_long_attempts_and_every_evaluation_stays(sizes: list[int], room: int) -> None:
    import asyncio

    asked = Asked()
    written = asyncio.run(fit("summarize", sizes, room, asked))
    assert written.calls == 1
    whole = sum(len(rendering.experience(experience(n, size))) for n, size in enumerate(sizes))
    assert bool(asked.evaluator) == (whole > room), "asked only where something does not fit"
    assert all(f"advice {number}" in asked.optimizer[0] for number in range(len(sizes)))
    if whole > room:
        assert written.facts["cut"]["summarized"] == len(asked.evaluator)
        assert written.facts["cut"]["tokens"] == whole
    assert len(asked.optimizer[0]) <= FRAME + room + 2 * len(sizes) + 10
