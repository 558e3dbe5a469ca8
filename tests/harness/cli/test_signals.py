"""SIGTERM and SIGHUP end a run as Ctrl-C does."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli.exits import refusing_exits
from harness.cli.main import run as main
from harness.cli.signals import ENDING, ending_as_interrupts
from harness.cli.sweep.job import run_job
from harness.core.domain import Purpose, Role
from harness.core.errors import ConfigError
from harness.core.messages import Answer
from harness.run.config.settings import Settings
from harness.run.execute import execute
from harness.run.progress.events import Silence
from tests.harness.run.composed import planned, ran


@pytest.fixture(autouse=True)
def not_ignored() -> Iterator[None]:
    """Signals as they are by default: under nohup the tests would inherit that SIGHUP is ignored."""
    before = {name: signal.signal(getattr(signal, name), signal.SIG_DFL) for name in ENDING}
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


class Killer(Silence):
    """Sends a signal to this process at the 40th answer."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers = 0

    def answered(self, role: Role, purpose: Purpose, answer: Answer, paid: bool) -> None:
        self.answers += 1
        if self.answers == 40:
            os.kill(os.getpid(), getattr(signal, self.name))


@pytest.mark.parametrize("name", ENDING)
def test_a_signal_ends_a_run_with_its_session_recorded_and_the_same_command_goes_on(tmp_path: Path, name: str) -> None:
    ready = planned(tmp_path / "stopped", "method=batch_wise")
    with ending_as_interrupts(), pytest.raises(KeyboardInterrupt):
        execute(ready, Killer(name))
    record = ready.folder.read_run()
    assert record
    assert record.status == "incomplete"
    assert record.sessions[-1].message == "stopped by Ctrl-C or a signal"
    (session,) = record.sessions
    assert session.calls_paid >= 40
    finished = execute(planned(tmp_path / "stopped", "method=batch_wise"), Silence())
    whole = ran(tmp_path / "whole", "method=batch_wise")
    assert finished.model_dump(exclude={"seconds"}) == whole.model_dump(exclude={"seconds"})


def test_a_signal_that_is_ignored_stays_so_and_others_are_put_back() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with ending_as_interrupts():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_process_without_a_run_is_interrupted_too() -> None:
    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    with ending_as_interrupts(), pytest.raises(KeyboardInterrupt):
        asyncio.run(work())


def test_a_job_of_the_background_is_ended_by_its_signals_too() -> None:
    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts it
    try:
        with ending_as_interrupts(), pytest.raises(KeyboardInterrupt):
            asyncio.run(work())
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("surfaces_as", [AttributeError("'NoneType' object has no attribute"), ConfigError("no such")])
def test_an_interrupt_that_a_library_turns_into_another_error_stops_the_run_all_the_same(
    surfaces_as: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def compose(_: object) -> None:
        try:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                signal.pause()
            finally:
                raise LookupError("tidying up what was half done")
        except LookupError:
            raise surfaces_as from None

    monkeypatch.setattr("harness.run.config.composition.compose", compose)
    assert main(["method=vanilla"]) == 1
    assert capsys.readouterr().err.strip() == "stopped; run the same command to resume"


def test_an_error_of_its_own_is_no_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def compose(_: object) -> None:
        try:
            raise LookupError
        except LookupError as error:
            raise AttributeError("a bug") from error

    monkeypatch.setattr("harness.run.config.composition.compose", compose)
    with pytest.raises(AttributeError, match="a bug"):
        main(["method=vanilla"])


STOPPED = "stopped; run the same command to resume"


def test_a_signal_ends_a_subcommand_with_the_same_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_folders(_: Path) -> list[object]:
        os.kill(os.getpid(), signal.SIGTERM)
        return []

    monkeypatch.setattr("harness.cli.commands.runs.run_folders", run_folders)
    assert main(["runs"]) == 1
    assert capsys.readouterr().err.strip() == STOPPED


def leaving(code: object) -> Settings:
    raise SystemExit(code)


@pytest.mark.parametrize(
    ("code", "exit_code", "said"),
    [
        (int(signal.SIGTERM), 1, STOPPED),  # as Ray's handler ends a process while `ray.init` runs
        (0, 2, "called sys.exit(0)"),
        (1, 2, "called sys.exit(1)"),
        ("enough", 2, "called sys.exit('enough')"),
    ],
)
@pytest.mark.parametrize("words", [["method=vanilla"], ["run-job", "0", "method=vanilla", "env.train_size=4"]])
def test_a_class_that_exits_is_an_error_of_one_line_and_a_signal_is_an_interrupt(
    words: list[str],
    code: object,
    exit_code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("harness.run.config.composition.compose", lambda _: leaving(code))
    assert main(words) == exit_code
    assert said in capsys.readouterr().err.strip().splitlines()[-1]


def test_a_job_whose_class_exits_has_failed_and_a_sweep_goes_on() -> None:
    row = run_job(lambda: leaving(3), 0, label="one")
    assert (row.status, "called sys.exit(3)" in row.error) == ("failed", True)
    with pytest.raises(KeyboardInterrupt):
        run_job(lambda: leaving(int(signal.SIGTERM)), 0, label="one")


def test_a_console_whose_reader_went_away_is_no_class_that_exits() -> None:
    def rich() -> None:
        try:
            raise BrokenPipeError
        except BrokenPipeError:
            raise SystemExit(1)  # noqa: B904

    with pytest.raises(BrokenPipeError), refusing_exits():
        rich()
