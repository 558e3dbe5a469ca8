import json
from pathlib import Path
from typing import Any

import pytest

from envs.alfworld.engine import GameError, GameFile, read_game
from harness.core.errors import ConfigError

WHOLE = {
    "pddl_domain": "(define (domain d))",
    "grammar": "",
    "pddl_problem": "(define (problem p))",
    "solvable": True,
    "walkthrough": ["look"],
}


def without(key: str) -> bytes:
    return json.dumps({name: value for name, value in WHOLE.items() if name != key}).encode()


def having(key: str, value: Any) -> bytes:
    return json.dumps({**WHOLE, key: value}).encode()


def test_a_whole_game_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pick-Apple" / "trial_1" / "game.tw-pddl"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(WHOLE))
    game = read_game(path)
    assert game.walkthrough == ("look",)
    assert game.name == "pick-Apple/trial_1"
    assert game.solvable


def test_a_game_is_read_back_as_written(tmp_path: Path, tiny: GameFile) -> None:
    path = tmp_path / "game.tw-pddl"
    path.write_text(tiny.to_json())
    back = read_game(path)
    assert (back.domain, back.grammar, back.problem) == (tiny.domain, tiny.grammar, tiny.problem)
    assert (back.walkthrough, back.solvable) == (tiny.walkthrough, tiny.solvable)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "not JSON"),
        (b"game of chance", "not JSON"),
        (json.dumps(WHOLE).encode()[:40], "cut short"),
        (b"[1, 2]", "not an object"),
        *((without(key), f"lacks the key '{key}'") for key in WHOLE if key != "solvable"),
        *((having(key, 7), f"key '{key}' is not") for key in WHOLE),
        (having("walkthrough", ["look", 1]), "not a list of commands"),
        (having("walkthrough", "look"), "is not a list"),
    ],
)
def test_a_bad_file_gives_one_line_that_names_it(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "game.tw-pddl"
    path.write_bytes(content)
    with pytest.raises(GameError) as error:
        read_game(path)
    line = str(error.value)
    assert what in line
    assert str(path) in line
    assert "alfworld-download" in line
    assert "\n" not in line


@pytest.mark.parametrize("name", ["missing.tw-pddl", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=str(tmp_path)):
        read_game(tmp_path / name)


def test_a_game_that_does_not_say_whether_it_is_solvable_counts_as_not_solvable(tmp_path: Path) -> None:
    (tmp_path / "game.tw-pddl").write_bytes(without("solvable"))
    assert not read_game(tmp_path / "game.tw-pddl").solvable
