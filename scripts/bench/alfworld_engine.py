"""CPU time of a reset and of a step: the native ALFWorld engine, and TextWorld where it is installed.

Example: python scripts/bench/alfworld_engine.py --games $ALFWORLD_DATA/json_2.1.1/valid_seen --n 5
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from envs.alfworld.engine import Engine, GameFile, NativeEngine, TextWorldEngine, read_game
from envs.alfworld.engine.textworld import TextWorldWorker
from harness.core.errors import ConfigError

SEED = 0
RANDOM_STEPS = 15


@dataclass
class Times:
    """Seconds of CPU, one a call."""

    load: list[float] = field(default_factory=list)
    reset: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)


def main() -> None:
    arguments = parsed_arguments()
    try:
        games = chosen_games(arguments.games, arguments.n)
    except ConfigError as error:
        sys.exit(str(error))
    rows = {"native": measured(games, NativeEngine, time.process_time)}
    note = ""
    try:
        with TextWorldWorker() as worker:
            # The worker imports TextWorld at its first game; that is not part of any reset.
            TextWorldEngine(games[0], worker).reset()
            rows["TextWorld"] = measured(games, lambda game: TextWorldEngine(game, worker), worker.cpu_seconds)
    except ConfigError as error:
        note = f"native only: {error}"
    show(rows, len(games), note)


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=Path, help="a folder of real games, searched to any depth (default: generated)")
    parser.add_argument("--n", type=int, default=5, help="how many games to play (default: %(default)s)")
    return parser.parse_args()


def chosen_games(folder: Path | None, n: int) -> list[GameFile]:
    if folder is None:
        try:
            return list(import_module("envs.alfworld.generate").generate_games(n, SEED))
        except ImportError:
            raise ConfigError("no generator of games is installed; name a folder of real ones with --games") from None
    paths = sorted(folder.rglob("game.tw-pddl"))
    if not paths:
        raise ConfigError(f"{folder}: holds no game.tw-pddl; run alfworld-download, or name another folder")
    return [read_game(path) for path in random.Random(SEED).sample(paths, min(n, len(paths)))]


def measured(games: list[GameFile], make: Callable[[GameFile], Engine], clock: Callable[[], float]) -> Times:
    times = Times()
    for game in games:
        start = clock()
        engine = make(game)
        times.load.append(clock() - start)
        start = clock()
        now = engine.reset()
        times.reset.append(clock() - start)
        rng = random.Random(SEED)
        for planned in (*game.walkthrough, *(None for _ in range(RANDOM_STEPS))):
            command = planned or rng.choice(now.admissible)
            start = clock()
            now = engine.step(command)
            times.step.append(clock() - start)
    return times


def show(rows: dict[str, Times], games: int, note: str) -> None:
    table = Table("engine", "load, ms", "reset, ms", "step, us", "steps", title=f"median CPU over {games} games")
    for name, times in rows.items():
        table.add_row(name, *figures(times), str(len(times.step)))
    if len(rows) == 2:
        native, judge = rows.values()
        table.add_row("ratio", *(f"{ratio:,.0f}x" for ratio in ratios(native, judge)), "")
    console = Console()
    console.print(table)
    if note:
        console.print(note, markup=False)


def figures(times: Times) -> Iterator[str]:
    yield f"{median(times.load) * 1e3:,.2f}"
    yield f"{median(times.reset) * 1e3:,.2f}"
    yield f"{median(times.step) * 1e6:,.0f}"


def ratios(native: Times, judge: Times) -> Iterator[float]:
    yield median(judge.load) / median(native.load)
    yield median(judge.reset) / median(native.reset)
    yield median(judge.step) / median(native.step)


if __name__ == "__main__":
    main()
