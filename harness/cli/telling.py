"""Telling the person what is wrong."""

from __future__ import annotations

from harness.cli.output import say
from harness.cli.signals import interrupted
from harness.core.errors import HarnessError
from harness.llm.redact import redact


def told(error: HarnessError) -> int:
    """Tell the person what is wrong, in one line, and return the exit code.

    Raises
    ------
    KeyboardInterrupt
        If what is wrong came of an interrupt.
    """
    if interrupted(error):
        raise KeyboardInterrupt from error
    line = redact(" ".join(str(error).split()))
    say(f"{line if line.startswith(('error:', 'incomplete:')) else 'error: ' + line}", error=True)
    return error.exit_code
