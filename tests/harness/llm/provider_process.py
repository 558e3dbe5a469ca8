"""`scripts/fault_provider.py` as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import ROOT

PASSING = (
    "retry_after rate_limit error_500 error_503 reset torn no_choices wrong_schema no_usage error_inside finish_error "
    "empty reasoning_only odd_shape bom nan odd_usage"
).split()
MIXED = (*PASSING * 2, "stall")
"""All kinds of faults that pass; stalls are rarer, since each takes the call's timeout."""


class FaultProvider:
    """A running server."""

    def __init__(self, *options: str) -> None:
        script = str(ROOT / "scripts" / "fault_provider.py")
        self._process = subprocess.Popen(
            [sys.executable, script, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http"), "the fault provider did not start"

    @property
    def port(self) -> str:
        return self.url.split(":")[2].split("/")[0]

    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(self.url.replace("/v1", "/stats"), timeout=10) as response:
            found: dict[str, Any] = json.load(response)
        return found

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def fault_provider(*options: str) -> Iterator[FaultProvider]:
    server = FaultProvider(*options)
    try:
        yield server
    finally:
        server.kill()
