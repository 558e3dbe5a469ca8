"""A run's event loop may be uvloop's: the record is the same, and what ends or dies meanwhile does the same."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Literal

import pytest

from envs.gaia.sandbox import JSON, Limits, open_sandbox
from harness.cli.signals import ending_as_interrupts
from harness.core.domain import Purpose, Role
from harness.core.errors import ConfigError
from harness.core.messages import Answer
from harness.run import event_loop
from harness.run.execute import execute
from harness.run.players.cluster.wire import Offer, Wire, WireBroken, connect
from harness.run.progress.events import Silence
from harness.run.replay.again import record_differences
from tests.harness.run.composed import planned, ran

UVLOOP = ("method=batch_wise", "executor.loop=uvloop")
LOOPS: tuple[Literal["asyncio", "uvloop"], ...] = ("asyncio", "uvloop")


@pytest.fixture(autouse=True)
def installed(request: pytest.FixtureRequest) -> None:
    if "missing" not in request.node.name:
        pytest.importorskip("uvloop", reason="the extra `uvloop` is not installed")


@pytest.mark.parametrize("loop", LOOPS)
def test_the_loop_is_the_one_that_was_asked_for(loop: Literal["asyncio", "uvloop"]) -> None:
    async def module() -> str:
        return type(asyncio.get_running_loop()).__module__.partition(".")[0]

    assert event_loop.run(module(), loop) == loop


class Loops(Silence):
    """Notes in which event loops answers come."""

    def __init__(self) -> None:
        self.modules: set[str] = set()

    def answered(self, role: Role, purpose: Purpose, answer: Answer, paid: bool) -> None:
        self.modules.add(type(asyncio.get_running_loop()).__module__.partition(".")[0])


def test_the_record_is_that_of_asyncio(tmp_path: Path) -> None:
    plain, fast = planned(tmp_path / "asyncio", "method=batch_wise"), planned(tmp_path / "uvloop", *UVLOOP)
    assert plain.run_id == fast.run_id
    for ready, loop in zip((plain, fast), LOOPS, strict=True):
        execute(ready, seen := Loops())
        assert seen.modules == {loop}
    assert record_differences(plain.folder, fast.folder) == []


class Killer(Silence):
    """Sends a signal to this process at the 40th answer."""

    answers = 0

    def answered(self, role: Role, purpose: Purpose, answer: Answer, paid: bool) -> None:
        self.answers += 1
        if self.answers == 40:
            os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_ends_the_run_and_the_same_command_goes_on(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        ready = planned(tmp_path / "stopped", *UVLOOP)
        with ending_as_interrupts(), pytest.raises(KeyboardInterrupt):
            execute(ready, Killer())
    finally:
        signal.signal(signal.SIGTERM, before)
    record = ready.folder.read_run()
    assert record is not None
    assert record.status == "incomplete"
    finished = execute(planned(tmp_path / "stopped", *UVLOOP), Silence())
    whole = ran(tmp_path / "whole", "method=batch_wise")
    assert finished.model_dump(exclude={"seconds"}) == whole.model_dump(exclude={"seconds"})


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("harness.core.extras.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"executor.loop=uvloop needs a package: pip install"):
        planned(tmp_path, *UVLOOP)


async def for_ever(wire: Wire) -> None:
    while True:
        await wire.send([b"x" * 100_000])
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_player_that_is_gone_is_a_broken_connection(loop: Literal["asyncio", "uvloop"]) -> None:
    async def work() -> None:
        offer = Offer()
        async with offer.open("127.0.0.1") as where:
            assert where is not None
            theirs = await connect(where)
        assert theirs is not None
        assert offer.wire is not None
        theirs.close()
        with pytest.raises(WireBroken):
            await for_ever(offer.wire)
        offer.wire.close()
        with pytest.raises(WireBroken):
            await offer.wire.send([b"x"])

    event_loop.run(work(), loop)


class Slow:
    """A broker that answers when the tool is gone."""

    async def search(self, query: str) -> JSON:
        await asyncio.sleep(0.1)
        return query

    async def fetch(self, url: str) -> JSON:
        return url


@pytest.mark.parametrize("loop", LOOPS)
def test_a_tool_that_leaves_before_its_answers_come_fails_alone(loop: Literal["asyncio", "uvloop"]) -> None:
    source = 'import os\ndef run():\n    os.write(3, b\'{"ask": "search", "text": "a"}\\n\' * 5)\n    os._exit(0)'

    async def work() -> None:
        sandbox = open_sandbox()
        try:
            limits = Limits(wall=5, cpu=2)
            gone = await sandbox.call(source, "run", arguments={}, broker=Slow(), limits=limits)
            assert gone.error
            again = await sandbox.call("def run():\n    return 7", "run", arguments={}, limits=limits)
            assert again.value == 7
        finally:
            await sandbox.close()

    event_loop.run(work(), loop)
