import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from harness.core import clock
from harness.core.concurrency import Slots, gather
from harness.core.errors import BudgetSpent, IncompleteRun, InfrastructureError


async def test_results_come_in_input_order():
    async def after(turns: int) -> int:
        for _ in range(turns):
            await asyncio.sleep(0)
        return turns

    assert await gather(after(n) for n in (5, 0, 3)) == [5, 0, 3]
    assert await gather([]) == []


async def test_the_clock_follows_the_critical_path():
    async def work(*seconds: float) -> None:
        for each in seconds:
            clock.advance(each)
            await asyncio.sleep(0)

    async def nested() -> None:
        clock.advance(1)
        await gather([work(2), work(3)])
        clock.advance(1)

    start = clock.restart()
    await gather([work(1, 2), nested(), work(4)], limit=1)
    assert start.now == 5.0
    clock.advance(1)
    assert clock.current().now == 6.0


async def test_a_limit_bounds_how_many_run_at_once():
    running, most = 0, 0

    async def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await gather((work() for _ in range(9)), limit=3)
    assert most == 3


async def test_an_error_comes_unwrapped_after_the_siblings_were_cancelled():
    ended = []

    async def sibling() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise KeyError("bug")

    with pytest.raises(KeyError):
        await gather([sibling(), failing(), sibling()])
    assert ended == [True, True]


@pytest.mark.parametrize(
    ("errors", "wins"),
    [
        ([InfrastructureError("a"), BudgetSpent("b"), ValueError("c")], BudgetSpent),
        ([IncompleteRun("a"), InfrastructureError("b"), ValueError("c")], ValueError),
        ([InfrastructureError("a"), IncompleteRun("b")], InfrastructureError),
    ],
)
async def test_the_weightiest_error_wins(errors: list[Exception], wins: type[Exception]):
    async def failing(error: Exception) -> None:
        raise error

    with pytest.raises(wins):
        await gather(failing(error) for error in errors)
    with pytest.raises(wins):
        await gather([gather(failing(error) for error in errors)])


async def test_children_that_never_began_leave_no_warning(recwarn: pytest.WarningsRecorder):
    async def failing() -> None:
        raise ValueError

    async def idle() -> None:
        await asyncio.sleep(0)

    with pytest.raises(ValueError):  # noqa: PT011
        await gather([failing(), *(idle() for _ in range(5))], limit=1)
    assert not recwarn.list


async def test_with_a_limit_no_more_coroutines_exist_than_run():
    made, alive, most = 0, 0, 0

    async def work() -> None:
        nonlocal alive
        await asyncio.sleep(0)
        alive -= 1

    def all_of_them() -> Iterator[Coroutine[Any, Any, None]]:
        nonlocal made, alive, most
        for _ in range(1000):
            made, alive = made + 1, alive + 1
            most = max(most, alive)
            yield work()

    await gather(all_of_them(), limit=5)
    assert made == 1000
    assert most <= 6  # five run, and one waits for a slot


async def test_gathers_that_share_slots_start_one_after_another():
    slots, started = Slots(2), list[str]()

    async def work(name: str) -> None:
        started.append(name)
        await asyncio.sleep(0)

    await gather(gather([work(name) for _ in range(4)], slots) for name in "abc")
    assert "".join(started) == "aaaabbbbcccc"


async def test_slots_are_free_again_after_an_error():
    slots = Slots(2)

    async def work(fails: bool) -> int:
        await asyncio.sleep(0)
        if fails:
            raise ValueError
        return 1

    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011
            await gather((work(number == 1) for number in range(9)), slots)
    assert await gather((work(False) for _ in range(5)), slots) == [1] * 5


async def test_a_child_that_was_cancelled_by_nobody_is_an_error():
    async def own() -> None:
        task = asyncio.create_task(asyncio.sleep(60))
        task.cancel()
        await task

    with pytest.raises(RuntimeError, match="nobody had cancelled"):
        await gather([own()])
