"""Progress: what is shown while a run works."""

from __future__ import annotations

import asyncio
import io

import pytest
from rich.console import Console

from harness.core.domain import Purpose, Role, Usage
from harness.core.messages import Answer
from harness.llm.backbone import ModelSpec
from harness.run.progress import display
from harness.run.progress.counts import Counts
from harness.run.progress.display import line, render
from harness.run.progress.retrying import ToldRetry


def counted() -> Counts:
    counts = Counts()
    counts.started("subset-1", Purpose.EXPLORE, rollouts=3)
    counts.started("subset-2", Purpose.EXPLORE, rollouts=3)
    counts.rolled_out("subset-1", Purpose.EXPLORE, score=1.0)
    counts.rolled_out("subset-2", Purpose.EXPLORE, score=0.0)
    counts.postponed("subset-2", Purpose.EXPLORE, reason="the provider is down")
    counts.stepped("subset-1", "optimize")
    counts.answered(
        Role.AGENT,
        Purpose.EXPLORE,
        answer=Answer("", Usage(1, 900_000, cached=0, completion=100_000, reasoning=0, usd=1.5)),
        paid=True,
    )
    counts.answered(
        Role.AGENT,
        Purpose.EXPLORE,
        answer=Answer("", Usage(1, 0, cached=0, completion=0, reasoning=0, usd=0.25)),
        paid=False,
    )
    return counts


def test_a_line_has_phase_rollouts_success_steps_calls_tokens_and_money() -> None:
    text = line(counted())
    for part in ("explore 2/6 50.0 %", "1 optimize", "2 calls (1 from the journal)", "1.0 M tokens", "$1.75"):
        assert part in text


def test_an_unknown_price_is_unknown_not_zero() -> None:
    counts = counted()
    counts.answered(Role.AGENT, Purpose.EXPLORE, answer=Answer("", Usage(1, usd=None)), paid=True)
    assert "price unknown" in line(counts)


def test_the_live_table_shows_the_same_and_why_something_is_tried_again() -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(render(counted()))
    text = console.export_text()
    for part in ("explore", "2/6", "50.0 %", "$1.75", "tried again: the provider is down"):
        assert part in text


def test_final_tests_of_two_agents_are_two_phases() -> None:
    counts = Counts()
    counts.started("trained", Purpose.TEST, rollouts=5)
    counts.started("vanilla", Purpose.TEST, rollouts=5)
    assert set(counts.phases) == {"test (trained)", "test (vanilla)"}


class Ticks:
    """A clock that rings at once, so many times; something happens before the last one."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.left = 4

    def wait(self, seconds: float) -> bool:
        self.left -= 1
        if self.left == 1:
            self.counts.stepped("", "merge")
        return self.left == 0


def test_without_a_terminal_a_line_comes_only_when_something_changed(capsys: pytest.CaptureFixture[str]) -> None:
    counts = counted()
    display.write_lines(counts, Ticks(counts))  # type: ignore[arg-type]
    lines = capsys.readouterr().err.splitlines()
    assert [("merge" in each) for each in lines] == [False, True]


def test_a_run_that_waits_for_its_provider_says_so_until_it_is_answered() -> None:
    counts = counted()

    async def no_wait(seconds: float) -> None:
        assert "retrying: ConnectionError: Cannot connect to host 127.0.0.1:9" in line(counts)

    tries = 0

    async def once() -> str:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError("Cannot connect to host 127.0.0.1:9")
        return "answer"

    retry = ToldRetry(sleep=no_wait, tell=counts.retrying)
    assert asyncio.run(retry(once, ModelSpec(id="openai/mine"), "key")) == "answer"
    counts.answered(Role.AGENT, Purpose.EXPLORE, answer=Answer("", Usage(calls=1)), paid=True)
    assert "retrying" not in line(counts)
