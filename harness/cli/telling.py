"""Telling the person what is wrong."""

from __future__ import annotations

import sys

from harness.core.errors import HarnessError
from harness.llm.redact import redact


def told(error: HarnessError) -> int:
    """Tell the person what is wrong, in one line, and return the exit code."""
    line = redact(" ".join(str(error).split()))
    print(f"{line if line.startswith(('error:', 'incomplete:')) else 'error: ' + line}", file=sys.stderr)
    return error.exit_code
