"""What `harness doctor` says of the package bfcl-eval."""

from __future__ import annotations

from collections.abc import Iterator

from envs.bfcl import package
from harness.core.finding import Finding


def findings() -> Iterator[Finding]:
    """Say whether the package and what its simulators import are there. Nothing of it is imported."""
    command = package.missing()
    if command:
        yield Finding("bfcl-eval", "optional", state="not installed", mend=f"{command} (only for env=bfcl)")
    else:
        yield Finding("bfcl-eval", "fine", state=package.version())
