"""Seed, split, type and index fix every byte of a game."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from envs.alfworld.generate import SPLITS, TASK_TYPES, generate_game, generate_games, split_scenes
from envs.alfworld.generate.draw import Draw

DIGEST = """
import hashlib
from envs.alfworld.generate import generate_games
digest = hashlib.sha256()
for game in generate_games(18, seed=2, split="train", verify=False):
    digest.update(game.to_json().encode() + str(game.path).encode())
print(digest.hexdigest())
"""


def test_a_fresh_process_gives_the_same_bytes() -> None:
    here = hashlib.sha256()
    for game in generate_games(18, seed=2, split="train", verify=False):
        here.update(game.to_json().encode() + str(game.path).encode())
    root = Path(__file__).resolve().parents[4]
    for hash_seed in ("0", "4711"):
        there = subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here.hexdigest()


def test_draws_are_the_same_on_every_python() -> None:
    draw = Draw("test", 1)
    assert [draw.below(1000) for _ in range(5)] == [600, 213, 161, 718, 119]
    assert "".join(draw.shuffled("abcdefgh")) == "efgcbadh"


def test_a_game_does_not_depend_on_those_before_it() -> None:
    games = list(generate_games(13, seed=9, verify=False))
    assert games[12] == generate_game(TASK_TYPES[0], "train", index=2, seed=9, verify=False)


def test_games_differ_by_seed_split_and_index() -> None:
    games = [
        game for split in SPLITS for seed in (0, 1) for game in generate_games(60, seed, split=split, verify=False)
    ]
    assert len({game.path for game in games}) == len(games)
    assert len({game.problem for game in games}) == len(games)


def test_unseen_rooms_are_not_seen_in_training() -> None:
    train, seen, unseen, test = (set(split_scenes(split)) for split in SPLITS)
    assert train == seen
    assert train.isdisjoint(unseen | test)
    assert unseen.isdisjoint(test)
    for split in SPLITS:
        scenes = {int(game.path.parts[1].split("-")[-1]) for game in generate_games(60, 4, split=split, verify=False)}
        assert scenes <= set(split_scenes(split))


@given(st.lists(st.integers()), st.integers())
def test_shuffling_loses_nothing(items: list[int], seed: int) -> None:
    assert sorted(Draw(seed).shuffled(items)) == sorted(items)


@given(st.integers(-50, 50), st.integers(0, 50), st.integers())
def test_between_keeps_its_bounds(low: int, width: int, seed: int) -> None:
    assert low <= Draw(seed).between(low, low + width) <= low + width
