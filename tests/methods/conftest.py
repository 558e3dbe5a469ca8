"""What the tests of methods share: `stub_lab` beside this file, importable from the folders below."""

from __future__ import annotations

import pytest
from stub_lab import StubLab, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lab(world: World) -> StubLab:
    return StubLab(world)
