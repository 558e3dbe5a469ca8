"""A command under hostile input: its exit code and all that it printed, within a bounded time."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

from harness.cli.main import run

SECONDS = 60
"""After which a command counts as hung."""


def called(words: list[str]) -> tuple[int, str]:
    """Return what a command line ends with in this process, and what it prints; see `printed`."""
    return printed(lambda: run(words))


def printed(work: Callable[[], int]) -> tuple[int, str]:
    """Return the exit code of some work, and what it prints.

    Raises
    ------
    AssertionError
        If it does not end.
    """
    out = TextIOWrapper(BytesIO(), "utf-8")
    err = StringIO()
    with redirect_stdout(out), redirect_stderr(err), _bounded():
        code = work()
    out.flush()
    written: Any = out.buffer
    return code, written.getvalue().decode() + err.getvalue()


@contextmanager
def _bounded() -> Iterator[None]:
    def hung(*_: object) -> None:
        raise AssertionError(f"no end within {SECONDS} s")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
