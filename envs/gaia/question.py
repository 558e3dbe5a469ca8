"""A question of GAIA, whichever source it comes from, and which ones are for training and for testing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol, TypeVar

from envs.gaia.web import Page
from harness.core.environment import Split
from harness.core.errors import ConfigError

LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer.

    Attributes
    ----------
    file
        Its attachment on this machine, None where it has none.
    abilities
        What it takes to answer it, where that is known.
    """

    id: str
    level: int
    text: str
    answer: str
    file: Path | None
    abilities: tuple[str, ...] = ()


class Leveled(Protocol):
    """What has a level and a name."""

    @property
    def id(self) -> str:
        """Its name, which does not change."""
        ...

    @property
    def level(self) -> int:
        """1, 2 or 3."""
        ...


class Source(Protocol):
    """Where questions come from."""

    @property
    def sensitive(self) -> bool:
        """Whether they must not be shown or shared."""
        ...

    def select(self, split: Split) -> Sequence[Question]:
        """Return the questions of a split, with their attachments in place."""
        ...

    def pages(self) -> Sequence[Page]:
        """Return the web that they are asked about, as far as it is kept offline."""
        ...

    def checksum(self) -> str:
        """Return a digest of what the questions hold."""
        ...


T = TypeVar("T", bound=Leveled)


def drawn(items: Sequence[T], sizes: Mapping[Split, int], *, seed: int, split: Split) -> list[T]:
    """Return the items of a split, drawn by a seed, with the levels in the shares that they have among all.

    The test items do not depend on how many there are for training.

    Raises
    ------
    ConfigError
        If there are fewer items than are wanted.
    """
    train, test = sizes["train"], sizes["test"]
    if train + test > len(items):
        raise ConfigError(
            f"there are {len(items)} tasks, fewer than env.train_size={train} and env.test_size={test} take together"
        )
    left = {level: sorted((i for i in items if i.level == level), key=lambda i: i.id) for level in LEVELS}
    for level, of_level in left.items():
        Random(f"gaia {seed} level {level}").shuffle(of_level)
    chosen = _stratified(left, test)
    if split == "train":
        rest = {level: of_level[chosen[level] :] for level, of_level in left.items()}
        chosen, left = _stratified(rest, train), rest
    picked = [item for level in LEVELS for item in left[level][: chosen[level]]]
    Random(f"gaia {seed} {split}").shuffle(picked)
    return picked


def _stratified(items: Mapping[int, Sequence[T]], count: int) -> dict[int, int]:
    """Return how many of each level make `count`, by largest remainder."""
    total = sum(map(len, items.values()))
    exact = {level: count * len(of_level) / total for level, of_level in items.items()}
    taken = {level: int(share) for level, share in exact.items()}
    for level in sorted(exact, key=lambda level: (taken[level] - exact[level], level))[: count - sum(taken.values())]:
        taken[level] += 1
    return taken
