"""A program and all that it starts end together, however they try to stay."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from methods.command import supervisor

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="orphans are found through Linux's /proc")

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write("here")
        time.sleep(1000)
    os._exit(0)
while not os.path.exists(sys.argv[1]):
    pass
"""

FORKS = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        for _ in range(2_000):  # and were it to escape, not for ever
            time.sleep(0.005)
            if os.fork():
                os._exit(0)
            os.setsid()
        os._exit(0)
"""


def start(command: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-I", "-S", str(supervisor.__file__), command]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)


def running(word: str) -> list[int]:
    """Return the processes whose command line has this word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        os.sched_yield()


def test_its_exit_code_is_the_programs() -> None:
    assert start("exit 7").wait(30) == 7


@LINUX
@pytest.mark.parametrize("script", [DAEMON, FORKS], ids=["a daemon", "forks without end"])
def test_what_a_program_left_behind_ends_with_it(tmp_path: Path, script: str) -> None:
    program = tmp_path / "program.py"
    program.write_text(script)
    assert start(f"exec {sys.executable} {program} {tmp_path / 'mark'}").wait(60) == 0
    assert running(str(program)) == []


@LINUX
def test_all_end_when_the_harness_is_gone(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    process = start(f"trap '' TERM INT HUP; touch {mark}; while true; do sleep 1; done")
    wait_for(mark)
    assert running(str(mark))
    assert process.stdin is not None
    process.stdin.close()  # as the kernel does when the harness is killed
    assert process.wait(60) == supervisor.ENDED
    assert running(str(mark)) == []
