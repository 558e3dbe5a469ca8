"""The command that resumes a run that stopped."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from harness.llm.purse import LimitReached
from harness.llm.redact import redact


def with_larger_budget(reached: LimitReached, words: Sequence[str]) -> str:
    """Return the command whose words were `words`, with twice the limit that was reached."""
    kept = [word for word in words if word.lstrip("+").partition("=")[0] != reached.setting]
    return f"python -m harness {shlex.join([*kept, f'{reached.setting}={2 * reached.limit:g}'])}"


def same_command(words: Sequence[str]) -> str:
    """Return the command whose words were `words`, without `fresh`, which would begin anew."""
    kept = [word for word in words if word.lstrip("+").partition("=")[0] != "fresh"]
    return redact(shlex.join(["python", "-m", "harness", *kept]))
