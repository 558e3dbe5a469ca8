"""The adapter: tasks, splits, episodes."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from envs.alfworld.environment import CATEGORIES, ALFWorld
from harness.core.errors import ConfigError
from harness.testing import ScriptedAgent, check_environment
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared" / "data" / "alfworld"


def test_it_keeps_the_contract_of_environments() -> None:
    check_environment(ALFWorld(train_size=6, test_size=6, max_steps=5))


def test_the_papers_sizes_are_the_defaults() -> None:
    environment = ALFWorld()
    train = environment.tasks("train")
    assert Counter(task.category for task in train) == dict.fromkeys(CATEGORIES.values(), 10)
    assert len(environment.tasks("test")) == 134


def test_data_seed_draws_other_tasks_and_another_checksum() -> None:
    first, other = ALFWorld(train_size=6, test_size=6), ALFWorld(train_size=6, test_size=6, data_seed=1)
    assert {t.id for t in first.tasks("train")}.isdisjoint(t.id for t in other.tasks("train"))
    assert first.describe().data_checksum != other.describe().data_checksum


def test_the_reference_is_an_instruction_in_place_of_the_initial_one() -> None:
    environment = ALFWorld()
    (reference,) = environment.reference_modules().values()
    assert reference.trainable == environment.initial_modules().trainable
    assert "move X to Y" in reference.instruction()


def test_generated_data_says_so() -> None:
    assert ALFWorld().describe().generated


def test_the_truth_wins_and_the_query_does_not_hold_it() -> None:
    task = ALFWorld(train_size=6, test_size=6).tasks("train")[0]
    assert "> go to" in task.truth
    assert "> " not in task.query


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not SHARED.exists():
        pytest.skip("no real games beside the repository")
    folder = tmp_path_factory.mktemp("real")
    for prefix in ("train/look", "train/pick_heat", "valid_seen/"):
        subprocess.run([sys.executable, str(SHARED / "unpack.py"), str(folder), prefix], check=True)
    return folder


def test_real_games(real: Path) -> None:
    environment = ALFWorld(data="real", data_dir=str(real), train_size=10, test_split="valid_seen")
    assert not environment.describe().generated
    train, test = environment.tasks("train"), environment.tasks("test")
    assert Counter(task.category for task in train) == {"Look": 5, "Heat": 5}
    assert len(test) == 140
    check_environment(ALFWorld(data="real", data_dir=str(real), train_size=6, test_split="valid_seen", max_steps=5))


def test_a_checksum_sees_a_changed_game(real: Path) -> None:
    environment = ALFWorld(data="real", data_dir=str(real), train_size=10, test_split="valid_seen")
    before = environment.describe().data_checksum
    game = real / "json_2.1.1" / environment.tasks("train")[0].id / "game.tw-pddl"
    game.write_text(game.read_text() + " ")
    assert environment.describe().data_checksum != before


def test_more_games_than_there_are(real: Path) -> None:
    with pytest.raises(ConfigError, match="fewer than the 999 asked for"):
        ALFWorld(data="real", data_dir=str(real), test_split="valid_seen", test_size=999).tasks("test")


def test_auto_takes_real_games_where_there_are_any(real: Path, tmp_path: Path) -> None:
    assert not ALFWorld(data="auto", data_dir=str(real), test_split="valid_seen").describe().generated
    assert ALFWorld(data="auto", data_dir=str(tmp_path)).describe().generated


async def test_textworld_plays_the_same_episode() -> None:
    pytest.importorskip("textworld", reason="the extra `textworld` is not installed")
    settings = {"train_size": 1, "test_size": 1, "max_steps": 4}
    trajectories = []
    for engine in ("native", "textworld"):
        environment = ALFWorld(engine=engine, **settings)  # type: ignore[arg-type]
        task = environment.tasks("train")[0]
        trajectories.append(await environment.rollout(environment.initial_modules(), task, ScriptedAgent()))
    assert trajectories[0] == trajectories[1]
    assert trajectories[0].steps
