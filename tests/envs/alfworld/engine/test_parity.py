"""Our engine and TextWorld side by side: every observation, every list of commands, every `won`."""

import importlib.util
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from envs.alfworld.engine import GameFile, NativeEngine, Observation, TextWorldEngine, read_game
from envs.alfworld.engine.textworld import TextWorldWorker

REPOSITORY = Path(__file__).resolve().parents[4]
SHARED = REPOSITORY.parent / "shared" / "data" / "alfworld"
REAL_GAMES, GENERATED_GAMES = 30, 6
RANDOM_STEPS = 25
WORKERS = 2
NOT_ADMISSIBLE = "examine the unheard-of"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("textworld", "fast_downward")),
        reason="TextWorld is not installed: pip install 'fgo-harness[textworld]'",
    ),
]


def differences(game: GameFile, worker: TextWorldWorker, seed: int) -> list[str]:
    """Play the walkthrough, then at random from where it ends; then at random from the start."""
    native, rng = NativeEngine(game), random.Random(seed)
    found: list[str] = []

    def compared(command: str, ours: Observation, theirs: Observation) -> Observation:
        if ours != theirs:
            found.append(f"{game.name}: {command!r}: {ours} is not {theirs}")
        return ours

    with TextWorldEngine(game, worker) as judge:
        now = compared("reset", native.reset(), judge.reset())
        for command in game.walkthrough:
            now = compared(command, native.step(command), judge.step(command))
        if not now.won:
            found.append(f"{game.name}: the walkthrough does not win")
        for step in range(RANDOM_STEPS):
            if step == RANDOM_STEPS // 2:
                now = compared("reset", native.reset(), judge.reset())
            command = random_command(now.admissible, rng)
            now = compared(command, native.step(command), judge.step(command))
    return found


def random_command(admissible: Sequence[str], rng: random.Random) -> str:
    """A command of a kind drawn first, so that the many `go to` do not crowd out the others; now and then a bad one."""
    kind = rng.choice([*sorted({command.split()[0] for command in admissible}), ""])
    return rng.choice([command for command in admissible if command.split()[0] == kind] or [NOT_ADMISSIBLE])


def all_differences(games: Sequence[GameFile]) -> list[str]:
    def share(place: int) -> list[str]:
        with TextWorldWorker() as worker:
            return [one for seed in range(place, len(games), WORKERS) for one in differences(games[seed], worker, seed)]

    with ThreadPoolExecutor(WORKERS) as threads:
        return [one for found in threads.map(share, range(WORKERS)) for one in found]


def generated_games(n: int, seed: int) -> list[GameFile]:
    generate = pytest.importorskip("envs.alfworld.generate", reason="the generator of games is not there yet")
    return list(generate.generate_games(n, seed))


@pytest.fixture(scope="session")
def real_games(tmp_path_factory: pytest.TempPathFactory) -> list[GameFile]:
    if not (SHARED / "unpack.py").is_file():
        pytest.skip("the real games are not beside the repository (shared/data/alfworld)")
    folder = tmp_path_factory.mktemp("alfworld")
    subprocess.run([sys.executable, str(SHARED / "unpack.py"), str(folder)], check=True, capture_output=True)
    paths = sorted(folder.glob("json_2.1.1/*/*/*/game.tw-pddl"))
    return [read_game(path) for path in random.Random(0).sample(paths, REAL_GAMES)]


def test_the_tiny_game_is_played_alike(tiny: GameFile) -> None:
    assert all_differences([tiny]) == []


def test_real_games_are_played_alike(real_games: list[GameFile]) -> None:
    assert all_differences(real_games) == []


def test_generated_games_are_played_alike() -> None:
    assert all_differences(generated_games(GENERATED_GAMES, seed=0)) == []
