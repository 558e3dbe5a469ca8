"""One sandbox of each mode for the tests of a module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from envs.gaia.sandbox import Sandbox, open_sandbox
from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["bwrap", "landlock"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    reason = why_not_bwrap() if request.param == "bwrap" else why_not_landlock()
    if reason is not None:
        pytest.skip(reason)
    opened = open_sandbox(request.param, size=1)
    yield opened
    await opened.close()
