"""BFCL as an environment: its contract, its split, its settings, and whole runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from envs.bfcl import doctor, package
from envs.bfcl.conversation import CATEGORIES, KINDS, conversations
from envs.bfcl.environment import BFCL
from harness.core.errors import ConfigError
from harness.core.tool_schema import tool_problem
from harness.testing import check_environment
from tests.commands import Commands
from tests.envs.bfcl import needs_package


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def numbers(env: BFCL, split: Any) -> set[str]:
    return {task.id.rpartition("_")[2] for task in env.tasks(split)}


@needs_package
@pytest.mark.parametrize("data", KINDS)
def test_it_keeps_the_contract(data: Any) -> None:
    check_environment(BFCL(data, train_size=12, test_size=24))


@needs_package
def test_a_scenario_is_in_one_split_whatever_the_kind_and_the_sizes() -> None:
    train, test = numbers(BFCL(), "train"), numbers(BFCL(), "test")
    assert (len(train), len(test), train & test) == (60, 120, set())
    assert numbers(BFCL("miss_func"), "train") == train
    assert numbers(BFCL(train_size=8), "test") == test
    assert numbers(BFCL(data_seed=1), "train") != train
    most = BFCL(train_size=80)
    assert not numbers(most, "train") & numbers(most, "test")


@needs_package
def test_categories_are_even() -> None:
    for split, each in (("train", 15), ("test", 30)):
        assert Counter(task.category for task in BFCL().tasks(split)) == dict.fromkeys(CATEGORIES.values(), each)


@needs_package
def test_every_provider_takes_its_tools() -> None:
    for one in conversations("base").values():
        for tool in one.offered(0):
            assert tool_problem(tool.name, tool.description, parameters=tool.parameters) is None


@needs_package
def test_it_says_which_package_it_plays() -> None:
    said = BFCL().describe()
    assert said.version == f"1 (bfcl-eval {package.version()})"
    assert said.data_checksum != BFCL("miss_param").describe().data_checksum
    assert not said.generated


@needs_package
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"data": "live"}, "env.data=live: choose one of base, miss_func"),
        ({"train_size": 0}, "env.train_size=0 must be a positive number"),
        ({"max_steps": True}, "env.max_steps=True must be a positive number"),
        ({"train_size": 100, "test_size": 101}, "are more than the 200 conversations"),
    ],
)
def test_wrong_settings_are_reported(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        BFCL(**settings).tasks("train")


@needs_package
def test_a_script_that_makes_the_calls_of_the_ground_truth_scores_100(command: Commands) -> None:
    words = "method=vanilla env=bfcl env.train_size=4 env.test_size=40 backbone=scripted baseline=false"
    done = command(*words.split(), "backbone.script=tests.envs.bfcl.player:base")
    assert done.code == 0, done.err
    assert "100.0 (40)" in done.out


@needs_package
def test_a_method_trains_on_it_with_the_embedded_model(command: Commands) -> None:
    words = "method=all_at_once env=bfcl env.train_size=4 env.test_size=4 method.steps=1 baseline=false"
    done = command(*words.split())
    assert done.code == 0, done.err
    assert "Simulated model" in done.out


def test_a_missing_package_is_one_line_with_the_command(command: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "find_spec", lambda name: None)
    done = command("method=vanilla", "env=bfcl")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "pip install --no-deps bfcl-eval" in done.err
    (finding,) = doctor.findings()
    assert (finding.level, finding.state) == ("optional", "not installed")
    assert "mpmath" in finding.mend


@needs_package
def test_the_doctor_finds_the_package() -> None:
    (finding,) = doctor.findings()
    assert (finding.level, finding.state, finding.mend) == ("fine", package.version(), "")
