"""No attack breaches a sandbox: in no mode, as no user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from envs.gaia.sandbox.choice import why_not_bwrap, why_not_landlock
from tests.sandbox import battery
from tests.sandbox.users import as_nobody, why_not_unprivileged

MODES = {"bwrap": why_not_bwrap, "landlock": why_not_landlock}
USERS = ("root", "nobody") if os.geteuid() == 0 else ("this user",)
ROOT = Path(__file__).parents[2]


@cache
def outcomes(mode: str, user: str) -> dict[str, dict[str, object]]:
    """Return what came of every attack; one program runs them all, with one sandbox."""
    if (reason := MODES[mode]()) is not None:
        pytest.skip(reason)
    if user == "nobody" and (reason := why_not_unprivileged()) is not None:
        pytest.skip(reason)
    command = [sys.executable, "-B", "-m", "tests.sandbox.battery", mode]
    with TemporaryDirectory() as hold:
        command = as_nobody(command, Path(hold)) if user == "nobody" else command
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if user == "nobody" and done.returncode == 97:
        pytest.skip("this machine lets root mount nothing")
    assert done.returncode == 0, done.stderr
    assert not os.path.lexists(Path.home() / "owned_by_tool")
    result: dict[str, dict[str, object]] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("name", battery.attacks())
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("mode", MODES)
def test_an_attack_breaches_nothing(mode: str, user: str, name: str) -> None:
    outcome = outcomes(mode, user)[name]
    assert not outcome["breached"], outcome


def test_there_are_fifteen_attacks_of_our_own() -> None:
    assert len(list(battery.OWN.glob("b*.py"))) >= 15


@pytest.mark.skipif(not battery.SHARED.exists(), reason="the shared attacks are not beside this repository")
def test_the_shared_attacks_are_among_them() -> None:
    assert sum(name.startswith("a") for name in battery.attacks()) >= 12


@pytest.mark.parametrize("name", ["b18_read_host", "b21_owner_signal"])
def test_a_harmless_attack_breaches_where_there_is_no_sandbox(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    context = {"gold_file": "/etc/passwd", "canary_dir": "/tmp", "code_dir": str(ROOT)}
    program = (
        f"import runpy; print(runpy.run_path({str(battery.OWN / name) + '.py'!r})['run']({context!r})['breached'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "True"
