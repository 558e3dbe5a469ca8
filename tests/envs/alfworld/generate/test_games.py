"""A generated game is won by its walkthrough, and by nothing that happened before."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from envs.alfworld.engine import GameFile, NativeEngine, TextWorldEngine, read_game
from envs.alfworld.generate import TASK_TYPES, generate_game, generate_games
from envs.alfworld.generate import game as game_module
from envs.alfworld.generate.__main__ import main as write_games
from envs.alfworld.generate.layout import write_game
from harness.core.errors import ConfigError, InfrastructureError

from .problems import Problem

GAMES = [*generate_games(90, seed=5, verify=False), *generate_games(30, seed=5, split="valid_unseen", verify=False)]
LONGEST = {
    "pick_and_place_simple": 6,
    "look_at_obj_in_light": 5,
    "pick_clean_then_place_in_recep": 8,
    "pick_heat_then_place_in_recep": 8,
    "pick_cool_then_place_in_recep": 8,
    "pick_two_obj_and_place": 11,
}


def task_type(game: GameFile) -> str:
    return game.path.parts[1].split("-")[0]


@pytest.mark.parametrize("game", GAMES, ids=lambda game: str(game.path.parent))
def test_the_walkthrough_wins_with_its_last_command(game: GameFile) -> None:
    engine = NativeEngine(game)
    observations = [engine.reset()]
    for command in game.walkthrough:
        assert command in observations[-1].admissible
        observations.append(engine.step(command))
    assert [observation.won for observation in observations] == [False] * len(game.walkthrough) + [True]


@pytest.mark.parametrize("game", GAMES, ids=lambda game: str(game.path.parent))
def test_the_walkthrough_is_as_short_as_real_plans(game: GameFile) -> None:
    assert len(game.walkthrough) <= LONGEST[task_type(game)]


def test_some_things_sought_are_shut_away() -> None:
    shut = [game for game in GAMES if re.search(r"open (\S+ \d+),take \S+ \d+ from \1", ",".join(game.walkthrough))]
    assert 0.02 < len(shut) / len(GAMES) < 0.5


def test_two_things_sought_lie_apart() -> None:
    for game in GAMES:
        if task_type(game) == "pick_two_obj_and_place":
            thing = game.path.parts[1].split("-")[1]
            lying = Problem(str(game.path.parent), game.problem).about("inReceptacle")
            assert len({place for name, place in lying if name.startswith(f"{thing}_bar_")}) > 1


def test_the_sentence_is_one_of_the_packages_and_says_what_the_name_says() -> None:
    for game in GAMES:
        _, thing, _, target, _ = game.path.parts[1].split("-")
        sentence = re.search(r"Your task is to: (.*?)\.\"", game.grammar)
        assert sentence is not None
        assert thing.lower() in sentence[1]
        assert target.lower() in sentence[1]
        assert "UNKNOWN GOAL" not in game.grammar


def test_a_game_whose_walkthrough_does_not_win_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(game_module, "walk_through", lambda scene, goal: ("look",))
    with pytest.raises(InfrastructureError, match="not won by its walkthrough"):
        generate_game("pick_and_place_simple", "train", index=0, seed=0)


@pytest.mark.parametrize(
    ("kind", "split", "index", "seed", "told"),
    [
        ("pick_up_and_run", "train", 0, 0, "unknown task type"),
        (TASK_TYPES[0], "weekend", 0, 0, "unknown split"),
        (TASK_TYPES[0], "train", -1, 0, "0 or more"),
        (TASK_TYPES[0], "train", 0, -1, "0 or more"),
    ],
)
def test_wrong_arguments_are_told(kind: str, split: str, index: int, seed: int, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        generate_game(kind, split, index=index, seed=seed)


def test_games_on_disk_are_laid_out_like_real_ones(tmp_path: Path) -> None:
    game = generate_game("look_at_obj_in_light", "valid_unseen", index=3, seed=1)
    path = write_game(game, tmp_path)
    assert path == tmp_path / "json_2.1.1" / game.path
    assert sorted(file.name for file in path.parent.iterdir()) == ["game.tw-pddl", "traj_data.json"]
    read = read_game(path)
    assert (read.problem, read.walkthrough, read.name) == (game.problem, game.walkthrough, game.name)
    data = json.loads((path.parent / "traj_data.json").read_text())
    assert data["task_type"] == "look_at_obj_in_light"
    assert data["pddl_params"]["toggle_target"] == "DeskLamp"


def test_the_command_writes_as_many_games_as_asked(tmp_path: Path) -> None:
    write_games(tmp_path, count=7, seed=2, split="test")
    written = {path.relative_to(tmp_path / "json_2.1.1").as_posix() for path in tmp_path.rglob("game.tw-pddl")}
    assert written == {game.path.as_posix() for game in generate_games(7, 2, split="test")}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("fast_downward") is None, reason="the extra `textworld` is not installed")
@pytest.mark.parametrize("kind", TASK_TYPES[1::2])
def test_textworld_agrees(kind: str) -> None:
    game = generate_game(kind, "train", index=0, seed=11)
    with TextWorldEngine(game) as judge:
        assert not judge.reset().won
        assert [judge.step(command).won for command in game.walkthrough][-2:] == [False, True]
