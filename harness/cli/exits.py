"""`sys.exit()` within a command: the process is the program's to end, and no part's of a run."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from harness.core.errors import left

ENV_OR_METHOD = "env or method: a class of your own"


@contextmanager
def refusing_exits() -> Iterator[None]:
    """Turn `sys.exit()` within the block into an error of one line.

    Raises
    ------
    ConfigError
        If a part of a run called it.
    KeyboardInterrupt
        If a handler of SIGTERM did: Ray's, which stands in place of ours while `ray.init` runs, exits with the number
        of the signal.
    BrokenPipeError
        If Rich did, because the reader of the output went away.
    """
    try:
        yield
    except SystemExit as leaving:
        if leaving.code == signal.SIGTERM:
            raise KeyboardInterrupt from leaving
        if isinstance(leaving.__context__, BrokenPipeError):
            raise leaving.__context__ from None
        raise left(ENV_OR_METHOD, leaving) from None
