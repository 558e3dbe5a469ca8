"""`harness data alfworld`: fetch ALFWorld's games, take them from a folder, or check the ones that are there."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from envs.alfworld.engine import GameError, GameFile, NativeEngine, read_game
from envs.alfworld.games import GAME, ROOT, default_folder, task_type
from harness.core.errors import ConfigError, HarnessError
from harness.core.printable import printable


def data_command(words: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="harness data alfworld",
        description="Prepare or check ALFWorld's games. Without options: check them, or fetch them if there are none.",
    )
    parser.add_argument("--to", type=Path, default=default_folder(), help="where games lie (default: $ALFWORLD_DATA)")
    parser.add_argument("--from", type=Path, dest="source", help=f"a folder with {ROOT}/ to take games from")
    parser.add_argument("--check", action="store_true", help="only check; fetch nothing")
    parser.add_argument("--play", type=int, default=60, help="how many walkthroughs a check plays (default 60)")
    try:
        given = parser.parse_args(list(words))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    if given.source is not None:
        take(given.source, given.to)
    elif not (given.to / ROOT).is_dir() and not given.check:
        fetch(given.to)
    return check(given.to, given.play)


def take(source: Path, to: Path) -> None:
    """Copy games from another folder, each whole or not at all."""
    games = sorted((source / ROOT).glob(f"*/*/*/{GAME}"))
    if not games:
        raise ConfigError(f"--from {source}: there are no games in it ({ROOT}/<split>/<task>/<trial>/{GAME})")
    for game in games:
        target = to / game.relative_to(source)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{GAME}.part")
            shutil.copyfile(game, part)
            part.replace(target)
        except OSError as error:
            raise HarnessError(f"cannot write {target}: {error.strerror}") from None
    print(f"{len(games)} games taken into {to}")


def fetch(to: Path) -> None:
    """Let the package's own downloader fetch the games."""
    program = shutil.which(
        "alfworld-download", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH')}"
    )
    if program is None:
        raise ConfigError("alfworld-download is not installed; `make setup` installs the package alfworld")
    print(f"fetching games into {to} with alfworld-download", flush=True)
    done = subprocess.run([sys.executable, program, "--data-dir", str(to)], check=False)
    if done.returncode or not (to / ROOT).is_dir():
        raise HarnessError(
            f"alfworld-download could not fetch the games (exit code {done.returncode}); fetch them on a machine with "
            f"network and take them with --from DIR"
        )


def check(folder: Path, play: int) -> int:
    """Count the games by split and type, parse every one, play some walkthroughs; return the exit code."""
    names = sorted(path.parent.relative_to(folder / ROOT) for path in (folder / ROOT).glob(f"*/*/*/{GAME}"))
    if not names:
        raise ConfigError(f"there are no games in {folder} ({ROOT}/<split>/<task>/<trial>/{GAME})")
    wrong: list[str] = []
    unsolvable: set[Path] = set()
    stride = max(1, len(names) // max(1, play))
    for number, name in enumerate(names):
        try:
            game = read_game(folder / ROOT / name / GAME)
            engine = NativeEngine(game)
            if not game.solvable:
                unsolvable.add(name)
            elif play and number % stride == 0 and not _wins(engine, game):
                wrong.append(f"{game.path}: its own walkthrough does not win")
        except GameError as error:
            wrong.append(str(error))
    counts = Counter((name.parts[0], task_type(str(name))) for name in names if name not in unsolvable)
    for (split, kind), count in sorted(counts.items()):
        print(f"{printable(split):<14} {printable(kind):<34} {count:>5}")
    for line in wrong:
        print(f"error: {printable(line)}", file=sys.stderr)
    if unsolvable:
        print(f"{len(unsolvable)} games are not marked as solvable: they are neither counted nor played")
    print(f"{len(names)} games in {folder}, {len(wrong)} wrong")
    return 1 if wrong else 0


def _wins(engine: NativeEngine, game: GameFile) -> bool:
    seen = engine.reset()
    for command in game.walkthrough:
        seen = engine.step(command)
    return seen.won
