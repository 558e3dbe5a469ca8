"""The command that installs an extra names packages of registries, not this project, which is on none."""

from __future__ import annotations

import pytest

from harness.core import extras


@pytest.mark.parametrize(("extra", "package"), [("local", "xllamacpp"), ("textworld", "textworld[pddl]")])
def test_an_extra_is_installed_by_its_packages(extra: str, package: str) -> None:
    command = extras.install(extra)
    assert command.startswith(f"pip install '{package}")
    assert "fgo-harness" not in command


def test_a_checkout_that_is_not_installed_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "PROJECT", "no-such-project")
    assert extras.install("local") == "pip install -e '.[local]' in a checkout"
