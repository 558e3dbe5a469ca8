"""What a call leaves behind: nothing on the disk, nothing in the memory of later calls, and never the end of a run."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from envs.gaia.sandbox import Limits, Sandbox, open_sandbox
from envs.gaia.sandbox.box import Box, sweep
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from envs.gaia.sandbox.inside import scratch
from envs.gaia.sandbox.pool import Pool
from envs.gaia.sandbox.worker import Worker
from tests.processes import descendants

MODES = {"bwrap": why_not_bwrap, "landlock": why_not_landlock}
DEEP = "import os, time\ndef run(seconds):\n    for _ in range(1500):\n        os.mkdir('d'); os.chdir('d')\n"
DEEP += "    time.sleep(seconds); return 1"


def deepened(folder: Path, levels: int) -> None:
    here = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(levels):
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
        Path("file").write_bytes(bytes(100_000))
    finally:
        os.chdir(here)


class TestWalking:
    def test_a_file_below_a_path_beyond_path_max_counts_and_goes(self, tmp_path: Path) -> None:
        deepened(tmp_path, 60)
        assert scratch.usage(str(tmp_path)) >= 100_000
        assert scratch.empty(str(tmp_path), 10)
        assert not list(tmp_path.iterdir())

    def test_too_many_entries_are_not_counted_to_their_end(self, tmp_path: Path) -> None:
        for number in range(scratch.MAX_ENTRIES + 1):
            (tmp_path / str(number)).touch()
        with pytest.raises(scratch.Unstable, match="too many"):
            scratch.usage(str(tmp_path))

    def test_removal_ends_at_its_time(self, tmp_path: Path) -> None:
        deepened(tmp_path, 3)
        assert not scratch.empty(str(tmp_path), -1)

    def test_no_link_is_followed(self, tmp_path: Path) -> None:
        (tmp_path / "kept").mkdir()
        (tmp_path / "kept" / "file").write_bytes(bytes(100_000))
        (tmp_path / "box").mkdir()
        (tmp_path / "box" / "link").symlink_to(tmp_path / "kept")
        assert scratch.usage(str(tmp_path / "box")) < 100_000
        assert scratch.empty(str(tmp_path / "box"), 10)
        assert (tmp_path / "kept" / "file").exists()

    def test_a_box_of_any_depth_is_removed(self) -> None:
        box = Box()
        deepened(box.path / "scratch", 1500)
        box.remove()
        assert not box.path.exists()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where boxes are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


class TestSweeping:
    def test_boxes_that_no_process_holds_are_removed_and_no_others(self, temporary: Path) -> None:
        held, left, young, others = (
            Box(),
            temporary / "sandbox-held-left",
            temporary / "sandbox-held-young",
            temporary / "other",
        )
        for folder in (left, young, others):
            (folder / "scratch").mkdir(parents=True)
        (temporary / "sandbox-held-link").symlink_to(others)
        for path in (held.path, left, others):
            os.utime(path, (0, 0))
        sweep.cache_clear()
        sweep(str(temporary))
        assert not left.exists()
        assert all(path.exists() for path in (held.path, young, others / "scratch", temporary / "sandbox-held-link"))
        held.remove()
        assert not held.path.exists()


def opened(mode: str) -> Sandbox:
    if (reason := MODES[mode]()) is not None:
        pytest.skip(reason)
    return open_sandbox(mode, size=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
class TestACall:
    def test_that_is_cancelled_leaves_no_box(self, mode: str, temporary: Path) -> None:
        async def cancelled() -> None:
            sandbox = opened(mode)
            assert (await sandbox.call(DEEP, "run", arguments={"seconds": 0})).value == 1
            hanging = asyncio.create_task(sandbox.call(DEEP, "run", arguments={"seconds": 60}))
            await asyncio.sleep(0.5)
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging
            assert not os.listdir(temporary)  # noqa: PTH208
            assert (await sandbox.call("def run(): return 1", "run", arguments={})).value == 1
            await sandbox.close()

        asyncio.run(cancelled())
        assert not list(temporary.iterdir())

    def test_whose_cleaning_takes_too_long_fails_alone(
        self, mode: str, temporary: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def stuck(self: Worker) -> dict[str, object]:
            await asyncio.Event().wait()
            return {}

        monkeypatch.setattr("envs.gaia.sandbox.calling.GRACE", 0.0)

        async def call() -> None:
            sandbox = opened(mode)
            with monkeypatch.context() as patched:
                patched.setattr(Worker, "ended", stuck)
                source = "def run():\n    while True: pass"
                outcome = await sandbox.call(source, "run", arguments={}, limits=Limits(wall=0.3))
            assert outcome.limit == "wall"
            assert (await sandbox.call("def run(): return 1", "run", arguments={})).value == 1
            await sandbox.close()

        asyncio.run(call())
        assert not list(temporary.iterdir())

    def test_whose_sandbox_is_killed_fails_alone(self, mode: str, temporary: Path) -> None:
        async def call() -> None:
            sandbox = opened(mode)
            assert isinstance(sandbox, Pool)
            assert (await sandbox.call("def run(): return 1", "run", arguments={})).value == 1
            [pid] = sandbox.processes
            hanging = asyncio.create_task(sandbox.call("import time\ndef run(): time.sleep(60)", "run", arguments={}))
            await asyncio.sleep(0.5)
            os.kill(pid, signal.SIGKILL)
            outcome = await hanging
            assert outcome.error is not None
            assert (await sandbox.call("def run(): return 1", "run", arguments={})).value == 1
            await sandbox.close()

        asyncio.run(call())
        assert not list(temporary.iterdir())

    def test_is_unknown_to_the_process_that_later_calls_are_forked_from(self, mode: str, tmp_path: Path) -> None:
        name = "a-name-that-is-told-to-no-one-else.txt"
        (tmp_path / name).write_text("x")

        async def call() -> None:
            sandbox = opened(mode)
            assert isinstance(sandbox, Pool)
            outcome = await sandbox.call(
                f"def run(): return open({name!r}).read()", "run", arguments={}, inputs=[tmp_path / name]
            )
            assert outcome.value == "x"
            [pid] = sandbox.processes
            for process in descendants(pid):
                assert not remembers(process, name.encode())
            await sandbox.close()

        asyncio.run(call())


KILLED = """
import asyncio, os, signal, sys
from envs.gaia.sandbox import open_sandbox

started = asyncio.create_subprocess_exec

async def and_die(program, *words, pass_fds, **named):
    if sys.argv[1] == "bwrap":  # hold it where it has made its child, which waits for it
        reading, _ = os.pipe()
        words, info = ("--userns-block-fd", str(reading), *words), pass_fds[1]
        await started(program, *words, pass_fds=(*pass_fds, reading), **named)
        while not os.fstat(info).st_size:
            await asyncio.sleep(0.01)
    else:
        await started(program, *words, pass_fds=pass_fds, **named)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.create_subprocess_exec = and_die
asyncio.run(open_sandbox(sys.argv[1], size=1).call("def run(): return 1", "run", arguments={}))
"""
ORPHANS = """
import ctypes, os, signal, subprocess, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: what the host leaves becomes ours
assert subprocess.run([sys.executable, "-c", *sys.argv[1:]]).returncode == -signal.SIGKILL
signal.alarm(20)
try:
    while True:
        os.waitpid(-1, 0)
except ChildProcessError:
    pass
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_host_that_is_killed_while_a_sandbox_starts_leaves_no_process(mode: str, tmp_path: Path) -> None:
    if (reason := MODES[mode]()) is not None:
        pytest.skip(reason)
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-c", ORPHANS, KILLED, mode]
    assert subprocess.run(command, env=environment, check=False).returncode == 0, "a process is left after 20 s"


def remembers(process: int, name: bytes) -> bool:
    """Return whether a process has a name anywhere in its writable memory."""
    try:
        memory = Path(f"/proc/{process}/mem").open("rb", buffering=0)  # noqa: SIM115
    except PermissionError:
        pytest.skip("this machine lets no one read another process's memory")
    with memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(number, 16) for number in span.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(start)
                if name in memory.read(end - start):
                    return True
    return False
