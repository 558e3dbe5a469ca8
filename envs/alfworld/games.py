"""Where games come from: files that alfworld-download laid out, or the generator."""

from __future__ import annotations

import hashlib
import logging
import os
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

from envs.alfworld.engine import GameFile, read_game
from envs.alfworld.generate import TASK_TYPES, generate_game
from harness.core.domain import digest
from harness.core.errors import ConfigError

logger = logging.getLogger(__name__)

ROOT = "json_2.1.1"
GAME = "game.tw-pddl"
DEFAULT_SIZES = {"train": 60, "valid_unseen": 134, "valid_seen": 140}
"""How many games of a split there are when they are generated and no number is asked for: the paper's sizes."""

GENERATOR_VERSION = "1"
"""Raised when the generator makes other games from the same seed."""


class GameSource(Protocol):
    """Games by name; a name is ``<split>/<type-object-...-scene>/<trial>``, as in ALFWorld's own layout."""

    def select(self, split: str, size: int | None) -> Sequence[str]:
        """Return the names of `size` games of a split (None: all), task types in turn."""
        ...

    def load(self, name: str) -> GameFile:
        """Return a game."""
        ...

    def checksum(self, split: str, size: int | None) -> str:
        """Return a digest of the selected games' content."""
        ...


def task_type(name: str) -> str:
    """Return the task type that stands in a game's name."""
    return name.split("/")[1].split("-")[0]


class GeneratedGames:
    """Games made from a seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def select(self, split: str, size: int | None) -> Sequence[str]:
        """See `GameSource.select`."""
        count = DEFAULT_SIZES[split] if size is None else size
        return [self._name(TASK_TYPES[i % len(TASK_TYPES)], split, index=i // len(TASK_TYPES)) for i in range(count)]

    def checksum(self, split: str, size: int | None) -> str:
        """See `GameSource.checksum`. The content follows from what is digested."""
        package = version("alfworld")
        return digest(["generated", GENERATOR_VERSION, package, self._seed, split, size or DEFAULT_SIZES[split]])

    def _name(self, kind: str, split: str, *, index: int) -> str:
        game = _generated(kind, split, index=index, seed=self._seed)
        return game.path.parent.as_posix()

    def load(self, name: str) -> GameFile:
        """See `GameSource.load`."""
        trial = re.search(r"/trial_G\d+_(\d+)_\d+$", name)
        assert trial is not None
        return _generated(task_type(name), name.split("/")[0], index=int(trial[1]), seed=self._seed)


@lru_cache(maxsize=256)
def _generated(kind: str, split: str, *, index: int, seed: int) -> GameFile:
    """Return a game; the jobs of a sweep play the same ones."""
    return generate_game(kind, split, index=index, seed=seed, verify=False)


class RealGames:
    """Games in files.

    Parameters
    ----------
    folder
        What $ALFWORLD_DATA points to.
    seed
        Which games are drawn where not all are asked for.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._root = folder / ROOT
        self._seed = seed
        self._selected: dict[tuple[str, int | None], Sequence[str]] = {}
        self.load = lru_cache(maxsize=256)(self._load)

    def select(self, split: str, size: int | None) -> Sequence[str]:
        """See `GameSource.select`."""
        if (split, size) not in self._selected:
            self._selected[split, size] = self._select(split, size)
        return self._selected[split, size]

    def checksum(self, split: str, size: int | None) -> str:
        """See `GameSource.checksum`."""
        contents = hashlib.sha256()
        for name in self.select(split, size):
            contents.update(name.encode() + b"\0" + hashlib.sha256(self._file(name).read_bytes()).digest())
        return contents.hexdigest()

    def _select(self, split: str, size: int | None) -> Sequence[str]:
        by_type = self._by_type(split)
        left_out: list[str] = []
        queues = [self._solvable(names, left_out) for names in by_type.values()]
        selected = list(_in_turn(queues, sum(map(len, by_type.values())) if size is None else size))
        if left_out:
            logger.warning("%s: %d games are left out: they are not marked as solvable", split, len(left_out))
        if size is not None and size > len(selected):
            raise ConfigError(f"{self._root / split} has {len(selected)} games, fewer than the {size} asked for")
        return selected

    def _solvable(self, names: Sequence[str], left_out: list[str]) -> Iterator[str]:
        """The games that the package would play; it leaves out those that are not marked as solvable."""
        for name in names:
            if self.load(name).solvable:
                yield name
            else:
                left_out.append(name)

    def _by_type(self, split: str) -> Mapping[str, Sequence[str]]:
        folder = self._root / split
        if not folder.is_dir():
            raise ConfigError(f"there is no folder {folder}; `harness data alfworld` fetches or checks the games")
        names = sorted(path.parent.relative_to(self._root).as_posix() for path in folder.glob(f"*/*/{GAME}"))
        if not names:
            raise ConfigError(f"{folder} holds no games (*/*/{GAME}); `harness data alfworld` fetches or checks them")
        by_type: dict[str, list[str]] = {kind: [] for kind in TASK_TYPES}
        for name in names:
            # As the package does: tasks with movable receptacles or slices are not part of the benchmark.
            if task_type(name) in by_type and "Sliced" not in name:
                by_type[task_type(name)].append(name)
        for kind, of_type in by_type.items():
            random.Random(f"{self._seed}/{split}/{kind}").shuffle(of_type)
        return by_type

    def _load(self, name: str) -> GameFile:
        return read_game(self._file(name))

    def _file(self, name: str) -> Path:
        return self._root / name / GAME


def default_folder() -> Path:
    """Return the default folder of games: $ALFWORLD_DATA, or where the package's downloader puts them."""
    named = os.environ.get("ALFWORLD_DATA")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "alfworld"


def find_data(data: Literal["generated", "real", "auto"], data_dir: str | None) -> Path | None:
    """Return the folder of real games, or None for generated ones.

    Raises
    ------
    ConfigError
        If real games are asked for and are not there.
    """
    if data == "generated":
        return None
    folder = Path(data_dir).expanduser() if data_dir else default_folder()
    if (folder / ROOT).is_dir():
        return folder
    if data == "auto":
        return None
    said = "env.data_dir" if data_dir else "ALFWORLD_DATA" if os.environ.get("ALFWORLD_DATA") else "the default"
    raise ConfigError(
        f"env.data=real: {folder} ({said}) holds no {ROOT}; `harness data alfworld` fetches the games "
        f"or takes them --from DIR, or use env.data=generated"
    )


def _in_turn(queues: list[Iterator[str]], size: int) -> Iterator[str]:
    taken = 0
    while queues and taken < size:
        for queue in list(queues):
            name = next(queue, None)
            if name is None:
                queues.remove(queue)
            elif taken < size:
                taken += 1
                yield name
