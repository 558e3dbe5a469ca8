"""What `harness doctor` says of the package that makes the tasks."""

from __future__ import annotations

from collections.abc import Iterator

from envs.reasoning_gym.families import package
from harness.core.errors import ConfigError
from harness.core.extras import install
from harness.core.finding import Finding


def findings() -> Iterator[Finding]:
    """Say whether it is installed."""
    try:
        yield Finding("reasoning-gym", "fine", state=package())
    except ConfigError:
        mend = f"{install('reasoning-gym')} (only for env=reasoning_gym)"
        yield Finding("reasoning-gym", "optional", state="not installed", mend=mend)
