"""What `harness doctor` says of GAIA's sandbox."""

from __future__ import annotations

from collections.abc import Iterator

from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from harness.core.finding import Finding


def findings() -> Iterator[Finding]:
    """Try both kinds of sandbox; one is enough to run tools."""
    reasons = {"sandbox=bwrap": why_not_bwrap(), "sandbox=landlock": why_not_landlock()}
    for what, reason in reasons.items():
        needed = "" if reason is None else f"{reason} (only for env=gaia, which needs one of the two)"
        yield Finding(
            what, "fine" if reason is None else "optional", state="works" if reason is None else "no", mend=needed
        )
